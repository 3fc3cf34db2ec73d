//! Messages as the studio's pages show them: finished HTML and the patches that grow it.

use serde::{Deserialize, Serialize};

use crate::{
    conversation::Conversation,
    id::{AttachmentId, MessageId, RunId},
    message::Role,
    part::{Source, ToolCallStatus},
    run::RunStatus,
    timestamp::Timestamp,
};

/// A message ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// The message.
    pub id: MessageId,
    /// Who speaks.
    pub role: Role,
    /// How far it is.
    pub status: RunStatus,
    /// What was said, in order.
    pub parts: Vec<PartView>,
    /// The model's identifier at the provider.
    pub model: Option<String>,
    /// The run that writes or wrote it.
    pub run_id: Option<RunId>,
    /// How it ended.
    pub ending: Ending,
    /// When it was created.
    pub created_at: Timestamp,
    /// All messages beside it, itself included, oldest first.
    pub siblings: Vec<MessageId>,
    /// The run event up to which `parts` is current; a watcher goes on after it.
    pub sequence: u64,
}

/// How an answer ended, in words; empty while it grows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// What to say about an answer that did not simply come to its end.
    pub note: Option<String>,
    /// Whether it ended before its end, so that it can be continued.
    pub is_cut: bool,
    /// Why it failed.
    pub failure: Option<FailureView>,
    /// Tokens of the answer, where known.
    pub output_tokens: Option<u64>,
}

/// Why an answer failed, in words a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureView {
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub action: String,
    /// The provider's HTTP status, if it came to an answer.
    pub status: Option<u16>,
}

/// One part of a message, ready to be shown.
///
/// Tagged from outside, unlike the parts of the HTTP API: only the studio's own pages read it, and
/// what has to look for a tag inside first is large in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartView {
    /// The answer's text.
    Text {
        /// Sanitised HTML, one string a block.
        blocks: Vec<String>,
    },
    /// The reasoning.
    Reasoning {
        /// Sanitised HTML, one string a block.
        blocks: Vec<String>,
    },
    /// A tool call.
    ToolCall(ToolCallView),
    /// What the answer rests on.
    Sources {
        /// In the order of their citation numbers.
        sources: Vec<Source>,
    },
    /// Something the studio has to say.
    Notice {
        /// A sentence.
        text: String,
    },
    /// An image a person gave.
    Image(AttachmentView),
    /// A text file a person gave.
    File(AttachmentView),
    /// A part that is not for people; it keeps the others' numbers right.
    Hidden,
}

/// A file given with a message, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// The attachment.
    pub id: AttachmentId,
    /// The file's name.
    pub name: String,
    /// A few words: the size of a file, nothing for an image.
    pub note: String,
    /// Width and height of an image in pixels; 0 for a file.
    pub pixels: (u32, u32),
}

/// A tool call, ready to be shown as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCallView {
    /// The tool's name.
    pub name: String,
    /// The arguments, indented where they are JSON.
    pub arguments: String,
    /// How far the call is.
    pub status: ToolCallStatus,
    /// What the tool said.
    pub result: Option<String>,
}

/// One change to a message on the page. Parts and blocks are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewPatch {
    /// Part `part` now is this; `part` equal to the count appends.
    Part {
        /// Which part.
        part: u32,
        /// Its whole content.
        view: PartView,
    },
    /// Block `block` of a text or reasoning part now is this; equal to the count appends.
    Block {
        /// Which part.
        part: u32,
        /// Which block.
        block: u32,
        /// Sanitised HTML.
        html: String,
    },
    /// Append inside the element marked `data-open` of a block.
    Append {
        /// Which part.
        part: u32,
        /// Which block.
        block: u32,
        /// Sanitised HTML.
        html: String,
    },
    /// Keep only the first `blocks` blocks of a part.
    Truncate {
        /// Which part.
        part: u32,
        /// How many blocks stay.
        blocks: u32,
    },
    /// What the run is doing while there is nothing to show yet.
    Activity {
        /// A sentence; empty when output flows.
        text: String,
    },
    /// The conversation got its title.
    Title {
        /// The new title.
        title: String,
    },
    /// A model was found that writes it.
    Model {
        /// The model's identifier at the provider.
        model: String,
    },
    /// The message reached its final state.
    Finished {
        /// Its status from now on.
        status: RunStatus,
        /// How it ended.
        ending: Ending,
    },
}

/// A conversation ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationView {
    /// The conversation.
    pub conversation: Conversation,
    /// Oldest first; at most one page.
    pub messages: Vec<MessageView>,
    /// Whether the path goes further back than `messages`.
    pub has_older: bool,
}

/// What one event of the browser's stream carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewFrame {
    /// The run event up to which the page is current once the patches are applied.
    pub sequence: u64,
    /// In the order to apply them.
    pub patches: Vec<ViewPatch>,
}

/// A chapter of the manual, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterView {
    /// Its title.
    pub title: String,
    /// Its sections in order.
    pub sections: Vec<SectionView>,
}

/// A section of the manual, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionView {
    /// The fragment under which citations find it.
    pub anchor: String,
    /// Its heading.
    pub heading: String,
    /// Sanitised HTML, one string a block.
    pub blocks: Vec<String>,
}
