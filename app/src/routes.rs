//! The pages beside the chat: each comes to the browser in a file of its own, when it is first visited.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::{
    llm_config::LlmConfigRoot, manual::ManualPage, metrics::MetricsPage,
    parameters::ParametersPage, prompts::PromptsPage,
};

/// `/prompts`
pub(crate) struct PromptsRoute;

/// `/metrics`
pub(crate) struct MetricsRoute;

/// `/llm-config`
pub(crate) struct LlmConfigRoute;

/// `/manual`
pub(crate) struct ManualRoute;

/// `/parameters`
pub(crate) struct ParametersRoute;

#[lazy_route]
impl LazyRoute for PromptsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <PromptsPage /> }.into_any()
    }
}

#[lazy_route]
impl LazyRoute for MetricsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <MetricsPage /> }.into_any()
    }
}

#[lazy_route]
impl LazyRoute for LlmConfigRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <LlmConfigRoot /> }.into_any()
    }
}

#[lazy_route]
impl LazyRoute for ManualRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <ManualPage /> }.into_any()
    }
}

#[lazy_route]
impl LazyRoute for ParametersRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <ParametersPage /> }.into_any()
    }
}

/// Loads what the page at `path` needs besides the first file. Awaited before a document is brought
/// to life, so that all of it can be at once.
pub async fn load_page(path: &str) {
    match path.trim_end_matches('/') {
        "/prompts" => PromptsRoute::preload().await,
        "/metrics" => MetricsRoute::preload().await,
        "/llm-config" | "/llm-config/models" | "/llm-config/model" => {
            LlmConfigRoute::preload().await;
        }
        "/manual" => ManualRoute::preload().await,
        "/parameters" => ParametersRoute::preload().await,
        _ => {}
    }
}
