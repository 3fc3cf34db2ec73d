//! One provider: what is known of it, and what can be done with it.

use leptos::{prelude::*, server_fn::ServerFn};
use models::{
    id::ProviderId,
    provider::{Provider, ProviderTest},
};

use super::{
    model_list::{DefaultModel, ModelList},
    page::{Config, read},
    server_functions::{RemoveProvider, TestProvider, remove_provider, test_provider},
};
use crate::{
    browser::focus_soon,
    ui::{
        badge::{Badge, Mood},
        button::{SubmitButton, Tone},
        confirm::ConfirmRemoval,
        edit_link::EditLink,
        form::PostForm,
        icon::{Glyph, Icon},
        notice::{ErrorNotice, notice_class},
        number::duration,
        submission::Submission,
        time::Moment,
        toast::use_toasts,
    },
};

/// A provider in the list.
#[component]
pub(crate) fn ProviderCard(
    /// The provider as it was when the card was made. One that was edited gets a new card; what tests
    /// change is read from `config`.
    provider: Provider,
    /// The page's data.
    config: Config,
    /// The choice of the default model.
    default: DefaultModel,
    /// The removal that all cards share, so that its error is shown in one place.
    removal: Submission,
) -> impl IntoView {
    let id = provider.id;
    let (name, base_url) = (provider.name.clone(), provider.base_url.clone());
    let current = Signal::derive(move || {
        read(config, |config| config.provider(id).cloned())
            .flatten()
            .unwrap_or_else(|| provider.clone())
    });
    let models = Signal::derive(move || {
        read(config, |config| config.models_of(Some(id))).unwrap_or_default()
    });
    let testing = Submission::one_of_many();
    let outcome = RwSignal::new(None::<ProviderTest>);
    let test = Callback::new(move |()| {
        outcome.set(None);
        testing.send(test_provider(id), move |found| {
            outcome.set(Some(found));
            default.reload.update(|count| *count += 1);
        });
    });
    let of = format!(" “{name}”");
    let remove = use_remove(id, &name, removal, default.reload);

    view! {
        <li class="grid gap-3 rounded-lg border border-line bg-surface p-5 shadow-soft">
            <div class="grid gap-1">
                <h2 class="text-lg font-semibold tracking-tight [overflow-wrap:anywhere]">
                    {name.clone()}
                </h2>
                <p class="font-mono text-sm text-ink-soft [overflow-wrap:anywhere]">{base_url}</p>
            </div>
            {move || state(&current.get(), outcome.with(Option::is_none))}
            <div role="status">{move || outcome.get().map(tested)}</div>
            <ErrorNotice error=testing.error />
            <ModelList models default />
            <div class="-mx-3.5 -mb-2 flow-root">
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

/// Key and last check; the last error too, unless the outcome of a test stands below and says it.
fn state(provider: &Provider, show_error: bool) -> AnyView {
    let error = provider.last_error.clone().filter(|_| show_error);
    view! {
        <p class="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
            <Health ok=provider.last_error.is_none() checked=provider.checked_at.is_some() />
            <span>{if provider.has_key { "Key stored" } else { "No key" }}</span>
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

#[component]
fn Health(ok: bool, checked: bool) -> impl IntoView {
    let (mood, word) = match (ok, checked) {
        (false, _) => (Mood::Bad, "Failing"),
        (true, true) => (Mood::Good, "Working"),
        (true, false) => (Mood::Neutral, "Not tested"),
    };
    view! { <Badge mood>{word}</Badge> }
}

/// What a test found, what to do about it, and how long it took.
fn tested(test: ProviderTest) -> AnyView {
    let mood = match (test.reachable, test.models) {
        (true, 1..) => Mood::Good,
        (true, 0) => Mood::Caution,
        (false, _) => Mood::Bad,
    };
    view! {
        <div class=notice_class(mood)>
            <p class="font-semibold">{test.message}</p>
            {(!test.action.is_empty()).then(|| view! { <p>{test.action}</p> })}
            <p class="text-sm text-ink-soft">
                {format!("The test took {}.", duration(test.latency_ms.into()))}
            </p>
        </div>
    }
    .into_any()
}
