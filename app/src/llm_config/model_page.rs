//! One model: its name, its facts and its parameters, as the owner wants them.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_location, use_navigate};
use models::{
    id::ModelId,
    limits::NAME_CHARACTERS,
    model::{Model, ModelEdit},
};

use super::{
    facts::Hints,
    model_form::ModelForm,
    server_functions::{EditModel, edit_model, load_model, nameless},
};
use crate::{
    error::StudioError,
    models_shown::badges,
    parameters::ParameterFields,
    resource::{Loaded, resource},
    ui::{
        button::{SubmitButton, Tone, button_class},
        card::Card,
        field::{CONTROL, Field},
        notice::ErrorNotice,
        page::Page,
        submission::Submission,
        toast::use_toasts,
    },
};

/// The form of one model.
#[component]
pub(super) fn ModelPage() -> impl IntoView {
    let query = use_location().query;
    let id = Memo::new(move |_| {
        query.with(|query| query.get_str("id").and_then(|id| id.parse::<ModelId>().ok()))
    });
    let model: Loaded<(Model, ModelEdit)> = resource(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => load_model(id).await,
                None => Err(nameless("model")),
            }
        },
    );
    view! {
        <Page
            title="Model"
            lead="What you say here wins over what the server says, and stays when its models are detected again."
        >
            <Transition>{move || model.get().map(content)}</Transition>
        </Page>
    }
}

fn content(model: Result<(Model, ModelEdit), StudioError>) -> AnyView {
    match model {
        Ok((model, edit)) => view! { <ModelEditor model edit /> }.into_any(),
        Err(error) => view! { <ErrorNotice error=Signal::stored(Some(error)) /> }.into_any(),
    }
}

#[component]
fn ModelEditor(model: Model, edit: ModelEdit) -> impl IntoView {
    let submission = Submission::new::<EditModel>();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let id = model.id;
    let back = format!("/llm-config/models?provider={}", model.provider_id);
    let after = back.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let form = ModelForm::of(&event);
        let (navigate, after) = (navigate.clone(), after.clone());
        submission.send(edit_model(id, form), move |()| {
            toasts.say("Saved.");
            navigate(&after, Default::default());
        });
    };
    let form = ModelForm::showing(&edit);
    let facts = facts(&form, Hints::of(&model.facts));
    let ModelForm { display_name, parameters, .. } = form;
    let supported = model.kind.parameters().to_vec();
    view! {
        <Card title=model.label().to_owned() text=format!("{} · {}", model.provider, model.name)>
            {badges(&model)}
            <form
                class="grid gap-6"
                method="post"
                action=EditModel::url()
                autocomplete="off"
                on:submit=send
            >
                <input type="hidden" name="model" value=id.to_string() />
                <Field
                    id="display_name"
                    label="Name shown"
                    hint="Empty: as the server calls it. The identifier that is sent never changes."
                >
                    <input
                        id="display_name"
                        class=CONTROL
                        name="display_name"
                        value=display_name
                        maxlength=NAME_CHARACTERS.to_string()
                        aria-describedby="display_name-hint"
                    />
                </Field>
                {facts}
                <fieldset class="grid gap-4">
                    <legend class="mb-3 font-semibold">"Parameters"</legend>
                    <p class="text-sm text-ink-soft">
                        "Sent with every request to this model unless a conversation says otherwise. What is empty is not sent at all."
                    </p>
                    <ParameterFields form=parameters supported />
                </fieldset>
                <ErrorNotice error=submission.error />
                <div class="flex flex-wrap gap-2">
                    <SubmitButton tone=Tone::Primary pending=submission.pending>
                        "Save"
                    </SubmitButton>
                    <a class=button_class(Tone::Secondary) href=back>
                        "Cancel"
                    </a>
                </div>
            </form>
        </Card>
    }
}

fn facts(form: &ModelForm, hints: Hints) -> AnyView {
    view! {
        <fieldset class="grid gap-4">
            <legend class="mb-3 font-semibold">"Facts"</legend>
            <div class="grid gap-4 sm:grid-cols-2">
                {text("context_length", "Context in tokens", hints.context_length, &form.context_length)}
                {text("max_output", "Longest answer in tokens", hints.max_output, &form.max_output)}
                {choice("vision", "Sees images", hints.vision, &form.vision)}
                {choice("tools", "Calls tools", hints.tools, &form.tools)}
                {choice("reasoning", "Reasons", hints.reasoning, &form.reasoning)}
                {choice("embeddings", "Makes embeddings only", hints.embeddings, &form.embeddings)}
            </div>
            <p class="text-sm text-ink-soft">"Price of a million tokens. " {hints.price}</p>
            <div class="grid gap-4 sm:grid-cols-3">
                {text("price_input", "Request", String::new(), &form.price_input)}
                {text("price_output", "Answer", String::new(), &form.price_output)}
                {text("price_cached", "Cached request", String::new(), &form.price_cached)}
                {text("currency", "Currency", "USD if empty.".to_owned(), &form.currency)}
                {text("price_date", "Valid on", "Such as 2026-11-01.".to_owned(), &form.price_date)}
            </div>
        </fieldset>
    }
    .into_any()
}

fn text(name: &'static str, label: &'static str, hint: String, value: &str) -> AnyView {
    let value = value.to_owned();
    let described = (!hint.is_empty()).then(|| format!("{name}-hint"));
    view! {
        <Field id=name label hint>
            <input id=name class=CONTROL name=name value=value aria-describedby=described />
        </Field>
    }
    .into_any()
}

fn choice(name: &'static str, label: &'static str, hint: String, chosen: &str) -> AnyView {
    const WORDS: [(&str, &str); 3] = [("", "As known"), ("yes", "Yes"), ("no", "No")];
    let chosen = chosen.to_owned();
    view! {
        <Field id=name label hint>
            <select id=name class=CONTROL name=name aria-describedby=format!("{name}-hint")>
                {WORDS
                    .map(|(word, label)| {
                        view! { <option value=word selected=chosen == word>{label}</option> }.into_any()
                    })
                    .into_iter()
                    .collect_view()}
            </select>
        </Field>
    }
    .into_any()
}
