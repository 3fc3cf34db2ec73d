//! Conversations and the trees of their messages.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, text, text_null, uuid, uuid_null},
};

use crate::columns::{index, owned_table, reference};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(conversation()).await?;
        // The list of conversations reads this index from its end and sorts nothing.
        manager
            .create_index(index("conversation", &["owner_id", "deleted_at", "updated_at", "id"]))
            .await?;
        // The reaper looks for old deletions of all owners.
        manager.create_index(index("conversation", &["deleted_at"])).await?;
        // Removing a model or a prompt profile looks for the conversations that name it.
        manager.create_index(index("conversation", &["model_id"])).await?;
        manager.create_index(index("conversation", &["prompt_profile_id"])).await?;
        manager.create_table(message()).await?;
        manager.create_index(index("message", &["conversation_id", "parent_id", "id"])).await
    }
}

fn conversation() -> TableCreateStatement {
    owned_table("conversation")
        .col(text("title"))
        .col(boolean("title_by_person"))
        .col(uuid_null("model_id"))
        .col(text("routing_profile"))
        .col(uuid_null("prompt_profile_id"))
        .col(uuid_null("current_leaf_id"))
        .col(big_integer_null("deleted_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer("version"))
        .foreign_key(&mut reference("conversation", "model_id", "model", ForeignKeyAction::SetNull))
        .foreign_key(&mut reference(
            "conversation",
            "prompt_profile_id",
            "prompt_profile",
            ForeignKeyAction::SetNull,
        ))
        .take()
}

/// `parent_id` is no foreign key: SQLite would follow a deletion down the tree row by row, and gives
/// up after a thousand. Messages go with their conversation and never alone.
fn message() -> TableCreateStatement {
    owned_table("message")
        .col(uuid("conversation_id"))
        .col(uuid_null("parent_id"))
        .col(text("role"))
        .col(text("status"))
        .col(text("parts"))
        .col(text_null("provider"))
        .col(text_null("model"))
        .col(uuid_null("run_id"))
        .col(text_null("finish_reason"))
        .col(text_null("failure"))
        .col(text("usage"))
        .col(big_integer("sequence"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .foreign_key(&mut reference(
            "message",
            "conversation_id",
            "conversation",
            ForeignKeyAction::Cascade,
        ))
        .take()
}
