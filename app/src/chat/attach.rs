//! Taking files in and showing them in the composer. In a file of its own, which the browser loads
//! when the first file is given.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use gloo_net::http::{Method, Request};
use js_sys::{Array, encode_uri_component};
use leptos::{prelude::*, wasm_split::SplitLoaderError};
use models::{
    attachment::{Attachment, size_in_words},
    id::AttachmentId,
    limits::MESSAGE_ATTACHMENTS,
};
use wasm_bindgen::JsCast;
use web_sys::File;

use super::{
    chat_input::go_on_writing,
    message_part::attachment_address,
    tray::{FileState, Tray, TrayFile},
};
use crate::{
    error::StudioError,
    ui::{
        dynamic::{Item, changing, keyed, optional, text},
        icon::{Glyph, Icon},
    },
};

/// Where files are given.
const ADDRESS: &str = "/api/chat/ui/attachments";

/// HTTP's status of what is not there.
const NOT_FOUND: u16 = 404;

impl From<SplitLoaderError> for StudioError {
    fn from(_: SplitLoaderError) -> Self {
        Self::no_answer()
    }
}

/// Sends files to the server and shows them in the tray, after those that were kept. Fails when this
/// code cannot be loaded.
#[leptos::wasm_split::wasm_split(attachments, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn take_in(tray: Tray, files: Array) -> Result<(), StudioError> {
    if tray.chips.with_untracked(Option::is_none) {
        let shown = tray.clone();
        tray.chips.set(Some(Arc::new(move || chips(&shown))));
        bring_back(&tray);
    }
    for file in files.iter().filter_map(|file| file.dyn_into::<File>().ok()) {
        let is_full = tray.files.with_untracked(Vec::len) >= MESSAGE_ATTACHMENTS;
        let state = if is_full {
            FileState::Failed(format!("A message takes {MESSAGE_ATTACHMENTS} files at most."))
        } else {
            FileState::Sending
        };
        let key = next_key();
        tray.files.update(|files| files.push(TrayFile { key, name: file.name(), state }));
        if !is_full {
            let tray = tray.clone();
            crate::browser::spawn_for_app(async move {
                let state = match send(file).await {
                    Ok(taken) => ready(taken),
                    Err(error) => FileState::Failed(error.sentence()),
                };
                arrived(&tray, key, state);
            });
        }
    }
    if files.length() > 0 {
        go_on_writing();
    }
    Ok(())
}

/// Shows the files that were given before the page was left, as far as the server still has them.
fn bring_back(tray: &Tray) {
    let kept = tray.kept().unwrap_or_default();
    let kept: Vec<TrayFile> = kept.lines().filter_map(read).collect();
    tray.files.set(kept.clone());
    for TrayFile { key, state, .. } in kept {
        let FileState::Ready { id, .. } = state else { continue };
        let tray = tray.clone();
        crate::browser::spawn_for_app(async move {
            let answer = Request::get(&attachment_address(id)).method(Method::HEAD).send().await;
            // Where there is no answer it may be there still; sending will tell.
            if answer.is_ok_and(|answer| answer.status() == NOT_FOUND) {
                take_out(&tray, key);
            }
        });
    }
}

/// A line of [`Tray::keep`]; nothing where it is none.
fn read(line: &str) -> Option<TrayFile> {
    let mut fields = line.splitn(4, '\t');
    let state = FileState::Ready {
        id: fields.next()?.parse().ok()?,
        is_image: fields.next()?.parse().ok()?,
        note: fields.next()?.to_owned(),
    };
    Some(TrayFile { key: next_key(), name: fields.next()?.to_owned(), state })
}

async fn send(file: File) -> Result<Attachment, StudioError> {
    let name = String::from(encode_uri_component(&file.name()));
    let answer = Request::post(&format!("{ADDRESS}?name={name}"))
        .header("Content-Type", "application/octet-stream")
        .body(file)
        .map_err(|_| StudioError::not_understood())?
        .send()
        .await
        .map_err(|_| StudioError::no_answer())?;
    let body = answer.text().await.map_err(|_| StudioError::no_answer())?;
    if answer.ok() {
        return serde_json::from_str(&body).map_err(|_| StudioError::not_understood());
    }
    Err(serde_json::from_str(&body).unwrap_or_else(|_| StudioError::not_understood()))
}

fn ready(taken: Attachment) -> FileState {
    let note = size_in_words(taken.size);
    FileState::Ready { id: taken.id, is_image: taken.width.is_some(), note }
}

/// Notes what became of a file. One that was removed meanwhile is removed on the server too.
fn arrived(tray: &Tray, key: u32, state: FileState) {
    let is_there = tray.files.with_untracked(|files| files.iter().any(|file| file.key == key));
    if is_there {
        tray.files.update(|files| {
            for file in files.iter_mut().filter(|file| file.key == key) {
                file.state = state.clone();
            }
        });
        tray.keep();
    } else if let FileState::Ready { id, .. } = state {
        forget(id);
    }
}

fn remove(tray: &Tray, key: u32) {
    let file = tray.files.with_untracked(|all| all.iter().find(|file| file.key == key).cloned());
    take_out(tray, key);
    if let Some(TrayFile { state: FileState::Ready { id, .. }, .. }) = file {
        forget(id);
    }
    go_on_writing();
}

fn take_out(tray: &Tray, key: u32) {
    tray.files.update(|files| files.retain(|file| file.key != key));
    tray.keep();
}

/// What is not removed now goes by itself after a day.
fn forget(id: AttachmentId) {
    crate::browser::spawn_for_app(async move {
        let _ = Request::delete(&attachment_address(id)).send().await;
    });
}

fn chips(tray: &Tray) -> AnyView {
    let (tray, files) = (tray.clone(), tray.files.clone());
    let list = keyed(move || {
        files.with(|files| files.iter().map(|file| entry(&tray, file.clone())).collect())
    });
    view! { <div role="status"><ul class="tray" aria-label="Files to send">{list}</ul></div> }
        .into_any()
}

fn entry(tray: &Tray, file: TrayFile) -> Item {
    let tray = tray.clone();
    Item::new(file.key, move || chip(tray.clone(), file.clone()))
}

/// One file. It stays the same element however far the file gets, so that its button keeps the focus.
fn chip(tray: Tray, file: TrayFile) -> AnyView {
    let TrayFile { key, name, state } = file;
    let files = tray.files.clone();
    let state = Memo::new(move |_| {
        let now = files
            .with(|files| files.iter().find(|file| file.key == key).map(|file| file.state.clone()));
        now.unwrap_or_else(|| state.clone())
    });
    let label = format!("Remove {name}");
    view! {
        <li class="file-chip" data-stage=changing(move || Some(state.with(stage)))>
            {optional(move || Some(state.with(picture)))}
            <span class="file-words">
                <span class="file-name">{name}</span>
                <span class="file-note">{text(move || state.with(note))}</span>
            </span>
            <button type="button" class="file-remove" aria-label=label title="Remove" on:click=move |_| remove(&tray, key)>
                <Icon glyph=Glyph::Close />
            </button>
        </li>
    }
    .into_any()
}

fn stage(state: &FileState) -> &'static str {
    match state {
        FileState::Sending => "sending",
        FileState::Ready { .. } => "ready",
        FileState::Failed(_) => "failed",
    }
}

fn picture(state: &FileState) -> AnyView {
    match state {
        FileState::Ready { id, is_image: true, .. } => {
            view! { <img src=attachment_address(*id) alt="" /> }.into_any()
        }
        FileState::Failed(_) => view! { <Icon glyph=Glyph::Warning /> }.into_any(),
        _ => view! { <Icon glyph=Glyph::Source /> }.into_any(),
    }
}

fn note(state: &FileState) -> String {
    match state {
        FileState::Sending => "Sending…".to_owned(),
        FileState::Ready { note, .. } => note.clone(),
        FileState::Failed(words) => words.clone(),
    }
}

fn next_key() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_line_is_read_and_another_is_not() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let read_back = read(&format!("{id}\ttrue\t70 bytes\ta b.png"));
        let Some(TrayFile { name, state: FileState::Ready { id: of, is_image, note }, .. }) =
            read_back
        else {
            panic!("a file that is ready");
        };
        assert_eq!((of.to_string().as_str(), is_image, note.as_str()), (id, true, "70 bytes"));
        assert_eq!(name, "a b.png");
        for line in ["", "x", "x\ttrue\t1\tn", &format!("{id}\tmaybe\t1\tn"), id] {
            assert!(read(line).is_none(), "{line}");
        }
    }
}
