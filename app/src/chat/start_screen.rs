//! What the page shows before the first message: what to do next.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use models::id::ConversationId;

use super::{selection::Choices, server_functions::SendMessage, session::use_session};
use crate::{
    browser::spawn_for_app,
    sidebar::{RestoreConversation, restore},
    tabs::use_tabs,
    ui::{
        button::{Tone, button_class},
        dynamic::optional,
        empty_state::EmptyState,
        form::PostForm,
        notice::Notice,
    },
};

/// The question that shows what the Guide is for.
const FIRST_QUESTION: &str = "How do I connect a model?";

/// The beginning of a conversation.
#[component]
pub(crate) fn StartScreen(
    /// What can be picked; without a model the page says how to get one.
    choices: Choices,
) -> impl IntoView {
    view! {
        <div class="start">
            <DeletedNotice />
            {if choices.only_guide {
                view! {
                    <EmptyState
                        title="Connect a model to begin"
                        text="Chat Studio talks to Ollama, LM Studio, llama.cpp, vLLM, OpenAI, Anthropic, Gemini and whatever speaks like them. Let it look on this computer, or add an address; the models appear below."
                    >
                        <a class=button_class(Tone::Primary) href="/llm-config">
                            "Open LLM Config"
                        </a>
                        {choices.guide.map(|model| view! { <AskGuide model /> }.into_any())}
                    </EmptyState>
                }
                    .into_any()
            } else {
                view! {
                    <EmptyState
                        title="What shall we work on?"
                        text="Write below. Your messages and the answers stay on this machine, and an answer goes on when you close the page."
                    >
                        <p class="start-keys">
                            <kbd>"Enter"</kbd>
                            " sends, "
                            <kbd>"Shift + Enter"</kbd>
                            " begins a line, "
                            <kbd>"/"</kbd>
                            " comes back here"
                        </p>
                    </EmptyState>
                }
                    .into_any()
            }}
        </div>
    }
}

/// Asks the built-in Guide, which answers from the manual without any model.
#[component]
fn AskGuide(model: String) -> impl IntoView {
    let session = use_session();
    let ask = {
        let model = model.clone();
        Callback::new(move |()| {
            session.selection.pick(model.clone(), "Guide".to_owned());
            session.send(FIRST_QUESTION.to_owned());
        })
    };
    view! {
        <PostForm
            action=SendMessage::url()
            fields=vec![("message", FIRST_QUESTION.to_owned()), ("model", model)]
            on_submit=ask
        >
            <button type="submit" class=button_class(Tone::Secondary)>
                "Ask the Guide"
            </button>
        </PostForm>
    }
}

/// The way back after a deletion without script, which has no toast to offer it in.
#[component]
fn DeletedNotice() -> impl IntoView {
    let tabs = use_tabs();
    let query = use_query_map();
    let deleted = Memo::new(move |_| {
        query
            .with(|query| query.get_str("deleted").and_then(|id| id.parse::<ConversationId>().ok()))
    });
    optional(move || {
        deleted.get().map(|id| {
            let undo = Callback::new(move |()| {
                spawn_for_app(async move {
                    if restore(id).await.is_ok() {
                        tabs.changed(id);
                    }
                });
            });
            view! {
                <Notice>
                    "The conversation was deleted."
                    <PostForm
                        action=RestoreConversation::url()
                        fields=vec![("conversation", id.to_string())]
                        on_submit=undo
                    >
                        <button type="submit" class=button_class(Tone::Secondary)>
                            "Undo"
                        </button>
                    </PostForm>
                </Notice>
            }
            .into_any()
        })
    })
}
