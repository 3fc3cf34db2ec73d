//! Every scenario of the fake provider, through real HTTP, as one table of outcomes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr, time::Duration};

use fake_provider::{FakeProvider, Options};
use futures::{StreamExt, stream};
use models::run::FinishReason;
use providers::{
    ChatMessage, ChatRequest, Endpoint, HttpOptions, Limits, OpenAiChat, Parameters, Provider,
    ProviderError, ProviderEvent, TimeLimits, http,
};
use serde_json::Value;
use url::Url;

const KEY: &str = "sk-fake-0123456789";
/// Of answers that never end, this much is read, in characters.
const ENOUGH: usize = 600;
/// What the bare names of the scenarios leave out.
const MORE: [&str; 6] = [
    "context-exceeded:limit=1",
    "context-exceeded-openai:limit=1",
    "plain:chunk=1,newline=cr",
    "plain:chunk=3,newline=crlf",
    "error-503:tag=again",
    "long-5:chunk=1000",
];
/// Scenarios that break an answer off, lie about it or flood it. None may look whole.
const FAULTS: [&str; 38] = [
    "bad-json-frame",
    "bad-utf8",
    "comments-forever",
    "continue",
    "cut",
    "cut-frame",
    "cut-utf8",
    "deep-json",
    "done-only",
    "empty",
    "empty-body",
    "empty-json",
    "end-early",
    "end-mid-frame",
    "endless-event",
    "endless-json",
    "endless-line",
    "error-500",
    "error-first-frame",
    "error-html",
    "error-mid-stream",
    "error-mid-stream-cut",
    "error-mid-stream-event",
    "error-mid-stream-line",
    "error-mid-stream-openrouter",
    "error-mid-stream-string",
    "finish-error",
    "finish-resource",
    "hangup",
    "html-200",
    "lmstudio-200-error",
    "lone-surrogate",
    "redirect",
    "silent",
    "stall",
    "stall-first",
    "tool-cut",
    "wrong-types",
];

/// What came of one scenario.
#[derive(Default)]
struct Outcome {
    text: String,
    reasoning: String,
    calls: BTreeMap<u32, String>,
    usage: String,
    end: Option<Result<(FinishReason, String), ProviderError>>,
}

impl Outcome {
    fn take(&mut self, event: ProviderEvent) {
        assert!(self.end.is_none(), "{event:?} after the end");
        match event {
            ProviderEvent::Started { model, .. } => {
                assert!(self.text.is_empty() && self.reasoning.is_empty(), "started too late");
                assert_ne!(model.as_deref(), Some(""));
            }
            ProviderEvent::TextDelta(delta) => self.text.push_str(&delta),
            ProviderEvent::ReasoningDelta(delta) => self.reasoning.push_str(&delta),
            ProviderEvent::ToolCallStart { index, id, name } => {
                let earlier = self.calls.insert(index, format!("{name}#{id}("));
                assert_eq!(earlier, None, "a call began twice");
            }
            ProviderEvent::ToolCallDelta { index, arguments } => {
                self.calls.get_mut(&index).unwrap().push_str(&arguments);
            }
            ProviderEvent::ToolCallEnd { index } => {
                self.calls.get_mut(&index).unwrap().push(')');
            }
            ProviderEvent::Usage(usage) => {
                assert!(self.usage.is_empty(), "usage came twice");
                let shown = |count: Option<u64>| count.map_or("?".to_owned(), |n| n.to_string());
                self.usage = format!("{}+{}", shown(usage.input), shown(usage.output));
                if usage.cached.or(usage.reasoning).is_some() {
                    let (cached, reasoning) = (shown(usage.cached), shown(usage.reasoning));
                    write!(self.usage, " (cached {cached}, reasoning {reasoning})").unwrap();
                }
            }
            ProviderEvent::Finish { reason, raw } => self.end = Some(Ok((reason, raw))),
        }
    }

    fn is_enough(&self) -> bool {
        // Long answers that end must be read to their end; only these two never do.
        self.text.len().max(self.reasoning.len()) > ENOUGH
    }

    /// A row of the table, with nothing in it that changes from run to run.
    fn row(&self, name: &str, server: SocketAddr) -> String {
        let calls: Vec<&str> = self.calls.values().map(String::as_str).collect();
        let end = match &self.end {
            None => "still streaming".to_owned(),
            Some(Ok((reason, raw))) => format!("{reason:?} “{raw}”"),
            Some(Err(error)) => {
                let retry = match (error.retryable, error.retry_after) {
                    (true, Some(_)) => ", retry when asked",
                    (true, None) => ", retry",
                    (false, _) => "",
                };
                let message = shortened(&without_address(&error.message, server), 110);
                // How many seconds are left of a date depends on the machine's load.
                let action = error.retry_after.map_or(error.action.as_str(), |_| "…");
                format!("**{:?}**{retry}: {message} *{action}*", error.class)
            }
        };
        let (text, reasoning) = if self.end.is_none() {
            (shortened(&self.text, 20), shortened(&self.reasoning, 20))
        } else {
            (shortened(&self.text, 40), shortened(&self.reasoning, 40))
        };
        let said = [text, prefixed("thinks: ", &reasoning), prefixed("calls: ", &calls.join(" "))];
        let said: Vec<_> = said.into_iter().filter(|part| !part.is_empty()).collect();
        format!("| {name} | {} | {} | {end} |\n", said.join("; "), self.usage)
    }
}

fn prefixed(prefix: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{prefix}{text}") }
}

/// The port changes from run to run.
fn without_address(message: &str, server: SocketAddr) -> String {
    message
        .replace(&server.to_string(), "SERVER")
        .replace(&format!("localhost:{}", server.port()), "ELSEWHERE")
}

fn shortened(text: &str, length: usize) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '|' => "\\|".to_owned(),
            ' '..='~' => c.to_string(),
            _ => c.escape_debug().to_string(),
        })
        .collect();
    match plain.char_indices().nth(length) {
        Some((end, _)) if text.len() > ENOUGH * 4 => {
            format!("{}… ({} bytes)", &plain[..end], text.len())
        }
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

fn adapter() -> OpenAiChat {
    let time = TimeLimits {
        first_byte: Duration::from_secs(6),
        first_byte_local: Duration::from_secs(6),
        idle: Duration::from_secs(5),
        silence: Duration::from_secs(7),
        trailer: Duration::from_millis(500),
        list: Duration::from_secs(3),
    };
    let client = http::client(&HttpOptions::default()).unwrap();
    OpenAiChat::new(client, Limits { time, ..Limits::default() })
}

fn endpoint(base_url: &str) -> Endpoint {
    Endpoint { base_url: Url::parse(base_url).unwrap(), key: Some(KEY.to_owned().into()) }
}

async fn play(adapter: &OpenAiChat, endpoint: &Endpoint, name: &str) -> Outcome {
    let request = ChatRequest {
        model: name.to_owned(),
        messages: vec![
            ChatMessage::System("Be brief.".to_owned()),
            ChatMessage::User("Hello".to_owned()),
        ],
        parameters: Parameters {
            temperature: Some(0.5),
            max_tokens: Some(1_000),
            reasoning_effort: Some("low".to_owned()),
            ..Parameters::default()
        },
    };
    let mut outcome = Outcome::default();
    let mut answer = match adapter.stream(endpoint, &request).await {
        Ok(answer) => answer,
        Err(error) => return Outcome { end: Some(Err(error)), ..outcome },
    };
    let endless = matches!(name, "never-ending" | "reasoning-forever");
    while let Some(item) = answer.next().await {
        match item {
            Ok(event) => outcome.take(event),
            Err(error) => {
                assert!(outcome.end.is_none(), "{name}: an error after the finish");
                outcome.end = Some(Err(error));
            }
        }
        if endless && outcome.is_enough() {
            return outcome;
        }
    }
    assert!(outcome.end.is_some(), "{name} ended without a finish and without an error");
    outcome
}

/// The names the fake offers, from its own table.
async fn names(fake: &FakeProvider, of: &str) -> Vec<String> {
    let url = format!("http://{}/_fake/scenarios", fake.address());
    let bytes = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    let table: Value = serde_json::from_slice(&bytes).unwrap();
    let mut names = Vec::new();
    for entry in table[of].as_array().unwrap() {
        match entry["listed"].as_array().map(Vec::as_slice) {
            None | Some([]) => names.push(entry["name"].as_str().unwrap().to_owned()),
            Some(listed) => names.extend(listed.iter().map(|n| n.as_str().unwrap().to_owned())),
        }
    }
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_has_its_outcome() {
    let fake = FakeProvider::start(Options { key: Some(KEY.to_owned()), ..Options::default() })
        .await
        .unwrap();
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let mut scenarios = names(&fake, "chat").await;
    scenarios.extend(MORE.map(str::to_owned));
    let mut outcomes: BTreeMap<String, Outcome> = stream::iter(scenarios)
        .map(|name| async {
            let outcome = play(&adapter, &endpoint, &name).await;
            (name, outcome)
        })
        .buffer_unordered(12)
        .collect()
        .await;

    for name in FAULTS {
        let outcome = &outcomes[name];
        assert!(matches!(outcome.end, Some(Err(_))), "{name} looks whole");
    }
    let server = fake.address();
    let mut table = String::from("| scenario | said | tokens | end |\n|---|---|---|---|\n");
    for (name, outcome) in &mut outcomes {
        if let Some(Err(error)) = &outcome.end {
            assert!(!format!("{error:?}").contains(KEY), "{name} shows the key");
        }
        table.push_str(&outcome.row(name, server));
    }
    println!("{table}");
    insta::assert_snapshot!("chat", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_model_list_has_its_outcome() {
    let fake = FakeProvider::start(Options { key: Some(KEY.to_owned()), ..Options::default() })
        .await
        .unwrap();
    let adapter = adapter();
    let server = fake.address();
    let variants = names(&fake, "lists").await;
    let rows: BTreeMap<String, String> = stream::iter(variants)
        .map(|name| async {
            let outcome = adapter.models(&endpoint(&fake.list_url(&name))).await;
            let row = match outcome {
                // It grows with the fake's table of scenarios.
                Ok(cards) if name == "redirect-same" => {
                    assert!(cards.len() > 100, "{cards:?}");
                    "the ordinary list".to_owned()
                }
                Ok(cards) => {
                    let shown: Vec<_> = cards
                        .iter()
                        .take(18)
                        .map(|card| match card.context_length {
                            None => shortened(&card.name, 40),
                            Some(tokens) => format!("{} ({tokens})", card.name),
                        })
                        .collect();
                    let more = if cards.len() > shown.len() { ", …" } else { "" };
                    format!("{}: {}{more}", cards.len(), shown.join(", "))
                }
                Err(error) => {
                    let message = without_address(&error.message, server);
                    format!("**{:?}**: {message} *{}*", error.class, error.action)
                }
            };
            (name, row)
        })
        .buffer_unordered(8)
        .collect()
        .await;
    let mut table = String::from("| list | outcome |\n|---|---|\n");
    for (name, row) in rows {
        writeln!(table, "| {name} | {row} |").unwrap();
    }
    println!("{table}");
    insta::assert_snapshot!("models", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn stopping_frees_the_server_and_refusals_are_remembered() {
    let fake = FakeProvider::start(Options::default()).await.unwrap();
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let request = ChatRequest {
        model: "never-ending".to_owned(),
        messages: vec![ChatMessage::User("Hello".to_owned())],
        ..ChatRequest::default()
    };
    let mut answer = adapter.stream(&endpoint, &request).await.unwrap();
    assert!(answer.next().await.unwrap().is_ok());
    drop(answer);
    let left = fake.wait_until(Duration::from_secs(5), |fake| fake.disconnects().len() == 1).await;
    assert!(left, "the server still writes");

    for (round, requests) in [(1, 2), (2, 1)] {
        fake.reset();
        let outcome = play(&adapter, &endpoint, "reject-stream-options").await;
        assert_eq!(outcome.text, "This time it worked.", "round {round}");
        assert_eq!(fake.requests().len(), requests, "round {round}");
    }
}
