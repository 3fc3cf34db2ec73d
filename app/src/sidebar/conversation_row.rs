//! One conversation in the list: open, rename in place, delete with undo.

use std::sync::Arc;

use leptos::{html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_location, use_navigate};
use models::{id::ConversationId, limits::TITLE_CHARACTERS};

use super::{
    DeleteConversation, RenameConversation, RestoreConversation, listed::Listed, title_or_default,
};
use crate::{
    browser::{self, focus_and_select, focus_soon, post, spawn_for_app},
    error::StudioError,
    tabs::use_tabs,
    ui::{
        button::ICON_BUTTON,
        dynamic::{changing, clicked, flag, optional, pressed, submitted},
        field::CONTROL,
        form::PostForm,
        icon::{Glyph, Icon},
        toast::{Toast, ToastAction, use_toasts},
    },
};

/// A row of the list.
#[component]
pub(crate) fn ConversationRow(
    /// The conversation as it was when the row was made; one of another title gets a new row.
    conversation: Listed,
) -> impl IntoView {
    let id = conversation.id;
    let title = title_or_default(&conversation.title);
    let editing = RwSignal::new(false);
    let path = use_location().pathname;
    let href = format!("/chat/{id}");
    let current = {
        let href = href.clone();
        Memo::new(move |_| path.with(|path| *path == href))
    };
    let delete = use_delete(id, title.clone(), current.into());

    view! {
        <li class="conversation-row" class:current=flag(move || current.get())>
            {
                let title = title.clone();
                optional(move || {
                    Some(if editing.get() {
                        view! { <TitleEditor id title=title.clone() editing /> }.into_any()
                    } else {
                        view! {
                            <a
                                id=link_id(id)
                                class="conversation-link"
                                href=href.clone()
                                aria-current=changing(move || current.get().then_some("page"))
                            >
                                {title.clone()}
                            </a>
                        }
                            .into_any()
                    })
                })
            } <div class="row-actions">
                <button
                    type="button"
                    class="icon-button needs-script"
                    aria-label=format!("Rename “{title}”")
                    title="Rename"
                    on:click=clicked(move |_| editing.update(|editing| *editing = !*editing))
                >
                    <Icon glyph=Glyph::Pencil />
                </button>
                <PostForm
                    action=DeleteConversation::url()
                    fields=named(id)
                    on_submit=delete
                >
                    <button
                        type="submit"
                        class=ICON_BUTTON
                        aria-label=format!("Delete “{title}”")
                        title="Delete"
                    >
                        <Icon glyph=Glyph::Bin />
                    </button>
                </PostForm>
            </div>
        </li>
    }
}

/// Gives a conversation a new title.
pub(crate) async fn rename(id: ConversationId, title: String) -> Result<(), StudioError> {
    let mut fields = named(id);
    fields.push(("title", title));
    post(RenameConversation::url(), fields).await.map(drop)
}

/// Brings a deleted conversation back.
pub(crate) async fn restore(id: ConversationId) -> Result<(), StudioError> {
    post(RestoreConversation::url(), named(id)).await.map(drop)
}

fn link_id(id: ConversationId) -> String {
    format!("conversation-{id}")
}

fn named(id: ConversationId) -> Vec<(&'static str, String)> {
    vec![("conversation", id.to_string())]
}

/// Deletes a conversation, leaves its page if that is shown, and offers to undo.
pub(crate) fn use_delete(id: ConversationId, title: String, shown: Signal<bool>) -> Callback<()> {
    let tabs = use_tabs();
    let toasts = use_toasts();
    let navigate = StoredValue::new(use_navigate());
    let go = move |path: &str| navigate.with_value(|navigate| navigate(path, Default::default()));
    let restore: ToastAction = Arc::new(move || {
        spawn_for_app(async move {
            match restore(id).await {
                Ok(()) => tabs.changed(id),
                Err(error) => toasts.say(error.sentence()),
            }
        });
    });
    Callback::new(move |()| {
        let text = format!("Deleted “{title}”.");
        if shown.get_untracked() {
            go("/chat");
        }
        let restore = restore.clone();
        spawn_for_app(async move {
            match post(DeleteConversation::url(), named(id)).await {
                Ok(_) => {
                    tabs.changed(id);
                    toasts.show(Toast { text, action: Some(("Undo", restore)) });
                }
                Err(error) => toasts.say(error.sentence()),
            }
        });
    })
}

#[component]
fn TitleEditor(id: ConversationId, title: String, editing: RwSignal<bool>) -> impl IntoView {
    let tabs = use_tabs();
    let toasts = use_toasts();
    let input = NodeRef::<html::Input>::new();
    browser::effect(move || {
        if let Some(input) = input.get() {
            focus_and_select(&input);
        }
    });
    let close = move || {
        editing.set(false);
        focus_soon(link_id(id));
    };
    let save = move || {
        let Some(input) = input.get_untracked() else { return };
        let title = input.value();
        spawn_for_app(async move {
            match rename(id, title).await {
                Ok(()) => {
                    close();
                    tabs.changed(id);
                }
                Err(error) => toasts.say(error.sentence()),
            }
        });
    };
    view! {
        <form
            class="title-editor"
            method="post"
            action=RenameConversation::url()
            on:submit=submitted(move |event| {
                event.prevent_default();
                save();
            })
        >
            <input
                node_ref=input
                name="title"
                class=CONTROL
                aria-label="Title of the conversation"
                value=title
                maxlength=TITLE_CHARACTERS.to_string()
                on:keydown=pressed(move |event| {
                    if event.key() == "Escape" {
                        event.stop_propagation();
                        close();
                    }
                })
            />
        </form>
    }
}
