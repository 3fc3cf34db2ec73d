//! Translates the events of a message (protocols §2.2).

use models::run::FinishReason;
use serde_json::{Value, value::RawValue};

use super::{
    turn::{Fault, Turn},
    wire::{Delta, Event, Message, PARTS, StopDetails, UsageCounts},
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

/// Longest stop reason that is kept, in characters; the known ones are far shorter.
const LONGEST_REASON: usize = 64;
/// Longest explanation of a refusal that is shown, in characters.
const LONGEST_EXPLANATION: usize = 2_000;

/// The state of one answer.
#[derive(Debug)]
pub(super) struct Translator {
    server: Server,
    request_id: Option<String>,
    started: bool,
    turn: Turn,
    usage: UsageCounts,
    finish: Option<String>,
    /// Why the model refused, in the server's words.
    explanation: Option<String>,
}

impl Translator {
    /// For an answer whose headers have come.
    pub(super) fn new(server: Server, request_id: Option<String>) -> Self {
        Self {
            server,
            request_id,
            started: false,
            turn: Turn::default(),
            usage: UsageCounts::default(),
            finish: None,
            explanation: None,
        }
    }

    fn start(&mut self, model: Option<&str>, events: &mut Events) {
        if !self.started {
            self.started = true;
            let (model, request_id) = (model.map(str::to_owned), self.request_id.take());
            events.push(ProviderEvent::Started { model, request_id });
        }
    }

    /// Takes an event that is part of the answer; imitators leave some out.
    fn part(
        &mut self,
        kind: &str,
        event: &Event<'_>,
        events: &mut Events,
    ) -> Result<Progress, ProviderError> {
        let message = event.message.as_ref();
        self.start(message.and_then(|message| message.model.filled()), events);
        let index = event.index.0;
        let taken = match kind {
            "message_start" => {
                if let Some(usage) = message.and_then(|message| message.usage) {
                    self.usage.update(&usage.of_prompt());
                }
                Ok(())
            }
            "content_block_start" => match event.content_block {
                Some(block) => self.turn.start(index, block, events),
                None => Err(Fault::Unreadable),
            },
            "content_block_delta" => match &event.delta {
                Some(delta) => self.turn.delta(index, delta, events),
                None => Err(Fault::Unreadable),
            },
            "message_delta" => {
                self.message_delta(event.delta.as_ref(), event.usage.as_ref());
                Ok(())
            }
            _ => Ok(()),
        };
        taken.map_err(|fault| self.fault(fault))?;
        Ok(if self.finish.is_some() { Progress::Finishing } else { Progress::Data })
    }

    fn message_delta(&mut self, delta: Option<&Delta<'_>>, usage: Option<&UsageCounts>) {
        if let Some(usage) = usage {
            self.usage.update(usage);
        }
        if let Some(delta) = delta {
            self.ending(delta.stop_reason.filled(), delta.stop_details.as_ref());
        }
    }

    fn ending(&mut self, reason: Option<&str>, details: Option<&StopDetails<'_>>) {
        if let Some(reason) = reason {
            self.finish = Some(reason.chars().take(LONGEST_REASON).collect());
        }
        if let Some(explanation) = details.and_then(|details| details.explanation.filled()) {
            self.explanation = Some(explanation.chars().take(LONGEST_EXPLANATION).collect());
        }
    }

    /// Emits everything up to the finish.
    fn finish(&mut self, raw: String, events: &mut Events) {
        let reason = self.reason(&raw);
        if reason == FinishReason::Refusal && !self.turn.has_text() {
            events.text(self.explanation.as_deref().unwrap_or_default());
        }
        self.turn.end(reason, events);
        if let Some(state) = self.turn.state(reason) {
            events.push(ProviderEvent::State(state));
        }
        events.usage(self.usage.usage());
        events.push(ProviderEvent::Finish { reason, raw });
    }

    fn reason(&self, raw: &str) -> FinishReason {
        match raw {
            "max_tokens" | "model_context_window_exceeded" | "length" => FinishReason::Length,
            "pause_turn" => FinishReason::Pause,
            "refusal" => FinishReason::Refusal,
            // The calls decide, not the word.
            _ if self.turn.has_calls() => FinishReason::Tools,
            _ => FinishReason::Stop,
        }
    }

    /// A frame that is no event: an error in another shape, something unknown, or a broken part of
    /// the answer. The last must not be skipped, or an answer with a hole would look whole.
    fn odd_frame(&self, name: &[u8], data: &[u8]) -> Result<Progress, ProviderError> {
        let value = serde_json::from_slice::<Value>(data).ok();
        let typed = value.as_ref().and_then(|value| value.get("type")).and_then(Value::as_str);
        let is_part = |kind: &[u8]| PARTS.iter().any(|part| part.as_bytes() == kind);
        let part = is_part(name) || typed.is_some_and(|kind| is_part(kind.as_bytes()));
        let nameless = name.is_empty() && typed.is_none();
        let may_be_error = |value: &&Value| nameless || value.get("error").is_some();
        let error = value.as_ref().filter(may_be_error).and_then(ErrorBody::from_value);
        match error {
            Some(body) => Err(failure::in_band(&self.server, &body)),
            None if part || nameless => Err(broken::unreadable(&self.server)),
            None => Ok(Progress::Nothing),
        }
    }

    fn reported(&self, data: &[u8]) -> ProviderError {
        failure::in_band(&self.server, &ErrorBody::parse(data))
    }

    fn fault(&self, fault: Fault) -> ProviderError {
        match fault {
            Fault::Unreadable => broken::unreadable(&self.server),
            Fault::ConfusedCalls => broken::confused_calls(&self.server),
        }
    }

    fn blocks(&mut self, blocks: &[&RawValue], events: &mut Events) -> Result<(), ProviderError> {
        blocks
            .iter()
            .try_for_each(|block| self.turn.start(None, block, events))
            .map_err(|fault| self.fault(fault))
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
        if data.is_empty() || name == b"ping" {
            return Ok(Progress::Nothing);
        }
        // Some proxies end every stream the way OpenAI does.
        if data == b"[DONE]" {
            self.end(events)?;
            return Ok(Progress::Over);
        }
        if name == b"error" {
            return Err(self.reported(data));
        }
        // An array would be read as an event too, field by field in their order.
        let event = serde_json::from_slice::<Event<'_>>(data).ok();
        let Some(event) = event.filter(|_| data.starts_with(b"{")) else {
            return self.odd_frame(name, data);
        };
        let named = std::str::from_utf8(name).ok().filter(|name| !name.is_empty());
        match event.kind.filled().or(named) {
            Some("message_stop") => {
                self.end(events)?;
                Ok(Progress::Over)
            }
            Some("error") => Err(self.reported(data)),
            Some(kind) if PARTS.contains(&kind) => self.part(kind, &event, events),
            _ => self.odd_frame(name, data),
        }
    }

    fn whole(&mut self, body: &[u8], events: &mut Events) -> Result<(), ProviderError> {
        let message = serde_json::from_slice::<Message<'_>>(body).ok();
        let message = message.filter(|_| body.trim_ascii_start().starts_with(b"{"));
        let Some((message, Some(blocks))) = message.map(|mut message| {
            let blocks = message.content.take();
            (message, blocks)
        }) else {
            return Err(broken::odd_body(&self.server, body));
        };
        self.start(message.model.filled(), events);
        self.blocks(&blocks, events)?;
        self.message_delta(None, message.usage.as_ref());
        self.ending(message.stop_reason.filled(), message.stop_details.as_ref());
        self.end(events)
    }

    fn end(&mut self, events: &mut Events) -> Result<(), ProviderError> {
        match self.finish.take() {
            Some(raw) => {
                self.finish(raw, events);
                Ok(())
            }
            None if self.started => Err(broken::unfinished(&self.server)),
            None => Err(broken::empty(&self.server)),
        }
    }

    fn flush(&mut self, events: &mut Events) {
        events.usage(self.usage.usage());
    }
}

#[cfg(test)]
mod tests {
    use models::run::FailureClass as Class;
    use url::Url;

    use super::*;
    use crate::Endpoint;

    fn translator() -> Translator {
        let base_url = Url::parse("http://127.0.0.1:1/v1").unwrap();
        Translator::new(Server::new(&Endpoint { base_url, key: None }), Some("r1".to_owned()))
    }

    /// What the events give, the `Started` event left out.
    fn play(frames: &[&str]) -> Result<Vec<ProviderEvent>, Class> {
        let (mut translator, mut events) = (translator(), Events::default());
        for frame in frames {
            let progress = translator.frame(b"", frame.as_bytes(), &mut events);
            if progress.map_err(|error| error.class)? == Progress::Over {
                return Ok(events.take().split_off(1));
            }
        }
        translator.end(&mut events).map_err(|error| error.class)?;
        Ok(events.take().split_off(1))
    }

    fn finish(reason: FinishReason, raw: &str) -> ProviderEvent {
        ProviderEvent::Finish { reason, raw: raw.to_owned() }
    }

    const HI: &str = r#"{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}}"#;
    const REASON: &str = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#;
    const STOP: &str = r#"{"type":"message_stop"}"#;

    #[test]
    fn only_a_stop_reason_makes_an_answer_whole() {
        let whole =
            [ProviderEvent::TextDelta("Hi".to_owned()), finish(FinishReason::Stop, "end_turn")];
        for frames in [&[HI, REASON][..], &[HI, REASON, STOP], &[HI, REASON, "[DONE]"]] {
            assert_eq!(play(frames).unwrap(), whole);
        }
        for frames in [&[HI][..], &[HI, STOP], &[HI, "[DONE]"], &["[DONE]"], &[STOP]] {
            assert_eq!(play(frames), Err(Class::Protocol), "{frames:?}");
        }
    }

    #[test]
    fn errors_of_every_shape_end_the_answer() {
        for (frame, class) in [
            (
                r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#,
                Class::Overloaded,
            ),
            (
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"m"}}"#,
                Class::RateLimit,
            ),
            (r#"{"type":"error","error":{"type":"billing_error","message":"m"}}"#, Class::Quota),
            (r#"{"type":"error"}"#, Class::Overloaded),
            (r#"{"error":"out of memory"}"#, Class::Overloaded),
            (r#"{"type":"content_block_delta","delta":{"text":"x"}}"#, Class::Protocol),
            (r#"{"type":"content_block_start"}"#, Class::Protocol),
            (r#"{"choices":[]}"#, Class::Protocol),
            ("[1]", Class::Protocol),
        ] {
            assert_eq!(play(&[HI, frame, REASON]), Err(class), "{frame}");
        }
        let (mut translator, mut events) = (translator(), Events::default());
        translator.frame(b"error", b"oops", &mut events).unwrap_err();
    }

    #[test]
    fn the_unknown_is_passed_over() {
        let odd = r#"{"type":"weather","message":"rain","delta":[1]}"#;
        let mood = r#"{"type":"content_block_delta","delta":{"type":"mood_delta","mood":1}}"#;
        assert_eq!(play(&[HI, odd, mood, REASON]).unwrap().len(), 2);
        let (mut translator, mut events) = (translator(), Events::default());
        let progress = translator.frame(b"odd", b"no JSON", &mut events);
        assert_eq!(progress, Ok(Progress::Nothing));
    }

    #[test]
    fn a_thought_is_kept_as_it_came() {
        let start = |index: u64, block: &str| {
            format!(r#"{{"type":"content_block_start","index":{index},"content_block":{block}}}"#)
        };
        let delta = |index: u64, delta: &str| {
            format!(r#"{{"type":"content_block_delta","index":{index},"delta":{delta}}}"#)
        };
        let frames = [
            start(0, r#"{"type":"thinking","thinking":"","signature":""}"#),
            start(1, r#"{"type":"text","text":"","citations":null}"#),
            delta(0, r#"{"type":"thinking_delta","thinking":"Hm."}"#),
            delta(1, r#"{"type":"text_delta","text":"Ah."}"#),
            delta(0, r#"{"type":"signature_delta","signature":"s="}"#),
            start(2, r#"{"type":"text","text":""}"#),
            start(3, r#"{"type":"tool_use","id":"a","name":"f","input":{}}"#),
            delta(3, r#"{"type":"input_json_delta","partial_json":"{\"x\": 1.50}"}"#),
            REASON.to_owned(),
        ];
        let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
        let events = play(&frames).unwrap();
        let state = events.iter().find_map(|event| match event {
            ProviderEvent::State(state) => Some(state.as_str()),
            _ => None,
        });
        insta::assert_snapshot!(state.unwrap(), @r#"[{"type":"thinking","thinking":"Hm.","signature":"s="},{"type":"text","text":"Ah."},{"id":"a","name":"f","type":"tool_use","input":{"x": 1.50}}]"#);
        assert_eq!(events.last(), Some(&finish(FinishReason::Tools, "end_turn")));
    }
}
