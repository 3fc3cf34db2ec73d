//! Translates an answer into events (protocols §3, §11.1).

use models::{
    run::{FailureClass, FinishReason},
    usage::Usage,
};
use serde_json::value::RawValue;

use super::{
    chunk::{Chunk, FunctionCall, Part},
    turn::Turn,
};
use crate::{
    answer::{Events, Progress, Translate},
    broken,
    error::ProviderError,
    error_body::ErrorBody,
    event::ProviderEvent,
    failure,
    transport::Server,
};

/// Longest finish or block reason that is kept, in characters; the known ones are far shorter.
const LONGEST_REASON: usize = 64;
/// More calls than any answer has; a server that sends more has lost its way.
const MOST_CALLS: u32 = 128;

/// The state of one answer.
#[derive(Debug)]
pub(super) struct Translator {
    server: Server,
    request_id: Option<String>,
    started: bool,
    /// Whether a candidate came, even an empty one.
    answered: bool,
    calls: u32,
    turn: Turn,
    usage: Option<Usage>,
    finish: Option<String>,
}

impl Translator {
    /// For an answer whose headers have come.
    pub(super) fn new(server: Server, request_id: Option<String>) -> Self {
        Self {
            server,
            request_id,
            started: false,
            answered: false,
            calls: 0,
            turn: Turn::default(),
            usage: None,
            finish: None,
        }
    }

    fn chunk(&mut self, chunk: &Chunk<'_>, events: &mut Events) -> Result<Progress, ProviderError> {
        if let Some(error) = chunk.error.map(RawValue::get).filter(|error| *error != "null") {
            self.candidate(chunk, events)?;
            return Err(self.reported(format!(r#"{{"error":{error}}}"#).as_bytes()));
        }
        if !chunk.is_answer() {
            return Ok(Progress::Nothing);
        }
        self.start(chunk, events);
        self.candidate(chunk, events)?;
        if let Some(usage) = chunk.usage_metadata.as_ref().and_then(|counts| counts.usage()) {
            self.usage = Some(usage);
        }
        let feedback = chunk.prompt_feedback.as_ref();
        if let Some(reason) = feedback.and_then(|feedback| feedback.block_reason.filled()) {
            return Err(self.blocked(reason));
        }
        Ok(if self.finish.is_some() { Progress::Finishing } else { Progress::Data })
    }

    fn start(&mut self, chunk: &Chunk<'_>, events: &mut Events) {
        if !self.started {
            self.started = true;
            let own = chunk.response_id.filled().map(str::to_owned);
            events.push(ProviderEvent::Started {
                model: chunk.model_version.filled().map(str::to_owned),
                request_id: own.or(self.request_id.take()),
            });
        }
    }

    fn candidate(&mut self, chunk: &Chunk<'_>, events: &mut Events) -> Result<(), ProviderError> {
        let Some(candidate) = chunk.candidate() else { return Ok(()) };
        self.answered = true;
        for raw in candidate.parts() {
            let part = Part::read(raw).ok_or_else(|| broken::unreadable(&self.server))?;
            self.turn.add(raw, &part);
            let text = part.text.as_deref().unwrap_or_default();
            if part.is_thought() {
                events.reasoning(text);
            } else {
                events.text(text);
            }
            if let Some(call) = &part.function_call {
                self.call(call, events)?;
            }
        }
        if let Some(reason) = candidate.finish_reason.filled() {
            self.finish = Some(reason.chars().take(LONGEST_REASON).collect());
        }
        Ok(())
    }

    /// A call, which always comes whole.
    fn call(&mut self, call: &FunctionCall<'_>, events: &mut Events) -> Result<(), ProviderError> {
        let index = self.calls;
        let whole = call.name.filled().zip(call.arguments()).filter(|_| index < MOST_CALLS);
        let (name, arguments) = whole.ok_or_else(|| broken::confused_calls(&self.server))?;
        self.calls += 1;
        events.push(ProviderEvent::ToolCallStart {
            index,
            id: call.id.filled().map_or_else(|| format!("call_{index}"), str::to_owned),
            name: name.to_owned(),
        });
        events.push(ProviderEvent::ToolCallDelta { index, arguments: arguments.to_owned() });
        events.push(ProviderEvent::ToolCallEnd { index });
        Ok(())
    }

    /// Emits everything up to the finish, or says why there is none.
    fn finish(&mut self, events: &mut Events) -> Result<(), ProviderError> {
        let Some(raw) = self.finish.take() else {
            return Err(if self.answered {
                broken::unfinished(&self.server)
            } else {
                broken::empty(&self.server)
            });
        };
        let reason = self.reason(&raw)?;
        if let Some(state) = self.turn.state() {
            events.push(ProviderEvent::State(state));
        }
        events.usage(self.usage.take());
        events.push(ProviderEvent::Finish { reason, raw });
        Ok(())
    }

    fn reason(&self, raw: &str) -> Result<FinishReason, ProviderError> {
        match raw {
            "MAX_TOKENS" => Ok(FinishReason::Length),
            "SAFETY"
            | "RECITATION"
            | "LANGUAGE"
            | "BLOCKLIST"
            | "PROHIBITED_CONTENT"
            | "SPII"
            | "IMAGE_SAFETY"
            | "IMAGE_PROHIBITED_CONTENT"
            | "IMAGE_RECITATION" => Ok(FinishReason::Filter),
            "MALFORMED_FUNCTION_CALL" | "MALFORMED_RESPONSE" => {
                Err(self.bad_call("wrote a tool call that nobody can read").retryable())
            }
            "UNEXPECTED_TOOL_CALL" => {
                Err(self.bad_call("called a tool that it was not offered").retryable())
            }
            "TOO_MANY_TOOL_CALLS" => Err(self.bad_call("called too many tools in a row")),
            "OTHER" | "IMAGE_OTHER" | "FINISH_REASON_UNSPECIFIED" => {
                Err(broken::gave_up(&self.server, "ended the answer for a reason it does not tell"))
            }
            // Google says “STOP” after calls too.
            _ if self.calls > 0 => Ok(FinishReason::Tools),
            _ => Ok(FinishReason::Stop),
        }
    }

    fn bad_call(&self, what: &str) -> ProviderError {
        ProviderError::new(
            FailureClass::Protocol,
            format!("The model at {} {what}.", self.server.name),
            "Try again, or choose a model that is good with tools.",
        )
    }

    fn blocked(&self, reason: &str) -> ProviderError {
        let reason: String = reason
            .chars()
            .filter(|letter| letter.is_ascii_alphabetic() || *letter == '_')
            .take(LONGEST_REASON)
            .collect();
        ProviderError::new(
            FailureClass::Filter,
            format!("{} refuses to answer this ({reason}).", self.server.name),
            "Put the message differently, or choose another model.",
        )
    }

    fn reported(&self, json: &[u8]) -> ProviderError {
        failure::in_band(&self.server, &ErrorBody::parse(json))
    }
}

impl Translate for Translator {
    fn frame(
        &mut self,
        name: &[u8],
        data: &[u8],
        events: &mut Events,
    ) -> Result<Progress, ProviderError> {
        let data = data.trim_ascii();
        if data.is_empty() {
            return Ok(Progress::Nothing);
        }
        // Not Google's, but that of proxies which speak several protocols.
        if data == b"[DONE]" {
            self.finish(events)?;
            return Ok(Progress::Over);
        }
        if name == b"error" {
            return Err(self.reported(data));
        }
        // An array would be read as a chunk too, field by field in their order.
        let chunk = serde_json::from_slice::<Chunk<'_>>(data).ok();
        match chunk.filter(|_| data.starts_with(b"{")) {
            Some(chunk) => self.chunk(&chunk, events),
            None => broken::odd_frame(&self.server, name, data, Chunk::KEYS),
        }
    }

    /// One response, or all frames of a stream as an array, as without `alt=sse`.
    fn whole(&mut self, body: &[u8], events: &mut Events) -> Result<(), ProviderError> {
        let body = body.trim_ascii();
        let frames: Option<Vec<&RawValue>> = if body.starts_with(b"[") {
            serde_json::from_slice(body).ok()
        } else {
            serde_json::from_slice(body).ok().map(|whole| vec![whole])
        };
        let chunks: Option<Vec<Chunk<'_>>> = frames
            .into_iter()
            .flatten()
            .map(|frame| {
                let json = frame.get();
                json.starts_with('{').then(|| serde_json::from_str(json).ok())?
            })
            .collect();
        let chunks = chunks.unwrap_or_default();
        if !chunks.iter().any(Chunk::is_answer) {
            return Err(broken::odd_body(&self.server, body));
        }
        for chunk in &chunks {
            self.chunk(chunk, events)?;
        }
        self.finish(events)
    }

    fn end(&mut self, events: &mut Events) -> Result<(), ProviderError> {
        self.finish(events)
    }

    fn flush(&mut self, events: &mut Events) {
        events.usage(self.usage.take());
    }
}

#[cfg(test)]
mod tests;
