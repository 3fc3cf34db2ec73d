//! Messages as the pages show them while they grow.

use models::{
    part::Part,
    run_event::{RunEvent, SequencedEvent},
    view::{PartView, ViewPatch},
};
use render::{Incremental, Patch};
use routing::draft::{Change, Draft};

use crate::message_view::{ending, part_view};

/// A message while it grows: run events in, patches of its page out.
///
/// Its state depends on the parts and events it was given and not on how they were batched, so a
/// watcher that goes on after event n sees the same page as one that was there all the time.
pub(crate) struct GrowingView {
    draft: Draft,
    /// Beside each part of the draft: its renderer, where the part is text that may still grow.
    renderers: Vec<Option<Incremental>>,
    /// Text that came since it was last rendered, and the part it belongs to.
    pending: Option<(usize, String)>,
    silent: bool,
}

impl GrowingView {
    /// Goes on from parts that an earlier run, or an earlier moment of this one, had written.
    pub(crate) fn new(base: Vec<Part>) -> Self {
        let last = base.len().saturating_sub(1);
        let renderers = base
            .iter()
            .enumerate()
            .map(|(place, part)| match part {
                Part::Text { text } | Part::Reasoning { text } => {
                    let mut renderer = Incremental::new();
                    renderer.push(text);
                    if place != last {
                        renderer.finish();
                    }
                    Some(renderer)
                }
                _ => None,
            })
            .collect();
        Self { draft: Draft::new(base), renderers, pending: None, silent: true }
    }

    /// Folds a batch in and says how the page changes.
    pub(crate) fn apply(&mut self, events: &[SequencedEvent]) -> Vec<ViewPatch> {
        let mut patches = Vec::new();
        for SequencedEvent { event, .. } in events {
            self.apply_one(event, &mut patches);
        }
        self.render_pending(&mut patches);
        patches
    }

    /// The page's parts at this moment.
    pub(crate) fn parts(&self) -> Vec<PartView> {
        self.draft
            .parts()
            .iter()
            .zip(&self.renderers)
            .map(|(part, renderer)| match (part, renderer) {
                (Part::Text { .. }, Some(renderer)) => {
                    PartView::Text { blocks: renderer.blocks().map(str::to_owned).collect() }
                }
                (Part::Reasoning { .. }, Some(renderer)) => {
                    PartView::Reasoning { blocks: renderer.blocks().map(str::to_owned).collect() }
                }
                (part, _) => part_view(part),
            })
            .collect()
    }

    fn apply_one(&mut self, event: &RunEvent, patches: &mut Vec<ViewPatch>) {
        let change = self.draft.apply(event);
        match (change, event) {
            (
                Change::Appended(place),
                RunEvent::TextDelta { text } | RunEvent::ReasoningDelta { text },
            ) => self.append(place, text, patches),
            (Change::Replaced(place), _) => self.replace(place, event, patches),
            (_, RunEvent::Attempt { number, cause }) => {
                patches.push(ViewPatch::Activity { text: activity(*number, cause.as_deref()) });
            }
            (_, RunEvent::Started { model, .. }) => {
                patches.push(ViewPatch::Model { model: model.clone() });
            }
            (_, RunEvent::Title { title }) => {
                patches.push(ViewPatch::Title { title: title.clone() });
            }
            (_, RunEvent::Finished { status, reason, failure }) => {
                self.close_last(patches);
                patches.push(ViewPatch::Finished {
                    status: *status,
                    ending: ending(*status, *reason, failure.as_ref(), &self.draft.usage()),
                });
            }
            _ => {}
        }
    }

    fn append(&mut self, place: usize, text: &str, patches: &mut Vec<ViewPatch>) {
        match &mut self.pending {
            Some((pending, gathered)) if *pending == place => gathered.push_str(text),
            _ => {
                self.render_pending(patches);
                self.pending = Some((place, text.to_owned()));
            }
        }
    }

    /// A part is new or changed as a whole. A new part ends the growth of the one before it.
    fn replace(&mut self, place: usize, event: &RunEvent, patches: &mut Vec<ViewPatch>) {
        let is_new = place >= self.renderers.len();
        if is_new {
            self.close_last(patches);
            self.renderers.resize_with(place + 1, || None);
        } else {
            self.render_pending(patches);
        }
        if self.silent && is_new {
            self.silent = false;
            patches.push(ViewPatch::Activity { text: String::new() });
        }
        let view = match (event, &self.draft.parts()[place]) {
            (RunEvent::TextDelta { text }, _) => {
                self.renderers[place] = Some(Incremental::new());
                self.pending = Some((place, text.clone()));
                PartView::Text { blocks: Vec::new() }
            }
            (RunEvent::ReasoningDelta { text }, _) => {
                self.renderers[place] = Some(Incremental::new());
                self.pending = Some((place, text.clone()));
                PartView::Reasoning { blocks: Vec::new() }
            }
            (_, part) => part_view(part),
        };
        patches.push(ViewPatch::Part { part: number(place), view });
    }

    fn render_pending(&mut self, patches: &mut Vec<ViewPatch>) {
        let Some((place, text)) = self.pending.take() else { return };
        if let Some(Some(renderer)) = self.renderers.get_mut(place) {
            let part = number(place);
            patches.extend(renderer.push(&text).into_iter().map(|patch| in_part(part, patch)));
        }
    }

    fn close_last(&mut self, patches: &mut Vec<ViewPatch>) {
        self.render_pending(patches);
        let Some(place) = self.renderers.len().checked_sub(1) else { return };
        if let Some(renderer) = &mut self.renderers[place] {
            let part = number(place);
            patches.extend(renderer.finish().into_iter().map(|patch| in_part(part, patch)));
        }
    }
}

fn activity(number: u32, cause: Option<&str>) -> String {
    match cause {
        None => "Waiting for the model…".to_owned(),
        Some(cause) => format!("{cause} Trying again (request {number})…"),
    }
}

fn in_part(part: u32, patch: Patch) -> ViewPatch {
    match patch {
        Patch::Replace { block, html } => ViewPatch::Block { part, block, html },
        Patch::Append { block, html } => ViewPatch::Append { part, block, html },
        Patch::Truncate { blocks } => ViewPatch::Truncate { part, blocks },
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use models::{
        part::{Source, ToolCallStatus},
        run::RunStatus,
    };
    use proptest::prelude::*;

    use super::*;

    /// What a browser makes of patches: the parts it shows.
    fn show(page: &mut Vec<PartView>, patches: Vec<ViewPatch>) {
        for patch in patches {
            match patch {
                ViewPatch::Part { part, view } => put(page, part as usize, view),
                ViewPatch::Block { part, block, html } => {
                    put(blocks_of(page, part), block as usize, html);
                }
                ViewPatch::Append { part, block, html } => {
                    let block = &mut blocks_of(page, part)[block as usize];
                    let open = block.find("data-open").expect("an open element");
                    let end = open + block[open..].find("</code>").expect("its end");
                    block.insert_str(end, &html);
                }
                ViewPatch::Truncate { part, blocks } => {
                    blocks_of(page, part).truncate(blocks as usize);
                }
                ViewPatch::Activity { .. }
                | ViewPatch::Title { .. }
                | ViewPatch::Model { .. }
                | ViewPatch::Finished { .. } => {}
            }
        }
    }

    fn put<T>(list: &mut Vec<T>, place: usize, value: T) {
        if place == list.len() {
            list.push(value);
        } else {
            list[place] = value;
        }
    }

    fn blocks_of(page: &mut [PartView], part: u32) -> &mut Vec<String> {
        match &mut page[part as usize] {
            PartView::Text { blocks } | PartView::Reasoning { blocks } => blocks,
            other => panic!("{other:?} has no blocks"),
        }
    }

    fn numbered(events: Vec<RunEvent>) -> Vec<SequencedEvent> {
        (1..).zip(events).map(|(sequence, event)| SequencedEvent { sequence, event }).collect()
    }

    fn finished() -> RunEvent {
        RunEvent::Finished { status: RunStatus::Complete, reason: None, failure: None }
    }

    fn event() -> impl Strategy<Value = RunEvent> {
        let text = prop_oneof![
            "[a-z*`#|\\n -]{0,12}",
            Just("```rust\nfn main() {\n".to_owned()),
            Just("```\n\n".to_owned()),
            Just("| a | b |\n|---|---|\n| 1 | 2 |\n".to_owned()),
        ];
        let reasoning = text.clone().prop_map(|text| RunEvent::ReasoningDelta { text });
        let call = || RunEvent::ToolCallStart { index: 0, id: "c".into(), name: "look".into() };
        let update = RunEvent::ToolCallUpdate {
            index: 0,
            status: ToolCallStatus::Complete,
            result: Some("{\"a\":1}".into()),
        };
        let source = Source { title: "t".into(), address: None, excerpt: "e".into() };
        prop_oneof![
            12 => text.prop_map(|text| RunEvent::TextDelta { text }),
            3 => reasoning,
            1 => Just(call()),
            1 => Just(RunEvent::ToolCallDelta { index: 0, arguments: "{}".into() }),
            1 => Just(update),
            1 => Just(RunEvent::Sources { sources: vec![source] }),
            1 => Just(RunEvent::Notice { text: "n".into() }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        /// Whoever joins anywhere, in whatever batches, ends with the page of the stored message.
        #[test]
        fn resuming_anywhere_ends_with_the_stored_page(
            events in proptest::collection::vec(event(), 0..24),
            base in "[a-z\\n]{0,8}",
            seen in 0_usize..24,
            batch in 1_usize..9,
        ) {
            let base = if base.is_empty() { vec![] } else { vec![Part::Text { text: base }] };
            let mut events = events;
            events.push(finished());
            let events = numbered(events);
            let (before, after) = events.split_at(seen.min(events.len()));

            // The page as the server rendered it when the browser had seen `before`.
            let mut draft = Draft::new(base.clone());
            for event in before {
                draft.apply(&event.event);
            }
            let mut page = GrowingView::new(draft.parts().to_vec()).parts();

            // A watcher replays what was seen and sends the rest as patches.
            let mut view = GrowingView::new(base.clone());
            view.apply(before);
            if before.len() < events.len() {
                prop_assert_eq!(&view.parts(), &page);
            }
            for events in after.chunks(batch) {
                show(&mut page, view.apply(events));
                prop_assert_eq!(&view.parts(), &page);
            }

            let mut whole = Draft::new(base);
            for event in &events {
                whole.apply(&event.event);
            }
            let stored: Vec<PartView> = whole.parts().iter().map(part_view).collect();
            if !after.is_empty() {
                prop_assert_eq!(page, stored);
            }
        }
    }

    #[test]
    fn waiting_is_told_until_output_flows() {
        let mut view = GrowingView::new(Vec::new());
        let events = numbered(vec![
            RunEvent::Attempt { number: 1, cause: None },
            RunEvent::Attempt { number: 2, cause: Some("The provider is overloaded.".into()) },
            RunEvent::TextDelta { text: "Hi".into() },
        ]);
        let activities: Vec<String> = view
            .apply(&events)
            .into_iter()
            .filter_map(|patch| match patch {
                ViewPatch::Activity { text } => Some(text),
                _ => None,
            })
            .collect();
        assert_eq!(
            activities,
            ["Waiting for the model…", "The provider is overloaded. Trying again (request 2)…", "",]
        );
    }
}
