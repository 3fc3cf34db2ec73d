//! Configured model servers and the models they list.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob_null, text, text_null, uuid},
};

use crate::columns::{owned_table, reference, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                owned_table("provider")
                    .col(text("kind"))
                    .col(text("name"))
                    .col(text("base_url"))
                    .col(blob_null("key_ciphertext"))
                    .col(big_integer_null("checked_at"))
                    .col(text_null("last_error"))
                    .col(big_integer("created_at"))
                    .col(big_integer("updated_at"))
                    .col(big_integer("version"))
                    .take(),
            )
            .await?;
        manager.create_index(unique("provider", &["owner_id", "name"])).await?;
        manager
            .create_table(
                owned_table("model")
                    .col(uuid("provider_id"))
                    .col(text("name"))
                    .col(big_integer_null("context_length"))
                    .col(big_integer("seen_at"))
                    .col(big_integer("created_at"))
                    .foreign_key(&mut reference(
                        "model",
                        "provider_id",
                        "provider",
                        ForeignKeyAction::Cascade,
                    ))
                    .take(),
            )
            .await?;
        manager.create_index(unique("model", &["provider_id", "name"])).await
    }
}
