//! What the protocols share: from a checked request by its model name to the answer of a scenario.

use axum::http::HeaderMap;
use serde_json::Value;

use crate::{
    answer::Answer,
    anthropic,
    call::Call,
    chat,
    check::Broken,
    exchange::{Received, ServerState},
    gemini,
    model_name::{ModelName, Parameters},
    ollama, openai_responses,
    record::Recorder,
    scenarios::{self, Tables},
    step::Framing,
};

/// All of them, by the names under which their scenarios are listed.
pub(crate) const ALL: [(&str, &Protocol); 5] = [
    ("chat", &chat::PROTOCOL),
    ("openai_responses", &openai_responses::PROTOCOL),
    ("anthropic", &anthropic::PROTOCOL),
    ("gemini", &gemini::PROTOCOL),
    ("ollama", &ollama::PROTOCOL),
];

/// One protocol's side of the play.
pub(crate) struct Protocol {
    /// Checks a request for an answer.
    pub(crate) check: fn(&ServerState, &Received, &[u8]) -> Result<Asked, Broken>,
    /// Every answer it can give.
    pub(crate) tables: Tables,
    /// The field of the request that holds the conversation.
    pub(crate) conversation: &'static str,
    /// Writes a complete, faultless answer of this text.
    pub(crate) say: fn(&Call, &str) -> Answer,
    /// Makes of a scenario's answer what the client gets, such as one JSON answer where it wants no
    /// stream.
    pub(crate) render: fn(&Call, Answer) -> Answer,
    /// The answer for a model that does not exist.
    pub(crate) model_not_found: fn(&str) -> Answer,
    /// The loud answer to a request that broke a rule; keeps the violation.
    pub(crate) check_failed: fn(&Recorder, u64, &str, &str) -> Answer,
}

/// A request for an answer that has passed every check.
pub(crate) struct Asked {
    /// The model's whole name.
    pub(crate) model: String,
    pub(crate) wants_stream: bool,
    pub(crate) body: Value,
}

impl Asked {
    /// Of a body that says itself which model is asked, and whether it wants a stream.
    pub(crate) fn by(body: Value) -> Self {
        let model = body["model"].as_str().unwrap_or_default().to_owned();
        Self { model, wants_stream: body["stream"] == true, body }
    }
}

/// Answers a request as its model name says; a broken rule and a misspelt name are answered loudly.
/// Names that are no scenario but `is_plain` answer the plain one.
pub(crate) fn answer(
    protocol: &Protocol,
    state: &ServerState,
    received: &Received,
    body: &[u8],
    is_plain: impl FnOnce(&str) -> bool,
) -> Answer {
    let failed = |rule: &str, message: &str| {
        (protocol.check_failed)(&state.recorder, received.number, rule, message)
    };
    let asked = match (protocol.check)(state, received, body) {
        Ok(asked) => asked,
        Err(broken) => return failed(broken.rule, &broken.message),
    };
    let model = asked.model.as_str();
    if scenarios::find(protocol.tables, ModelName::scenario_of(model)).is_none() {
        if !is_plain(model) {
            return (protocol.model_not_found)(model);
        }
        let plain = ModelName { scenario: scenarios::FALLBACK.to_owned(), ..ModelName::default() };
        return play(protocol, &plain, &asked, &received.headers, 0);
    }
    match ModelName::parse(model) {
        Ok(name) => {
            let earlier = state.recorder.played_before(model);
            play(protocol, &name, &asked, &received.headers, earlier)
        }
        Err(error) => failed("model-name", &format!("model name {model:?}: {error}")),
    }
}

/// The scenario's answer; for a name that is none, the not-found error.
pub(crate) fn play(
    protocol: &Protocol,
    name: &ModelName,
    asked: &Asked,
    headers: &HeaderMap,
    earlier: u64,
) -> Answer {
    let parameters = &name.parameters;
    let Some((scenario, suffix)) = scenarios::find(protocol.tables, name.due(earlier)) else {
        return (protocol.model_not_found)(&name.scenario);
    };
    let call = Call { protocol, asked, headers, body: &asked.body, parameters, suffix, earlier };
    (protocol.render)(&call, paced((scenario.play)(&call), parameters))
}

fn paced(answer: Answer, parameters: &Parameters) -> Answer {
    let mut answer = answer.framed(|framing| framed(framing, parameters));
    answer.headers_after = parameters.milliseconds("headers").unwrap_or(answer.headers_after);
    answer.first_after = parameters.milliseconds("first").unwrap_or(answer.first_after);
    answer
}

fn framed(framing: &mut Framing, parameters: &Parameters) {
    if let Some(bytes) = parameters.number("chunk") {
        framing.bytes_per_write = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    framing.newline = match parameters.text("newline") {
        Some("crlf") => "\r\n",
        Some("cr") => "\r",
        Some("lf") => "\n",
        _ => framing.newline,
    };
}
