//! Models: what can be picked.

use models::{error::ErrorCode, id::ModelId, model::Model, provider::ProviderKind};

use crate::{Caller, Error, Studio};

impl Studio {
    /// The caller's models by provider and name, exactly one of them the default. Never waits for
    /// a provider.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn models(&self, caller: &Caller) -> Result<Vec<Model>, Error> {
        let mut models = self.inner.store.models(caller.owner).await?;
        if !models.iter().any(|model| model.is_default) {
            let real = models.iter().position(|model| model.kind != ProviderKind::Guide);
            if let Some(model) = models.get_mut(real.unwrap_or(0)) {
                model.is_default = true;
            }
        }
        Ok(models)
    }

    /// Makes a model the one new conversations use.
    ///
    /// # Errors
    /// When the caller has no such model.
    pub async fn set_default_model(&self, caller: &Caller, model: ModelId) -> Result<(), Error> {
        self.model_or_default(caller, Some(model)).await?;
        Ok(self.inner.store.set_default_model(caller.owner, model).await?)
    }

    /// The model with this identifier; without one, the default.
    pub(crate) async fn model_or_default(
        &self,
        caller: &Caller,
        id: Option<ModelId>,
    ) -> Result<Model, Error> {
        let models = self.models(caller).await?;
        let known: Vec<String> = models.iter().map(|model| model.id.to_string()).collect();
        let found = models.into_iter().find(|model| match id {
            Some(id) => model.id == id,
            None => model.is_default,
        });
        found.ok_or_else(|| {
            Error::new(
                ErrorCode::NotFound,
                "There is no such model.",
                "Choose one of the models that are listed, or add its provider on the LLM Config page.",
            )
            .with_known(known)
        })
    }
}
