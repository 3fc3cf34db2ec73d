//! One file a table, with the columns as the database holds them; the rest of the crate turns them into models.

pub(crate) mod attachment;
pub(crate) mod chat_metric;
pub(crate) mod conversation;
pub(crate) mod message;
pub(crate) mod model;
pub(crate) mod owner;
pub(crate) mod prompt_profile;
pub(crate) mod provider;
pub(crate) mod provider_check;
pub(crate) mod routing_profile;
pub(crate) mod run;
pub(crate) mod run_event;
pub(crate) mod setting;
