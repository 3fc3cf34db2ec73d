//! Translates a Chat Completions answer into events (protocols §1.3, rules 1 to 13).

use models::{run::FinishReason, usage::Usage};

use super::{
    chunk::{Choice, Chunk, Content, Delta},
    message,
    state::Keeper,
    text::Text,
    tool_calls::{Confused, ToolCalls},
};
use crate::{
    ChatRequest, ToolChoice,
    answer::{Events, Progress, Translate},
    broken,
    error::ProviderError,
    error_body::ErrorBody,
    event::ProviderEvent,
    failure,
    transport::Server,
};

/// Longest finish reason that is kept, in characters; the known ones are far shorter.
const LONGEST_REASON: usize = 64;

/// The state of one answer.
#[derive(Debug)]
pub(super) struct Translator {
    server: Server,
    request_id: Option<String>,
    started: bool,
    /// Whether a choice came, even an empty one.
    answered: bool,
    /// Whether text, reasoning or a call came.
    said_something: bool,
    refused: bool,
    text: Text,
    calls: ToolCalls,
    keeper: Keeper,
    /// Whether the answer follows the results of tools.
    after_tools: bool,
    usage: Option<Usage>,
    finish: Option<String>,
}

impl Translator {
    /// For an answer to this request, whose headers have come.
    pub(super) fn new(server: Server, request_id: Option<String>, request: &ChatRequest) -> Self {
        let may_call = !request.tools.is_empty() && request.tool_choice != ToolChoice::None;
        Self {
            server,
            request_id,
            started: false,
            answered: false,
            said_something: false,
            refused: false,
            text: Text::new(may_call),
            calls: ToolCalls::default(),
            keeper: Keeper::default(),
            after_tools: message::turns(&request.messages).last().is_some_and(message::uses_tools),
            usage: None,
            finish: None,
        }
    }

    fn chunk(&mut self, chunk: &Chunk<'_>, events: &mut Events) -> Result<Progress, ProviderError> {
        if let Some(json) = chunk.failure() {
            self.choice(chunk.choices.first.as_ref(), events)?;
            // The error is the value of a field, so wrap it to be read like any other error body.
            return Err(self.reported(format!(r#"{{"error":{json}}}"#).as_bytes()));
        }
        let usage = chunk.usage.as_ref();
        let usage = usage.or(chunk.x_groq.as_ref().and_then(|extension| extension.usage.as_ref()));
        if !chunk.choices.present && usage.is_none() {
            return Ok(Progress::Nothing);
        }
        self.start(chunk, events);
        self.choice(chunk.choices.first.as_ref(), events)?;
        if let Some(usage) = usage.and_then(|counts| counts.usage()) {
            self.usage = Some(usage);
        }
        Ok(if self.finish.is_some() { Progress::Finishing } else { Progress::Data })
    }

    fn start(&mut self, chunk: &Chunk<'_>, events: &mut Events) {
        if !self.started {
            self.started = true;
            events.push(ProviderEvent::Started {
                model: chunk.model.filled().map(str::to_owned),
                request_id: self.request_id.take(),
            });
        }
    }

    fn choice(
        &mut self,
        choice: Option<&Choice<'_>>,
        events: &mut Events,
    ) -> Result<(), ProviderError> {
        let Some(choice) = choice else { return Ok(()) };
        self.answered = true;
        // A proxy may pack a whole answer into one frame; behind deltas it would be a repetition.
        let whole = choice.message.as_ref().filter(|_| !self.said_something);
        if let Some(delta) = choice.delta.as_ref().or(whole) {
            self.delta(delta, events)?;
        }
        if let Some(reason) = choice.finish_reason.filled() {
            self.finish = Some(reason.chars().take(LONGEST_REASON).collect());
        }
        Ok(())
    }

    fn delta(&mut self, delta: &Delta<'_>, events: &mut Events) -> Result<(), ProviderError> {
        self.keeper.delta(delta);
        if let Some(reasoning) = delta.reasoning() {
            self.said_something = true;
            self.text.stop_looking_for_reasoning(&mut self.calls, events);
            reasoning_pieces(reasoning, events);
        }
        self.content(&delta.content, events);
        if let Some(refusal) = delta.refusal.filled() {
            self.said_something = true;
            self.refused = true;
            self.text.flush(&mut self.calls, events);
            events.text(refusal);
        }
        for fragment in delta.tool_calls.iter().flatten() {
            self.said_something = true;
            self.text.flush(&mut self.calls, events);
            let index = self
                .calls
                .add(fragment, events)
                .map_err(|Confused| broken::confused_calls(&self.server))?;
            if let Some(extension) = fragment.extra_content {
                self.keeper.call(index, extension);
            }
        }
        Ok(())
    }

    fn content(&mut self, content: &Content<'_>, events: &mut Events) {
        self.said_something |= !content.is_empty();
        match content {
            Content::Nothing => {}
            Content::Text(text) => self.text.content(text, &mut self.calls, events),
            Content::Pieces(pieces) => {
                for piece in pieces {
                    if !piece.thinking.is_empty() {
                        self.text.stop_looking_for_reasoning(&mut self.calls, events);
                        reasoning_pieces(&piece.thinking, events);
                    }
                    let text = piece.text.filled().unwrap_or_default();
                    self.text.content(text, &mut self.calls, events);
                }
            }
        }
    }

    /// Emits everything up to the finish, or says why there is none.
    fn finish(&mut self, events: &mut Events) -> Result<(), ProviderError> {
        self.text.finish(&mut self.calls, events);
        let raw = self.finish.take().unwrap_or_default();
        let reason = self.reason(&raw)?;
        self.calls.end(events).map_err(|Confused| broken::confused_calls(&self.server))?;
        let uses_tools = self.after_tools || !self.calls.is_empty();
        let state = self.keeper.finish(|index| self.calls.id(index), uses_tools);
        state.into_iter().for_each(|state| events.push(ProviderEvent::State(state)));
        events.usage(self.usage.take());
        events.push(ProviderEvent::Finish { reason, raw });
        Ok(())
    }

    fn reason(&self, raw: &str) -> Result<FinishReason, ProviderError> {
        match raw {
            "error" => Err(broken::gave_up(&self.server, "stopped with an error it does not name")),
            "insufficient_system_resource" => {
                Err(broken::gave_up(&self.server, "has no capacity for this answer"))
            }
            "abort" | "cancelled" | "timeout" => {
                Err(broken::gave_up(&self.server, "gave up on the answer"))
            }
            "length" | "max_tokens" | "model_length" => Ok(FinishReason::Length),
            "content_filter" => Ok(FinishReason::Filter),
            "refusal" => Ok(FinishReason::Refusal),
            _ if self.refused => Ok(FinishReason::Refusal),
            // Rule 6: servers say “stop” although they have sent calls.
            _ if !self.calls.is_empty() => Ok(FinishReason::Tools),
            _ => Ok(FinishReason::Stop),
        }
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
        if data == b"[DONE]" {
            self.end(events)?;
            return Ok(Progress::Over);
        }
        if name == b"error" {
            return Err(self.reported(data));
        }
        // An array would be read as a chunk too, field by field in their order.
        let chunk = serde_json::from_slice::<Chunk<'_>>(data).ok();
        match chunk.filter(|_| data.starts_with(b"{")) {
            Some(chunk) if chunk.is_error_object() => Err(self.reported(data)),
            Some(chunk) => self.chunk(&chunk, events),
            None => broken::odd_frame(&self.server, name, data, &["choices"]),
        }
    }

    fn whole(&mut self, body: &[u8], events: &mut Events) -> Result<(), ProviderError> {
        let chunk = serde_json::from_slice::<Chunk<'_>>(body).ok();
        let Some(chunk) = chunk.filter(|chunk| chunk.choices.first.is_some()) else {
            return Err(broken::odd_body(&self.server, body));
        };
        self.chunk(&chunk, events)?;
        self.finish(events)
    }

    fn end(&mut self, events: &mut Events) -> Result<(), ProviderError> {
        if self.finish.is_some() {
            return self.finish(events);
        }
        // Proxies write `[DONE]` even when the server behind them broke off, so only a finish reason
        // counts.
        Err(match self.answered {
            true => broken::unfinished(&self.server),
            false => broken::empty(&self.server),
        })
    }

    fn flush(&mut self, events: &mut Events) {
        self.text.flush(&mut self.calls, events);
        events.usage(self.usage.take());
    }
}

fn reasoning_pieces(content: &Content<'_>, events: &mut Events) {
    match content {
        Content::Nothing => {}
        Content::Text(text) => events.reasoning(text),
        Content::Pieces(pieces) => {
            for piece in pieces {
                reasoning_pieces(&piece.thinking, events);
                events.reasoning(piece.text.filled().unwrap_or_default());
                events.reasoning(piece.summary.filled().unwrap_or_default());
            }
        }
    }
}

#[cfg(test)]
mod tests;
