//! Inline messages: what happened and what to do.

use leptos::prelude::*;
use models::error::ErrorCode;

use super::{badge::Mood, dynamic::optional};
use crate::error::StudioError;

/// The classes every notice shares, before those of its mood.
macro_rules! notice {
    ($mood:literal) => {
        concat!(
            "grid gap-0.5 rounded-md border px-3.5 py-2.5 text-[0.875rem] leading-[1.375rem] ",
            $mood
        )
    };
}

/// The classes of a notice.
pub(crate) const fn notice_class(mood: Mood) -> &'static str {
    match mood {
        Mood::Neutral => notice!("border-line bg-sunken text-ink"),
        Mood::Good => notice!("border-good/30 bg-good-wash text-ink"),
        Mood::Caution => notice!("border-caution/30 bg-caution-wash text-ink"),
        Mood::Bad => notice!("border-bad/30 bg-bad-wash text-ink"),
        Mood::Active => notice!("border-accent/30 bg-accent-wash text-ink"),
    }
}

/// A message within the page.
#[component]
pub(crate) fn Notice(
    /// What it means for the person.
    #[prop(optional)]
    mood: Mood,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=notice_class(mood) role="status">
            {children()}
        </div>
    }
}

/// An error within the page, announced at once; nothing while there is none.
#[component]
pub(crate) fn ErrorNotice(
    /// The error.
    #[prop(into)]
    error: Signal<Option<StudioError>>,
) -> impl IntoView {
    view! {
        <div role="alert">
            {optional(move || error.get().map(told))}
        </div>
    }
}

fn told(StudioError(error): StudioError) -> AnyView {
    // The log speaks of a failure of the studio's own under this name.
    let request = Some(error.request_id)
        .filter(|id| error.code == ErrorCode::Internal && !id.is_empty())
        .map(|id| {
            view! { <p class="text-[0.8125rem] opacity-80">"Request " <code>{id}</code></p> }
                .into_any()
        });
    view! {
        <div class=notice_class(Mood::Bad)>
            <p class="font-semibold">{error.message}</p>
            <p>{error.action}</p>
            {request}
        </div>
    }
    .into_any()
}
