//! The page at `/parameters`: the settings of a conversation, or of the first message of a new one.
//! With script a dialog of the chat page shows the same.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_navigate, use_query_map};
use models::{limits::MESSAGE_BYTES, parameters::Parameters};

use super::{
    ConversationParameters, ParameterFields, ParametersForm, ParametersPanel,
    server_functions::{BeginWithParameters, load_parameters},
};
use crate::{
    chat::key_without_script,
    error::StudioError,
    resource::{Loaded, resource},
    ui::{
        button::{SubmitButton, Tone, button_class},
        card::Card,
        field::{CONTROL, Field},
        form_error::posted_error,
        notice::ErrorNotice,
        page::Page,
    },
};

/// The settings of the conversation the address names; without one, those a new one begins with.
#[component]
pub(crate) fn ParametersPage() -> impl IntoView {
    let query = use_query_map();
    let conversation =
        Memo::new(move |_| query.with(|query| query.get("conversation").unwrap_or_default()));
    let parameters: Loaded<ConversationParameters> =
        resource(move || conversation.get(), |id| load_parameters(id, String::new()));
    view! {
        <Page
            title="Parameters"
            lead="What is asked of the model beside the messages. Each conversation has its own; a model has some for all of them on its page in LLM Config."
        >
            <p>
                <a
                    class=button_class(Tone::Quiet)
                    href=move || format!("/chat/{}", conversation.get())
                >
                    "← Back to the conversation"
                </a>
            </p>
            <Transition>{move || parameters.get().map(content)}</Transition>
        </Page>
    }
}

fn content(parameters: Result<ConversationParameters, StudioError>) -> AnyView {
    match parameters {
        Err(error) => view! { <ErrorNotice error=Signal::stored(Some(error)) /> }.into_any(),
        Ok(of) => match of.conversation {
            None => first_message(of),
            Some(id) => {
                let navigate = use_navigate();
                let saved = Callback::new(move |_: Parameters| {
                    navigate(&format!("/chat/{id}"), Default::default());
                });
                view! {
                    <Card title="This conversation">
                        <ParametersPanel of saved />
                    </Card>
                }
                .into_any()
            }
        },
    }
}

/// A plain form in every browser: its answer is another page.
fn first_message(of: ConversationParameters) -> AnyView {
    let error = posted_error::<BeginWithParameters>();
    let ConversationParameters { model, label, supported, own, .. } = of;
    view! {
        <Card title="A new conversation" text=format!("With “{label}”. What is empty is not sent.")>
            <form
                class="grid gap-6"
                method="post"
                action=BeginWithParameters::url()
                autocomplete="off"
            >
                <input type="hidden" name="model" value=model.to_string() />
                <input type="hidden" name="key" value=key_without_script() />
                <ParameterFields
                    form=ParametersForm::default()
                    supported
                    otherwise=ParametersForm::showing(&own)
                />
                <Field id="message" label="First message">
                    <textarea
                        id="message"
                        class=CONTROL
                        name="message"
                        rows="4"
                        required
                        maxlength=MESSAGE_BYTES.to_string()
                    ></textarea>
                </Field>
                <ErrorNotice error />
                <div>
                    <SubmitButton tone=Tone::Primary>"Send"</SubmitButton>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
