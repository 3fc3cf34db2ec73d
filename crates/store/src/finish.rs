//! Finishing a run: the one transaction that writes the answer's final state and its ledger row.

use models::{
    id::{MessageId, RunId},
    metric::ChatMetric,
    part::Part,
    run::{FinishReason, RunFailure, RunStatus},
    run_event::SequencedEvent,
    timestamp::Timestamp,
    usage::Usage,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    column::{to_json, to_signed, to_word},
    conversation,
    database::{Durability, Store},
    entity::{message, run},
    error::StoreError,
    journal, metric,
    run::RunRow,
};

/// How a run ended.
#[derive(Debug, Clone)]
pub struct FinishRun {
    /// The run, as it was accepted.
    pub run: RunRow,
    /// A final status.
    pub status: RunStatus,
    /// The whole message.
    pub parts: Vec<Part>,
    /// The number of the last event that `parts` contains.
    pub sequence: u64,
    /// The events that are not in the journal yet, the final one included.
    pub tail: Vec<SequencedEvent>,
    /// Why the provider stopped, where it said so.
    pub finish_reason: Option<FinishReason>,
    /// Why the run failed, where it did.
    pub failure: Option<RunFailure>,
    /// Tokens, where known.
    pub usage: Usage,
    /// The provider's display name; absent: what the message says already.
    pub provider: Option<String>,
    /// The model's identifier at the provider; absent: what the message says already.
    pub model: Option<String>,
    /// The title made from the first exchange; taken unless the conversation has one.
    pub title: Option<String>,
    /// The row of the ledger.
    pub metric: ChatMetric,
    /// When the first request went out.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub now: Timestamp,
}

impl Store {
    /// Writes a run's end in one transaction that survives a power failure. Returns false, and changes
    /// nothing, when the run is over already or its conversation is gone.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`], [`StoreError::Busy`], or whatever the database answers; then nothing was
    /// written and the call may be repeated.
    pub async fn finish_run(&self, finish: FinishRun) -> Result<bool, StoreError> {
        let write = self.write(Durability::Durable).await?;
        // The journal takes events of a running run only, so it goes first.
        if !journal::append(&*write, finish.run.id, &finish.tail).await? {
            return Ok(false);
        }
        if !close_run(&*write, &finish).await? {
            return Ok(false);
        }
        close_message(&*write, &finish).await?;
        if let Some(title) = &finish.title {
            let (owner, id) = (finish.run.owner, finish.run.conversation_id);
            conversation::put_title(&*write, owner, id, title).await?;
        }
        metric::insert(&*write, finish.run.owner, finish.metric).await?;
        write.commit().await?;
        Ok(true)
    }
}

async fn close_run<C: ConnectionTrait>(
    connection: &C,
    finish: &FinishRun,
) -> Result<bool, StoreError> {
    use run::Column;

    let updated = run::Entity::update_many()
        .col_expr(Column::Status, Expr::value(finish.status.as_str()))
        .col_expr(Column::StartedAt, Expr::value(finish.started_at.map(|moment| moment.0)))
        .col_expr(Column::FinishedAt, Expr::value(finish.now.0))
        .filter(Column::Id.eq(finish.run.id.0))
        .filter(Column::OwnerId.eq(finish.run.owner.0))
        .filter(Column::Status.eq(RunStatus::Running.as_str()))
        .exec(connection)
        .await?;
    Ok(updated.rows_affected > 0)
}

async fn close_message<C: ConnectionTrait>(
    connection: &C,
    finish: &FinishRun,
) -> Result<(), StoreError> {
    use message::Column;

    let RunRow { id: RunId(run), message_id: MessageId(message), owner, .. } = &finish.run;
    let failure = finish.failure.as_ref();
    let failure = failure.map(|failure| to_json("message.failure", failure)).transpose()?;
    let mut update = message::Entity::update_many()
        .col_expr(Column::Status, Expr::value(finish.status.as_str()))
        .col_expr(Column::Parts, Expr::value(to_json("message.parts", &finish.parts)?))
        .col_expr(Column::Sequence, Expr::value(to_signed(finish.sequence)))
        .col_expr(
            Column::FinishReason,
            Expr::value(to_word("message.finish_reason", finish.finish_reason)?),
        )
        .col_expr(Column::Failure, Expr::value(failure))
        .col_expr(Column::Usage, Expr::value(to_json("message.usage", &finish.usage)?))
        .col_expr(Column::UpdatedAt, Expr::value(finish.now.0))
        .filter(Column::Id.eq(*message))
        .filter(Column::OwnerId.eq(owner.0))
        .filter(Column::RunId.eq(*run));
    if let Some(provider) = &finish.provider {
        update = update.col_expr(Column::Provider, Expr::value(provider.as_str()));
    }
    if let Some(model) = &finish.model {
        update = update.col_expr(Column::Model, Expr::value(model.as_str()));
    }
    update.exec(connection).await?;
    Ok(())
}
