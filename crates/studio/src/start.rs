//! Starting and stopping the studio, and who calls it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use models::{
    id::{OwnerId, ProviderId},
    provider::ProviderKind,
    routing_profile::{DIRECT_LLM, RoutingKind},
    timestamp::Timestamp,
};
use providers::{HttpOptions, Limits, OpenAiChat, TimeLimits, http};
use routing::{Routing, RoutingOptions, registry::Registry};
use serde::Deserialize;
use store::{DEFAULT_MODEL, NewProvider, NewRoutingProfile, Store, StoreError, StoreOptions};

use crate::{Error, secret::SecretBox};

/// The Guide's provider and model, as the selector shows them.
const GUIDE_PROVIDER: &str = "Chat Studio";
const GUIDE_MODEL: &str = "Guide";

/// Who is calling. Every method takes it first and sees only this owner's rows.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// Whose rows the call may touch.
    pub owner: OwnerId,
}

/// The studio; cheap to clone.
#[derive(Clone)]
pub struct Studio {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) routing: Routing,
    pub(crate) registry: Registry,
    pub(crate) secrets: Arc<SecretBox>,
    owner: OwnerId,
}

/// What the studio needs to know before it starts.
#[derive(Debug, Clone)]
pub struct StudioOptions {
    /// Where the data is.
    pub store: StoreOptions,
    /// The file that protects provider keys; made when it is missing.
    pub key_file: PathBuf,
    /// How runs are executed.
    pub routing: RoutingOptions,
    /// How providers are reached.
    pub outbound: OutboundOptions,
}

/// How providers are reached. Times are seconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutboundOptions {
    /// Whether providers may be on this machine or in a private network.
    pub allow_private_addresses: bool,
    /// To make a connection.
    pub connect_seconds: u64,
    /// To the first byte of an answer.
    pub first_byte_seconds: u64,
    /// The same for servers on this machine or in a private network, which may load a model first.
    pub first_byte_local_seconds: u64,
    /// Between two pieces of an answer.
    pub idle_seconds: u64,
    /// Between two pieces of an answer while the server says that it is still there.
    pub silence_seconds: u64,
    /// To list the models.
    pub list_seconds: u64,
}

impl Default for OutboundOptions {
    fn default() -> Self {
        let time = TimeLimits::default();
        let http = HttpOptions::default();
        Self {
            allow_private_addresses: http.allow_private_addresses,
            connect_seconds: http.connect.as_secs(),
            first_byte_seconds: time.first_byte.as_secs(),
            first_byte_local_seconds: time.first_byte_local.as_secs(),
            idle_seconds: time.idle.as_secs(),
            silence_seconds: time.silence.as_secs(),
            list_seconds: time.list.as_secs(),
        }
    }
}

impl OutboundOptions {
    fn http(&self) -> HttpOptions {
        HttpOptions {
            allow_private_addresses: self.allow_private_addresses,
            connect: Duration::from_secs(self.connect_seconds),
            ..HttpOptions::default()
        }
    }

    fn limits(&self) -> Limits {
        let defaults = Limits::default();
        Limits {
            time: TimeLimits {
                first_byte: Duration::from_secs(self.first_byte_seconds),
                first_byte_local: Duration::from_secs(self.first_byte_local_seconds),
                idle: Duration::from_secs(self.idle_seconds),
                silence: Duration::from_secs(self.silence_seconds),
                list: Duration::from_secs(self.list_seconds),
                ..defaults.time
            },
            ..defaults
        }
    }
}

/// Why the studio cannot start, as sentences for the person at the console.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key file.
    #[error("The key file {path} cannot be used: {cause}.", path = path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: std::io::Error,
    },
    /// The HTTP client for providers.
    #[error("The HTTP client for providers cannot be made. Check the system's certificates.")]
    Client(#[from] http::HttpClientError),
}

impl Studio {
    /// Opens the database, ends what an earlier process left unfinished, and starts the reaper.
    ///
    /// # Errors
    /// When the database or the key file cannot be used.
    pub async fn start(options: StudioOptions) -> Result<Self, StartError> {
        let secrets = SecretBox::open(&options.key_file)
            .map_err(|cause| StartError::KeyFile { path: options.key_file.clone(), cause })?;
        let secrets = Arc::new(secrets);
        let store = Store::open(options.store).await?;
        let owner = store.ensure_owner().await?;
        seed(&store, owner).await?;
        let client = http::client(&options.outbound.http())?;
        let openai_chat = Arc::new(OpenAiChat::new(client, options.outbound.limits()));
        let opener = Arc::clone(&secrets);
        let registry = Registry::new(
            store.clone(),
            openai_chat,
            Arc::new(move |provider, stored| opener.unseal(provider, stored)),
        );
        let routing = Routing::start(store.clone(), registry.clone(), options.routing).await?;
        Ok(Self { inner: Arc::new(Inner { store, routing, registry, secrets, owner }) })
    }

    /// Interrupts every run (keeping what was said), flushes the journal and closes the database.
    pub async fn shutdown(&self) {
        self.inner.routing.shutdown().await;
        if let Err(error) = self.inner.store.close().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "The database did not close cleanly; the next start will recover it"
            );
        }
    }

    /// The one person of a single-user installation.
    #[must_use]
    pub fn local_caller(&self) -> Caller {
        Caller { owner: self.inner.owner }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn health(&self) -> Result<(), Error> {
        self.inner.store.setting(self.inner.owner, DEFAULT_MODEL).await?;
        Ok(())
    }
}

/// What every installation has: the routing profiles and the Guide.
async fn seed(store: &Store, owner: OwnerId) -> Result<(), StoreError> {
    let direct = NewRoutingProfile {
        slug: DIRECT_LLM.to_owned(),
        name: "Direct LLM".to_owned(),
        description: "Sends the conversation straight to the chosen model.".to_owned(),
        kind: RoutingKind::DirectLlm,
        position: 0,
    };
    store.ensure_routing_profile(owner, direct).await?;
    let providers = store.providers(owner).await?;
    if providers.iter().any(|provider| provider.kind == ProviderKind::Guide) {
        return Ok(());
    }
    let now = Timestamp::now();
    let guide = NewProvider {
        id: ProviderId::generate(),
        kind: ProviderKind::Guide,
        name: GUIDE_PROVIDER.to_owned(),
        base_url: String::new(),
        key_ciphertext: None,
    };
    let guide = store.create_provider(owner, guide, now).await?;
    store.replace_models(owner, guide.id, &[(GUIDE_MODEL.to_owned(), None)], now).await
}
