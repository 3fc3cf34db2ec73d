//! The conversation's parameters as a dialog.

use leptos::{prelude::*, server_fn::ServerFn};
use models::parameters::Parameters;

use super::{dialogs::PARAMETERS_BUTTON, session::Session};
use crate::{
    browser::{ask, spawn},
    error::StudioError,
    parameters::{ConversationParameters, LoadParameters, ParametersPanel},
    ui::{
        dynamic::optional,
        modal::{Modal, ModalRef, close},
        notice::ErrorNotice,
        toast::use_toasts,
    },
};

/// Loads what is set, shows it as a form, and notes what was saved.
#[component]
pub(super) fn ParametersDialog(
    /// The page's.
    session: Session,
) -> impl IntoView {
    let node = ModalRef::new();
    let toasts = use_toasts();
    let loaded = RwSignal::new(None::<Result<ConversationParameters, StudioError>>);
    let begins = session.selection.parameters.clone();
    let conversation = session.transcript.id().map(|id| id.to_string()).unwrap_or_default();
    let fields =
        vec![("conversation", conversation), ("model", session.selection.model.get_untracked())];
    spawn(async move {
        let answer = ask::<ConversationParameters>(LoadParameters::url(), fields).await;
        let _ = loaded.try_set(Some(answer.map(|of| match of.conversation {
            Some(_) => of,
            None => ConversationParameters { set: parsed(&begins.get_untracked()), ..of },
        })));
    });
    let saved = {
        let session = session.clone();
        Callback::new(move |set: Parameters| {
            let selection = &session.selection;
            selection.has_parameters.set(set != Parameters::default());
            if session.transcript.id().is_none() {
                selection.parameters.set(serde_json::to_string(&set).unwrap_or_default());
            }
            toasts.say("The next answer follows these parameters.");
            close(node);
        })
    };
    let closed = Callback::new(move |()| session.dialog.set(None));
    view! {
        <Modal node title="Parameters" opener=PARAMETERS_BUTTON closed>
            <div class="modal-body">
                {optional(move || {
                    loaded
                        .get()
                        .map(|loaded| match loaded {
                            Ok(of) => view! { <ParametersPanel of saved /> }.into_any(),
                            Err(error) => {
                                view! { <ErrorNotice error=Signal::stored(Some(error)) /> }.into_any()
                            }
                        })
                })}
            </div>
        </Modal>
    }
}

/// What is kept for the first message; nothing while nothing is.
fn parsed(text: &str) -> Parameters {
    serde_json::from_slice(text.as_bytes()).unwrap_or_default()
}
