//! The document around the pages: head, theme, scripts. Rendered on the server only.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::{App, sidebar, theme, ui::icon::IconSprite};

/// The whole HTML document, without inline styles so that the content security policy can forbid
/// them.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-theme=theme::current().as_str()
            data-sidebar=sidebar::word(sidebar::folded_now())
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#fbfaf8" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#16181a" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options=options.clone() id="leptos" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
                <IconSprite />
            </body>
        </html>
    }
}
