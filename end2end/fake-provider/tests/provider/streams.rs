//! The odd shapes of single streams: what is special about each is really on the wire.

use serde_json::{Value, json};

use crate::client::{chat_body, frames, send, start, streamed, text};

#[tokio::test]
async fn every_lawful_stream_says_its_text() {
    let provider = start().await;
    let plain = text(&streamed(&provider, "plain").await);
    for model in
        ["crlf", "no-done", "done-unterminated", "no-space", "many-per-write", "byte-order-mark"]
    {
        assert_eq!(text(&streamed(&provider, model).await), plain, "{model}");
    }
    for (model, said) in [
        ("empty-choices", "Some frames are empty."),
        ("null-choices", "Some frames say nothing."),
        ("second-choice", "The first"),
        ("unknown-events", "Strange events come and go."),
        ("comments", "A comment interrupts this."),
    ] {
        assert!(text(&streamed(&provider, model).await).starts_with(said), "{model}");
    }
}

#[tokio::test]
async fn line_ends_and_layouts_are_as_named() {
    let provider = start().await;
    assert!(streamed(&provider, "crlf").await.contains("}\r\n\r\ndata: {"));
    assert!(streamed(&provider, "plain:newline=cr").await.contains("}\r\rdata: {"));
    assert!(streamed(&provider, "no-space").await.contains("}\n\ndata:{"));
    assert!(streamed(&provider, "many-lines").await.contains("data: {\ndata:   \"choices\""));
    assert!(!streamed(&provider, "no-done").await.contains("[DONE]"));
    assert!(streamed(&provider, "done-unterminated").await.ends_with("data: [DONE]"));
    assert!(streamed(&provider, "comments").await.contains("\n: keep-alive\n"));
}

#[tokio::test]
async fn reasoning_comes_in_each_style() {
    let provider = start().await;
    let thought = |stream: &str, field: &str| -> String {
        let frames = frames(stream);
        frames.iter().filter_map(|frame| frame["choices"][0]["delta"][field].as_str()).collect()
    };
    for (model, field) in [
        ("reasoning-content", "reasoning_content"),
        ("reasoning-field", "reasoning"),
        ("reasoning-both", "reasoning"),
        ("reasoning-both", "reasoning_content"),
    ] {
        let stream = streamed(&provider, model).await;
        assert_eq!(
            thought(&stream, field),
            "The user wants an answer. It should be short. I will say 42."
        );
        assert_eq!(text(&stream), "The answer is 42.", "{model}");
    }
    let tags = text(&streamed(&provider, "reasoning-think-tags").await);
    assert!(
        tags.starts_with("<think>\nThe user") && tags.ends_with("</think>\n\nThe answer is 42.")
    );
    assert!(streamed(&provider, "reasoning-details").await.contains("reasoning.encrypted"));
    assert!(streamed(&provider, "reasoning-array").await.contains("\"type\":\"thinking\""));
}

#[tokio::test]
async fn what_must_come_back_is_demanded_to_the_letter() {
    let provider = start().await;
    for model in [
        "reasoning-details-tool",
        "reasoning-content-tool",
        "reasoning-content-tool-empty",
        "reasoning-array-tool",
        "tool-thought-signature",
    ] {
        let mut body = chat_body(model, false);
        let mut answer: Value = send(&provider, &body).await.json().await.unwrap();
        let mut turn = answer["choices"][0]["message"].take();
        for field in ["reasoning", "reasoning_content", "reasoning_details"] {
            turn.as_object_mut().unwrap().remove(field);
        }
        turn["content"] = Value::Null;
        let calls = turn["tool_calls"].as_array_mut().unwrap();
        let mut results = Vec::new();
        for call in calls {
            call.as_object_mut().unwrap().remove("extra_content");
            let id = call["id"].clone();
            results.push(json!({"role": "tool", "tool_call_id": id, "content": "noon"}));
        }
        let messages = body["messages"].as_array_mut().unwrap();
        messages.push(turn);
        messages.extend(results);
        assert_eq!(send(&provider, &body).await.status(), 400, "{model}");
    }
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn tool_fragments_are_as_odd_as_named() {
    let provider = start().await;
    let fragments = async |model: &str| -> Vec<Value> {
        let frames = frames(&streamed(&provider, model).await);
        let fragments = frames.iter().map(|frame| &frame["choices"][0]["delta"]["tool_calls"]);
        fragments.filter_map(Value::as_array).flatten().cloned().collect()
    };
    assert_eq!(fragments("tool-fragments").await.len(), 4);
    assert_eq!(fragments("tool-one-piece").await.len(), 1);
    assert!(fragments("tool-no-index").await.iter().all(|piece| piece.get("index").is_none()));
    assert!(fragments("tool-no-id").await.iter().all(|piece| piece.get("id").is_none()));
    assert_eq!(fragments("tool-repeated-id").await[2]["id"], Value::Null);
    assert_eq!(fragments("tool-empty-arguments").await[0]["function"]["arguments"], "");
    assert_eq!(fragments("tool-bad-json").await[1]["function"]["arguments"], "{\"tz\": \"UT");
    let indexes = fragments("tool-parallel").await;
    let indexes: Vec<&Value> = indexes.iter().map(|piece| &piece["index"]).collect();
    assert_eq!(json!(indexes), json!([0, 0, 1, 1, 0, 1]));
}

#[tokio::test]
async fn a_huge_frame_is_as_large_as_asked() {
    let provider = start().await;
    let stream = streamed(&provider, "huge-frame").await;
    assert_eq!(text(&stream).len(), 5_000_000);
    assert_eq!(text(&streamed(&provider, "huge-frame:bytes=10").await).len(), 10);
}

#[tokio::test]
async fn mid_stream_errors_have_each_shape() {
    let provider = start().await;
    for (model, shape) in [
        ("error-mid-stream", "data: {\"error\":{"),
        ("error-mid-stream-openrouter", "\"finish_reason\":\"error\""),
        ("error-mid-stream-event", "event: error\ndata: {\"error\""),
        ("error-mid-stream-line", "\nerror: {"),
        ("error-mid-stream-string", "data: {\"error\":\"CUDA"),
    ] {
        let stream = streamed(&provider, model).await;
        assert!(stream.contains(shape), "{model}: {stream}");
        assert!(!text(&stream).is_empty(), "{model}");
    }
}
