//! The page for addresses that lead nowhere.

use leptos::prelude::*;

use crate::ui::{
    button::{Tone, button_class},
    page::Page,
};

/// Says that there is nothing here, with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }

    view! {
        <Page
            title="Not found"
            lead="There is nothing at this address. The page may have been moved, or the conversation deleted."
        >
            <div>
                <a class=button_class(Tone::Primary) href="/chat">
                    "Open Chat Studio"
                </a>
            </div>
        </Page>
    }
}
