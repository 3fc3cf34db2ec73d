//! The line above the messages: the title, renaming it, deleting the conversation.

use leptos::{html, prelude::*, server_fn::ServerFn};
use models::limits::TITLE_CHARACTERS;

use super::{
    dialogs::{Dialog, PARAMETERS_BUTTON},
    session::use_session,
};
use crate::{
    browser::spawn,
    sidebar::{
        DeleteConversation, RenameConversation, SidebarButton, rename, title_or_default, use_delete,
    },
    ui::{
        button::{ICON_BUTTON, Tone, button_class},
        dynamic::{changing, clicked, optional, submitted, text},
        field::CONTROL,
        form::PostForm,
        icon::{Glyph, Icon},
    },
};

/// The header of the chat page.
#[component]
pub(crate) fn ChatHeader() -> impl IntoView {
    let heading = use_session().transcript.heading;
    let facts = Memo::new(move |_| {
        heading.with(|it| it.as_ref().map(|(id, title)| (id.to_string(), title_or_default(title))))
    });
    let id = Memo::new(move |_| {
        facts.with(|it| it.as_ref().map(|(id, _)| id.clone()).unwrap_or_default())
    });
    view! {
        <header class="chat-header">
            <SidebarButton />
            <h1 class="chat-title">
                {text(move || facts.get().map_or_else(|| "New chat".to_owned(), |(_, title)| title))}
            </h1>
            {optional(move || {
                let id = id.get();
                Some(view! { <ParametersLink id /> }.into_any())
            })}
            {optional(move || {
                facts.get().map(|(id, title)| view! { <ConversationMenu id title /> }.into_any())
            })}
        </header>
    }
}

/// The way to the conversation's parameters: a dialog with script, a page without. A conversation that
/// has not begun has an empty identifier.
#[component]
fn ParametersLink(id: String) -> impl IntoView {
    let session = use_session();
    let is_set = session.selection.has_parameters.clone();
    let marked = is_set.clone();
    view! {
        <a
            id=PARAMETERS_BUTTON
            class="icon-button parameters"
            href=format!("/parameters?conversation={id}")
            title="Parameters"
            aria-label=changing(move || Some(if marked.get() { "Parameters, some are set" } else { "Parameters" }))
            data-set=changing(move || is_set.get().then_some(""))
            on:click=clicked(move |event| {
                event.prevent_default();
                session.open(Dialog::Parameters);
            })
        >
            <Icon glyph=Glyph::Sliders />
        </a>
    }
}

/// Rename and delete. A disclosure, so that it works before and without script.
#[component]
fn ConversationMenu(id: String, title: String) -> impl IntoView {
    let session = use_session();
    let menu = NodeRef::<html::Details>::new();
    let input = NodeRef::<html::Input>::new();
    let delete = id.parse().ok().map(|id| use_delete(id, title.clone(), Signal::stored(true)));
    let submit = move || {
        let (Some(id), Some(input)) = (session.transcript.id(), input.get_untracked()) else {
            return;
        };
        let session = session.clone();
        spawn(async move {
            let title = input.value().trim().to_owned();
            match rename(id, title.clone()).await {
                Ok(()) => {
                    if let Some(menu) = menu.get_untracked() {
                        menu.set_open(false);
                    }
                    session.renamed(title);
                }
                Err(error) => session.error.set(Some(error)),
            }
        });
    };
    view! {
        <details class="menu" node_ref=menu>
            <summary class=ICON_BUTTON aria-label="Rename or delete this conversation">
                <Icon glyph=Glyph::Pencil />
            </summary>
            <div class="menu-body">
                <form
                    class="menu-form"
                    method="post"
                    action=RenameConversation::url()
                    on:submit=submitted(move |event| {
                        event.prevent_default();
                        submit();
                    })
                >
                    <input type="hidden" name="conversation" value=id.clone() />
                    <input
                        node_ref=input
                        name="title"
                        class=CONTROL
                        aria-label="Title"
                        value=title
                        required
                        maxlength=TITLE_CHARACTERS.to_string()
                    />
                    <button type="submit" class=button_class(Tone::Secondary)>
                        "Rename"
                    </button>
                </form>
                <PostForm
                    action=DeleteConversation::url()
                    fields=vec![("conversation", id)]
                    on_submit=Callback::new(move |()| {
                        if let Some(delete) = delete {
                            delete.run(());
                        }
                    })
                >
                    <button type="submit" class=button_class(Tone::Danger)>
                        <Icon glyph=Glyph::Bin />
                        "Delete conversation"
                    </button>
                </PostForm>
            </div>
        </details>
    }
}
