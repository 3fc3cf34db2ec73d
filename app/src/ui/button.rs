//! Buttons, and links that look like them: a link takes the same classes.

use leptos::prelude::*;

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// The one thing to do here.
    Primary,
    /// One of several things to do.
    #[default]
    Secondary,
    /// An action that stays in the background until it is looked for.
    Quiet,
    /// Something that takes away.
    Danger,
}

/// The classes every button shares, before those of its tone.
macro_rules! button {
    ($tone:literal) => {
        concat!(
            "inline-flex h-9 items-center justify-center gap-2 rounded-md border px-3.5 text-[0.875rem] ",
            "font-medium whitespace-nowrap transition-colors duration-120 aria-disabled:opacity-60 ",
            "aria-disabled:cursor-progress ",
            $tone
        )
    };
}

/// The classes of a button.
pub(crate) const fn button_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Primary => button!(
            "border-transparent bg-accent text-accent-ink shadow-soft hover:bg-accent-strong"
        ),
        Tone::Secondary => button!(
            "border-line bg-surface text-ink shadow-soft hover:border-line-strong hover:bg-raised"
        ),
        Tone::Quiet => button!("border-transparent text-ink-soft hover:bg-wash hover:text-ink"),
        Tone::Danger => button!("border-bad/35 bg-surface text-bad hover:bg-bad-wash"),
    }
}

/// The classes of a square button that holds only an icon; it needs an `aria-label`.
pub(crate) const ICON_BUTTON: &str = "icon-button";

/// A button that submits its form.
#[component]
pub(crate) fn SubmitButton(
    /// How it looks.
    #[prop(optional)]
    tone: Tone,
    /// Whether a submission is under way; the button then neither submits nor loses its focus.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=button_class(tone)
            aria-disabled=move || pending.get().then_some("true")
            on:click=move |event| {
                if pending.get_untracked() {
                    event.prevent_default();
                }
            }
        >
            {children()}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tone_has_its_own_look() {
        let tones = [Tone::Primary, Tone::Secondary, Tone::Quiet, Tone::Danger];
        for tone in tones {
            let same = tones.iter().filter(|other| button_class(**other) == button_class(tone));
            assert_eq!(same.count(), 1, "{tone:?} looks like another tone");
        }
    }
}
