//! The translator alone, frame by frame.

use url::Url;

use super::{FailureClass as Class, *};
use crate::Endpoint;

fn translator() -> Translator {
    let base_url = Url::parse("http://127.0.0.1:1/v1").unwrap();
    Translator::new(Server::new(&Endpoint { base_url, key: None }), Some("r1".to_owned()))
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

fn text(text: &str) -> ProviderEvent {
    ProviderEvent::TextDelta(text.to_owned())
}

fn finish(reason: FinishReason, raw: &str) -> ProviderEvent {
    ProviderEvent::Finish { reason, raw: raw.to_owned() }
}

const HI: &str =
    r#"{"type":"response.output_text.delta","item_id":"m","output_index":0,"delta":"Hi"}"#;
const COMPLETED: &str =
    r#"{"type":"response.completed","response":{"status":"completed","output":[]}}"#;
const SEALED: &str = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs","summary":[],"encrypted_content":"x"}}"#;
const CALL: &str = r#"{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"{}"}}"#;

#[test]
fn the_start_names_model_and_request() {
    let (mut translator, mut events) = (translator(), Events::default());
    let frame = br#"{"response":{"model":"m-2"}}"#;
    let progress = translator.frame(b"response.created", frame, &mut events);
    assert_eq!(progress, Ok(Progress::Nothing));
    let started =
        ProviderEvent::Started { model: Some("m-2".to_owned()), request_id: Some("r1".to_owned()) };
    assert_eq!(events.take(), [started]);
}

#[test]
fn only_the_last_event_makes_an_answer_whole() {
    let done = r#"{"type":"response.output_item.done","item":{"type":"message","id":"m","content":[{"text":"Hi"}]}}"#;
    assert_eq!(play(&[HI, done]), Err(Class::Protocol));
    assert_eq!(play(&[HI, "[DONE]"]), Err(Class::Protocol));
    assert_eq!(play(&[]), Err(Class::Protocol));
    let whole = [text("Hi"), finish(FinishReason::Stop, "completed")];
    assert_eq!(play(&[HI, done, COMPLETED]).unwrap(), whole);
}

#[test]
fn errors_of_every_shape_end_the_answer() {
    for (frame, class) in [
        (r#"{"type":"error","code":"rate_limit_exceeded","message":"m"}"#, Class::RateLimit),
        (r#"{"type":"error","error":{"code":"server_error","message":"m"}}"#, Class::Overloaded),
        (r#"{"error":{"message":"m","code":429}}"#, Class::RateLimit),
        (
            r#"{"type":"response.failed","response":{"error":{"code":"invalid_prompt","message":"m"}}}"#,
            Class::BadRequest,
        ),
        (
            r#"{"type":"response.failed","response":{"error":{"code":"image_too_large","message":"m"}}}"#,
            Class::BadRequest,
        ),
        (r#"{"type":"response.failed","response":{"error":null}}"#, Class::Overloaded),
        (r#"{"type":"response.completed","response":{"status":"failed"}}"#, Class::Overloaded),
        (r#"{"type":"response.completed"}"#, Class::Protocol),
        (r#"{"type":"response.output_text.delta","delta":7}"#, Class::Protocol),
        (r#"{"type":"response.output_item.done","item":7}"#, Class::Protocol),
        ("{\"type\":", Class::Protocol),
    ] {
        assert_eq!(play(&[HI, frame, COMPLETED]), Err(class), "{frame}");
    }
    let labelled = br#"{"type":"server_error","message":"m"}"#;
    assert!(translator().frame(b"error", labelled, &mut Events::default()).is_err());
}

#[test]
fn identifiers_that_change_with_each_event_do_no_harm() {
    let other = HI.replace("\"m\"", "\"n\"");
    let done = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"o","content":[{"text":"HiHi!"}]}}"#;
    let events = play(&[HI, &other, done, COMPLETED]).unwrap();
    assert_eq!(events[0], text("HiHi!"));
}

#[test]
fn sealed_turns_are_kept_as_they_came() {
    let state = |frames: &[&str]| {
        let events = play(frames).unwrap();
        events.into_iter().find_map(|event| match event {
            ProviderEvent::State(state) => Some(state),
            _ => None,
        })
    };
    let kept = state(&[SEALED, CALL, COMPLETED]).unwrap();
    let items: Vec<Value> = serde_json::from_str(&kept).unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["encrypted_content"], "x");
    let plain = SEALED.replace(",\"encrypted_content\":\"x\"", "");
    assert_eq!(state(&[&plain, CALL, COMPLETED]), None);
    assert_eq!(state(&[SEALED, COMPLETED]), None, "reasoning that led to nothing");
    assert_eq!(state(&[SEALED, HI, COMPLETED]), None, "a message that was never done");
    let cut = COMPLETED.replace("completed", "incomplete");
    assert_eq!(state(&[SEALED, CALL, &cut]), None);
}

#[test]
fn what_the_limit_cut_off_is_no_whole_call() {
    let cut = r#"{"type":"response.incomplete","response":{"incomplete_details":{"reason":"max_output_tokens"}}}"#;
    let events = play(&[CALL, cut]).unwrap();
    assert_eq!(events.last(), Some(&finish(FinishReason::Length, "max_output_tokens")));
    assert!(!events.contains(&ProviderEvent::ToolCallEnd { index: 0 }));
    let events = play(&[CALL, COMPLETED]).unwrap();
    assert_eq!(events.last(), Some(&finish(FinishReason::Tools, "completed")));
    assert!(events.contains(&ProviderEvent::ToolCallEnd { index: 0 }));
}

#[test]
fn kinds_that_were_never_streamed_come_with_the_end() {
    let end = r#"{"type":"response.completed","response":{"output":[
        {"type":"message","id":"other","content":[{"text":"Hi"}]},
        {"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}}"#;
    let events = play(&[HI, end]).unwrap();
    assert_eq!(events[0], text("Hi"));
    assert!(matches!(&events[1], ProviderEvent::ToolCallStart { id, .. } if id == "c"));
}
