//! Configured model servers. Their keys pass through here as ciphertext only.

use std::collections::HashMap;

use models::{
    detection::ServerKind,
    id::{OwnerId, ProviderId},
    provider::{Provider, ProviderKind},
    timestamp::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    column::{moment, parse},
    database::{Durability, Store},
    entity::{model, provider},
    error::StoreError,
};

/// A provider with the part that is never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProvider {
    /// What may be shown.
    pub provider: Provider,
    /// The key, encrypted by the caller.
    pub key_ciphertext: Option<Vec<u8>>,
}

/// A provider to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProvider {
    /// Its identifier.
    pub id: ProviderId,
    /// The protocol.
    pub kind: ProviderKind,
    /// Unique among the owner's.
    pub name: String,
    /// The address below which the protocol's paths lie.
    pub base_url: String,
    /// The key, encrypted by the caller.
    pub key_ciphertext: Option<Vec<u8>>,
    /// What is known of the software behind the address.
    pub server: ServerFacts,
}

/// What is known of the software behind an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerFacts {
    /// Which it is.
    pub kind: Option<ServerKind>,
    /// Its version, as it says.
    pub version: Option<String>,
    /// Milliseconds of its fastest answer.
    pub latency_ms: Option<u32>,
}

/// What a provider becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderChange {
    /// The protocol.
    pub kind: ProviderKind,
    /// Unique among the owner's.
    pub name: String,
    /// The address below which the protocol's paths lie.
    pub base_url: String,
    /// What happens to the key.
    pub key: KeyChange,
}

/// What happens to a provider's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// The stored one stays, if there is one.
    Keep,
    /// There is none any more.
    Remove,
    /// This one, encrypted by the caller.
    Replace(Vec<u8>),
}

impl Store {
    /// All providers of an owner, by name.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn providers(&self, owner: OwnerId) -> Result<Vec<Provider>, StoreError> {
        let rows = provider::Entity::find()
            .filter(provider::Column::OwnerId.eq(owner.0))
            .order_by_asc(provider::Column::Name)
            .all(self.reader())
            .await?;
        let counts = count_models(self.reader(), owner).await?;
        rows.into_iter()
            .map(|row| {
                let models = counts.get(&row.id).copied().unwrap_or(0);
                Ok(from_row(row, models)?.provider)
            })
            .collect()
    }

    /// One provider with its encrypted key.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not this owner's.
    pub async fn provider(
        &self,
        owner: OwnerId,
        id: ProviderId,
    ) -> Result<StoredProvider, StoreError> {
        read(self.reader(), owner, id).await
    }

    /// Adds a provider.
    ///
    /// # Errors
    ///
    /// [`Conflict::NameTaken`](crate::Conflict::NameTaken).
    pub async fn create_provider(
        &self,
        owner: OwnerId,
        new: NewProvider,
        now: Timestamp,
    ) -> Result<Provider, StoreError> {
        let row = provider::ActiveModel {
            id: Set(new.id.0),
            owner_id: Set(owner.0),
            kind: Set(new.kind.as_str().to_owned()),
            name: Set(new.name),
            base_url: Set(new.base_url),
            key_ciphertext: Set(new.key_ciphertext),
            checked_at: Set(None),
            last_error: Set(None),
            created_at: Set(now.0),
            updated_at: Set(now.0),
            version: Set(1),
            server: Set(new.server.kind.map(|kind| kind.as_str().to_owned())),
            server_version: Set(new.server.version),
            latency_ms: Set(new.server.latency_ms.map(i64::from)),
        };
        let write = self.write(Durability::Durable).await?;
        provider::Entity::insert(row)
            .exec_without_returning(&*write)
            .await
            .map_err(StoreError::name_taken)?;
        let stored = read(&*write, owner, new.id).await?;
        write.commit().await?;
        Ok(stored.provider)
    }

    /// Changes a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], [`Conflict::NameTaken`](crate::Conflict::NameTaken).
    pub async fn update_provider(
        &self,
        owner: OwnerId,
        id: ProviderId,
        change: ProviderChange,
        now: Timestamp,
    ) -> Result<Provider, StoreError> {
        let mut update = provider::Entity::update_many()
            .col_expr(provider::Column::Kind, Expr::value(change.kind.as_str()))
            .col_expr(provider::Column::Name, Expr::value(change.name))
            .col_expr(provider::Column::BaseUrl, Expr::value(change.base_url))
            .col_expr(provider::Column::UpdatedAt, Expr::value(now.0))
            .col_expr(provider::Column::Version, Expr::col(provider::Column::Version).add(1))
            .filter(provider::Column::Id.eq(id.0))
            .filter(provider::Column::OwnerId.eq(owner.0));
        let key = match change.key {
            KeyChange::Keep => None,
            KeyChange::Remove => Some(None),
            KeyChange::Replace(ciphertext) => Some(Some(ciphertext)),
        };
        if let Some(key) = key {
            update = update.col_expr(provider::Column::KeyCiphertext, Expr::value(key));
        }
        let write = self.write(Durability::Durable).await?;
        update.exec(&*write).await.map_err(StoreError::name_taken)?;
        let stored = read(&*write, owner, id).await?;
        write.commit().await?;
        Ok(stored.provider)
    }

    /// Removes a provider with its models; conversations that used one keep their messages.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn delete_provider(&self, owner: OwnerId, id: ProviderId) -> Result<(), StoreError> {
        let write = self.write(Durability::Durable).await?;
        let deleted = provider::Entity::delete_many()
            .filter(provider::Column::Id.eq(id.0))
            .filter(provider::Column::OwnerId.eq(owner.0))
            .exec(&*write)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(StoreError::not_found("provider"));
        }
        write.commit().await
    }

    /// Keeps what was last found out about the software behind the address.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn record_server(
        &self,
        owner: OwnerId,
        id: ProviderId,
        server: ServerFacts,
    ) -> Result<(), StoreError> {
        let kind = server.kind.map(|kind| kind.as_str().to_owned());
        let write = self.write(Durability::Durable).await?;
        let updated = provider::Entity::update_many()
            .col_expr(provider::Column::Server, Expr::value(kind))
            .col_expr(provider::Column::ServerVersion, Expr::value(server.version))
            .col_expr(provider::Column::LatencyMs, Expr::value(server.latency_ms.map(i64::from)))
            .filter(provider::Column::Id.eq(id.0))
            .filter(provider::Column::OwnerId.eq(owner.0))
            .exec(&*write)
            .await?;
        if updated.rows_affected == 0 {
            return Err(StoreError::not_found("provider"));
        }
        write.commit().await
    }

    /// Notes what the last test or listing came to: success, or a sentence that says what failed.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn record_check(
        &self,
        owner: OwnerId,
        id: ProviderId,
        outcome: Result<(), String>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = provider::Entity::update_many()
            .filter(provider::Column::Id.eq(id.0))
            .filter(provider::Column::OwnerId.eq(owner.0));
        let update = match outcome {
            Ok(()) => update
                .col_expr(provider::Column::CheckedAt, Expr::value(now.0))
                .col_expr(provider::Column::LastError, Expr::value(None::<String>)),
            Err(error) => update.col_expr(provider::Column::LastError, Expr::value(error)),
        };
        let write = self.write(Durability::Durable).await?;
        if update.exec(&*write).await?.rows_affected == 0 {
            return Err(StoreError::not_found("provider"));
        }
        write.commit().await
    }
}

/// The owner's providers by identifier, for the models' display.
pub(crate) async fn by_id<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
) -> Result<HashMap<Uuid, provider::Model>, StoreError> {
    let rows = provider::Entity::find()
        .filter(provider::Column::OwnerId.eq(owner.0))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn read<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: ProviderId,
) -> Result<StoredProvider, StoreError> {
    let row = provider::Entity::find_by_id(id.0)
        .filter(provider::Column::OwnerId.eq(owner.0))
        .one(connection)
        .await?
        .ok_or(StoreError::not_found("provider"))?;
    let counts = count_models(connection, owner).await?;
    let models = counts.get(&row.id).copied().unwrap_or(0);
    from_row(row, models)
}

async fn count_models<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
) -> Result<HashMap<Uuid, i64>, StoreError> {
    let counts: Vec<(Uuid, i64)> = model::Entity::find()
        .select_only()
        .column(model::Column::ProviderId)
        .column_as(model::Column::Id.count(), "models")
        .filter(model::Column::OwnerId.eq(owner.0))
        .filter(model::Column::Listed.eq(true))
        .group_by(model::Column::ProviderId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(counts.into_iter().collect())
}

fn from_row(row: provider::Model, models: i64) -> Result<StoredProvider, StoreError> {
    let provider = Provider {
        id: ProviderId(row.id),
        kind: parse("provider.kind", &row.kind)?,
        name: row.name,
        base_url: row.base_url,
        server: row.server.as_deref().map(|word| parse("provider.server", word)).transpose()?,
        server_version: row.server_version,
        latency_ms: row.latency_ms.and_then(|millis| u32::try_from(millis).ok()),
        has_key: row.key_ciphertext.is_some(),
        models: u32::try_from(models).unwrap_or(u32::MAX),
        checked_at: moment(row.checked_at),
        last_error: row.last_error,
        version: row.version,
    };
    Ok(StoredProvider { provider, key_ciphertext: row.key_ciphertext })
}
