//! Chunks, and the events they become.

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
    let started =
        ProviderEvent::Started { model: Some("m-2".to_owned()), request_id: Some("r1".to_owned()) };
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
        let frame = format!(r#"{{"choices":[{{"delta":{delta},"finish_reason":"{reason}"}}]}}"#);
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
        ProviderEvent::ToolCallStart { index: 0, id: "call_0".to_owned(), name: "f".to_owned() },
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
