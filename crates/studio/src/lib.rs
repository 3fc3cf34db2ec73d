//! The business layer: every resource of the studio, with the caller and what the caller may do.
//!
//! The HTTP API and the server functions both call this and nothing below it.

mod attachment;
mod check;
mod configuration;
mod connection_test;
mod conversation;
mod detection;
mod error;
mod manual;
mod message;
mod message_view;
mod metric;
mod model;
mod parameters;
mod picture;
mod prompt_profile;
mod provider;
mod routing_profile;
mod run;
mod secret;
mod start;
mod view;
mod waiting;

pub use attachment::{AttachmentOptions, IntakeSlot};
pub use detection::Scan;
pub use error::Error;
pub use routing::RoutingOptions;
pub use start::{Caller, DetectionOptions, OutboundOptions, StartError, Studio, StudioOptions};
pub use store::StoreOptions;
