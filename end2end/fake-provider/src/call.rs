//! What a scenario may look at: the checked request, its parameters and what came before.

use std::time::Duration;

use axum::http::HeaderMap;
use serde_json::Value;

use crate::{
    answer::Answer,
    chunk_stream::ChunkStream,
    model_name::Parameters,
    protocol::{Asked, Protocol},
};

pub(crate) struct Call<'a> {
    pub(crate) protocol: &'a Protocol,
    pub(crate) asked: &'a Asked,
    /// The whole request body; it has passed every check.
    pub(crate) body: &'a Value,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) parameters: &'a Parameters,
    /// The number at the end of the scenario's name, as in `flaky-2`.
    pub(crate) suffix: Option<u64>,
    /// How often this exact model name was asked before.
    pub(crate) earlier: u64,
}

impl Call<'_> {
    pub(crate) fn model(&self) -> &str {
        &self.asked.model
    }

    /// The conversation as it was sent.
    pub(crate) fn conversation(&self) -> &Value {
        &self.body[self.protocol.conversation]
    }

    /// The messages of the conversation, or whatever else the protocol makes it of.
    pub(crate) fn messages(&self) -> &[Value] {
        self.conversation().as_array().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn wants_stream(&self) -> bool {
        self.asked.wants_stream
    }

    /// An answer in one piece always has usage; a stream has it where it was asked for.
    pub(crate) fn wants_usage(&self) -> bool {
        !self.wants_stream() || self.body["stream_options"]["include_usage"] == true
    }

    pub(crate) fn number(&self, key: &str, default: u64) -> u64 {
        self.parameters.number(key).unwrap_or(default)
    }

    pub(crate) fn milliseconds(&self, key: &str, default: u64) -> Duration {
        Duration::from_millis(self.number(key, default))
    }

    /// Roughly four bytes of JSON to a token: simple enough for a test to compute.
    pub(crate) fn prompt_tokens(&self) -> u64 {
        (self.conversation().to_string().len() as u64).div_ceil(4)
    }

    /// The results of the tools that were called last, if the client now wants them used.
    pub(crate) fn tool_results(&self) -> Option<Vec<&str>> {
        let results: Vec<&str> = self.messages().iter().rev().map_while(result).collect();
        (!results.is_empty()).then(|| results.into_iter().rev().collect())
    }

    /// What the assistant said last before those results, calls and all.
    pub(crate) fn last_turn(&self) -> &Value {
        let said = self.messages().iter().rev().find(|message| message["role"] == "assistant");
        said.unwrap_or(&Value::Null)
    }

    /// A stream whose tokens come at once unless the model name asks for a delay.
    pub(crate) fn stream(&self) -> ChunkStream {
        self.paced_stream(0)
    }

    /// A stream with this many milliseconds before each token unless told otherwise.
    pub(crate) fn paced_stream(&self, delay: u64) -> ChunkStream {
        ChunkStream::new(self, self.milliseconds("delay", delay))
    }

    /// A stream that has said its role and a few words, ready for something to go wrong.
    pub(crate) fn begun(&self) -> ChunkStream {
        self.stream().role().words(self.number("words", 12))
    }

    /// A complete, faultless answer.
    pub(crate) fn say(&self, text: &str) -> Answer {
        (self.protocol.say)(self, text)
    }
}

/// What a tool said, if this is a tool's message.
fn result(message: &Value) -> Option<&str> {
    let field = match (message["role"].as_str(), message["type"].as_str()) {
        (Some("tool"), _) => "content",
        (_, Some("function_call_output")) => "output",
        _ => return None,
    };
    Some(message[field].as_str().unwrap_or_default())
}
