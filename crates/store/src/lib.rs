//! The database: the only room that builds queries. SQLite and PostgreSQL behind one [`Store`].
//!
//! Every query names the owner whose rows it may touch; the few that serve the reaper of all owners
//! say so. Identifiers and moments come from the caller, so that one message has one clock.

mod accept;
mod attachment;
mod column;
mod conversation;
mod database;
#[expect(unreachable_pub, reason = "the entity derives want public structs and fields")]
mod entity;
mod error;
mod finish;
mod journal;
mod message;
mod metric;
mod model;
mod model_search;
mod owner;
#[cfg(test)]
mod plan;
mod postgres;
mod prompt_profile;
mod provider;
mod provider_check;
mod routing_profile;
mod run;
mod setting;
mod sqlite;

pub use accept::{AcceptRun, Accepted, NewUserMessage, Parent, RunTarget, SendTo};
pub use attachment::NewAttachment;
pub use conversation::{ConversationChange, NewConversationRow};
pub use database::{Backend, Store, StoreOptions};
pub use error::{Conflict, StoreError};
pub use finish::FinishRun;
pub use provider::{KeyChange, NewProvider, ProviderChange, ServerFacts, StoredProvider};
pub use routing_profile::NewRoutingProfile;
pub use run::{RunMode, RunRow};
pub use setting::DEFAULT_MODEL;
