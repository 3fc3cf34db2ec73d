//! The files that go with the next message. The page knows only that there are some; how they are
//! taken in and shown comes to the browser with the first of them (`attach.rs`).

use std::sync::Arc;

use js_sys::Array;
use leptos::{ev, html, prelude::*};
use models::id::AttachmentId;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Event, FileList};

use super::{attach, draft, transcript::Transcript};
use crate::{
    browser::effect,
    error::StudioError,
    ui::icon::{Glyph, Icon},
};

/// The identifier of the file picker.
const PICKER: &str = "attach";

/// Makes what shows the files.
pub(crate) type Chips = Arc<dyn Fn() -> AnyView + Send + Sync>;

/// The files that go with the next message.
#[derive(Clone)]
pub(crate) struct Tray {
    /// In the order they were given.
    pub files: ArcRwSignal<Vec<TrayFile>>,
    /// How they are shown; absent until there was one.
    pub chips: ArcRwSignal<Option<Chips>>,
    /// What went wrong with giving files at all.
    pub error: ArcRwSignal<Option<StudioError>>,
    transcript: Transcript,
}

/// A file on its way.
#[derive(Clone)]
pub(crate) struct TrayFile {
    /// Names it among all of the page.
    pub key: u32,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub state: FileState,
}

/// How far a file is.
#[derive(Clone, PartialEq)]
pub(crate) enum FileState {
    /// It is being sent to the server.
    Sending,
    /// The server has it.
    Ready {
        /// Its identifier there.
        id: AttachmentId,
        /// Whether it is an image.
        is_image: bool,
        /// Its size in words.
        note: String,
    },
    /// It was not taken; the words say why.
    Failed(String),
}

impl Tray {
    /// The files for the next message of a conversation.
    pub(crate) fn new(transcript: Transcript) -> Self {
        Self {
            files: ArcRwSignal::default(),
            chips: ArcRwSignal::default(),
            error: ArcRwSignal::default(),
            transcript,
        }
    }

    /// Keeps what the server has, so that a reload brings it back; one file a line.
    pub(crate) fn keep(&self) {
        let line = |file: &TrayFile| match &file.state {
            FileState::Ready { id, is_image, note } => {
                Some(format!("{id}\t{is_image}\t{note}\t{}\n", file.name))
            }
            _ => None,
        };
        let list: String =
            self.files.with_untracked(|files| files.iter().filter_map(line).collect());
        draft::save_files(self.transcript.id(), &list);
    }

    /// Takes the files out, for a message. What a reload brings back may not be here yet; an empty tray
    /// leaves it kept.
    pub(crate) fn take(&self) -> Vec<TrayFile> {
        let files = self.files.get_untracked();
        if !files.is_empty() {
            self.files.set(Vec::new());
            self.keep();
        }
        files
    }

    /// Puts back what [`Tray::take`] took, before what has come since.
    pub(crate) fn put_back(&self, files: Vec<TrayFile>) {
        if !files.is_empty() {
            self.files.update(|since| since.splice(0..0, files).for_each(drop));
            self.keep();
        }
    }

    /// What [`Tray::keep`] kept.
    pub(crate) fn kept(&self) -> Option<String> {
        draft::load_files(self.transcript.id())
    }

    /// Whether there is something to send: `None` while a file is on its way or was not taken.
    pub(crate) fn has_files(&self) -> Option<bool> {
        self.files.with(|files| {
            let ready = |file: &TrayFile| matches!(file.state, FileState::Ready { .. });
            files.iter().all(ready).then_some(!files.is_empty())
        })
    }

    /// Whether there are images, so that only a model that sees can answer.
    pub(crate) fn has_images(&self) -> bool {
        let is_image =
            |file: &TrayFile| matches!(file.state, FileState::Ready { is_image: true, .. });
        self.files.with_untracked(|files| files.iter().any(is_image))
    }

    /// The identifiers of the files as the form sends them.
    pub(crate) fn ids(&self) -> String {
        let id = |file: &TrayFile| match &file.state {
            FileState::Ready { id, .. } => Some(id.to_string()),
            _ => None,
        };
        let ids: Vec<String> =
            self.files.with_untracked(|files| files.iter().filter_map(id).collect());
        ids.join(" ")
    }
}

/// The button that picks files; hidden where there is no script to send them.
pub(crate) fn picker(tray: &Tray) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let pick = {
        let tray = tray.clone();
        move || {
            let Some(input) = input.get_untracked() else { return };
            give(&tray, input.files());
            input.set_value("");
        }
    };
    // What was picked before the page came to life, and what was not sent before it was left.
    effect({
        let (tray, pick) = (tray.clone(), pick.clone());
        move || {
            if input.get().is_some() {
                if untrack(|| tray.kept()).is_some() {
                    take_in(&tray, Array::new());
                }
                pick();
            }
        }
    });
    listen(tray);
    view! {
        <input
            node_ref=input
            id=PICKER
            class="attach-input visually-hidden"
            type="file"
            multiple
            aria-label="Attach files"
            on:change=move |_| pick()
        />
        <label class="attach" for=PICKER title="Attach files">
            <Icon glyph=Glyph::Attach />
        </label>
    }
    .into_any()
}

/// Takes what is pasted or dropped anywhere on the page.
fn listen(tray: &Tray) {
    let tray = tray.clone();
    effect(move || {
        for name in ["paste", "dragover", "drop"] {
            let tray = tray.clone();
            let event = ev::Custom::<Event>::new(name);
            let listener = window_event_listener(event, move |event| receive(&tray, &event));
            on_cleanup(move || listener.remove());
        }
    });
}

fn receive(tray: &Tray, event: &Event) {
    let Some(data) = data(event) else { return };
    let types = data.types();
    let has = |kind: &str| types.includes(&JsValue::from_str(kind), 0);
    // A passage copied from a document comes with a picture of itself; the text is meant.
    if !has("Files") || has("text/plain") {
        return;
    }
    event.prevent_default();
    give(tray, data.files());
}

fn data(event: &Event) -> Option<DataTransfer> {
    match event.dyn_ref::<DragEvent>() {
        Some(event) => event.data_transfer(),
        None => event.dyn_ref::<ClipboardEvent>()?.clipboard_data(),
    }
}

fn give(tray: &Tray, files: Option<FileList>) {
    // While something is dragged over the page, its files are not told yet.
    let Some(files) = files.filter(|files| files.length() > 0) else { return };
    // The browser empties its own list later.
    take_in(tray, Array::from(&files));
}

fn take_in(tray: &Tray, files: Array) {
    let tray = tray.clone();
    crate::browser::spawn_for_app(async move {
        let error = tray.error.clone();
        error.set(attach::take_in(tray, files).await.err());
    });
}
