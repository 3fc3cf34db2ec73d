//! Messages as the pages show them: whole parts, and how an answer ended, in words.

use models::{
    attachment::size_in_words,
    id::MessageId,
    message::Message,
    part::{Part, ToolCall},
    run::{FinishReason, RunFailure, RunStatus},
    usage::Usage,
    view::{AttachmentView, Ending, FailureView, MessageView, PartView, ToolCallView},
};

use crate::view::GrowingView;

/// A stored message that no longer grows, or a person's.
pub(crate) fn message_view(message: Message, siblings: Vec<MessageId>) -> MessageView {
    let parts = if message.status == RunStatus::Running {
        GrowingView::new(message.parts).parts()
    } else {
        message.parts.iter().map(part_view).collect()
    };
    MessageView {
        id: message.id,
        role: message.role,
        status: message.status,
        parts,
        model: message.model,
        run_id: message.run_id,
        ending: ending(
            message.status,
            message.finish_reason,
            message.failure.as_ref(),
            &message.usage,
        ),
        created_at: message.created_at,
        siblings,
        sequence: message.sequence,
    }
}

pub(crate) fn ending(
    status: RunStatus,
    reason: Option<FinishReason>,
    failure: Option<&RunFailure>,
    usage: &Usage,
) -> Ending {
    let (is_cut, note) = match (status, reason) {
        (RunStatus::Stopped, _) => (true, "You stopped this answer."),
        (RunStatus::Interrupted, _) => {
            (true, "Chat Studio went away while this was written. What had arrived is kept.")
        }
        (RunStatus::Failed, _) => (true, ""),
        (RunStatus::Complete, Some(FinishReason::Length)) => {
            (true, "The answer reached the model's token limit.")
        }
        (RunStatus::Complete, Some(FinishReason::Filter)) => {
            (false, "The provider's content filter ended this answer.")
        }
        (RunStatus::Complete, Some(FinishReason::Refusal)) => {
            (false, "The model declined to answer.")
        }
        _ => (false, ""),
    };
    Ending {
        note: (!note.is_empty()).then(|| note.to_owned()),
        is_cut,
        failure: failure.map(|failure| FailureView {
            message: failure.message.clone(),
            action: failure.action.clone(),
            status: failure.status,
        }),
        output_tokens: usage.output,
    }
}

pub(crate) fn part_view(part: &Part) -> PartView {
    match part {
        Part::Text { text } => PartView::Text { blocks: blocks(text) },
        Part::Reasoning { text } => PartView::Reasoning { blocks: blocks(text) },
        Part::ToolCall(call) => PartView::ToolCall(tool_call_view(call)),
        Part::Sources { sources } => PartView::Sources { sources: sources.clone() },
        Part::Notice { text } => PartView::Notice { text: text.clone() },
        Part::Image { attachment_id, name, width, height, .. } => PartView::Image(AttachmentView {
            id: *attachment_id,
            name: name.clone(),
            note: String::new(),
            pixels: (*width, *height),
        }),
        Part::File { attachment_id, name, size, .. } => PartView::File(AttachmentView {
            id: *attachment_id,
            name: name.clone(),
            note: size_in_words(*size),
            pixels: (0, 0),
        }),
        Part::ProviderState(_) => PartView::Hidden,
    }
}

/// A text as the blocks of a page.
pub(crate) fn blocks(text: &str) -> Vec<String> {
    render::markdown(text).into_iter().map(|block| block.html).collect()
}

pub(crate) fn tool_call_view(call: &ToolCall) -> ToolCallView {
    ToolCallView {
        name: call.name.clone(),
        arguments: indented(&call.arguments),
        status: call.status,
        result: call.result.as_deref().map(indented),
    }
}

/// JSON on several lines; anything else as it is.
fn indented(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .filter(|value| value.is_object() || value.is_array())
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_came_to_its_end_says_nothing_and_cannot_be_continued() {
        let of = |status, reason| ending(status, reason, None, &Usage::default());
        for reason in [None, Some(FinishReason::Stop)] {
            assert_eq!(of(RunStatus::Running, reason), Ending::default());
            assert_eq!(of(RunStatus::Complete, reason), Ending::default());
        }
        for (status, reason) in [
            (RunStatus::Stopped, None),
            (RunStatus::Interrupted, None),
            (RunStatus::Complete, Some(FinishReason::Length)),
        ] {
            let ending = of(status, reason);
            assert!(ending.is_cut && ending.note.is_some(), "{status:?}");
        }
        for reason in [FinishReason::Filter, FinishReason::Refusal] {
            let ending = of(RunStatus::Complete, Some(reason));
            assert!(!ending.is_cut && ending.note.is_some(), "{reason:?}");
        }
    }

    #[test]
    fn a_failure_is_told_without_its_class_and_can_be_continued() {
        let failure = RunFailure {
            class: models::run::FailureClass::Network,
            message: "The connection broke.".to_owned(),
            action: "Try again.".to_owned(),
            status: Some(502),
        };
        let usage = Usage { output: Some(3), ..Usage::default() };
        let ending = ending(RunStatus::Failed, None, Some(&failure), &usage);
        let FailureView { message, action, status } = ending.failure.expect("a failure");
        assert_eq!((message, action, status), (failure.message, failure.action, failure.status));
        assert!(ending.is_cut && ending.note.is_none());
        assert_eq!(ending.output_tokens, Some(3));
    }

    #[test]
    fn arguments_that_are_json_are_indented_and_others_are_left() {
        assert_eq!(indented("{\"a\":1}"), "{\n  \"a\": 1\n}");
        assert_eq!(indented("{\"a\":"), "{\"a\":");
    }
}
