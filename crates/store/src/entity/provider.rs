//! Configured model servers.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub kind: String,
    pub name: String,
    pub base_url: String,
    pub key_ciphertext: Option<Vec<u8>>,
    pub checked_at: Option<i64>,
    pub last_error: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
    pub server: Option<String>,
    pub server_version: Option<String>,
    pub latency_ms: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
