//! The page at `/chat` and `/chat/{conversation}`.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use models::{
    error::{ApiError, ErrorCode},
    id::{ConversationId, MessageId},
};

use super::{page::EmbeddedPage, panel::Panel, server_functions::load_chat};
use crate::{
    error::StudioError,
    resource::resource,
    sidebar::SidebarButton,
    ui::{
        button::{Tone, button_class},
        dynamic::optional,
        empty_state::EmptyState,
    },
};

/// What the address asks for.
#[derive(Clone, PartialEq)]
enum Address {
    /// A new conversation; the number tells one from the next.
    New(u32),
    /// A conversation, at its end or before a message.
    Conversation(String, Option<String>),
}

/// The chat page: one conversation, or the beginning of one.
#[component]
pub(crate) fn ChatStudio() -> impl IntoView {
    let (address, begun) = use_address();
    let page = resource(move || address.get(), load);

    view! {
        <div class="chat">
            <Transition fallback=|| view! { <div class="chat-loading" aria-busy="true"></div> }>
                {optional(move || {
                    page.get()
                        .map(|loaded| match loaded {
                            Ok((EmbeddedPage(page), is_newest)) => {
                                view! { <Panel page is_newest begun /> }.into_any()
                            }
                            Err(error) => view! { <Unavailable error /> }.into_any(),
                        })
                })}
            </Transition>
        </div>
    }
}

/// The address as it is to be loaded, and what to call when a new conversation got its identifier.
///
/// A conversation that began on this very page is not loaded again when the address starts to name
/// it: the page already shows it, with its answer streaming in.
fn use_address() -> (Memo<Address>, Callback<ConversationId>) {
    let params = use_params_map();
    let query = use_query_map();
    let navigate = StoredValue::new(use_navigate());
    let named = Memo::new(move |_| params.with(|params| params.get("conversation")));
    let before = Memo::new(move |_| query.with(|query| query.get("before")));
    let begun_here = RwSignal::new(None::<String>);
    let count = RwSignal::new(0_u32);

    crate::browser::effect(move || {
        let named = named.get();
        let begun = begun_here.get_untracked();
        if begun.is_some() && named != begun {
            begun_here.set(None);
            count.update(|count| *count += 1);
        }
    });
    let begun = Callback::new(move |id: ConversationId| {
        begun_here.set(Some(id.to_string()));
        navigate.with_value(|navigate| {
            navigate(
                &format!("/chat/{id}"),
                NavigateOptions { scroll: false, ..Default::default() },
            );
        });
    });
    let address = Memo::new(move |_| match named.get() {
        Some(id) if begun_here.with(|begun| begun.as_ref() != Some(&id)) => {
            Address::Conversation(id, before.get())
        }
        _ => Address::New(count.get()),
    });
    (address, begun)
}

/// Loads what an address asks for, and says whether that is the end of the conversation.
async fn load(address: Address) -> Result<(EmbeddedPage, bool), StudioError> {
    let (conversation, before) = match address {
        Address::New(_) => (None, None),
        Address::Conversation(id, before) => {
            let before = before.and_then(|id| id.parse::<MessageId>().ok());
            (Some(id.parse::<ConversationId>().map_err(|_| unknown_conversation())?), before)
        }
    };
    Ok((EmbeddedPage(load_chat(conversation, before).await?), before.is_none()))
}

fn unknown_conversation() -> StudioError {
    #[cfg(feature = "ssr")]
    crate::reply::set_status(ErrorCode::NotFound);
    StudioError(ApiError::new(
        ErrorCode::NotFound,
        "This address names no conversation.",
        "Choose one from the list, or begin a new one.",
    ))
}

#[component]
fn Unavailable(error: StudioError) -> impl IntoView {
    view! {
        <Title text="Chat" />
        <header class="chat-header">
            <SidebarButton />
            <h1 class="chat-title">"Not found"</h1>
        </header>
        <EmptyState title=error.0.message text=error.0.action>
            <a class=button_class(Tone::Primary) href="/chat">
                "New chat"
            </a>
        </EmptyState>
    }
}
