//! Routing profiles: what can be picked.

use models::routing_profile::{DIRECT_LLM, RoutingProfile};

use crate::{Caller, Error, Studio};

impl Studio {
    /// The caller's routing profiles in their order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn routing_profiles(&self, caller: &Caller) -> Result<Vec<RoutingProfile>, Error> {
        Ok(self.inner.store.routing_profiles(caller.owner).await?)
    }

    /// The profile with this name on the wire; without a name, Direct LLM.
    pub(crate) async fn routing_profile(
        &self,
        caller: &Caller,
        slug: Option<&str>,
    ) -> Result<RoutingProfile, Error> {
        let slug = slug.unwrap_or(DIRECT_LLM);
        let profiles = self.routing_profiles(caller).await?;
        let known: Vec<String> = profiles.iter().map(|profile| profile.slug.clone()).collect();
        profiles.into_iter().find(|profile| profile.slug == slug).ok_or_else(|| {
            let shown: String = slug.chars().take(64).collect();
            Error::invalid(
                format!("There is no routing profile “{shown}”."),
                format!("Use one of: {}.", known.join(", ")),
            )
            .with_known(known)
        })
    }
}
