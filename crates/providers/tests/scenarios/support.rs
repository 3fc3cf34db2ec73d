//! What came of a scenario, and how it is written down.

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr, time::Duration};

use fake_provider::{FakeProvider, Options};
use futures::{StreamExt, stream};
use models::{
    detection::{DetectionFailure, ListedModel, ServerKind},
    run::FinishReason,
};
use providers::{
    Anthropic, ChatMessage, ChatRequest, DetectLimits, Detector, Endpoint, Gemini, HttpClient,
    HttpOptions, Limits, Ollama, OpenAiChat, OpenAiResponses, Provider, ProviderError,
    ProviderEvent, ReachLimits, RequestedCall, TimeLimits, http,
};
use serde_json::Value;
use url::Url;

pub(crate) const KEY: &str = "sk-fake-0123456789";
/// Of answers that never end, this much is read, in characters.
const ENOUGH: usize = 600;

/// What came of one scenario.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    pub(crate) calls: BTreeMap<u32, String>,
    pub(crate) usage: String,
    /// The turn in the provider's own form.
    pub(crate) state: Option<String>,
    pub(crate) end: Option<Result<(FinishReason, String), ProviderError>>,
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
            ProviderEvent::State(state) => {
                assert!(self.state.is_none(), "the state came twice");
                self.state = Some(state);
            }
            ProviderEvent::Finish { reason, raw } => self.end = Some(Ok((reason, raw))),
        }
    }

    /// The calls as they go back.
    pub(crate) fn requested(&self) -> Vec<RequestedCall> {
        let parts = |call: &str| {
            let (name, rest) = call.split_once('#')?;
            let (id, arguments) = rest.split_once('(')?;
            // A call that was cut off has no end.
            let arguments = arguments.strip_suffix(')').unwrap_or(arguments).to_owned();
            Some(RequestedCall { id: id.to_owned(), name: name.to_owned(), arguments })
        };
        self.calls.values().map(|call| parts(call).unwrap()).collect()
    }

    /// This answer as it goes back.
    pub(crate) fn turn(&self) -> ChatMessage {
        ChatMessage::Assistant {
            text: (!self.text.is_empty()).then(|| self.text.clone()),
            tool_calls: self.requested(),
            state: self.state.clone(),
        }
    }

    /// This answer as it goes back, and this result of each of its calls.
    pub(crate) fn with_results(&self, result: &str) -> Vec<ChatMessage> {
        let results = self.requested().into_iter().map(|call| ChatMessage::ToolResult {
            call_id: call.id,
            name: call.name,
            content: result.to_owned(),
            failed: false,
        });
        [self.turn()].into_iter().chain(results).collect()
    }

    /// The request that follows, with the results.
    pub(crate) fn follow_up(&self, request: &ChatRequest, result: &str) -> ChatRequest {
        let mut request = request.clone();
        request.messages.extend(self.with_results(result));
        request
    }

    fn is_enough(&self) -> bool {
        // Long answers that end must be read to their end; only these two never do.
        self.text.len().max(self.reasoning.len()) > ENOUGH
    }

    /// A row of the table, with nothing in it that changes from run to run.
    pub(crate) fn row(&self, name: &str, server: SocketAddr) -> String {
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
        let kept = self.state.as_ref().map_or("", |_| "keeps state");
        let said = [
            text,
            prefixed("thinks: ", &reasoning),
            prefixed("calls: ", &calls.join(" ")),
            prefixed("", kept),
        ];
        let said: Vec<_> = said.into_iter().filter(|part| !part.is_empty()).collect();
        format!("| {name} | {} | {} | {end} |\n", said.join("; "), self.usage)
    }
}

fn prefixed(prefix: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{prefix}{text}") }
}

/// The port changes from run to run.
pub(crate) fn without_address(message: &str, server: SocketAddr) -> String {
    message
        .replace(&server.to_string(), "SERVER")
        .replace(&format!("localhost:{}", server.port()), "ELSEWHERE")
}

pub(crate) fn shortened(text: &str, length: usize) -> String {
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

/// Limits short enough for a test to reach them.
pub(crate) fn limits() -> Limits {
    let time = TimeLimits {
        first_byte: Duration::from_secs(6),
        first_byte_local: Duration::from_secs(6),
        idle: Duration::from_secs(5),
        silence: Duration::from_secs(7),
        trailer: Duration::from_secs(2),
        brief: Duration::from_secs(3),
    };
    Limits { time, ..Limits::default() }
}

pub(crate) fn client() -> HttpClient {
    http::client(&HttpOptions::default()).unwrap()
}

/// A fake provider that wants [`KEY`].
pub(crate) async fn fake() -> FakeProvider {
    // The first client chooses how the process encrypts.
    client();
    let options = Options { key: Some(KEY.to_owned()), ..Options::default() };
    FakeProvider::start(options).await.unwrap()
}

pub(crate) fn endpoint(base_url: &str) -> Endpoint {
    Endpoint { base_url: Url::parse(base_url).unwrap(), key: Some(KEY.to_owned().into()) }
}

/// What people call the adapters, in the order of [`adapters`].
pub(crate) const ADAPTERS: [&str; 5] =
    ["Chat Completions", "Responses", "Anthropic", "Gemini", "Ollama"];

/// One adapter for each protocol, with where the fake speaks it.
pub(crate) fn adapters(fake: &FakeProvider) -> [(Box<dyn Provider>, Endpoint); 5] {
    // Ollama is asked first what a model is, which a busy machine must not miss.
    let mut patient = limits();
    patient.time.brief = TimeLimits::default().brief;
    [
        (Box::new(OpenAiChat::new(client(), limits())), endpoint(&fake.base_url())),
        (Box::new(OpenAiResponses::new(client(), limits())), endpoint(&fake.base_url())),
        (Box::new(Anthropic::new(client(), limits())), endpoint(&fake.anthropic_url())),
        (Box::new(Gemini::new(client(), limits())), endpoint(&fake.gemini_url())),
        (Box::new(Ollama::new(client(), patient)), endpoint(&fake.ollama_url())),
    ]
}

/// Asks and reads until the answer ends, whichever way. Answers that never end are read until that
/// is clear.
pub(crate) async fn play(
    adapter: &dyn Provider,
    endpoint: &Endpoint,
    request: &ChatRequest,
) -> Outcome {
    let name = request.model.as_str();
    let mut outcome = Outcome::default();
    let mut answer = match adapter.stream(endpoint, request).await {
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

/// What comes of every scenario in one of the fake's tables, and of some `more`.
pub(crate) async fn outcomes(
    adapter: &dyn Provider,
    endpoint: &Endpoint,
    scenarios: Vec<String>,
    more: &[&str],
    request: impl Fn(&str) -> ChatRequest,
) -> BTreeMap<String, Outcome> {
    let more = more.iter().map(|name| (*name).to_owned());
    let played = stream::iter(scenarios.into_iter().chain(more)).map(|name| {
        let request = request(&name);
        async move { (name, play(adapter, endpoint, &request).await) }
    });
    played.buffer_unordered(12).collect().await
}

/// The outcomes one below the other. None of the `faults` may look whole, and none may show the key.
pub(crate) fn table(
    outcomes: &BTreeMap<String, Outcome>,
    faults: &[&str],
    server: SocketAddr,
) -> String {
    for name in faults {
        assert!(matches!(outcomes[*name].end, Some(Err(_))), "{name} looks whole");
    }
    let mut table = String::from("| scenario | said | tokens | end |\n|---|---|---|---|\n");
    for (name, outcome) in outcomes {
        if let Some(Err(error)) = &outcome.end {
            assert!(!format!("{error:?}").contains(KEY), "{name} shows the key");
        }
        table.push_str(&outcome.row(name, server));
    }
    table
}

/// The models of a server of a known kind, or what hinders.
pub(crate) async fn listed(
    kind: ServerKind,
    endpoint: &Endpoint,
) -> Result<Vec<ListedModel>, DetectionFailure> {
    let reach = ReachLimits { connect: Duration::from_secs(2), total: Duration::from_secs(3) };
    let limits = DetectLimits { local: reach, ..DetectLimits::default() };
    let detector = Detector::new(http::client(&HttpOptions::default()).unwrap(), limits);
    let found = detector.list(kind, &endpoint.base_url, endpoint.key.as_ref()).await;
    found.failure.map_or(Ok(found.models), Err)
}

/// Reads every list and writes down what came of it; `shown` says what of a model.
pub(crate) async fn list_table(
    kind: ServerKind,
    lists: Vec<(String, Endpoint)>,
    shown: fn(&ListedModel) -> String,
) -> String {
    let rows: BTreeMap<String, String> = stream::iter(lists)
        .map(|(name, endpoint)| async move {
            let row = match listed(kind, &endpoint).await {
                // It grows with the fake's table of scenarios.
                Ok(cards) if name == "redirect-same" => {
                    assert!(cards.len() > 100, "{cards:?}");
                    "the ordinary list".to_owned()
                }
                Ok(cards) => {
                    let first: Vec<_> = cards.iter().take(18).map(shown).collect();
                    let more = if cards.len() > first.len() { ", …" } else { "" };
                    format!("{}: {}{more}", cards.len(), first.join(", "))
                }
                Err(error) => {
                    let server = endpoint.base_url.socket_addrs(|| None).unwrap()[0];
                    let message = without_address(&error.message, server);
                    let action = without_address(&error.action, server);
                    format!("**{:?}**: {message} *{action}*", error.class)
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
    table
}

/// The names the fake offers in one of its tables.
pub(crate) async fn names(fake: &FakeProvider, of: &str) -> Vec<String> {
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

/// What comes of every troublesome list of models, as a table.
pub(crate) async fn list_rows(kind: ServerKind, fake: &FakeProvider) -> String {
    let lists = names(fake, "lists").await.into_iter();
    let lists = lists.map(|name| (name.clone(), endpoint(&fake.list_url(&name)))).collect();
    let shown = |card: &ListedModel| match card.facts.context_length {
        None => shortened(&card.name, 40),
        Some(tokens) => format!("{} ({})", card.name, tokens.value),
    };
    list_table(kind, lists, shown).await
}
