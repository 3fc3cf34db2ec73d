//! Wire adapters to model servers: one trait, one guarded HTTP client, one adapter per protocol.

mod answer;
pub mod anthropic;
mod base_url;
mod body;
mod broken;
mod caller;
mod card;
mod detect;
mod error;
mod error_body;
mod event;
mod failure;
pub mod gemini;
mod guard;
pub mod http;
mod lacking;
mod limits;
mod loose;
mod offer;
pub mod ollama;
mod openai;
pub mod openai_chat;
pub mod openai_responses;
mod per_model;
mod refusals;
mod request;
pub mod sse;
mod think;
mod transport;

use std::pin::Pin;

use async_trait::async_trait;
use futures::Stream;
use models::provider::ProviderKind;
use secrecy::SecretString;
use url::Url;

pub use crate::{
    anthropic::Anthropic,
    base_url::{BaseUrlError, normalize_base_url},
    detect::{DetectLimits, Detector, ReachLimits, Scan, WELL_KNOWN_PORTS},
    error::ProviderError,
    event::ProviderEvent,
    gemini::Gemini,
    guard::is_local_host,
    http::{HttpClient, HttpOptions},
    limits::{Limits, SizeLimits, TimeLimits},
    ollama::Ollama,
    openai_chat::OpenAiChat,
    openai_responses::OpenAiResponses,
    request::{ChatMessage, ChatRequest, Image, RequestedCall, Tool, ToolChoice},
};

/// An answer while it arrives. Dropping it drops the connection.
pub type EventStream = Pin<Box<dyn Stream<Item = Result<ProviderEvent, ProviderError>> + Send>>;

/// One wire protocol. The routing service knows nothing else of a model server.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The protocol it speaks. Of the parameters it sends those that
    /// [`ProviderKind::parameters`] names, and leaves out all others.
    fn kind(&self) -> ProviderKind;

    /// Opens one answer and returns once the response headers are there. A good stream ends after
    /// [`ProviderEvent::Finish`]; every other stream ends with one error. Nothing is retried here,
    /// except without a parameter the server has just refused.
    ///
    /// # Errors
    /// Whatever went wrong before the answer began, after at most [`TimeLimits::first_byte`].
    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<EventStream, ProviderError>;
}

/// Where a model server is, and the key it wants. `Debug` never shows the key.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The address below which the protocol's paths lie; see [`normalize_base_url`].
    pub base_url: Url,
    /// Sent to `base_url`'s origin and nowhere else.
    pub key: Option<SecretString>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_never_shows_its_key() -> Result<(), url::ParseError> {
        let base_url = Url::parse("http://127.0.0.1:8080/v1")?;
        let endpoint = Endpoint { base_url, key: Some(SecretString::from("sk-secret")) };
        assert!(!format!("{endpoint:?}").contains("sk-secret"));
        Ok(())
    }
}
