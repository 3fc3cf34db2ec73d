//! The journal: one row holds consecutive events of a run.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_sequence: i64,
    pub last_sequence: i64,
    pub events: String,
}

impl ActiveModelBehavior for ActiveModel {}
