//! Providers: add, test, edit, remove. Keys go in and never come out.

use std::time::Instant;

use models::{
    error::ErrorCode,
    id::ProviderId,
    limits::PROVIDER_KEY_BYTES,
    provider::{Provider, ProviderInput, ProviderKind, ProviderTest},
    run::{FailureClass, RunFailure},
    timestamp::Timestamp,
};
use providers::{ModelCard, normalize_base_url};
use secrecy::SecretString;
use store::{KeyChange, NewProvider, ProviderChange, StoredProvider};

use crate::{Caller, Error, Studio, check};

impl Studio {
    /// The caller's providers by name, without the built-in Guide.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn providers(&self, caller: &Caller) -> Result<Vec<Provider>, Error> {
        let mut providers = self.inner.store.providers(caller.owner).await?;
        providers.retain(|provider| provider.kind != ProviderKind::Guide);
        Ok(providers)
    }

    /// Adds a provider and lists its models. A server that is down, or wants another key, is added
    /// all the same, with the failure in `last_error`.
    ///
    /// # Errors
    /// When a field is outside its limits, the name is taken, or what answers at the address is no
    /// model server.
    pub async fn create_provider(
        &self,
        caller: &Caller,
        input: ProviderInput,
    ) -> Result<Provider, Error> {
        let id = ProviderId::generate();
        let checked = Checked::of(&input)?;
        let key_ciphertext = match checked.key {
            Some(key) => Some(self.seal(id, &key)?),
            None => None,
        };
        let candidate = candidate(id, &checked.base_url, key_ciphertext.clone());
        let listed = self.list(&candidate).await;
        if let Err(failure) = &listed
            && is_no_model_server(failure)
        {
            return Err(refused(failure));
        }
        let new = NewProvider {
            id,
            kind: ProviderKind::OpenaiChat,
            name: checked.name,
            base_url: checked.base_url,
            key_ciphertext,
        };
        self.inner.store.create_provider(caller.owner, new, Timestamp::now()).await?;
        self.record(caller, id, &listed).await?;
        Ok(self.inner.store.provider(caller.owner, id).await?.provider)
    }

    /// Changes a provider; a change of address forgets the key unless a new one comes with it.
    ///
    /// # Errors
    /// When a field is outside its limits, the name is taken, or the caller has no such provider.
    pub async fn replace_provider(
        &self,
        caller: &Caller,
        id: ProviderId,
        input: ProviderInput,
    ) -> Result<Provider, Error> {
        let stored = self.editable(caller, id).await?;
        let checked = Checked::of(&input)?;
        let moved = checked.base_url != stored.provider.base_url;
        let key = match checked.key {
            Some(key) => KeyChange::Replace(self.seal(id, &key)?),
            None if input.remove_key || moved => KeyChange::Remove,
            None => KeyChange::Keep,
        };
        let change = ProviderChange { name: checked.name, base_url: checked.base_url, key };
        self.inner.store.update_provider(caller.owner, id, change, Timestamp::now()).await?;
        self.test_provider(caller, id).await?;
        Ok(self.inner.store.provider(caller.owner, id).await?.provider)
    }

    /// Removes a provider, its key and its models; messages keep the names of what wrote them.
    ///
    /// # Errors
    /// When the caller has no such provider.
    pub async fn delete_provider(&self, caller: &Caller, id: ProviderId) -> Result<(), Error> {
        self.editable(caller, id).await?;
        Ok(self.inner.store.delete_provider(caller.owner, id).await?)
    }

    /// Asks the provider for its models and stores them; the old list stays when that fails.
    ///
    /// # Errors
    /// When the caller has no such provider. A provider that fails is a result, not an error.
    pub async fn test_provider(
        &self,
        caller: &Caller,
        id: ProviderId,
    ) -> Result<ProviderTest, Error> {
        let stored = self.editable(caller, id).await?;
        let started = Instant::now();
        let listed = self.list(&stored).await;
        let latency_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        self.record(caller, id, &listed).await?;
        Ok(report(&listed, latency_ms))
    }

    /// The Guide is no provider that can be edited, tested or removed.
    async fn editable(&self, caller: &Caller, id: ProviderId) -> Result<StoredProvider, Error> {
        let stored = self.inner.store.provider(caller.owner, id).await?;
        if stored.provider.kind == ProviderKind::Guide {
            return Err(Error::invalid(
                "The built-in Guide cannot be changed.",
                "Choose another provider.",
            ));
        }
        Ok(stored)
    }

    async fn list(&self, stored: &StoredProvider) -> Result<Vec<ModelCard>, RunFailure> {
        let (provider, endpoint) = self.inner.registry.connect(stored)?;
        provider.models(&endpoint).await.map_err(|error| error.to_failure())
    }

    async fn record(
        &self,
        caller: &Caller,
        id: ProviderId,
        listed: &Result<Vec<ModelCard>, RunFailure>,
    ) -> Result<(), Error> {
        let (store, now) = (&self.inner.store, Timestamp::now());
        let outcome = match listed {
            Ok(cards) => {
                let cards: Vec<_> =
                    cards.iter().map(|card| (card.name.clone(), card.context_length)).collect();
                store.replace_models(caller.owner, id, &cards, now).await?;
                Ok(())
            }
            Err(failure) => Err(format!("{} {}", failure.message, failure.action)),
        };
        Ok(store.record_check(caller.owner, id, outcome, now).await?)
    }

    fn seal(&self, id: ProviderId, key: &SecretString) -> Result<Vec<u8>, Error> {
        self.inner.secrets.seal(id, key).map_err(|cause| {
            Error::new(
                ErrorCode::Internal,
                "The key could not be encrypted.",
                "Nothing was stored. Try again; the server's log names the cause.",
            )
            .because(cause)
        })
    }
}

/// What a person typed, checked and made regular.
struct Checked {
    name: String,
    base_url: String,
    key: Option<SecretString>,
}

impl Checked {
    fn of(input: &ProviderInput) -> Result<Self, Error> {
        let name = check::name(&input.name, "name")?;
        let base_url = normalize_base_url(&input.base_url).map_err(|error| {
            Error::invalid(
                error.to_string(),
                "Give an http or https address, such as http://127.0.0.1:8080/v1.",
            )
        })?;
        let key = input.key.as_deref().map(str::trim).filter(|key| !key.is_empty());
        if key.is_some_and(|key| key.len() > PROVIDER_KEY_BYTES) {
            return Err(Error::too_large("key", PROVIDER_KEY_BYTES, "bytes"));
        }
        if key.is_some_and(|key| !key.bytes().all(|byte| (0x21..0x7f).contains(&byte))) {
            return Err(Error::invalid(
                "The key has spaces or characters that no key has.",
                "Copy the key again, without what stands around it.",
            ));
        }
        Ok(Self { name, base_url: base_url.to_string(), key: key.map(SecretString::from) })
    }
}

/// A provider that is not stored yet, so that its address can be tried first.
fn candidate(id: ProviderId, base_url: &str, key_ciphertext: Option<Vec<u8>>) -> StoredProvider {
    StoredProvider {
        provider: Provider {
            id,
            kind: ProviderKind::OpenaiChat,
            name: String::new(),
            base_url: base_url.to_owned(),
            has_key: key_ciphertext.is_some(),
            models: 0,
            checked_at: None,
            last_error: None,
            version: 0,
        },
        key_ciphertext,
    }
}

/// Something answers, and it is something else than a model server.
const fn is_no_model_server(failure: &RunFailure) -> bool {
    matches!(
        failure.class,
        FailureClass::Protocol | FailureClass::NotFound | FailureClass::BadRequest
    )
}

fn refused(failure: &RunFailure) -> Error {
    Error::new(ErrorCode::Provider, failure.message.clone(), failure.action.clone())
}

fn report(listed: &Result<Vec<ModelCard>, RunFailure>, latency_ms: u32) -> ProviderTest {
    match listed {
        Ok(cards) if cards.is_empty() => ProviderTest {
            reachable: true,
            models: 0,
            latency_ms,
            message: "The server answers, but it has no model.".to_owned(),
            action: "Load or pull a model there, then test again.".to_owned(),
        },
        Ok(cards) => ProviderTest {
            reachable: true,
            models: u32::try_from(cards.len()).unwrap_or(u32::MAX),
            latency_ms,
            message: match cards.len() {
                1 => "The server answers and has 1 model.".to_owned(),
                count => format!("The server answers and has {count} models."),
            },
            action: String::new(),
        },
        Err(failure) => ProviderTest {
            reachable: false,
            models: 0,
            latency_ms,
            message: failure.message.clone(),
            action: failure.action.clone(),
        },
    }
}
