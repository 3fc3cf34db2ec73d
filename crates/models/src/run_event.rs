//! What a run says while it executes: the journal's and the stream's vocabulary.

use serde::{Deserialize, Serialize};

use crate::{
    id::MessageId,
    part::{ProviderState, Source, ToolCallStatus},
    run::{FinishReason, RunFailure, RunStatus},
    usage::Usage,
};

/// One thing a run said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunEvent {
    /// The run began to execute.
    Started {
        /// The message being written.
        message_id: MessageId,
        /// The provider's display name.
        provider: String,
        /// The model's identifier at the provider.
        model: String,
    },
    /// A request goes to the provider. More than one of these means that earlier ones failed before
    /// anything was shown.
    Attempt {
        /// From 1.
        number: u32,
        /// Why the attempt before this one failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
    /// More of the answer.
    TextDelta {
        /// Markdown to append.
        text: String,
    },
    /// More of the reasoning.
    ReasoningDelta {
        /// Markdown to append.
        text: String,
    },
    /// A tool call begins.
    ToolCallStart {
        /// Position among this run's calls, from 0.
        index: u32,
        /// The provider's identifier of the call.
        id: String,
        /// The tool's name.
        name: String,
    },
    /// More of a tool call's arguments.
    ToolCallDelta {
        /// Position among this run's calls.
        index: u32,
        /// Text to append to the arguments.
        arguments: String,
    },
    /// A tool call changed its status, perhaps with a result.
    ToolCallUpdate {
        /// Position among this run's calls.
        index: u32,
        /// The new status.
        status: ToolCallStatus,
        /// What the tool said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<String>,
    },
    /// What the answer rests on.
    Sources {
        /// In the order of their citation numbers.
        sources: Vec<Source>,
    },
    /// Something the studio has to say about this answer.
    Notice {
        /// A sentence.
        text: String,
    },
    /// The provider wants this back with the turn that ends here.
    ProviderState {
        /// What it wants back.
        state: ProviderState,
    },
    /// Tokens counted so far; a later one replaces an earlier.
    Usage {
        /// The counts.
        usage: Usage,
    },
    /// The conversation got its title.
    Title {
        /// The new title.
        title: String,
    },
    /// The run is over; nothing follows.
    Finished {
        /// A final status.
        status: RunStatus,
        /// Why the provider stopped, where it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<FinishReason>,
        /// Why the run failed, where it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<RunFailure>,
    },
}

/// A run event with its place in the run. Numbers start at 1 and have no gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SequencedEvent {
    /// The event's number within its run.
    pub sequence: u64,
    /// The event.
    pub event: RunEvent,
}
