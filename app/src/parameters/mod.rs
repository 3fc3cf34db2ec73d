//! The settings of a generation as a form: its fields, and how they are read.

mod fields;
mod form;

#[cfg(feature = "ssr")]
pub(crate) use self::form::number;
pub(crate) use self::{fields::ParameterFields, form::ParametersForm};
