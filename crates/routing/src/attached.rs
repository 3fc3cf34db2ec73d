//! What was given with a conversation's messages, as the model gets it.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use models::{
    id::{AttachmentId, OwnerId},
    message::{Message, Role},
    part::Part,
};
use providers::{ChatMessage, Image};
use store::{Store, StoreError};

/// The contents that go to the model; of what is missing it gets the name.
#[derive(Debug, Default)]
pub(crate) struct Attached {
    images: HashMap<AttachmentId, Image>,
    files: HashMap<AttachmentId, String>,
}

impl Attached {
    /// Loads the newest `most` images, if the model may see any, and as many text files.
    pub(crate) async fn load(
        store: &Store,
        owner: OwnerId,
        history: &[Message],
        may_see: bool,
        most: usize,
    ) -> Result<Self, StoreError> {
        let mut attached = Self::default();
        let asked = history.iter().rev().filter(|message| message.role == Role::User);
        for part in asked.flat_map(|message| message.parts.iter().rev()) {
            match part {
                Part::Image { attachment_id: id, .. }
                    if may_see && attached.images.len() < most =>
                {
                    let Some((media_type, content)) = read(store, owner, *id).await? else {
                        continue;
                    };
                    // Megabytes are too much for a thread that others wait for.
                    let text = tokio::task::spawn_blocking(move || STANDARD.encode(content)).await;
                    let Ok(text) = text else { continue };
                    attached.images.insert(*id, Image { media_type, base64: text.into() });
                }
                Part::File { attachment_id: id, .. } if attached.files.len() < most => {
                    let Some((_, content)) = read(store, owner, *id).await? else { continue };
                    let text = String::from_utf8_lossy(&content);
                    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
                    attached.files.insert(*id, text);
                }
                _ => {}
            }
        }
        Ok(attached)
    }

    /// A person's message: its files in front of its text, each under its name.
    pub(crate) fn said(&self, parts: &[Part]) -> ChatMessage {
        let mut texts = Vec::with_capacity(parts.len());
        let mut images = Vec::new();
        for part in parts {
            match part {
                Part::Text { text } => texts.push(text.clone()),
                Part::Image { attachment_id, name, .. } => match self.images.get(attachment_id) {
                    Some(image) => images.push(image.clone()),
                    None => texts.push(format!("[image: {name}]")),
                },
                Part::File { attachment_id, name, .. } => {
                    texts.push(match self.files.get(attachment_id) {
                        Some(text) => fenced(name, text),
                        None => format!("[file: {name}]"),
                    });
                }
                _ => {}
            }
        }
        ChatMessage::User { text: texts.join("\n\n"), images }
    }
}

/// A file that is gone is missing, which is no reason to answer nothing.
async fn read(
    store: &Store,
    owner: OwnerId,
    id: AttachmentId,
) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    match store.attachment_content(owner, id).await {
        Ok((info, content)) => Ok(Some((info.media_type, content))),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file's text between fences that are longer than any in it.
fn fenced(name: &str, text: &str) -> String {
    let runs = text.split(|letter| letter != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    let text = text.trim_end_matches('\n');
    format!("File “{name}”:\n{fence}\n{text}\n{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_cannot_close_its_own_fence() {
        assert_eq!(fenced("a.txt", "one\n"), "File “a.txt”:\n```\none\n```");
        let text = "```rust\nfn main() {}\n```\n";
        assert_eq!(fenced("a.md", text), "File “a.md”:\n````\n```rust\nfn main() {}\n```\n````");
    }

    #[test]
    fn what_is_missing_is_named() {
        let id = AttachmentId::generate();
        let image = || Part::Image {
            attachment_id: id,
            name: "cat.png".to_owned(),
            media_type: "image/png".to_owned(),
            width: 1,
            height: 1,
        };
        let text = Part::Text { text: "What is it?".to_owned() };
        let mut attached = Attached::default();
        assert_eq!(
            attached.said(&[image(), text.clone()]),
            ChatMessage::user("[image: cat.png]\n\nWhat is it?")
        );
        let picture = Image { media_type: "image/png".to_owned(), base64: "AAAA".into() };
        attached.images.insert(id, picture.clone());
        let said = ChatMessage::User { text: "What is it?".to_owned(), images: vec![picture] };
        assert_eq!(attached.said(&[image(), text]), said);
    }
}
