//! Providers: add, test, edit, remove. Keys go in and never come out.

use models::{
    detection::{Detection, DetectionFailure, ServerKind},
    error::ErrorCode,
    health::ProviderCheck,
    id::ProviderId,
    limits::PROVIDER_KEY_BYTES,
    provider::{Provider, ProviderInput, ProviderKind},
    run::FailureClass,
};
use providers::normalize_base_url;
use secrecy::SecretString;
use store::{KeyChange, StoredProvider};
use url::Url;

use crate::{Caller, Error, Studio, check, detection::same_address};

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

    /// One of the caller's providers.
    ///
    /// # Errors
    /// When the caller has no such provider.
    pub async fn provider(&self, caller: &Caller, id: ProviderId) -> Result<Provider, Error> {
        Ok(self.inner.store.provider(caller.owner, id).await?.provider)
    }

    /// How a provider fared: its newest observations, oldest of them first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn provider_checks(
        &self,
        caller: &Caller,
        id: ProviderId,
        limit: u32,
    ) -> Result<Vec<ProviderCheck>, Error> {
        Ok(self.inner.store.checks(caller.owner, id, limit).await?)
    }

    /// Adds a provider: finds out what is at the address unless the protocol is given, and lists its
    /// models. A server that is down, or wants another key, is added all the same, with the failure in
    /// `last_error`.
    ///
    /// # Errors
    /// When a field is outside its limits, the name is taken, or what answers at the address is no
    /// model server.
    pub async fn create_provider(
        &self,
        caller: &Caller,
        input: ProviderInput,
    ) -> Result<Provider, Error> {
        let checked = Checked::of(&input)?;
        let detection = self.detect_checked(&checked, checked.key.as_ref()).await?;
        let key = checked.key.as_ref();
        let id = self.add_detected(caller, &checked.name, &detection, key).await?;
        self.apply(caller, id, &detection).await?;
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
        let moved = !same_address(&checked.typed, &stored.provider.base_url);
        let (key, opened) = match checked.key.clone() {
            Some(key) => (KeyChange::Replace(self.seal(id, &key)?), Some(key)),
            None if input.remove_key || moved => (KeyChange::Remove, None),
            None => (KeyChange::Keep, self.open_key(&stored)?),
        };
        let detection = self.detect_checked(&checked, opened.as_ref()).await?;
        self.move_detected(caller, id, checked.name, key, &detection).await?;
        Ok(self.inner.store.provider(caller.owner, id).await?.provider)
    }

    /// Removes a provider, its key and its models; messages keep the names of what wrote them.
    ///
    /// # Errors
    /// When the caller has no such provider.
    pub async fn delete_provider(&self, caller: &Caller, id: ProviderId) -> Result<(), Error> {
        self.editable(caller, id).await?;
        self.inner.tests.lock().remove(&id);
        Ok(self.inner.store.delete_provider(caller.owner, id).await?)
    }

    /// The Guide is no provider that can be edited, tested or removed.
    pub(crate) async fn editable(
        &self,
        caller: &Caller,
        id: ProviderId,
    ) -> Result<StoredProvider, Error> {
        let stored = self.inner.store.provider(caller.owner, id).await?;
        if stored.provider.kind == ProviderKind::Guide {
            return Err(Error::invalid(
                "The built-in Guide cannot be changed.",
                "Choose another provider.",
            ));
        }
        Ok(stored)
    }

    /// What is at the address, asked in the given protocol or found out. Refuses what answers and is
    /// no model server.
    async fn detect_checked(
        &self,
        checked: &Checked,
        key: Option<&SecretString>,
    ) -> Result<Detection, Error> {
        let detection = match checked.kind {
            Some(kind) => self.ask(kind, &checked.typed, key).await?,
            None => self.inner.detector.detect(&checked.typed, key).await,
        };
        match &detection.failure {
            Some(failure) if is_no_model_server(failure) => Err(Error::new(
                ErrorCode::Provider,
                failure.message.clone(),
                failure.action.clone(),
            )),
            _ => Ok(detection),
        }
    }

    /// What a known provider is and has now.
    pub(crate) async fn look(
        &self,
        provider: &Provider,
        key: Option<&SecretString>,
    ) -> Result<Detection, Error> {
        match provider.server {
            Some(server) => {
                let base_url = address(&provider.base_url)?;
                let found = self.inner.detector.list(server, &base_url, key).await;
                // Detection would take the more common of two protocols the owner may choose among.
                Ok(Detection { kind: provider.kind, base_url: provider.base_url.clone(), ..found })
            }
            None => Ok(self.inner.detector.detect(&provider.base_url, key).await),
        }
    }

    /// Lists models in a protocol the owner chose, without asking what the software is.
    async fn ask(
        &self,
        kind: ProviderKind,
        typed: &str,
        key: Option<&SecretString>,
    ) -> Result<Detection, Error> {
        let server = match kind {
            ProviderKind::Anthropic => ServerKind::Anthropic,
            ProviderKind::Gemini => ServerKind::Gemini,
            ProviderKind::Ollama => ServerKind::Ollama,
            ProviderKind::OpenaiChat | ProviderKind::OpenaiResponses | ProviderKind::Guide => {
                ServerKind::OpenAiCompatible
            }
        };
        let found = self.inner.detector.list(server, &address(typed)?, key).await;
        Ok(Detection { kind, ..found })
    }

    /// The stored key; none if the provider has none.
    pub(crate) fn open_key(&self, stored: &StoredProvider) -> Result<Option<SecretString>, Error> {
        let Some(ciphertext) = stored.key_ciphertext.as_deref() else { return Ok(None) };
        let opened = self.inner.secrets.unseal(stored.provider.id, ciphertext);
        opened.map(Some).ok_or_else(|| {
            Error::new(
                ErrorCode::Provider,
                "The stored key of this provider cannot be opened with the present key file.",
                "Enter the key again, or put the former key file back.",
            )
        })
    }

    pub(crate) fn seal(&self, id: ProviderId, key: &SecretString) -> Result<Vec<u8>, Error> {
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
pub(crate) struct Checked {
    kind: Option<ProviderKind>,
    name: String,
    /// The address as it was typed, which detection completes by what it finds.
    typed: String,
    key: Option<SecretString>,
}

impl Checked {
    fn of(input: &ProviderInput) -> Result<Self, Error> {
        Ok(Self {
            kind: input.kind.filter(|kind| *kind != ProviderKind::Guide),
            name: check::name(&input.name, "name")?,
            typed: address(&input.base_url).map(|_| input.base_url.trim().to_owned())?,
            key: Self::key_of(input)?,
        })
    }

    /// The key, if one was typed.
    pub(crate) fn key_of(input: &ProviderInput) -> Result<Option<SecretString>, Error> {
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
        Ok(key.map(SecretString::from))
    }
}

pub(crate) fn address(typed: &str) -> Result<Url, Error> {
    normalize_base_url(typed).map_err(|error| {
        Error::invalid(
            error.to_string(),
            "Give an http or https address, such as http://127.0.0.1:8080/v1.",
        )
    })
}

/// Something answers, and it is something else than a model server.
const fn is_no_model_server(failure: &DetectionFailure) -> bool {
    matches!(
        failure.class,
        FailureClass::Protocol | FailureClass::NotFound | FailureClass::BadRequest
    )
}
