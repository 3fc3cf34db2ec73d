//! Typed models shared by the browser and the server: serde only, no input or output.

pub mod attachment;
pub mod configuration;
pub mod conversation;
pub mod detection;
pub mod error;
pub mod facts;
pub mod health;
pub mod id;
pub mod limits;
pub mod message;
pub mod metric;
pub mod model;
pub mod parameters;
pub mod part;
pub mod prompt_profile;
pub mod provider;
pub mod routing_profile;
pub mod run;
pub mod run_event;
pub mod timestamp;
pub mod usage;
pub mod view;
