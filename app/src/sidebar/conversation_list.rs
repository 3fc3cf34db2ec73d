//! The conversations, newest first, page by page.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    conversation_row::ConversationRow, listed::Listed, server_functions::load_conversations,
};
use crate::{
    browser::{keep_focus, spawn},
    error::StudioError,
    resource::resource,
    tabs::use_tabs,
    ui::{
        button::{Tone, button_class},
        dynamic::{Item, clicked, keyed, optional, shown_while},
        icon::{Glyph, Icon},
        notice::ErrorNotice,
    },
};

/// What “Load more” has added below the first page.
#[derive(Clone, Default)]
struct More {
    conversations: Vec<Listed>,
    /// Where it goes on; `None` before anything was added, `Some(None)` at the end.
    next: Option<Option<String>>,
}

/// The list of conversations, with the way to begin a new one.
#[component]
pub(crate) fn ConversationList() -> impl IntoView {
    let tabs = use_tabs();
    let query = use_query_map();
    let before = Memo::new(move |_| query.with(|query| query.get("list")));
    let page =
        resource(move || (before.get(), tabs.list.get()), |(before, _)| load_conversations(before));
    let more = RwSignal::new(More::default());
    let error = RwSignal::new(None::<StudioError>);

    let rows = move || {
        let first = page.get().and_then(Result::ok).map(|page| page.conversations);
        more.with(|more| merged(first.unwrap_or_default(), &more.conversations))
    };
    let next = move || {
        let first = page.get().and_then(Result::ok).and_then(|page| page.next);
        more.with(|more| more.next.clone().unwrap_or(first))
    };
    let failure = Signal::derive(move || error.get().or_else(|| page.get().and_then(Result::err)));
    let load_more = move |cursor: String| {
        spawn(async move {
            match load_conversations(Some(cursor)).await {
                Ok(page) => more.update(|more| {
                    more.conversations.extend(page.conversations);
                    more.next = Some(page.next);
                }),
                Err(failed) => error.set(Some(failed)),
            }
        });
    };

    view! {
        <section class="conversations" aria-label="Conversations">
            <a class=button_class(Tone::Secondary) href="/chat" aria-keyshortcuts="Control+Shift+O">
                <Icon glyph=Glyph::Compose />
                "New chat"
            </a>
            <Transition>
                <ErrorNotice error=failure />
                <ul class="conversation-rows">
                    {keyed(move || {
                        // A row that moves up, or is made anew, loses it.
                        keep_focus();
                        rows().into_iter().map(entry).collect()
                    })}
                </ul>
                {shown_while(
                    move || page.get().is_some_and(|page| page.is_ok()) && rows().is_empty(),
                    || {
                        view! {
                            <p class="conversations-empty">
                                "Your conversations will be listed here. Ask something to begin the first."
                            </p>
                        }
                            .into_any()
                    },
                )}
                {optional(move || {
                    next()
                        .map(|cursor| {
                            view! {
                                <a
                                    class=button_class(Tone::Quiet)
                                    href=format!("?list={cursor}")
                                    on:click=clicked(move |event| {
                                        event.prevent_default();
                                        load_more(cursor.clone());
                                    })
                                >
                                    "Load more"
                                </a>
                            }
                                .into_any()
                        })
                })}
            </Transition>
        </section>
    }
}

fn entry(conversation: Listed) -> Item {
    // A conversation of another title gets a new row.
    let key = format!("{} {}", conversation.id, conversation.title);
    Item::new(key, move || {
        view! { <ConversationRow conversation=conversation.clone() /> }.into_any()
    })
}

/// The first page followed by what of `more` is not in it: a conversation that moved to the top
/// since it was loaded is shown once.
fn merged(first: Vec<Listed>, more: &[Listed]) -> Vec<Listed> {
    let mut rows = first;
    for conversation in more {
        if rows.iter().all(|row| row.id != conversation.id) {
            rows.push(conversation.clone());
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(id: &str, title: &str) -> Listed {
        Listed { id: id.parse().expect("an identifier"), title: title.to_owned() }
    }

    #[test]
    fn a_conversation_that_moved_up_is_shown_once() {
        let one = "01890a5d-ac96-774b-bcce-b302099a8051";
        let two = "01890a5d-ac96-774b-bcce-b302099a8052";
        let rows = merged(
            vec![conversation(one, "new title")],
            &[conversation(two, "older"), conversation(one, "old title")],
        );
        let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
        assert_eq!(titles, ["new title", "older"]);
    }
}
