//! What the chat page asks of the server.

#![allow(
    clippy::too_many_arguments,
    reason = "an argument of a server function is a field of its form"
)]

use leptos::prelude::*;
use models::{
    id::{ConversationId, MessageId, RunId},
    model::ModelPage,
};
#[cfg(not(feature = "ssr"))]
use {
    crate::browser::ask, leptos::server_fn::ServerFn, send_wrapper::SendWrapper,
    std::future::Future,
};

use super::page::{ChatPage, Opened};
use crate::error::StudioError;
#[cfg(feature = "ssr")]
use crate::{
    chat::selection::Choices,
    reply::{caller, fail, optional, redirect_plain_form, refused},
};

/// Models in one answer to a search.
#[cfg(feature = "ssr")]
const MODELS_FOUND: u32 = 50;

/// Everything one address of the chat page shows.
#[server(prefix = "/api/ui", endpoint = "chat")]
pub(crate) async fn open_chat(
    conversation: Option<ConversationId>,
    before: Option<MessageId>,
) -> Result<ChatPage, StudioError> {
    let (studio, caller) = caller();
    let view = match conversation {
        Some(id) => Some(studio.conversation_view(&caller, id, before).await.map_err(fail)?),
        None => None,
    };
    let wanted = view.as_ref().and_then(|view| view.conversation.model_id);
    let choices = Choices::new(
        studio.offered_models(&caller, wanted).await.map_err(fail)?,
        studio.routing_profiles(&caller).await.map_err(fail)?,
        studio.prompt_profiles(&caller).await.map_err(fail)?,
        view.as_ref().map(|view| &view.conversation),
    );
    Ok(ChatPage { opened: view.map(Opened::from), choices })
}

/// [`open_chat`] for a page: called on the server, asked for in the browser.
#[cfg(feature = "ssr")]
pub(crate) use open_chat as load_chat;

/// [`open_chat`] for a page: called on the server, asked for in the browser.
#[cfg(not(feature = "ssr"))]
pub(crate) fn load_chat(
    conversation: Option<ConversationId>,
    before: Option<MessageId>,
) -> impl Future<Output = Result<ChatPage, StudioError>> + Send {
    let conversation = conversation.map(|id| ("conversation", id.to_string()));
    let before = before.map(|id| ("before", id.to_string()));
    let fields = conversation.into_iter().chain(before).collect();
    SendWrapper::new(ask(OpenChat::url(), fields))
}

/// One page of a conversation: the newest messages, or those before `before`.
#[server(prefix = "/api/ui", endpoint = "conversation")]
pub(crate) async fn open_conversation(
    conversation: ConversationId,
    before: Option<MessageId>,
) -> Result<Opened, StudioError> {
    let (studio, caller) = caller();
    let view = studio.conversation_view(&caller, conversation, before).await.map_err(fail)?;
    Ok(view.into())
}

/// Stores a message and begins the answer; gives both messages. The identifiers are texts, because a
/// form sends an empty one where nothing was chosen; those of attachments stand apart by spaces.
#[server(prefix = "/api/ui", endpoint = "send")]
pub(crate) async fn send_message(
    message: String,
    #[server(default)] conversation: String,
    #[server(default)] model: String,
    #[server(default)] routing_profile: String,
    #[server(default)] prompt_profile: String,
    // JSON; a form without script leaves them out.
    #[server(default)] parameters: String,
    #[server(default)] key: String,
    #[server(default)] attachments: String,
) -> Result<Opened, StudioError> {
    let (studio, caller) = caller();
    let request = models::conversation::SendRequest {
        // Forms send line ends as on paper tape.
        message: message.replace("\r\n", "\n"),
        conversation_id: optional(&conversation)?,
        model_id: optional(&model)?,
        routing_profile: Some(routing_profile).filter(|name| !name.is_empty()),
        prompt_profile_id: optional(&prompt_profile)?,
        attachments: attachments
            .split_whitespace()
            .map(optional)
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?,
        parameters: parameters_of(&parameters)?,
        idempotency_key: Some(key).filter(|key| !key.is_empty()),
        ..Default::default()
    };
    let receipt = studio.send(&caller, request).await.map_err(fail)?;
    redirect_plain_form(&format!("/chat/{}", receipt.conversation_id));
    let view =
        studio.conversation_view(&caller, receipt.conversation_id, None).await.map_err(fail)?;
    let written = [receipt.user_message_id, receipt.assistant_message_id];
    let mut opened = Opened::from(view);
    opened.messages.retain(|message| written.contains(&message.id));
    Ok(opened)
}

/// Parameters from a field of a form, where an empty text means that nothing changes.
#[cfg(feature = "ssr")]
fn parameters_of(text: &str) -> Result<Option<models::parameters::Parameters>, StudioError> {
    if text.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(text).map(Some).map_err(|error| {
        refused(
            models::error::ErrorCode::InvalidRequest,
            format!("The parameters were not understood: {error}."),
            "Open the parameters and save them again.",
        )
    })
}

/// Models that can be picked and have all the words of `text` in their names: favourites first, then
/// those used last, without the first `skip`.
#[server(prefix = "/api/ui", endpoint = "models/find")]
pub(crate) async fn find_models(
    #[server(default)] text: String,
    #[server(default)] skip: u32,
) -> Result<ModelPage, StudioError> {
    let (studio, caller) = caller();
    let query = models::model::ModelQuery {
        text,
        provider: None,
        selectable: true,
        limit: MODELS_FOUND,
        skip,
    };
    studio.find_models(&caller, &query).await.map_err(fail)
}

/// Stops a run, keeping what was said.
#[server(prefix = "/api/ui", endpoint = "stop")]
pub(crate) async fn stop_run(run: RunId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.stop(&caller, run).await.map_err(fail)
}

/// Answers the same question again.
#[server(prefix = "/api/ui", endpoint = "retry")]
pub(crate) async fn retry_answer(message: MessageId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.retry(&caller, message).await.map_err(fail)?;
    Ok(())
}

/// Goes on with an answer that was cut.
#[server(prefix = "/api/ui", endpoint = "continue")]
pub(crate) async fn continue_answer(message: MessageId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.continue_answer(&caller, message).await.map_err(fail)?;
    Ok(())
}

/// Shows the branch a message leads to.
#[server(prefix = "/api/ui", endpoint = "branch")]
pub(crate) async fn show_branch(message: MessageId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.show_branch(&caller, message).await.map_err(fail)
}

/// What was said in a message, as it was written.
#[server(prefix = "/api/ui", endpoint = "text")]
pub(crate) async fn message_text(message: MessageId) -> Result<String, StudioError> {
    let (studio, caller) = caller();
    studio.message_text(&caller, message).await.map_err(fail)
}
