//! The same scenarios through all five adapters (protocols §11.2), as one table for people to read.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use models::{parameters::Parameters, run::FinishReason};
use providers::{ChatMessage, ChatRequest, Tool};
use serde_json::json;

use crate::support::{ADAPTERS, Outcome, adapters, fake, outcomes};

const CHAT: usize = 0;
const RESPONSES: usize = 1;
const ANTHROPIC: usize = 2;
const GEMINI: usize = 3;
const OLLAMA: usize = 4;

/// How a scenario must end.
#[derive(Clone, Copy)]
enum Due {
    /// As a whole answer.
    Whole,
    /// The same, and with thoughts in it.
    Thinks,
    /// As an answer that is over for this reason.
    Ends(FinishReason),
    Calls,
    /// It never does.
    Streams,
    Fails,
}

/// A scenario's name for each adapter, or why its protocol cannot have it.
struct Row {
    what: &'static str,
    due: Due,
    cells: [Result<&'static str, &'static str>; 5],
}

impl Row {
    /// A scenario with the same name everywhere.
    fn of(what: &'static str, due: Due) -> Self {
        Self { what, due, cells: [Ok(what); 5] }
    }

    /// One that only these have; the others do not, for this reason.
    fn only(what: &'static str, due: Due, adapters: &[usize], why: &'static str) -> Self {
        let mut row = Self { what, due, cells: [Err(why); 5] };
        adapters.iter().for_each(|adapter| row.cells[*adapter] = Ok(what));
        row
    }

    fn named(mut self, adapter: usize, name: &'static str) -> Self {
        self.cells[adapter] = Ok(name);
        self
    }

    fn but(mut self, adapter: usize, why: &'static str) -> Self {
        self.cells[adapter] = Err(why);
        self
    }
}

const LINES: &str = "Ollama writes lines of JSON, not events, so that events, comments and `data:` do \
                     not exist.";
const NO_DONE: &str = "There is no mark behind the last event that could be missing.";
const WHOLE_CALLS: &str = "A call comes in one piece.";
const INDEX: &str = "The position of a part is its number, or the protocol cannot do without one.";
const OBJECTS: &str = "Arguments are JSON themselves, not a text that holds JSON, so that broken ones \
                       are a broken frame.";
const CHOICES: &str = "There are no choices that could be empty.";
const TYPED: &str = "The content has one type only.";
const NO_ROLE: &str = "The role is not a chunk of its own.";
const NO_FILTER: &str = "The protocol has no word for it, or has one word for both.";
const ONE_STYLE: &str = "Thoughts have another place.";
const NO_FIELD: &str = "The request has no such field, or cannot go without it.";
const USAGE: &str = "Counts have one place only.";
const STRING_ERROR: &str = "An error is always an object.";
const NOT_OLLAMA: &str = "Ollama ignores what it does not know.";
const SHAPE: &str = "Its errors have one shape.";

fn rows() -> Vec<Row> {
    use Due::{Calls, Ends, Fails, Streams, Thinks, Whole};
    let mut rows: Vec<Row> = ["plain", "slow", "first-token-delay", "slow-headers", "pause"]
        .map(|name| Row::of(name, Whole))
        .into();
    rows.extend([
        Row::of("tool-one-piece", Calls),
        Row::only("tool-fragments", Calls, &[CHAT, RESPONSES, ANTHROPIC], WHOLE_CALLS),
        Row::of("tool-parallel", Calls).but(OLLAMA, WHOLE_CALLS),
        Row::of("tool-parallel-one-piece", Calls),
        Row::only("tool-no-index", Calls, &[CHAT, ANTHROPIC], INDEX),
        Row::of("tool-no-id", Calls),
        Row::only("tool-bad-json", Calls, &[CHAT, RESPONSES, ANTHROPIC], OBJECTS),
        Row::of("tool-empty-arguments", Calls),
        Row::of("tool-unknown-name", Calls),
        Row::of("text-then-tool", Calls),
        Row::of("tool-cut", Fails),
        Row::of("reasoning-content", Thinks)
            .named(RESPONSES, "reasoning-text")
            .named(ANTHROPIC, "reasoning")
            .named(GEMINI, "reasoning-parts"),
        Row::only("reasoning-field", Thinks, &[CHAT], ONE_STYLE),
        Row::only("reasoning-array", Thinks, &[CHAT], ONE_STYLE),
        Row::only("reasoning-details", Thinks, &[CHAT], ONE_STYLE)
            .named(RESPONSES, "reasoning-summary"),
        Row::only("reasoning-think-tags", Thinks, &[CHAT, OLLAMA], ONE_STYLE),
        Row::only("usage-end", Whole, &[CHAT, GEMINI], USAGE).named(ANTHROPIC, "usage-late"),
        Row::only("usage-on-finish", Whole, &[CHAT], USAGE),
        Row::of("usage-absent", Whole),
        Row::of("usage-nonsense", Whole),
        Row::only("no-done", Whole, &[CHAT, ANTHROPIC], NO_DONE),
        Row::of("crlf", Whole),
        Row::of("byte-by-byte", Whole),
        Row::of("many-per-write", Whole),
        Row::of("comments", Whole).but(OLLAMA, LINES),
        Row::of("unknown-events", Whole).but(OLLAMA, LINES),
        Row::of("unknown-fields", Whole),
        Row::only("empty-choices", Whole, &[CHAT, GEMINI], CHOICES),
        Row::only("content-null", Whole, &[CHAT, GEMINI, OLLAMA], TYPED),
        Row::only("content-array", Whole, &[CHAT, GEMINI], TYPED),
        Row::only("missing-role", Whole, &[CHAT, GEMINI], NO_ROLE),
        Row::of("huge-frame", Whole),
        Row::of("json-instead-of-sse", Whole).named(OLLAMA, "json-instead-of-lines"),
        Row::of("length", Ends(FinishReason::Length)),
        Row::only(
            "content-filter",
            Ends(FinishReason::Filter),
            &[CHAT, RESPONSES, GEMINI],
            NO_FILTER,
        ),
        Row::only("refusal", Ends(FinishReason::Refusal), &[CHAT, RESPONSES, ANTHROPIC], NO_FILTER),
        Row::of("never-ending", Streams),
        Row::of("context-exceeded", Whole),
        Row::only("reject-stream-options", Whole, &[CHAT], NO_FIELD),
        Row::only("reject-max-tokens", Whole, &[CHAT], NO_FIELD)
            .named(RESPONSES, "reject-max-output-tokens"),
        Row::of("reject-temperature", Whole).but(OLLAMA, NOT_OLLAMA),
        Row::of("context-exceeded:limit=1", Fails),
    ]);
    rows.extend(
        [
            "cut",
            "cut-frame",
            "cut-utf8",
            "end-early",
            "end-mid-frame",
            "done-only",
            "empty",
            "empty-body",
            "empty-json",
            "bad-json-frame",
            "bad-utf8",
            "lone-surrogate",
            "deep-json",
            "wrong-types",
            "endless-line",
            "stall",
            "stall-first",
            "silent",
            "hangup",
            "html-200",
            "lmstudio-200-error",
            "redirect",
            "error-400",
            "error-401",
            "error-402",
            "error-403",
            "error-404",
            "error-413",
            "error-429",
            "error-429-retry-after",
            "error-500",
            "error-503",
            "error-529",
            "error-html",
            "error-empty",
            "error-text",
            "error-huge",
            "error-slow-body",
            "error-first-frame",
            "error-mid-stream",
            "error-mid-stream-cut",
            "flaky-1",
        ]
        .map(|name| Row::of(name, Fails)),
    );
    rows.extend([
        Row::of("error-mid-stream-string", Fails).but(GEMINI, STRING_ERROR),
        Row::of("error-shape-array", Fails).but(OLLAMA, SHAPE),
        Row::of("comments-forever", Fails).but(OLLAMA, LINES),
    ]);
    rows
}

fn request(model: &str) -> ChatRequest {
    let tool = Tool {
        name: "get_time".to_owned(),
        description: "Tells the time.".to_owned(),
        parameters: json!({"type": "object", "properties": {"tz": {"type": "string"}}}),
    };
    ChatRequest {
        model: model.to_owned(),
        messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hello")],
        tools: vec![tool],
        parameters: Parameters {
            temperature: Some(0.5),
            max_tokens: Some(1_000),
            ..Parameters::default()
        },
        ..ChatRequest::default()
    }
}

/// What the table shows of an outcome.
fn shown(outcome: &Outcome) -> String {
    match &outcome.end {
        None => "streams".to_owned(),
        Some(Ok((FinishReason::Stop, _))) => "whole".to_owned(),
        Some(Ok((FinishReason::Tools, _))) => "calls".to_owned(),
        Some(Ok((reason, _))) => format!("whole: {reason:?}"),
        Some(Err(error)) => format!("error: {:?}", error.class),
    }
}

fn is_due(outcome: &Outcome, due: Due) -> bool {
    match (&outcome.end, due) {
        (Some(Ok((reason, _))), Due::Whole) => *reason == FinishReason::Stop,
        (Some(Ok((reason, _))), Due::Thinks) => {
            *reason == FinishReason::Stop && !outcome.reasoning.is_empty()
        }
        (Some(Ok((reason, _))), Due::Ends(wanted)) => *reason == wanted,
        (Some(Ok((reason, _))), Due::Calls) => {
            *reason == FinishReason::Tools && !outcome.calls.is_empty()
        }
        (None, Due::Streams) | (Some(Err(_)), Due::Fails) => true,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_fail_and_lawful_streams_are_whole_in_every_protocol() {
    let fake = fake().await;
    let adapters = adapters(&fake);
    let rows = rows();
    let mut played: Vec<BTreeMap<String, Outcome>> = Vec::new();
    for (number, (adapter, endpoint)) in adapters.iter().enumerate() {
        let names = rows.iter().filter_map(|row| row.cells[number].ok());
        let names = names.map(str::to_owned).collect();
        // How often a model was asked counts for all protocols together.
        fake.reset();
        played.push(outcomes(adapter.as_ref(), endpoint, names, &[], request).await);
        assert_eq!(fake.violations(), [], "{}", ADAPTERS[number]);
    }

    let mut notes: Vec<&str> = Vec::new();
    let mut wrong = Vec::new();
    let mut table = format!("| scenario | {} |\n|---|{}\n", ADAPTERS.join(" | "), "---|".repeat(5));
    for row in &rows {
        write!(table, "| {} |", row.what).unwrap();
        for (number, cell) in row.cells.iter().enumerate() {
            match cell {
                Err(why) => {
                    let known = notes.iter().position(|note| note == why);
                    let note = known.unwrap_or_else(|| {
                        notes.push(why);
                        notes.len() - 1
                    });
                    write!(table, " — [{}] |", note + 1).unwrap();
                }
                Ok(name) => {
                    let outcome = &played[number][*name];
                    let name = if *name == row.what { String::new() } else { format!(" ({name})") };
                    let shown = shown(outcome);
                    write!(table, " {shown}{name} |").unwrap();
                    if !is_due(outcome, row.due) {
                        wrong.push(format!("{} of {}{name}: {shown}", ADAPTERS[number], row.what));
                    }
                }
            }
        }
        table.push('\n');
    }
    for (number, note) in notes.iter().enumerate() {
        write!(table, "\n[{}] {note}\n", number + 1).unwrap();
    }
    let reports = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/reports"));
    fs::create_dir_all(reports).unwrap();
    fs::write(reports.join("adapters.md"), &table).unwrap();
    assert!(wrong.is_empty(), "{table}\n{wrong:#?}");
}
