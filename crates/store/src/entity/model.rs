//! Models, as their providers listed them.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "model")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub provider_id: Uuid,
    pub name: String,
    pub context_length: Option<i64>,
    pub seen_at: i64,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
