//! Unsent messages, kept for each conversation so that a reload loses nothing.

use models::id::ConversationId;

use crate::browser::storage;

/// The draft for a conversation; `None` names the one that has not begun.
pub(crate) fn load(conversation: Option<ConversationId>) -> Option<String> {
    storage::read(&key(conversation))
}

/// Keeps a draft; an empty one is forgotten.
pub(crate) fn save(conversation: Option<ConversationId>, text: &str) {
    storage::write(&key(conversation), text);
}

fn key(conversation: Option<ConversationId>) -> String {
    match conversation {
        Some(id) => format!("draft:{id}"),
        None => "draft:new".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_conversation_has_its_own_draft() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(key(id.parse().ok()), format!("draft:{id}"));
        assert_eq!(key(None), "draft:new");
    }
}
