//! How providers fared: a bounded history of answers, listings and tests.

use models::{
    health::{CheckSource, ProviderCheck},
    id::{OwnerId, ProviderCheckId, ProviderId},
    timestamp::Timestamp,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    column::{from_word, to_word},
    database::{Durability, Store},
    entity::provider_check::{ActiveModel, Column, Entity},
    error::StoreError,
};

/// How long an observation is kept, in milliseconds: a week.
const KEPT_MILLIS: i64 = 7 * 24 * 60 * 60 * 1_000;

impl Store {
    /// Adds an observation and forgets those of a week ago. One of a provider that has just been
    /// removed is dropped.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn add_check(
        &self,
        owner: OwnerId,
        provider: ProviderId,
        check: &ProviderCheck,
    ) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(ProviderCheckId::generate().0),
            owner_id: Set(owner.0),
            provider_id: Set(provider.0),
            source: Set(to_word("provider_check.source", Some(check.source))?.unwrap_or_default()),
            at: Set(check.at.0),
            latency_ms: Set(check.latency_ms.map(i64::from)),
            failure: Set(to_word("provider_check.failure", check.failure)?),
        };
        let write = self.write(Durability::Relaxed).await?;
        let known = crate::entity::provider::Entity::find_by_id(provider.0)
            .filter(crate::entity::provider::Column::OwnerId.eq(owner.0))
            .one(&*write)
            .await?;
        if known.is_none() {
            return Ok(());
        }
        Entity::insert(row).exec_without_returning(&*write).await?;
        Entity::delete_many()
            .filter(Column::ProviderId.eq(provider.0))
            .filter(Column::At.lt(check.at.0 - KEPT_MILLIS))
            .exec(&*write)
            .await?;
        write.commit().await
    }

    /// The newest observations of a provider, oldest of them first.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn checks(
        &self,
        owner: OwnerId,
        provider: ProviderId,
        limit: u32,
    ) -> Result<Vec<ProviderCheck>, StoreError> {
        let rows = Entity::find()
            .filter(Column::OwnerId.eq(owner.0))
            .filter(Column::ProviderId.eq(provider.0))
            .order_by_desc(Column::At)
            .limit(u64::from(limit))
            .all(self.reader())
            .await?;
        rows.into_iter()
            .rev()
            .map(|row| {
                Ok(ProviderCheck {
                    source: from_word("provider_check.source", Some(row.source))?
                        .unwrap_or(CheckSource::Use),
                    at: Timestamp(row.at),
                    latency_ms: row.latency_ms.and_then(|millis| u32::try_from(millis).ok()),
                    failure: from_word("provider_check.failure", row.failure)?,
                })
            })
            .collect()
    }
}
