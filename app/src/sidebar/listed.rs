//! What the list of conversations shows of each, and where it goes on.

use models::id::ConversationId;
use serde::{Deserialize, Serialize};

/// A page of the list, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ListedPage {
    /// The conversations.
    pub conversations: Vec<Listed>,
    /// Where the next page begins, as an address carries it: `<milliseconds>_<identifier>`; absent
    /// at the end.
    pub next: Option<String>,
}

/// One conversation of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listed {
    /// The conversation.
    pub id: ConversationId,
    /// Its title; empty until it has one.
    pub title: String,
}

#[cfg(feature = "ssr")]
pub(crate) use server::parse_cursor;

#[cfg(feature = "ssr")]
mod server {
    use models::{
        conversation::{ConversationCursor, ConversationPage},
        timestamp::Timestamp,
    };

    use super::{Listed, ListedPage};

    impl From<ConversationPage> for ListedPage {
        fn from(page: ConversationPage) -> Self {
            let conversations = page.conversations.into_iter();
            Self {
                conversations: conversations
                    .map(|it| Listed { id: it.id, title: it.title })
                    .collect(),
                next: page.next.map(cursor_text),
            }
        }
    }

    /// The cursor a text names, if it names one.
    pub(crate) fn parse_cursor(text: &str) -> Option<ConversationCursor> {
        let (millis, id) = text.split_once('_')?;
        Some(ConversationCursor {
            updated_at: Timestamp(millis.parse().ok()?),
            id: id.parse().ok()?,
        })
    }

    fn cursor_text(cursor: ConversationCursor) -> String {
        format!("{}_{}", cursor.updated_at.0, cursor.id)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_cursor_survives_the_address() {
            let text = "1795366861999_01890a5d-ac96-774b-bcce-b302099a8057";
            let cursor = parse_cursor(text).expect("a cursor");
            assert_eq!(cursor.updated_at, Timestamp(1_795_366_861_999));
            assert_eq!(cursor_text(cursor), text);
            assert_eq!(parse_cursor("yesterday"), None);
            assert_eq!(parse_cursor("1_2"), None);
        }
    }
}
