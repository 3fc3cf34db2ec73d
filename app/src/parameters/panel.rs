//! The form of one conversation's settings.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use models::parameters::Parameters;

use super::{
    ConversationParameters, ParameterFields, ParametersForm,
    server_functions::{SaveParameters, save_parameters},
};
use crate::ui::{
    button::{SubmitButton, Tone, button_class},
    form::PostForm,
    notice::ErrorNotice,
    submission::Submission,
};

/// The fields the model's protocol has a word for; saves them, or takes all of them back.
#[component]
pub(crate) fn ParametersPanel(
    /// What is set.
    of: ConversationParameters,
    /// Told what is set once that is stored.
    saved: Callback<Parameters>,
) -> impl IntoView {
    let ConversationParameters { conversation, label, supported, set, own, .. } = of;
    let conversation = conversation.map(|id| id.to_string()).unwrap_or_default();
    let submission = Submission::new::<SaveParameters>();
    let store = {
        let conversation = conversation.clone();
        Callback::new(move |form: ParametersForm| {
            let request = save_parameters(conversation.clone(), form);
            submission.send(request, move |parameters| saved.run(parameters));
        })
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        store.run(ParametersForm::of(&event));
    };
    let fields = if supported.is_empty() {
        view! { <p>"This model takes no settings."</p> }.into_any()
    } else {
        let (form, otherwise) = (ParametersForm::showing(&set), ParametersForm::showing(&own));
        view! { <ParameterFields form supported otherwise /> }.into_any()
    };
    view! {
        <p class="text-sm text-ink-soft [overflow-wrap:anywhere]">
            "For the next answers of this conversation; the fields are those “" {label}
            "” knows. What is empty is not sent."
        </p>
        <form
            id="parameters-form"
            class="grid gap-6"
            method="post"
            action=SaveParameters::url()
            autocomplete="off"
            on:submit=send
        >
            <input type="hidden" name="conversation" value=conversation.clone() />
            {fields}
            <ErrorNotice error=submission.error />
        </form>
        <div class="flex flex-wrap gap-2">
            <button
                type="submit"
                form="parameters-form"
                class=button_class(Tone::Primary)
                aria-disabled=move || submission.pending.get().then_some("true")
            >
                "Save"
            </button>
            <PostForm
                action=SaveParameters::url()
                fields=vec![("conversation", conversation)]
                on_submit=Callback::new(move |()| store.run(ParametersForm::default()))
            >
                <SubmitButton pending=submission.pending>"Reset all"</SubmitButton>
            </PostForm>
        </div>
    }
}
