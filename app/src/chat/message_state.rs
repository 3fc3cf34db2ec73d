//! One message on the page: what of it can change, and how patches change it.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use leptos::prelude::*;
use models::{
    id::{MessageId, RunId},
    part::Source,
    run::RunStatus,
    view::{AttachmentView, MessageView, PartView, ToolCallView, ViewFrame, ViewPatch},
};

/// A message on the page. Reference-counted throughout, so that a late patch for a page that was
/// left changes something nobody sees instead of failing.
#[derive(Clone)]
pub(crate) struct MessageState {
    /// The message.
    pub id: MessageId,
    /// Everything but the parts, which are empty in it.
    pub head: ArcRwSignal<MessageView>,
    /// What was said.
    pub parts: ArcRwSignal<Vec<PartState>>,
    /// What the run is doing while there is nothing to show; empty when output flows.
    pub activity: ArcRwSignal<String>,
}

/// One part of a message.
#[derive(Clone)]
pub(crate) struct PartState {
    /// Names the part among all of the page, also when another takes its place.
    pub key: u32,
    /// What it is.
    pub content: PartContent,
}

/// What a part is.
#[derive(Clone)]
pub(crate) enum PartContent {
    /// The answer.
    Text(Blocks),
    /// The reasoning.
    Reasoning(Blocks),
    /// A tool call.
    ToolCall(ArcRwSignal<ToolCallView>),
    /// What the answer rests on.
    Sources(Vec<Source>),
    /// Something the studio has to say.
    Notice(String),
    /// An image a person gave.
    Image(AttachmentView),
    /// A text file a person gave.
    File(AttachmentView),
    /// A part that is not for people.
    Hidden,
}

/// The blocks of a text.
pub(crate) type Blocks = ArcRwSignal<Vec<BlockState>>;

/// One block of a text.
#[derive(Clone)]
pub(crate) struct BlockState {
    /// Names the block among all of the page.
    pub key: u32,
    /// Its HTML.
    pub html: ArcRwSignal<BlockHtml>,
}

/// The HTML of a block: a whole, and what is to be appended inside its open element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlockHtml {
    /// Counts how often the whole was replaced.
    pub revision: u32,
    /// The whole.
    pub whole: Arc<str>,
    /// What came after it, in order.
    pub appended: Vec<String>,
}

/// Which message a stream writes: the pair that makes a page watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LiveRun {
    /// The message being written.
    pub message: MessageId,
    /// The run that writes it.
    pub run: RunId,
}

impl MessageState {
    /// A message as the server sent it.
    pub(crate) fn new(mut view: MessageView) -> Self {
        let parts = std::mem::take(&mut view.parts).into_iter().map(PartState::new).collect();
        Self {
            id: view.id,
            head: ArcRwSignal::new(view),
            parts: ArcRwSignal::new(parts),
            activity: ArcRwSignal::default(),
        }
    }

    /// The run that is writing this message, if one is.
    pub(crate) fn live(&self) -> Option<LiveRun> {
        self.head.with(|head| {
            let run = head.run_id.filter(|_| head.status == RunStatus::Running)?;
            Some(LiveRun { message: self.id, run })
        })
    }

    /// The run event up to which the page is current.
    pub(crate) fn sequence(&self) -> u64 {
        self.head.with_untracked(|head| head.sequence)
    }

    /// Takes in what the server says of this message now.
    ///
    /// A message that is final in both, or written by the same run in both, keeps its parts: the
    /// first does not change, and of the second the stream knows more than the database.
    pub(crate) fn reconcile(&self, mut view: MessageView) {
        let known = self.head.with_untracked(|head| {
            head.run_id == view.run_id && head.status.is_final() == view.status.is_final()
        });
        let parts = std::mem::take(&mut view.parts);
        if known {
            view.sequence = self.sequence();
            // Stored with the end only.
            view.model = view.model.or_else(|| self.head.with_untracked(|head| head.model.clone()));
        } else {
            self.activity.set(String::new());
            self.parts.set(parts.into_iter().map(PartState::new).collect());
        }
        if self.head.with_untracked(|head| *head != view) {
            self.head.set(view);
        }
    }

    /// Applies a frame of the stream, unless the page already contains it. Patches that do not
    /// concern the message itself come back.
    pub(crate) fn apply(&self, frame: ViewFrame) -> Option<String> {
        if frame.sequence <= self.sequence() {
            return None;
        }
        let mut title = None;
        for patch in frame.patches {
            match patch {
                ViewPatch::Title { title: new } => title = Some(new),
                ViewPatch::Activity { text } => self.activity.set(text),
                ViewPatch::Model { model } => self.head.update(|head| head.model = Some(model)),
                ViewPatch::Finished { status, ending } => {
                    self.activity.set(String::new());
                    self.head.update(|head| {
                        head.status = status;
                        head.ending = ending;
                    });
                }
                ViewPatch::Part { part, view } => self.set_part(part as usize, view),
                ViewPatch::Block { part, block, html } => {
                    self.with_blocks(part, |blocks| set_block(blocks, block as usize, html));
                }
                ViewPatch::Append { part, block, html } => self.with_blocks(part, |blocks| {
                    let found = blocks.with_untracked(|list| list.get(block as usize).cloned());
                    if let Some(found) = found {
                        found.html.update(|content| content.appended.push(html));
                    }
                }),
                ViewPatch::Truncate { part, blocks: keep } => {
                    self.with_blocks(part, |blocks| {
                        blocks.update(|list| list.truncate(keep as usize));
                    });
                }
            }
        }
        // The sequence is bookkeeping: nothing on the page shows it, so nobody is notified.
        self.head.update_untracked(|head| head.sequence = frame.sequence);
        title
    }

    /// The plain text of a block is only in the document; this is its place there.
    pub(crate) fn element_id(&self) -> String {
        element_id(self.id)
    }

    fn set_part(&self, index: usize, view: PartView) {
        let current = self.parts.with_untracked(|parts| parts.get(index).cloned());
        match (current.map(|part| part.content), view) {
            (Some(PartContent::Text(blocks)), PartView::Text { blocks: html })
            | (Some(PartContent::Reasoning(blocks)), PartView::Reasoning { blocks: html }) => {
                let count = html.len();
                for (block, html) in html.into_iter().enumerate() {
                    set_block(&blocks, block, html);
                }
                blocks.update(|list| list.truncate(count));
            }
            (Some(PartContent::ToolCall(call)), PartView::ToolCall(view)) => call.set(view),
            (Some(_), view) => self.parts.update(|parts| {
                if let Some(part) = parts.get_mut(index) {
                    *part = PartState::new(view);
                }
            }),
            (None, view) => self.parts.update(|parts| parts.push(PartState::new(view))),
        }
    }

    fn with_blocks(&self, part: u32, change: impl FnOnce(&Blocks)) {
        let found = self.parts.with_untracked(|parts| parts.get(part as usize).cloned());
        if let Some(PartContent::Text(blocks) | PartContent::Reasoning(blocks)) =
            found.map(|part| part.content)
        {
            change(&blocks);
        }
    }
}

impl PartState {
    fn new(view: PartView) -> Self {
        let blocks = |html: Vec<String>| {
            ArcRwSignal::new(html.into_iter().map(BlockState::new).collect::<Vec<_>>())
        };
        let content = match view {
            PartView::Text { blocks: html } => PartContent::Text(blocks(html)),
            PartView::Reasoning { blocks: html } => PartContent::Reasoning(blocks(html)),
            PartView::ToolCall(call) => PartContent::ToolCall(ArcRwSignal::new(call)),
            PartView::Sources { sources } => PartContent::Sources(sources),
            PartView::Notice { text } => PartContent::Notice(text),
            PartView::Image(image) => PartContent::Image(image),
            PartView::File(file) => PartContent::File(file),
            PartView::Hidden => PartContent::Hidden,
        };
        Self { key: next_key(), content }
    }
}

impl BlockState {
    /// A block as the server rendered it.
    pub(crate) fn new(html: String) -> Self {
        let html = BlockHtml { revision: 0, whole: html.into(), appended: Vec::new() };
        Self { key: next_key(), html: ArcRwSignal::new(html) }
    }
}

/// The identifier of a message's element.
pub(crate) fn element_id(id: MessageId) -> String {
    format!("m-{id}")
}

/// The message an element is of, by the element's identifier.
pub(crate) fn message_id(element: &str) -> Option<MessageId> {
    element.strip_prefix("m-")?.parse().ok()
}

fn set_block(blocks: &Blocks, index: usize, html: String) {
    let found = blocks.with_untracked(|list| list.get(index).cloned());
    match found {
        Some(block) => block.html.update(|content| {
            *content = BlockHtml {
                revision: content.revision.wrapping_add(1),
                whole: html.into(),
                appended: Vec::new(),
            };
        }),
        None => blocks.update(|list| list.push(BlockState::new(html))),
    }
}

fn next_key() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
pub(crate) mod sample;

#[cfg(test)]
mod tests {
    use models::view::Ending;

    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8051";

    fn text(message: &MessageState) -> Vec<(String, Vec<String>)> {
        let parts = message.parts.get_untracked();
        let Some(PartContent::Text(blocks)) = parts.into_iter().next().map(|part| part.content)
        else {
            return Vec::new();
        };
        blocks
            .get_untracked()
            .into_iter()
            .map(|block| block.html.get_untracked())
            .map(|html| (html.whole.to_string(), html.appended))
            .collect()
    }

    fn frame(sequence: u64, patches: Vec<ViewPatch>) -> ViewFrame {
        ViewFrame { sequence, patches }
    }

    fn block(block: u32, html: &str) -> ViewPatch {
        ViewPatch::Block { part: 0, block, html: html.to_owned() }
    }

    #[test]
    fn patches_build_the_text() {
        let message = MessageState::new(sample::running(ID));
        let first =
            ViewPatch::Part { part: 0, view: PartView::Text { blocks: vec!["<p>a".into()] } };
        message.apply(frame(1, vec![first]));
        message.apply(frame(2, vec![block(0, "<p>ab</p>"), block(1, "<pre>")]));
        let append = ViewPatch::Append { part: 0, block: 1, html: "x".to_owned() };
        message.apply(frame(3, vec![append.clone(), append]));
        assert_eq!(
            text(&message),
            [("<p>ab</p>".into(), vec![]), ("<pre>".into(), vec!["x".into(), "x".into()])]
        );
        message.apply(frame(4, vec![ViewPatch::Truncate { part: 0, blocks: 1 }]));
        assert_eq!(text(&message).len(), 1);
    }

    #[test]
    fn a_frame_is_applied_once() {
        let message = MessageState::new(sample::running(ID));
        let part = ViewPatch::Part { part: 0, view: PartView::Text { blocks: vec!["a".into()] } };
        message.apply(frame(5, vec![part]));
        message.apply(frame(5, vec![block(0, "again")]));
        assert_eq!(text(&message), [("a".to_owned(), vec![])]);
    }

    #[test]
    fn patches_for_parts_that_are_not_there_change_nothing() {
        let message = MessageState::new(sample::running(ID));
        message.apply(frame(1, vec![block(7, "a")]));
        assert!(text(&message).is_empty());
    }

    #[test]
    fn a_finished_run_is_not_live() {
        let message = MessageState::new(sample::running(ID));
        assert!(message.live().is_some());
        let finished =
            ViewPatch::Finished { status: RunStatus::Stopped, ending: Ending::default() };
        let title = ViewPatch::Title { title: "Ships".to_owned() };
        assert_eq!(message.apply(frame(9, vec![title, finished])), Some("Ships".to_owned()));
        assert!(message.live().is_none());
    }

    #[test]
    fn a_refresh_does_not_disturb_what_the_stream_writes() {
        let message = MessageState::new(sample::running(ID));
        let part = ViewPatch::Part { part: 0, view: PartView::Text { blocks: vec!["new".into()] } };
        message.apply(frame(5, vec![ViewPatch::Model { model: "other".into() }, part]));
        let mut stale = sample::running(ID);
        stale.parts = vec![PartView::Text { blocks: vec!["old".into()] }];
        stale.sequence = 3;
        stale.model = None;
        message.reconcile(stale);
        assert_eq!(text(&message), [("new".to_owned(), vec![])]);
        assert_eq!(message.sequence(), 5);
        assert_eq!(message.head.get_untracked().model.as_deref(), Some("other"));
    }

    #[test]
    fn a_refresh_brings_the_end_a_stream_missed() {
        let message = MessageState::new(sample::running(ID));
        let mut done = sample::answer(ID);
        done.parts = vec![PartView::Text { blocks: vec!["all".into()] }];
        message.reconcile(done);
        assert_eq!(text(&message), [("all".to_owned(), vec![])]);
        assert!(message.live().is_none());
    }
}
