//! The metrics ledger, which outlives the conversations it reports on.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, text_null, uuid},
};

use crate::columns::{index, owned_table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                owned_table("chat_metric")
                    .col(uuid("run_id"))
                    .col(uuid("conversation_id"))
                    .col(uuid("message_id"))
                    .col(big_integer("created_at"))
                    .col(text("routing_profile"))
                    .col(text("provider"))
                    .col(text("model"))
                    .col(text("status"))
                    .col(big_integer("queue_ms"))
                    .col(big_integer_null("first_token_ms"))
                    .col(big_integer("total_ms"))
                    .col(big_integer_null("input_tokens"))
                    .col(big_integer_null("cached_tokens"))
                    .col(big_integer_null("output_tokens"))
                    .col(big_integer_null("reasoning_tokens"))
                    .col(text_null("usage_source"))
                    .col(text_null("usage_unknown"))
                    .col(big_integer("attempts"))
                    .col(big_integer("tool_calls"))
                    .col(text_null("finish_reason"))
                    .col(text_null("failure"))
                    .col(big_integer_null("http_status"))
                    .take(),
            )
            .await?;
        manager.create_index(index("chat_metric", &["owner_id", "created_at"])).await?;
        manager.create_index(unique("chat_metric", &["run_id"])).await
    }
}
