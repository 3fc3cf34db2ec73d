//! Extractors whose refusals all have the one error shape.

mod id;
mod json;
mod query;
mod resume;

pub(crate) use id::PathId;
pub(crate) use json::JsonBody;
pub(crate) use query::QueryFields;
pub(crate) use resume::{After, ResumeAfter};
