//! Models: what their providers list, and what the owner says of them.

use std::collections::{HashMap, HashSet};

use models::{
    detection::ListedModel,
    id::{ModelId, OwnerId, ProviderId},
    model::{Model, ModelEdit, ModelQuery},
    timestamp::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, UpdateMany,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    column::{from_json, moment, parse, to_json},
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
        let mut models = self.find_models(owner, &ModelQuery::default()).await?.models;
        models.sort_by(|one, other| {
            one.provider.cmp(&other.provider).then_with(|| one.name.cmp(&other.name))
        });
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

    /// The model that was made the one new conversations use; none if none was, or it is gone.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn default_model(&self, owner: OwnerId) -> Result<Option<Model>, StoreError> {
        let chosen = self.setting(owner, setting::DEFAULT_MODEL).await?;
        let Some(id) = chosen.and_then(|id| id.parse().ok()) else { return Ok(None) };
        match self.model(owner, id).await {
            Ok(model) => Ok(Some(model)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
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

    /// Stores what the owner says of a model.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn edit_model(
        &self,
        owner: OwnerId,
        id: ModelId,
        edit: &ModelEdit,
    ) -> Result<(), StoreError> {
        let name = edit.display_name.clone().filter(|name| !name.is_empty());
        let facts = to_json("model.user_facts", &edit.facts)?;
        let parameters = to_json("model.parameters", &edit.parameters)?;
        let update = owned(owner, id)
            .col_expr(model::Column::DisplayName, Expr::value(name))
            .col_expr(model::Column::UserFacts, Expr::value(facts))
            .col_expr(model::Column::Parameters, Expr::value(parameters));
        self.change_model(update).await
    }

    /// What the owner says of a model, without its server's word.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn model_edit(&self, owner: OwnerId, id: ModelId) -> Result<ModelEdit, StoreError> {
        let row = model::Entity::find_by_id(id.0)
            .filter(model::Column::OwnerId.eq(owner.0))
            .one(self.reader())
            .await?
            .ok_or(StoreError::not_found("model"))?;
        edit_of(&row)
    }

    /// All models of a provider with what the owner says of each.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn models_with_edits(
        &self,
        owner: OwnerId,
        provider: ProviderId,
    ) -> Result<Vec<(Model, ModelEdit)>, StoreError> {
        let providers = by_id(self.reader(), owner).await?;
        let rows = model::Entity::find()
            .filter(model::Column::OwnerId.eq(owner.0))
            .filter(model::Column::ProviderId.eq(provider.0))
            .order_by_asc(model::Column::Name)
            .all(self.reader())
            .await?;
        rows.into_iter()
            .map(|row| {
                let edit = edit_of(&row)?;
                Ok((from_row(row, &providers, None)?, edit))
            })
            .collect()
    }

    /// Makes a model one that can be picked, or none.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn enable_model(
        &self,
        owner: OwnerId,
        id: ModelId,
        enabled: bool,
    ) -> Result<(), StoreError> {
        self.change_model(owned(owner, id).col_expr(model::Column::Enabled, Expr::value(enabled)))
            .await
    }

    /// Puts a model among those at the top, or takes it away from there.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn favour_model(
        &self,
        owner: OwnerId,
        id: ModelId,
        favourite: bool,
    ) -> Result<(), StoreError> {
        self.change_model(
            owned(owner, id).col_expr(model::Column::Favourite, Expr::value(favourite)),
        )
        .await
    }

    /// Makes these the models a provider lists. A model that was there keeps its identifier and what
    /// the owner said of it; one that is gone stays, marked as no longer listed, so that it is the same
    /// one when it comes back.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the provider is not this owner's.
    pub async fn replace_models(
        &self,
        owner: OwnerId,
        provider: ProviderId,
        listed: &[ListedModel],
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
        model::Entity::update_many()
            .col_expr(model::Column::Listed, Expr::value(false))
            .filter(model::Column::ProviderId.eq(provider.0))
            .exec(&*write)
            .await?;
        upsert(&*write, owner, provider, listed, now).await?;
        write.commit().await
    }

    /// What a provider listed when it was last asked, without the owner's word.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn listed_models(
        &self,
        owner: OwnerId,
        provider: ProviderId,
    ) -> Result<Vec<ListedModel>, StoreError> {
        let rows = model::Entity::find()
            .filter(model::Column::OwnerId.eq(owner.0))
            .filter(model::Column::ProviderId.eq(provider.0))
            .filter(model::Column::Listed.eq(true))
            .all(self.reader())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(ListedModel {
                    name: row.name,
                    display_name: row.listed_display_name,
                    facts: from_json("model.facts", &row.facts)?,
                })
            })
            .collect()
    }

    async fn change_model(&self, update: UpdateMany<model::Entity>) -> Result<(), StoreError> {
        let write = self.write(Durability::Durable).await?;
        if update.exec(&*write).await?.rows_affected == 0 {
            return Err(StoreError::not_found("model"));
        }
        write.commit().await
    }
}

/// Notes that an answer is asked of a model.
pub(crate) async fn used<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: ModelId,
    now: Timestamp,
) -> Result<(), StoreError> {
    owned(owner, id)
        .col_expr(model::Column::LastUsedAt, Expr::value(now.0))
        .exec(connection)
        .await?;
    Ok(())
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

fn owned(owner: OwnerId, id: ModelId) -> UpdateMany<model::Entity> {
    model::Entity::update_many()
        .filter(model::Column::Id.eq(id.0))
        .filter(model::Column::OwnerId.eq(owner.0))
}

async fn upsert<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    provider: ProviderId,
    listed: &[ListedModel],
    now: Timestamp,
) -> Result<(), StoreError> {
    // PostgreSQL refuses a statement that meets one row twice, and providers do list a name twice.
    let mut seen = HashSet::new();
    let rows = listed
        .iter()
        .filter(|listed| seen.insert(listed.name.as_str()))
        .map(|listed| new_row(owner, provider, listed, now))
        .collect::<Result<Vec<_>, StoreError>>()?;
    for rows in rows.chunks(ROWS) {
        let refresh = OnConflict::columns([model::Column::ProviderId, model::Column::Name])
            .update_columns([
                model::Column::Facts,
                model::Column::ListedDisplayName,
                model::Column::Listed,
                model::Column::SeenAt,
            ])
            .to_owned();
        model::Entity::insert_many(rows.iter().cloned())
            .on_conflict(refresh)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

fn new_row(
    owner: OwnerId,
    provider: ProviderId,
    listed: &ListedModel,
    now: Timestamp,
) -> Result<model::ActiveModel, StoreError> {
    Ok(model::ActiveModel {
        id: Set(ModelId::generate().0),
        owner_id: Set(owner.0),
        provider_id: Set(provider.0),
        name: Set(listed.name.clone()),
        seen_at: Set(now.0),
        created_at: Set(now.0),
        display_name: Set(None),
        listed_display_name: Set(listed.display_name.clone()),
        facts: Set(to_json("model.facts", &listed.facts)?),
        user_facts: Set("{}".to_owned()),
        parameters: Set("{}".to_owned()),
        // What makes embeddings cannot answer; the owner may think otherwise.
        enabled: Set(listed.facts.embeddings.is_none_or(|fact| !fact.value)),
        favourite: Set(false),
        listed: Set(true),
        last_used_at: Set(None),
    })
}

fn edit_of(row: &model::Model) -> Result<ModelEdit, StoreError> {
    Ok(ModelEdit {
        display_name: row.display_name.clone(),
        facts: from_json("model.user_facts", &row.user_facts)?,
        parameters: from_json("model.parameters", &row.parameters)?,
    })
}

/// A row as a model of the studio; the provider it belongs to is among `providers`.
pub(crate) fn from_row(
    row: model::Model,
    providers: &HashMap<Uuid, provider::Model>,
    default: Option<&str>,
) -> Result<Model, StoreError> {
    let provider =
        providers.get(&row.provider_id).ok_or(StoreError::not_found("provider of this model"))?;
    let id = ModelId(row.id);
    let user: models::facts::ModelFacts = from_json("model.user_facts", &row.user_facts)?;
    Ok(Model {
        id,
        provider_id: ProviderId(row.provider_id),
        provider: provider.name.clone(),
        kind: parse("provider.kind", &provider.kind)?,
        name: row.name,
        display_name: row.display_name.or(row.listed_display_name),
        facts: user.or(&from_json("model.facts", &row.facts)?),
        parameters: from_json("model.parameters", &row.parameters)?,
        enabled: row.enabled,
        favourite: row.favourite,
        listed: row.listed,
        seen_at: Timestamp(row.seen_at),
        last_used_at: moment(row.last_used_at),
        is_default: default == Some(id.to_string().as_str()),
    })
}
