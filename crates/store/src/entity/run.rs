//! Runs.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub conversation_id: Uuid,
    pub message_id: Uuid,
    pub user_message_id: Uuid,
    pub idempotency_key: Option<String>,
    pub status: String,
    pub routing_profile: String,
    pub model_id: Option<Uuid>,
    pub base_parts: String,
    pub mode: String,
    pub instance_id: Uuid,
    pub heartbeat_at: i64,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
