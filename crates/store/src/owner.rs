//! The owner of a single-user installation.

use models::{id::OwnerId, timestamp::Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};

use crate::{
    database::{Backend, Durability, Store},
    entity::owner,
    error::StoreError,
};

impl Store {
    /// The owner of this installation, made at the first start.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn ensure_owner(&self) -> Result<OwnerId, StoreError> {
        let write = self.write(Durability::Durable).await?;
        if self.backend() == Backend::Postgres {
            // Two instances that start at once must not make two owners.
            write.execute_unprepared("LOCK TABLE owner IN EXCLUSIVE MODE").await?;
        }
        let first = owner::Entity::find().order_by_asc(owner::Column::Id).one(&*write).await?;
        if let Some(first) = first {
            return Ok(OwnerId(first.id));
        }
        let id = OwnerId::generate();
        let row = owner::ActiveModel {
            id: Set(id.0),
            name: Set("Owner".to_owned()),
            created_at: Set(Timestamp::now().0),
        };
        owner::Entity::insert(row).exec_without_returning(&*write).await?;
        write.commit().await?;
        Ok(id)
    }
}
