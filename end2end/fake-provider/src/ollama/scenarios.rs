//! The table of scenarios in lines: those shared with Chat Completions, and Ollama's own.

use std::iter;

use bytes::Bytes;
use serde_json::{Value, json};

use super::lines::{Voice, lines};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, Tables, answered, scenario, tool},
    step::{Framing, Layout, Step},
    text,
};

/// All scenarios of this protocol.
pub(super) const ALL: Tables = Tables::new(&[OWN]).with_chat(SHARED);

const THOUGHT: &str = "The user wants an answer. I will say 42.";
const ANSWER: &str = "The answer is 42.";

/// Scenarios of Chat Completions that mean the same here.
const SHARED: &[&str] = &[
    // Texts.
    "plain",
    "say",
    "echo",
    "echo-request",
    "echo-last",
    "markdown",
    "hostile",
    "unicode",
    "nul",
    "long",
    "count",
    "continue",
    "empty-answer",
    "blank-answer",
    // Pace.
    "slow",
    "first-token-delay",
    "slow-headers",
    "pause",
    "never-ending",
    "reasoning-forever",
    "stall",
    "stall-first",
    "silent",
    // Reasoning, in `message.thinking` or in the content.
    "reasoning-content",
    "reasoning-think-tags",
    "reasoning-unclosed",
    "reasoning-only",
    // Tools, each call in one piece.
    "tool-one-piece",
    "tool-parallel-one-piece",
    "tool-object-arguments",
    "tool-unknown-name",
    "text-then-tool",
    "tool-finish-stop",
    "tool-forever",
    "tool-as-text",
    // Endings.
    "length",
    "finish-unknown",
    "finish-with-text",
    // Frames.
    "done-then-open",
    "crlf",
    "byte-by-byte",
    "content-null",
    "huge-frame",
    // Faults.
    "cut",
    "end-early",
    "done-only",
    "empty",
    "empty-body",
    "empty-json",
    "hangup",
    "html-200",
    "lmstudio-200-error",
    "error-mid-stream",
    "error-mid-stream-cut",
    "error-mid-stream-string",
    "error-first-frame",
    "redirect",
    // Errors.
    "error",
    "flaky",
    "error-429-retry-after",
    "error-html",
    "error-empty",
    "error-text",
    "error-huge",
    "error-slow-body",
    "error-shape-string",
    "error-echoes-key",
];

const OWN: &[Scenario] = &[
    scenario("reasoning-wanted", "Thinks only where `think` asks for it.", |call| {
        let thinks = call.body.get("think").is_some_and(|think| *think != false);
        let stream = call.stream().role();
        let stream = if thinks { stream.text_in("reasoning_content", THOUGHT) } else { stream };
        stream.text(ANSWER).end().answer()
    }),
    scenario(
        "reasoning-then-tool",
        "Thinks, then calls; wants the thought back.",
        thought_and_call,
    ),
    scenario("reject-think", "400 while thinking is asked for: cannot think.", |call| {
        let asked = call.body.get("think").is_some_and(|think| *think != false);
        let words = format!("{:?} does not support thinking", call.model());
        refused_if(asked, call, &words)
    }),
    scenario("reject-think-word", "400 while `think` is a word and no yes or no.", |call| {
        let word = call.body["think"].as_str();
        let words = format!("think value {word:?} is not supported for this model");
        refused_if(word.is_some(), call, &words)
    }),
    scenario("reject-tools", "400 while `tools` is sent: cannot call them.", |call| {
        let words = format!("registry.ollama.ai/library/{} does not support tools", call.model());
        refused_if(call.body.get("tools").is_some(), call, &words)
    }),
    scenario("reject-both", "Can neither think nor call tools, and says one at a time.", |call| {
        if call.body.get("tools").is_some() {
            return error(400, &format!("{} does not support tools", call.model()));
        }
        let words = format!("{:?} does not support thinking", call.model());
        refused_if(call.body.get("think").is_some(), call, &words)
    }),
    scenario("context-exceeded", "400 until the prompt has `limit` (`num_ctx`) tokens.", |call| {
        let context = call.body["options"]["num_ctx"].as_u64().unwrap_or_default();
        let too_long = call.prompt_tokens() > call.number("limit", context);
        refused_if(too_long, call, "the input length exceeds the context length")
    }),
    scenario("model-not-found", "404 in Ollama's words.", |call| {
        super::chat::not_found(call.model())
    }),
    scenario("cloud-signin", "401 and where to sign in, as models in the cloud do.", |_| {
        let url = "https://ollama.com/connect?name=machine&key=c2VjcmV0";
        Answer::json(401, &json!({"error": "unauthorized", "signin_url": url}))
    }),
    scenario("queue-full", "503 because too many wait already.", |_| {
        error(503, "server busy, please try again.  maximum pending requests exceeded")
    }),
    scenario("error-memory", "500 because the model does not fit.", |_| {
        error(500, "model requires more system memory (5.6 GiB) than is available (3.2 GiB)")
    }),
    scenario("done-load", "The model was loaded, and nothing was said.", |call| ends(call, "load")),
    scenario("done-unload", "The model was unloaded, and nothing was said.", |call| {
        ends(call, "unload")
    }),
    scenario("usage-absent", "The last line has no numbers at all.", |call| {
        call.stream().text(text::PLAIN).frame(Voice::of(call).end("stop")).answer()
    }),
    scenario("usage-cached", "No `prompt_eval_count`, since the prompt was cached.", |call| {
        let mut end = Voice::of(call).counted_end("stop", 19);
        remove(&mut end, "prompt_eval_count");
        call.stream().text(text::PLAIN).frame(end).answer()
    }),
    scenario("usage-nonsense", "Counts that are negative, and words.", |call| {
        let mut end = Voice::of(call).end("stop");
        end["prompt_eval_count"] = json!(-1);
        end["eval_count"] = json!("many");
        call.stream().text(text::PLAIN).frame(end).answer()
    }),
    scenario("tool-no-id", "Two calls without id and index, as older versions.", |call| {
        calling(call, |tool| {
            json!([function(tool, json!({"tz": "UTC"})), function(tool, json!({}))])
        })
    }),
    scenario("tool-same-index", "Two calls in lines of their own, both with index 0.", |call| {
        answered(call).unwrap_or_else(|| {
            let voice = Voice::of(call);
            let line = |id: &str| {
                let mut call_of = function(tool(call), json!({"tz": "UTC"}));
                call_of["id"] = json!(id);
                call_of["function"]["index"] = json!(0);
                voice.line(json!({"role": "assistant", "content": "", "tool_calls": [call_of]}))
            };
            call.stream().frame(line("call_a")).frame(line("call_b")).end().answer()
        })
    }),
    scenario("tool-empty-arguments", "A call without arguments, meaning `{}`.", |call| {
        calling(call, |tool| json!([{"id": "call_a", "function": {"name": tool}}]))
    }),
    scenario("tool-text-arguments", "The arguments are a text, as emulators write them.", |call| {
        calling(call, |tool| json!([function(tool, json!("{\"tz\": \"UTC\"}"))]))
    }),
    scenario("tool-no-name", "A call of nothing, then a good end.", |call| {
        calling(call, |_| json!([{"function": {"arguments": {}}}]))
    }),
    scenario("tool-cut", "A call, and the connection closes.", |call| {
        call.stream()
            .frame(calls_line(call, json!([function(tool(call), json!({}))])))
            .cut()
            .answer()
    }),
    scenario("unknown-fields", "Unknown fields and lines everywhere.", |call| {
        let voice = Voice::of(call);
        let said = |text: &str| {
            let mut line =
                voice.line(json!({"role": "assistant", "content": text, "mood": "calm"}));
            line["logprobs"] = json!([{"token": text, "logprob": -0.1}]);
            line
        };
        let status = json!({"status": "pulling manifest", "total": 7});
        call.stream().frame(said("Ignore")).frame(status).frame(said(" the rest.")).end().answer()
    }),
    scenario("null-message", "Lines whose message is null or missing.", |call| {
        let voice = Voice::of(call);
        let mut missing = voice.line(Value::Null);
        remove(&mut missing, "message");
        let stream = call.stream().text("Some lines").frame(voice.line(Value::Null));
        stream.frame(missing).text(" say nothing.").end().answer()
    }),
    scenario("blank-lines", "Blank lines before and between.", |call| {
        let stream = call.stream().bytes("\n\r\n \n").text("Nothing");
        stream.bytes("\n\n").text(" between.").end().answer()
    }),
    scenario("many-per-write", "The whole stream in one write.", |call| {
        lines(&Voice::of(call), call.say(text::PLAIN)).in_one_write()
    }),
    scenario("done-unterminated", "The last line has no line end.", |call| {
        let end = Voice::of(call).counted_end("stop", 19).to_string();
        call.stream().text(text::PLAIN).bytes(end).answer()
    }),
    scenario("text-plain-lines", "Good lines that call themselves text/plain.", |call| {
        let answer = lines(&Voice::of(call), call.say(text::PLAIN));
        answer.header("content-type", "text/plain; charset=utf-8")
    }),
    scenario(
        "sse-instead-of-lines",
        "Good lines, each as an event, as a confused proxy.",
        |call| {
            let answer = lines(&Voice::of(call), call.say(text::PLAIN));
            answer.framed(|framing| framing.layout = Layout::OneLine)
        },
    ),
    scenario("json-instead-of-lines", "One JSON answer although a stream was asked for.", |call| {
        let mut whole = Voice::of(call).counted_end("stop", 19);
        whole["message"]["content"] = json!(text::PLAIN);
        Answer::json(200, &whole)
    }),
    scenario("cut-frame", "The connection closes in the middle of a line.", |call| {
        call.begun().bytes(part_of_line(call, " lost", "\"content\"", 4)).cut().answer()
    }),
    scenario("cut-utf8", "The connection closes in the middle of a character.", |call| {
        call.begun().bytes(part_of_line(call, " a snowman: ☃", "☃", 1)).cut().answer()
    }),
    scenario("cut-done", "The body ends in good order in the middle of the last line.", |call| {
        let end = Voice::of(call).counted_end("stop", 12).to_string();
        call.begun().bytes(Bytes::from(end).slice(..40)).answer()
    }),
    scenario("end-mid-frame", "The body ends in good order in the middle of a line.", |call| {
        call.begun().bytes(part_of_line(call, " lost", "\"content\"", 4)).answer()
    }),
    scenario("bad-json-frame", "A line that is no JSON, then a good end.", |call| {
        call.begun().bytes("{\"message\": [oops]}\n").end().answer()
    }),
    scenario("bad-utf8", "A line with bytes that are no UTF-8, then a good end.", |call| {
        let bytes = b"{\"message\":{\"content\":\" \xff\xfe\"},\"done\":false}\n";
        call.begun().bytes(bytes.as_slice()).end().answer()
    }),
    scenario("lone-surrogate", "A line with half a character escaped, then a good end.", |call| {
        let line = r#"{"message":{"content":" \ud83d"},"done":false}"#;
        call.begun().bytes(format!("{line}\n")).end().answer()
    }),
    scenario("deep-json", "A line nested 100000 deep, then a good end.", |call| {
        let line = format!("{}{}\n", "[".repeat(100_000), "]".repeat(100_000));
        call.begun().bytes(line).end().answer()
    }),
    scenario("wrong-types", "Lines whose fields have the wrong types, then a good end.", |call| {
        let odd = Voice::of(call).line(json!({"content": 7, "tool_calls": "x"}));
        call.begun().frame(odd).frame(json!([1, 2])).frame(json!("text")).end().answer()
    }),
    scenario("endless-line", "A line that never ends.", |call| {
        let filler = Step::Bytes(Bytes::from(vec![b'a'; 64 * 1024]));
        call.begun().bytes("{\"model\":\"").then(iter::repeat(filler)).answer()
    }),
];

fn error(status: u16, words: &str) -> Answer {
    Answer::json(status, &json!({"error": words}))
}

fn refused_if(refused: bool, call: &Call, words: &str) -> Answer {
    if refused { error(400, words) } else { call.say(text::RECOVERED) }
}

fn ends(call: &Call, reason: &str) -> Answer {
    call.stream().frame(Voice::of(call).end(reason)).answer()
}

/// Calls the tool in one line as `calls` says, or answers once the results are there.
fn calling(call: &Call, calls: fn(&str) -> Value) -> Answer {
    answered(call)
        .unwrap_or_else(|| call.stream().frame(calls_line(call, calls(tool(call)))).end().answer())
}

fn thought_and_call(call: &Call) -> Answer {
    let thought = call.messages().iter().any(|message| message["thinking"] == THOUGHT);
    match answered(call) {
        Some(answer) if thought => answer,
        Some(_) => error(500, "the thought before the call is missing"),
        None => call
            .stream()
            .text_in("reasoning_content", THOUGHT)
            .frame(calls_line(call, json!([function(tool(call), json!({"tz": "UTC"}))])))
            .end()
            .answer(),
    }
}

fn calls_line(call: &Call, calls: Value) -> Value {
    let mut message = json!({"role": "assistant", "content": ""});
    message["tool_calls"] = calls;
    Voice::of(call).line(message)
}

fn function(name: &str, arguments: Value) -> Value {
    let mut call = json!({"function": {"name": name}});
    call["function"]["arguments"] = arguments;
    call
}

fn remove(line: &mut Value, field: &str) {
    if let Some(fields) = line.as_object_mut() {
        fields.remove(field);
    }
}

/// A line with text, cut off `keep` bytes into `needle`.
fn part_of_line(call: &Call, text: &str, needle: &str, keep: usize) -> Bytes {
    let framing = Framing { layout: Layout::Bare, ..Framing::default() };
    let line = Voice::of(call).line(json!({"role": "assistant", "content": text}));
    framing.cut(&Step::Frame(line), needle, keep)
}
