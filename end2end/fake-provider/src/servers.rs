//! Model servers of every kind to detect, each below `/servers/<name>` (protocols §1.7, §5).

mod hosted;
mod imitators;
mod llama_cpp;
mod local;
mod troubles;

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    errors,
    exchange::{Received, SentKey, ServerState},
};

/// One kind of server.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// The paths that may be asked with the key; on any other it has gone astray.
    keyed: &'static [&'static str],
    answer: fn(&Visit<'_>) -> Answer,
}

/// A request to one of the servers.
pub(crate) struct Visit<'a> {
    /// The path below the server's root, with a leading slash and without the query.
    pub(crate) path: &'a str,
    pub(crate) received: &'a Received,
    pub(crate) key: SentKey,
    state: &'a ServerState,
}

/// Where servers that speak OpenAI's protocol list their models.
const LISTS: &[&str] = &["/v1/models", "/models"];

const fn kind(
    name: &'static str,
    about: &'static str,
    keyed: &'static [&'static str],
    answer: fn(&Visit<'_>) -> Answer,
) -> Kind {
    Kind { name, about, keyed, answer }
}

/// All kinds.
pub(crate) fn all() -> impl Iterator<Item = &'static Kind> {
    [local::KINDS, llama_cpp::KINDS, imitators::KINDS, hosted::KINDS, troubles::KINDS]
        .into_iter()
        .flatten()
}

/// Answers as the server of that name would; nothing if there is none. A name may end in `~` and
/// the milliseconds each of its answers takes.
pub(crate) fn answer(
    state: &ServerState,
    name: &str,
    path: &str,
    received: &Received,
) -> Option<Answer> {
    let (name, delay) = match name.split_once('~') {
        Some((name, delay)) => (name, delay.parse().ok()?),
        None => (name, 0),
    };
    let kind = all().find(|kind| kind.name == name)?;
    let visit = Visit { path, received, key: state.sent_key(&received.headers), state };
    if visit.key != SentKey::None && !kind.keyed.contains(&path) {
        visit.violation("key-astray", &format!("{path} of {name} was asked with the key"));
    }
    let answer = (kind.answer)(&visit);
    Some(if delay == 0 { answer } else { answer.headers_after(Duration::from_millis(delay)) })
}

impl Visit<'_> {
    /// Whether the right key came under the header of this name.
    fn has_key_in(&self, header: &str) -> bool {
        self.key == SentKey::Right && self.received.headers.contains_key(header)
    }

    /// The same for `Authorization: Bearer`.
    fn has_bearer(&self) -> bool {
        self.has_key_in("authorization")
    }

    fn query(&self, name: &str) -> Option<&str> {
        let pairs = self.received.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(self.received.body.as_deref().unwrap_or_default())
            .unwrap_or_default()
    }

    fn violation(&self, rule: &str, message: &str) {
        self.state.recorder.violation(self.received.number, rule, message);
    }
}

fn ok(body: Value) -> Answer {
    Answer::json(200, &body)
}

fn list(cards: Value) -> Answer {
    ok(json!({"object": "list", "data": cards}))
}

/// A card with the four fields OpenAI gives it.
fn card(id: &str, owner: &str) -> Value {
    json!({"id": id, "object": "model", "created": 1_750_000_000, "owned_by": owner})
}

/// How FastAPI, on which most Python servers stand, answers an unknown path.
fn fastapi_not_found() -> Answer {
    Answer::json(404, &json!({"detail": "Not Found"})).header("server", "uvicorn")
}

fn openai_not_found(path: &str) -> Answer {
    let message = format!("Unknown request URL: GET {path}. Please check the URL for typos.");
    Answer::json(404, &errors::object(&message, "invalid_request_error", json!("unknown_url")))
}

fn text(status: u16, words: &str) -> Answer {
    Answer::whole(status, "text/plain; charset=utf-8", words.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_say_what_they_are() {
        let mut names = HashSet::new();
        for kind in all() {
            assert!(names.insert(kind.name), "{}", kind.name);
            assert!(kind.about.ends_with('.'), "{}", kind.name);
        }
        assert!(names.len() > 40);
    }
}
