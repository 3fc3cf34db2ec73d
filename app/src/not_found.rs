//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::ui::{
    button::{Tone, button_class},
    empty_state::EmptyState,
};

/// Says that there is nothing here, with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }

    view! {
        <Title text="Not found" />
        <EmptyState
            title="There is nothing at this address"
            text="The page may have been moved, or the conversation deleted."
        >
            <a class=button_class(Tone::Primary) href="/chat">
                "Open Chat Studio"
            </a>
        </EmptyState>
    }
}
