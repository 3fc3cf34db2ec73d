//! What the chat page is made from, and how it travels to the browser without saying things twice.

use models::{
    id::ConversationId,
    view::{MessageView, PartView},
};
use serde::{Deserialize, Serialize, Serializer};

use super::selection::Choices;

/// Everything one address of the chat page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChatPage {
    /// The conversation; absent where a new one begins.
    pub opened: Option<Opened>,
    /// What can be picked.
    pub choices: Choices,
}

/// A conversation, or as much of one as was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Opened {
    /// The conversation.
    pub id: ConversationId,
    /// Its title; empty until it has one.
    pub title: String,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Whether the path goes further back than `messages`.
    pub has_older: bool,
}

#[cfg(feature = "ssr")]
impl From<models::view::ConversationView> for Opened {
    fn from(view: models::view::ConversationView) -> Self {
        Self {
            id: view.conversation.id,
            title: view.conversation.title,
            messages: view.messages,
            has_older: view.has_older,
        }
    }
}

/// A page as the server leaves it in its own document: what was said is in the document already, so
/// the blocks are counted here and not repeated. Bringing a document to life leaves the inner HTML
/// of its elements alone, hence the empty blocks never reach the screen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub(crate) struct EmbeddedPage(pub ChatPage);

impl Serialize for EmbeddedPage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ChatPage { opened, choices } = &self.0;
        let opened = opened.as_ref().map(|opened| Opened {
            id: opened.id,
            title: opened.title.clone(),
            messages: opened.messages.iter().map(without_text).collect(),
            has_older: opened.has_older,
        });
        ChatPage { opened, choices: choices.clone() }.serialize(serializer)
    }
}

fn without_text(message: &MessageView) -> MessageView {
    let count = |blocks: &[String]| vec![String::new(); blocks.len()];
    let parts = message
        .parts
        .iter()
        .map(|part| match part {
            PartView::Text { blocks } => PartView::Text { blocks: count(blocks) },
            PartView::Reasoning { blocks } => PartView::Reasoning { blocks: count(blocks) },
            other => other.clone(),
        })
        .collect();
    MessageView {
        parts,
        model: message.model.clone(),
        ending: message.ending.clone(),
        siblings: message.siblings.clone(),
        ..*message
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::message_state::sample;

    #[test]
    fn text_is_not_embedded_a_second_time() {
        let mut message = sample::answer("01890a5d-ac96-774b-bcce-b302099a8051");
        message.parts =
            vec![PartView::Text { blocks: vec!["<p>secret</p>".into(), "<p>b</p>".into()] }];
        let page = ChatPage {
            opened: Some(sample::opened(vec![message], false)),
            choices: Choices::default(),
        };
        let text = serde_json::to_string(&EmbeddedPage(page)).expect("serialises");
        assert!(!text.contains("secret"));
        let back: EmbeddedPage = serde_json::from_str(&text).expect("parses");
        let parts = &back.0.opened.expect("a conversation").messages[0].parts;
        assert_eq!(*parts, [PartView::Text { blocks: vec![String::new(), String::new()] }]);
    }
}
