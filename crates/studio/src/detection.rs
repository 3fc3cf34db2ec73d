//! Detection: what is found at an address waits here until the owner saves it.

use std::{collections::HashMap, time::Instant};

use models::{
    detection::{
        Detection, FoundModel, FoundModels, ListedModel, ModelChanges, PendingDetection, ServerKind,
    },
    error::ErrorCode,
    facts::ModelFacts,
    health::{CheckSource, ProviderCheck},
    id::{DetectionId, ProviderId},
    provider::{Provider, ProviderInput},
    run::FailureClass,
    timestamp::Timestamp,
};
use secrecy::SecretString;
use store::{KeyChange, NewProvider, ProviderChange, ServerFacts};

use crate::{Caller, Error, Studio, provider::Checked, waiting::Entry};

/// Models shown of what is new, vanished or changed; of the rest only the number.
const MODELS_SHOWN: usize = 30;

/// What a search of this computer found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// The servers that answered, ready to be saved.
    pub found: Vec<PendingDetection>,
    /// Ports where nothing answered.
    pub silent: u32,
}

impl Studio {
    /// Finds out what is at an address. Nothing is stored.
    ///
    /// # Errors
    /// When what was typed cannot be an address or a key. A server that fails is a result.
    pub async fn detect(
        &self,
        caller: &Caller,
        input: &ProviderInput,
    ) -> Result<PendingDetection, Error> {
        let key = Checked::key_of(input)?;
        let detection = self.inner.detector.detect(&input.base_url, key.as_ref()).await;
        let wanted = match input.name.trim() {
            "" => suggested_name(&detection),
            name => name.to_owned(),
        };
        self.wait(caller, None, wanted, key, detection).await
    }

    /// Looks at the well-known ports of this computer, without any key.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn scan(&self, caller: &Caller) -> Result<Scan, Error> {
        let looked = self.inner.detector.scan(&self.inner.detection.ports).await;
        let known = self.inner.store.providers(caller.owner).await?;
        let mut scan = Scan::default();
        for detection in looked.found {
            let is_known =
                |provider: &&Provider| same_address(&provider.base_url, &detection.base_url);
            let existing = known.iter().find(is_known).map(|provider| provider.id);
            let name = suggested_name(&detection);
            scan.found.push(self.wait(caller, existing, name, None, detection).await?);
        }
        scan.silent = u32::try_from(looked.dead + looked.others).unwrap_or(u32::MAX);
        Ok(scan)
    }

    /// Asks a provider again what it is and what it has. Nothing is stored but how it fared.
    ///
    /// # Errors
    /// When the caller has no such provider.
    pub async fn detect_again(
        &self,
        caller: &Caller,
        id: ProviderId,
    ) -> Result<PendingDetection, Error> {
        let stored = self.editable(caller, id).await?;
        let key = self.open_key(&stored)?;
        let detection = self.look(&stored.provider, key.as_ref()).await?;
        self.note_listing(caller, id, &detection).await?;
        self.wait(caller, Some(id), stored.provider.name, None, detection).await
    }

    /// The detections that wait to be saved, oldest first.
    #[must_use]
    pub fn pending_detections(&self, caller: &Caller) -> Vec<PendingDetection> {
        self.inner.waiting.of(caller.owner)
    }

    /// Forgets a detection, and the key typed with it.
    pub fn dismiss_detection(&self, caller: &Caller, id: DetectionId) {
        self.inner.waiting.remove(caller.owner, id);
    }

    /// Stores what was found: a new provider, or the models of one that is there.
    ///
    /// # Errors
    /// When the detection is forgotten, the name is taken, or the provider is gone. Then nothing is
    /// stored.
    pub async fn save_detection(
        &self,
        caller: &Caller,
        id: DetectionId,
        name: &str,
    ) -> Result<Provider, Error> {
        let entry = self.inner.waiting.get(caller.owner, id).ok_or_else(forgotten)?;
        let detection = &Detection { models: entry.models, ..entry.found.detection };
        let provider = match entry.found.provider_id {
            Some(provider) => provider,
            None => self.add_detected(caller, name, detection, entry.key.as_ref()).await?,
        };
        self.apply(caller, provider, detection).await?;
        self.inner.waiting.remove(caller.owner, id);
        Ok(self.inner.store.provider(caller.owner, provider).await?.provider)
    }

    /// Asks every provider again and stores what changed; one that fails keeps its last good list.
    pub(crate) async fn detect_all(&self, caller: &Caller) -> Result<(), Error> {
        for provider in self.providers(caller).await? {
            if let Err(error) = self.refresh(caller, provider.id).await {
                tracing::warn!(
                    provider.id = %provider.id,
                    error = &error as &dyn std::error::Error,
                    "The models of a provider could not be refreshed"
                );
            }
        }
        Ok(())
    }

    /// Asks a provider again and stores what changed.
    pub(crate) async fn refresh(&self, caller: &Caller, id: ProviderId) -> Result<(), Error> {
        let stored = self.editable(caller, id).await?;
        let key = self.open_key(&stored)?;
        let detection = self.look(&stored.provider, key.as_ref()).await?;
        self.note_listing(caller, id, &detection).await?;
        self.apply(caller, id, &detection).await
    }

    /// A new provider as it was found.
    pub(crate) async fn add_detected(
        &self,
        caller: &Caller,
        name: &str,
        detection: &Detection,
        key: Option<&SecretString>,
    ) -> Result<ProviderId, Error> {
        let id = ProviderId::generate();
        let new = NewProvider {
            id,
            kind: detection.kind,
            name: crate::check::name(name, "name")?,
            base_url: detection.base_url.clone(),
            key_ciphertext: key.map(|key| self.seal(id, key)).transpose()?,
            server: facts(detection),
        };
        self.inner.store.create_provider(caller.owner, new, Timestamp::now()).await?;
        self.note_listing(caller, id, detection).await?;
        Ok(id)
    }

    /// Moves a provider to where it was found.
    pub(crate) async fn move_detected(
        &self,
        caller: &Caller,
        id: ProviderId,
        name: String,
        key: KeyChange,
        detection: &Detection,
    ) -> Result<(), Error> {
        let base_url = detection.base_url.clone();
        let change = ProviderChange { kind: detection.kind, name, base_url, key };
        self.inner.store.update_provider(caller.owner, id, change, Timestamp::now()).await?;
        self.note_listing(caller, id, detection).await?;
        self.apply(caller, id, detection).await
    }

    /// Stores facts and models; after a failure the last good list stays as it is.
    pub(crate) async fn apply(
        &self,
        caller: &Caller,
        id: ProviderId,
        detection: &Detection,
    ) -> Result<(), Error> {
        if detection.failure.is_some() && detection.models.is_empty() {
            return Ok(());
        }
        let (store, now) = (&self.inner.store, Timestamp::now());
        store.record_server(caller.owner, id, facts(detection)).await?;
        Ok(store.replace_models(caller.owner, id, &detection.models, now).await?)
    }

    /// Notes how a listing went.
    async fn note_listing(
        &self,
        caller: &Caller,
        id: ProviderId,
        detection: &Detection,
    ) -> Result<(), Error> {
        let failure = detection.failure.as_ref();
        let told = failure.map(|it| (it.class, it.message.as_str(), it.action.as_str()));
        self.note_check(caller, id, CheckSource::Listing, detection.latency_ms, told).await
    }

    /// Notes how a provider fared: in its history, and as the last thing that is known of it. A
    /// failure comes as its class, what happened, and what to do.
    pub(crate) async fn note_check(
        &self,
        caller: &Caller,
        id: ProviderId,
        source: CheckSource,
        latency_ms: Option<u32>,
        failure: Option<(FailureClass, &str, &str)>,
    ) -> Result<(), Error> {
        let (store, at) = (&self.inner.store, Timestamp::now());
        let check =
            ProviderCheck { source, at, latency_ms, failure: failure.map(|(class, ..)| class) };
        store.add_check(caller.owner, id, &check).await?;
        let outcome = match failure {
            None => Ok(()),
            Some((_, message, action)) => Err(format!("{message} {action}")),
        };
        Ok(store.record_check(caller.owner, id, outcome, at).await?)
    }

    async fn wait(
        &self,
        caller: &Caller,
        provider_id: Option<ProviderId>,
        name: String,
        key: Option<SecretString>,
        detection: Detection,
    ) -> Result<PendingDetection, Error> {
        let before = match provider_id {
            Some(id) => self.inner.store.listed_models(caller.owner, id).await?,
            None => Vec::new(),
        };
        let name = match provider_id {
            Some(_) => name,
            None => self.free_name(caller, name).await?,
        };
        let found = PendingDetection {
            id: DetectionId::generate(),
            provider_id,
            name,
            has_key: key.is_some(),
            changes: changes(&before, &detection),
            models: u32::try_from(detection.models.len()).unwrap_or(u32::MAX),
            detection: Detection { models: Vec::new(), ..detection.clone() },
        };
        let (owner, models, at) = (caller.owner, detection.models, Instant::now());
        self.inner.waiting.put(Entry { owner, found: found.clone(), models, key, at });
        Ok(found)
    }

    /// The name, with a number behind it if it is taken.
    async fn free_name(&self, caller: &Caller, name: String) -> Result<String, Error> {
        let providers = self.inner.store.providers(caller.owner).await?;
        let is_free = |name: &str| !providers.iter().any(|provider| provider.name == name);
        if is_free(&name) {
            return Ok(name);
        }
        let numbered = (2..).map(|number: u32| format!("{name} {number}"));
        Ok(numbered.take(1_000).find(|name| is_free(name)).unwrap_or(name))
    }
}

fn forgotten() -> Error {
    Error::new(
        ErrorCode::NotFound,
        "This detection was saved or forgotten meanwhile.",
        "Detect the models again.",
    )
}

/// What saving would change. After a failure it changes nothing.
fn changes(before: &[ListedModel], detection: &Detection) -> ModelChanges {
    if detection.failure.is_some() && detection.models.is_empty() {
        let unchanged = u32::try_from(before.len()).unwrap_or(u32::MAX);
        return ModelChanges { unchanged, ..ModelChanges::default() };
    }
    let mut old: HashMap<&str, &ListedModel> =
        before.iter().map(|model| (model.name.as_str(), model)).collect();
    let mut changes = ModelChanges::default();
    for model in &detection.models {
        match old.remove(model.name.as_str()) {
            None => add(&mut changes.new, model, None),
            Some(known) if known == model => changes.unchanged += 1,
            Some(known) => add(&mut changes.changed, model, Some(&known.facts)),
        }
    }
    for model in before.iter().filter(|model| old.contains_key(model.name.as_str())) {
        add(&mut changes.vanished, model, Some(&model.facts));
    }
    changes
}

fn add(models: &mut FoundModels, model: &ListedModel, before: Option<&ModelFacts>) {
    models.count += 1;
    if models.first.len() < MODELS_SHOWN {
        models.first.push(FoundModel {
            name: model.name.clone(),
            facts: model.facts.clone(),
            before: before.cloned(),
        });
    }
}

fn facts(detection: &Detection) -> ServerFacts {
    ServerFacts {
        kind: detection.server,
        version: detection.version.clone(),
        latency_ms: detection.latency_ms,
    }
}

/// What to call a provider: its software.
fn suggested_name(detection: &Detection) -> String {
    detection.server.map_or("Model server", ServerKind::label).to_owned()
}

/// Whether two addresses are the same but for a slash or `/v1` at their end, and the two names of this
/// computer.
pub(crate) fn same_address(one: &str, other: &str) -> bool {
    let plain = |address: &str| {
        address.trim_end_matches('/').trim_end_matches("/v1").replace("//localhost", "//127.0.0.1")
    };
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use models::{
        detection::{Authentication, Confidence},
        facts::Fact,
        provider::ProviderKind,
    };

    use super::*;

    fn detection(models: Vec<ListedModel>) -> Detection {
        Detection {
            server: None,
            confidence: Confidence::Likely,
            kind: ProviderKind::OpenaiChat,
            base_url: "http://127.0.0.1:1/v1".to_owned(),
            version: None,
            latency_ms: None,
            authentication: Authentication::None,
            models,
            warnings: Vec::new(),
            failure: None,
            probes: Vec::new(),
        }
    }

    #[test]
    fn new_vanished_and_changed_models_are_told_apart() {
        let facts = ModelFacts { vision: Some(Fact::reported(true)), ..ModelFacts::default() };
        let seeing = ListedModel { facts, ..ListedModel::named("b") };
        let before = [ListedModel::named("a"), ListedModel::named("b"), ListedModel::named("c")];
        let now = detection(vec![ListedModel::named("a"), seeing, ListedModel::named("d")]);
        let changes = changes(&before, &now);
        let names = |models: &FoundModels| {
            models.first.iter().map(|model| model.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&changes.new), ["d"]);
        assert_eq!(names(&changes.changed), ["b"]);
        assert_eq!(names(&changes.vanished), ["c"]);
        assert_eq!(changes.new.first[0].before, None);
        assert_eq!(changes.changed.first[0].before, Some(ModelFacts::default()));
        assert_eq!(changes.changed.first[0].facts.vision, Some(Fact::reported(true)));
        assert_eq!(changes.unchanged, 1);
    }

    #[test]
    fn addresses_are_the_same_whatever_their_end() {
        assert!(same_address("http://localhost:11434", "http://127.0.0.1:11434/v1/"));
        assert!(!same_address("http://localhost:11434", "http://localhost:1234"));
    }
}
