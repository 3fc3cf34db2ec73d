//! Attachments: files that were taken in, and the messages they were sent with.

use std::collections::HashMap;

use models::{
    attachment::Attachment,
    id::{AttachmentId, ConversationId, MessageId, OwnerId},
    timestamp::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    column::to_unsigned,
    database::{Durability, Store},
    entity::attachment::{ActiveModel, Column, Entity},
    error::StoreError,
};

/// A file to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// What it is; `size` is the length of `content`.
    pub info: Attachment,
    /// The file.
    pub content: Vec<u8>,
}

impl Store {
    /// Keeps a file that waits to be sent.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`], or whatever else the database answers.
    pub async fn add_attachment(
        &self,
        owner: OwnerId,
        new: NewAttachment,
    ) -> Result<(), StoreError> {
        let info = new.info;
        let row = ActiveModel {
            id: Set(info.id.0),
            owner_id: Set(owner.0),
            conversation_id: Set(None),
            message_id: Set(None),
            name: Set(info.name),
            media_type: Set(info.media_type),
            size: Set(i64::try_from(new.content.len()).unwrap_or(i64::MAX)),
            width: Set(info.width.map(i64::from)),
            height: Set(info.height.map(i64::from)),
            created_at: Set(info.created_at.0),
            content: Set(new.content),
        };
        let write = self.write(Durability::Durable).await?;
        Entity::insert(row).exec_without_returning(&*write).await?;
        write.commit().await
    }

    /// What these attachments are, in the order of `ids`.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when one of them is not this owner's.
    pub async fn attachments(
        &self,
        owner: OwnerId,
        ids: &[AttachmentId],
    ) -> Result<Vec<Attachment>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::Name,
                Column::MediaType,
                Column::Size,
                Column::Width,
                Column::Height,
                Column::CreatedAt,
            ])
            .filter(Column::OwnerId.eq(owner.0))
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .into_model()
            .all(self.reader())
            .await?;
        let mut found: HashMap<Uuid, Attachment> =
            rows.into_iter().map(|row| (row.id, row.into())).collect();
        ids.iter()
            .map(|id| found.remove(&id.0).ok_or(StoreError::not_found("attachment")))
            .collect()
    }

    /// A file and what it is.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not this owner's.
    pub async fn attachment_content(
        &self,
        owner: OwnerId,
        id: AttachmentId,
    ) -> Result<(Attachment, Vec<u8>), StoreError> {
        let row = Entity::find_by_id(id.0)
            .filter(Column::OwnerId.eq(owner.0))
            .one(self.reader())
            .await?
            .ok_or(StoreError::not_found("attachment"))?;
        let info = Row {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            width: row.width,
            height: row.height,
            created_at: row.created_at,
        };
        Ok((info.into(), row.content))
    }

    /// Removes a file that was never sent.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not this owner's, or is part of a message.
    pub async fn remove_unsent_attachment(
        &self,
        owner: OwnerId,
        id: AttachmentId,
    ) -> Result<(), StoreError> {
        let write = self.write(Durability::Relaxed).await?;
        let removed = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::OwnerId.eq(owner.0))
            .filter(Column::MessageId.is_null())
            .exec(&*write)
            .await?;
        if removed.rows_affected == 0 {
            return Err(StoreError::not_found("attachment that was not sent"));
        }
        write.commit().await
    }

    /// Bytes of this owner's files that wait to be sent.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn unsent_attachment_bytes(&self, owner: OwnerId) -> Result<u64, StoreError> {
        let sizes: Vec<i64> = Entity::find()
            .select_only()
            .column(Column::Size)
            .filter(Column::OwnerId.eq(owner.0))
            .filter(Column::MessageId.is_null())
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(sizes.into_iter().map(to_unsigned).sum())
    }

    /// Removes the files of **all owners** that were taken in before a moment and never sent, for the
    /// reaper; tells how many.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn remove_unsent_before(&self, moment: Timestamp) -> Result<u64, StoreError> {
        let write = self.write(Durability::Relaxed).await?;
        let removed = Entity::delete_many()
            .filter(Column::MessageId.is_null())
            .filter(Column::CreatedAt.lt(moment.0))
            .exec(&*write)
            .await?;
        write.commit().await?;
        Ok(removed.rows_affected)
    }
}

/// Makes files part of a message, within the transaction that stores it. What is part of an earlier
/// message of the same conversation may be given again, so that an edited message keeps its files.
pub(crate) async fn bind<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    conversation: ConversationId,
    message: MessageId,
    ids: &[AttachmentId],
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mine = Condition::all()
        .add(Column::OwnerId.eq(owner.0))
        .add(Column::Id.is_in(ids.iter().map(|id| id.0)));
    Entity::update_many()
        .col_expr(Column::ConversationId, Expr::value(conversation.0))
        .col_expr(Column::MessageId, Expr::value(message.0))
        .filter(mine.clone())
        .filter(Column::MessageId.is_null())
        .exec(connection)
        .await?;
    let bound = Entity::find()
        .filter(mine)
        .filter(Column::ConversationId.eq(conversation.0))
        .count(connection)
        .await?;
    if bound == ids.len() as u64 { Ok(()) } else { Err(StoreError::not_found("attachment")) }
}

/// Everything but the content.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    media_type: String,
    size: i64,
    width: Option<i64>,
    height: Option<i64>,
    created_at: i64,
}

impl From<Row> for Attachment {
    fn from(row: Row) -> Self {
        let pixels = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
        Self {
            id: AttachmentId(row.id),
            name: row.name,
            media_type: row.media_type,
            size: to_unsigned(row.size),
            width: pixels(row.width),
            height: pixels(row.height),
            created_at: Timestamp(row.created_at),
        }
    }
}
