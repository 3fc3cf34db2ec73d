//! The span of time the numbers are of.

use leptos::prelude::*;

/// The span shown when the address names none, in hours.
pub(super) const DEFAULT_HOURS: &str = "24";

/// The longest span one can choose, in hours.
pub(super) const LONGEST_HOURS: u32 = 720;

/// A span one can choose: its hours as the address has them, what the link says, and how a sentence
/// says it.
struct Span {
    hours: &'static str,
    href: &'static str,
    label: &'static str,
    words: &'static str,
}

const SPANS: [Span; 4] = [
    Span { hours: "1", href: "/metrics?hours=1", label: "1 h", words: "the last hour" },
    Span {
        hours: DEFAULT_HOURS,
        href: "/metrics?hours=24",
        label: "24 h",
        words: "the last 24 hours",
    },
    Span { hours: "168", href: "/metrics?hours=168", label: "7 d", words: "the last 7 days" },
    Span { hours: "720", href: "/metrics?hours=720", label: "30 d", words: "the last 30 days" },
];

/// Links to the spans.
#[component]
pub(super) fn SpanSwitch(
    /// The hours as the address has them.
    chosen: Memo<String>,
) -> impl IntoView {
    view! {
        <nav
            class="inline-flex w-fit gap-0.5 rounded-md border border-line bg-sunken p-0.5"
            aria-label="Span of time"
        >
            {SPANS
                .map(|Span { hours, href, label, words }| {
                    view! {
                        <a
                            class="rounded-sm px-3 py-1 text-[0.875rem] text-ink-soft transition-colors duration-120 hover:text-ink aria-[current]:bg-raised aria-[current]:font-medium aria-[current]:text-ink aria-[current]:shadow-soft"
                            href=href
                            title=words
                            aria-current=move || chosen.with(|chosen| chosen == hours).then_some("true")
                        >
                            {label}
                        </a>
                    }
                })
                .into_iter()
                .collect_view()}
        </nav>
    }
}

/// “the last 24 hours”.
pub(super) fn in_words(hours: u32) -> String {
    let known = SPANS.iter().find(|span| span.hours.parse() == Ok(hours));
    known.map_or_else(|| format!("the last {hours} hours"), |span| span.words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_span_it_names() {
        for span in SPANS {
            assert_eq!(span.href, format!("/metrics?hours={}", span.hours));
        }
        let longest = SPANS.iter().filter_map(|span| span.hours.parse().ok()).max();
        assert_eq!(longest, Some(LONGEST_HOURS));
    }

    #[test]
    fn spans_have_words() {
        assert_eq!(in_words(168), "the last 7 days");
        assert_eq!(in_words(5), "the last 5 hours");
    }
}
