//! Conversations.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub title: String,
    pub title_by_person: bool,
    pub model_id: Option<Uuid>,
    pub routing_profile: String,
    pub prompt_profile_id: Option<Uuid>,
    pub current_leaf_id: Option<Uuid>,
    pub deleted_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
    pub parameters: String,
}

impl ActiveModelBehavior for ActiveModel {}
