//! Draws the conclusions about one server that was asked: models, facts, failure.

use std::collections::HashSet;

use ::models::{
    detection::{Authentication, Confidence, Detection, DetectionFailure, ListedModel, ServerKind},
    provider::ProviderKind,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::{
    address::Address,
    decide::Verdict,
    details::Details,
    evidence::{Evidence, ReadList, read_page},
    facts, failures,
    inquiry::{Answer, Inquiry, KeyHeader},
    key_header,
    model_list::{self, MOST_PAGES},
    plain,
    questions::{Answers, Question},
};
use crate::error::hide_key;

/// One server, asked and understood.
pub(super) struct Case<'a> {
    pub(super) inquiry: &'a Inquiry<'a>,
    pub(super) address: &'a Address,
    pub(super) answers: Answers,
    pub(super) evidence: Evidence,
    pub(super) verdict: Option<Verdict>,
}

impl Case<'_> {
    /// What is found: the models with their facts, or what hinders.
    pub(super) async fn conclude(mut self) -> Detection {
        let kind = self.verdict.map(|verdict| verdict.kind);
        let mut warnings = Vec::new();
        let mut listed = self.listed(kind);
        if let (Some(models), Some(list)) = (&mut listed, self.evidence.list.take()) {
            if !matches!(kind, Some(ServerKind::Ollama | ServerKind::LmStudio)) {
                self.more_pages(&list, models, &mut warnings).await;
            }
            self.evidence.list = Some(list);
        }
        let mut version = kind.and_then(|kind| self.version(kind));
        let mut probes: Vec<_> = self.answers.all().map(Answer::to_probe).collect();
        let mut models = once_each(listed.clone().unwrap_or_default());
        if let (Some(kind), Some(_)) = (kind, &listed) {
            let mut details = Details {
                inquiry: self.inquiry,
                root: &self.address.root,
                answers: &self.answers,
                key: self.key_for_details(),
                asked: Vec::new(),
                warnings: Vec::new(),
                version: None,
            };
            details.add(kind, &mut models).await;
            probes.extend(details.asked.iter().map(Answer::to_probe));
            warnings.extend(details.warnings);
            version = version.or(details.version);
        }
        let its_own = self.verdict.is_some_and(|x| x.confidence == Confidence::Certain);
        facts::complete(kind.unwrap_or(ServerKind::OpenAiCompatible), its_own, &mut models);
        warnings.extend(self.warnings(kind, listed.as_ref().map(Vec::len), models.len()));
        let failure = self.failure(kind, listed.is_some(), models.is_empty());
        let base_url = self.base_url(kind);
        let mut detection = Detection {
            server: kind,
            confidence: self.verdict.map_or(Confidence::Likely, |verdict| verdict.confidence),
            kind: kind.map_or(ProviderKind::OpenaiChat, ServerKind::protocol),
            base_url: plain(&base_url),
            version,
            latency_ms: probes
                .iter()
                .filter(|probe| probe.status.is_some())
                .map(|probe| probe.milliseconds)
                .min(),
            authentication: self.authentication(kind, listed.is_some()),
            models,
            warnings,
            failure,
            probes,
        };
        if let Some(key) = &self.inquiry.server.key {
            take_out(&mut detection, key);
        }
        detection
    }

    /// The models, from the list that tells most of them; nothing if there is no list.
    fn listed(&self, kind: Option<ServerKind>) -> Option<Vec<ListedModel>> {
        let json = |question| self.answers.to(question).and_then(Answer::json);
        let own = match kind {
            Some(ServerKind::Ollama) => {
                json(Question::OllamaTags).map(|tags| facts::ollama_tags(&tags))
            }
            Some(ServerKind::LmStudio) => json(Question::LmStudio)
                .and_then(|list| facts::lm_studio(&list))
                .or_else(|| json(Question::LmStudioOld).and_then(|x| facts::lm_studio_old(&x))),
            _ => None,
        };
        own.or_else(|| self.evidence.list.as_ref().map(|list| list.models.clone()))
            .or_else(|| (kind == Some(ServerKind::Tgi)).then(Vec::new))
    }

    async fn more_pages(
        &self,
        first: &ReadList,
        models: &mut Vec<ListedModel>,
        warnings: &mut Vec<String>,
    ) {
        let deadline = Instant::now() + self.inquiry.limits.pages;
        let mut seen: HashSet<String> = models.iter().map(|model| model.name.clone()).collect();
        let mut next = first.next.clone();
        let mut room = self.inquiry.limits.model_list;
        for _ in 1..MOST_PAGES {
            let Some(url) = next.take() else { return };
            let ask = self.inquiry.get(url.clone(), first.key, room, deadline);
            let body = timeout_at(deadline, ask).await.ok().and_then(|answer| answer.body);
            let page = body.as_ref().and_then(|body| read_page(body, &url));
            let (Some(body), Some((page, _))) = (body, page) else { break };
            room = room.saturating_sub(body.len());
            let is_new = model_list::add(models, &mut seen, page.models);
            next = page.next.filter(|_| is_new);
            if next.is_none() {
                return;
            }
        }
        warnings.push("The list of models is longer than what could be read of it.".to_owned());
    }

    fn key_for_details(&self) -> KeyHeader {
        match self.verdict {
            Some(Verdict { kind, confidence: Confidence::Certain }) => key_header(kind),
            _ => KeyHeader::None,
        }
    }

    fn failure(
        &self,
        kind: Option<ServerKind>,
        has_list: bool,
        is_empty: bool,
    ) -> Option<DetectionFailure> {
        let server = &self.inquiry.server;
        if has_list {
            return is_empty.then(|| failures::no_models(server, kind));
        }
        let host = self.address.root.host_str().unwrap_or_default();
        Some(failures::no_list(server, host, kind, &self.answers, &self.evidence))
    }

    fn authentication(&self, kind: Option<ServerKind>, has_list: bool) -> Authentication {
        let has_key = self.inquiry.has_key();
        if failures::is_refused(&self.answers, &self.evidence) {
            return if has_key { Authentication::Rejected } else { Authentication::Required };
        }
        let answered = |question| self.answers.to(question).is_some_and(|x| x.json().is_some());
        match (kind, has_list, has_key) {
            (_, false, _) => Authentication::Unknown,
            // Their own lists were asked for without the key.
            (Some(ServerKind::Ollama), ..) if answered(Question::OllamaTags) => {
                Authentication::None
            }
            (Some(ServerKind::LmStudio), ..) if answered(Question::LmStudioOld) => {
                Authentication::None
            }
            // Its list is open to all, its models are not.
            (Some(ServerKind::OpenRouter), true, true) => Authentication::Unknown,
            (Some(ServerKind::OpenRouter), true, false) => Authentication::Required,
            (_, true, true) => Authentication::Accepted,
            (_, true, false) => Authentication::None,
        }
    }

    fn warnings(
        &self,
        kind: Option<ServerKind>,
        listed: Option<usize>,
        kept: usize,
    ) -> Vec<String> {
        let mut warnings = Vec::new();
        let twice = listed.unwrap_or_default().saturating_sub(kept);
        if twice > 0 {
            warnings.push(format!("{twice} names were listed more than once."));
        }
        match kind {
            Some(ServerKind::OpenRouter) if listed.is_some() => warnings.push(
                "OpenRouter shows its models to everybody, so the key could not be tested."
                    .to_owned(),
            ),
            Some(ServerKind::AzureOpenAi) => warnings.push(
                "Azure lists models, not deployments: enter the names of your deployments."
                    .to_owned(),
            ),
            _ => {}
        }
        let root = &self.address.root;
        if self.inquiry.has_key() && root.scheme() == "http" && !self.inquiry.server.local {
            warnings.push("The key travels unencrypted: the address is not https.".to_owned());
        }
        warnings
    }

    fn base_url(&self, kind: Option<ServerKind>) -> Url {
        let found = self.evidence.list.as_ref().map(|list| list.base.clone());
        match (kind, found) {
            (Some(kind @ (ServerKind::Ollama | ServerKind::LmStudio)), _) => {
                self.address.base(kind)
            }
            (_, Some(base)) => base,
            (Some(kind), None) if kind.protocol() != ProviderKind::OpenaiChat => {
                self.address.base(kind)
            }
            _ => self.address.bases[0].clone(),
        }
    }

    fn version(&self, kind: ServerKind) -> Option<String> {
        let evidence = &self.evidence;
        let version = match kind {
            ServerKind::Ollama => evidence.ollama_version.clone(),
            ServerKind::LlamaCpp => evidence.props.clone(),
            ServerKind::Vllm => evidence.version.clone(),
            ServerKind::LocalAi => evidence.local_ai.clone().or_else(|| evidence.version.clone()),
            ServerKind::KoboldCpp => evidence.kobold_cpp.clone(),
            ServerKind::Tgi => evidence.tgi.clone(),
            ServerKind::LiteLlm => evidence.litellm.clone(),
            _ => None,
        };
        version.filter(|version| !version.is_empty())
    }
}

/// The models in their order, each name once.
fn once_each(models: Vec<ListedModel>) -> Vec<ListedModel> {
    let (mut once, mut seen) = (Vec::with_capacity(models.len()), HashSet::new());
    model_list::add(&mut once, &mut seen, models);
    once
}

/// Takes the key out of whatever a hostile server has echoed it into.
fn take_out(detection: &mut Detection, key: &SecretString) {
    let key = key.expose_secret();
    let hide = |text: &mut String| *text = hide_key(text, key);
    detection.models.iter_mut().filter_map(|model| model.display_name.as_mut()).for_each(hide);
    // A name is never changed: one with the key in it is left out.
    detection.models.retain(|model| hide_key(&model.name, key) == model.name);
    detection.version.iter_mut().for_each(hide);
    detection.warnings.iter_mut().for_each(hide);
    if let Some(failure) = &mut detection.failure {
        hide(&mut failure.message);
        hide(&mut failure.action);
    }
}
