//! The metrics ledger: one row an answer, and what is summed from them.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ChatMetricId, ConversationId, MessageId, RunId},
    run::{FailureClass, FinishReason, RunStatus},
    timestamp::Timestamp,
    usage::Usage,
};

/// One answer in the ledger (protocols §11.3). Rows stay when their conversation is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMetric {
    /// The row.
    pub id: ChatMetricId,
    /// The run it reports on.
    pub run_id: RunId,
    /// The conversation, which may be gone.
    pub conversation_id: ConversationId,
    /// The message, which may be gone.
    pub message_id: MessageId,
    /// When the run was accepted.
    pub created_at: Timestamp,
    /// The routing profile's name on the wire.
    pub routing_profile: String,
    /// The provider's display name.
    pub provider: String,
    /// The model's identifier at the provider.
    pub model: String,
    /// How the run ended.
    pub status: RunStatus,
    /// Milliseconds from acceptance to the first request.
    pub queue_ms: i64,
    /// Milliseconds from the last request to its first output; absent when none came.
    pub first_token_ms: Option<i64>,
    /// Milliseconds from acceptance to the end.
    pub total_ms: i64,
    /// Tokens, where known.
    pub usage: Usage,
    /// Why tokens are unknown, where they are.
    pub usage_unknown: Option<String>,
    /// Requests made; more than one means retries.
    pub attempts: u32,
    /// Tool calls the model asked for.
    pub tool_calls: u32,
    /// Why the provider stopped.
    pub finish_reason: Option<FinishReason>,
    /// What kind of failure.
    pub failure: Option<FailureClass>,
    /// The provider's HTTP status of a failure.
    pub http_status: Option<u16>,
}

/// What `GET metrics` answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct MetricSummary {
    /// The span summed, in hours back from now.
    pub hours: u32,
    /// Answers in the span, however they ended.
    pub total: u64,
    /// Those that are complete.
    pub complete: u64,
    /// Those that failed or were interrupted.
    pub failed: u64,
    /// Those a person stopped.
    pub stopped: u64,
    /// Median milliseconds to the first token; absent when there is none.
    pub first_token_ms_median: Option<i64>,
    /// Median milliseconds to the end of a complete answer.
    pub total_ms_median: Option<i64>,
    /// Tokens of the requests whose count is known.
    pub input_tokens: u64,
    /// Tokens of the answers whose count is known.
    pub output_tokens: u64,
    /// Answers whose tokens are unknown.
    pub usage_unknown: u64,
    /// Equal spans from the oldest to now.
    pub buckets: Vec<MetricBucket>,
    /// The most used models, at most ten.
    pub models: Vec<MetricShare>,
    /// The most used routing profiles, at most ten.
    pub routing_profiles: Vec<MetricShare>,
}

/// One span of the plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct MetricBucket {
    /// Where the span begins.
    pub from: Timestamp,
    /// Answers that are complete.
    pub complete: u64,
    /// Answers that are not.
    pub other: u64,
}

/// How often something was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct MetricShare {
    /// What.
    pub name: String,
    /// How often.
    pub count: u64,
}
