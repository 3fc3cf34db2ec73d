//! The routing service: executes runs, journals what they say and lets anyone watch.
//!
//! A run belongs to the supervisor from the moment it is accepted; clients only read its journal.

mod attached;
mod direct;
pub mod draft;
mod execute;
mod guide;
mod housekeeping;
mod hub;
mod journal;
mod options;
mod profile;
mod prompt;
mod reaper;
pub mod registry;
mod retry;
mod supervisor;
pub mod title;
mod watch;

pub use guide::manual;
pub use options::RoutingOptions;
pub use supervisor::{Growing, Refused, Routing};
pub use watch::EventBatches;
