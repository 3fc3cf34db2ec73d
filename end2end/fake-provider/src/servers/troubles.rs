//! Addresses with something else behind them, servers in trouble, and liars.

use std::{iter, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Kind, LISTS, Visit, card, fastapi_not_found, kind, list, local, ok, text};
use crate::{answer::Answer, control, errors, models, step::Step};

pub(super) const KINDS: &[Kind] = &[
    kind("html-200", "A web page at every path.", LISTS, |_| {
        Answer::html(200, "<!doctype html><title>Router</title><h1>Welcome</h1>")
    }),
    kind("lm-studio-200-error", "LM Studio below a path that it does not have.", LISTS, |visit| {
        local::lm_studio_anything(visit, visit.path)
    }),
    kind("missing-key", "401 to everything without the key.", LISTS, with_key),
    kind("echoed-key", "401 that repeats the key.", LISTS, echoed_key),
    kind("empty-data", "A list without models.", LISTS, |visit| listed(visit, json!([]))),
    kind("empty-ollama", "Ollama without models.", LISTS, empty_ollama),
    kind("empty-lm-studio", "LM Studio without models.", LISTS, empty_lm_studio),
    kind("slow-loris", "A list that comes byte by byte.", LISTS, |visit| {
        named(visit, "slow-loris")
    }),
    kind("silent", "Takes requests and never answers.", LISTS, |_| Answer::silence()),
    kind("stalls", "Sends headers and no body.", LISTS, |_| {
        ok(json!({"data": []})).body_never_comes()
    }),
    kind("hangup", "Closes the connection without an answer.", LISTS, |_| Answer::hangup()),
    kind("redirect", "Redirects to another host, where no key may come.", LISTS, redirect),
    kind("redirect-same", "Redirects to vLLM on the same host.", LISTS, redirect_same),
    kind("models-10000", "Ten thousand models.", LISTS, |visit| named(visit, "10000")),
    kind("duplicates", "The same models several times.", LISTS, |visit| named(visit, "duplicates")),
    kind("weird", "Slashes, colons, spaces, quotes, Unicode in the ids.", LISTS, |visit| {
        named(visit, "weird")
    }),
    kind("broken-cards", "Good cards among broken ones.", LISTS, |visit| {
        named(visit, "broken-cards")
    }),
    kind("not-json", "Says that it is JSON and is not.", LISTS, |visit| named(visit, "not-json")),
    kind("cut", "Breaks the list off.", LISTS, |visit| named(visit, "cut")),
    kind("endless", "A list that never ends.", LISTS, |visit| named(visit, "endless")),
    kind("host-header", "Refuses the host name with 400.", LISTS, |_| {
        Answer::json(400, &json!({"detail": "Invalid host header"}))
    }),
    kind("host-header-403", "Refuses the host name with 403.", LISTS, |_| {
        text(403, "Host not allowed")
    }),
    kind("region", "Serves no one from this country.", LISTS, |_| {
        let message = "Country, region, or territory not supported";
        let code = "unsupported_country_region_territory";
        Answer::json(403, &json!({"error": {"message": message, "code": code}}))
    }),
    kind("plain-text", "Plain text at every path.", LISTS, |_| text(200, "It works!")),
    kind("rate-limited", "Too many requests.", LISTS, |_| {
        errors::typical(429).header("retry-after", "7")
    }),
    kind("not-found", "404 to everything.", LISTS, |_| fastapi_not_found()),
    kind("broken", "500 to everything.", LISTS, |_| errors::typical(500)),
    kind("bad-gateway", "A proxy whose server is gone.", LISTS, |_| errors::proxy_page(502)),
    kind("wants-https", "Speaks https, and says so in plain http.", LISTS, |_| {
        text(400, "Client sent an HTTP request to an HTTPS server.\n")
    }),
    kind("prefixed", "vLLM below `/llm/proxy` only.", PREFIXED_LISTS, prefixed),
    kind("no-v1", "OpenAI's protocol without `/v1`.", LISTS, no_v1),
    kind("ok-to-all", "Says that all is well, at every path.", LISTS, |_| {
        ok(json!({"status": "ok", "version": "1.0"}))
    }),
    kind("echo", "One JSON body with every server's marks, at every path.", LISTS, |_| echo()),
    kind("garbage-around", "A good list, and rubbish at every other path.", LISTS, garbage_around),
    kind("huge-around", "A good list, and endless bodies at every other path.", LISTS, huge_around),
    kind("slow-around", "A good list, and silence at every other path.", LISTS, |visit| {
        if visit.path == "/v1/models" { good(visit) } else { Answer::silence() }
    }),
];

const PREFIXED_LISTS: &[&str] =
    &["/v1/models", "/models", "/llm/proxy/v1/models", "/llm/proxy/models"];

fn listed(visit: &Visit<'_>, cards: Value) -> Answer {
    match visit.path {
        "/v1/models" => list(cards),
        path => super::openai_not_found(path),
    }
}

/// One of the troublesome lists that adapters are tested with.
fn named(visit: &Visit<'_>, variant: &str) -> Answer {
    match visit.path {
        "/v1/models" => {
            models::troublesome(variant, visit.received).unwrap_or_else(|| errors::typical(500))
        }
        path => super::openai_not_found(path),
    }
}

fn good(visit: &Visit<'_>) -> Answer {
    listed(visit, json!([card("good", "vllm")]))
}

fn with_key(visit: &Visit<'_>) -> Answer {
    if visit.has_bearer() {
        listed(visit, json!([card("good", "me")]))
    } else {
        errors::unauthorized()
    }
}

fn echoed_key(visit: &Visit<'_>) -> Answer {
    let sent = visit.received.headers.get("authorization");
    let sent = sent.and_then(|key| key.to_str().ok()).unwrap_or_default();
    let message = format!("Incorrect API key provided: {sent}.");
    Answer::json(401, &errors::object(&message, "invalid_request_error", json!(sent)))
}

fn empty_ollama(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/" => text(200, "Ollama is running"),
        "/api/version" => ok(json!({"version": "0.33.0"})),
        "/api/tags" | "/api/ps" => ok(json!({"models": []})),
        "/v1/models" => ok(json!({"object": "list", "data": null})),
        _ => text(404, "404 page not found"),
    }
}

fn empty_lm_studio(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/api/v1/models" => ok(json!({"models": []})),
        "/api/v0/models" | "/v1/models" => list(json!([])),
        path => local::lm_studio_anything(visit, path),
    }
}

fn redirect(visit: &Visit<'_>) -> Answer {
    let elsewhere = control::trap_elsewhere(&visit.received.headers);
    Answer::whole(302, "text/plain", "elsewhere").header("location", &elsewhere)
}

fn redirect_same(visit: &Visit<'_>) -> Answer {
    let there = format!("/servers/vllm{}", visit.path);
    Answer::whole(308, "text/plain", "moved").header("location", &there)
}

fn prefixed(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/llm/proxy/v1/models" => list(json!([card("good", "vllm")])),
        "/llm/proxy/version" => ok(json!({"version": "0.11.2"})),
        _ => fastapi_not_found(),
    }
}

fn no_v1(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/models" => list(json!([card("good", "somebody")])),
        path => super::openai_not_found(path),
    }
}

fn echo() -> Answer {
    ok(json!({
        "result": "KoboldCpp",
        "router": "text-generation-router",
        "litellm_version": "1",
        "version": "1",
        "endpoints": {},
        "default_generation_settings": {},
        "model_name": "x",
        "loader": "y",
        "models": [{"key": "k", "loaded_instances": [], "name": "models/x"}],
    }))
}

fn garbage_around(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/v1/models" => good(visit),
        "/props" => text(200, "\u{0}\u{1}\u{2}"),
        "/api/version" => ok(json!([["version"]])),
        "/api/v1/models" => Answer::whole(200, "application/json", "{\"models\":[{"),
        "/info" => ok(json!({"router": {"text-generation-router": 1}})),
        "/api/extra/version" => ok(json!({"result": ["KoboldCpp"]})),
        "/version" => ok(json!({"version": {"major": 1}})),
        "/" => Answer::hangup(),
        _ => Answer::whole(200, "application/json", "[".repeat(100_000)),
    }
}

fn huge_around(visit: &Visit<'_>) -> Answer {
    if visit.path == "/v1/models" {
        return good(visit);
    }
    let filler = Bytes::from("{\"version\":\"x\",\"more\":[".repeat(500));
    let steps = iter::repeat(filler).map(Step::Bytes);
    Answer::steps("application/json", steps).first_after(Duration::from_millis(5))
}
