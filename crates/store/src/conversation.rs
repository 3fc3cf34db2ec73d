//! Conversations: the list, changes, deletion with undo, and removal for good.

use models::{
    conversation::{Conversation, ConversationCursor, ConversationPage},
    id::{ConversationId, MessageId, ModelId, OwnerId, PromptProfileId},
    parameters::Parameters,
    timestamp::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, UpdateMany, sea_query::Expr,
};

use crate::{
    column::{from_json, to_json},
    database::{Durability, Store},
    entity::conversation::{self, Column},
    error::{Conflict, StoreError},
    message, model, prompt_profile,
};

/// What changes in a conversation: the fields that are present. A `version` that is not the present
/// one makes the change fail as stale.
pub use models::conversation::ConversationPatch as ConversationChange;

/// A conversation to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConversationRow {
    /// Its identifier.
    pub id: ConversationId,
    /// Its title; empty to have one made from the first exchange.
    pub title: String,
    /// The model the next message goes to.
    pub model_id: Option<ModelId>,
    /// The routing profile's slug.
    pub routing_profile: String,
    /// The prompt profile.
    pub prompt_profile_id: Option<PromptProfileId>,
    /// What is asked of the model beside the messages.
    pub parameters: Parameters,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Store {
    /// Makes an empty conversation. A title that is not empty counts as given by a person.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the model or the prompt profile is not this owner's.
    pub async fn create_conversation(
        &self,
        owner: OwnerId,
        new: NewConversationRow,
    ) -> Result<Conversation, StoreError> {
        let id = new.id;
        let write = self.write(Durability::Durable).await?;
        insert(&*write, owner, new).await?;
        let conversation = read(&*write, owner, id).await?;
        write.commit().await?;
        Ok(conversation)
    }

    /// One conversation that is not deleted.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is deleted or not this owner's.
    pub async fn conversation(
        &self,
        owner: OwnerId,
        id: ConversationId,
    ) -> Result<Conversation, StoreError> {
        read(self.reader(), owner, id).await
    }

    /// A page of the conversations that are not deleted, newest first; `before` is the place the page
    /// before this one ended.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn conversations(
        &self,
        owner: OwnerId,
        before: Option<ConversationCursor>,
        limit: u32,
    ) -> Result<ConversationPage, StoreError> {
        let rows = page(owner, before, limit).all(self.reader()).await?;
        let limit = limit as usize;
        let has_more = rows.len() > limit;
        let conversations: Vec<Conversation> =
            rows.into_iter().take(limit).map(from_row).collect::<Result<_, _>>()?;
        let next = conversations
            .last()
            .filter(|_| has_more)
            .map(|last| ConversationCursor { updated_at: last.updated_at, id: last.id });
        Ok(ConversationPage { conversations, next })
    }

    /// Changes a conversation. A new title counts as given by a person and moves the conversation to
    /// the front of the list; nothing else does.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the conversation, the model, the prompt profile or the message is
    /// not this owner's; [`Conflict::Stale`].
    pub async fn update_conversation(
        &self,
        owner: OwnerId,
        id: ConversationId,
        change: ConversationChange,
        now: Timestamp,
    ) -> Result<Conversation, StoreError> {
        let write = self.write(Durability::Durable).await?;
        let prompt_profile_id = change.prompt_profile_id.flatten();
        ensure_references(&*write, owner, change.model_id, prompt_profile_id).await?;
        if let Some(leaf) = change.current_leaf_id {
            message::read_in(&*write, owner, id, leaf).await?;
        }
        let mut update =
            alive(owner, id).col_expr(Column::Version, Expr::col(Column::Version).add(1));
        if let Some(version) = change.version {
            update = update.filter(Column::Version.eq(version));
        }
        let updated = columns(update, change, now)?.exec(&*write).await?;
        let conversation = read(&*write, owner, id).await?;
        if updated.rows_affected == 0 {
            return Err(StoreError::Conflict { what: Conflict::Stale });
        }
        write.commit().await?;
        Ok(conversation)
    }

    /// Gives a conversation the title made for it, unless it has one; tells whether it took it.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn set_title_if_empty(
        &self,
        owner: OwnerId,
        id: ConversationId,
        title: &str,
    ) -> Result<bool, StoreError> {
        let write = self.write(Durability::Durable).await?;
        let taken = put_title(&*write, owner, id, title).await?;
        write.commit().await?;
        Ok(taken)
    }

    /// Hides a conversation until it is restored or purged. Doing it twice is doing it once.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn mark_conversation_deleted(
        &self,
        owner: OwnerId,
        id: ConversationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // The first moment stays, so that repeating does not put off the removal.
        let moment = Expr::col(Column::DeletedAt).if_null(now.0);
        self.set_deleted_at(owner, id, moment).await
    }

    /// Takes a deletion back. Doing it twice is doing it once.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it was never there or is purged.
    pub async fn restore_conversation(
        &self,
        owner: OwnerId,
        id: ConversationId,
    ) -> Result<(), StoreError> {
        self.set_deleted_at(owner, id, Expr::value(None::<i64>)).await
    }

    /// Removes a conversation with its messages, runs and journal, deleted before or not.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn purge_conversation(
        &self,
        owner: OwnerId,
        id: ConversationId,
    ) -> Result<(), StoreError> {
        let write = self.write(Durability::Durable).await?;
        let deleted = conversation::Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::OwnerId.eq(owner.0))
            .exec(&*write)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(StoreError::not_found("conversation"));
        }
        write.commit().await
    }

    /// Removes the conversations of **all owners** that were deleted before a moment, for the reaper;
    /// tells how many.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn purge_deleted_before(&self, moment: Timestamp) -> Result<u64, StoreError> {
        let write = self.write(Durability::Durable).await?;
        let deleted = conversation::Entity::delete_many()
            .filter(Column::DeletedAt.lt(moment.0))
            .exec(&*write)
            .await?;
        write.commit().await?;
        Ok(deleted.rows_affected)
    }

    async fn set_deleted_at(
        &self,
        owner: OwnerId,
        id: ConversationId,
        moment: Expr,
    ) -> Result<(), StoreError> {
        let write = self.write(Durability::Durable).await?;
        let updated = owned(owner, id).col_expr(Column::DeletedAt, moment).exec(&*write).await?;
        if updated.rows_affected == 0 {
            return Err(StoreError::not_found("conversation"));
        }
        write.commit().await
    }
}

/// Makes a conversation within a transaction.
pub(crate) async fn insert<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    new: NewConversationRow,
) -> Result<(), StoreError> {
    ensure_references(connection, owner, new.model_id, new.prompt_profile_id).await?;
    let row = conversation::ActiveModel {
        id: Set(new.id.0),
        owner_id: Set(owner.0),
        title_by_person: Set(!new.title.is_empty()),
        title: Set(new.title),
        model_id: Set(new.model_id.map(|id| id.0)),
        routing_profile: Set(new.routing_profile),
        prompt_profile_id: Set(new.prompt_profile_id.map(|id| id.0)),
        current_leaf_id: Set(None),
        deleted_at: Set(None),
        created_at: Set(new.created_at.0),
        updated_at: Set(new.created_at.0),
        version: Set(1),
        parameters: Set(to_json("conversation.parameters", &new.parameters)?),
    };
    conversation::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// Moves a conversation's leaf, and the conversation to the front of the list.
pub(crate) async fn set_leaf<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: ConversationId,
    leaf: MessageId,
    now: Timestamp,
) -> Result<(), StoreError> {
    alive(owner, id)
        .col_expr(Column::CurrentLeafId, Expr::value(leaf.0))
        .col_expr(Column::UpdatedAt, Expr::value(now.0))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .exec(connection)
        .await?;
    Ok(())
}

/// Gives a conversation a title within a transaction, unless it has one.
pub(crate) async fn put_title<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: ConversationId,
    title: &str,
) -> Result<bool, StoreError> {
    let updated = owned(owner, id)
        .col_expr(Column::Title, Expr::value(title))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Title.eq(""))
        .filter(Column::TitleByPerson.eq(false))
        .exec(connection)
        .await?;
    Ok(updated.rows_affected > 0)
}

/// One conversation that is not deleted; PostgreSQL keeps other writers off it until the end of the
/// transaction, as SQLite does by having one writer.
pub(crate) async fn read_for_update<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: ConversationId,
) -> Result<Conversation, StoreError> {
    let row = select(owner, id).lock_exclusive().one(connection).await?;
    from_row(row.ok_or(StoreError::not_found("conversation"))?)
}

async fn read<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: ConversationId,
) -> Result<Conversation, StoreError> {
    let row = select(owner, id).one(connection).await?;
    from_row(row.ok_or(StoreError::not_found("conversation"))?)
}

fn select(owner: OwnerId, id: ConversationId) -> Select<conversation::Entity> {
    conversation::Entity::find_by_id(id.0)
        .filter(Column::OwnerId.eq(owner.0))
        .filter(Column::DeletedAt.is_null())
}

/// One conversation more than the page holds, which tells whether there is another page.
pub(crate) fn page(
    owner: OwnerId,
    before: Option<ConversationCursor>,
    limit: u32,
) -> Select<conversation::Entity> {
    let query = conversation::Entity::find()
        .filter(Column::OwnerId.eq(owner.0))
        .filter(Column::DeletedAt.is_null())
        .order_by_desc(Column::UpdatedAt)
        .order_by_desc(Column::Id)
        .limit(u64::from(limit) + 1);
    let Some(cursor) = before else { return query };
    // The first condition alone bounds the index scan; the second breaks ties.
    query.filter(Column::UpdatedAt.lte(cursor.updated_at.0)).filter(
        Condition::any()
            .add(Column::UpdatedAt.lt(cursor.updated_at.0))
            .add(Column::Id.lt(cursor.id.0)),
    )
}

/// Refuses a model or a prompt profile that is not this owner's.
async fn ensure_references<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    model_id: Option<ModelId>,
    prompt_profile_id: Option<PromptProfileId>,
) -> Result<(), StoreError> {
    if let Some(id) = model_id {
        model::ensure_owned(connection, owner, id).await?;
    }
    if let Some(id) = prompt_profile_id {
        prompt_profile::read(connection, owner, id).await?;
    }
    Ok(())
}

fn owned(owner: OwnerId, id: ConversationId) -> UpdateMany<conversation::Entity> {
    conversation::Entity::update_many()
        .filter(Column::Id.eq(id.0))
        .filter(Column::OwnerId.eq(owner.0))
}

fn alive(owner: OwnerId, id: ConversationId) -> UpdateMany<conversation::Entity> {
    owned(owner, id).filter(Column::DeletedAt.is_null())
}

fn columns(
    mut update: UpdateMany<conversation::Entity>,
    change: ConversationChange,
    now: Timestamp,
) -> Result<UpdateMany<conversation::Entity>, StoreError> {
    if let Some(title) = change.title {
        update = update
            .col_expr(Column::Title, Expr::value(title))
            .col_expr(Column::TitleByPerson, Expr::value(true))
            .col_expr(Column::UpdatedAt, Expr::value(now.0));
    }
    if let Some(model_id) = change.model_id {
        update = update.col_expr(Column::ModelId, Expr::value(model_id.0));
    }
    if let Some(routing_profile) = change.routing_profile {
        update = update.col_expr(Column::RoutingProfile, Expr::value(routing_profile));
    }
    if let Some(profile) = change.prompt_profile_id {
        let profile = profile.map(|id| id.0);
        update = update.col_expr(Column::PromptProfileId, Expr::value(profile));
    }
    if let Some(leaf) = change.current_leaf_id {
        update = update.col_expr(Column::CurrentLeafId, Expr::value(leaf.0));
    }
    if let Some(parameters) = change.parameters {
        let json = to_json("conversation.parameters", &parameters)?;
        update = update.col_expr(Column::Parameters, Expr::value(json));
    }
    Ok(update)
}

fn from_row(row: conversation::Model) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        id: ConversationId(row.id),
        title: row.title,
        model_id: row.model_id.map(ModelId),
        routing_profile: row.routing_profile,
        prompt_profile_id: row.prompt_profile_id.map(PromptProfileId),
        parameters: from_json("conversation.parameters", &row.parameters)?,
        current_leaf_id: row.current_leaf_id.map(MessageId),
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        version: row.version,
    })
}
