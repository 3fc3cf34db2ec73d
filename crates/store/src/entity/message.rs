//! Messages: the nodes of the conversations’ trees.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub conversation_id: Uuid,
    pub parent_id: Option<Uuid>,
    pub role: String,
    pub status: String,
    pub parts: String,
    pub provider: Option<String>,
    pub model: Option<String>,
    pub run_id: Option<Uuid>,
    pub finish_reason: Option<String>,
    pub failure: Option<String>,
    pub usage: String,
    pub sequence: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
