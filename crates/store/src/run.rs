//! Runs: looking them up, keeping them alive and finding those whose instance is gone.

use models::{
    id::{ConversationId, InstanceId, MessageId, ModelId, OwnerId, RunId},
    part::Part,
    run::RunStatus,
    timestamp::Timestamp,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    column::{from_json, moment, parse},
    database::{Durability, Store},
    entity::run::{self, Column},
    error::StoreError,
};

/// Runs taken over at once by one round of the reaper.
const STALE_RUNS: u64 = 256;
/// Identifiers in one statement, so that its parameters stay below every driver's limit.
const IDS: usize = 500;

/// How a run's output relates to what its message held before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunMode {
    /// The message was empty.
    Fresh,
    /// The output goes on from the run's `base_parts`.
    Continue,
}

impl RunMode {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Continue => "continue",
        }
    }
}

impl std::str::FromStr for RunMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Fresh, Self::Continue]
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or_else(|| format!("“{text}” is no run mode"))
    }
}

/// A run with everything its execution needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// The run.
    pub id: RunId,
    /// Whose it is.
    pub owner: OwnerId,
    /// The conversation it writes in.
    pub conversation_id: ConversationId,
    /// The assistant message it writes.
    pub message_id: MessageId,
    /// The person's message it answers.
    pub user_message_id: MessageId,
    /// How far it is.
    pub status: RunStatus,
    /// The routing profile's slug.
    pub routing_profile: String,
    /// The model it was accepted for; absent: the profile's or the studio's default.
    pub model_id: Option<ModelId>,
    /// What the message held before the run.
    pub base_parts: Vec<Part>,
    /// How the output relates to `base_parts`.
    pub mode: RunMode,
    /// Which start of the server executes it.
    pub instance_id: InstanceId,
    /// When that instance last said that it is alive.
    pub heartbeat_at: Timestamp,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When the first request went out; known once it is over.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

impl Store {
    /// One run.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not this owner's.
    pub async fn run(&self, owner: OwnerId, id: RunId) -> Result<RunRow, StoreError> {
        let row = run::Entity::find_by_id(id.0)
            .filter(Column::OwnerId.eq(owner.0))
            .one(self.reader())
            .await?;
        row.map(from_row).transpose()?.ok_or(StoreError::not_found("run"))
    }

    /// The run that writes in a conversation at the moment.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn active_run(
        &self,
        owner: OwnerId,
        conversation: ConversationId,
    ) -> Result<Option<RunRow>, StoreError> {
        active_in(self.reader(), owner, conversation).await
    }

    /// Says that these runs of an instance are alive.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn heartbeat(
        &self,
        instance: InstanceId,
        now: Timestamp,
        runs: &[RunId],
    ) -> Result<(), StoreError> {
        if runs.is_empty() {
            return Ok(());
        }
        let write = self.write(Durability::Relaxed).await?;
        for ids in runs.chunks(IDS) {
            run::Entity::update_many()
                .col_expr(Column::HeartbeatAt, Expr::value(now.0))
                .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
                .filter(Column::InstanceId.eq(instance.0))
                .filter(Column::Status.eq(RunStatus::Running.as_str()))
                .exec(&*write)
                .await?;
        }
        write.commit().await
    }

    /// Runs of **all owners** that are running, are not this instance's, and were last heard of before a
    /// moment: for the reaper. At most 256, the longest silent first; call again until none comes.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn stale_runs(
        &self,
        before: Timestamp,
        except: InstanceId,
    ) -> Result<Vec<RunRow>, StoreError> {
        run::Entity::find()
            .filter(Column::Status.eq(RunStatus::Running.as_str()))
            .filter(Column::HeartbeatAt.lt(before.0))
            .filter(Column::InstanceId.ne(except.0))
            .order_by_asc(Column::HeartbeatAt)
            .limit(STALE_RUNS)
            .all(self.reader())
            .await?
            .into_iter()
            .map(from_row)
            .collect()
    }
}

/// The run that writes in a conversation, if there is one.
pub(crate) async fn active_in<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    conversation: ConversationId,
) -> Result<Option<RunRow>, StoreError> {
    let row = run::Entity::find()
        .filter(Column::ConversationId.eq(conversation.0))
        .filter(Column::OwnerId.eq(owner.0))
        .filter(Column::Status.eq(RunStatus::Running.as_str()))
        .order_by_desc(Column::Id)
        .one(connection)
        .await?;
    row.map(from_row).transpose()
}

fn from_row(row: run::Model) -> Result<RunRow, StoreError> {
    Ok(RunRow {
        id: RunId(row.id),
        owner: OwnerId(row.owner_id),
        conversation_id: ConversationId(row.conversation_id),
        message_id: MessageId(row.message_id),
        user_message_id: MessageId(row.user_message_id),
        status: parse("run.status", &row.status)?,
        routing_profile: row.routing_profile,
        model_id: row.model_id.map(ModelId),
        base_parts: from_json("run.base_parts", &row.base_parts)?,
        mode: parse("run.mode", &row.mode)?,
        instance_id: InstanceId(row.instance_id),
        heartbeat_at: Timestamp(row.heartbeat_at),
        created_at: Timestamp(row.created_at),
        started_at: moment(row.started_at),
        finished_at: moment(row.finished_at),
    })
}
