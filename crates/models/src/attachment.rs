//! Files a person gives with a message.

use serde::{Deserialize, Serialize};

use crate::{id::AttachmentId, part::Part, timestamp::Timestamp};

/// A file that was taken in, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// The attachment; `attachments` of a message that is sent names it.
    pub id: AttachmentId,
    /// The file's name without its folder, 1 to 120 characters.
    pub name: String,
    /// What the content was found to be, whatever was declared: `image/png`, `image/jpeg`,
    /// `image/webp`, `image/gif` or `text/plain`.
    pub media_type: String,
    /// Bytes as they are kept.
    pub size: u64,
    /// Pixels; images only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels; images only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// When it was taken in.
    pub created_at: Timestamp,
}

/// A size in bytes as people say it.
#[must_use]
pub fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

impl Attachment {
    /// The part of a message that shows it.
    #[must_use]
    pub fn part(&self) -> Part {
        let (attachment_id, name) = (self.id, self.name.clone());
        let media_type = self.media_type.clone();
        match (self.width, self.height) {
            (Some(width), Some(height)) => {
                Part::Image { attachment_id, name, media_type, width, height }
            }
            _ => Part::File { attachment_id, name, media_type, size: self.size },
        }
    }
}
