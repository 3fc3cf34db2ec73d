//! The second round: what an identified server tells of its models elsewhere (protocols §5.4).

use futures::{StreamExt, future::join_all, stream};
use models::detection::{ListedModel, ServerKind};
use serde_json::{Value, json};
use url::Url;

use super::{
    evidence::build,
    facts,
    inquiry::{Answer, Inquiry, KeyHeader},
    questions::{Answers, Question, path_below},
};
use crate::ollama::shown::Shown;

/// Requests to one server at a time.
const AT_ONCE: usize = 16;

/// The second round with one server.
pub(super) struct Details<'a> {
    pub(super) inquiry: &'a Inquiry<'a>,
    pub(super) root: &'a Url,
    pub(super) answers: &'a Answers,
    /// How the key goes along where facts need it as lists do; not at all to a server that is only
    /// likely what it seems.
    pub(super) key: KeyHeader,
    /// What was asked in this round.
    pub(super) asked: Vec<Answer>,
    pub(super) warnings: Vec<String>,
    /// The server's version, where it told that only now.
    pub(super) version: Option<String>,
}

impl Details<'_> {
    /// Adds the facts this kind of server tells.
    pub(super) async fn add(&mut self, kind: ServerKind, models: &mut Vec<ListedModel>) {
        match kind {
            ServerKind::Ollama => self.ollama(models).await,
            ServerKind::LlamaCpp => self.llama_cpp(models).await,
            ServerKind::Sglang => {
                if let Some(info) = self.ask("model_info", self.key).await {
                    facts::sglang(models, &info);
                }
            }
            ServerKind::Tgi => {
                if let Some(info) = self.known(Question::Info) {
                    facts::tgi(models, &info);
                }
            }
            ServerKind::KoboldCpp => {
                if let Some(version) = self.known(Question::KoboldCpp) {
                    facts::kobold_cpp(models, &version);
                }
                let context = self.ask("api/extra/true_max_context_length", KeyHeader::None).await;
                if let Some(context) = context {
                    facts::kobold_cpp_context(models, &context);
                }
            }
            ServerKind::TextGenerationWebui => {
                if let Some(list) = self.ask("v1/internal/model/list", self.key).await {
                    facts::webui_list(models, &list);
                }
            }
            ServerKind::LocalAi => {
                if let Some(list) = self.ask("v1/models/capabilities", self.key).await {
                    facts::local_ai(models, &list);
                }
            }
            ServerKind::LiteLlm => {
                if let Some(list) = self.ask("model_group/info", self.key).await {
                    facts::lite_llm(models, &list);
                }
            }
            _ => {}
        }
    }

    /// What the first round learned.
    fn known(&self, question: Question) -> Option<Value> {
        self.answers.to(question)?.json()
    }

    async fn ask(&mut self, path: &str, key: KeyHeader) -> Option<Value> {
        let url = path_below(self.root, path);
        let room = self.inquiry.limits.model_list;
        let answer = self.inquiry.get(url, key, room, self.inquiry.deadline()).await;
        let json = answer.json();
        self.asked.push(answer);
        json
    }

    async fn ollama(&mut self, models: &mut [ListedModel]) {
        let deadline = self.inquiry.deadline();
        let most = self.inquiry.limits.detailed_models;
        if models.len() > most {
            self.warnings.push(format!(
                "Ollama was asked about the first {most} of its {} models only.",
                models.len()
            ));
        }
        let (inquiry, key) = (self.inquiry, self.key);
        let show = path_below(self.root, "api/show");
        let names: Vec<_> = models.iter().take(most).map(|model| model.name.clone()).collect();
        let shown = stream::iter(names)
            .map(|name| {
                let show = show.clone();
                async move { inquiry.post(show, key, &json!({"model": name}), deadline).await }
            })
            .buffered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        let unknown = shown.iter().filter(|answer| answer.json().is_none()).count();
        if unknown > 0 {
            self.warnings.push(format!("Ollama did not describe {unknown} of its models in time."));
        }
        for (model, answer) in models.iter_mut().zip(&shown) {
            if let Some(card) = answer.json() {
                model.facts = Shown::read(&card, &model.name).facts().or(&model.facts);
            }
        }
        // Questions about single models are many and alike: one stands for all.
        self.asked.extend(shown.into_iter().take(1));
    }

    async fn llama_cpp(&mut self, models: &mut [ListedModel]) {
        let mut props = self.known(Question::Props);
        if props.is_none() && self.inquiry.has_key() && self.key != KeyHeader::None {
            props = self.ask("props", self.key).await;
            self.version = props.as_ref().and_then(build);
        }
        let Some(props) = props else { return };
        if props["role"] != "router" {
            models.iter_mut().for_each(|model| facts::llama_cpp(model, &props));
            return;
        }
        let list = self.answers.lists.iter().find_map(|list| list.answer.json());
        let loaded = list.map(|list| facts::loaded_models(&list)).unwrap_or_default();
        let deadline = self.inquiry.deadline();
        let (inquiry, key, room) = (self.inquiry, self.key, self.inquiry.limits.probe_body);
        let asked = loaded.iter().take(self.inquiry.limits.detailed_models).map(|name| {
            let mut url = path_below(self.root, "props");
            // Without this, to ask about a model is to load it.
            url.query_pairs_mut().append_pair("model", name).append_pair("autoload", "false");
            inquiry.get(url, key, room, deadline)
        });
        let answers = join_all(asked).await;
        for (name, answer) in loaded.iter().zip(&answers) {
            let model = models.iter_mut().find(|model| model.name == *name);
            if let (Some(model), Some(props)) = (model, answer.json()) {
                facts::llama_cpp(model, &props);
            }
        }
        self.asked.extend(answers);
    }
}
