//! The scrolling area: it opens at the newest message, stays there while one is there, and never
//! moves what is being read.
//!
//! The area is laid out from its end (`column-reverse`), so the browser itself opens it at the
//! newest message, keeps it there while an answer grows, and keeps the place when older messages
//! are put in front, without script. Scroll anchoring holds the place when one has scrolled up.

use leptos::{html, prelude::*};

use super::{session::use_session, transcript::Transcript};
use crate::{
    browser::{effect_with, spawn},
    ui::{
        button::{Tone, button_class},
        dynamic::{clicked, flag, optional},
        icon::{Glyph, Icon},
    },
};

/// Nearer to the end than this counts as being there: pixels.
const NEAR_END: i32 = 48;
/// Nearer to the beginning than this loads older messages: pixels.
const NEAR_BEGINNING: i32 = 400;

/// The area the messages scroll in, and the way back to the newest.
#[component]
pub(crate) fn Scroller(
    /// The messages.
    children: Children,
) -> impl IntoView {
    let session = use_session();
    let area = NodeRef::<html::Div>::new();
    let at_end = RwSignal::new(true);
    let news = RwSignal::new(false);

    let to_end = move || {
        if let Some(area) = area.get_untracked() {
            area.set_scroll_top(0);
        }
        news.set(false);
    };
    effect_with({
        let newest = session.newest.clone();
        move |before: Option<u32>| {
            let count = newest.get();
            if before.is_some_and(|before| before != count) {
                to_end();
            }
            count
        }
    });
    note_news(&session.transcript, at_end, news);

    let on_scroll = move |_| {
        let Some(area) = area.get_untracked() else { return };
        let from_end = area.scroll_top().abs();
        let near = from_end < NEAR_END;
        if at_end.get_untracked() != near {
            at_end.set(near);
        }
        if near && news.get_untracked() {
            news.set(false);
        }
        let from_beginning = area.scroll_height() - area.client_height() - from_end;
        let more = session.transcript.has_older.get_untracked();
        if from_end > 0 && from_beginning < NEAR_BEGINNING && more {
            let session = session.clone();
            spawn(async move { session.load_older().await });
        }
    };

    view! {
        <div class="scroller-frame">
            <div
                node_ref=area
                class="scroller"
                tabindex="0"
                role="region"
                aria-label="Messages"
                on:scroll=on_scroll
            >
                <div class="scroller-content">{children()}</div>
            </div>
            <button
                type="button"
                class="newest"
                class:shown=flag(move || !at_end.get())
                class:news=flag(move || news.get())
                on:click=clicked(move |_| {
                    to_end();
                    crate::browser::focus_soon(super::chat_input::COMPOSER);
                })
            >
                <Icon glyph=Glyph::Down />
                "Newest"
            </button>
        </div>
    }
}

/// The way to older messages: a link without script, a button with it.
pub(crate) fn older_link(transcript: &Transcript) -> AnyView {
    let transcript = transcript.clone();
    let session = use_session();
    optional(move || {
        let first = transcript.messages.with(|all| all.first().map(|message| message.id))?;
        let has_older = transcript.has_older.get();
        let session = session.clone();
        has_older.then(|| {
            view! {
                <a
                    class=button_class(Tone::Quiet)
                    href=format!("?before={first}")
                    on:click=clicked(move |event| {
                        event.prevent_default();
                        let session = session.clone();
                        spawn(async move { session.load_older().await });
                    })
                >
                    "Load older messages"
                </a>
            }
            .into_any()
        })
    })
}

/// Marks the way to the newest message when something came that is out of sight.
fn note_news(transcript: &Transcript, at_end: RwSignal<bool>, news: RwSignal<bool>) {
    let messages = transcript.messages.clone();
    effect_with(move |seen: Option<(usize, usize)>| {
        let last = messages.with(|all| all.last().cloned());
        let parts = last.map_or(0, |last| last.parts.with(Vec::len));
        let now = (messages.with(Vec::len), parts);
        if seen.is_some_and(|seen| seen != now) && !at_end.get_untracked() {
            news.set(true);
        }
        now
    });
}
