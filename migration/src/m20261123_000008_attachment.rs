//! Files given with messages.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, text, uuid_null},
};

use crate::columns::{index, owned_table, reference};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(attachment()).await?;
        // Removing a conversation looks for what was given in it.
        manager.create_index(index("attachment", &["conversation_id"])).await?;
        // The reaper looks for old ones of all owners that were never sent.
        manager.create_index(index("attachment", &["message_id", "created_at"])).await
    }
}

/// Conversation and message are absent until the message is sent. The content is last, so that SQLite
/// reads the other columns without following it through its pages.
fn attachment() -> TableCreateStatement {
    owned_table("attachment")
        .col(uuid_null("conversation_id"))
        .col(uuid_null("message_id"))
        .col(text("name"))
        .col(text("media_type"))
        .col(big_integer("size"))
        .col(big_integer_null("width"))
        .col(big_integer_null("height"))
        .col(big_integer("created_at"))
        .col(binary("content"))
        .foreign_key(&mut reference(
            "attachment",
            "conversation_id",
            "conversation",
            ForeignKeyAction::Cascade,
        ))
        .take()
}
