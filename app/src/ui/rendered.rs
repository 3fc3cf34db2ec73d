//! Rendering a piece of a page on the server, for tests.

use leptos::prelude::*;
use leptos_router::{components::Router, location::RequestUrl};

/// The markup of a view at an address, with what every page finds in its context.
pub(crate) fn render_at(
    address: &str,
    content: impl FnOnce() -> AnyView + Send + 'static,
) -> String {
    let address = address.to_owned();
    Owner::new().with(move || {
        provide_context(RequestUrl::new(&address));
        crate::ui::toast::provide_toasts();
        crate::sidebar::provide_sidebar_state();
        view! { <Router>{content()}</Router> }.to_html()
    })
}
