//! The ledger's sums.

use models::{
    metric::{MetricBucket, MetricShare, MetricSummary},
    run::RunStatus,
    timestamp::Timestamp,
    usage::Usage,
};

use crate::support::{Fixture, START, ending, on_both_databases};

on_both_databases!(nothing_sums_to_nothing, answers_are_summed, long_spans_have_at_most_48_buckets);

const HOUR: i64 = 3_600_000;

async fn nothing_sums_to_nothing(fixture: Fixture) {
    let summary = fixture.store.metric_summary(fixture.owner, 2, START).await.expect("sums");
    let bucket = |from: i64| MetricBucket { from: Timestamp(from), complete: 0, other: 0 };
    let buckets = vec![bucket(START.0 - 2 * HOUR), bucket(START.0 - HOUR)];
    assert_eq!(summary, MetricSummary { hours: 2, buckets, ..MetricSummary::default() });
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
    let bucket =
        |from: i64, complete, other| MetricBucket { from: Timestamp(from), complete, other };
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
            buckets: vec![bucket(START.0 - 2 * HOUR, 2, 2), bucket(START.0 - HOUR, 2, 1)],
            models: vec![share("small", 4), share("large", 3)],
            routing_profiles: vec![share("direct_llm", 7)],
        }
    );
}

async fn long_spans_have_at_most_48_buckets(fixture: Fixture) {
    answer(&fixture, START, RunStatus::Complete, "small", Some(10)).await;
    for (hours, buckets) in [(0, 1), (1, 1), (48, 48), (168, 48), (u32::MAX, 48)] {
        let summary =
            fixture.store.metric_summary(fixture.owner, hours, START).await.expect("sums");
        assert_eq!(summary.buckets.len(), buckets);
        assert_eq!(summary.buckets.last().map(|bucket| bucket.complete), Some(1));
        assert_eq!(summary.total, 1);
    }
}
