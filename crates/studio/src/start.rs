//! Starting and stopping the studio, and who calls it.

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use models::{
    detection::ListedModel,
    id::{OwnerId, ProviderId},
    provider::{ProviderKind, ProviderTest},
    routing_profile::{DIRECT_LLM, RoutingKind},
    timestamp::Timestamp,
};
use parking_lot::Mutex;
use providers::{
    Anthropic, DetectLimits, Detector, Gemini, HttpOptions, Limits, Ollama, OpenAiChat,
    OpenAiResponses, Provider, TimeLimits, http,
};
use routing::{
    Routing, RoutingOptions,
    registry::{MissingModel, Registry},
};
use serde::Deserialize;
use store::{
    DEFAULT_MODEL, NewProvider, NewRoutingProfile, ServerFacts, Store, StoreError, StoreOptions,
};
use tokio::{
    sync::mpsc::{self, Receiver},
    task::JoinHandle,
};

use crate::{AttachmentOptions, Error, attachment::Intake, secret::SecretBox, waiting::Waiting};

/// The Guide's provider and model, as the selector shows them.
const GUIDE_PROVIDER: &str = "Chat Studio";
const GUIDE_MODEL: &str = "Guide";
/// Providers with a missing model that wait to be asked again; more would only repeat them.
const MISSING_WAITING: usize = 8;

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
    pub(crate) detector: Detector,
    pub(crate) detection: DetectionOptions,
    pub(crate) waiting: Waiting,
    pub(crate) intake: Intake,
    /// The last test of each provider; gone with the provider.
    pub(crate) tests: Mutex<HashMap<ProviderId, ProviderTest>>,
    refresher: Mutex<Option<JoinHandle<()>>>,
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
    /// How model servers are found and kept up to date.
    pub detection: DetectionOptions,
    /// Which files are taken in.
    pub attachments: AttachmentOptions,
}

/// How model servers are found and kept up to date.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DetectionOptions {
    /// Hours between two rounds in which every provider is asked for its models; 0 for never.
    pub refresh_hours: u32,
    /// The ports that a search of this computer looks at.
    pub ports: Vec<u16>,
    /// Seconds that a server on this machine or in a private network has for each round of questions.
    pub local_seconds: u64,
    /// The same for all others.
    pub remote_seconds: u64,
}

impl Default for DetectionOptions {
    fn default() -> Self {
        let limits = DetectLimits::default();
        Self {
            refresh_hours: 24,
            ports: providers::WELL_KNOWN_PORTS.to_vec(),
            local_seconds: limits.local.total.as_secs(),
            remote_seconds: limits.remote.total.as_secs(),
        }
    }
}

impl DetectionOptions {
    fn limits(&self) -> DetectLimits {
        let mut limits = DetectLimits::default();
        limits.local.total = Duration::from_secs(self.local_seconds);
        limits.remote.total = Duration::from_secs(self.remote_seconds);
        limits
    }
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
    /// To read what is beside an answer: the body of an error, what a server says of a model.
    pub brief_seconds: u64,
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
            brief_seconds: time.brief.as_secs(),
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
                brief: Duration::from_secs(self.brief_seconds),
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
        let limits = options.outbound.limits();
        let detector = Detector::new(client.clone(), options.detection.limits());
        let adapters: [Arc<dyn Provider>; 5] = [
            Arc::new(OpenAiChat::new(client.clone(), limits)),
            Arc::new(OpenAiResponses::new(client.clone(), limits)),
            Arc::new(Anthropic::new(client.clone(), limits)),
            Arc::new(Gemini::new(client.clone(), limits)),
            Arc::new(Ollama::new(client, limits)),
        ];
        let (tell_missing, missing) = mpsc::channel(MISSING_WAITING);
        let opener = Arc::clone(&secrets);
        let registry = Registry::new(
            store.clone(),
            adapters,
            Arc::new(move |provider, stored| opener.unseal(provider, stored)),
        )
        .telling_missing(tell_missing);
        let routing = Routing::start(store.clone(), registry.clone(), options.routing).await?;
        let studio = Self {
            inner: Arc::new(Inner {
                store,
                routing,
                registry,
                secrets,
                detector,
                detection: options.detection,
                waiting: Waiting::default(),
                intake: Intake::new(options.attachments),
                tests: Mutex::default(),
                refresher: Mutex::new(None),
                owner,
            }),
        };
        studio.start_refresher(missing);
        Ok(studio)
    }

    /// Keeps the lists of models up to date until the studio shuts down: all of them now and then, and
    /// one as soon as its provider does not know a model it had listed.
    #[expect(clippy::disallowed_methods, reason = "the studio owns the task and ends it")]
    fn start_refresher(&self, mut missing: Receiver<MissingModel>) {
        let hours = u64::from(self.inner.detection.refresh_hours);
        let pause = Duration::from_secs(hours * 3_600);
        // The studio owns the task, so the task must not own the studio.
        let inner = Arc::downgrade(&self.inner);
        let task = tokio::spawn(async move {
            loop {
                let due = tokio::select! {
                    () = tokio::time::sleep(pause), if hours > 0 => None,
                    told = missing.recv() => match told {
                        Some(told) => Some(told),
                        None => return,
                    },
                };
                let Some(inner) = inner.upgrade() else { return };
                let studio = Self { inner };
                let refreshed = match due {
                    Some(MissingModel { owner, provider }) => {
                        studio.refresh(&Caller { owner }, provider).await
                    }
                    None => studio.detect_all(&studio.local_caller()).await,
                };
                if let Err(error) = refreshed {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "Models could not be refreshed"
                    );
                }
            }
        });
        *self.inner.refresher.lock() = Some(task);
    }

    /// Interrupts every run (keeping what was said), flushes the journal and closes the database.
    pub async fn shutdown(&self) {
        if let Some(refresher) = self.inner.refresher.lock().take() {
            refresher.abort();
        }
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
        server: ServerFacts::default(),
    };
    let guide = store.create_provider(owner, guide, now).await?;
    store.replace_models(owner, guide.id, &[ListedModel::named(GUIDE_MODEL)], now).await
}
