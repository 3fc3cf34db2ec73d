//! `GET …/v1beta/models`: the scenarios page by page, and the troublesome lists.

use axum::http::Uri;
use serde_json::{Value, json};

use super::{errors, scenarios};
use crate::{
    answer::Answer, exchange::Received, model_name::percent_decoded, models as shared,
    scenarios::model_names,
};

/// How many models a page has where the client does not say, and the most it may ask for.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 1_000;

/// A kind of list, chosen by the path `/gemini/lists/<name>/v1beta`.
struct Variant {
    name: &'static str,
    about: &'static str,
    list: fn(&Received) -> Answer,
}

const VARIANTS: &[Variant] = &[
    variant("empty", "No model at all, so not even the field.", |_| Answer::json(200, &json!({}))),
    variant("paginated", "2500 models, page by page.", |received| {
        let cards = (1..=2_500).map(|number| card(&format!("paged-{number:04}")));
        page(cards.collect(), &received.uri)
    }),
    variant("paginated-loop", "Every page says that there is another one.", |_| {
        Answer::json(200, &json!({"models": [card("plain")], "nextPageToken": "again"}))
    }),
    variant("duplicates", "The same model several times.", |_| {
        Answer::json(200, &json!({"models": [card("plain"), card("slow"), card("plain")]}))
    }),
    variant("weird", "Slashes, spaces, Unicode and other kinds of names.", |_| {
        let names = ["tunedModels/mine-1", "models/a b", "models/模型", "models/a/b", "bare"];
        let cards = names.map(|name| json!({"name": name}));
        Answer::json(200, &json!({"models": cards}))
    }),
    variant("rich", "A chat model, a thinking one, an embedder, a painter.", |_| {
        Answer::json(200, &json!({"models": rich_cards()}))
    }),
    variant("broken-cards", "Good cards among ones without name or of wrong types.", |_| {
        let cards =
            json!([card("plain"), {}, {"name": ""}, {"name": 7}, "bare", null, card("slow")]);
        Answer::json(200, &json!({"models": cards}))
    }),
    variant("wrong-types", "A card whose facts have the wrong types.", |_| {
        let odd = json!({
            "name": "models/odd",
            "inputTokenLimit": "many",
            "outputTokenLimit": -1,
            "thinking": "yes",
            "supportedGenerationMethods": "all",
        });
        Answer::json(200, &json!({"models": [odd]}))
    }),
    variant("no-list", "JSON without any of the expected keys.", |_| {
        Answer::json(200, &json!({"status": "ok"}))
    }),
    variant("wrong-key", "400, because the key is not valid.", |_| errors::wrong_key()),
    variant("403", "Forbidden.", |_| errors::typical(403)),
    variant("404", "No such path.", |_| errors::typical(404)),
    variant("429", "Too many requests, retry after a second.", |_| {
        errors::exhausted("Resource has been exhausted.", "ListModelsPerMinute", "1s")
    }),
];

/// Lists that know no protocol.
const SHARED: &[&str] = &[
    "502-html",
    "cut",
    "hangup",
    "html",
    "lmstudio",
    "not-json",
    "redirect",
    "silent",
    "slow-loris",
];

/// The names of all troublesome lists, and what they are about.
pub(crate) fn lists() -> impl Iterator<Item = (&'static str, &'static str)> {
    let shared = shared::VARIANTS.iter().filter(|list| SHARED.contains(&list.name));
    let own = VARIANTS.iter().map(|list| (list.name, list.about));
    own.chain(shared.map(|list| (list.name, list.about)))
}

/// The ordinary list: every scenario, an embedding model, and the extra names.
pub(super) fn all(extra: &[String], uri: &Uri) -> Answer {
    let mut cards: Vec<Value> = model_names(scenarios::ALL).map(card).collect();
    cards.extend(extra.iter().map(|name| card(name)));
    cards.push(embedder());
    page(cards, uri)
}

/// The troublesome list of that name, if there is one.
pub(super) fn troublesome(name: &str, received: &Received) -> Option<Answer> {
    if let Some(variant) = VARIANTS.iter().find(|variant| variant.name == name) {
        return Some((variant.list)(received));
    }
    SHARED.contains(&name).then(|| shared::troublesome(name, received)).flatten()
}

const fn variant(
    name: &'static str,
    about: &'static str,
    list: fn(&Received) -> Answer,
) -> Variant {
    Variant { name, about, list }
}

/// The token is where the next page starts.
fn page(cards: Vec<Value>, uri: &Uri) -> Answer {
    let number = |key: &str| query_value(uri, key).and_then(|value| value.parse::<usize>().ok());
    if query_value(uri, "pageToken").is_some() && number("pageToken").is_none() {
        return errors::refused("page_token is invalid.");
    }
    let start = number("pageToken").unwrap_or_default();
    let size = number("pageSize").filter(|size| *size > 0).unwrap_or(PAGE).min(LARGEST_PAGE);
    let total = cards.len();
    let page: Vec<Value> = cards.into_iter().skip(start).take(size).collect();
    let mut list = json!({"models": page});
    if start + size < total {
        list["nextPageToken"] = json!((start + size).to_string());
    }
    Answer::json(200, &list)
}

fn query_value(uri: &Uri, key: &str) -> Option<String> {
    shared::query_value(uri, key).map(percent_decoded)
}

fn card(name: &str) -> Value {
    json!({
        "name": format!("models/{name}"),
        "version": "001",
        "displayName": name,
        "description": "A scenario of the fake provider.",
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
        "temperature": 1,
        "topP": 0.95,
        "topK": 64,
        "maxTemperature": 2,
        "thinking": name.starts_with("reasoning") || name.starts_with("signed"),
    })
}

fn embedder() -> Value {
    json!({
        "name": "models/embed",
        "displayName": "Embedding",
        "inputTokenLimit": 2_048,
        "outputTokenLimit": 1,
        "supportedGenerationMethods": ["embedContent", "countTextTokens"],
    })
}

fn rich_cards() -> Vec<Value> {
    vec![
        json!({
            "name": "models/gemini-3-pro",
            "displayName": "Gemini 3 Pro",
            "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 65_536,
            "supportedGenerationMethods": ["generateContent", "batchGenerateContent"],
            "thinking": true,
        }),
        json!({
            "name": "models/gemma-3-27b-it",
            "displayName": "Gemma 3 27B",
            "inputTokenLimit": 131_072,
            "outputTokenLimit": 8_192,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        }),
        embedder(),
        json!({
            "name": "models/imagen-4",
            "displayName": "Imagen 4",
            "inputTokenLimit": 480,
            "outputTokenLimit": 8_192,
            "supportedGenerationMethods": ["predict"],
        }),
    ]
}
