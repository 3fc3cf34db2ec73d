//! Which of the LLM Config pages an address means.
//!
//! All are one route, and the router renews only a route's parameters when the address changes within
//! it. The pages therefore read their query from the location and not from the route
//! (`use_query_map`).

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{model_page::ModelPage, models_page::ModelsPage, page::LlmConfigPage};

/// The providers; below them the models of one provider, and one model.
#[component]
pub(crate) fn LlmConfigRoot() -> impl IntoView {
    let params = use_params_map();
    let part = Memo::new(move |_| params.with(|params| params.get("part").unwrap_or_default()));
    move || match part.get().as_str() {
        "models" => view! { <ModelsPage /> }.into_any(),
        "model" => view! { <ModelPage /> }.into_any(),
        _ => view! { <LlmConfigPage /> }.into_any(),
    }
}
