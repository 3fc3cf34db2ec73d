//! Messages for tests.

use models::{
    conversation::Conversation,
    message::Role,
    run::RunStatus,
    timestamp::Timestamp,
    view::{Ending, MessageView},
};

use crate::chat::page::Opened;

/// A complete answer without parts.
pub(crate) fn answer(id: &str) -> MessageView {
    MessageView {
        id: id.parse().expect("an identifier"),
        role: Role::Assistant,
        status: RunStatus::Complete,
        parts: Vec::new(),
        model: Some("llama".to_owned()),
        run_id: Some("01890a5d-ac96-774b-bcce-b302099a80aa".parse().expect("an identifier")),
        ending: Ending::default(),
        created_at: Timestamp(1_795_366_861_999),
        siblings: vec![id.parse().expect("an identifier")],
        sequence: 0,
    }
}

/// The same while it is being written.
pub(crate) fn running(id: &str) -> MessageView {
    MessageView { status: RunStatus::Running, ..answer(id) }
}

/// A conversation with these messages.
pub(crate) fn opened(messages: Vec<MessageView>, has_older: bool) -> Opened {
    let Conversation { id, title, .. } = conversation();
    Opened { id, title, messages, has_older }
}

/// A conversation without a title.
pub(crate) fn conversation() -> Conversation {
    Conversation {
        id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().expect("an identifier"),
        title: String::new(),
        model_id: None,
        routing_profile: "direct_llm".to_owned(),
        prompt_profile_id: None,
        parameters: models::parameters::Parameters::default(),
        current_leaf_id: None,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        version: 1,
    }
}
