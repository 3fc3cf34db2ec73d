//! What can be done with a message: copy, retry, continue, look at its siblings.

use leptos::{prelude::*, server_fn::ServerFn};
use models::{id::MessageId, message::Role, run::RunStatus};

use super::{
    chat_input::go_on_writing,
    message_state::MessageState,
    server_functions::{ContinueAnswer, RetryAnswer, ShowBranch},
    session::use_session,
};
use crate::ui::{
    button::{ICON_BUTTON, Tone, button_class},
    dynamic::{flag, optional, shown_while},
    form::PostForm,
    icon::{Glyph, Icon},
};

/// The row of actions below a message.
#[component]
pub(crate) fn MessageActions(
    /// The message.
    message: MessageState,
    /// Who speaks.
    role: Role,
    /// How far it is.
    status: Memo<RunStatus>,
    /// Whether it is the newest message of the path.
    is_last: Memo<bool>,
) -> impl IntoView {
    let session = use_session();
    let id = message.id;
    let head = message.head.clone();
    let retry = {
        let session = session.clone();
        Callback::new(move |()| {
            session.retry(id);
            go_on_writing();
        })
    };
    let go_on = Callback::new(move |()| {
        session.continue_answer(id);
        go_on_writing();
    });
    let can_continue = Memo::new({
        let parts = message.parts.clone();
        move |_| {
            is_last.get()
                && parts.with(|parts| !parts.is_empty())
                && head.with(|head| head.ending.is_cut)
        }
    });
    let failed = move || status.get() != RunStatus::Complete;

    view! {
        <div class="message-actions" class:lasting=flag(move || failed() && is_last.get())>
            <Siblings message=message.clone() />
            <button
                type="button"
                class="icon-button needs-script"
                data-copy="message"
                aria-label="Copy message"
                title="Copy"
            >
                <Icon glyph=Glyph::Copy />
            </button>
            {(role == Role::Assistant)
                .then(|| {
                    view! {
                        {shown_while(
                            move || status.get().is_final(),
                            move || retry_button(id, retry),
                        )}
                        {shown_while(
                            move || can_continue.get(),
                            move || continue_button(id, go_on),
                        )}
                    }
                        .into_any()
                })}
        </div>
    }
}

fn retry_button(id: MessageId, retry: Callback<()>) -> AnyView {
    view! {
        <PostForm action=RetryAnswer::url() fields=vec![("message", id.to_string())] on_submit=retry>
            <button type="submit" class=ICON_BUTTON aria-label="Retry: answer again" title="Retry">
                <Icon glyph=Glyph::Retry />
            </button>
        </PostForm>
    }
    .into_any()
}

fn continue_button(id: MessageId, go_on: Callback<()>) -> AnyView {
    view! {
        <PostForm action=ContinueAnswer::url() fields=vec![("message", id.to_string())] on_submit=go_on>
            <button type="submit" class=button_class(Tone::Quiet)>
                <Icon glyph=Glyph::Play />
                "Continue"
            </button>
        </PostForm>
    }
    .into_any()
}

/// The message before and after this one among its siblings; nothing for an only child.
#[component]
fn Siblings(message: MessageState) -> impl IntoView {
    let id = message.id;
    let head = message.head;
    let siblings = Memo::new(move |_| head.with(|head| head.siblings.clone()));
    optional(move || {
        let all = siblings.get();
        let place = all.iter().position(|sibling| *sibling == id)?;
        (all.len() > 1).then(|| {
            let before = place.checked_sub(1).and_then(|index| all.get(index)).copied();
            let after = all.get(place + 1).copied();
            let count = format!("{}/{}", place + 1, all.len());
            view! {
                <div class="siblings" role="group" aria-label="Versions of this message">
                    <SiblingButton
                        to=before
                        label="Previous version"
                        glyph=Glyph::Left
                    />
                    <span>{count}</span>
                    <SiblingButton to=after label="Next version" glyph=Glyph::Right />
                </div>
            }
            .into_any()
        })
    })
}

#[component]
fn SiblingButton(to: Option<MessageId>, label: &'static str, glyph: Glyph) -> impl IntoView {
    let session = use_session();
    let show = Callback::new(move |()| {
        if let Some(to) = to {
            session.show_branch(to);
        }
    });
    view! {
        <PostForm
            action=ShowBranch::url()
            fields=vec![("message", to.map(|to| to.to_string()).unwrap_or_default())]
            on_submit=show
        >
            <button
                type="submit"
                class=ICON_BUTTON
                disabled=to.is_none()
                aria-label=label
                title=label
            >
                <Icon glyph />
            </button>
        </PostForm>
    }
}
