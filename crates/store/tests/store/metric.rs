//! The ledger's sums.

use models::{
    metric::{MetricBucket, MetricShare, MetricSummary},
    run::RunStatus,
    timestamp::Timestamp,
    usage::Usage,
};

use crate::support::{Fixture, START, ending, on_both_databases};

on_both_databases!(nothing_sums_to_nothing, answers_are_summed, spans_have_12_to_48_buckets);

const HOUR: i64 = 3_600_000;

async fn nothing_sums_to_nothing(fixture: Fixture) {
    let summary = fixture.store.metric_summary(fixture.owner, 2, START).await.expect("sums");
    let buckets = buckets_of_two_hours();
    assert_eq!(summary, MetricSummary { hours: 2, buckets, ..MetricSummary::default() });
}

/// Twelve buckets of ten minutes.
fn buckets_of_two_hours() -> Vec<MetricBucket> {
    (0..12)
        .map(|place| START.plus_millis((place - 12) * HOUR / 6))
        .map(|from| MetricBucket { from, complete: 0, other: 0 })
        .collect()
}

/// One answer in the ledger.
async fn answer(
    fixture: &Fixture,
    at: Timestamp,
    status: RunStatus,
    model: &str,
    first_token_ms: Option<i64>,
) {
    let (_, run) = fixture.send().await;
    let mut end = ending(&run);
    end.metric.created_at = at;
    end.metric.status = status;
    end.metric.model = model.to_owned();
    end.metric.first_token_ms = first_token_ms;
    end.metric.total_ms = first_token_ms.unwrap_or(0) * 10;
    if first_token_ms.is_none() {
        end.metric.usage = Usage::default();
        end.metric.usage_unknown = Some("The provider did not say.".to_owned());
    }
    assert!(fixture.store.finish_run(end).await.expect("ended"));
}

async fn answers_are_summed(fixture: Fixture) {
    let ago = |millis: i64| START.plus_millis(-millis);
    answer(&fixture, START, RunStatus::Complete, "small", Some(10)).await;
    answer(&fixture, ago(1), RunStatus::Complete, "small", Some(40)).await;
    answer(&fixture, ago(HOUR), RunStatus::Complete, "large", Some(20)).await;
    answer(&fixture, ago(HOUR), RunStatus::Complete, "small", Some(30)).await;
    answer(&fixture, ago(HOUR - 1), RunStatus::Stopped, "small", Some(1)).await;
    answer(&fixture, ago(HOUR + 1), RunStatus::Failed, "large", None).await;
    answer(&fixture, ago(HOUR + 1), RunStatus::Interrupted, "large", None).await;
    answer(&fixture, ago(2 * HOUR), RunStatus::Complete, "old", Some(1)).await;
    let summary = fixture.store.metric_summary(fixture.owner, 2, START).await.expect("sums");
    let share = |name: &str, count| MetricShare { name: name.to_owned(), count };
    let mut buckets = buckets_of_two_hours();
    for (place, complete, other) in [(5, 2, 2), (6, 0, 1), (11, 2, 0)] {
        (buckets[place].complete, buckets[place].other) = (complete, other);
    }
    assert_eq!(
        summary,
        MetricSummary {
            hours: 2,
            total: 7,
            complete: 4,
            failed: 2,
            stopped: 1,
            first_token_ms_median: Some(20),
            total_ms_median: Some(250),
            input_tokens: 35,
            output_tokens: 10,
            usage_unknown: 2,
            buckets,
            models: vec![share("small", 4), share("large", 3)],
            routing_profiles: vec![share("direct_llm", 7)],
        }
    );
}

async fn spans_have_12_to_48_buckets(fixture: Fixture) {
    answer(&fixture, START, RunStatus::Complete, "small", Some(10)).await;
    for (hours, buckets) in [(0, 12), (1, 12), (24, 24), (48, 48), (168, 48), (u32::MAX, 48)] {
        let summary =
            fixture.store.metric_summary(fixture.owner, hours, START).await.expect("sums");
        assert_eq!(summary.buckets.len(), buckets);
        assert_eq!(summary.buckets.last().map(|bucket| bucket.complete), Some(1));
        assert_eq!(summary.total, 1);
    }
}
