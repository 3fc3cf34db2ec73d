//! The messages of the conversation on the page.

use leptos::prelude::*;
use models::{
    id::{ConversationId, MessageId},
    view::MessageView,
};

use super::{
    message_state::{LiveRun, MessageState},
    page::Opened,
};

/// The conversation on the page; a new one has neither conversation nor messages yet.
#[derive(Clone, Default)]
pub(crate) struct Transcript {
    /// The conversation's identifier and title, once there is one.
    pub heading: ArcRwSignal<Option<(ConversationId, String)>>,
    /// Oldest first.
    pub messages: ArcRwSignal<Vec<MessageState>>,
    /// Whether there is more before the first.
    pub has_older: ArcRwSignal<bool>,
}

impl Transcript {
    /// The transcript of a page.
    pub(crate) fn new(opened: Option<Opened>) -> Self {
        let Some(opened) = opened else { return Self::default() };
        let messages = opened.messages.into_iter().map(MessageState::new).collect();
        Self {
            heading: ArcRwSignal::new(Some((opened.id, opened.title))),
            messages: ArcRwSignal::new(messages),
            has_older: ArcRwSignal::new(opened.has_older),
        }
    }

    /// The conversation's identifier, once there is one.
    pub(crate) fn id(&self) -> Option<ConversationId> {
        self.heading.with_untracked(|heading| heading.as_ref().map(|(id, _)| *id))
    }

    /// The run that is writing the newest message, if one is.
    pub(crate) fn live(&self) -> Option<LiveRun> {
        self.messages.with(|messages| messages.last().and_then(MessageState::live))
    }

    /// A message that is on the page.
    pub(crate) fn message(&self, id: MessageId) -> Option<MessageState> {
        self.messages
            .with_untracked(|messages| messages.iter().find(|message| message.id == id).cloned())
    }

    /// Takes in what the server says now; older messages that were loaded stay where the path still
    /// leads through them.
    pub(crate) fn reconcile(&self, now: Opened) {
        let before = self.messages.get_untracked();
        let joint = now
            .messages
            .first()
            .and_then(|first| before.iter().position(|message| message.id == first.id));
        let mut after: Vec<MessageState> = before[..joint.unwrap_or(0)].to_vec();
        if joint.is_none() {
            self.has_older.set(now.has_older);
        }
        for message in now.messages {
            after.push(self.take(&before, message));
        }
        let same = after.len() == before.len()
            && after.iter().zip(&before).all(|(new, old)| new.id == old.id);
        if !same {
            self.messages.set(after);
        }
        self.set_heading(now.id, now.title);
    }

    /// Adds messages at the end, each once.
    pub(crate) fn append(&self, sent: Opened) {
        let before = self.messages.get_untracked();
        let mut after = before.clone();
        for message in sent.messages {
            let known = before.iter().any(|old| old.id == message.id);
            let state = self.take(&before, message);
            if !known {
                after.push(state);
            }
        }
        self.messages.set(after);
        self.set_heading(sent.id, sent.title);
    }

    /// Adds a message before the first, unless it is there.
    ///
    /// One at a time, with the page drawn in between: several at once would make the list take every
    /// row out of the document and put it back, and with it selection, focus, and the anchor that
    /// holds the place of what is being read.
    pub(crate) fn put_in_front(&self, message: MessageView) {
        if self.message(message.id).is_none() {
            self.messages.update(|messages| messages.insert(0, MessageState::new(message)));
        }
    }

    /// Changes the title.
    pub(crate) fn set_title(&self, title: String) {
        if let Some(id) = self.id() {
            self.set_heading(id, title);
        }
    }

    fn set_heading(&self, id: ConversationId, title: String) {
        let new = Some((id, title));
        if self.heading.with_untracked(|old| *old != new) {
            self.heading.set(new);
        }
    }

    /// The state of a message: the one that is on the page already, brought up to date, or a new one.
    fn take(&self, before: &[MessageState], view: MessageView) -> MessageState {
        match before.iter().find(|message| message.id == view.id) {
            Some(state) => {
                state.reconcile(view);
                state.clone()
            }
            None => MessageState::new(view),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::message_state::sample;

    const IDS: [&str; 4] = [
        "01890a5d-ac96-774b-bcce-b302099a8051",
        "01890a5d-ac96-774b-bcce-b302099a8052",
        "01890a5d-ac96-774b-bcce-b302099a8053",
        "01890a5d-ac96-774b-bcce-b302099a8054",
    ];

    fn view(which: &[usize], has_older: bool) -> Opened {
        let messages = which.iter().map(|index| sample::answer(IDS[*index])).collect();
        sample::opened(messages, has_older)
    }

    fn shown(transcript: &Transcript) -> Vec<usize> {
        let messages = transcript.messages.get_untracked();
        let place = |message: &MessageState| {
            IDS.iter().position(|id| message.id.to_string() == *id).expect("a known message")
        };
        messages.iter().map(place).collect()
    }

    #[test]
    fn older_messages_stay_when_the_path_still_leads_through_them() {
        let transcript = Transcript::new(Some(view(&[2], true)));
        for message in view(&[0, 1], false).messages.into_iter().rev() {
            transcript.put_in_front(message);
        }
        transcript.reconcile(view(&[2, 3], true));
        assert_eq!(shown(&transcript), [0, 1, 2, 3]);
    }

    #[test]
    fn another_branch_replaces_the_path() {
        let transcript = Transcript::new(Some(view(&[0, 1], false)));
        transcript.reconcile(view(&[0, 2], false));
        assert_eq!(shown(&transcript), [0, 2]);
        transcript.reconcile(view(&[3], true));
        assert_eq!(shown(&transcript), [3]);
        assert!(transcript.has_older.get_untracked());
    }

    #[test]
    fn a_message_that_came_twice_is_shown_once() {
        let transcript = Transcript::new(Some(view(&[0], false)));
        let sent = || sample::opened(vec![sample::answer(IDS[1]), sample::running(IDS[2])], false);
        transcript.append(sent());
        transcript.append(sent());
        assert_eq!(shown(&transcript), [0, 1, 2]);
        assert!(transcript.live().is_some());
    }
}
