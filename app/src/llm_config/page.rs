//! The page itself: the providers, above them what was found, and the form the address asks for.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};
use models::{detection::PendingDetection, provider::Provider};

use super::{
    card::ProviderCard,
    detections::DetectionCard,
    draft::Wanted,
    editor::ProviderEditor,
    examples::Examples,
    scan::ScanButton,
    server_functions::{
        DetectAgain, LlmConfig, RemoveProvider, SaveDetection, TestProvider, load_llm_config,
    },
    transfer::Transfer,
};
use crate::{
    resource::{Loaded, resource},
    ui::{
        badge::Mood,
        button::{Tone, button_class},
        empty_state::EmptyState,
        form_error::posted_error,
        icon::{Glyph, Icon},
        notice::{ErrorNotice, Notice},
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

/// Model servers: find, add, test, edit, remove.
#[component]
pub(super) fn LlmConfigPage() -> impl IntoView {
    let reload = RwSignal::new(0_u32);
    let config = resource(move || reload.get(), |_| load_llm_config());
    view! {
        <Page
            title="LLM Config"
            lead="The model servers Chat Studio may ask. Keys are encrypted and never shown again."
        >
            <Transition>
                <Content config reload />
            </Transition>
        </Page>
    }
}

#[component]
fn Content(config: Config, reload: RwSignal<u32>) -> impl IntoView {
    let query = use_location().query;
    let wanted = Memo::new(move |_| query.with(|query| Wanted::of(|name| query.get_str(name))));
    let forms = move || read(config, |config| wanted.get().forms(config)).unwrap_or_default();
    let is_lost = move || {
        matches!(wanted.get(), Wanted::Edit(_))
            && read(config, |config| wanted.get().forms(config).is_empty()) == Some(true)
    };
    let is_empty = move || read(config, |config| config.providers.is_empty());
    let is_closed = move || wanted.get() == Wanted::Nothing;
    let removal = Submission::new::<RemoveProvider>();
    // Which of many cards posted without script, the address does not say.
    let posted = [
        posted_error::<TestProvider>(),
        posted_error::<DetectAgain>(),
        posted_error::<SaveDetection>(),
    ];
    let error = Signal::derive(move || {
        let unread = config.get().and_then(Result::err);
        unread
            .or_else(|| removal.error.get())
            .or_else(|| posted.iter().find_map(|error| error.get()))
    });
    let on_saved = use_on_saved(reload);
    let fresh = RwSignal::new(None);
    let on_detected = Callback::new(move |found: PendingDetection| {
        fresh.set(Some(found.id));
        reload.update(|count| *count += 1);
    });

    view! {
        <ErrorNotice error=error />
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
            children=move |draft| view! { <ProviderEditor draft on_saved on_detected /> }
        />
        <Show when=move || is_closed() && is_empty() == Some(false)>
            <div class="flex flex-wrap items-center gap-2">
                <a class=button_class(Tone::Primary) href="/llm-config?add=1">
                    <Icon glyph=Glyph::Plus />
                    "Add a provider"
                </a>
                <ScanButton reload />
            </div>
        </Show>
        <ul class="grid gap-4 empty:hidden" aria-label="Found">
            <For
                each=move || read(config, |config| config.waiting.clone()).unwrap_or_default()
                key=|found| found.id
                children=move |found| view! { <DetectionCard found fresh on_saved reload /> }
            />
        </ul>
        <Show when=move || is_closed() && is_empty() == Some(true)>
            <Introduction reload />
        </Show>
        <Show when=move || is_empty() == Some(false)>
            <ul class="grid gap-4" aria-label="Providers">
                <For
                    each=move || read(config, |config| config.providers.clone()).unwrap_or_default()
                    key=|listed| (listed.provider.id, listed.provider.version)
                    children=move |listed| {
                        view! { <ProviderCard listed config removal reload on_detected /> }
                    }
                />
            </ul>
        </Show>
        <Show when=move || is_closed() && is_empty().is_some()>
            <Transfer reload />
        </Show>
        {move || read(config, |config| config.default.clone()).flatten().map(default_model)}
    }
}

fn default_model((model, provider): (String, String)) -> AnyView {
    view! {
        <p class="text-sm text-ink-soft [overflow-wrap:anywhere]">
            "New conversations use " <strong class="font-semibold">{model}</strong> " of " {provider}
            ". Another default is chosen among a provider's models. The built-in Guide answers questions about Chat Studio without any model."
        </p>
    }
    .into_any()
}

/// What a provider is, for someone who has none.
#[component]
fn Introduction(reload: RwSignal<u32>) -> impl IntoView {
    view! {
        <EmptyState
            title="No providers yet"
            text="A provider is a server that runs models: a program on this computer, or a service on the network. Chat Studio needs its address, and a key if the server asks for one. Let it look on this computer, begin with a known kind, or with an address of your own."
        >
            <ScanButton reload />
            <Examples />
            <a class=button_class(Tone::Primary) href="/llm-config?add=1">
                <Icon glyph=Glyph::Plus />
                "Add a provider"
            </a>
        </EmptyState>
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
