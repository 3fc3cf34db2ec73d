//! What the form of a conversation's settings asks of the server.

use leptos::prelude::*;
use models::{
    id::{ConversationId, ModelId},
    parameters::{Parameter, Parameters},
};
use serde::{Deserialize, Serialize};

use super::ParametersForm;
use crate::error::StudioError;
#[cfg(feature = "ssr")]
use crate::{
    parameters::no_number,
    reply::{caller, fail, optional, redirect_plain_form},
};

/// What is set for a conversation, and what that means to its model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ConversationParameters {
    /// The conversation; absent while it is still to begin.
    pub conversation: Option<ConversationId>,
    /// The model the next message goes to.
    pub model: ModelId,
    /// What people call it.
    pub label: String,
    /// What its protocol has a word for.
    pub supported: Vec<Parameter>,
    /// What the conversation has set.
    pub set: Parameters,
    /// What the model's owner has set for all conversations.
    pub own: Parameters,
}

/// The settings of a conversation and of its model. Both identifiers may be empty: a conversation that
/// is still to begin, and the model that is picked by itself.
#[server(prefix = "/api/ui", endpoint = "parameters")]
pub(crate) async fn load_parameters(
    #[server(default)] conversation: String,
    #[server(default)] model: String,
) -> Result<ConversationParameters, StudioError> {
    let (studio, caller) = caller();
    let conversation = optional(&conversation)?;
    let model = optional(&model)?;
    let (set, model) = studio.parameters(&caller, conversation, model).await.map_err(fail)?;
    Ok(ConversationParameters {
        conversation,
        model: model.id,
        label: model.label().to_owned(),
        supported: model.kind.parameters().to_vec(),
        set,
        own: model.parameters,
    })
}

/// Stores the settings of a conversation, all of them; gives what is stored. Without a conversation
/// they are only checked, and go along with its first message.
#[server(prefix = "/api/ui", endpoint = "parameters/save")]
pub(crate) async fn save_parameters(
    #[server(default)] conversation: String,
    // What is empty is not set.
    #[server(flatten)] form: ParametersForm,
) -> Result<Parameters, StudioError> {
    let (studio, caller) = caller();
    let parameters = form.read().map_err(no_number)?;
    let Some(id) = optional::<ConversationId>(&conversation)? else {
        return studio::Studio::checked_parameters(parameters).map_err(fail);
    };
    let patch = models::conversation::ConversationPatch {
        parameters: Some(parameters),
        ..Default::default()
    };
    let changed = studio.change_conversation(&caller, id, patch).await.map_err(fail)?;
    redirect_plain_form(&format!("/chat/{id}"));
    Ok(changed.parameters)
}

/// Begins a conversation with settings of its own: the way without script, where no dialog could keep
/// them until the first message is sent.
#[server(prefix = "/api/ui", endpoint = "parameters/begin")]
pub(crate) async fn begin_with_parameters(
    message: String,
    #[server(default)] model: String,
    #[server(default)] key: String,
    #[server(flatten)] form: ParametersForm,
) -> Result<ConversationId, StudioError> {
    let (studio, caller) = caller();
    let request = models::conversation::SendRequest {
        message: message.replace("\r\n", "\n"),
        model_id: optional(&model)?,
        parameters: Some(form.read().map_err(no_number)?),
        idempotency_key: Some(key).filter(|key| !key.is_empty()),
        ..Default::default()
    };
    let receipt = studio.send(&caller, request).await.map_err(fail)?;
    redirect_plain_form(&format!("/chat/{}", receipt.conversation_id));
    Ok(receipt.conversation_id)
}
