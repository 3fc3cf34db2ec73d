//! Accepting a run: the one transaction after which nothing a client does can lose a message.

use models::{
    conversation::{Conversation, SendReceipt},
    id::{AttachmentId, ConversationId, InstanceId, MessageId, ModelId, OwnerId, RunId},
    message::{Message, Role},
    part::Part,
    run::RunStatus,
    timestamp::Timestamp,
    usage::Usage,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    attachment,
    column::to_json,
    conversation::{self, NewConversationRow},
    database::{Durability, Store},
    entity::run,
    error::{Conflict, StoreError, is_unique_violation},
    message, model,
    run::{RunMode, active_in},
};

/// A run to be accepted.
#[derive(Debug, Clone)]
pub struct AcceptRun {
    /// Whose it is.
    pub owner: OwnerId,
    /// The run's identifier.
    pub run_id: RunId,
    /// What to write.
    pub target: RunTarget,
    /// Made by the client: accepting twice with one key is accepting once.
    pub idempotency_key: Option<String>,
    /// The routing profile's slug.
    pub routing_profile: String,
    /// The model; absent: the profile's or the studio's default.
    pub model_id: Option<ModelId>,
    /// Which start of the server will execute it.
    pub instance_id: InstanceId,
    /// The moment of acceptance.
    pub now: Timestamp,
}

/// What a run writes.
#[derive(Debug, Clone)]
pub enum RunTarget {
    /// A person's new message and the answer to it.
    Send {
        /// Where.
        to: SendTo,
        /// The person's message.
        user_message: NewUserMessage,
        /// The identifier of the answer.
        assistant_message_id: MessageId,
    },
    /// Another answer to a message that has one, beside it.
    Retry {
        /// The conversation.
        conversation_id: ConversationId,
        /// The person's message to answer again.
        user_message_id: MessageId,
        /// The identifier of the new answer.
        assistant_message_id: MessageId,
    },
    /// The rest of an answer that ended early, in the same message.
    Continue {
        /// The conversation.
        conversation_id: ConversationId,
        /// The answer to go on with.
        assistant_message_id: MessageId,
    },
}

/// Where a new message goes.
#[derive(Debug, Clone)]
pub enum SendTo {
    /// Into a conversation that is there.
    Existing {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message it follows.
        parent: Parent,
    },
    /// Into a conversation made with it.
    New(Box<NewConversationRow>),
}

/// The message a new one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// The end of the path that is shown.
    CurrentLeaf,
    /// This message; a message that has a child already gets a second one.
    Message(MessageId),
    /// None: the new message begins the conversation again, beside its first.
    Root,
}

/// A person's message to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUserMessage {
    /// Its identifier.
    pub id: MessageId,
    /// What was said.
    pub parts: Vec<Part>,
    /// The attachments among its parts.
    pub attachments: Vec<AttachmentId>,
}

/// What accepting came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What is stored, now or since the earlier call.
    pub receipt: SendReceipt,
    /// Whether an earlier call with the same key had been accepted, so that nothing is to be done.
    pub repeated: bool,
}

impl Store {
    /// Stores the messages and the run in one transaction that survives a power failure.
    ///
    /// An idempotency key that was accepted before gets the earlier receipt, whatever else the call
    /// says, and also when both calls come at the same moment.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the conversation is deleted or not this owner's, or a message is
    /// not in it or has the wrong role, or an attachment is not there for it; [`Conflict::Running`] when an answer is being written in it.
    pub async fn accept_run(&self, accept: AcceptRun) -> Result<Accepted, StoreError> {
        let (owner, key) = (accept.owner, accept.idempotency_key.clone());
        match self.try_accept(accept).await {
            // Another instance was faster with the same key; SQLite has only one, which looks first.
            Err(StoreError::Database(error)) if is_unique_violation(&error) => {
                match earlier(self.reader(), owner, key.as_deref()).await? {
                    Some(receipt) => Ok(Accepted { receipt, repeated: true }),
                    None => Err(StoreError::Database(error)),
                }
            }
            outcome => outcome,
        }
    }

    async fn try_accept(&self, accept: AcceptRun) -> Result<Accepted, StoreError> {
        let write = self.write(Durability::Durable).await?;
        let key = accept.idempotency_key.as_deref();
        if let Some(receipt) = earlier(&*write, accept.owner, key).await? {
            return Ok(Accepted { receipt, repeated: true });
        }
        let place = prepare(&*write, &accept).await?;
        let conversation_id = place.conversation_id;
        insert_run(&*write, &accept, &place).await?;
        if let Some(model) = accept.model_id {
            model::used(&*write, accept.owner, model, accept.now).await?;
        }
        let leaf = place.assistant_message_id;
        conversation::set_leaf(&*write, accept.owner, conversation_id, leaf, accept.now).await?;
        write.commit().await?;
        let receipt = SendReceipt {
            conversation_id,
            user_message_id: place.user_message_id,
            assistant_message_id: place.assistant_message_id,
            run_id: accept.run_id,
        };
        Ok(Accepted { receipt, repeated: false })
    }
}

/// What the run row points at, once the messages are in place.
struct Place {
    conversation_id: ConversationId,
    user_message_id: MessageId,
    assistant_message_id: MessageId,
    mode: RunMode,
    base_parts: Vec<Part>,
}

/// The receipt that an earlier call with this key got.
async fn earlier<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    key: Option<&str>,
) -> Result<Option<SendReceipt>, StoreError> {
    let Some(key) = key else { return Ok(None) };
    let row = run::Entity::find()
        .filter(run::Column::OwnerId.eq(owner.0))
        .filter(run::Column::IdempotencyKey.eq(key))
        .one(connection)
        .await?;
    Ok(row.map(|row| SendReceipt {
        conversation_id: ConversationId(row.conversation_id),
        user_message_id: MessageId(row.user_message_id),
        assistant_message_id: MessageId(row.message_id),
        run_id: RunId(row.id),
    }))
}

/// Puts the messages the run needs in place.
async fn prepare<C: ConnectionTrait>(
    connection: &C,
    accept: &AcceptRun,
) -> Result<Place, StoreError> {
    let owner = accept.owner;
    match &accept.target {
        RunTarget::Send { to, user_message, assistant_message_id } => {
            let (conversation_id, parent_id) = destination(connection, owner, to).await?;
            let asked = person_message(accept, conversation_id, parent_id, user_message);
            message::insert(connection, owner, &asked).await?;
            let given = &user_message.attachments;
            attachment::bind(connection, owner, conversation_id, asked.id, given).await?;
            let answer = empty_answer(accept, conversation_id, asked.id, *assistant_message_id);
            message::insert(connection, owner, &answer).await?;
            Ok(fresh(&answer, asked.id))
        }
        RunTarget::Retry { conversation_id, user_message_id, assistant_message_id } => {
            idle(connection, owner, *conversation_id).await?;
            let asked =
                read_role(connection, owner, *conversation_id, *user_message_id, Role::User)
                    .await?;
            let answer = empty_answer(accept, *conversation_id, asked.id, *assistant_message_id);
            message::insert(connection, owner, &answer).await?;
            Ok(fresh(&answer, asked.id))
        }
        RunTarget::Continue { conversation_id, assistant_message_id } => {
            idle(connection, owner, *conversation_id).await?;
            let role = Role::Assistant;
            let answer =
                read_role(connection, owner, *conversation_id, *assistant_message_id, role).await?;
            let asked = answer.parent_id.ok_or(StoreError::not_found("message"))?;
            message::reopen(connection, answer.id, accept.run_id, accept.now).await?;
            Ok(Place {
                conversation_id: *conversation_id,
                user_message_id: asked,
                assistant_message_id: answer.id,
                mode: RunMode::Continue,
                base_parts: answer.parts,
            })
        }
    }
}

fn fresh(answer: &Message, user_message_id: MessageId) -> Place {
    Place {
        conversation_id: answer.conversation_id,
        user_message_id,
        assistant_message_id: answer.id,
        mode: RunMode::Fresh,
        base_parts: Vec::new(),
    }
}

/// The conversation, made if it is new, and the message that the new one follows.
async fn destination<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    to: &SendTo,
) -> Result<(ConversationId, Option<MessageId>), StoreError> {
    match to {
        SendTo::New(row) => {
            conversation::insert(connection, owner, (**row).clone()).await?;
            Ok((row.id, None))
        }
        SendTo::Existing { conversation_id, parent } => {
            let conversation = idle(connection, owner, *conversation_id).await?;
            let parent = match parent {
                Parent::CurrentLeaf => conversation.current_leaf_id,
                Parent::Root => None,
                Parent::Message(id) => {
                    let role = Role::Assistant;
                    Some(read_role(connection, owner, *conversation_id, *id, role).await?.id)
                }
            };
            Ok((*conversation_id, parent))
        }
    }
}

/// The conversation, if nothing is being written in it.
async fn idle<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: ConversationId,
) -> Result<Conversation, StoreError> {
    let conversation = conversation::read_for_update(connection, owner, id).await?;
    match active_in(connection, owner, id).await? {
        None => Ok(conversation),
        Some(_) => Err(StoreError::Conflict { what: Conflict::Running }),
    }
}

async fn read_role<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    conversation: ConversationId,
    id: MessageId,
    role: Role,
) -> Result<Message, StoreError> {
    let found = message::read_in(connection, owner, conversation, id).await?;
    if found.role == role { Ok(found) } else { Err(StoreError::not_found("message")) }
}

fn person_message(
    accept: &AcceptRun,
    conversation_id: ConversationId,
    parent_id: Option<MessageId>,
    new: &NewUserMessage,
) -> Message {
    Message {
        id: new.id,
        conversation_id,
        parent_id,
        role: Role::User,
        status: RunStatus::Complete,
        parts: new.parts.clone(),
        provider: None,
        model: None,
        run_id: None,
        finish_reason: None,
        failure: None,
        usage: Usage::default(),
        created_at: accept.now,
        sequence: 0,
    }
}

fn empty_answer(
    accept: &AcceptRun,
    conversation_id: ConversationId,
    parent_id: MessageId,
    id: MessageId,
) -> Message {
    Message {
        role: Role::Assistant,
        status: RunStatus::Running,
        run_id: Some(accept.run_id),
        ..person_message(
            accept,
            conversation_id,
            Some(parent_id),
            &NewUserMessage { id, parts: Vec::new(), attachments: Vec::new() },
        )
    }
}

async fn insert_run<C: ConnectionTrait>(
    connection: &C,
    accept: &AcceptRun,
    place: &Place,
) -> Result<(), StoreError> {
    let row = run::ActiveModel {
        id: Set(accept.run_id.0),
        owner_id: Set(accept.owner.0),
        conversation_id: Set(place.conversation_id.0),
        message_id: Set(place.assistant_message_id.0),
        user_message_id: Set(place.user_message_id.0),
        idempotency_key: Set(accept.idempotency_key.clone()),
        status: Set(RunStatus::Running.as_str().to_owned()),
        routing_profile: Set(accept.routing_profile.clone()),
        model_id: Set(accept.model_id.map(|id| id.0)),
        base_parts: Set(to_json("run.base_parts", &place.base_parts)?),
        mode: Set(place.mode.as_str().to_owned()),
        instance_id: Set(accept.instance_id.0),
        heartbeat_at: Set(accept.now.0),
        created_at: Set(accept.now.0),
        started_at: Set(None),
        finished_at: Set(None),
    };
    run::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}
