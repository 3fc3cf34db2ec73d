//! Finds out what stands behind an address: software, protocol, models, and what is known of these.
//!
//! In a first round all questions are put at once; only lists of models are asked for with the key.
//! Their answers are [`evidence`], a pure [`decide`] names the kind, and in a second round that kind
//! is asked for what it tells of its models elsewhere. Nothing here ever asks SGLang for
//! `/server_info`, which tells keys.

mod address;
mod case;
mod decide;
mod details;
mod evidence;
mod facts;
mod failures;
mod inquiry;
mod limits;
mod model_list;
mod page;
mod questions;
mod scan;

use ::models::{
    detection::{Authentication, Confidence, Detection, DetectionFailure, ServerKind},
    provider::ProviderKind,
    run::FailureClass,
};
use secrecy::SecretString;
use url::Url;

use self::{
    address::{Address, known_host},
    case::Case,
    decide::{Verdict, decide},
    evidence::Evidence,
    inquiry::{Inquiry, KeyHeader},
    questions::{List, Question},
};
pub use self::{
    limits::{DetectLimits, ReachLimits},
    scan::{Scan, WELL_KNOWN_PORTS},
};
use crate::{BaseUrlError, HttpClient, ProviderError, caller::below};

/// Finds out what stands behind addresses. Clones share the client.
#[derive(Debug, Clone)]
pub struct Detector {
    client: HttpClient,
    limits: DetectLimits,
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
        let mut answers = inquiry.ask_all(&address, KeyHeader::Bearer, &Question::ALL, None).await;
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
        let own_list = Question::list_of(kind);
        let answers = inquiry.ask_all(&address, key_header(kind), questions, own_list).await;
        let evidence = Evidence::read(&answers, address.root.port_or_known_default());
        let case = Case { inquiry: &inquiry, address: &address, answers, evidence, verdict };
        Box::pin(case.conclude()).await
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

/// An address without the slash that every root has.
fn plain(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
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
