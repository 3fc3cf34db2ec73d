//! Prompt profiles.

use models::{
    id::{OwnerId, PromptProfileId},
    prompt_profile::{PromptProfile, PromptProfileInput},
    timestamp::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};

use crate::{
    database::{Durability, Store},
    entity::prompt_profile,
    error::{Conflict, StoreError},
};

impl Store {
    /// All prompt profiles of an owner, by name.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn prompt_profiles(&self, owner: OwnerId) -> Result<Vec<PromptProfile>, StoreError> {
        let rows = prompt_profile::Entity::find()
            .filter(prompt_profile::Column::OwnerId.eq(owner.0))
            .order_by_asc(prompt_profile::Column::Name)
            .all(self.reader())
            .await?;
        Ok(rows.into_iter().map(from_row).collect())
    }

    /// One prompt profile.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not this owner's.
    pub async fn prompt_profile(
        &self,
        owner: OwnerId,
        id: PromptProfileId,
    ) -> Result<PromptProfile, StoreError> {
        read(self.reader(), owner, id).await
    }

    /// Adds a prompt profile; the input's version is not looked at.
    ///
    /// # Errors
    ///
    /// [`Conflict::NameTaken`].
    pub async fn create_prompt_profile(
        &self,
        owner: OwnerId,
        id: PromptProfileId,
        input: PromptProfileInput,
        now: Timestamp,
    ) -> Result<PromptProfile, StoreError> {
        let row = prompt_profile::ActiveModel {
            id: Set(id.0),
            owner_id: Set(owner.0),
            name: Set(input.name),
            description: Set(input.description),
            system_prompt: Set(input.system_prompt),
            created_at: Set(now.0),
            updated_at: Set(now.0),
            version: Set(1),
        };
        let write = self.write(Durability::Durable).await?;
        prompt_profile::Entity::insert(row)
            .exec_without_returning(&*write)
            .await
            .map_err(StoreError::name_taken)?;
        let profile = read(&*write, owner, id).await?;
        write.commit().await?;
        Ok(profile)
    }

    /// Replaces a prompt profile's content.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], [`Conflict::NameTaken`], and [`Conflict::Stale`] when the input names
    /// a version that is not the present one.
    pub async fn update_prompt_profile(
        &self,
        owner: OwnerId,
        id: PromptProfileId,
        input: PromptProfileInput,
        now: Timestamp,
    ) -> Result<PromptProfile, StoreError> {
        let mut update = prompt_profile::Entity::update_many()
            .col_expr(prompt_profile::Column::Name, Expr::value(input.name))
            .col_expr(prompt_profile::Column::Description, Expr::value(input.description))
            .col_expr(prompt_profile::Column::SystemPrompt, Expr::value(input.system_prompt))
            .col_expr(prompt_profile::Column::UpdatedAt, Expr::value(now.0))
            .col_expr(
                prompt_profile::Column::Version,
                Expr::col(prompt_profile::Column::Version).add(1),
            )
            .filter(prompt_profile::Column::Id.eq(id.0))
            .filter(prompt_profile::Column::OwnerId.eq(owner.0));
        if let Some(version) = input.version {
            update = update.filter(prompt_profile::Column::Version.eq(version));
        }
        let write = self.write(Durability::Durable).await?;
        let updated = update.exec(&*write).await.map_err(StoreError::name_taken)?;
        let profile = read(&*write, owner, id).await?;
        if updated.rows_affected == 0 {
            return Err(StoreError::Conflict { what: Conflict::Stale });
        }
        write.commit().await?;
        Ok(profile)
    }

    /// Removes a prompt profile; conversations that used it go on without.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub async fn delete_prompt_profile(
        &self,
        owner: OwnerId,
        id: PromptProfileId,
    ) -> Result<(), StoreError> {
        let write = self.write(Durability::Durable).await?;
        let deleted = prompt_profile::Entity::delete_many()
            .filter(prompt_profile::Column::Id.eq(id.0))
            .filter(prompt_profile::Column::OwnerId.eq(owner.0))
            .exec(&*write)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(StoreError::not_found("prompt profile"));
        }
        write.commit().await
    }
}

/// One prompt profile, if it is this owner's.
pub(crate) async fn read<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    id: PromptProfileId,
) -> Result<PromptProfile, StoreError> {
    let row = prompt_profile::Entity::find_by_id(id.0)
        .filter(prompt_profile::Column::OwnerId.eq(owner.0))
        .one(connection)
        .await?;
    row.map(from_row).ok_or(StoreError::not_found("prompt profile"))
}

fn from_row(row: prompt_profile::Model) -> PromptProfile {
    PromptProfile {
        id: PromptProfileId(row.id),
        name: row.name,
        description: row.description,
        system_prompt: row.system_prompt,
        updated_at: Timestamp(row.updated_at),
        version: row.version,
    }
}
