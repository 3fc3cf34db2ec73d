//! The owner every other row belongs to, and the owner's settings.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, uuid},
};

use crate::columns::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("owner")
                    .col(uuid("id").primary_key())
                    .col(text("name"))
                    .col(big_integer("created_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("setting")
                    .col(uuid("owner_id"))
                    .col(text("key"))
                    .col(text("value"))
                    .primary_key(Index::create().col("owner_id").col("key"))
                    .foreign_key(&mut reference(
                        "setting",
                        "owner_id",
                        "owner",
                        ForeignKeyAction::Cascade,
                    ))
                    .take(),
            )
            .await
    }
}
