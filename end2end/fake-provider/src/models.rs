//! `GET /v1/models`: the list of scenarios, and the troublesome lists.

use std::{iter, time::Duration};

use axum::http::Uri;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    answer::Answer, control, embeddings, errors, exchange::Received, scenarios, step::Step,
};

/// A kind of list, chosen by the path `/lists/<name>/v1`.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    list: fn(&Received) -> Answer,
}

pub(crate) const VARIANTS: &[Variant] = &[
    variant("empty", "No model at all.", |_| list(iter::empty::<&str>())),
    variant("one", "A single model called `plain`.", |_| list(["plain"])),
    variant("10000", "Ten thousand models.", |_| {
        list((1..=10_000).map(|number| format!("vendor/model-{number:05}")))
    }),
    variant("paginated", "250 models, 100 to a page.", |received| page(&received.uri)),
    variant("paginated-loop", "Every page says that there is another one.", looping_page),
    variant("duplicates", "The same models several times.", |_| {
        list(["plain", "slow", "plain", "plain", "slow"])
    }),
    variant("weird", "Slashes, colons, spaces, quotes, Unicode in the ids.", |_| {
        list(WEIRD_IDS.iter().copied())
    }),
    variant("rich", "Cards with the extra fields of many servers.", |_| cards(&rich_cards())),
    variant("broken-cards", "Good cards among ones without id or of wrong types.", |_| {
        cards(&[
            card("plain"),
            json!({"object": "model"}),
            json!({"id": ""}),
            json!({"id": null}),
            json!({"id": 7}),
            json!("bare-string"),
            card("slow"),
        ])
    }),
    variant("bare-array", "The array without its envelope.", |_| {
        Answer::json(200, &json!([card("plain"), card("slow")]))
    }),
    variant("null-data", "`data` is null.", |_| Answer::json(200, &json!({"data": null}))),
    variant("no-data", "JSON without any of the expected keys.", |_| {
        Answer::json(200, &json!({"status": "ok"}))
    }),
    variant("401", "A key is wanted, whatever was sent.", |_| errors::unauthorized()),
    variant("403", "Forbidden.", |_| errors::typical(403)),
    variant("404", "No such path.", |_| errors::typical(404)),
    variant("429", "Too many requests, retry after a second.", |_| {
        errors::typical(429).header("retry-after", "1")
    }),
    variant("500", "The server is broken.", |_| errors::typical(500)),
    variant("503-loading", "The model is still loading.", |_| {
        Answer::json(503, &scenarios::loading())
    }),
    variant("502-html", "A proxy's error page.", |_| errors::proxy_page(502)),
    variant("html", "200 and a web page.", |_| {
        Answer::html(200, "<!doctype html><title>Router</title><h1>Welcome</h1>")
    }),
    variant("not-json", "200 and something that only claims to be JSON.", |_| {
        Answer::whole(200, "application/json", "{\"object\": \"list\", \"data\": [oops")
    }),
    variant("lmstudio", "200 and an error, as LM Studio for a wrong path.", |_| {
        Answer::json(200, &json!({"error": "Unexpected endpoint or method. (GET /models)"}))
    }),
    variant("redirect", "302 to another host name, where no key may arrive.", |received| {
        let elsewhere = control::trap_elsewhere(&received.headers);
        Answer::whole(302, "text/plain", "elsewhere").header("location", &elsewhere)
    }),
    variant("redirect-same", "308 to the ordinary list on the same host.", |_| {
        Answer::whole(308, "text/plain", "moved").header("location", "/v1/models")
    }),
    variant("slow-loris", "A good list, one byte every 200 ms.", |_| {
        let bytes =
            card_list(&[card("plain"), card("slow"), card("long-5")]).to_string().into_bytes();
        let steps = bytes.into_iter().flat_map(|byte| {
            [Step::Wait(Duration::from_millis(200)), Step::Bytes(Bytes::copy_from_slice(&[byte]))]
        });
        Answer::steps("application/json", steps)
    }),
    variant("silent", "Never answers.", |_| Answer::silence()),
    variant("hangup", "Closes the connection without an answer.", |_| Answer::hangup()),
    variant("cut", "Closes the connection in the middle of the list.", |_| {
        let half = Step::Bytes(Bytes::from_static(b"{\"object\":\"list\",\"data\":[{\"id\":\"pl"));
        Answer::steps("application/json", [half, Step::Cut].into_iter())
    }),
    variant("endless", "A list that never ends.", |_| {
        let opening = Bytes::from_static(b"{\"object\":\"list\",\"data\":[");
        let filler = Bytes::from("{\"id\":\"again\"},".repeat(1_000));
        let steps = iter::once(opening).chain(iter::repeat(filler)).map(Step::Bytes);
        Answer::steps("application/json", steps)
    }),
];

const WEIRD_IDS: &[&str] = &[
    "meta-llama/Llama-3.1-8B-Instruct",
    "llama3.2:3b-instruct-q4_K_M",
    "my model with spaces",
    " space around ",
    "模型/通义千问-7b",
    "emoji-🦙",
    "models/one?two=three&four#five",
    "percent%2Fencoded%20",
    "../../etc/passwd",
    "C:\\models\\tiny.gguf",
    "quote\"and'apostrophe",
    "<b>bold</b><script>window.hostile='model'</script>",
    "right-\u{202e}to-left",
    "line\nbreak",
    "nul\u{0}character",
    "UPPER/lower",
    "upper/LOWER",
    LONG_ID,
];

const LONG_ID: &str = "a-very-long-model-id-that-goes-on-and-on-a-very-long-model-id-that-goes-on-\
and-on-a-very-long-model-id-that-goes-on-and-on-a-very-long-model-id-that-goes-on-and-on-a-very-\
long-model-id-that-goes-on-and-on-a-very-long-model-id-that-goes-on-and-on-the-end";

/// The ordinary list: every scenario, every embedding model, and the extra names.
pub(crate) fn all(extra: &[String]) -> Answer {
    let embedding_models = embeddings::MODELS.iter().map(|(name, _)| *name);
    let mut names: Vec<&str> =
        scenarios::model_names(scenarios::TABLES).chain(embedding_models).collect();
    names.extend(extra.iter().map(String::as_str));
    list(names)
}

/// The troublesome list of that name, if there is one.
pub(crate) fn troublesome(name: &str, received: &Received) -> Option<Answer> {
    let variant = VARIANTS.iter().find(|variant| variant.name == name)?;
    Some((variant.list)(received))
}

const fn variant(
    name: &'static str,
    about: &'static str,
    list: fn(&Received) -> Answer,
) -> Variant {
    Variant { name, about, list }
}

fn card(id: &str) -> Value {
    json!({"id": id, "object": "model", "created": 1_700_000_000, "owned_by": "fake-provider"})
}

fn card_list(cards: &[Value]) -> Value {
    json!({"object": "list", "data": cards})
}

fn cards(cards: &[Value]) -> Answer {
    Answer::json(200, &card_list(cards))
}

fn list(ids: impl IntoIterator<Item: AsRef<str>>) -> Answer {
    let cards_of_ids: Vec<Value> = ids.into_iter().map(|id| card(id.as_ref())).collect();
    cards(&cards_of_ids)
}

/// Pages in both spellings: `has_more` with `last_id`, and `links.next`.
fn page(uri: &Uri) -> Answer {
    let after = query_value(uri, "after").or_else(|| query_value(uri, "after_id"));
    let start = after
        .and_then(|id| id.rsplit('-').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    let end = (start + 100).min(250);
    let id = |number: u32| format!("paged-{number:03}");
    let page: Vec<Value> = (start + 1..=end).map(|number| card(&id(number))).collect();
    let mut list = card_list(&page);
    list["has_more"] = json!(end < 250);
    list["last_id"] = json!(id(end));
    if end < 250 {
        let next = format!("{}?after={}", uri.path(), id(end));
        list["links"] = json!({"next": next});
    }
    Answer::json(200, &list)
}

fn looping_page(received: &Received) -> Answer {
    let mut list = card_list(&[card("plain")]);
    list["has_more"] = json!(true);
    list["last_id"] = json!("plain");
    list["links"] = json!({"next": received.uri.path()});
    Answer::json(200, &list)
}

pub(crate) fn query_value<'a>(uri: &'a Uri, key: &str) -> Option<&'a str> {
    let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn rich_cards() -> Vec<Value> {
    let with = |id: &str, extra: Value| {
        let mut card = card(id);
        if let (Some(card), Value::Object(extra)) = (card.as_object_mut(), extra) {
            card.extend(extra);
        }
        card
    };
    vec![
        with("vllm-style", json!({"owned_by": "vllm", "max_model_len": 32_768, "root": "x"})),
        with("llamacpp-style", json!({"owned_by": "llamacpp", "meta": {"n_ctx_train": 8_192}})),
        with(
            "openrouter-style",
            json!({
                "context_length": 131_072,
                "architecture": {"input_modalities": ["text", "image"]},
                "supported_parameters": ["tools", "reasoning"],
            }),
        ),
        with("groq-style", json!({"context_window": 131_072, "active": true})),
        with(
            "mistral-style",
            json!({
                "max_context_length": 32_000,
                "capabilities": {"completion_chat": true, "function_calling": true, "vision": false},
            }),
        ),
        with("wrong-types", json!({"max_model_len": "many", "context_length": -1, "created": "x"})),
    ]
}
