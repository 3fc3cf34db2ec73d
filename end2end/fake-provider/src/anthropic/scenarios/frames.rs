//! Unusual but lawful streams, and those of servers that only imitate the protocol.

use serde_json::json;

use super::super::{
    message::Message,
    message_stream::{MessageStream, say},
};
use crate::{
    answer::{Answer, AnswerBody},
    call::Call,
    fold::fold,
    scenarios::{Scenario, scenario},
    step::Step,
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("no-done", "A stop reason, but no `message_stop`.", |call| finished(call).answer()),
    scenario("done-unterminated", "The last line has no line end.", |call| {
        let last = "event: message_stop\ndata: {\"type\":\"message_stop\"}";
        finished(call).bytes(last).answer()
    }),
    scenario("done-then-open", "`message_stop`, but the connection stays open.", |call| {
        finished(call).stop().hold().answer()
    }),
    scenario("done-frame", "`[DONE]` instead of `message_stop`, as proxies.", |call| {
        finished(call).step(Step::Done).answer()
    }),
    scenario("byte-order-mark", "The stream opens with a byte order mark.", |call| {
        MessageStream::of(call)
            .bytes("\u{feff}")
            .start()
            .text_block(text::PLAIN)
            .end("end_turn")
            .answer()
    }),
    scenario("pings", "A ping after every event.", |call| {
        let ping = || Step::Event("ping", json!({"type": "ping"}));
        changed(say(call, text::PLAIN), move |step| vec![step, ping()])
    }),
    scenario("imitator", "No ping and no `event:` lines.", |call| {
        changed(say(call, text::PLAIN), |step| match step {
            Step::Event("ping", _) => Vec::new(),
            Step::Event(_, json) => vec![Step::Frame(json)],
            other => vec![other],
        })
    }),
    scenario("imitator-untyped", "The type of an event is only on its `event:` line.", |call| {
        changed(say(call, text::PLAIN), |step| match step {
            Step::Event(name, mut json) => {
                if let Some(fields) = json.as_object_mut() {
                    fields.remove("type");
                }
                vec![Step::Event(name, json)]
            }
            other => vec![other],
        })
    }),
    scenario("imitator-headless", "No `message_start`, no starts of blocks.", |call| {
        changed(say(call, text::PLAIN), |step| match step {
            Step::Event("message_start" | "content_block_start", _) => Vec::new(),
            other => vec![other],
        })
    }),
    scenario("imitator-eager", "The first text is in the block's start.", |call| {
        let stream = MessageStream::of(call).start();
        let opened = stream.open(json!({"type": "text", "text": "Eager"}));
        opened.text(" beginnings.").close().end("end_turn").answer()
    }),
    scenario(
        "unknown-events",
        "Unknown events, blocks and deltas, ids and retry fields between.",
        |call| {
            MessageStream::of(call)
                .bytes("event: ping\nid: 7\nretry: 1000\ndata: {\"type\":\"ping\"}\n\n")
                .start()
                .event("weather", json!({"millimetres": 3}))
                .open_text()
                .text("Strange events")
                .bytes("colour: blue\n\nevent: odd\ndata: no JSON\n\n")
                .delta(json!({"type": "mood_delta", "mood": "calm"}))
                .text(" come and go.")
                .close()
                .end("end_turn")
                .answer()
        },
    ),
    scenario("unknown-block", "A block of a kind nobody knows, then text.", |call| {
        let stream = MessageStream::of(call).start();
        let odd = stream.open(json!({"type": "server_tool_use", "id": "srvtoolu_a", "name": "x"}));
        odd.input("{\"a\": 1}").close().text_block("Known text.").end("end_turn").answer()
    }),
    scenario("unknown-fields", "Unknown fields everywhere.", |call| {
        changed(say(call, text::PLAIN), |step| match step {
            Step::Event(name, mut json) => {
                json["mood"] = json!({"calm": [1, 2]});
                for inner in ["message", "content_block", "delta", "usage"] {
                    if json[inner].is_object() {
                        json[inner]["colour"] = json!("blue");
                    }
                }
                vec![Step::Event(name, json)]
            }
            other => vec![other],
        })
    }),
    scenario("two-texts", "Two blocks of text, the first with a citation.", |call| {
        let citation = json!({"type": "char_location", "cited_text": "one", "document_index": 0});
        MessageStream::of(call)
            .start()
            .open_text()
            .text("One text.")
            .delta(json!({"type": "citations_delta", "citation": citation}))
            .close()
            .text_block(" Another text.")
            .end("end_turn")
            .answer()
    }),
    scenario("text-after-finish", "More text after the stop reason.", |call| {
        let stream = MessageStream::begun(call).close().reason("end_turn");
        stream.text_block(" One more thing.").stop().answer()
    }),
    scenario("huge-frame", "One token of `bytes` (5000000).", |call| {
        let size = usize::try_from(call.number("bytes", 5_000_000)).unwrap_or(usize::MAX);
        let content: String =
            text::words().flat_map(|word| word.into_bytes()).map(char::from).take(size).collect();
        let delta = json!({"type": "text_delta", "text": content});
        MessageStream::of(call).start().open_text().delta(delta).close().end("end_turn").answer()
    }),
    scenario("json-instead-of-sse", "One JSON answer although a stream was asked for.", |call| {
        fold::<Message>(say(call, text::PLAIN))
    }),
    scenario("json-after-blank-lines", "Blank lines while waiting, then JSON.", |call| {
        let answer = fold::<Message>(say(call, text::PLAIN));
        match answer.body {
            AnswerBody::Steps(steps, framing) => {
                let blank = Step::Bytes("\n\n\n\n".into());
                let steps = std::iter::once(blank).chain(steps);
                Answer { body: AnswerBody::Steps(Box::new(steps), framing), ..answer }
            }
            _ => answer,
        }
    }),
];

/// A whole answer up to its stop reason.
fn finished(call: &Call) -> MessageStream {
    MessageStream::of(call).start().text_block(text::PLAIN).reason("end_turn")
}

/// The same answer with every step replaced.
fn changed(answer: Answer, change: impl FnMut(Step) -> Vec<Step> + Send + 'static) -> Answer {
    match answer.body {
        AnswerBody::Steps(steps, framing) => {
            let body = AnswerBody::Steps(Box::new(steps.flat_map(change)), framing);
            Answer { body, ..answer }
        }
        _ => answer,
    }
}
