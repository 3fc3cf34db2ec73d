//! The schema's steps, hand-written: they import no entity, so an old step never changes its meaning.

mod columns;
mod m20261122_000001_owner;
mod m20261122_000002_provider;
mod m20261122_000003_profile;
mod m20261122_000004_conversation;
mod m20261122_000005_run;
mod m20261122_000006_chat_metric;
mod m20261123_000007_model_facts;
mod m20261123_000008_attachment;

use std::collections::HashSet;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait, sea_orm::ConnectionTrait};

/// All steps in the order of their making.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_owner::Migration),
            Box::new(m20261122_000002_provider::Migration),
            Box::new(m20261122_000003_profile::Migration),
            Box::new(m20261122_000004_conversation::Migration),
            Box::new(m20261122_000005_run::Migration),
            Box::new(m20261122_000006_chat_metric::Migration),
            Box::new(m20261123_000007_model_facts::Migration),
            Box::new(m20261123_000008_attachment::Migration),
        ]
    }
}

/// The steps this database has seen and this program does not know: it was used by a newer program.
///
/// # Errors
///
/// Whatever the database answers.
pub async fn unknown_steps<C>(database: &C) -> Result<Vec<String>, sea_orm_migration::DbErr>
where
    C: ConnectionTrait,
{
    let steps = Migrator::migrations();
    let known: HashSet<&str> = steps.iter().map(|step| step.name()).collect();
    Ok(Migrator::get_migration_models(database)
        .await?
        .into_iter()
        .map(|model| model.version)
        .filter(|version| !known.contains(version.as_str()))
        .collect())
}
