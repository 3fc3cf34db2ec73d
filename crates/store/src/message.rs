//! Messages: pages of a path through a conversation's tree, and who stands beside whom.

use std::collections::HashMap;

use models::{
    id::{ConversationId, MessageId, OwnerId, RunId},
    message::Message,
    run::RunStatus,
    timestamp::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    Statement, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    column::{from_json, from_word, parse, to_json, to_unsigned},
    database::Store,
    entity::message::{self, Column},
    error::StoreError,
};

/// Walks from a message towards the root and stops at a depth, so that a page costs the same in a
/// conversation of ten messages and of ten thousand.
pub(crate) const PATH: &str = "\
WITH RECURSIVE path (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM message
    WHERE id = $1 AND conversation_id = $2 AND owner_id = $3
    UNION ALL
    SELECT message.id, message.parent_id, path.depth + 1
    FROM path JOIN message ON message.id = path.parent_id
    WHERE path.depth < $4
)
SELECT message.* FROM path JOIN message ON message.id = path.id ORDER BY path.depth DESC";

/// Walks from a message to its newest child, and on until there is none.
pub(crate) const NEWEST_LEAF: &str = "\
WITH RECURSIVE walk (id, depth) AS (
    SELECT id, 0 FROM message WHERE id = $1 AND conversation_id = $2
    UNION ALL
    SELECT (
        SELECT child.id FROM message AS child
        WHERE child.conversation_id = $2 AND child.parent_id = walk.id
        ORDER BY child.id DESC LIMIT 1
    ), walk.depth + 1
    FROM walk WHERE walk.id IS NOT NULL
)
SELECT id FROM walk WHERE id IS NOT NULL ORDER BY depth DESC LIMIT 1";

/// Identifiers in one statement, so that its parameters stay below every driver's limit.
const IDS: usize = 500;

impl Store {
    /// One message.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not this owner's.
    pub async fn message(&self, owner: OwnerId, id: MessageId) -> Result<Message, StoreError> {
        let row = message::Entity::find_by_id(id.0)
            .filter(Column::OwnerId.eq(owner.0))
            .one(self.reader())
            .await?;
        row.map(from_row).transpose()?.ok_or(StoreError::not_found("message"))
    }

    /// The newest `limit` messages of the path that ends at `leaf`, oldest first, and whether the path
    /// goes further back.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the leaf is not in this owner's conversation.
    pub async fn path(
        &self,
        owner: OwnerId,
        conversation: ConversationId,
        leaf: MessageId,
        limit: u32,
    ) -> Result<(Vec<Message>, bool), StoreError> {
        let values =
            [leaf.0.into(), conversation.0.into(), owner.0.into(), i64::from(limit).into()];
        let rows = message::Entity::find()
            .from_raw_sql(self.statement(PATH, values))
            .all(self.reader())
            .await?;
        if rows.is_empty() {
            return Err(StoreError::not_found("message"));
        }
        // The walk goes one message further than asked, which tells whether there is more.
        let surplus = rows.len().saturating_sub(limit as usize);
        let messages = rows.into_iter().skip(surplus).map(from_row).collect::<Result<_, _>>()?;
        Ok((messages, surplus > 0))
    }

    /// The `limit` messages before `message` on its path, oldest first, and whether the path goes
    /// further back.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the message is not in this owner's conversation.
    pub async fn path_before(
        &self,
        owner: OwnerId,
        conversation: ConversationId,
        message: MessageId,
        limit: u32,
    ) -> Result<(Vec<Message>, bool), StoreError> {
        let found = read_in(self.reader(), owner, conversation, message).await?;
        match found.parent_id {
            Some(parent) => self.path(owner, conversation, parent, limit).await,
            None => Ok((Vec::new(), false)),
        }
    }

    /// What the model is told of the conversation: at most the newest `max_messages` messages of the
    /// path that ends at `leaf`, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the leaf is not in this owner's conversation.
    pub async fn history(
        &self,
        owner: OwnerId,
        conversation: ConversationId,
        leaf: MessageId,
        max_messages: u32,
    ) -> Result<Vec<Message>, StoreError> {
        Ok(self.path(owner, conversation, leaf, max_messages).await?.0)
    }

    /// For each of these messages all messages with the same parent, itself included, oldest first.
    /// A message that is not this owner's has no entry.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn siblings(
        &self,
        owner: OwnerId,
        ids: &[MessageId],
    ) -> Result<HashMap<MessageId, Vec<MessageId>>, StoreError> {
        let mut siblings: HashMap<MessageId, Vec<MessageId>> = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(IDS) {
            let statement = self.siblings_statement(owner, ids);
            for pair in Pair::find_by_statement(statement).all(self.reader()).await? {
                let beside = siblings.entry(MessageId(pair.id)).or_default();
                beside.push(MessageId(pair.sibling_id));
            }
        }
        Ok(siblings)
    }

    /// The end of the path that goes on from `message` by the newest child each time.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the message is not this owner's.
    pub async fn newest_leaf_below(
        &self,
        owner: OwnerId,
        message: MessageId,
    ) -> Result<MessageId, StoreError> {
        let start = self.message(owner, message).await?;
        let values = [start.id.0.into(), start.conversation_id.0.into()];
        let row = self.reader().query_one_raw(self.statement(NEWEST_LEAF, values)).await?;
        let row = row.ok_or(StoreError::not_found("message"))?;
        Ok(MessageId(row.try_get_by_index(0)?))
    }

    /// Roots are asked for separately: an equality with null would match nothing.
    pub(crate) fn siblings_statement(&self, owner: OwnerId, ids: &[MessageId]) -> Statement {
        let places: Vec<String> = (2..ids.len() + 2).map(|place| format!("${place}")).collect();
        let places = places.join(", ");
        let joined = |condition: &str| {
            format!(
                "SELECT one.id AS id, other.id AS sibling_id FROM message AS one \
                 JOIN message AS other ON other.conversation_id = one.conversation_id \
                 AND {condition} WHERE one.owner_id = $1 AND one.id IN ({places})"
            )
        };
        let sql = format!(
            "{} UNION ALL {} ORDER BY sibling_id",
            joined("other.parent_id = one.parent_id"),
            joined("other.parent_id IS NULL AND one.parent_id IS NULL"),
        );
        let values = std::iter::once(owner.0).chain(ids.iter().map(|id| id.0));
        self.statement(sql, values.map(Into::into))
    }
}

#[derive(FromQueryResult)]
struct Pair {
    id: Uuid,
    sibling_id: Uuid,
}

/// A message, if it is in this owner's conversation.
pub(crate) async fn read_in<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    conversation: ConversationId,
    id: MessageId,
) -> Result<Message, StoreError> {
    let row = message::Entity::find_by_id(id.0)
        .filter(Column::OwnerId.eq(owner.0))
        .filter(Column::ConversationId.eq(conversation.0))
        .one(connection)
        .await?;
    row.map(from_row).transpose()?.ok_or(StoreError::not_found("message"))
}

/// Stores a message within a transaction; what only a finished answer has is left empty.
pub(crate) async fn insert<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    message: &Message,
) -> Result<(), StoreError> {
    let row = message::ActiveModel {
        id: Set(message.id.0),
        owner_id: Set(owner.0),
        conversation_id: Set(message.conversation_id.0),
        parent_id: Set(message.parent_id.map(|id| id.0)),
        role: Set(message.role.as_str().to_owned()),
        status: Set(message.status.as_str().to_owned()),
        parts: Set(to_json("message.parts", &message.parts)?),
        provider: Set(None),
        model: Set(None),
        run_id: Set(message.run_id.map(|id| id.0)),
        finish_reason: Set(None),
        failure: Set(None),
        usage: Set(to_json("message.usage", &message.usage)?),
        sequence: Set(0),
        created_at: Set(message.created_at.0),
        updated_at: Set(message.created_at.0),
    };
    message::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// Makes an answer that is over running again, for another run.
pub(crate) async fn reopen<C: ConnectionTrait>(
    connection: &C,
    id: MessageId,
    run: RunId,
    now: Timestamp,
) -> Result<(), StoreError> {
    message::Entity::update_many()
        .col_expr(Column::Status, Expr::value(RunStatus::Running.as_str()))
        .col_expr(Column::RunId, Expr::value(run.0))
        // The new run counts its events from 1 again, and has said nothing yet.
        .col_expr(Column::Sequence, Expr::value(0_i64))
        .col_expr(Column::FinishReason, Expr::value(None::<String>))
        .col_expr(Column::Failure, Expr::value(None::<String>))
        .col_expr(Column::UpdatedAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.0))
        .exec(connection)
        .await?;
    Ok(())
}

fn from_row(row: message::Model) -> Result<Message, StoreError> {
    Ok(Message {
        id: MessageId(row.id),
        conversation_id: ConversationId(row.conversation_id),
        parent_id: row.parent_id.map(MessageId),
        role: parse("message.role", &row.role)?,
        status: parse("message.status", &row.status)?,
        parts: from_json("message.parts", &row.parts)?,
        provider: row.provider,
        model: row.model,
        run_id: row.run_id.map(RunId),
        finish_reason: from_word("message.finish_reason", row.finish_reason)?,
        failure: row.failure.map(|text| from_json("message.failure", &text)).transpose()?,
        usage: from_json("message.usage", &row.usage)?,
        created_at: Timestamp(row.created_at),
        sequence: to_unsigned(row.sequence),
    })
}
