//! The one place where HTML from the server becomes part of the document.
//!
//! Every string that comes here has left the server's sanitiser or is a view of ours, rendered by the
//! framework; nothing else may call `inner_html` or `insert_adjacent_html`.

use leptos::{html, prelude::*};
use web_sys::Element;

use super::message_state::{BlockHtml, BlockState};
use crate::browser::effect_with;

/// One block of a text. Its HTML is set once when it is made, and changed in place afterwards.
#[component]
pub(crate) fn RenderedBlock(
    /// The block.
    block: BlockState,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let (whole, revision) = block.html.with_untracked(|html| (html.whole.clone(), html.revision));
    effect_with(move |shown: Option<Shown>| {
        let shown = shown.unwrap_or(Shown { revision, pieces: 0 });
        match node.get() {
            Some(element) => block.html.with(|html| shown.catch_up(html, &element)),
            None => shown,
        }
    });
    view! { <div class="block" node_ref=node inner_html=whole></div> }
}

/// Reloads the page every two seconds where there is no script to watch an answer.
#[component]
pub(crate) fn ScriptlessRefresh() -> impl IntoView {
    // As inner HTML, because browsers with script read the content of `noscript` as text, in which
    // there is no element to bring to life.
    view! { <noscript inner_html=r#"<meta http-equiv="refresh" content="2">"#></noscript> }
}

/// A label for a browser without script. Its content is made on the server alone, so that the browser
/// loads neither the code nor the data for it; a page that comes to life leaves it as it is.
pub(crate) fn scriptless_label(
    class: &'static str,
    content: impl FnOnce() -> AnyView + Send + 'static,
) -> AnyView {
    #[cfg(feature = "ssr")]
    let made = content().to_html();
    #[cfg(not(feature = "ssr"))]
    let made = {
        drop(content);
        String::new()
    };
    view! { <label class=class inner_html=made></label> }.into_any()
}

/// What of a block's HTML is in the document.
#[derive(Clone, Copy)]
struct Shown {
    revision: u32,
    pieces: usize,
}

impl Shown {
    fn catch_up(self, html: &BlockHtml, element: &Element) -> Self {
        let mut pieces = self.pieces;
        if self.revision != html.revision {
            element.set_inner_html(&html.whole);
            pieces = 0;
        }
        let news = html.appended.get(pieces..).unwrap_or_default();
        if !news.is_empty() {
            // Without an open element inside, the end of the block is where the text goes on.
            let open = element.query_selector("[data-open]").ok().flatten();
            let target = open.as_ref().unwrap_or(element);
            let _ = target.insert_adjacent_html("beforeend", &news.concat());
        }
        Self { revision: html.revision, pieces: html.appended.len() }
    }
}
