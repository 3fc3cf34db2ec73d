//! Conversations and what a client may ask of them.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AttachmentId, ConversationId, MessageId, ModelId, PromptProfileId, RunId},
    message::Message,
    parameters::Parameters,
    timestamp::Timestamp,
};

/// A conversation without its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// The conversation.
    pub id: ConversationId,
    /// Its title; empty until the first exchange gave one.
    pub title: String,
    /// The model the next message goes to; absent: the profile's or the studio's default.
    pub model_id: Option<ModelId>,
    /// The routing profile's name on the wire, such as `direct_llm`.
    pub routing_profile: String,
    /// The prompt profile applied to it.
    pub prompt_profile_id: Option<PromptProfileId>,
    /// What is asked of the model beside the messages.
    #[serde(default)]
    pub parameters: Parameters,
    /// The last message of the path that is shown.
    pub current_leaf_id: Option<MessageId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When a message was last added or the title changed.
    pub updated_at: Timestamp,
    /// Counts the changes; a change that names an older number is refused.
    pub version: i64,
}

/// A page of the conversation list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ConversationPage {
    /// The conversations.
    pub conversations: Vec<Conversation>,
    /// Pass as `before` for the next page; absent at the end.
    pub next: Option<ConversationCursor>,
}

/// A place in the conversation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ConversationCursor {
    /// `updated_at` of the last conversation seen.
    pub updated_at: Timestamp,
    /// Its identifier, which breaks ties.
    pub id: ConversationId,
}

/// A conversation with the newest messages of its current path, or those before a given one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ConversationDetail {
    /// The conversation.
    pub conversation: Conversation,
    /// Oldest first; at most one page.
    pub messages: Vec<Message>,
    /// Whether the path goes further back than `messages`.
    pub has_older: bool,
}

/// What `POST conversations` takes: every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NewConversation {
    /// Title; empty to have one made from the first exchange.
    pub title: String,
    /// The model.
    pub model_id: Option<ModelId>,
    /// The routing profile; absent: `direct_llm`.
    pub routing_profile: Option<String>,
    /// The prompt profile.
    pub prompt_profile_id: Option<PromptProfileId>,
}

/// What `PATCH conversations/{id}` takes: only what is present changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ConversationPatch {
    /// New title, 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// New model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_id: Option<ModelId>,
    /// New routing profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing_profile: Option<String>,
    /// New prompt profile; `{"prompt_profile_id": null}` takes it away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "server", schema(value_type = Option<PromptProfileId>))]
    pub prompt_profile_id: Option<Option<PromptProfileId>>,
    /// New settings, all of them; those left out are the model's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
    /// Show the path that ends below this message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_leaf_id: Option<MessageId>,
    /// The version the client saw; absent: change whatever is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

/// Tells `null` from absent.
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// What `POST send` takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SendRequest {
    /// The person's message: Markdown, at most 1 MiB; empty only beside attachments.
    pub message: String,
    /// At most ten files that were taken in before, in their order.
    pub attachments: Vec<AttachmentId>,
    /// The conversation; absent: a new one.
    pub conversation_id: Option<ConversationId>,
    /// The message to follow; absent: the current leaf. Naming an earlier one makes a new branch.
    pub parent_id: Option<MessageId>,
    /// The model; absent: the conversation's or the default.
    pub model_id: Option<ModelId>,
    /// The routing profile; absent: the conversation's or `direct_llm`.
    pub routing_profile: Option<String>,
    /// The prompt profile; absent: the conversation's.
    pub prompt_profile_id: Option<PromptProfileId>,
    /// What is asked of the model from now on; absent: as the conversation has it.
    pub parameters: Option<Parameters>,
    /// Made by the client, 1 to 64 bytes; sending twice with one key is sending once.
    pub idempotency_key: Option<String>,
    /// Answer with a stream of run events instead of one JSON document at the end.
    pub stream: bool,
}

/// What sending wrote before anything was asked of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SendReceipt {
    /// The conversation, which may be new.
    pub conversation_id: ConversationId,
    /// The person's message, now stored.
    pub user_message_id: MessageId,
    /// The message being written.
    pub assistant_message_id: MessageId,
    /// The run that writes it.
    pub run_id: RunId,
}

/// The whole answer, for clients that do not stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SendAnswer {
    /// What was written first.
    #[serde(flatten)]
    pub receipt: SendReceipt,
    /// The assistant's message in its final state.
    pub message: Message,
}
