//! One part of a message.

use leptos::prelude::*;

use super::{
    message_state::{BlockState, Blocks, PartContent, PartState},
    rendered_block::RenderedBlock,
    source_list::SourceList,
    tool_call_display::ToolCallDisplay,
};
use crate::ui::{
    dynamic::{Item, keyed},
    icon::{Glyph, Icon},
    notice::Notice,
};

/// A part, by its kind.
#[component]
pub(crate) fn MessagePart(
    /// The part.
    part: PartState,
) -> impl IntoView {
    match part.content {
        PartContent::Text(blocks) => {
            view! { <div class="answer answer-text">{rendered(blocks)}</div> }.into_any()
        }
        PartContent::Reasoning(blocks) => view! {
            <details class="reasoning">
                <summary>
                    <Icon glyph=Glyph::Thought />
                    "Reasoning"
                </summary>
                <div class="answer">{rendered(blocks)}</div>
            </details>
        }
        .into_any(),
        PartContent::ToolCall(call) => view! { <ToolCallDisplay call /> }.into_any(),
        PartContent::Sources(sources) => view! { <SourceList sources /> }.into_any(),
        PartContent::Hidden => ().into_any(),
        PartContent::Notice(text) => view! { <Notice>{text}</Notice> }.into_any(),
    }
}

fn rendered(blocks: Blocks) -> AnyView {
    keyed(move || blocks.with(|blocks| blocks.iter().map(entry).collect()))
}

fn entry(block: &BlockState) -> Item {
    let block = block.clone();
    Item::new(block.key, move || view! { <RenderedBlock block=block.clone() /> }.into_any())
}
