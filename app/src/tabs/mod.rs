//! Several tabs in step: what changed in one is fetched again in the others.

use leptos::prelude::*;
use models::id::ConversationId;

/// What pages watch to know that they show something old.
#[derive(Clone, Copy)]
pub(crate) struct Tabs {
    /// Counts the changes to the list of conversations, by this tab or another.
    pub list: RwSignal<u32>,
    /// Counts the changes made elsewhere; `None` names no conversation: any may have changed.
    pub elsewhere: RwSignal<(u32, Option<ConversationId>)>,
}

impl Tabs {
    /// Says that this tab changed a conversation: the list here and everything elsewhere is old.
    pub(crate) fn changed(self, conversation: ConversationId) {
        self.list.update(|count| *count = count.wrapping_add(1));
        crate::browser::broadcast(&conversation.to_string());
    }

    /// Takes in that something changed outside this tab.
    fn changed_elsewhere(self, conversation: Option<ConversationId>) {
        self.list.update(|count| *count = count.wrapping_add(1));
        self.elsewhere.update(|(count, which)| {
            *count = count.wrapping_add(1);
            *which = conversation;
        });
    }
}

/// Makes the state available to everything below and listens to the other tabs.
pub(crate) fn provide_tabs() {
    let tabs = Tabs { list: RwSignal::new(0), elsewhere: RwSignal::new((0, None)) };
    provide_context(tabs);
    crate::browser::effect(move || {
        crate::browser::on_broadcast(move |text| tabs.changed_elsewhere(text.parse().ok()));
        // A tab that slept may have missed messages, so coming back to it counts as a change.
        crate::browser::on_return(move || tabs.changed_elsewhere(None));
    });
}

/// The state of this tab.
pub(crate) fn use_tabs() -> Tabs {
    expect_context()
}
