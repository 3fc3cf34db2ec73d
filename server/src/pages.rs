//! The studio's pages and server functions.

use axum::{Router, middleware, response::Redirect, routing::get};
use http::header::CONTENT_SECURITY_POLICY;
use leptos::{
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{
    LeptosRoutes, ResponseOptions, generate_route_list_with_exclusions_and_ssg_and_context,
};

use crate::{browser, security::headers::page_policy, state::AppState};

/// Every page of `app`, and every server function.
pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let (pages, _) =
        generate_route_list_with_exclusions_and_ssg_and_context(app::App, None, context(state));
    Router::new()
        .leptos_routes_with_context(state, pages, context(state), shell(state))
        // Here and not among the pages, so that the browser loads nothing for it.
        .route("/", get(|| async { Redirect::temporary("/chat") }))
        .layer(middleware::from_fn(browser::remember))
}

/// The document around the app.
pub(crate) fn shell(
    state: &AppState,
) -> impl Fn() -> leptos::prelude::AnyView + Clone + Send + Sync + 'static {
    let options = state.leptos().clone();
    move || leptos::prelude::IntoAny::into_any(app::shell(options.clone()))
}

/// What pages and server functions find in their context; sets the page's content policy too,
/// because only here its nonce is known.
pub(crate) fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        provide_context(state.studio().clone());
        provide_context(*state.caller());
        let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
            return;
        };
        if let Some(policy) = page_policy(&nonce, state.reload_port()) {
            response.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    }
}
