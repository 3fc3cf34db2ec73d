//! The page itself.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use models::metric::MetricSummary;

use super::{
    plot::plot,
    server_functions::load_metrics,
    shares::shares,
    span::{DEFAULT_HOURS, LONGEST_HOURS, SpanSwitch, in_words},
    tile::tiles,
};
use crate::{
    resource::resource,
    ui::{
        button::{Tone, button_class},
        empty_state::EmptyState,
        notice::ErrorNotice,
        page::Page,
    },
};

/// The numbers of a span of time.
#[component]
pub(crate) fn MetricsPage() -> impl IntoView {
    let query = use_query_map();
    let hours = Memo::new(move |_| {
        query.with(|query| query.get("hours")).unwrap_or(DEFAULT_HOURS.to_owned())
    });
    let summary = resource(move || hours.get(), load_metrics);
    view! {
        <Page
            title="Metrics"
            lead="How many answers you got, how fast they came, and how many tokens they took. The numbers stay when a conversation is deleted."
        >
            <SpanSwitch chosen=hours />
            <Transition>
        <ErrorNotice error=Signal::derive(move || summary.get().and_then(Result::err)) />
                {move || summary.get().and_then(Result::ok).map(numbers)}
            </Transition>
        </Page>
    }
}

/// Tiles, plot and lists; or, without any answer, what to do about that.
fn numbers(summary: MetricSummary) -> AnyView {
    let span = in_words(summary.hours);
    if summary.total == 0 {
        return empty(&summary, &span);
    }
    view! {
        {tiles(&summary)}
        {plot(summary.buckets, &span)}
        <div class="grid gap-6 md:grid-cols-2">
            {shares("Most used models", summary.models, summary.total)}
            {shares("Most used routing profiles", summary.routing_profiles, summary.total)}
        </div>
    }
    .into_any()
}

fn empty(summary: &MetricSummary, span: &str) -> AnyView {
    let further_back = summary.hours < LONGEST_HOURS;
    view! {
        <EmptyState
            title=format!("No answers in {span}")
            text="Every answer is counted here as soon as it ends."
        >
            <a class=button_class(Tone::Primary) href="/chat">
                "Ask something"
            </a>
            {further_back
                .then(|| {
                    view! {
                        <a
                            class=button_class(Tone::Secondary)
                            href=format!("/metrics?hours={LONGEST_HOURS}")
                        >
                            "Look further back"
                        </a>
                    }
                })}
        </EmptyState>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use models::{
        metric::{MetricBucket, MetricShare},
        timestamp::Timestamp,
    };

    use super::*;

    fn html(summary: MetricSummary) -> String {
        Owner::new().with(|| numbers(summary).to_html())
    }

    #[test]
    fn a_span_without_answers_says_what_to_do() {
        let html = html(MetricSummary { hours: 24, ..MetricSummary::default() });
        assert!(html.contains("No answers in the last 24 hours"), "{html}");
        assert!(html.contains(r#"href="/chat""#), "{html}");
        assert!(html.contains(r#"href="/metrics?hours=720""#), "{html}");
        assert!(!html.contains("<svg"), "{html}");
    }

    #[test]
    fn the_longest_span_does_not_offer_itself() {
        let html = html(MetricSummary { hours: LONGEST_HOURS, ..MetricSummary::default() });
        assert!(!html.contains("further back"), "{html}");
    }

    #[test]
    fn names_from_providers_are_text() {
        let share = MetricShare { name: "<script>model</script>".to_owned(), count: 1 };
        let html = html(MetricSummary {
            hours: 24,
            total: 1,
            complete: 1,
            buckets: vec![MetricBucket { from: Timestamp(0), complete: 1, other: 0 }],
            models: vec![share],
            ..MetricSummary::default()
        });
        assert!(html.contains("&lt;script&gt;model"), "{html}");
        assert!(!html.contains("<script>"), "{html}");
    }
}
