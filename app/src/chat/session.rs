//! What the parts of one chat page share: the transcript, what went wrong, and what can be done.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use leptos::{prelude::*, server_fn::ServerFn};
use models::id::{ConversationId, MessageId, RunId};

use super::{
    dialogs::{Dialog, Make, load},
    page::Opened,
    selection::Selection,
    server_functions::{
        ContinueAnswer, OpenConversation, RetryAnswer, SendMessage, ShowBranch, StopRun,
    },
    transcript::Transcript,
    tray::{Tray, TrayFile},
};
use crate::{
    browser::{self, ask, post, spawn_for_app},
    error::StudioError,
    tabs::Tabs,
};

/// One chat page. All its state is reference-counted, because requests outlive pages.
#[derive(Clone)]
pub(crate) struct Session {
    /// The conversation and its messages.
    pub transcript: Transcript,
    /// What was picked beside the message.
    pub selection: Selection,
    /// The files that go with the next message.
    pub tray: Tray,
    /// What last went wrong.
    pub error: ArcRwSignal<Option<StudioError>>,
    /// The message that is on its way to the server.
    pub pending: ArcRwSignal<Option<String>>,
    /// A message that could not be sent, on its way back to where it was written.
    pub returned: ArcRwSignal<Option<String>>,
    /// Counts the occasions to show the newest message: a person has sent one.
    pub newest: ArcRwSignal<u32>,
    /// The dialog that is open, and what makes its content.
    pub dialog: ArcRwSignal<Option<(Dialog, Make)>>,
    /// Whether this page shows the newest messages, and not older ones by their address.
    pub is_newest: bool,
    tabs: Tabs,
    unsent_key: ArcRwSignal<Option<(String, String)>>,
    begun: Callback<ConversationId>,
    left: Arc<AtomicBool>,
    loading_older: Arc<AtomicBool>,
}

impl Session {
    /// A session that lives as long as the present owner. `begun` is told when a new conversation
    /// has got its identifier, if the page is still shown by then.
    pub(crate) fn new(
        transcript: Transcript,
        selection: Selection,
        is_newest: bool,
        tabs: Tabs,
        begun: Callback<ConversationId>,
    ) -> Self {
        let tray = Tray::new(transcript.clone());
        let left = Arc::new(AtomicBool::new(false));
        on_cleanup({
            let (left, chips) = (left.clone(), tray.chips.clone());
            move || {
                left.store(true, Ordering::Relaxed);
                // They hold the tray that holds them.
                chips.update_untracked(|chips| *chips = None);
            }
        });
        Self {
            transcript,
            selection,
            error: tray.error.clone(),
            tray,
            pending: ArcRwSignal::default(),
            returned: ArcRwSignal::default(),
            newest: ArcRwSignal::default(),
            dialog: ArcRwSignal::default(),
            is_newest,
            tabs,
            unsent_key: ArcRwSignal::default(),
            begun,
            left,
            loading_older: Arc::default(),
        }
    }

    /// Sends a message: shown at once, replaced by what was stored, handed back if that fails.
    pub(crate) fn send(&self, text: String) {
        if self.pending.with_untracked(Option::is_some) {
            return;
        }
        let session = self.clone();
        let attachments = self.tray.ids();
        let key = self.key_for(&format!("{attachments}\n{text}"));
        let files = self.tray.take();
        self.error.set(None);
        self.pending.set(Some(in_words(&text, &files)));
        self.newest.update(|count| *count = count.wrapping_add(1));
        spawn_for_app(async move {
            let conversation = session.transcript.id();
            let choice = &session.selection;
            let id = conversation.map(|id| id.to_string()).unwrap_or_default();
            // From then on the conversation keeps them, and another tab may change them.
            let parameters = match conversation {
                None => choice.parameters.get_untracked(),
                Some(_) => String::new(),
            };
            let fields = vec![
                ("message", text.clone()),
                ("conversation", id),
                ("model", choice.model.get_untracked()),
                ("routing_profile", choice.routing_profile.get_untracked()),
                ("prompt_profile", choice.prompt_profile.get_untracked()),
                ("parameters", parameters),
                ("key", key),
                ("attachments", attachments),
            ];
            let sent = ask::<Opened>(SendMessage::url(), fields).await;
            session.pending.set(None);
            match sent {
                Ok(sent) => {
                    let id = sent.id;
                    session.unsent_key.set(None);
                    session.transcript.append(sent);
                    if conversation.is_none() && !session.left.load(Ordering::Relaxed) {
                        session.begun.run(id);
                    }
                    session.tabs.changed(id);
                }
                Err(error) => {
                    super::draft::save(conversation, &text);
                    session.tray.put_back(files);
                    session.returned.set(Some(text));
                    session.error.set(Some(error));
                }
            }
        });
    }

    /// Opens a dialog; its code comes with the first one.
    pub(crate) fn open(&self, dialog: Dialog) {
        let session = self.clone();
        browser::spawn(async move {
            match load().await {
                Ok(make) => session.dialog.set(Some((dialog, make))),
                Err(_) => session.error.set(Some(StudioError::no_answer())),
            }
        });
    }

    /// Stops the run that is writing.
    pub(crate) fn stop(&self) {
        if let Some(live) = untrack(|| self.transcript.live()) {
            self.stop_run(live.run);
        }
    }

    /// Stops a run.
    pub(crate) fn stop_run(&self, run: RunId) {
        self.change(StopRun::url(), "run", run.to_string());
    }

    /// Answers the same question again.
    pub(crate) fn retry(&self, message: MessageId) {
        self.newest.update(|count| *count = count.wrapping_add(1));
        self.change(RetryAnswer::url(), "message", message.to_string());
    }

    /// Goes on with an answer that was cut.
    pub(crate) fn continue_answer(&self, message: MessageId) {
        self.newest.update(|count| *count = count.wrapping_add(1));
        self.change(ContinueAnswer::url(), "message", message.to_string());
    }

    /// Shows the branch a message leads to.
    pub(crate) fn show_branch(&self, message: MessageId) {
        self.change(ShowBranch::url(), "message", message.to_string());
    }

    /// Asks the server for the conversation as it is now; whether that worked.
    pub(crate) async fn refresh(&self) -> bool {
        let Some(id) = self.transcript.id().filter(|_| self.is_newest) else { return true };
        match open(id, None).await {
            Ok(view) => {
                self.transcript.reconcile(view);
                true
            }
            Err(error) => {
                self.error.set(Some(error));
                false
            }
        }
    }

    /// Loads what is before the first message on the page; does nothing while that is under way.
    pub(crate) async fn load_older(&self) {
        let first = self.transcript.messages.with_untracked(|all| all.first().map(|it| it.id));
        let (Some(id), Some(first)) = (self.transcript.id(), first) else { return };
        if self.loading_older.swap(true, Ordering::Relaxed) {
            return;
        }
        match open(id, Some(first)).await {
            Ok(older) => {
                for message in older.messages.into_iter().rev() {
                    self.transcript.put_in_front(message);
                    leptos::task::tick().await;
                }
                self.transcript.has_older.set(older.has_older);
            }
            Err(error) => self.error.set(Some(error)),
        }
        self.loading_older.store(false, Ordering::Relaxed);
    }

    /// Takes in the title a run has found.
    pub(crate) fn set_title(&self, title: String) {
        self.transcript.set_title(title);
        self.list_changed();
    }

    /// Takes in a title the person has given.
    pub(crate) fn renamed(&self, title: String) {
        self.transcript.set_title(title);
        if let Some(id) = self.transcript.id() {
            self.tabs.changed(id);
        }
    }

    /// Says that the list of conversations shows something old; other tabs find out themselves.
    pub(crate) fn list_changed(&self) {
        self.tabs.list.update(|count| *count = count.wrapping_add(1));
    }

    /// Posts what changes the conversation, then takes in what it has become.
    fn change(&self, url: &'static str, field: &'static str, value: String) {
        let session = self.clone();
        self.error.set(None);
        spawn_for_app(async move {
            match post(url, vec![(field, value)]).await {
                Ok(_) => {
                    session.refresh().await;
                    if let Some(id) = session.transcript.id() {
                        session.tabs.changed(id);
                    }
                }
                Err(error) => session.error.set(Some(error)),
            }
        });
    }

    /// The idempotency key of a message: the same for the same text until it was sent, so that
    /// sending again after a broken connection cannot send twice.
    fn key_for(&self, text: &str) -> String {
        let known = self.unsent_key.with_untracked(|unsent| {
            unsent.as_ref().filter(|(of, _)| of == text).map(|(_, key)| key.clone())
        });
        known.unwrap_or_else(|| {
            let key = browser::random_key();
            self.unsent_key.set(Some((text.to_owned(), key.clone())));
            key
        })
    }
}

/// A message that is on its way, by its text or else by what goes with it.
fn in_words(text: &str, files: &[TrayFile]) -> String {
    let mut words: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    words.extend(Some(text).filter(|text| !text.is_empty()));
    words.join("\n")
}

/// The session of the page this component is on.
pub(crate) fn use_session() -> Session {
    expect_context()
}

/// A page of a conversation: its end, or what is before a message.
async fn open(id: ConversationId, before: Option<MessageId>) -> Result<Opened, StudioError> {
    let mut fields = vec![("conversation", id.to_string())];
    fields.extend(before.map(|id| ("before", id.to_string())));
    ask(OpenConversation::url(), fields).await
}
