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
mod tests {
    use models::run::FailureClass as Class;
    use url::Url;

    use super::*;
    use crate::{Endpoint, Tool};

    fn translator(request: &ChatRequest) -> Translator {
        let base_url = Url::parse("http://127.0.0.1:1/v1").unwrap();
        let server = Server::new(&Endpoint { base_url, key: None });
        Translator::new(server, Some("r1".to_owned()), request)
    }

    fn with_tools(tool_choice: ToolChoice) -> ChatRequest {
        let tool = Tool {
            name: "f".to_owned(),
            description: String::new(),
            parameters: serde_json::json!({"type": "object"}),
        };
        ChatRequest { tools: vec![tool], tool_choice, ..ChatRequest::default() }
    }

    /// What the frames give, the `Started` event left out.
    fn play(frames: &[&str]) -> Result<Vec<ProviderEvent>, Class> {
        play_for(&ChatRequest::default(), frames)
    }

    fn play_for(request: &ChatRequest, frames: &[&str]) -> Result<Vec<ProviderEvent>, Class> {
        let (mut translator, mut events) = (translator(request), Events::default());
        for frame in frames {
            let progress = translator.frame(b"", frame.as_bytes(), &mut events);
            if progress.map_err(|error| error.class)? == Progress::Over {
                return Ok(events.take().split_off(1));
            }
        }
        translator.end(&mut events).map_err(|error| error.class)?;
        Ok(events.take().split_off(1))
    }

    fn text(text: &str) -> ProviderEvent {
        ProviderEvent::TextDelta(text.to_owned())
    }

    fn finish(reason: FinishReason, raw: &str) -> ProviderEvent {
        ProviderEvent::Finish { reason, raw: raw.to_owned() }
    }

    const HI: &str = r#"{"choices":[{"delta":{"content":"Hi"}}],"error":null,"usage":null}"#;
    const STOP: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;

    #[test]
    fn the_start_names_model_and_request() {
        let (mut translator, mut events) = (translator(&ChatRequest::default()), Events::default());
        let frame = br#"{"model":"m-2","choices":[]}"#;
        assert_eq!(translator.frame(b"", frame, &mut events), Ok(Progress::Data));
        let started = ProviderEvent::Started {
            model: Some("m-2".to_owned()),
            request_id: Some("r1".to_owned()),
        };
        assert_eq!(events.take(), [started]);
    }

    #[test]
    fn deltas_that_come_together_are_one_event() {
        let events = play(&[HI, HI, STOP]).unwrap();
        assert_eq!(events, [text("HiHi"), finish(FinishReason::Stop, "stop")]);
    }

    #[test]
    fn only_a_finish_reason_makes_an_answer_whole() {
        assert_eq!(play(&[HI]), Err(Class::Protocol));
        assert_eq!(play(&[HI, "[DONE]"]), Err(Class::Protocol));
        assert_eq!(play(&["[DONE]"]), Err(Class::Protocol));
        assert_eq!(play(&[HI, STOP]).unwrap().len(), 2);
    }

    #[test]
    fn errors_of_every_shape_end_the_answer() {
        for (frame, class) in [
            (r#"{"error":{"message":"m","code":429}}"#, Class::RateLimit),
            (r#"{"error":"out of memory"}"#, Class::Overloaded),
            (r#"[{"error":{"message":"m","code":400}}]"#, Class::BadRequest),
            (r#"{"object":"error","message":"m","code":404}"#, Class::NotFound),
            (r#"{"choices":[],"x_groq":{"error":"over capacity"}}"#, Class::Overloaded),
            (
                r#"{"choices":[{"delta":{},"finish_reason":"error"}],"error":{"code":502,"message":"m"}}"#,
                Class::Overloaded,
            ),
            (r#"{"choices":[{"delta":{"content":7}}]}"#, Class::Protocol),
            ("{\"choices\":[", Class::Protocol),
        ] {
            assert_eq!(play(&[HI, frame, STOP]), Err(class), "{frame}");
        }
    }

    #[test]
    fn usage_is_the_last_one_wherever_it_stands() {
        let early = r#"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#;
        let late = r#"{"choices":[],"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":4}}}"#;
        let events = play(&[early, HI, STOP, late, "[DONE]"]).unwrap();
        let ProviderEvent::Usage(usage) = events[1] else { panic!("{events:?}") };
        assert_eq!((usage.input, usage.output), (Some(3), Some(4)));
    }

    #[test]
    fn a_whole_message_in_a_frame_counts_unless_it_repeats_the_deltas() {
        let whole = r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#;
        assert_eq!(play(&[whole]).unwrap()[0], text("Hi"));
        assert_eq!(play(&[HI, whole]).unwrap()[0], text("Hi"));
    }

    #[test]
    fn refusals_and_cut_reasons_are_told_apart() {
        let ended = |delta: &str, reason: &str| {
            let frame =
                format!(r#"{{"choices":[{{"delta":{delta},"finish_reason":"{reason}"}}]}}"#);
            play(&[&frame]).map(|events| match events.last() {
                Some(ProviderEvent::Finish { reason, .. }) => *reason,
                other => panic!("{other:?}"),
            })
        };
        let call = r#"{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]}"#;
        assert_eq!(ended(r#"{"refusal":"No."}"#, "stop"), Ok(FinishReason::Refusal));
        assert_eq!(ended(call, "stop"), Ok(FinishReason::Tools));
        assert_eq!(ended(call, "length"), Ok(FinishReason::Length));
        assert_eq!(ended("{}", "content_filter"), Ok(FinishReason::Filter));
        assert_eq!(ended("{}", "insufficient_system_resource"), Err(Class::Overloaded));
        assert_eq!(ended("{}", "abort"), Err(Class::Overloaded));
    }

    #[test]
    fn a_cut_answer_lets_out_what_was_held() {
        let (mut translator, mut events) = (translator(&ChatRequest::default()), Events::default());
        let frame = br#"{"choices":[{"delta":{"content":"<thi"}}]}"#;
        assert_eq!(translator.frame(b"", frame, &mut events), Ok(Progress::Data));
        assert!(translator.end(&mut events).is_err());
        translator.flush(&mut events);
        assert_eq!(events.take().last(), Some(&text("<thi")));
    }

    #[test]
    fn written_calls_count_only_where_tools_may_be_called() {
        let written = r#"{"choices":[{"delta":{"content":"<think>a</think>Well. <tool_call>{\"name\":\"f\"}"},"finish_reason":"stop"}]}"#;
        let events = play_for(&with_tools(ToolChoice::Auto), &[written]).unwrap();
        let expected = [
            ProviderEvent::ReasoningDelta("a".to_owned()),
            text("Well. "),
            ProviderEvent::ToolCallStart {
                index: 0,
                id: "call_0".to_owned(),
                name: "f".to_owned(),
            },
            ProviderEvent::ToolCallDelta { index: 0, arguments: "{}".to_owned() },
            ProviderEvent::ToolCallEnd { index: 0 },
            finish(FinishReason::Tools, "stop"),
        ];
        assert_eq!(events, expected);
        for request in [ChatRequest::default(), with_tools(ToolChoice::None)] {
            let events = play_for(&request, &[written]).unwrap();
            assert_eq!(events[1], text("Well. <tool_call>{\"name\":\"f\"}"));
            assert_eq!(events[2], finish(FinishReason::Stop, "stop"));
        }
    }

    #[test]
    fn googles_extension_of_a_call_is_kept_under_the_identifier_it_was_told_under() {
        let call = r#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]}}]}"#;
        let events = play(&[call, STOP]).unwrap();
        let state = r#"{"calls":{"call_0":{"google":{"thought_signature":"s"}}}}"#;
        assert_eq!(events[3], ProviderEvent::State(state.to_owned()));
        assert_eq!(events.len(), 5);
    }
}
