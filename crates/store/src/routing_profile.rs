//! Routing profiles.

use models::{
    id::{OwnerId, RoutingProfileId},
    routing_profile::{RoutingKind, RoutingProfile},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};

use crate::{
    column::parse,
    database::{Durability, Store},
    entity::routing_profile,
    error::StoreError,
};

/// A routing profile every installation should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRoutingProfile {
    /// The name on the wire.
    pub slug: String,
    /// The display name.
    pub name: String,
    /// What it does, as a sentence.
    pub description: String,
    /// The code that executes it.
    pub kind: RoutingKind,
    /// Its place in the list, smallest first.
    pub position: i64,
}

impl Store {
    /// All routing profiles of an owner, in their order.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn routing_profiles(
        &self,
        owner: OwnerId,
    ) -> Result<Vec<RoutingProfile>, StoreError> {
        routing_profile::Entity::find()
            .filter(routing_profile::Column::OwnerId.eq(owner.0))
            .order_by_asc(routing_profile::Column::Position)
            .order_by_asc(routing_profile::Column::Id)
            .all(self.reader())
            .await?
            .into_iter()
            .map(from_row)
            .collect()
    }

    /// Makes sure a profile with this slug is there; one that is stays as its owner made it.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn ensure_routing_profile(
        &self,
        owner: OwnerId,
        new: NewRoutingProfile,
    ) -> Result<(), StoreError> {
        let row = routing_profile::ActiveModel {
            id: Set(RoutingProfileId::generate().0),
            owner_id: Set(owner.0),
            slug: Set(new.slug),
            name: Set(new.name),
            description: Set(new.description),
            kind: Set(new.kind.as_str().to_owned()),
            position: Set(new.position),
        };
        let keep =
            OnConflict::columns([routing_profile::Column::OwnerId, routing_profile::Column::Slug])
                .do_nothing()
                .to_owned();
        let write = self.write(Durability::Durable).await?;
        routing_profile::Entity::insert(row)
            .on_conflict(keep)
            .exec_without_returning(&*write)
            .await?;
        write.commit().await
    }
}

fn from_row(row: routing_profile::Model) -> Result<RoutingProfile, StoreError> {
    Ok(RoutingProfile {
        id: RoutingProfileId(row.id),
        slug: row.slug,
        name: row.name,
        description: row.description,
        kind: parse("routing_profile.kind", &row.kind)?,
    })
}
