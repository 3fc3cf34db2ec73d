//! Messages: send, retry and continue. Each writes first and answers later.

use futures::StreamExt;
use models::{
    conversation::{ConversationPatch, NewConversation, SendAnswer, SendReceipt, SendRequest},
    error::ErrorCode,
    id::{MessageId, RunId},
    message::{Message, Role},
    model::Model,
    part::Part,
    run::RunStatus,
    timestamp::Timestamp,
};
use routing::title;
use store::{AcceptRun, NewUserMessage, Parent, RunTarget, SendTo};

use crate::{Caller, Error, Studio, attachment, check};

impl Studio {
    /// Stores the message and its run in one transaction, then starts the run.
    ///
    /// # Errors
    /// When the message is empty or too long, the model does not see the images, an identifier is unknown, an answer is still being
    /// written in the conversation, or too many answers are under way. Nothing is stored then.
    pub async fn send(&self, caller: &Caller, request: SendRequest) -> Result<SendReceipt, Error> {
        let mut parts = self.attached_parts(caller, &request.attachments).await?;
        if parts.is_empty() || !request.message.trim().is_empty() {
            check::message(&request.message)?;
            parts.push(Part::Text { text: request.message.clone() });
        }
        check::idempotency_key(request.idempotency_key.as_deref())?;
        let user_message = NewUserMessage {
            id: MessageId::generate(),
            parts,
            attachments: request.attachments.clone(),
        };
        self.check_seen(caller, &request, &user_message.parts).await?;
        let is_new = request.conversation_id.is_none();
        let to = self.destination(caller, &request).await?;
        let target =
            RunTarget::Send { to, user_message, assistant_message_id: MessageId::generate() };
        let receipt = self.accept(caller, target, &request).await?;
        if is_new && let Some(title) = title::from_question(&request.message) {
            // The run would find a title too; an early one shows in the list while it writes.
            let store = &self.inner.store;
            store.set_title_if_empty(caller.owner, receipt.conversation_id, &title).await?;
        }
        Ok(receipt)
    }

    /// Answers the same question again, as a sibling of `message` (an assistant message).
    ///
    /// # Errors
    /// When the caller has no such message, or an answer is being written in its conversation.
    pub async fn retry(&self, caller: &Caller, message: MessageId) -> Result<SendReceipt, Error> {
        let answer = self.answer_to_change(caller, message).await?;
        let Some(user_message_id) = answer.parent_id else {
            return Err(Error::invalid(
                "This answer belongs to no question.",
                "Send a new message instead.",
            ));
        };
        let question = self.inner.store.message(caller.owner, user_message_id).await?;
        let request = in_conversation(&answer);
        self.check_seen(caller, &request, &question.parts).await?;
        let target = RunTarget::Retry {
            conversation_id: answer.conversation_id,
            user_message_id,
            assistant_message_id: MessageId::generate(),
        };
        self.accept(caller, target, &request).await
    }

    /// Goes on writing an assistant message that was stopped, cut or interrupted.
    ///
    /// # Errors
    /// When the caller has no such message, it is complete, or an answer is being written in its
    /// conversation.
    pub async fn continue_answer(
        &self,
        caller: &Caller,
        message: MessageId,
    ) -> Result<SendReceipt, Error> {
        let answer = self.answer_to_change(caller, message).await?;
        if answer.status == RunStatus::Complete {
            return Err(Error::new(
                ErrorCode::Conflict,
                "This answer is complete.",
                "Ask for more with a new message, or retry it.",
            ));
        }
        let target = RunTarget::Continue {
            conversation_id: answer.conversation_id,
            assistant_message_id: answer.id,
        };
        self.accept(caller, target, &in_conversation(&answer)).await
    }

    /// Shows the branch that `message` (a sibling of one on the current path) leads to.
    ///
    /// # Errors
    /// When the caller has no such message.
    pub async fn show_branch(&self, caller: &Caller, message: MessageId) -> Result<(), Error> {
        let store = &self.inner.store;
        let conversation_id = store.message(caller.owner, message).await?.conversation_id;
        let leaf = store.newest_leaf_below(caller.owner, message).await?;
        let change =
            ConversationPatch { current_leaf_id: Some(leaf), ..ConversationPatch::default() };
        store.update_conversation(caller.owner, conversation_id, change, Timestamp::now()).await?;
        Ok(())
    }

    /// What was said in a message so far, as it was written: the text parts, joined by blank lines.
    ///
    /// # Errors
    /// When the caller has no such message.
    pub async fn message_text(&self, caller: &Caller, id: MessageId) -> Result<String, Error> {
        let mut message = self.inner.store.message(caller.owner, id).await?;
        self.freshen(&mut message);
        Ok(message.text())
    }

    /// Waits until the run of `receipt` is over.
    ///
    /// # Errors
    /// When the caller has no such run.
    pub async fn answer(&self, caller: &Caller, receipt: SendReceipt) -> Result<SendAnswer, Error> {
        let mut batches = self.watch(caller, receipt.run_id, 0).await?;
        while batches.next().await.is_some() {}
        let message = self.inner.store.message(caller.owner, receipt.assistant_message_id).await?;
        Ok(SendAnswer { receipt, message })
    }

    /// The conversation a message goes to, changed as the request says or about to be made.
    async fn destination(&self, caller: &Caller, request: &SendRequest) -> Result<SendTo, Error> {
        let Some(conversation_id) = request.conversation_id else {
            let new = NewConversation {
                title: String::new(),
                model_id: request.model_id,
                routing_profile: request.routing_profile.clone(),
                prompt_profile_id: request.prompt_profile_id,
            };
            let mut row = self.new_row(caller, new).await?;
            row.parameters =
                request.parameters.clone().map(check::parameters).transpose()?.unwrap_or_default();
            return Ok(SendTo::New(Box::new(row)));
        };
        let chosen = ConversationPatch {
            model_id: request.model_id,
            routing_profile: request.routing_profile.clone(),
            prompt_profile_id: request.prompt_profile_id.map(Some),
            parameters: request.parameters.clone(),
            ..ConversationPatch::default()
        };
        if chosen != ConversationPatch::default() {
            self.change_conversation(caller, conversation_id, chosen).await?;
        }
        let parent = request.parent_id.map_or(Parent::CurrentLeaf, Parent::Message);
        Ok(SendTo::Existing { conversation_id, parent })
    }

    /// Refuses images for a model that sees none, before anything is stored or changed.
    async fn check_seen(
        &self,
        caller: &Caller,
        request: &SendRequest,
        parts: &[Part],
    ) -> Result<(), Error> {
        let model_id = match (request.model_id, request.conversation_id) {
            (None, Some(id)) => self.inner.store.conversation(caller.owner, id).await?.model_id,
            (model_id, _) => model_id,
        };
        attachment::check_vision(&self.model_or_default(caller, model_id).await?, parts)
    }

    /// Accepts a run and starts it, unless the same key was accepted before.
    async fn accept(
        &self,
        caller: &Caller,
        target: RunTarget,
        request: &SendRequest,
    ) -> Result<SendReceipt, Error> {
        self.inner.routing.check_capacity().map_err(|refused| {
            Error::new(
                ErrorCode::Busy,
                format!("{refused}."),
                "Wait until some of them are complete, or stop them.",
            )
        })?;
        let (model_id, slug) = match request.conversation_id {
            Some(id) => {
                let conversation = self.inner.store.conversation(caller.owner, id).await?;
                (conversation.model_id, Some(conversation.routing_profile))
            }
            None => (request.model_id, request.routing_profile.clone()),
        };
        let profile = self.routing_profile(caller, slug.as_deref()).await?;
        let model = self.model_or_default(caller, model_id).await?;
        check_can_answer(&model)?;
        let accepted = self
            .inner
            .store
            .accept_run(AcceptRun {
                owner: caller.owner,
                run_id: RunId::generate(),
                target,
                idempotency_key: request.idempotency_key.clone(),
                routing_profile: profile.slug,
                model_id: Some(model.id),
                instance_id: self.inner.routing.instance(),
                now: Timestamp::now(),
            })
            .await?;
        if !accepted.repeated {
            let run = self.inner.store.run(caller.owner, accepted.receipt.run_id).await?;
            self.inner.routing.execute(run, profile.kind);
        }
        Ok(accepted.receipt)
    }

    async fn answer_to_change(&self, caller: &Caller, id: MessageId) -> Result<Message, Error> {
        let message = self.inner.store.message(caller.owner, id).await?;
        match message.role {
            Role::Assistant => Ok(message),
            Role::User => Err(Error::invalid(
                "This is a question, not an answer.",
                "Name the answer that follows it.",
            )),
        }
    }
}

/// Refuses a model that cannot answer, before anything is sent.
fn check_can_answer(model: &Model) -> Result<(), Error> {
    if model.facts.embeddings.is_some_and(|fact| fact.value) {
        return Err(Error::invalid(
            format!("“{}” makes embeddings and holds no conversations.", model.label()),
            "Choose another model; if this is wrong, correct it on the LLM Config page.",
        ));
    }
    Ok(())
}

/// A request that changes nothing about the conversation of `answer`.
fn in_conversation(answer: &Message) -> SendRequest {
    SendRequest { conversation_id: Some(answer.conversation_id), ..SendRequest::default() }
}
