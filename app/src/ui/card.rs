//! A bordered area that belongs together.

use leptos::prelude::*;

/// A section with a heading, an optional explanation and its content.
#[component]
pub(crate) fn Card(
    /// The heading.
    #[prop(into)]
    title: String,
    /// A sentence below the heading; empty for none.
    #[prop(optional, into)]
    text: String,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="grid content-start gap-4 rounded-lg border border-line bg-surface p-5 shadow-soft">
            <header class="grid gap-0.5">
                <h2 class="text-lg font-semibold tracking-tight">{title}</h2>
                {(!text.is_empty()).then(|| view! { <p class="max-w-[62ch] text-ink-soft">{text}</p> })}
            </header>
            {children()}
        </section>
    }
}
