//! The composer: where the next message is written.

use leptos::{ev::KeyboardEvent, html, prelude::*, server_fn::ServerFn};
use models::limits::MESSAGE_BYTES;
use web_sys::HtmlTextAreaElement;

use super::{
    draft,
    selection::Choices,
    selectors::{ModelSelector, PromptProfileSelector, RoutingProfileSelector},
    server_functions::{SendMessage, StopRun},
    session::{Session, use_session},
    tray::picker,
};
use crate::{
    browser::{effect, focus_soon, has_fine_pointer},
    ui::{
        dynamic::{changing, optional, pressed, shown_while, submitted},
        form::PostForm,
        form_error::any_posted_error,
        icon::{Glyph, Icon},
        notice::ErrorNotice,
    },
};

/// The identifier of the text area.
pub(crate) const COMPOSER: &str = "composer";

/// The composer with its selectors. A plain form: it sends without script too.
#[component]
pub(crate) fn ChatInput(
    /// What can be picked.
    choices: Choices,
) -> impl IntoView {
    let session = use_session();
    let area = NodeRef::<html::Textarea>::new();
    let is_blank = RwSignal::new(false);
    let live = {
        let transcript = session.transcript.clone();
        Memo::new(move |_| transcript.live())
    };
    let is_pending = {
        let pending = session.pending.clone();
        Memo::new(move |_| pending.with(Option::is_some))
    };
    keep_draft(&session, area, is_blank);

    let submit = {
        let session = session.clone();
        move || {
            let Some(area) = area.get_untracked() else { return };
            let text = area.value();
            let busy = live.get_untracked().is_some() || is_pending.get_untracked();
            let files = untrack(|| session.tray.has_files());
            if busy || files.is_none_or(|some| !some && text.trim().is_empty()) {
                return;
            }
            write(&area, "", is_blank);
            draft::save(session.transcript.id(), "");
            session.send(text);
            go_on_writing();
        }
    };
    let on_key = {
        let submit = submit.clone();
        move |event: KeyboardEvent| {
            if sends(&event) {
                event.prevent_default();
                submit();
            }
        }
    };
    let on_input = {
        let transcript = session.transcript.clone();
        move |_| {
            let Some(area) = area.get_untracked() else { return };
            draft::save(transcript.id(), &area.value());
            grown(&area, is_blank);
        }
    };
    let error = {
        let (error, posted) = (session.error.clone(), any_posted_error());
        Signal::derive(move || error.get().or_else(|| posted.get()))
    };
    let tray = session.tray.clone();
    let is_unready = {
        let tray = tray.clone();
        Signal::derive(move || {
            is_pending.get() || tray.has_files().is_none_or(|some| !some && is_blank.get())
        })
    };
    let chips = tray.chips.clone();
    let conversation = session.transcript.id().map(|id| id.to_string()).unwrap_or_default();

    view! {
        <div class="composer-dock">
            <ErrorNotice error />
            <form
                id="composer-form"
                class="composer"
                method="post"
                action=SendMessage::url()
                on:submit=submitted(move |event| {
                    event.prevent_default();
                    submit();
                })
            >
                <input type="hidden" name="conversation" value=conversation />
                <input type="hidden" name="key" value=key_without_script() />
                {optional(move || chips.get().map(|chips| chips()))}
                <div class="composer-text">
                    <textarea
                        node_ref=area
                        id=COMPOSER
                        name="message"
                        rows="1"
                        required
                        maxlength=MESSAGE_BYTES.to_string()
                        placeholder="Write a message"
                        aria-label="Message"
                        autocomplete="off"
                        on:keydown=pressed(on_key)
                        on:input=on_input
                    ></textarea>
                </div>
                <div class="composer-row">
                    {picker(&tray)}
                    <ModelSelector models=choices.models has_more=choices.has_more_models />
                    <RoutingProfileSelector profiles=choices.routing_profiles />
                    <PromptProfileSelector profiles=choices.prompt_profiles />
                    <span class="composer-space"></span>
                    {shown_while(
                        move || live.get().is_none(),
                        move || send_button(is_unready),
                    )}
                </div>
            </form>
            {optional(move || {
                live.get().map(|live| view! { <StopButton run=live.run.to_string() /> }.into_any())
            })}
        </div>
    }
}

fn send_button(disabled: Signal<bool>) -> AnyView {
    view! {
        <button
            type="submit"
            class="send"
            aria-label="Send message"
            title="Send"
            aria-disabled=changing(move || disabled.get().then_some("true"))
        >
            <Icon glyph=Glyph::Send />
        </button>
    }
    .into_any()
}

/// Stops the answer. It stands outside the composer's form, because it is a form of its own.
#[component]
fn StopButton(run: String) -> impl IntoView {
    let session = use_session();
    let stop = Callback::new(move |()| {
        session.stop();
        go_on_writing();
    });
    view! {
        <PostForm action=StopRun::url() fields=vec![("run", run)] on_submit=stop class="stop-form">
            <button type="submit" class="send stop" aria-label="Stop answering" title="Stop (Escape)">
                <Icon glyph=Glyph::Stop />
            </button>
        </PostForm>
    }
}

/// Takes the focus from a button that is about to go. Not where that would open a keyboard over the
/// answer.
pub(crate) fn go_on_writing() {
    if has_fine_pointer() {
        focus_soon(COMPOSER);
    }
}

/// Whether a key press sends: Enter alone, and not the Enter that ends an input method's word
/// (which Safari reports only by the old key code 229).
fn sends(event: &KeyboardEvent) -> bool {
    event.key() == "Enter"
        && !event.shift_key()
        && !event.alt_key()
        && !event.is_composing()
        && event.key_code() != 229
}

/// Brings back what was written and not sent, and takes back what could not be sent.
fn keep_draft(session: &Session, area: NodeRef<html::Textarea>, is_blank: RwSignal<bool>) {
    let transcript = session.transcript.clone();
    effect(move || {
        let Some(area) = area.get() else { return };
        // With script, files alone are a message.
        area.set_required(false);
        // What was typed before the page came to life is newer than any draft.
        if area.value().is_empty() {
            write(&area, &draft::load(transcript.id()).unwrap_or_default(), is_blank);
        } else {
            draft::save(transcript.id(), &area.value());
            grown(&area, is_blank);
        }
        go_on_writing();
    });
    let returned = session.returned.clone();
    effect(move || {
        let (Some(text), Some(area)) = (returned.get(), area.get_untracked()) else { return };
        let since = area.value();
        let both = if since.is_empty() { text } else { format!("{text}\n{since}") };
        write(&area, &both, is_blank);
    });
}

fn write(area: &HtmlTextAreaElement, text: &str, is_blank: RwSignal<bool>) {
    area.set_value(text);
    grown(area, is_blank);
}

/// Notes what has become of the text: whether there is any, and, for browsers that cannot size a
/// text area by its content, what the stylesheet's stand-in has to be as large as.
fn grown(area: &HtmlTextAreaElement, is_blank: RwSignal<bool>) {
    let text = area.value();
    is_blank.set(text.trim().is_empty());
    if let Some(frame) = area.parent_element() {
        let _ = frame.set_attribute("data-text", &text);
    }
}

/// The idempotency key of a form that is posted without script. The browser leaves the server's in
/// place when the page comes to life.
pub(crate) fn key_without_script() -> String {
    #[cfg(feature = "ssr")]
    return models::id::MessageId::generate().to_string();
    #[cfg(not(feature = "ssr"))]
    String::new()
}
