//! Conversations: list, open, change, delete and undo.

use models::{
    conversation::{
        Conversation, ConversationCursor, ConversationDetail, ConversationPage, ConversationPatch,
        NewConversation,
    },
    id::{ConversationId, MessageId},
    limits::{CONVERSATION_PAGE, MESSAGE_PAGE},
    message::Message,
    parameters::Parameters,
    run::RunStatus,
    timestamp::Timestamp,
    view::{ConversationView, MessageView},
};
use store::NewConversationRow;

use crate::{Caller, Error, Studio, check, message_view::message_view};

impl Studio {
    /// A page of the caller's conversations, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn conversations(
        &self,
        caller: &Caller,
        before: Option<ConversationCursor>,
    ) -> Result<ConversationPage, Error> {
        Ok(self.inner.store.conversations(caller.owner, before, CONVERSATION_PAGE).await?)
    }

    /// Creates an empty conversation.
    ///
    /// # Errors
    /// When the title is too long, or a model or profile is unknown.
    pub async fn create_conversation(
        &self,
        caller: &Caller,
        new: NewConversation,
    ) -> Result<Conversation, Error> {
        let row = self.new_row(caller, new).await?;
        Ok(self.inner.store.create_conversation(caller.owner, row).await?)
    }

    /// A conversation with one page of messages: the newest, or those before `before`.
    ///
    /// # Errors
    /// When the caller has no such conversation, or it has no such message.
    pub async fn conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
        before: Option<MessageId>,
    ) -> Result<ConversationDetail, Error> {
        let store = &self.inner.store;
        let conversation = store.conversation(caller.owner, id).await?;
        let (mut messages, has_older) = match (before, conversation.current_leaf_id) {
            (Some(before), _) => store.path_before(caller.owner, id, before, MESSAGE_PAGE).await?,
            (None, Some(leaf)) => store.path(caller.owner, id, leaf, MESSAGE_PAGE).await?,
            (None, None) => (Vec::new(), false),
        };
        for message in &mut messages {
            self.freshen(message);
        }
        Ok(ConversationDetail { conversation, messages, has_older })
    }

    /// The same, rendered for the pages.
    ///
    /// # Errors
    /// As [`Studio::conversation`].
    pub async fn conversation_view(
        &self,
        caller: &Caller,
        id: ConversationId,
        before: Option<MessageId>,
    ) -> Result<ConversationView, Error> {
        let detail = self.conversation(caller, id, before).await?;
        let ids: Vec<MessageId> = detail.messages.iter().map(|message| message.id).collect();
        let mut siblings = self.inner.store.siblings(caller.owner, &ids).await?;
        let views: Vec<MessageView> = detail
            .messages
            .into_iter()
            .map(|message| {
                let siblings = siblings.remove(&message.id).unwrap_or_else(|| vec![message.id]);
                message_view(message, siblings)
            })
            .collect();
        Ok(ConversationView {
            conversation: detail.conversation,
            messages: views,
            has_older: detail.has_older,
        })
    }

    /// Changes what `patch` names.
    ///
    /// # Errors
    /// When a value is outside its limits or unknown, the version is outdated, or the caller has no
    /// such conversation.
    pub async fn change_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
        patch: ConversationPatch,
    ) -> Result<Conversation, Error> {
        let title = patch.title.as_deref().map(check::title).transpose()?;
        if let Some(slug) = &patch.routing_profile {
            self.routing_profile(caller, Some(slug)).await?;
        }
        if let Some(model) = patch.model_id {
            self.model_or_default(caller, Some(model)).await?;
        }
        if let Some(Some(profile)) = patch.prompt_profile_id {
            self.check_prompt_profile(caller, profile).await?;
        }
        let parameters = patch.parameters.map(check::parameters).transpose()?;
        let change = ConversationPatch { title, parameters, ..patch };
        let now = Timestamp::now();
        Ok(self.inner.store.update_conversation(caller.owner, id, change, now).await?)
    }

    /// Hides a conversation, stopping what is being written in it;
    /// [`Studio::restore_conversation`] brings it back until the undo time is over.
    ///
    /// # Errors
    /// When the caller has no such conversation.
    pub async fn hide_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
    ) -> Result<(), Error> {
        self.stop_in(caller, id).await?;
        let store = &self.inner.store;
        Ok(store.mark_conversation_deleted(caller.owner, id, Timestamp::now()).await?)
    }

    /// Undoes [`Studio::hide_conversation`].
    ///
    /// # Errors
    /// When it has been removed by now.
    pub async fn restore_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
    ) -> Result<Conversation, Error> {
        self.inner.store.restore_conversation(caller.owner, id).await?;
        Ok(self.inner.store.conversation(caller.owner, id).await?)
    }

    /// Removes a conversation and everything in it, for good.
    ///
    /// # Errors
    /// When the caller has no such conversation.
    pub async fn delete_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
    ) -> Result<(), Error> {
        self.stop_in(caller, id).await?;
        Ok(self.inner.store.purge_conversation(caller.owner, id).await?)
    }

    /// The row of a new conversation, with every reference checked.
    pub(crate) async fn new_row(
        &self,
        caller: &Caller,
        new: NewConversation,
    ) -> Result<NewConversationRow, Error> {
        let title = match new.title.trim() {
            "" => String::new(),
            title => check::title(title)?,
        };
        let profile = self.routing_profile(caller, new.routing_profile.as_deref()).await?;
        if new.model_id.is_some() {
            self.model_or_default(caller, new.model_id).await?;
        }
        if let Some(profile) = new.prompt_profile_id {
            self.check_prompt_profile(caller, profile).await?;
        }
        Ok(NewConversationRow {
            id: ConversationId::generate(),
            title,
            model_id: new.model_id,
            routing_profile: profile.slug,
            prompt_profile_id: new.prompt_profile_id,
            parameters: Parameters::default(),
            created_at: Timestamp::now(),
        })
    }

    /// A message that is being written here is further in memory than in the database.
    pub(crate) fn freshen(&self, message: &mut Message) {
        if message.status != RunStatus::Running {
            return;
        }
        let Some(run) = message.run_id else { return };
        if let Some(growing) = self.inner.routing.growing(run) {
            message.parts = growing.parts;
            message.usage = growing.usage;
            message.model = growing.model.or(message.model.take());
            message.sequence = growing.sequence;
        }
    }

    async fn stop_in(&self, caller: &Caller, id: ConversationId) -> Result<(), Error> {
        if let Some(run) = self.inner.store.active_run(caller.owner, id).await? {
            self.inner.routing.stop(run.id).await;
        }
        Ok(())
    }
}
