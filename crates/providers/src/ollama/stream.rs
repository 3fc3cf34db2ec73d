//! Translates Ollama's lines into events (protocols §4).

use models::run::FinishReason;
use serde_json::Value;

use super::{
    line::{Call, Line, Message},
    request,
};
use crate::{
    answer::{Events, Progress, Translate},
    broken,
    error::ProviderError,
    error_body::ErrorBody,
    event::ProviderEvent,
    failure,
    request::RequestedCall,
    think::Think,
    transport::Server,
};

/// Longest finish reason that is kept, in characters; the known ones are far shorter.
const LONGEST_REASON: usize = 64;
/// More calls than any answer has; a server that sends more has lost its way.
const MOST_CALLS: usize = 128;
/// The longest turn that is kept to be sent back as it was, in bytes.
const LONGEST_TURN: usize = 1 << 20;

/// The state of one answer.
#[derive(Debug)]
pub(super) struct Translator {
    server: Server,
    request_id: Option<String>,
    started: bool,
    think: Think,
    turn: Turn,
}

impl Translator {
    /// For an answer whose headers have come.
    pub(super) fn new(server: Server, request_id: Option<String>) -> Self {
        let (think, turn) = (Think::default(), Turn::default());
        Self { server, request_id, started: false, think, turn }
    }

    fn line(&mut self, line: &Line<'_>, events: &mut Events) -> Result<Progress, ProviderError> {
        let done = line.done == Some(true);
        if line.message.is_none() && !done {
            return Ok(Progress::Nothing);
        }
        self.start(line, events);
        if let Some(message) = &line.message {
            self.message(message, events)?;
        }
        if !done {
            return Ok(Progress::Data);
        }
        self.finish(line, events)?;
        Ok(Progress::Over)
    }

    fn start(&mut self, line: &Line<'_>, events: &mut Events) {
        if !self.started {
            self.started = true;
            events.push(ProviderEvent::Started {
                model: line.model.filled().map(str::to_owned),
                request_id: self.request_id.take(),
            });
        }
    }

    fn message(&mut self, message: &Message<'_>, events: &mut Events) -> Result<(), ProviderError> {
        let (thinking, content) = (message.thinking(), message.content());
        self.turn.say(thinking, content);
        if !thinking.is_empty() {
            self.think.stop_looking(events);
            events.reasoning(thinking);
        }
        if !content.is_empty() {
            self.think.content(content, events);
        }
        message.tool_calls().iter().try_for_each(|call| self.call(call, events))
    }

    /// Calls come whole. Older versions number each line's calls from 0 anew, so the order counts.
    fn call(&mut self, call: &Call<'_>, events: &mut Events) -> Result<(), ProviderError> {
        let confused = || broken::confused_calls(&self.server);
        let name = call.function.name.filled().ok_or_else(confused)?;
        let index = u32::try_from(self.turn.calls.len()).map_err(|_| confused())?;
        if self.turn.calls.len() == MOST_CALLS {
            return Err(confused());
        }
        let id = call.id.filled().map_or_else(|| format!("call_{index}"), str::to_owned);
        let (name, arguments) = (name.to_owned(), call.function.arguments().into_owned());
        self.turn.calls.push(RequestedCall {
            id: id.clone(),
            name: name.clone(),
            arguments: arguments.clone(),
        });
        self.think.flush(events);
        events.push(ProviderEvent::ToolCallStart { index, id, name });
        events.push(ProviderEvent::ToolCallDelta { index, arguments });
        events.push(ProviderEvent::ToolCallEnd { index });
        Ok(())
    }

    fn finish(&mut self, line: &Line<'_>, events: &mut Events) -> Result<(), ProviderError> {
        self.think.flush(events);
        let raw = line.done_reason.filled().unwrap_or_default();
        let raw: String = raw.chars().take(LONGEST_REASON).collect();
        let reason = self.reason(&raw)?;
        if let Some(state) = self.turn.state() {
            events.push(ProviderEvent::State(state));
        }
        events.usage(line.usage());
        events.push(ProviderEvent::Finish { reason, raw });
        Ok(())
    }

    fn reason(&self, raw: &str) -> Result<FinishReason, ProviderError> {
        match raw {
            "load" => Err(broken::gave_up(&self.server, "loaded the model but said nothing")),
            "unload" => Err(broken::gave_up(&self.server, "unloaded the model and said nothing")),
            "length" => Ok(FinishReason::Length),
            // Answers that call tools end with “stop” like all others.
            _ if !self.turn.calls.is_empty() => Ok(FinishReason::Tools),
            _ => Ok(FinishReason::Stop),
        }
    }

    /// What a line that is no part of an answer means: an error, or a part that cannot be read. The
    /// latter must not be skipped, or an answer with a hole would look whole.
    fn odd_line(&self, json: &[u8]) -> ProviderError {
        let value = serde_json::from_slice::<Value>(json).ok();
        // Every line has a message, which other servers' errors have as well.
        value
            .filter(|value| value.get("error").is_some())
            .and_then(|value| ErrorBody::from_value(&value))
            .map_or_else(
                || broken::unreadable(&self.server),
                |body| failure::in_band(&self.server, &body),
            )
    }
}

impl Translate for Translator {
    fn frame(
        &mut self,
        _name: &[u8],
        data: &[u8],
        events: &mut Events,
    ) -> Result<Progress, ProviderError> {
        // An array would be read as a line too, field by field in their order.
        let line = serde_json::from_slice::<Line<'_>>(data).ok();
        match line.filter(|_| data.starts_with(b"{")) {
            Some(line) if !line.is_error() => self.line(&line, events),
            _ => Err(self.odd_line(data)),
        }
    }

    fn whole(&mut self, body: &[u8], _events: &mut Events) -> Result<(), ProviderError> {
        let value = serde_json::from_slice::<Value>(body).ok();
        let error = value.and_then(|value| ErrorBody::from_value(&value));
        Err(error.map_or_else(
            || broken::no_answer(&self.server),
            |body| failure::in_band(&self.server, &body),
        ))
    }

    /// Only a last line with `done` ends an answer.
    fn end(&mut self, _events: &mut Events) -> Result<(), ProviderError> {
        Err(if self.started {
            broken::unfinished(&self.server)
        } else {
            broken::empty(&self.server)
        })
    }

    fn flush(&mut self, events: &mut Events) {
        self.think.flush(events);
    }
}

/// The turn as it came, to be sent back with its thoughts: models that call tools while they think want
/// them back together with the results.
#[derive(Debug, Default)]
struct Turn {
    thinking: String,
    content: String,
    calls: Vec<RequestedCall>,
    /// Whether it grew too long to be kept, and its texts are gone.
    too_long: bool,
}

impl Turn {
    fn say(&mut self, thinking: &str, content: &str) {
        let length = self.thinking.len() + self.content.len() + thinking.len() + content.len();
        if self.too_long || length > LONGEST_TURN {
            *self =
                Self { calls: std::mem::take(&mut self.calls), too_long: true, ..Self::default() };
            return;
        }
        self.thinking.push_str(thinking);
        self.content.push_str(content);
    }

    /// The turn as a message, if it holds what text and calls alone do not.
    fn state(&self) -> Option<String> {
        if self.too_long || self.thinking.is_empty() || self.calls.is_empty() {
            return None;
        }
        request::thoughtful_turn(&self.thinking, &self.content, &self.calls).ok()
    }
}

#[cfg(test)]
mod tests {
    use models::run::FailureClass as Class;
    use url::Url;

    use super::*;
    use crate::Endpoint;

    fn translator() -> Translator {
        let base_url = Url::parse("http://127.0.0.1:1").unwrap();
        Translator::new(Server::new(&Endpoint { base_url, key: None }), None)
    }

    /// What the lines give, the `Started` event left out.
    fn play(lines: &[&str]) -> Result<Vec<ProviderEvent>, Class> {
        let (mut translator, mut events) = (translator(), Events::default());
        for line in lines {
            let progress = translator.frame(b"", line.as_bytes(), &mut events);
            if progress.map_err(|error| error.class)? == Progress::Over {
                return Ok(events.take().split_off(1));
            }
        }
        translator.end(&mut events).map_err(|error| error.class)?;
        Ok(events.take().split_off(1))
    }

    const HI: &str = r#"{"model":"m","message":{"role":"assistant","content":"Hi"},"done":false}"#;
    const THOUGHT: &str = r#"{"message":{"content":"","thinking":"Hm"},"done":false}"#;
    const CALL: &str = r#"{"message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{"b":1,"a":2}}}]}}"#;
    const DONE: &str = r#"{"message":{"content":""},"done":true,"done_reason":"stop"}"#;

    #[test]
    fn only_a_done_line_makes_an_answer_whole() {
        assert_eq!(play(&[HI]), Err(Class::Protocol));
        assert_eq!(play(&[]), Err(Class::Protocol));
        assert_eq!(play(&[HI, r#"{"done":false}"#]), Err(Class::Protocol));
        let events = play(&[HI, HI, DONE]).unwrap();
        assert_eq!(events[0], ProviderEvent::TextDelta("HiHi".to_owned()));
        let finish = ProviderEvent::Finish { reason: FinishReason::Stop, raw: "stop".to_owned() };
        assert_eq!(events[1..], [finish], "no numbers, no usage");
    }

    #[test]
    fn missing_counts_are_unknown() {
        let done = r#"{"done":true,"done_reason":"length","eval_count":7,"eval_duration":9}"#;
        let events = play(&[HI, done]).unwrap();
        let ProviderEvent::Usage(usage) = events[1] else { panic!("{events:?}") };
        assert_eq!((usage.input, usage.output), (None, Some(7)));
        assert!(matches!(events[2], ProviderEvent::Finish { reason: FinishReason::Length, .. }));
    }

    #[test]
    fn errors_and_broken_lines_end_the_answer() {
        for (line, class) in [
            (r#"{"error":"model runner has unexpectedly stopped"}"#, Class::Overloaded),
            (r#"{"error":"the input length exceeds the context length"}"#, Class::Context),
            (r#"{"error":7}"#, Class::Protocol),
            (r#"{"message":{"content":7},"done":false}"#, Class::Protocol),
            (r#"{"message":{"tool_calls":[{"function":{}}]},"done":false}"#, Class::Protocol),
            ("[1]", Class::Protocol),
            ("{\"message\":", Class::Protocol),
            (r#"{"done":true,"done_reason":"load"}"#, Class::Overloaded),
        ] {
            assert_eq!(play(&[HI, line, DONE]), Err(class), "{line}");
        }
        let no_error = r#"{"message":{"content":""},"error":"","done":false}"#;
        assert_eq!(play(&[HI, no_error, DONE]).unwrap().len(), 2);
    }

    #[test]
    fn calls_are_numbered_in_order_and_keep_their_text() {
        let events = play(&[CALL, CALL, DONE]).unwrap();
        let start = |index: u32| ProviderEvent::ToolCallStart {
            index,
            id: format!("call_{index}"),
            name: "f".to_owned(),
        };
        assert_eq!((&events[0], &events[3]), (&start(0), &start(1)));
        let arguments = r#"{"b":1,"a":2}"#.to_owned();
        assert_eq!(events[1], ProviderEvent::ToolCallDelta { index: 0, arguments });
        assert!(matches!(events[6], ProviderEvent::Finish { reason: FinishReason::Tools, .. }));
        assert_eq!(events.len(), 7, "without thoughts there is no state");
    }

    #[test]
    fn a_thought_before_a_call_is_kept_to_be_sent_back() {
        let events = play(&[THOUGHT, HI, CALL, DONE]).unwrap();
        let state = events.iter().find_map(|event| match event {
            ProviderEvent::State(state) => Some(state.as_str()),
            _ => None,
        });
        assert_eq!(
            state.unwrap(),
            r#"{"role":"assistant","content":"Hi","thinking":"Hm","tool_calls":[{"id":"call_0","function":{"name":"f","arguments":{"b":1,"a":2}}}]}"#
        );
        assert_eq!(play(&[THOUGHT, HI, DONE]).unwrap().len(), 3, "nothing to send back");
    }

    #[test]
    fn a_turn_that_is_too_long_is_not_kept() {
        let long = format!(r#"{{"message":{{"thinking":"{}"}}}}"#, "x".repeat(LONGEST_TURN));
        let events = play(&[THOUGHT, &long, CALL, DONE]).unwrap();
        assert!(!events.iter().any(|event| matches!(event, ProviderEvent::State(_))));
    }
}
