//! Routing profiles and prompt profiles.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
};

use crate::columns::{owned_table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                owned_table("routing_profile")
                    .col(text("slug"))
                    .col(text("name"))
                    .col(text("description"))
                    .col(text("kind"))
                    .col(big_integer("position"))
                    .take(),
            )
            .await?;
        manager.create_index(unique("routing_profile", &["owner_id", "slug"])).await?;
        manager
            .create_table(
                owned_table("prompt_profile")
                    .col(text("name"))
                    .col(text("description"))
                    .col(text("system_prompt"))
                    .col(big_integer("created_at"))
                    .col(big_integer("updated_at"))
                    .col(big_integer("version"))
                    .take(),
            )
            .await?;
        manager.create_index(unique("prompt_profile", &["owner_id", "name"])).await
    }
}
