//! What is found out about a model server before anything is saved.

use serde::{Deserialize, Serialize};

use crate::{facts::ModelFacts, provider::ProviderKind, run::FailureClass};

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
    /// Its name as people write it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ollama => "Ollama",
            Self::LmStudio => "LM Studio",
            Self::LlamaCpp => "llama.cpp",
            Self::LlamaCppPython => "llama-cpp-python",
            Self::Vllm => "vLLM",
            Self::Sglang => "SGLang",
            Self::Tgi => "Text Generation Inference",
            Self::KoboldCpp => "KoboldCpp",
            Self::TextGenerationWebui => "text-generation-webui",
            Self::LocalAi => "LocalAI",
            Self::Jan => "Jan",
            Self::LiteLlm => "LiteLLM",
            Self::OpenRouter => "OpenRouter",
            Self::OpenAi => "OpenAI",
            Self::AzureOpenAi => "Azure OpenAI",
            Self::Anthropic => "Anthropic",
            Self::Gemini => "Gemini",
            Self::Groq => "Groq",
            Self::Mistral => "Mistral",
            Self::DeepSeek => "DeepSeek",
            Self::OpenAiCompatible => "OpenAI-compatible server",
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
