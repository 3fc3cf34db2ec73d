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
mod tests {
    use models::run::FailureClass as Class;
    use url::Url;

    use super::*;
    use crate::Endpoint;

    fn translator() -> Translator {
        let base_url = Url::parse("http://127.0.0.1:1/v1beta").unwrap();
        Translator::new(Server::new(&Endpoint { base_url, key: None }), None)
    }

    /// What the frames give, the `Started` event left out.
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

    fn whole(body: &str) -> Result<Vec<ProviderEvent>, Class> {
        let (mut translator, mut events) = (translator(), Events::default());
        translator.whole(body.as_bytes(), &mut events).map_err(|error| error.class)?;
        Ok(events.take().split_off(1))
    }

    fn text(text: &str) -> ProviderEvent {
        ProviderEvent::TextDelta(text.to_owned())
    }

    fn finish(reason: FinishReason, raw: &str) -> ProviderEvent {
        ProviderEvent::Finish { reason, raw: raw.to_owned() }
    }

    const HI: &str = r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}],"error":null}"#;
    const STOP: &str = r#"{"candidates":[{"finishReason":"STOP"}]}"#;

    #[test]
    fn only_a_finish_reason_makes_an_answer_whole() {
        assert_eq!(play(&[HI, STOP]).unwrap(), [text("Hi"), finish(FinishReason::Stop, "STOP")]);
        assert_eq!(play(&[HI]), Err(Class::Protocol));
        assert_eq!(play(&[HI, "[DONE]"]), Err(Class::Protocol));
        assert_eq!(play(&[]), Err(Class::Protocol));
    }

    #[test]
    fn thoughts_and_answer_are_told_apart() {
        let frame = r#"{"candidates":[{"content":{"parts":[
            {"text":"Hm","thought":true},{"text":"So","thought":false}]}}]}"#;
        let events = play(&[frame, STOP]).unwrap();
        assert_eq!(events[..2], [ProviderEvent::ReasoningDelta("Hm".to_owned()), text("So")]);
    }

    #[test]
    fn calls_come_whole_and_get_an_identifier() {
        let frame = r#"{"candidates":[{"content":{"parts":[
            {"functionCall":{"name":"f"}},
            {"functionCall":{"id":"x","name":"g","args":{"a": [1]}},"thoughtSignature":"s"}
        ]},"finishReason":"STOP"}]}"#;
        let events = play(&[frame]).unwrap();
        let start = |index: u32, id: &str, name: &str| ProviderEvent::ToolCallStart {
            index,
            id: id.to_owned(),
            name: name.to_owned(),
        };
        let delta = |index: u32, arguments: &str| ProviderEvent::ToolCallDelta {
            index,
            arguments: arguments.to_owned(),
        };
        let calls = [
            start(0, "call_0", "f"),
            delta(0, "{}"),
            ProviderEvent::ToolCallEnd { index: 0 },
            start(1, "x", "g"),
            delta(1, r#"{"a": [1]}"#),
            ProviderEvent::ToolCallEnd { index: 1 },
        ];
        assert_eq!(events[..6], calls);
        assert!(matches!(&events[6], ProviderEvent::State(state) if state.contains("\"s\"")));
        assert_eq!(events[7], finish(FinishReason::Tools, "STOP"));
    }

    #[test]
    fn broken_frames_and_errors_end_the_answer() {
        for (frame, class) in [
            (r#"{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}"#, Class::Overloaded),
            (r#"[{"error":{"code":400,"message":"m"}}]"#, Class::BadRequest),
            (r#"{"error":{"message":"m","status":"RESOURCE_EXHAUSTED"}}"#, Class::RateLimit),
            (r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#, Class::Filter),
            (r#"{"candidates":[{"content":{"parts":[{"text":7}]}}]}"#, Class::Protocol),
            (r#"{"candidates":[{"content":{"parts":["text"]}}]}"#, Class::Protocol),
            (r#"{"candidates":[{"content":{"parts":[{"functionCall":{}}]}}]}"#, Class::Protocol),
            (r#"{"candidates":7}"#, Class::Protocol),
            ("{\"candidates\":[", Class::Protocol),
        ] {
            assert_eq!(play(&[HI, frame, STOP]), Err(class), "{frame}");
        }
    }

    #[test]
    fn every_reason_has_its_meaning() {
        let ended = |reason: &str| {
            let frame = format!(r#"{{"candidates":[{{"finishReason":"{reason}"}}]}}"#);
            play(&[HI, &frame]).map(|events| match events.last() {
                Some(ProviderEvent::Finish { reason, .. }) => *reason,
                other => panic!("{other:?}"),
            })
        };
        assert_eq!(ended("MAX_TOKENS"), Ok(FinishReason::Length));
        for filter in ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"] {
            assert_eq!(ended(filter), Ok(FinishReason::Filter));
        }
        for call in ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"] {
            assert_eq!(ended(call), Err(Class::Protocol));
        }
        assert_eq!(ended("OTHER"), Err(Class::Overloaded));
    }

    #[test]
    fn usage_counts_thoughts_as_output_and_the_last_one_counts() {
        let usage = |counts: &str| {
            let frame = format!(r#"{{"usageMetadata":{counts}}}"#);
            let early = r#"{"usageMetadata":{"promptTokenCount":1}}"#;
            match play(&[early, HI, STOP, &frame]).unwrap()[1] {
                ProviderEvent::Usage(usage) => (usage.input, usage.output, usage.reasoning),
                ref other => panic!("{other:?}"),
            }
        };
        assert_eq!(
            usage(r#"{"promptTokenCount":9,"candidatesTokenCount":5,"thoughtsTokenCount":20}"#),
            (Some(9), Some(25), Some(20))
        );
        assert_eq!(usage(r#"{"promptTokenCount":9}"#), (Some(9), None, None));
        assert_eq!(usage(r#"{"promptTokenCount":-9}"#), (Some(1), None, None));
    }

    #[test]
    fn a_whole_answer_may_be_an_object_or_an_array() {
        let answered = [text("Hi"), finish(FinishReason::Stop, "STOP")];
        assert_eq!(whole(&format!("[{HI},\r\n{STOP}]")).unwrap(), answered);
        let one = r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}"#;
        assert_eq!(whole(one).unwrap(), answered);
        assert_eq!(whole(&format!("[{HI}]")), Err(Class::Protocol));
        assert_eq!(whole(&format!("[{HI},")), Err(Class::Protocol));
        assert_eq!(whole(&format!("[{HI},7,{STOP}]")), Err(Class::Protocol));
        assert_eq!(whole(r#"[{"error":{"code":429,"message":"m"}}]"#), Err(Class::RateLimit));
        assert_eq!(whole("{}"), Err(Class::Protocol));
    }
}
