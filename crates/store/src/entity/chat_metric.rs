//! The metrics ledger.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chat_metric")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub run_id: Uuid,
    pub conversation_id: Uuid,
    pub message_id: Uuid,
    pub created_at: i64,
    pub routing_profile: String,
    pub provider: String,
    pub model: String,
    pub status: String,
    pub queue_ms: i64,
    pub first_token_ms: Option<i64>,
    pub total_ms: i64,
    pub input_tokens: Option<i64>,
    pub cached_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    pub reasoning_tokens: Option<i64>,
    pub usage_source: Option<String>,
    pub usage_unknown: Option<String>,
    pub attempts: i64,
    pub tool_calls: i64,
    pub finish_reason: Option<String>,
    pub failure: Option<String>,
    pub http_status: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
