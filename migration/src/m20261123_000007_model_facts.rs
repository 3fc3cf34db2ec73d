//! What is known of models and servers, what the owner says of them, and how providers fare.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, text, text_null, uuid},
    sea_orm::ConnectionTrait,
};

use crate::columns::{index, owned_table, reference};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in
            [text_null("server"), text_null("server_version"), big_integer_null("latency_ms")]
        {
            add(manager, "provider", column).await?;
        }
        for column in [
            text_null("display_name"),
            text_null("listed_display_name"),
            text("facts").default("{}").take(),
            text("user_facts").default("{}").take(),
            text("parameters").default("{}").take(),
            boolean("enabled").default(true).take(),
            boolean("favourite").default(false).take(),
            boolean("listed").default(true).take(),
            big_integer_null("last_used_at"),
        ] {
            add(manager, "model", column).await?;
        }
        manager
            .get_connection()
            .execute_unprepared(
                r#"UPDATE model
                SET facts = '{"context_length":{"value":' || context_length || ',"source":"reported"}}'
                WHERE context_length IS NOT NULL"#,
            )
            .await?;
        manager
            .alter_table(Table::alter().table("model").drop_column("context_length").take())
            .await?;
        add(manager, "conversation", text("parameters").default("{}").take()).await?;
        manager
            .create_table(
                owned_table("provider_check")
                    .col(uuid("provider_id"))
                    .col(text("source"))
                    .col(big_integer("at"))
                    .col(big_integer_null("latency_ms"))
                    .col(text_null("failure"))
                    .foreign_key(&mut reference(
                        "provider_check",
                        "provider_id",
                        "provider",
                        ForeignKeyAction::Cascade,
                    ))
                    .take(),
            )
            .await?;
        manager.create_index(index("provider_check", &["provider_id", "at"])).await
    }
}

/// SQLite adds one column a statement.
async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    mut column: ColumnDef,
) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await
}
