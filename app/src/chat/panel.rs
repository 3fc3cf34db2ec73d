//! The chat page once it is loaded: header, messages, composer.

use leptos::prelude::*;
use leptos_meta::Title;
use models::id::{ConversationId, MessageId};

use super::{
    chat_header::ChatHeader,
    chat_input::ChatInput,
    chat_message::ChatMessage,
    copy::copy_on_click,
    dialogs::open_dialog,
    message_state::MessageState,
    page::ChatPage,
    rendered_block::ScriptlessRefresh,
    run_watcher::watch_runs,
    scroll::{Scroller, older_link},
    selection::Selection,
    session::Session,
    shortcut::use_shortcuts,
    start_screen::StartScreen,
    transcript::Transcript,
};
use crate::{
    browser::effect_with,
    sidebar::title_or_default,
    tabs::use_tabs,
    ui::dynamic::{Item, clicked, keyed, optional, shown_while, text},
};

/// A loaded page.
#[component]
pub(crate) fn Panel(
    /// What it shows.
    page: ChatPage,
    /// Whether that is the end of the conversation.
    is_newest: bool,
    /// Told when a new conversation got its identifier.
    begun: Callback<ConversationId>,
) -> impl IntoView {
    let ChatPage { opened, choices } = page;
    let selection = Selection::new(&choices);
    let transcript = Transcript::new(opened);
    let tabs = use_tabs();
    let session = Session::new(transcript.clone(), selection, is_newest, tabs, begun);
    provide_context(session.clone());

    let announcement = watch_runs(&session);
    use_shortcuts(&session);
    refresh_with_other_tabs(&session);

    let Transcript { heading, messages, .. } = transcript.clone();
    let for_input = choices.clone();
    let title = move || {
        heading
            .with(|it| it.as_ref().map_or_else(String::new, |(_, title)| title_or_default(title)))
    };
    let pending = session.pending.clone();
    let is_empty = {
        let (messages, pending) = (messages.clone(), pending.clone());
        Memo::new(move |_| messages.with(Vec::is_empty) && pending.with(Option::is_none))
    };
    let is_running = {
        let transcript = transcript.clone();
        Memo::new(move |_| transcript.live().is_some())
    };
    let last = {
        let messages = messages.clone();
        Memo::new(move |_| messages.with(|all| all.last().map(|message| message.id)))
    };

    view! {
        <Title text=title />
        <ChatHeader />
        <Scroller>
            <div class="messages" on:click=clicked(copy_on_click)>
                {older_link(&transcript)}
                {keyed(move || {
                    messages.with(|all| all.iter().map(|message| entry(message, last)).collect())
                })}
                {optional(move || {
                    pending.get().map(|text| view! { <PendingMessage text /> }.into_any())
                })}
            </div>
            {shown_while(
                move || is_empty.get(),
                move || view! { <StartScreen choices=choices.clone() /> }.into_any(),
            )}
        </Scroller>
        {shown_while(
            move || is_running.get(),
            || view! { <ScriptlessRefresh /> }.into_any(),
        )}
        <div class="visually-hidden" role="status" aria-live="polite">
            {text(move || announcement.get())}
        </div>
        <ChatInput choices=for_input />
        {open_dialog(&session)}
    }
}

fn entry(message: &MessageState, last: Memo<Option<MessageId>>) -> Item {
    let message = message.clone();
    Item::new(message.id, move || view! { <ChatMessage message=message.clone() last /> }.into_any())
}

/// The person's message on its way to the server, and the place where the answer will be.
#[component]
fn PendingMessage(text: String) -> impl IntoView {
    view! {
        <article class="message message-user message-pending">
            <div class="message-body plain-text">{text}</div>
        </article>
        <article class="message message-assistant message-pending">
            <p class="activity">"Sending"</p>
        </article>
    }
}

/// Fetches the conversation again when another tab changed it.
fn refresh_with_other_tabs(session: &Session) {
    let session = session.clone();
    let elsewhere = use_tabs().elsewhere;
    effect_with(move |seen: Option<u32>| {
        let (count, which) = elsewhere.get();
        let concerns = which.is_none() || which == session.transcript.id();
        if seen.is_some_and(|seen| seen != count) && concerns {
            let session = session.clone();
            crate::browser::spawn(async move {
                session.refresh().await;
            });
        }
        count
    });
}
