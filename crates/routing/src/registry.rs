//! From a stored model to something that can be asked: adapter, address and opened key.

use std::sync::Arc;

use models::{
    id::{ModelId, OwnerId, ProviderId},
    model::Model,
    part::ProviderState,
    provider::ProviderKind,
    run::{FailureClass, RunFailure},
};
use providers::{Endpoint, Provider};
use secrecy::SecretString;
use store::{Store, StoreError, StoredProvider};
use tokio::sync::mpsc::Sender;

/// Opens a provider key from its form at rest; `None` when the key file does not fit it.
pub type OpenKey = Arc<dyn Fn(ProviderId, &[u8]) -> Option<SecretString> + Send + Sync>;

/// Knows the adapters and how to address a stored provider.
#[derive(Clone)]
pub struct Registry {
    store: Store,
    adapters: Arc<[Arc<dyn Provider>]>,
    open_key: OpenKey,
    missing: Option<Sender<MissingModel>>,
}

/// A provider that did not know a model it had listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingModel {
    /// Whose it is.
    pub owner: OwnerId,
    /// The provider, whose list is out of date.
    pub provider: ProviderId,
}

/// Where a run's requests go.
pub(crate) enum Destination {
    /// The built-in Guide.
    Guide,
    /// A model of a provider.
    Model(Box<Target>),
}

pub(crate) struct Target {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) endpoint: Endpoint,
    pub(crate) provider_id: ProviderId,
    pub(crate) provider_name: String,
    pub(crate) model: Model,
}

impl Target {
    /// Whether what a provider wants back came from here: another model or protocol does not
    /// understand it.
    pub(crate) fn said(&self, state: &ProviderState) -> bool {
        state.kind == self.provider.kind()
            && state.provider_id == self.provider_id
            && state.model == self.model.name
    }

    /// A turn in the provider's own form, to be kept with the message.
    pub(crate) fn state(&self, json: String) -> ProviderState {
        ProviderState {
            kind: self.provider.kind(),
            provider_id: self.provider_id,
            model: self.model.name.clone(),
            json,
        }
    }
}

impl Registry {
    /// A registry over one adapter for each protocol.
    #[must_use]
    pub fn new(
        store: Store,
        adapters: impl IntoIterator<Item = Arc<dyn Provider>>,
        open_key: OpenKey,
    ) -> Self {
        Self { store, adapters: adapters.into_iter().collect(), open_key, missing: None }
    }

    /// The same registry, which tells of models that their provider no longer knows.
    #[must_use]
    pub fn telling_missing(mut self, missing: Sender<MissingModel>) -> Self {
        self.missing = Some(missing);
        self
    }

    /// Tells of a missing model; with the listener busy, the next one will do.
    pub(crate) fn tell_missing(&self, owner: OwnerId, provider: ProviderId) {
        if let Some(missing) = &self.missing {
            let _ = missing.try_send(MissingModel { owner, provider });
        }
    }

    /// The adapter for a protocol; none for the built-in Guide, which has no wire.
    #[must_use]
    pub fn adapter(&self, kind: ProviderKind) -> Option<&Arc<dyn Provider>> {
        self.adapters.iter().find(|adapter| adapter.kind() == kind)
    }

    /// The adapter and address of a stored provider.
    ///
    /// # Errors
    /// When the address or the key cannot be used, or the kind has no address.
    pub fn connect(
        &self,
        stored: &StoredProvider,
    ) -> Result<(Arc<dyn Provider>, Endpoint), RunFailure> {
        let provider = self.adapter(stored.provider.kind).map(Arc::clone).ok_or_else(no_address)?;
        let base_url = stored.provider.base_url.parse().map_err(|_| no_address())?;
        let key = match stored.key_ciphertext.as_deref() {
            None => None,
            Some(ciphertext) => {
                let opened = (self.open_key)(stored.provider.id, ciphertext);
                Some(opened.ok_or_else(unreadable_key)?)
            }
        };
        Ok((provider, Endpoint { base_url, key }))
    }

    pub(crate) async fn resolve(
        &self,
        owner: OwnerId,
        model: Option<ModelId>,
    ) -> Result<Destination, RunFailure> {
        let model = match model {
            Some(id) => self.store.model(owner, id).await.map_err(|error| model_gone(&error))?,
            None => return Err(no_model()),
        };
        if model.kind == ProviderKind::Guide {
            return Ok(Destination::Guide);
        }
        let stored = self
            .store
            .provider(owner, model.provider_id)
            .await
            .map_err(|error| model_gone(&error))?;
        let (provider, endpoint) = self.connect(&stored)?;
        Ok(Destination::Model(Box::new(Target {
            provider,
            endpoint,
            provider_id: stored.provider.id,
            provider_name: stored.provider.name,
            model,
        })))
    }
}

fn failure(class: FailureClass, message: &str, action: &str) -> RunFailure {
    RunFailure { class, message: message.to_owned(), action: action.to_owned(), status: None }
}

fn no_address() -> RunFailure {
    failure(
        FailureClass::BadRequest,
        "This provider has no usable address.",
        "Correct its address on the LLM Config page.",
    )
}

fn unreadable_key() -> RunFailure {
    failure(
        FailureClass::Authentication,
        "The stored key of this provider cannot be opened with the present key file.",
        "Enter the key again on the LLM Config page, or put the former key file back.",
    )
}

fn no_model() -> RunFailure {
    failure(
        FailureClass::NotFound,
        "No model is chosen, and there is no default model.",
        "Choose a model below the message box, or add a provider on the LLM Config page.",
    )
}

fn model_gone(error: &StoreError) -> RunFailure {
    match error {
        StoreError::NotFound { .. } => failure(
            FailureClass::NotFound,
            "The chosen model is no longer configured.",
            "Choose another model, or add its provider again on the LLM Config page.",
        ),
        error => {
            tracing::error!(error = error as &dyn std::error::Error, "A model could not be read");
            internal()
        }
    }
}

/// The failure for a fault of the studio itself, whose cause is in the log.
pub(crate) fn internal() -> RunFailure {
    failure(
        FailureClass::Internal,
        "Chat Studio could not go on with this answer because of a fault of its own.",
        "What was written is kept. Try again; the server's log names the cause.",
    )
}
