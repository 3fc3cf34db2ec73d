//! The settings of a generation as a form: its fields, how they are read, and whose they are.

mod fields;
mod form;
mod page;
mod panel;
mod server_functions;

#[cfg(feature = "ssr")]
pub(crate) use self::form::{no_number, number};
pub(crate) use self::{
    fields::ParameterFields,
    form::ParametersForm,
    page::ParametersPage,
    panel::ParametersPanel,
    server_functions::{ConversationParameters, LoadParameters},
};
