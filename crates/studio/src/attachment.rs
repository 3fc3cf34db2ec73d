//! Attachments: what is taken in, who may read it, and what a model must be able to see.

use std::sync::Arc;

use models::{
    attachment::Attachment,
    error::ErrorCode,
    id::AttachmentId,
    limits::{MESSAGE_ATTACHMENTS, NAME_CHARACTERS},
    model::Model,
    part::Part,
    provider::ProviderKind,
    timestamp::Timestamp,
};
use serde::Deserialize;
use store::NewAttachment;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    Caller, Error, Studio,
    picture::{self, Refused},
};

/// Files taken in at once; others wait. Each is in memory until it is stored, and as a picture
/// unpacked.
const SLOTS: usize = 2;
/// What may wait to be sent, in bytes.
const MOST_WAITING_BYTES: u64 = 512 * 1024 * 1024;
const MIB: usize = 1024 * 1024;

/// What is taken in, and in which form.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttachmentOptions {
    /// Largest image file that is taken in.
    pub image_bytes: usize,
    /// Largest text file that is taken in.
    pub text_bytes: usize,
    /// Longest side of an image in pixels, at least 64; larger ones are made smaller.
    pub longest_side: u32,
}

impl Default for AttachmentOptions {
    fn default() -> Self {
        Self { image_bytes: 20 * MIB, text_bytes: MIB, longest_side: 2_048 }
    }
}

/// The options, and the turns of those who give files.
pub(crate) struct Intake {
    options: AttachmentOptions,
    slots: Arc<Semaphore>,
}

impl Intake {
    pub(crate) fn new(options: AttachmentOptions) -> Self {
        Self { options, slots: Arc::new(Semaphore::new(SLOTS)) }
    }
}

/// Leave to hold a whole file in memory.
pub struct IntakeSlot(#[expect(dead_code, reason = "held for its end")] OwnedSemaphorePermit);

impl Studio {
    /// Waits for leave to read a file into memory, to be held until it is stored.
    ///
    /// # Errors
    /// When the studio is going away.
    pub async fn intake_slot(&self) -> Result<IntakeSlot, Error> {
        let slots = Arc::clone(&self.inner.intake.slots);
        slots.acquire_owned().await.map(IntakeSlot).map_err(|closed| {
            Error::new(ErrorCode::Unavailable, "Chat Studio is stopping.", "Try again in a moment.")
                .because(closed)
        })
    }

    /// Takes a file in: an image that models can see, or a text. What it is decides its content and
    /// not its name. It waits for a message to be sent with it and is removed after a day.
    ///
    /// # Errors
    /// When it is neither, damaged, too large, or too much waits already.
    pub async fn attach(
        &self,
        caller: &Caller,
        name: &str,
        content: Vec<u8>,
    ) -> Result<Attachment, Error> {
        let options = &self.inner.intake.options;
        let store = &self.inner.store;
        let waiting = store.unsent_attachment_bytes(caller.owner).await?;
        if waiting + content.len() as u64 > MOST_WAITING_BYTES {
            return Err(Error::new(
                ErrorCode::Busy,
                "Too many files wait to be sent.",
                "Send or remove some of them; those that are not sent go after a day.",
            ));
        }
        let new = match picture::format(&content) {
            Some(format) => {
                if content.len() > options.image_bytes {
                    return Err(too_large("image", options.image_bytes));
                }
                let longest_side = options.longest_side.max(64);
                let prepared = tokio::task::spawn_blocking(move || {
                    picture::prepare(content, format, longest_side)
                })
                .await
                .map_err(unreadable)?
                .map_err(refused)?;
                let pixels = Some((prepared.width, prepared.height));
                new(name, "image", prepared.media_type, pixels, prepared.content)
            }
            None => {
                check_text(&content, options.text_bytes)?;
                new(name, "file.txt", "text/plain", None, content)
            }
        };
        let info = new.info.clone();
        store.add_attachment(caller.owner, new).await?;
        Ok(info)
    }

    /// A file and what it is.
    ///
    /// # Errors
    /// When the caller has no such attachment.
    pub async fn attachment(
        &self,
        caller: &Caller,
        id: AttachmentId,
    ) -> Result<(Attachment, Vec<u8>), Error> {
        Ok(self.inner.store.attachment_content(caller.owner, id).await?)
    }

    /// Removes a file that was not sent.
    ///
    /// # Errors
    /// When the caller has no such attachment, or it is part of a message.
    pub async fn remove_attachment(&self, caller: &Caller, id: AttachmentId) -> Result<(), Error> {
        Ok(self.inner.store.remove_unsent_attachment(caller.owner, id).await?)
    }

    /// The parts of a message that show these attachments.
    pub(crate) async fn attached_parts(
        &self,
        caller: &Caller,
        ids: &[AttachmentId],
    ) -> Result<Vec<Part>, Error> {
        if ids.len() > MESSAGE_ATTACHMENTS {
            return Err(Error::invalid(
                format!("A message takes {MESSAGE_ATTACHMENTS} files at most."),
                "Send the others with the next message.",
            ));
        }
        let found = self.inner.store.attachments(caller.owner, ids).await?;
        Ok(found.iter().map(Attachment::part).collect())
    }
}

/// Refuses a message with images for a model that is known to see none.
pub(crate) fn check_vision(model: &Model, parts: &[Part]) -> Result<(), Error> {
    let is_blind =
        model.kind == ProviderKind::Guide || model.facts.vision.is_some_and(|vision| !vision.value);
    if is_blind && parts.iter().any(|part| matches!(part, Part::Image { .. })) {
        return Err(Error::invalid(
            format!("“{}” does not see images.", model.label()),
            "Remove the image or choose a model that does; if this is wrong, correct it on the LLM \
             Config page.",
        ));
    }
    Ok(())
}

fn new(
    name: &str,
    stand_in: &str,
    media_type: &str,
    pixels: Option<(u32, u32)>,
    content: Vec<u8>,
) -> NewAttachment {
    let info = Attachment {
        id: AttachmentId::generate(),
        name: plain_name(name).unwrap_or_else(|| stand_in.to_owned()),
        media_type: media_type.to_owned(),
        size: content.len() as u64,
        width: pixels.map(|(width, _)| width),
        height: pixels.map(|(_, height)| height),
        created_at: Timestamp::now(),
    };
    NewAttachment { info, content }
}

/// A file's name without folders and control characters, if anything is left of it.
fn plain_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Marks that turn the direction of text would let a name look like another.
    let is_odd = |letter: &char| {
        letter.is_control()
            || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String = last.chars().filter(|letter| !is_odd(letter)).collect();
    let plain: String = plain.trim().chars().take(NAME_CHARACTERS).collect();
    (!plain.is_empty()).then_some(plain)
}

fn check_text(content: &[u8], limit: usize) -> Result<(), Error> {
    // Portable documents may be plain ASCII to the last byte and are no text to read.
    let is_document = content.starts_with(b"%PDF-");
    let text = std::str::from_utf8(content).ok().filter(|text| !text.contains('\0'));
    match text {
        Some(text) if text.trim().is_empty() => {
            Err(Error::invalid("The file is empty.", "Choose another one."))
        }
        Some(_) if content.len() > limit => Err(too_large("text file", limit)),
        Some(_) if !is_document => Ok(()),
        _ => Err(unsupported(content, is_document)),
    }
}

fn unsupported(content: &[u8], is_document: bool) -> Error {
    let message = match content {
        _ if is_document => "This is a PDF document.",
        _ if picture::is_some_picture(content) => "This kind of image is not taken.",
        _ => "The file is neither an image nor a text in UTF-8.",
    };
    let action = if is_document {
        "Copy its text into the message, or attach pictures of its pages."
    } else {
        "Attach PNG, JPEG, WebP or GIF images, or text files."
    };
    Error::new(ErrorCode::UnsupportedMediaType, message, action)
}

fn too_large(what: &str, limit: usize) -> Error {
    let limit = match limit % MIB {
        0 => format!("{} MiB", limit / MIB),
        _ => format!("{limit} bytes"),
    };
    Error::new(
        ErrorCode::TooLarge,
        format!("The {what} is larger than {limit}."),
        "Attach a smaller one.",
    )
}

fn refused(refused: Refused) -> Error {
    let error = match &refused {
        Refused::Damaged(_) => Error::invalid(
            "The image is damaged.",
            "Open it in an image viewer, save it anew and attach that.",
        ),
        Refused::TooManyPixels { width, height } => Error::new(
            ErrorCode::TooLarge,
            format!("The image has {width} × {height} pixels, which is too many."),
            "Attach a smaller one.",
        ),
        Refused::NotWritten(_) => Error::new(
            ErrorCode::Internal,
            "The image could not be made smaller.",
            "Attach a smaller one.",
        ),
    };
    error.because(refused)
}

fn unreadable(cause: tokio::task::JoinError) -> Error {
    Error::invalid("The image could not be read.", "Save it anew and attach that.").because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_tricks() {
        let plain = |name: &str| plain_name(name);
        assert_eq!(plain("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(plain("C:\\pictures\\cat.png").as_deref(), Some("cat.png"));
        assert_eq!(plain(" a\nb\u{202e}gnp.exe ").as_deref(), Some("abgnp.exe"));
        assert_eq!(plain(" / "), None);
        assert_eq!(plain(&"n".repeat(500)).map(|name| name.len()), Some(NAME_CHARACTERS));
    }

    #[test]
    fn texts_are_texts() {
        assert!(check_text("Grüße\n".as_bytes(), 100).is_ok());
        let code = |content: &[u8]| check_text(content, 100).unwrap_err().public.code;
        assert_eq!(code(b"%PDF-1.7 and so on"), ErrorCode::UnsupportedMediaType);
        assert_eq!(code(b"a\0b"), ErrorCode::UnsupportedMediaType);
        assert_eq!(code(b"\xff\xfe"), ErrorCode::UnsupportedMediaType);
        assert_eq!(code(b" \n"), ErrorCode::InvalidRequest);
        assert_eq!(code(&[b'x'; 101]), ErrorCode::TooLarge);
    }
}
