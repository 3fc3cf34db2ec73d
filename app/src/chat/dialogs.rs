//! The dialogs of the chat page. Their code is no part of the first load: it comes to the browser when
//! the first of them is opened.

use leptos::{prelude::*, wasm_split, wasm_split::wasm_split};

use super::{model_dialog::ModelDialog, parameters_dialog::ParametersDialog, session::Session};
use crate::ui::dynamic::optional;

/// The identifier of the button that opens the choice of models.
pub(crate) const MODEL_BUTTON: &str = "model-button";
/// The identifier of the link that opens the parameters.
pub(crate) const PARAMETERS_BUTTON: &str = "parameters-button";

/// Which dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// The choice of models.
    Models,
    /// The conversation's parameters.
    Parameters,
}

/// Makes a dialog.
pub(crate) type Make = fn(Dialog, Session) -> AnyView;

/// The code of the dialogs did not arrive.
pub(crate) struct NotLoaded;

impl From<wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Loads the code of all dialogs. The framework's `lazy` would end the app where the server is out of
/// reach.
#[wasm_split(chat_dialogs, wasm_split_path = ::leptos::wasm_split, fallible)]
pub(crate) fn load() -> Result<Make, NotLoaded> {
    Ok(make)
}

/// Where the open dialog stands.
pub(crate) fn open_dialog(session: &Session) -> AnyView {
    let session = session.clone();
    optional(move || session.dialog.get().map(|(dialog, make)| make(dialog, session.clone())))
}

fn make(dialog: Dialog, session: Session) -> AnyView {
    match dialog {
        Dialog::Models => view! { <ModelDialog session /> }.into_any(),
        Dialog::Parameters => view! { <ParametersDialog session /> }.into_any(),
    }
}
