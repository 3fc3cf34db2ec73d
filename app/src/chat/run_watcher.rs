//! Watching the run that writes the newest message, as long as the page is to be seen.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures::{StreamExt, stream::select};
use gloo_net::eventsource::futures::EventSource;
use leptos::prelude::*;
use models::view::ViewFrame;
use web_sys::MessageEvent;

use super::{
    announcer::Announcer,
    message_state::{LiveRun, MessageState},
    session::Session,
};
use crate::browser::{self, pause, spawn};

/// How often completed sentences are looked for.
const ANNOUNCE_EVERY: Duration = Duration::from_millis(900);
/// How long to wait before looking again after a stream was lost for good.
const LOST_PAUSE: Duration = Duration::from_secs(2);

/// Watches whatever run writes the newest message, from now on; gives what to announce.
///
/// A hidden tab does not watch: browsers allow six connections to one host, and nobody reads.
pub(crate) fn watch_runs(session: &Session) -> ReadSignal<String> {
    let (announcement, announce) = signal(String::new());
    let visible = RwSignal::new(true);
    let attempt = RwSignal::new(0_u32);
    let session = session.clone();
    let live = {
        let transcript = session.transcript.clone();
        Memo::new(move |_| transcript.live())
    };
    let notice = move |now: bool| {
        if visible.get_untracked() != now {
            visible.set(now);
        }
    };
    browser::effect(move || {
        notice(browser::is_visible());
        browser::on_visibility(notice);
    });
    browser::effect(move || {
        attempt.track();
        let Some(live) = live.get().filter(|_| visible.get()) else { return };
        let Some(message) = session.transcript.message(live.message) else { return };
        let session = session.clone();
        announce_sentences(&message, announce);
        spawn(async move {
            watch(&session, &message, live).await;
            let runs = || message.head.with_untracked(|head| !head.status.is_final());
            // Else the stream was lost, or ended without saying how.
            if !runs() {
                return;
            }
            if !session.refresh().await || runs() {
                pause(LOST_PAUSE).await;
                attempt.update(|attempt| *attempt = attempt.wrapping_add(1));
            }
        });
    });
    announcement
}

/// Applies the frames of a run until the stream ends or is lost for good. Short interruptions the
/// browser bridges itself, naming the last frame it saw.
async fn watch(session: &Session, message: &MessageState, live: LiveRun) {
    let address = format!("/api/chat/ui/runs/{}/view?after={}", live.run, message.sequence());
    let Ok(mut source) = EventSource::new(&address) else { return };
    let (Ok(frames), Ok(end)) = (source.subscribe("frame"), source.subscribe("end")) else {
        return;
    };
    let inbox = Inbox::default();
    let mut events = select(frames, end);
    while let Some(Ok((_, event))) = events.next().await {
        // What is no frame is the end, or comes from a newer server: either way the conversation is
        // fetched again.
        let Some(frame) = frame(&event) else { break };
        inbox.deliver(frame, session, message);
    }
    inbox.empty(session, message);
}

fn frame(event: &MessageEvent) -> Option<ViewFrame> {
    serde_json::from_slice(event.data().as_string()?.as_bytes()).ok()
}

/// Frames that wait for the next animation frame: the page changes at most once for each.
#[derive(Clone, Default)]
struct Inbox(Rc<RefCell<Vec<ViewFrame>>>);

impl Inbox {
    fn deliver(&self, frame: ViewFrame, session: &Session, message: &MessageState) {
        let first = {
            let mut waiting = self.0.borrow_mut();
            waiting.push(frame);
            waiting.len() == 1
        };
        if first {
            let (inbox, session, message) = (self.clone(), session.clone(), message.clone());
            request_animation_frame(move || inbox.empty(&session, &message));
        }
    }

    fn empty(&self, session: &Session, message: &MessageState) {
        let waiting = std::mem::take(&mut *self.0.borrow_mut());
        for frame in waiting {
            if let Some(title) = message.apply(frame) {
                session.set_title(title);
            }
            if message.head.with_untracked(|head| head.status.is_final()) {
                session.list_changed();
            }
        }
    }
}

/// Announces the sentences of a message as they are completed, while the present effect lives, and
/// what is left at its end.
fn announce_sentences(message: &MessageState, announce: WriteSignal<String>) {
    let announcer = ArcStoredValue::new(Announcer::default());
    let message = message.clone();
    // What was on the page before is not news.
    announcer.update_value(|it| {
        it.advance(&browser::block_texts(&message.element_id()), false);
    });
    let speak = move || {
        let finished = message.head.with_untracked(|head| head.status.is_final());
        let texts = browser::block_texts(&message.element_id());
        let said = announcer.try_update_value(|it| it.advance(&texts, finished));
        if let Some(said) = said.filter(|said| !said.is_empty()) {
            // The page may have been left meanwhile; then there is nobody to tell.
            let _ = announce.try_set(said);
        }
    };
    let interval = set_interval_with_handle(speak.clone(), ANNOUNCE_EVERY);
    on_cleanup(move || {
        if let Ok(interval) = interval {
            interval.clear();
        }
        // The last patches reach the document before the next frame is drawn.
        request_animation_frame(speak);
    });
}
