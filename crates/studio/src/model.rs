//! Models: what can be picked, and what the owner says of them.

use models::{
    error::ErrorCode,
    facts::{Fact, FactSource, ModelFacts},
    id::ModelId,
    model::{Model, ModelEdit, ModelPage, ModelQuery},
    provider::ProviderKind,
};
use store::StoreError;

use crate::{Caller, Error, Studio, check};

/// Models named in an error about one that does not exist.
const KNOWN_SHOWN: u32 = 50;
/// Longest search, in bytes.
const SEARCH_BYTES: usize = 1_000;
/// Models that a page offers before anything was searched for.
const OFFERED: u32 = 100;

impl Studio {
    /// The caller's models that can be picked, by provider and name, one of them the default. Never
    /// waits for a provider.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn models(&self, caller: &Caller) -> Result<Vec<Model>, Error> {
        let query = ModelQuery { selectable: true, ..ModelQuery::default() };
        let mut models = self.inner.store.find_models(caller.owner, &query).await?.models;
        if let Some(default) = default_among(&models) {
            models[default].is_default = true;
        }
        models.sort_by(|one, other| {
            one.provider.cmp(&other.provider).then_with(|| one.name.cmp(&other.name))
        });
        Ok(models)
    }

    /// Some of the caller's models: favourites first, then those used last.
    ///
    /// # Errors
    /// When the search is too long, or the database cannot be read.
    pub async fn find_models(
        &self,
        caller: &Caller,
        query: &ModelQuery,
    ) -> Result<ModelPage, Error> {
        if query.text.len() > SEARCH_BYTES {
            return Err(Error::too_large("search", SEARCH_BYTES, "bytes"));
        }
        Ok(self.inner.store.find_models(caller.owner, query).await?)
    }

    /// Some of the caller's models that can be picked, favourites and those used last first, and the one
    /// that is picked when a page opens: `wanted` if it can be, else the default.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn offered_models(
        &self,
        caller: &Caller,
        wanted: Option<ModelId>,
    ) -> Result<(ModelPage, Option<Model>), Error> {
        let query = ModelQuery { selectable: true, limit: OFFERED, ..ModelQuery::default() };
        let offered = self.inner.store.find_models(caller.owner, &query).await?;
        Ok((offered, self.picked_model(caller, wanted).await?))
    }

    /// `wanted` if it can be picked, else the default. None if there is no model at all.
    pub(crate) async fn picked_model(
        &self,
        caller: &Caller,
        wanted: Option<ModelId>,
    ) -> Result<Option<Model>, Error> {
        let wanted = match wanted {
            Some(id) => self.selectable(caller, id).await?,
            None => None,
        };
        match wanted {
            Some(model) => Ok(Some(model)),
            None => self.default_model(caller).await,
        }
    }

    /// The model new conversations use: the chosen one, else the first that is a real model. None if
    /// there is no model at all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn default_model(&self, caller: &Caller) -> Result<Option<Model>, Error> {
        let store = &self.inner.store;
        let chosen = store.default_model(caller.owner).await?;
        if let Some(chosen) = chosen.filter(is_selectable) {
            return Ok(Some(chosen));
        }
        // The Guide is one model, so that the second one is real if there is any.
        let query = ModelQuery { selectable: true, limit: 2, ..ModelQuery::default() };
        let mut first = store.find_models(caller.owner, &query).await?.models;
        Ok(default_among(&first)
            .map(|index| Model { is_default: true, ..first.swap_remove(index) }))
    }

    /// Makes a model the one new conversations use.
    ///
    /// # Errors
    /// When the caller has no such model.
    pub async fn set_default_model(&self, caller: &Caller, model: ModelId) -> Result<(), Error> {
        self.model_or_default(caller, Some(model)).await?;
        Ok(self.inner.store.set_default_model(caller.owner, model).await?)
    }

    /// Makes a model one that can be picked, or none.
    ///
    /// # Errors
    /// When the caller has no such model.
    pub async fn enable_model(
        &self,
        caller: &Caller,
        model: ModelId,
        enabled: bool,
    ) -> Result<(), Error> {
        Ok(self.inner.store.enable_model(caller.owner, model, enabled).await?)
    }

    /// Puts a model among those at the top, or takes it away from there.
    ///
    /// # Errors
    /// When the caller has no such model.
    pub async fn favour_model(
        &self,
        caller: &Caller,
        model: ModelId,
        favourite: bool,
    ) -> Result<(), Error> {
        Ok(self.inner.store.favour_model(caller.owner, model, favourite).await?)
    }

    /// A model as it is, and what the caller has said of it.
    ///
    /// # Errors
    /// When the caller has no such model.
    pub async fn model(&self, caller: &Caller, id: ModelId) -> Result<(Model, ModelEdit), Error> {
        let store = &self.inner.store;
        Ok((store.model(caller.owner, id).await?, store.model_edit(caller.owner, id).await?))
    }

    /// Stores what the caller says of a model. Every fact in it becomes the owner's word.
    ///
    /// # Errors
    /// When a field is outside its limits, or the caller has no such model.
    pub async fn edit_model(
        &self,
        caller: &Caller,
        id: ModelId,
        edit: ModelEdit,
    ) -> Result<(), Error> {
        let edit = checked_edit(edit)?;
        Ok(self.inner.store.edit_model(caller.owner, id, &edit).await?)
    }

    /// The model with this identifier if it can be picked.
    async fn selectable(&self, caller: &Caller, id: ModelId) -> Result<Option<Model>, Error> {
        match self.inner.store.model(caller.owner, id).await {
            Ok(model) => Ok(Some(model).filter(is_selectable)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The model with this identifier; without one, the default.
    pub(crate) async fn model_or_default(
        &self,
        caller: &Caller,
        id: Option<ModelId>,
    ) -> Result<Model, Error> {
        let store = &self.inner.store;
        let found = match id {
            Some(id) => match store.model(caller.owner, id).await {
                Ok(model) => Some(model),
                Err(StoreError::NotFound { .. }) => None,
                Err(error) => return Err(error.into()),
            },
            None => self.default_model(caller).await?,
        };
        match found {
            Some(model) => Ok(model),
            None => {
                let query =
                    ModelQuery { selectable: true, limit: KNOWN_SHOWN, ..ModelQuery::default() };
                let known = store.find_models(caller.owner, &query).await?.models;
                Err(Error::new(
                    ErrorCode::NotFound,
                    "There is no such model.",
                    "Choose one of the models that are listed, or add its provider on the LLM Config page.",
                )
                .with_known(known.iter().map(|model| model.id.to_string()).collect()))
            }
        }
    }
}

fn is_selectable(model: &Model) -> bool {
    model.enabled && model.listed
}

/// Which of these is the default: the chosen one, else the first that is a real model.
fn default_among(models: &[Model]) -> Option<usize> {
    let chosen = models.iter().position(|model| model.is_default);
    let real = || models.iter().position(|model| model.kind != ProviderKind::Guide);
    chosen.or_else(real).or((!models.is_empty()).then_some(0))
}

/// What the owner says of a model, within its limits, with every fact marked as the owner's.
pub(crate) fn checked_edit(edit: ModelEdit) -> Result<ModelEdit, Error> {
    let display_name = match edit.display_name.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(name) => Some(check::name(name, "display name")?),
    };
    Ok(ModelEdit {
        display_name,
        facts: owners_word(edit.facts)?,
        parameters: check::parameters(edit.parameters)?,
    })
}

/// Marks every fact as the owner's.
fn owners_word(facts: ModelFacts) -> Result<ModelFacts, Error> {
    fn mine<T>(fact: Option<Fact<T>>) -> Option<Fact<T>> {
        fact.map(|fact| Fact { source: FactSource::User, ..fact })
    }
    let zero = |fact: &Option<Fact<u32>>| fact.as_ref().is_some_and(|fact| fact.value == 0);
    if zero(&facts.context_length) || zero(&facts.max_output) {
        return Err(Error::invalid(
            "A model has room for at least one token.",
            "Give a number of tokens, or leave the field empty.",
        ));
    }
    if let Some(Fact { value: price, .. }) = &facts.price {
        let negative = price.input < 0 || price.output < 0 || price.cached.is_some_and(|it| it < 0);
        let currency = price.currency.len() == 3
            && price.currency.bytes().all(|letter| letter.is_ascii_uppercase());
        if negative || !currency {
            return Err(Error::invalid(
                "This is no price.",
                "Give amounts of zero or more, and a currency such as USD.",
            ));
        }
    }
    Ok(ModelFacts {
        context_length: mine(facts.context_length),
        max_output: mine(facts.max_output),
        vision: mine(facts.vision),
        tools: mine(facts.tools),
        reasoning: mine(facts.reasoning),
        embeddings: mine(facts.embeddings),
        price: mine(facts.price),
    })
}
