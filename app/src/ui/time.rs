//! Moments in time.

use leptos::{html, prelude::*};
use models::timestamp::Timestamp;

/// A moment: UTC from the server, in the reader's own zone and language once the page lives.
#[component]
pub(crate) fn Moment(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let node = NodeRef::<html::Time>::new();
    crate::browser::effect(move || {
        if let Some(element) = node.get() {
            crate::browser::show_local_time(&element, at.0);
        }
    });
    let utc = at.to_string();
    view! {
        <time node_ref=node class="moment" datetime=utc.clone()>
            {readable(&utc)}
        </time>
    }
}

/// `2026-11-22T17:01:01Z` as `2026-11-22 17:01 UTC`.
fn readable(utc: &str) -> String {
    let date = utc.get(..10).unwrap_or_default();
    let time = utc.get(11..16).unwrap_or_default();
    format!("{date} {time} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_is_readable() {
        assert_eq!(readable("2026-11-22T17:01:01Z"), "2026-11-22 17:01 UTC");
    }
}
