//! What a list or page shows while it holds nothing: never a blank, always the next step.

use leptos::prelude::*;

/// A heading, an explanation, and the actions that help.
#[component]
pub(crate) fn EmptyState(
    /// What is missing.
    #[prop(into)]
    title: String,
    /// Why, and what to do.
    #[prop(into)]
    text: String,
    /// The actions.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="m-auto grid max-w-[34rem] justify-items-center gap-2 px-6 py-16 text-center">
            <h2 class="text-xl font-semibold tracking-tight">{title}</h2>
            <p class="text-ink-soft">{text}</p>
            <div class="mt-3 flex flex-wrap justify-center gap-2">{children()}</div>
        </div>
    }
}
