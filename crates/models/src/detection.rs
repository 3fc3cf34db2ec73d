//! What is found out about a model server before anything is saved.

use serde::{Deserialize, Serialize};

use crate::{
    facts::ModelFacts,
    id::{DetectionId, ProviderId},
    provider::ProviderKind,
    run::FailureClass,
};

/// The software behind an address (protocols §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ServerKind {
    /// Ollama.
    Ollama,
    /// LM Studio.
    LmStudio,
    /// llama.cpp's `llama-server`.
    LlamaCpp,
    /// llama-cpp-python's server.
    LlamaCppPython,
    /// vLLM.
    Vllm,
    /// SGLang.
    Sglang,
    /// Text Generation Inference.
    Tgi,
    /// KoboldCpp.
    KoboldCpp,
    /// text-generation-webui.
    TextGenerationWebui,
    /// LocalAI.
    LocalAi,
    /// Jan.
    Jan,
    /// LiteLLM's proxy.
    LiteLlm,
    /// OpenRouter, or a server that lists models as it does.
    OpenRouter,
    /// OpenAI itself.
    OpenAi,
    /// Azure OpenAI.
    AzureOpenAi,
    /// Anthropic, or a server that lists models as it does.
    Anthropic,
    /// Google Gemini.
    Gemini,
    /// Groq.
    Groq,
    /// Mistral.
    Mistral,
    /// DeepSeek.
    DeepSeek,
    /// Some server that speaks OpenAI's protocol.
    OpenAiCompatible,
}

impl ServerKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 21] = [
        Self::Ollama,
        Self::LmStudio,
        Self::LlamaCpp,
        Self::Vllm,
        Self::OpenAi,
        Self::Anthropic,
        Self::Gemini,
        Self::OpenRouter,
        Self::Groq,
        Self::Mistral,
        Self::DeepSeek,
        Self::AzureOpenAi,
        Self::LiteLlm,
        Self::LocalAi,
        Self::Jan,
        Self::KoboldCpp,
        Self::Sglang,
        Self::Tgi,
        Self::TextGenerationWebui,
        Self::LlamaCppPython,
        Self::OpenAiCompatible,
    ];

    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.names().0
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.names().1
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Ollama => ("ollama", "Ollama"),
            Self::LmStudio => ("lm_studio", "LM Studio"),
            Self::LlamaCpp => ("llama_cpp", "llama.cpp"),
            Self::LlamaCppPython => ("llama_cpp_python", "llama-cpp-python"),
            Self::Vllm => ("vllm", "vLLM"),
            Self::Sglang => ("sglang", "SGLang"),
            Self::Tgi => ("tgi", "Text Generation Inference"),
            Self::KoboldCpp => ("kobold_cpp", "KoboldCpp"),
            Self::TextGenerationWebui => ("text_generation_webui", "text-generation-webui"),
            Self::LocalAi => ("local_ai", "LocalAI"),
            Self::Jan => ("jan", "Jan"),
            Self::LiteLlm => ("lite_llm", "LiteLLM"),
            Self::OpenRouter => ("open_router", "OpenRouter"),
            Self::OpenAi => ("open_ai", "OpenAI"),
            Self::AzureOpenAi => ("azure_open_ai", "Azure OpenAI"),
            Self::Anthropic => ("anthropic", "Anthropic"),
            Self::Gemini => ("gemini", "Gemini"),
            Self::Groq => ("groq", "Groq"),
            Self::Mistral => ("mistral", "Mistral"),
            Self::DeepSeek => ("deep_seek", "DeepSeek"),
            Self::OpenAiCompatible => ("open_ai_compatible", "OpenAI-compatible server"),
        }
    }

    /// The protocol to talk to it in.
    #[must_use]
    pub const fn protocol(self) -> ProviderKind {
        match self {
            Self::Ollama => ProviderKind::Ollama,
            Self::Anthropic => ProviderKind::Anthropic,
            Self::Gemini => ProviderKind::Gemini,
            _ => ProviderKind::OpenaiChat,
        }
    }
}

impl std::str::FromStr for ServerKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("“{text}” is no kind of server"))
    }
}

/// How sure the kind is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The server said something that only this kind says, or its host is well known.
    Certain,
    /// Everything fits, but other kinds may look the same.
    Likely,
}

/// Whether the server wants a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// It answers without one.
    None,
    /// The given key works.
    Accepted,
    /// It wants one, and none was given.
    Required,
    /// It does not take the given one.
    Rejected,
    /// It never came to that.
    Unknown,
}

/// A model as its server lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ListedModel {
    /// The identifier, byte for byte.
    pub name: String,
    /// What the server calls it for people, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What is known of it.
    #[serde(default)]
    pub facts: ModelFacts,
}

impl ListedModel {
    /// A model of which only the name is known.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), display_name: None, facts: ModelFacts::default() }
    }
}

/// One question that was put to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Probe {
    /// The path asked for, below the origin.
    pub path: String,
    /// The status of the answer; absent when none came.
    pub status: Option<u16>,
    /// How long it took.
    pub milliseconds: u32,
}

/// Why an address cannot be used as it is (protocols §5.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct DetectionFailure {
    /// The kind of failure.
    pub class: FailureClass,
    /// What was seen, as a sentence.
    pub message: String,
    /// What to do about it, as a sentence.
    pub action: String,
    /// Whether asking again in a moment may help, as while a model is loading.
    pub starting: bool,
}

/// What was found at an address. Holds no key and no raw answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Detection {
    /// The software; absent when it could not be told.
    pub server: Option<ServerKind>,
    /// How sure that is.
    pub confidence: Confidence,
    /// The protocol to talk to it in.
    pub kind: ProviderKind,
    /// The address below which that protocol's paths lie.
    pub base_url: String,
    /// The software's version, as it says.
    pub version: Option<String>,
    /// Milliseconds of the fastest answer; absent when there was none.
    pub latency_ms: Option<u32>,
    /// Whether it wants a key.
    pub authentication: Authentication,
    /// In the server's order, each name once.
    pub models: Vec<ListedModel>,
    /// Sentences about what is odd but does not hinder.
    pub warnings: Vec<String>,
    /// What hinders; absent when all is well.
    pub failure: Option<DetectionFailure>,
    /// What was asked.
    pub probes: Vec<Probe>,
}

/// Some of many models that were found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FoundModels {
    /// How many there are.
    pub count: u32,
    /// The first of them.
    pub first: Vec<FoundModel>,
}

/// A model before its detection is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FoundModel {
    /// The identifier, byte for byte.
    pub name: String,
    /// What is known of it now; of one that vanished, what was known.
    pub facts: ModelFacts,
    /// What was known when its provider was asked last; absent for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ModelFacts>,
}

/// What saving a detection would change of a provider's models.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ModelChanges {
    /// Models that were not there before.
    pub new: FoundModels,
    /// Models the server no longer lists.
    pub vanished: FoundModels,
    /// Models of which something else is known now.
    pub changed: FoundModels,
    /// How many stay as they are.
    pub unchanged: u32,
}

/// A detection that waits to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PendingDetection {
    /// Which; forgotten after a while.
    pub id: DetectionId,
    /// The provider it was made for; absent for a new one.
    pub provider_id: Option<ProviderId>,
    /// A name to begin with, unique among the owner's.
    pub name: String,
    /// Whether a key was given, which is saved with it.
    pub has_key: bool,
    /// What was found, without the models.
    pub detection: Detection,
    /// How many models were found.
    pub models: u32,
    /// What saving it would change.
    pub changes: ModelChanges,
}
