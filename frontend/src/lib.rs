//! The entry of the browser: show a way out of a crash, then bring the page to life.

#![recursion_limit = "256"]

mod crash;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the script that loads this module.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(crash::report));
    wasm_bindgen_futures::spawn_local(async {
        let path = web_sys::window().and_then(|window| window.location().pathname().ok());
        app::load_page(&path.unwrap_or_default()).await;
        leptos::mount::hydrate_body(app::App);
    });
}
