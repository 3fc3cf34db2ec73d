//! The page itself: the providers, and above them the form the address asks for.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use models::provider::Provider;

use super::{
    card::ProviderCard,
    draft::Wanted,
    editor::ProviderEditor,
    examples::Examples,
    model_list::{DefaultModel, ModelList},
    server_functions::{LlmConfig, RemoveProvider, SetDefaultModel, TestProvider, load_llm_config},
};
use crate::{
    resource::{Loaded, resource},
    ui::{
        badge::Mood,
        button::{Tone, button_class},
        card::Card,
        empty_state::EmptyState,
        form_error::posted_error,
        icon::{Glyph, Icon},
        notice::{ErrorNotice, Notice},
        number::duration,
        page::Page,
        submission::Submission,
        toast::use_toasts,
    },
};

/// The page's data, read below a `Transition` only.
pub(super) type Config = Loaded<LlmConfig>;

/// Looks at the page's data; nothing before it is there or when it could not be read.
pub(super) fn read<T>(config: Config, look: impl FnOnce(&LlmConfig) -> T) -> Option<T> {
    config.with(|config| match config {
        Some(Ok(config)) => Some(look(config)),
        _ => None,
    })
}

/// Model servers: add, test, edit, remove; and the default among their models.
#[component]
pub(crate) fn LlmConfigPage() -> impl IntoView {
    let reload = RwSignal::new(0_u32);
    let config = resource(move || reload.get(), |_| load_llm_config());
    view! {
        <Page
            title="LLM Config"
            lead="The model servers Chat Studio may ask. Each speaks the OpenAI Chat Completions protocol; keys are encrypted and never shown again."
        >
            <Transition>
                <Content config reload />
            </Transition>
        </Page>
    }
}

#[component]
fn Content(config: Config, reload: RwSignal<u32>) -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(|query| Wanted::of(|name| query.get_str(name))));
    let forms = move || read(config, |config| wanted.get().forms(config)).unwrap_or_default();
    let is_lost = move || {
        matches!(wanted.get(), Wanted::Edit(_))
            && read(config, |config| wanted.get().forms(config).is_empty()) == Some(true)
    };
    let is_empty = move || read(config, |config| config.providers.is_empty());
    let is_closed = move || wanted.get() == Wanted::Nothing;
    let default = DefaultModel {
        now: Memo::new(move |_| read(config, LlmConfig::default_model).flatten()),
        change: Submission::new::<SetDefaultModel>(),
        reload,
    };
    let removal = Submission::new::<RemoveProvider>();
    let test_error = posted_error::<TestProvider>();
    let error = Signal::derive(move || {
        let unread = config.get().and_then(Result::err);
        let of_change = || removal.error.get().or_else(|| default.change.error.get());
        unread.or_else(of_change).or_else(|| test_error.get())
    });
    let on_saved = use_on_saved(reload);

    view! {
        <ErrorNotice error=error />
        <TestedWithoutScript config />
        <Show when=is_lost>
            <Notice mood=Mood::Caution>
                <p class="font-semibold">"There is no such provider."</p>
                <p>"It may have been removed. Choose one of those below."</p>
            </Notice>
        </Show>
        // Keyed, so that another address gets another form and a reload of the data keeps what was
        // typed.
        <For
            each=forms
            key=|draft| (draft.known.map(|known| known.id), draft.name.clone(), draft.base_url.clone())
            children=move |draft| view! { <ProviderEditor draft on_saved /> }
        />
        <Show when=move || is_closed() && is_empty() == Some(false)>
            <div>
                <a class=button_class(Tone::Primary) href="/llm-config?add=1">
                    <Icon glyph=Glyph::Plus />
                    "Add a provider"
                </a>
            </div>
        </Show>
        <Show when=move || is_closed() && is_empty() == Some(true)>
            <Introduction />
        </Show>
        <Show when=move || is_empty() == Some(false)>
            <ul class="grid gap-4" aria-label="Providers">
                <For
                    each=move || read(config, |config| config.providers.clone()).unwrap_or_default()
                    key=|provider| (provider.id, provider.version)
                    children=move |provider| {
                        view! { <ProviderCard provider config default removal /> }
                    }
                />
            </ul>
        </Show>
        <Show when=move || is_empty().is_some()>
            <Card
                title="Built-in Guide"
                text="Answers questions about Chat Studio from its own manual, without a model and without a network."
            >
                <ModelList
                    models=Signal::derive(move || {
                        read(config, |config| config.models_of(None)).unwrap_or_default()
                    })
                    default
                />
            </Card>
        </Show>
    }
}

/// What a provider is, for someone who has none.
#[component]
fn Introduction() -> impl IntoView {
    view! {
        <EmptyState
            title="No providers yet"
            text="A provider is a server that runs models: a program on this computer, or a service on the network. Chat Studio needs its address, and a key if the server asks for one. Begin with an example, or with an address of your own."
        >
            <Examples />
            <a class=button_class(Tone::Primary) href="/llm-config?add=1">
                <Icon glyph=Glyph::Plus />
                "Add a provider"
            </a>
        </EmptyState>
    }
}

/// The outcome of a test that was asked for without script; its words are in the provider's card.
#[component]
fn TestedWithoutScript(config: Config) -> impl IntoView {
    let query = use_query_map();
    let found = move || {
        let (id, ms) = query.with(|query| {
            let id = query.get_str("tested")?.parse().ok()?;
            Some((id, query.get_str("ms")?.parse::<u32>().ok()?))
        })?;
        let provider = read(config, |config| config.provider(id).cloned()).flatten()?;
        Some((provider, ms))
    };
    move || {
        found().map(|(provider, ms)| {
            let (mood, outcome) = match provider.last_error {
                None => (Mood::Good, "It answers."),
                Some(_) => (Mood::Bad, "It failed; what to do is said below."),
            };
            let title = format!("Tested “{}” in {}.", provider.name, duration(ms.into()));
            view! {
                <Notice mood>
                    <p class="font-semibold">{title}</p>
                    <p>{outcome}</p>
                </Notice>
            }
        })
    }
}

/// Closes the form, says how the server answered, and loads the data again.
fn use_on_saved(reload: RwSignal<u32>) -> Callback<Provider> {
    let toasts = use_toasts();
    let navigate = use_navigate();
    Callback::new(move |provider: Provider| {
        toasts.say(match provider.last_error {
            None => format!("Saved “{}”. It answers.", provider.name),
            Some(_) => format!("Saved “{}”, but it did not answer well.", provider.name),
        });
        reload.update(|count| *count += 1);
        navigate("/llm-config", Default::default());
        crate::browser::focus_soon("main");
    })
}
