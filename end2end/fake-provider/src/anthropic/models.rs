//! `GET /anthropic/v1/models`: the scenarios, page by page.

use serde_json::{Value, json};

use super::{PREFIX, check, errors, scenarios, with_id};
use crate::{
    answer::Answer,
    exchange::{Received, ServerState},
    model_name::{ModelName, percent_decoded},
    models::query_value,
    scenarios::{find, model_names},
};

/// Page size without `limit`.
const USUAL_PAGE: usize = 20;
/// The most anyone may ask for.
const MOST_ASKED: usize = 1_000;
/// The most anyone gets, so that every client has to turn pages.
const MOST_GIVEN: usize = 50;

/// One page of the list; a request without the right headers breaks a rule.
pub(crate) fn list(state: &ServerState, received: &Received) -> Answer {
    let answer = match check::headers(&received.headers, state.wants_key()) {
        Ok(()) => page(received, &names(state)),
        Err(broken) => {
            let message = format!("GET {PREFIX}/v1/models: {}", broken.message);
            errors::check_failed(&state.recorder, received.number, broken.rule, &message)
        }
    };
    with_id(received, answer)
}

fn names(state: &ServerState) -> Vec<&str> {
    let extra = state.extra_models.iter().map(String::as_str);
    let extra = extra.filter(|name| find(scenarios::ALL, ModelName::scenario_of(name)).is_some());
    let mut names: Vec<&str> = model_names(scenarios::ALL).collect();
    names.extend(extra);
    names
}

fn page(received: &Received, names: &[&str]) -> Answer {
    let uri = &received.uri;
    let limit = match query_value(uri, "limit").map(str::parse) {
        None => USUAL_PAGE,
        Some(Ok(limit)) if (1..=MOST_ASKED).contains(&limit) => limit.min(MOST_GIVEN),
        Some(_) => return errors::invalid("limit: Input should be from 1 to 1000"),
    };
    let position = |key| {
        let id = percent_decoded(query_value(uri, key)?);
        Some(names.iter().position(|name| *name == id).ok_or(id))
    };
    let range = match (position("after_id"), position("before_id")) {
        (None, None) => 0..names.len().min(limit),
        (Some(Ok(after)), None) => after + 1..names.len().min(after + 1 + limit),
        (None, Some(Ok(before))) => before.saturating_sub(limit)..before,
        (Some(_), Some(_)) => return errors::invalid("after_id and before_id exclude each other"),
        (Some(Err(id)), None) | (None, Some(Err(id))) => {
            return errors::invalid(&format!("there is no model {id:?} to begin at"));
        }
    };
    let has_more = if query_value(uri, "before_id").is_some() {
        range.start > 0
    } else {
        range.end < names.len()
    };
    let shown = &names[range];
    Answer::json(
        200,
        &json!({
            "data": shown.iter().map(|name| card(name)).collect::<Vec<_>>(),
            "has_more": has_more,
            "first_id": shown.first(),
            "last_id": shown.last(),
        }),
    )
}

fn card(id: &str) -> Value {
    let thinks = id.starts_with("reasoning");
    json!({
        "type": "model",
        "id": id,
        "display_name": format!("Fake {id}"),
        "created_at": "2026-01-01T00:00:00Z",
        "max_input_tokens": 200_000,
        "max_tokens": 64_000,
        "capabilities": {
            "image_input": {"supported": id != "reject-images"},
            "pdf_input": {"supported": false},
            "thinking": {"supported": thinks, "types": {"enabled": {"supported": thinks}}},
            "structured_outputs": {"supported": true},
        },
    })
}
