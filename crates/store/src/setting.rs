//! Settings: short texts by name, one set an owner.

use std::collections::BTreeMap;

use models::id::OwnerId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};

use crate::{
    database::{Durability, Store},
    entity::setting,
    error::StoreError,
};

/// The setting that holds the identifier of the model new conversations use.
pub const DEFAULT_MODEL: &str = "default_model";

impl Store {
    /// One setting; absent when it was never set.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn setting(&self, owner: OwnerId, key: &str) -> Result<Option<String>, StoreError> {
        let found =
            setting::Entity::find_by_id((owner.0, key.to_owned())).one(self.reader()).await?;
        Ok(found.map(|row| row.value))
    }

    /// All settings of an owner.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn settings(&self, owner: OwnerId) -> Result<BTreeMap<String, String>, StoreError> {
        let rows = setting::Entity::find()
            .filter(setting::Column::OwnerId.eq(owner.0))
            .all(self.reader())
            .await?;
        Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
    }

    /// Sets one setting.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn set_setting(
        &self,
        owner: OwnerId,
        key: &str,
        value: &str,
    ) -> Result<(), StoreError> {
        let write = self.write(Durability::Durable).await?;
        put(&*write, owner, key, value).await?;
        write.commit().await
    }
}

/// Sets one setting within a transaction.
pub(crate) async fn put<C: ConnectionTrait>(
    connection: &C,
    owner: OwnerId,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    let row = setting::ActiveModel {
        owner_id: Set(owner.0),
        key: Set(key.to_owned()),
        value: Set(value.to_owned()),
    };
    let replace = OnConflict::columns([setting::Column::OwnerId, setting::Column::Key])
        .update_column(setting::Column::Value)
        .to_owned();
    setting::Entity::insert(row).on_conflict(replace).exec_without_returning(connection).await?;
    Ok(())
}
