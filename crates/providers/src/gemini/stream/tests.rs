//! Frames, and the events they become.

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
