//! The root of every page: the sidebar beside the page the address names.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    browser::{effect, focus_soon, mark_hydrated},
    chat::ChatStudio,
    not_found::NotFound,
    routes::{LlmConfigRoute, ManualRoute, MetricsRoute, ParametersRoute, PromptsRoute},
    sidebar::Sidebar,
    ui::{dynamic::clicked, toast::Toasts},
};

/// Chat Studio.
///
/// Every route is rendered whole before it is sent: what the pages read comes from the local
/// database within milliseconds, and the result is complete without script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    crate::browser::provide_app_tasks();
    crate::tabs::provide_tabs();
    crate::sidebar::provide_sidebar_state();
    crate::ui::toast::provide_toasts();
    effect(mark_hydrated);

    view! {
        <Title formatter=|page: String| {
            if page.is_empty() { "Chat Studio".to_owned() } else { format!("{page} · Chat Studio") }
        } />
        <Router>
            <a
                class="skip-link"
                href="#main"
                on:click=clicked(|event| {
                    // The router would change the address and leave the focus here.
                    event.prevent_default();
                    focus_soon("main");
                })
            >
                "Skip to content"
            </a>
            <div class="frame">
                <Sidebar />
                <main id="main" class="page" tabindex="-1">
                    <FlatRoutes fallback=NotFound>
                        <Route path=path!("/chat/:conversation?") view=ChatStudio ssr=SsrMode::Async />
                        <Route path=path!("/prompts") view={Lazy::<PromptsRoute>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/metrics") view={Lazy::<MetricsRoute>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/llm-config/:part?") view={Lazy::<LlmConfigRoute>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/manual") view={Lazy::<ManualRoute>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/parameters") view={Lazy::<ParametersRoute>::new()} ssr=SsrMode::Async />
                    </FlatRoutes>
                </main>
                <Toasts />
            </div>
        </Router>
    }
}
