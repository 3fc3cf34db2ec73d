//! The metrics ledger and its sums.

use models::{
    id::OwnerId,
    metric::{ChatMetric, MetricBucket, MetricShare, MetricSummary},
    run::RunStatus,
    timestamp::Timestamp,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, FromQueryResult, Value};

use crate::{
    column::{parse, to_signed, to_unsigned, to_word},
    database::Store,
    entity::chat_metric,
    error::StoreError,
};

const HOUR_MS: i64 = 3_600_000;
/// How many spans the plot has, at one an hour where that is between them.
const FEWEST_BUCKETS: u32 = 12;
const MOST_BUCKETS: u32 = 48;

/// The rows of an owner in a span; its three placeholders come first in every statement.
pub(crate) const SPAN: &str =
    "FROM chat_metric WHERE owner_id = $1 AND created_at > $2 AND created_at <= $3";

/// A ledger column that shares are counted by.
#[derive(Clone, Copy)]
enum Share {
    Model,
    RoutingProfile,
}

impl Store {
    /// The sums of an owner's answers in the `hours` before `now`; 0 hours count as 1.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn metric_summary(
        &self,
        owner: OwnerId,
        hours: u32,
        now: Timestamp,
    ) -> Result<MetricSummary, StoreError> {
        let hours = hours.max(1);
        let span = Span { owner, from: now.plus_millis(-(i64::from(hours) * HOUR_MS)), to: now };
        let mut summary = MetricSummary {
            hours,
            buckets: self.buckets(&span, hours.clamp(FEWEST_BUCKETS, MOST_BUCKETS)).await?,
            models: self.shares(&span, Share::Model).await?,
            routing_profiles: self.shares(&span, Share::RoutingProfile).await?,
            ..MetricSummary::default()
        };
        let (mut timed, mut finished) = (0, 0);
        for row in self.totals(&span).await? {
            let status: RunStatus = parse("chat_metric.status", &row.status)?;
            let answers = to_unsigned(row.answers);
            match status {
                RunStatus::Complete => {
                    summary.complete += answers;
                    finished += row.answers;
                }
                RunStatus::Stopped => summary.stopped += answers,
                RunStatus::Failed | RunStatus::Interrupted => summary.failed += answers,
                RunStatus::Running => {}
            }
            summary.total += answers;
            summary.input_tokens += to_unsigned(row.input_tokens);
            summary.output_tokens += to_unsigned(row.output_tokens);
            summary.usage_unknown += to_unsigned(row.usage_unknown);
            timed += row.timed;
        }
        let first_token = "first_token_ms IS NOT NULL";
        let complete = "status = 'complete'";
        summary.first_token_ms_median =
            self.median(&span, "first_token_ms", first_token, timed).await?;
        summary.total_ms_median = self.median(&span, "total_ms", complete, finished).await?;
        Ok(summary)
    }

    async fn totals(&self, span: &Span) -> Result<Vec<Totals>, StoreError> {
        let sql = format!(
            "SELECT status, COUNT(*) AS answers, COUNT(first_token_ms) AS timed, \
             COUNT(usage_unknown) AS usage_unknown, \
             CAST(COALESCE(SUM(input_tokens), 0) AS BIGINT) AS input_tokens, \
             CAST(COALESCE(SUM(output_tokens), 0) AS BIGINT) AS output_tokens {SPAN} GROUP BY status"
        );
        let statement = self.statement(sql, span.values());
        Ok(Totals::find_by_statement(statement).all(self.reader()).await?)
    }

    async fn buckets(&self, span: &Span, count: u32) -> Result<Vec<MetricBucket>, StoreError> {
        let width = (span.to.millis_since(span.from) / i64::from(count)).max(1);
        let mut buckets: Vec<MetricBucket> = (0..i64::from(count))
            .map(|place| MetricBucket {
                from: span.from.plus_millis(place * width),
                complete: 0,
                other: 0,
            })
            .collect();
        let sql = format!(
            "SELECT (created_at - $2 - 1) / $4 AS place, COUNT(*) AS answers, \
             COUNT(CASE WHEN status = 'complete' THEN 1 END) AS complete {SPAN} GROUP BY 1"
        );
        let values = span.values().into_iter().chain([width.into()]);
        let rows =
            Bucket::find_by_statement(self.statement(sql, values)).all(self.reader()).await?;
        for row in rows {
            let place = usize::try_from(row.place).ok();
            if let Some(bucket) = place.and_then(|place| buckets.get_mut(place)) {
                bucket.complete = to_unsigned(row.complete);
                bucket.other = to_unsigned(row.answers - row.complete);
            }
        }
        Ok(buckets)
    }

    async fn shares(&self, span: &Span, share: Share) -> Result<Vec<MetricShare>, StoreError> {
        let column = match share {
            Share::Model => "model",
            Share::RoutingProfile => "routing_profile",
        };
        let sql = format!(
            "SELECT {column} AS name, COUNT(*) AS answers {SPAN} \
             GROUP BY {column} ORDER BY answers DESC, name LIMIT 10"
        );
        let statement = self.statement(sql, span.values());
        let rows = Named::find_by_statement(statement).all(self.reader()).await?;
        Ok(rows
            .into_iter()
            .map(|row| MetricShare { name: row.name, count: to_unsigned(row.answers) })
            .collect())
    }

    /// The median of a column over the `count` rows of a span that meet a condition: the middle one, or
    /// half way between the middle two.
    async fn median(
        &self,
        span: &Span,
        column: &str,
        condition: &str,
        count: i64,
    ) -> Result<Option<i64>, StoreError> {
        if count == 0 {
            return Ok(None);
        }
        let (skip, take) = ((count - 1) / 2, 2 - count % 2);
        let sql = format!(
            "SELECT {column} {SPAN} AND {condition} ORDER BY {column} LIMIT {take} OFFSET {skip}"
        );
        let rows = self.reader().query_all_raw(self.statement(sql, span.values())).await?;
        let middle = rows
            .iter()
            .map(|row| row.try_get_by_index(0))
            .collect::<Result<Vec<i64>, sea_orm::DbErr>>()?;
        Ok(match middle[..] {
            [one] => Some(one),
            [one, other] => Some(one + (other - one) / 2),
            // Rows went between the two statements; the next look at the page has them right.
            _ => None,
        })
    }
}

/// Writes one row of the ledger within a transaction.
pub(crate) async fn insert<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    metric: ChatMetric,
) -> Result<(), StoreError> {
    let row = chat_metric::ActiveModel {
        id: Set(metric.id.0),
        owner_id: Set(owner.0),
        run_id: Set(metric.run_id.0),
        conversation_id: Set(metric.conversation_id.0),
        message_id: Set(metric.message_id.0),
        created_at: Set(metric.created_at.0),
        routing_profile: Set(metric.routing_profile),
        provider: Set(metric.provider),
        model: Set(metric.model),
        status: Set(metric.status.as_str().to_owned()),
        queue_ms: Set(metric.queue_ms),
        first_token_ms: Set(metric.first_token_ms),
        total_ms: Set(metric.total_ms),
        input_tokens: Set(metric.usage.input.map(to_signed)),
        cached_tokens: Set(metric.usage.cached.map(to_signed)),
        output_tokens: Set(metric.usage.output.map(to_signed)),
        reasoning_tokens: Set(metric.usage.reasoning.map(to_signed)),
        usage_source: Set(to_word("chat_metric.usage_source", metric.usage.source)?),
        usage_unknown: Set(metric.usage_unknown),
        attempts: Set(i64::from(metric.attempts)),
        tool_calls: Set(i64::from(metric.tool_calls)),
        finish_reason: Set(to_word("chat_metric.finish_reason", metric.finish_reason)?),
        failure: Set(to_word("chat_metric.failure", metric.failure)?),
        http_status: Set(metric.http_status.map(i64::from)),
    };
    chat_metric::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// Which rows are summed.
struct Span {
    owner: OwnerId,
    from: Timestamp,
    to: Timestamp,
}

impl Span {
    fn values(&self) -> Vec<Value> {
        vec![self.owner.0.into(), self.from.0.into(), self.to.0.into()]
    }
}

#[derive(FromQueryResult)]
struct Totals {
    status: String,
    answers: i64,
    timed: i64,
    usage_unknown: i64,
    input_tokens: i64,
    output_tokens: i64,
}

#[derive(FromQueryResult)]
struct Bucket {
    place: i64,
    answers: i64,
    complete: i64,
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
    answers: i64,
}
