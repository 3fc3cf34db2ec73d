//! What every adapter turns its protocol into (protocols §11.1).

use models::{run::FinishReason, usage::Usage};

/// One thing a provider said. Text may hold several deltas that arrived together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderEvent {
    /// The first frame is there. Comes once, before everything else.
    Started {
        /// The model as the server names it, which may differ from the one asked for.
        model: Option<String>,
        /// The server's identifier of the request, for its log.
        request_id: Option<String>,
    },
    /// More of the answer; never empty.
    TextDelta(String),
    /// More of the reasoning; never empty.
    ReasoningDelta(String),
    /// A tool call begins.
    ToolCallStart {
        /// Position among this answer's calls, from 0 without gaps.
        index: u32,
        /// The server's identifier, or `call_<index>` where it gave none.
        id: String,
        /// The tool's name.
        name: String,
    },
    /// More of a tool call's arguments. Deltas of several calls may interleave.
    ToolCallDelta {
        /// Position among this answer's calls.
        index: u32,
        /// Text to append; the whole is usually JSON, possibly broken.
        arguments: String,
    },
    /// A tool call's arguments are whole. A cut answer leaves its calls without this.
    ToolCallEnd {
        /// Position among this answer's calls.
        index: u32,
    },
    /// The whole turn in the provider's own form, where that holds more than text and calls. Comes at
    /// most once, after all of the turn's output and before the finish.
    State(String),
    /// Tokens the server counted; comes at most once, near the end.
    Usage(Usage),
    /// The answer is over. Always the last event; a stream without it ends with an error.
    Finish {
        /// What it means to us.
        reason: FinishReason,
        /// The server's own word; empty where it gave none.
        raw: String,
    },
}
