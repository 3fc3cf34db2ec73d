//! What the answers of a server prove, without a verdict yet.

use std::collections::HashMap;

use models::detection::ListedModel;
use serde_json::Value;
use url::Url;

use super::{
    inquiry::{Answer, KeyHeader},
    model_list::{Page, with},
    page::page_seen,
    questions::{Answers, List, Question},
};
use crate::{caller::below, card};

/// As many different paths with one and the same body are a server that says it to everything.
const SAME_FOR_ALL: usize = 3;

/// The marks that were found.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// The best list of models that could be read.
    pub(super) list: Option<ReadList>,
    /// Whether a list was refused for want of a key, and none was given.
    pub(super) wants_key: bool,
    /// vLLM's plain word for that.
    pub(super) says_unauthorized: bool,
    pub(super) anthropic_error: bool,
    pub(super) google_error: bool,
    pub(super) lm_studio_error: bool,
    pub(super) llama_cpp_header: bool,
    pub(super) litellm_header: bool,
    pub(super) ollama_words: bool,
    pub(super) ollama_version: Option<String>,
    pub(super) ollama_tags: bool,
    /// llama.cpp's build, possibly empty.
    pub(super) props: Option<String>,
    pub(super) lm_studio: bool,
    /// KoboldCpp's version.
    pub(super) kobold_cpp: Option<String>,
    /// The version of Text Generation Inference.
    pub(super) tgi: Option<String>,
    /// LocalAI's version.
    pub(super) local_ai: Option<String>,
    pub(super) webui: bool,
    /// LiteLLM's version.
    pub(super) litellm: Option<String>,
    /// What `/version` says, which several servers have.
    pub(super) version: Option<String>,
    pub(super) port: Option<u16>,
}

/// A list of models and what its cards have in common.
#[derive(Debug, Clone)]
pub(super) struct ReadList {
    pub(super) base: Url,
    pub(super) key: KeyHeader,
    pub(super) models: Vec<ListedModel>,
    pub(super) next: Option<Url>,
    pub(super) traits: Traits,
}

/// What the cards of a list say of their server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Traits {
    pub(super) cards: usize,
    /// Each owner of any model.
    pub(super) owners: Vec<String>,
    /// Whether some card tells `max_model_len`.
    pub(super) max_model_len: bool,
    /// Whether some card has llama-cpp-python's misspelt `permissions`.
    pub(super) permissions: bool,
    /// How many cards have an identifier and `object` and nothing else.
    pub(super) bare: usize,
    /// How many have OpenRouter's context and parameters.
    pub(super) open_router: usize,
    /// How many have Anthropic's type and display name.
    pub(super) anthropic: usize,
    /// How many are named as Google's are.
    pub(super) google: usize,
}

impl Evidence {
    /// Reads all answers. Never fails: what cannot be read proves nothing.
    pub(super) fn read(answers: &Answers, port: Option<u16>) -> Self {
        let liars = same_for_all(answers);
        let honest = |answer: &&Answer| {
            answer.body.as_ref().is_none_or(|body| !liars.contains(&body.as_slice()))
        };
        let json = |question| answers.to(question).filter(honest).and_then(Answer::json);
        let words = |question: Question, pointer: &str| {
            json(question).and_then(|json| text(&json, pointer))
        };
        let lists = answers.lists.iter().filter(|list| honest(&&list.answer));
        let lists: Vec<ReadList> = lists.filter_map(ReadList::read).collect();
        let errors: Vec<Value> = answers.lists.iter().filter_map(error_json).collect();
        let has_error = |check: fn(&Value) -> bool| errors.iter().any(check);
        Self {
            wants_key: lists.is_empty()
                && answers.lists.iter().any(|list| matches!(list.answer.status, Some(401 | 403))),
            list: best(lists),
            says_unauthorized: has_error(|error| error["error"] == "Unauthorized"),
            anthropic_error: has_error(|error| {
                error["type"] == "error" && error.pointer("/error/type").is_some()
            }),
            google_error: has_error(is_googles),
            lm_studio_error: answers.all().any(is_lm_studios_error),
            llama_cpp_header: answers.all().any(|answer| answer.llama_cpp),
            litellm_header: answers.all().any(|answer| answer.litellm),
            ollama_words: answers
                .to(Question::Root)
                .and_then(Answer::success)
                .is_some_and(|body| body.trim_ascii() == b"Ollama is running"),
            ollama_version: words(Question::OllamaVersion, "/version"),
            ollama_tags: json(Question::OllamaTags).is_some_and(|tags| is_ollamas(&tags)),
            props: json(Question::Props)
                .filter(is_llama_cpps)
                .map(|props| build(&props).unwrap_or_default()),
            lm_studio: json(Question::LmStudio).is_some_and(|list| is_lm_studios(&list))
                || json(Question::LmStudioOld).is_some_and(|list| is_old_lm_studios(&list)),
            kobold_cpp: json(Question::KoboldCpp)
                .filter(|json| json["result"] == "KoboldCpp")
                .map(|json| text(&json, "/version").unwrap_or_default()),
            tgi: json(Question::Info)
                .filter(|json| json["router"] == "text-generation-router")
                .map(|json| text(&json, "/version").unwrap_or_default()),
            local_ai: json(Question::LocalAi)
                .filter(|json| json["endpoints"].is_object())
                .and_then(|json| text(&json, "/version")),
            webui: json(Question::Webui)
                .is_some_and(|json| json["model_name"].is_string() && json["loader"].is_string()),
            litellm: words(Question::LiteLlm, "/litellm_version"),
            version: words(Question::Version, "/version"),
            port,
        }
    }
}

impl ReadList {
    fn read(list: &List) -> Option<Self> {
        let url = below(&list.base, &["models"]);
        let body = list.answer.success()?;
        let (page, traits) = match body.trim_ascii() {
            // Google leaves empty lists out.
            b"{}" if list.key == KeyHeader::Google => Default::default(),
            _ => read_page(body, &url)?,
        };
        // Cards without a name are some other list.
        let is_list = traits.cards == 0 || !page.models.is_empty();
        is_list.then(|| Self {
            base: list.base.clone(),
            key: list.key,
            models: page.models,
            next: page.next,
            traits,
        })
    }
}

/// Reads a page of a list in any protocol's shape.
pub(super) fn read_page(body: &[u8], url: &Url) -> Option<(Page, Traits)> {
    let mut traits = Traits::default();
    let mut page = page_seen(body, url, |card| traits.see(card))?;
    if traits.all(traits.anthropic) {
        page.next = page.next.and_then(|next| Some(with(url, "after_id", &last(&next)?)));
    } else if traits.all(traits.google) {
        let json: Value = serde_json::from_slice(body).ok()?;
        page.next = card::filled(&json, "nextPageToken").map(|token| with(url, "pageToken", token));
    }
    Some((page, traits))
}

/// The last model of a page, as OpenAI's way of paging has it.
fn last(next: &Url) -> Option<String> {
    next.query_pairs().find(|(name, _)| name == "after").map(|(_, value)| value.into_owned())
}

impl Traits {
    fn see(&mut self, card: &Value) {
        self.cards += 1;
        let Some(fields) = card.as_object() else { return };
        if let Some(owner) = card::filled(card, "owned_by")
            && !self.owners.iter().any(|known| known == owner)
        {
            self.owners.push(owner.to_owned());
        }
        let has = |field: &str| fields.contains_key(field);
        self.max_model_len |= card::tokens(card, "/max_model_len").is_some();
        self.permissions |= card["permissions"].is_array();
        self.bare += usize::from(fields.len() == 2 && has("id") && card["object"] == "model");
        self.open_router += usize::from(
            card::tokens(card, "/context_length").is_some()
                && card["supported_parameters"].is_array(),
        );
        self.anthropic += usize::from(
            card["type"] == "model" && card::filled(card, "display_name").is_some() && has("id"),
        );
        self.google +=
            usize::from(!has("id") && card::filled(card, "name").is_some_and(is_googles_name));
    }

    pub(super) fn owned_by(&self, owner: &str) -> bool {
        self.owners.iter().any(|known| known == owner)
    }

    /// Whether a mark is on every card, and there are cards at all.
    pub(super) fn all(&self, marked: usize) -> bool {
        self.cards > 0 && marked == self.cards
    }
}

/// The list with models before one without, else the better base.
fn best(lists: Vec<ReadList>) -> Option<ReadList> {
    let filled = lists.iter().position(|list| !list.models.is_empty()).unwrap_or_default();
    lists.into_iter().nth(filled)
}

/// The bodies that came as success from so many paths that they say nothing about any of them.
fn same_for_all(answers: &Answers) -> Vec<&[u8]> {
    let mut paths: HashMap<&[u8], Vec<&str>> = HashMap::new();
    for answer in answers.all() {
        if let Some(body) = answer.success() {
            let known = paths.entry(body).or_default();
            if !known.contains(&answer.path.as_str()) {
                known.push(&answer.path);
            }
        }
    }
    let told = |body: &[u8]| !matches!(body, br#"{"models":[]}"# | br#"{"data":[]}"#);
    paths
        .into_iter()
        .filter(|(body, paths)| paths.len() >= SAME_FOR_ALL && told(body))
        .map(|(body, _)| body)
        .collect()
}

fn error_json(list: &List) -> Option<Value> {
    if list.answer.is_success() {
        return None;
    }
    serde_json::from_slice(list.answer.body.as_deref()?).ok()
}

/// Google's own models, and those a customer has trained further.
fn is_googles_name(name: &str) -> bool {
    name.starts_with("models/") || name.starts_with("tunedModels/")
}

fn is_googles(error: &Value) -> bool {
    let error = error.get(0).unwrap_or(error);
    let status = error.pointer("/error/status").and_then(Value::as_str).unwrap_or_default();
    error.pointer("/error/code").is_some_and(Value::is_u64)
        && ["PERMISSION_DENIED", "UNAUTHENTICATED", "INVALID_ARGUMENT"].contains(&status)
}

fn is_lm_studios_error(answer: &Answer) -> bool {
    answer
        .json()
        .and_then(|json| text(&json, "/error"))
        .is_some_and(|error| error.starts_with("Unexpected endpoint or method"))
}

fn is_ollamas(tags: &Value) -> bool {
    let has_name = |model: &Value| card::filled(model, "name").is_some();
    tags["models"].is_null() && tags.as_object().is_some_and(|tags| tags.contains_key("models"))
        || tags["models"].as_array().is_some_and(|models| models.iter().all(has_name))
}

fn is_llama_cpps(props: &Value) -> bool {
    props["default_generation_settings"].is_object()
}

/// llama.cpp's build, which is its version.
pub(super) fn build(props: &Value) -> Option<String> {
    text(props, "/build_info")
}

fn is_lm_studios(list: &Value) -> bool {
    list["models"].as_array().is_some_and(|models| {
        let marked =
            |model: &Value| model["key"].is_string() && model["loaded_instances"].is_array();
        !models.is_empty() && models.iter().all(marked)
    })
}

fn is_old_lm_studios(list: &Value) -> bool {
    list["data"].as_array().is_some_and(|models| {
        let marked = |model: &Value| {
            card::filled(model, "id").is_some()
                && (model["compatibility_type"].is_string() || model["state"].is_string())
        };
        !models.is_empty() && models.iter().all(marked)
    })
}

/// A short text, as versions are.
fn text(json: &Value, pointer: &str) -> Option<String> {
    let text = json.pointer(pointer)?.as_str()?.trim();
    let clean = text.chars().take(80).filter(|c| !c.is_control());
    (!text.is_empty()).then(|| clean.collect())
}
