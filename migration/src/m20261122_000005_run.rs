//! Runs and the journal of what they said.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, text_null, uuid, uuid_null},
};

use crate::columns::{index, owned_table, reference, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(run()).await?;
        manager.create_index(unique("run", &["owner_id", "idempotency_key"])).await?;
        manager.create_index(index("run", &["status", "heartbeat_at"])).await?;
        manager.create_index(index("run", &["conversation_id"])).await?;
        manager.create_index(index("run", &["finished_at"])).await?;
        manager.create_table(run_event()).await
    }
}

/// `model_id` is no foreign key: the row tells what was asked for, even when the model is gone.
fn run() -> TableCreateStatement {
    owned_table("run")
        .col(uuid("conversation_id"))
        .col(uuid("message_id"))
        .col(uuid("user_message_id"))
        .col(text_null("idempotency_key"))
        .col(text("status"))
        .col(text("routing_profile"))
        .col(uuid_null("model_id"))
        .col(text("base_parts"))
        .col(text("mode"))
        .col(uuid("instance_id"))
        .col(big_integer("heartbeat_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("started_at"))
        .col(big_integer_null("finished_at"))
        .foreign_key(&mut reference(
            "run",
            "conversation_id",
            "conversation",
            ForeignKeyAction::Cascade,
        ))
        .take()
}

fn run_event() -> TableCreateStatement {
    Table::create()
        .table("run_event")
        .col(uuid("run_id"))
        .col(big_integer("first_sequence"))
        .col(big_integer("last_sequence"))
        .col(text("events"))
        .primary_key(Index::create().col("run_id").col("first_sequence"))
        .foreign_key(&mut reference("run_event", "run_id", "run", ForeignKeyAction::Cascade))
        .take()
}
