//! One provider: what is known of it, and what can be done with it.

use leptos::{prelude::*, server_fn::ServerFn};
use models::{detection::PendingDetection, id::ProviderId, provider::Provider};

use super::{
    checks::checks,
    health_plot::health_plot,
    page::{Config, read},
    server_functions::{
        DetectAgain, ListedProvider, RemoveProvider, TestProvider, detect_again, remove_provider,
        test_provider,
    },
};
use crate::{
    browser::focus_soon,
    ui::{
        badge::{Badge, Mood},
        button::{SubmitButton, Tone, button_class},
        confirm::ConfirmRemoval,
        edit_link::EditLink,
        form::PostForm,
        icon::{Glyph, Icon},
        notice::{ErrorNotice, notice_class},
        number::{duration, grouped},
        submission::Submission,
        time::Moment,
        toast::use_toasts,
    },
};

/// A provider in the list.
#[component]
pub(crate) fn ProviderCard(
    /// The provider as it was when the card was made. One that was edited gets a new card; what tests
    /// and detections change is read from `config`.
    listed: ListedProvider,
    /// The page's data.
    config: Config,
    /// The removal that all cards share, so that its error is shown in one place.
    removal: Submission,
    /// Counts the reloads of the page's data.
    reload: RwSignal<u32>,
    /// What to do with what was found.
    on_detected: Callback<PendingDetection>,
) -> impl IntoView {
    let id = listed.provider.id;
    let (name, base_url) = (listed.provider.name.clone(), listed.provider.base_url.clone());
    let current = Signal::derive(move || {
        read(config, |config| config.provider(id).cloned())
            .flatten()
            .unwrap_or_else(|| listed.clone())
    });
    let (testing, detecting) = (Submission::one_of_many(), Submission::one_of_many());
    let again = move || reload.update(|count| *count += 1);
    let test = Callback::new(move |()| testing.send(test_provider(id), move |_| again()));
    let detect = Callback::new(move |()| {
        detecting.send(detect_again(id), move |found| on_detected.run(found))
    });
    let of = format!(" “{name}”");
    let of_detection = format!(" of “{name}”");
    let remove = use_remove(id, &name, removal, reload);

    view! {
        <li
            id=format!("provider-{id}")
            class="grid gap-3 rounded-lg border border-line bg-surface p-5 shadow-soft"
        >
            <div class="grid gap-1">
                <h2 class="text-lg font-semibold tracking-tight [overflow-wrap:anywhere]">
                    {name.clone()}
                </h2>
                <p class="font-mono text-sm text-ink-soft [overflow-wrap:anywhere]">{base_url}</p>
            </div>
            {move || current.with(|listed| state(&listed.provider))}
            {move || current.with(|listed| health_plot(&listed.checks))}
            <div role="status">{move || current.with(|listed| listed.test.clone()).map(checks)}</div>
            <ErrorNotice error=testing.error />
            <ErrorNotice error=detecting.error />
            <p>
                <a
                    class=button_class(Tone::Secondary)
                    href=format!("/llm-config/models?provider={id}")
                >
                    {move || current.with(|listed| counted(listed.provider.models))}
                </a>
            </p>
            <div class="-mx-3.5 -mb-2 flow-root">
                <PostForm
                    action=DetectAgain::url()
                    fields=vec![("provider", id.to_string())]
                    on_submit=detect
                    class="float-left"
                >
                    <SubmitButton tone=Tone::Quiet pending=detecting.pending>
                        <Icon glyph=Glyph::Search />
                        {move || {
                            if detecting.pending.get() { "Detecting…" } else { "Detect Models" }
                        }}
                        <span class="visually-hidden">{of_detection}</span>
                    </SubmitButton>
                </PostForm>
                <PostForm
                    action=TestProvider::url()
                    fields=vec![("provider", id.to_string())]
                    on_submit=test
                    class="float-left"
                >
                    <SubmitButton tone=Tone::Quiet pending=testing.pending>
                        <Icon glyph=Glyph::Retry />
                        {move || if testing.pending.get() { "Testing…" } else { "Test" }}
                        <span class="visually-hidden">{of}</span>
                    </SubmitButton>
                </PostForm>
                <EditLink href=format!("/llm-config?edit={id}") name=name.clone() />
                <ConfirmRemoval
                    verb="Remove"
                    name=name
                    consequence="Its key and its models go with it; conversations keep what they hold."
                    action=RemoveProvider::url()
                    fields=vec![("provider", id.to_string())]
                    pending=removal.pending
                    on_submit=remove
                />
            </div>
        </li>
    }
}

fn use_remove(
    id: ProviderId,
    name: &str,
    removal: Submission,
    reload: RwSignal<u32>,
) -> Callback<()> {
    let toasts = use_toasts();
    let text = format!("Removed “{name}”.");
    Callback::new(move |()| {
        let text = text.clone();
        removal.send(remove_provider(id), move |()| {
            toasts.say(text);
            reload.update(|count| *count += 1);
            focus_soon("main");
        });
    })
}

/// What it is, whether it works, its key, and the age of its list; the last error too.
fn state(provider: &Provider) -> AnyView {
    let error = provider.last_error.clone();
    let software = provider.server.map(|server| match &provider.server_version {
        Some(version) => format!("{} {version}", server.label()),
        None => server.label().to_owned(),
    });
    let latency = provider
        .latency_ms
        .map(|millis| view! { <span>{format!("Answers in {}", duration(millis.into()))}</span> });
    view! {
        <p class="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
            {health(provider.last_error.is_none(), provider.checked_at.is_some())}
            <span>{software}</span>
            <span>{format!("{} protocol", provider.kind.label())}</span>
            <span>{if provider.has_key { "Key stored" } else { "No key" }}</span>
            {latency}
            <span>
                {match provider.checked_at {
                    Some(at) => view! { "Last answered " <Moment at /> }.into_any(),
                    None => "Has not answered yet".into_any(),
                }}
            </span>
        </p>
        {error.map(|error| view! { <p class=notice_class(Mood::Bad)>{error}</p> })}
    }
    .into_any()
}

fn health(ok: bool, checked: bool) -> AnyView {
    let (mood, word) = match (ok, checked) {
        (false, _) => (Mood::Bad, "Failing"),
        (true, true) => (Mood::Good, "Working"),
        (true, false) => (Mood::Neutral, "Not tested"),
    };
    view! { <Badge mood>{word}</Badge> }.into_any()
}

/// A number of models.
pub(super) fn counted(models: u32) -> String {
    match models {
        0 => "No models".to_owned(),
        1 => "1 model".to_owned(),
        models => format!("{} models", grouped(models.into())),
    }
}
