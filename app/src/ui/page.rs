//! The frame of every page that is not a conversation.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::sidebar::SidebarButton;

/// A page with its heading, a sentence about it, and its content in one readable column.
#[component]
pub(crate) fn Page(
    /// The heading, and the document's title.
    title: &'static str,
    /// What the page is for.
    #[prop(into)]
    lead: String,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title />
        <div class="page-scroll" tabindex="0" role="region" aria-label=title>
            <div class="page-column">
                <header class="page-header">
                    <SidebarButton />
                    <div>
                        <h1 class="page-title">{title}</h1>
                        <p class="page-lead">{lead}</p>
                    </div>
                </header>
                {children()}
            </div>
        </div>
    }
}
