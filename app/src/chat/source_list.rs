//! What an answer rests on.

use leptos::prelude::*;
use models::part::Source;

use crate::ui::icon::{Glyph, Icon};

/// The sources in the order of their citation numbers.
#[component]
pub(crate) fn SourceList(
    /// The sources.
    sources: Vec<Source>,
) -> impl IntoView {
    let count = sources.len();
    view! {
        <details class="sources">
            <summary>
                <Icon glyph=Glyph::Source />
                {if count == 1 { "1 source".to_owned() } else { format!("{count} sources") }}
            </summary>
            <ol>
                {sources
                    .into_iter()
                    .map(|source| {
                        let title = match source.address.filter(|address| is_safe(address)) {
                            Some(address) => {
                                view! {
                                    <a href=address rel="noreferrer nofollow">
                                        {source.title}
                                    </a>
                                }
                                    .into_any()
                            }
                            None => view! { <strong>{source.title}</strong> }.into_any(),
                        };
                        view! { <li>{title} <p>{source.excerpt}</p></li> }.into_any()
                    })
                    .collect_view()}
            </ol>
        </details>
    }
}

/// Whether an address may become a link: a path of the studio, or https. Addresses come from models
/// and documents, so everything else (`javascript:` above all) stays text.
fn is_safe(address: &str) -> bool {
    let is_path = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    is_path || address.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_and_https_become_links() {
        assert!(is_safe("/docs/providers"));
        assert!(is_safe("https://example.com/a"));
        for hostile in
            ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:,a", "http:x"]
        {
            assert!(!is_safe(hostile), "{hostile}");
        }
    }
}
