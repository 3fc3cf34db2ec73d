//! Unsent messages, kept for each conversation so that a reload loses nothing.

use models::id::ConversationId;

use crate::browser::storage;

/// The draft for a conversation; `None` names the one that has not begun.
pub(crate) fn load(conversation: Option<ConversationId>) -> Option<String> {
    storage::read(&key("draft", conversation))
}

/// Keeps a draft; an empty one is forgotten.
pub(crate) fn save(conversation: Option<ConversationId>, text: &str) {
    storage::write(&key("draft", conversation), text);
}

/// The files that were to go with the draft, as [`save_files`] was told.
pub(crate) fn load_files(conversation: Option<ConversationId>) -> Option<String> {
    storage::read(&key("files", conversation))
}

/// Keeps which files go with a draft; an empty list is forgotten.
pub(crate) fn save_files(conversation: Option<ConversationId>, list: &str) {
    storage::write(&key("files", conversation), list);
}

fn key(of: &str, conversation: Option<ConversationId>) -> String {
    match conversation {
        Some(id) => format!("{of}:{id}"),
        None => format!("{of}:new"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_conversation_has_its_own_draft() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(key("draft", id.parse().ok()), format!("draft:{id}"));
        assert_eq!(key("files", None), "files:new");
    }
}
