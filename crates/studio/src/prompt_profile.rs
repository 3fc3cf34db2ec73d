//! Prompt profiles: list, create, replace, delete.

use models::{
    error::ErrorCode,
    id::PromptProfileId,
    limits::SYSTEM_PROMPT_BYTES,
    prompt_profile::{PromptProfile, PromptProfileInput},
    timestamp::Timestamp,
};

use crate::{Caller, Error, Studio, check};

impl Studio {
    /// The caller's prompt profiles by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn prompt_profiles(&self, caller: &Caller) -> Result<Vec<PromptProfile>, Error> {
        Ok(self.inner.store.prompt_profiles(caller.owner).await?)
    }

    /// Creates a prompt profile.
    ///
    /// # Errors
    /// When a field is outside its limits or the name is taken.
    pub async fn create_prompt_profile(
        &self,
        caller: &Caller,
        input: PromptProfileInput,
    ) -> Result<PromptProfile, Error> {
        let input = checked(input)?;
        let (id, now) = (PromptProfileId::generate(), Timestamp::now());
        Ok(self.inner.store.create_prompt_profile(caller.owner, id, input, now).await?)
    }

    /// Replaces a prompt profile.
    ///
    /// # Errors
    /// When a field is outside its limits, the name is taken, the version is outdated, or the
    /// caller has no such profile.
    pub async fn replace_prompt_profile(
        &self,
        caller: &Caller,
        id: PromptProfileId,
        input: PromptProfileInput,
    ) -> Result<PromptProfile, Error> {
        let input = checked(input)?;
        Ok(self
            .inner
            .store
            .update_prompt_profile(caller.owner, id, input, Timestamp::now())
            .await?)
    }

    /// Deletes a prompt profile; conversations that used it go on without one.
    ///
    /// # Errors
    /// When the caller has no such profile.
    pub async fn delete_prompt_profile(
        &self,
        caller: &Caller,
        id: PromptProfileId,
    ) -> Result<(), Error> {
        Ok(self.inner.store.delete_prompt_profile(caller.owner, id).await?)
    }

    /// Fails unless the caller has this prompt profile.
    pub(crate) async fn check_prompt_profile(
        &self,
        caller: &Caller,
        id: PromptProfileId,
    ) -> Result<(), Error> {
        let profiles = self.prompt_profiles(caller).await?;
        if profiles.iter().any(|profile| profile.id == id) {
            return Ok(());
        }
        let known = profiles.iter().map(|profile| profile.id.to_string()).collect();
        Err(Error::new(
            ErrorCode::NotFound,
            "There is no such prompt profile.",
            "Choose one of those on the Prompts page, or none.",
        )
        .with_known(known))
    }
}

fn checked(input: PromptProfileInput) -> Result<PromptProfileInput, Error> {
    let name = check::name(&input.name, "name")?;
    let description = check::description(&input.description)?;
    if input.system_prompt.trim().is_empty() {
        return Err(Error::invalid("The system prompt is empty.", "Write what the model is told."));
    }
    if input.system_prompt.len() > SYSTEM_PROMPT_BYTES {
        return Err(Error::too_large("system prompt", SYSTEM_PROMPT_BYTES, "bytes"));
    }
    Ok(PromptProfileInput { name, description, ..input })
}
