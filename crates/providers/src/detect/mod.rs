//! Finds out what stands behind an address: software, protocol, models, and what is known of these.
//!
//! In a first round all questions are put at once; only lists of models are asked for with the key.
//! Their answers are [`evidence`], a pure [`decide`] names the kind, and in a second round that kind
//! is asked for what it tells of its models elsewhere. Nothing here ever asks SGLang for
//! `/server_info`, which tells keys.

mod address;
mod decide;
mod details;
mod evidence;
mod facts;
mod failures;
mod inquiry;
mod limits;
mod questions;
mod scan;

use std::collections::HashSet;

use ::models::{
    detection::{Authentication, Confidence, Detection, DetectionFailure, ListedModel, ServerKind},
    provider::ProviderKind,
    run::FailureClass,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout_at};
use url::Url;

use self::{
    address::{Address, known_host},
    decide::{Verdict, decide},
    details::Details,
    evidence::{Evidence, ReadList, read_page},
    inquiry::{Answer, Inquiry, KeyHeader},
    questions::{Answers, List, Question},
};
pub use self::{
    limits::{DetectLimits, ReachLimits},
    scan::{Scan, WELL_KNOWN_PORTS},
};
use crate::{BaseUrlError, HttpClient, ProviderError, caller::below, error::hide_key, openai_chat};

/// Pages of one list of models that are read.
const MOST_PAGES: usize = 50;

/// Finds out what stands behind addresses. Clones share the client.
#[derive(Debug, Clone)]
pub struct Detector {
    client: HttpClient,
    limits: DetectLimits,
}

/// One server, asked and understood.
struct Case<'a> {
    inquiry: &'a Inquiry<'a>,
    address: &'a Address,
    answers: Answers,
    evidence: Evidence,
    verdict: Option<Verdict>,
}

impl Detector {
    /// A detector with these limits.
    #[must_use]
    pub const fn new(client: HttpClient, limits: DetectLimits) -> Self {
        Self { client, limits }
    }

    /// Finds out what stands behind what a person typed. The key goes to that address's origin only,
    /// and there to lists of models.
    pub async fn detect(&self, typed: &str, key: Option<&SecretString>) -> Detection {
        let address = match Address::read(typed) {
            Ok(address) => address,
            Err(error) => return unusable(&error),
        };
        if let Some((kind, base)) = known_host(&address) {
            return self.list(kind, &base, key).await;
        }
        let inquiry = Inquiry::new(&self.client, &self.limits, &address.root, key);
        if let Err(error) = inquiry.knock(&address.root).await {
            return unreachable(&address.bases[0], None, &inquiry, &error);
        }
        let port = address.root.port_or_known_default();
        let mut answers = inquiry.ask_all(&address, KeyHeader::Bearer, &Question::ALL).await;
        let mut evidence = Evidence::read(&answers, port);
        let mut verdict = decide(&evidence);
        if let Some(kind) = speaks_own_protocol(verdict, &evidence)
            && inquiry.has_key()
        {
            answers.lists.insert(0, list_with_own_header(&inquiry, &address, kind).await);
            evidence = Evidence::read(&answers, port);
            verdict = decide(&evidence).or(verdict);
        }
        let case = Case { inquiry: &inquiry, address: &address, answers, evidence, verdict };
        Box::pin(case.conclude()).await
    }

    /// Lists the models of a server whose kind is known, with all facts and without guessing.
    pub async fn list(
        &self,
        kind: ServerKind,
        base_url: &Url,
        key: Option<&SecretString>,
    ) -> Detection {
        let mut address = match Address::read(base_url.as_str()) {
            Ok(address) => address,
            Err(error) => return unusable(&error),
        };
        address.bases = match kind {
            ServerKind::Ollama => vec![address.base(ServerKind::OpenAiCompatible)],
            _ => vec![base_url.clone()],
        };
        let inquiry = Inquiry::new(&self.client, &self.limits, &address.root, key);
        let verdict = Some(Verdict { kind, confidence: Confidence::Certain });
        if let Err(error) = inquiry.knock(&address.root).await {
            return unreachable(base_url, verdict, &inquiry, &error);
        }
        let questions = Question::about(kind);
        let answers = inquiry.ask_all(&address, key_header(kind), questions).await;
        let evidence = Evidence::read(&answers, address.root.port_or_known_default());
        let case = Case { inquiry: &inquiry, address: &address, answers, evidence, verdict };
        Box::pin(case.conclude()).await
    }
}

impl Case<'_> {
    async fn conclude(mut self) -> Detection {
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
            let is_new = openai_chat::models::add(models, &mut seen, page.models);
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

/// How a kind wants its key.
const fn key_header(kind: ServerKind) -> KeyHeader {
    match kind {
        ServerKind::AzureOpenAi => KeyHeader::ApiKey,
        ServerKind::Anthropic => KeyHeader::Anthropic,
        ServerKind::Gemini => KeyHeader::Google,
        _ => KeyHeader::Bearer,
    }
}

/// Whether the list must be asked for again in another protocol's way.
fn speaks_own_protocol(verdict: Option<Verdict>, evidence: &Evidence) -> Option<ServerKind> {
    let kind = verdict?.kind;
    let own = matches!(kind, ServerKind::Anthropic | ServerKind::Gemini);
    (own && evidence.list.is_none()).then_some(kind)
}

async fn list_with_own_header(inquiry: &Inquiry<'_>, address: &Address, kind: ServerKind) -> List {
    let (base, key) = (address.base(kind), key_header(kind));
    let url = below(&base, &["models"]);
    let answer = inquiry.get(url, key, inquiry.limits.model_list, inquiry.deadline()).await;
    List { base, key, answer }
}

/// The models in their order, each name once.
fn once_each(models: Vec<ListedModel>) -> Vec<ListedModel> {
    let (mut once, mut seen) = (Vec::with_capacity(models.len()), HashSet::new());
    openai_chat::models::add(&mut once, &mut seen, models);
    once
}

/// An address without the slash that every root has.
fn plain(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
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

fn unusable(error: &BaseUrlError) -> Detection {
    let failure = DetectionFailure {
        class: FailureClass::BadRequest,
        message: error.to_string(),
        action: "Enter an address such as http://localhost:11434.".to_owned(),
        starting: false,
    };
    nothing(String::new(), None, failure)
}

fn unreachable(
    base: &Url,
    verdict: Option<Verdict>,
    inquiry: &Inquiry<'_>,
    error: &ProviderError,
) -> Detection {
    let error = error.clone().without_key(inquiry.server.key.as_ref());
    nothing(plain(base), verdict, failures::of_error(&error))
}

/// A detection that came to no answer.
fn nothing(base_url: String, verdict: Option<Verdict>, failure: DetectionFailure) -> Detection {
    let kind = verdict.map(|verdict| verdict.kind);
    Detection {
        server: kind,
        confidence: verdict.map_or(Confidence::Likely, |verdict| verdict.confidence),
        kind: kind.map_or(ProviderKind::OpenaiChat, ServerKind::protocol),
        base_url,
        version: None,
        latency_ms: None,
        authentication: Authentication::Unknown,
        models: Vec::new(),
        warnings: Vec::new(),
        failure: Some(failure),
        probes: Vec::new(),
    }
}
