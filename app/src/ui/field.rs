//! Labelled form controls. The control itself is passed in, so that every native attribute is at
//! hand; it carries [`CONTROL`] and the identifier the field was given.

use leptos::prelude::*;

/// The classes of a text input, text area or select.
pub(crate) const CONTROL: &str = "w-full rounded-md border border-line-strong bg-surface px-3 py-1.5 text-base \
    placeholder:text-ink-faint hover:border-ink-faint focus-visible:border-accent \
    aria-invalid:border-bad";

/// A label, a control, and below it a hint.
#[component]
pub(crate) fn Field(
    /// The identifier of the control.
    #[prop(into)]
    id: String,
    /// What to fill in.
    #[prop(into)]
    label: String,
    /// How to fill it in; its element has the control's identifier followed by `-hint`, for
    /// `aria-describedby`. Empty for none.
    #[prop(optional, into)]
    hint: String,
    /// The control.
    children: Children,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="grid content-start gap-1.5">
            <label class="text-[0.875rem] font-medium" for=id>
                {label}
            </label>
            {children()}
            {(!hint.is_empty())
                .then(|| {
                    view! {
                        <p class="text-sm text-ink-soft" id=hint_id>
                            {hint}
                        </p>
                    }
                })}
        </div>
    }
}
