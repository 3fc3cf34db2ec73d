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
    pub seen_at: i64,
    pub created_at: i64,
    pub display_name: Option<String>,
    pub listed_display_name: Option<String>,
    pub facts: String,
    pub user_facts: String,
    pub parameters: String,
    pub enabled: bool,
    pub favourite: bool,
    pub listed: bool,
    pub last_used_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
