//! One part of a message.

use leptos::prelude::*;
use models::{id::AttachmentId, view::AttachmentView};

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
        PartContent::Image(image) => attached_image(image),
        PartContent::File(file) => attached_file(file),
        PartContent::Hidden => ().into_any(),
        PartContent::Notice(text) => view! { <Notice>{text}</Notice> }.into_any(),
    }
}

/// Where the content of an attachment is.
pub(crate) fn attachment_address(id: AttachmentId) -> String {
    format!("/api/chat/ui/attachments/{id}")
}

fn attached_image(image: AttachmentView) -> AnyView {
    let address = attachment_address(image.id);
    let link = address.clone();
    let (width, height) = image.pixels;
    view! {
        <a class="attached-image" href=link target="_blank" rel="noopener">
            <img src=address alt=image.name width=width height=height loading="lazy" />
        </a>
    }
    .into_any()
}

fn attached_file(file: AttachmentView) -> AnyView {
    let saved_as = file.name.clone();
    view! {
        <a class="file-chip" href=attachment_address(file.id) download=saved_as>
            <Icon glyph=Glyph::Source />
            <span class="file-words">
                <span class="file-name">{file.name}</span>
                <span class="file-note">{file.note}</span>
            </span>
        </a>
    }
    .into_any()
}

fn rendered(blocks: Blocks) -> AnyView {
    keyed(move || blocks.with(|blocks| blocks.iter().map(entry).collect()))
}

fn entry(block: &BlockState) -> Item {
    let block = block.clone();
    Item::new(block.key, move || view! { <RenderedBlock block=block.clone() /> }.into_any())
}
