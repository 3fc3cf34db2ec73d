//! Export and import of the configuration: providers and the owner's word on their models, no keys.

use std::collections::HashSet;

use models::{
    configuration::{
        CONFIGURATION_VERSION, Configuration, ConfiguredDefault, ConfiguredModel,
        ConfiguredProvider, ImportSummary,
    },
    detection::ListedModel,
    id::ProviderId,
    model::{ModelEdit, ModelQuery},
    provider::{Provider, ProviderKind},
    timestamp::Timestamp,
};
use store::{NewProvider, ServerFacts};

use crate::{Caller, Error, Studio, check, model::checked_edit, provider::address};

/// Most providers in a file.
const MOST_PROVIDERS: usize = 200;
/// Most models of a provider in a file.
const MOST_MODELS: usize = 2_000;

impl Studio {
    /// The caller's configuration without any key.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn export_configuration(&self, caller: &Caller) -> Result<Configuration, Error> {
        let mut providers = Vec::new();
        for provider in self.providers(caller).await? {
            let models = self.configured_models(caller, provider.id).await?;
            providers.push(ConfiguredProvider {
                name: provider.name,
                kind: provider.kind,
                base_url: provider.base_url,
                server: provider.server,
                models,
            });
        }
        let default = self.default_model(caller).await?;
        let default_model = default
            .filter(|model| model.kind != ProviderKind::Guide)
            .map(|model| ConfiguredDefault { provider: model.provider, model: model.name });
        Ok(Configuration { version: CONFIGURATION_VERSION, providers, default_model })
    }

    /// Adds what a file holds: providers that are not there by name, and the owner's word on models.
    /// Nothing is taken away, and no address or key that is there changes.
    ///
    /// # Errors
    /// When anything in the file is outside its limits; then nothing is stored.
    pub async fn import_configuration(
        &self,
        caller: &Caller,
        file: Configuration,
    ) -> Result<ImportSummary, Error> {
        let checked = checked(file)?;
        let known = self.inner.store.providers(caller.owner).await?;
        let mut summary = ImportSummary::default();
        for provider in &checked.providers {
            let existing = known.iter().find(|known| known.name == provider.name);
            let id = match existing {
                Some(existing) => existing.id,
                None => self.add_configured(caller, provider).await?,
            };
            summary.models += self.configure_models(caller, id, provider, existing).await?;
            let list = if existing.is_some() { &mut summary.kept } else { &mut summary.added };
            list.push(provider.name.clone());
        }
        if let Some(default) = &checked.default_model {
            self.choose_default(caller, default).await?;
        }
        Ok(summary)
    }

    async fn configured_models(
        &self,
        caller: &Caller,
        provider: ProviderId,
    ) -> Result<Vec<ConfiguredModel>, Error> {
        let found = self.inner.store.models_with_edits(caller.owner, provider).await?;
        let mut models = Vec::new();
        for (model, edit) in found {
            let is_embedding = model.facts.embeddings.is_some_and(|fact| fact.value);
            let untouched =
                edit == ModelEdit::default() && !model.favourite && model.enabled != is_embedding;
            if !untouched {
                models.push(ConfiguredModel {
                    name: model.name,
                    display_name: edit.display_name,
                    enabled: model.enabled,
                    favourite: model.favourite,
                    facts: edit.facts,
                    parameters: edit.parameters,
                });
            }
        }
        Ok(models)
    }

    async fn add_configured(
        &self,
        caller: &Caller,
        provider: &ConfiguredProvider,
    ) -> Result<ProviderId, Error> {
        let new = NewProvider {
            id: ProviderId::generate(),
            kind: provider.kind,
            name: provider.name.clone(),
            base_url: provider.base_url.clone(),
            key_ciphertext: None,
            server: ServerFacts { kind: provider.server, ..ServerFacts::default() },
        };
        let added = self.inner.store.create_provider(caller.owner, new, Timestamp::now()).await?;
        Ok(added.id)
    }

    /// Stores the owner's word; gives the number of models it was stored for.
    async fn configure_models(
        &self,
        caller: &Caller,
        id: ProviderId,
        provider: &ConfiguredProvider,
        existing: Option<&Provider>,
    ) -> Result<u32, Error> {
        let (store, owner) = (&self.inner.store, caller.owner);
        if existing.is_none() {
            // Named in the file only: its server has yet to say that it has them.
            let named: Vec<ListedModel> =
                provider.models.iter().map(|model| ListedModel::named(&model.name)).collect();
            store.replace_models(owner, id, &named, Timestamp::now()).await?;
        }
        let query = ModelQuery { provider: Some(id), ..ModelQuery::default() };
        let found = store.find_models(owner, &query).await?.models;
        let mut stored = 0;
        for configured in &provider.models {
            let Some(model) = found.iter().find(|model| model.name == configured.name) else {
                continue;
            };
            let edit = ModelEdit {
                display_name: configured.display_name.clone(),
                facts: configured.facts.clone(),
                parameters: configured.parameters.clone(),
            };
            store.edit_model(owner, model.id, &edit).await?;
            store.enable_model(owner, model.id, configured.enabled).await?;
            store.favour_model(owner, model.id, configured.favourite).await?;
            stored += 1;
        }
        Ok(stored)
    }

    async fn choose_default(
        &self,
        caller: &Caller,
        default: &ConfiguredDefault,
    ) -> Result<(), Error> {
        let models = self.models(caller).await?;
        let wanted = models
            .iter()
            .find(|model| model.provider == default.provider && model.name == default.model);
        match wanted {
            Some(model) => self.set_default_model(caller, model.id).await,
            None => Ok(()),
        }
    }
}

/// The file with every field checked before anything of it is stored.
fn checked(file: Configuration) -> Result<Configuration, Error> {
    if file.version != CONFIGURATION_VERSION {
        return Err(Error::invalid(
            format!("The file is of version {}, which is not known here.", file.version),
            "Export it again with this version of Chat Studio.",
        ));
    }
    if file.providers.len() > MOST_PROVIDERS {
        return Err(Error::too_large("list of providers", MOST_PROVIDERS, "entries"));
    }
    let mut names = HashSet::new();
    let mut providers = Vec::with_capacity(file.providers.len());
    for provider in file.providers {
        let name = check::name(&provider.name, "name of a provider")?;
        if !names.insert(name.clone()) {
            return Err(Error::invalid(
                format!("The file has two providers called “{name}”."),
                "Give each a name of its own.",
            ));
        }
        if provider.kind == ProviderKind::Guide {
            return Err(Error::invalid(
                "The built-in Guide cannot be imported.",
                "Take it out of the file.",
            ));
        }
        if provider.models.len() > MOST_MODELS {
            return Err(Error::too_large("list of models", MOST_MODELS, "entries"));
        }
        address(&provider.base_url)?;
        providers.push(ConfiguredProvider {
            name,
            kind: provider.kind,
            base_url: provider.base_url,
            server: provider.server,
            models: provider.models.into_iter().map(checked_model).collect::<Result<_, _>>()?,
        });
    }
    Ok(Configuration { version: file.version, providers, default_model: file.default_model })
}

fn checked_model(model: ConfiguredModel) -> Result<ConfiguredModel, Error> {
    let edit = checked_edit(ModelEdit {
        display_name: model.display_name,
        facts: model.facts,
        parameters: model.parameters,
    })?;
    Ok(ConfiguredModel {
        name: model.name,
        display_name: edit.display_name,
        enabled: model.enabled,
        favourite: model.favourite,
        facts: edit.facts,
        parameters: edit.parameters,
    })
}
