//! What a conversation asks of its model beside the messages.

use models::{
    id::{ConversationId, ModelId},
    model::Model,
    parameters::Parameters,
};

use crate::{Caller, Error, Studio, check};

impl Studio {
    /// What a conversation has set, and the model whose protocol and own settings decide about the rest:
    /// `model` if it is named, else the conversation's, else the default. Without a conversation nothing
    /// is set yet.
    ///
    /// # Errors
    /// When the caller has no such conversation, or no model.
    pub async fn parameters(
        &self,
        caller: &Caller,
        conversation: Option<ConversationId>,
        model: Option<ModelId>,
    ) -> Result<(Parameters, Model), Error> {
        let (set, own) = match conversation {
            Some(id) => {
                let conversation = self.inner.store.conversation(caller.owner, id).await?;
                (conversation.parameters, conversation.model_id)
            }
            None => (Parameters::default(), None),
        };
        let model = match self.picked_model(caller, model.or(own)).await? {
            Some(model) => model,
            None => self.model_or_default(caller, None).await?,
        };
        Ok((set, model))
    }

    /// Settings as they would be stored, for a conversation that is still to begin.
    ///
    /// # Errors
    /// When one of them is outside its limits.
    pub fn checked_parameters(parameters: Parameters) -> Result<Parameters, Error> {
        check::parameters(parameters)
    }
}
