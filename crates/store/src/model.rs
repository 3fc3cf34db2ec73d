//! Models, as their providers last listed them.

use std::collections::{HashMap, HashSet};

use models::{
    id::{ModelId, OwnerId, ProviderId},
    model::Model,
    timestamp::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    column::parse,
    database::{Durability, Store},
    entity::{model, provider},
    error::StoreError,
    provider::by_id,
    setting,
};

/// Rows in one statement, so that its parameters stay below every driver's limit.
const ROWS: usize = 500;

impl Store {
    /// All models of an owner, by provider and name.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn models(&self, owner: OwnerId) -> Result<Vec<Model>, StoreError> {
        let rows = model::Entity::find()
            .filter(model::Column::OwnerId.eq(owner.0))
            .order_by_asc(model::Column::Name)
            .all(self.reader())
            .await?;
        let providers = by_id(self.reader(), owner).await?;
        let default = self.setting(owner, setting::DEFAULT_MODEL).await?;
        let mut models = rows
            .into_iter()
            .map(|row| from_row(row, &providers, default.as_deref()))
            .collect::<Result<Vec<Model>, StoreError>>()?;
        models.sort_by(|one, other| one.provider.cmp(&other.provider));
        Ok(models)
    }

    /// One model.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not this owner's.
    pub async fn model(&self, owner: OwnerId, id: ModelId) -> Result<Model, StoreError> {
        let row = model::Entity::find_by_id(id.0)
            .filter(model::Column::OwnerId.eq(owner.0))
            .one(self.reader())
            .await?
            .ok_or(StoreError::not_found("model"))?;
        let providers = by_id(self.reader(), owner).await?;
        let default = self.setting(owner, setting::DEFAULT_MODEL).await?;
        from_row(row, &providers, default.as_deref())
    }

    /// Makes a model the one new conversations use.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn set_default_model(&self, owner: OwnerId, id: ModelId) -> Result<(), StoreError> {
        let write = self.write(Durability::Durable).await?;
        ensure_owned(&*write, owner, id).await?;
        setting::put(&*write, owner, setting::DEFAULT_MODEL, &id.to_string()).await?;
        write.commit().await
    }

    /// Makes a provider's models exactly these names with their context lengths in tokens. A model that
    /// was there keeps its identifier; conversations lose a model that is gone.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the provider is not this owner's.
    pub async fn replace_models(
        &self,
        owner: OwnerId,
        provider: ProviderId,
        listed: &[(String, Option<u32>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.write(Durability::Durable).await?;
        let owned = provider::Entity::find_by_id(provider.0)
            .filter(provider::Column::OwnerId.eq(owner.0))
            .one(&*write)
            .await?;
        if owned.is_none() {
            return Err(StoreError::not_found("provider"));
        }
        remove_unlisted(&*write, provider, listed).await?;
        upsert(&*write, owner, provider, listed, now).await?;
        write.commit().await
    }
}

/// Refuses a model that is not this owner's.
pub(crate) async fn ensure_owned<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: ModelId,
) -> Result<(), StoreError> {
    let found = model::Entity::find_by_id(id.0)
        .filter(model::Column::OwnerId.eq(owner.0))
        .one(connection)
        .await?;
    found.map(|_| ()).ok_or(StoreError::not_found("model"))
}

async fn remove_unlisted<C: ConnectionTrait>(
    connection: &C,
    provider: ProviderId,
    listed: &[(String, Option<u32>)],
) -> Result<(), StoreError> {
    let names: HashSet<&str> = listed.iter().map(|(name, _)| name.as_str()).collect();
    let gone: Vec<Uuid> = model::Entity::find()
        .filter(model::Column::ProviderId.eq(provider.0))
        .all(connection)
        .await?
        .into_iter()
        .filter(|row| !names.contains(row.name.as_str()))
        .map(|row| row.id)
        .collect();
    for ids in gone.chunks(ROWS) {
        model::Entity::delete_many()
            .filter(model::Column::Id.is_in(ids.iter().copied()))
            .exec(connection)
            .await?;
    }
    Ok(())
}

async fn upsert<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    provider: ProviderId,
    listed: &[(String, Option<u32>)],
    now: Timestamp,
) -> Result<(), StoreError> {
    // PostgreSQL refuses a statement that meets one row twice, and providers do list a name twice.
    let mut seen = HashSet::new();
    let rows: Vec<model::ActiveModel> = listed
        .iter()
        .filter(|(name, _)| seen.insert(name.as_str()))
        .map(|(name, context_length)| model::ActiveModel {
            id: Set(ModelId::generate().0),
            owner_id: Set(owner.0),
            provider_id: Set(provider.0),
            name: Set(name.clone()),
            context_length: Set(context_length.map(i64::from)),
            seen_at: Set(now.0),
            created_at: Set(now.0),
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        let refresh = OnConflict::columns([model::Column::ProviderId, model::Column::Name])
            .update_columns([model::Column::ContextLength, model::Column::SeenAt])
            .to_owned();
        model::Entity::insert_many(rows.iter().cloned())
            .on_conflict(refresh)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

fn from_row(
    row: model::Model,
    providers: &HashMap<Uuid, provider::Model>,
    default: Option<&str>,
) -> Result<Model, StoreError> {
    let provider =
        providers.get(&row.provider_id).ok_or(StoreError::not_found("provider of this model"))?;
    let id = ModelId(row.id);
    Ok(Model {
        id,
        provider_id: ProviderId(row.provider_id),
        provider: provider.name.clone(),
        kind: parse("provider.kind", &provider.kind)?,
        name: row.name,
        context_length: row.context_length.and_then(|length| u32::try_from(length).ok()),
        seen_at: Timestamp(row.seen_at),
        is_default: default == Some(id.to_string().as_str()),
    })
}
