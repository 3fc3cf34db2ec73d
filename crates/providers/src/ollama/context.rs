//! Chooses how long a context to ask for. Pure.
//!
//! The length is the smallest power of two that holds the conversation and room for the answer, so it
//! seldom changes; never less than the model is already loaded with, or than its own file sets; never
//! more than the model can have. Powers of two also mean that different conversations mostly agree.

use crate::request::{ChatMessage, ChatRequest};

/// The least that is asked for, in tokens.
const LEAST: u64 = 4_096;
/// Room for the answer, in tokens, thoughts included; more where the request allows more.
const ROOM: u64 = 4_096;
/// Bytes of text that are surely no more than one token on average, in any language.
const BYTES_PER_TOKEN: u64 = 3;
/// What the template adds around a message, in bytes.
const AROUND_MESSAGE: u64 = 24;
/// What an image takes, in tokens; most models need less.
const IMAGE: u64 = 2_048;

/// Tokens that a request and its answer may take; rather too many than too few.
pub(super) fn needed(request: &ChatRequest) -> u64 {
    let messages = request.messages.iter().map(bytes_of);
    let tools = request.tools.iter().map(|tool| {
        count(&tool.name) + count(&tool.description) + count(&tool.parameters.to_string())
    });
    let bytes: u64 = messages.chain(tools).map(|bytes| bytes + AROUND_MESSAGE).sum();
    let images: u64 = request.messages.iter().map(images_of).sum();
    let room = request.parameters.max_tokens.map_or(ROOM, |most| ROOM.max(most.into()));
    bytes.div_ceil(BYTES_PER_TOKEN) + images * IMAGE + room
}

/// The length to ask for. `already` is what the model is loaded with or what its file sets, `most`
/// what it can have at all.
pub(super) fn length(needed: u64, already: Option<u32>, most: Option<u32>) -> u32 {
    let wanted = needed.max(LEAST).checked_next_power_of_two().unwrap_or(u64::MAX);
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX).max(already.unwrap_or_default());
    most.map_or(wanted, |most| wanted.min(most))
}

fn bytes_of(message: &ChatMessage) -> u64 {
    match message {
        ChatMessage::System(text) | ChatMessage::User { text, .. } => count(text),
        ChatMessage::Assistant { state: Some(state), .. } => count(state),
        ChatMessage::Assistant { text, tool_calls, state: None } => {
            let calls = tool_calls.iter().map(|call| count(&call.name) + count(&call.arguments));
            text.as_deref().map_or(0, count) + calls.sum::<u64>()
        }
        ChatMessage::ToolResult { name, content, .. } => count(name) + count(content),
    }
}

fn images_of(message: &ChatMessage) -> u64 {
    match message {
        ChatMessage::User { images, .. } => images.len() as u64,
        _ => 0,
    }
}

fn count(text: &str) -> u64 {
    text.len() as u64
}

#[cfg(test)]
mod tests {
    use models::parameters::Parameters;

    use super::*;
    use crate::request::Image;

    fn asking(bytes: usize) -> ChatRequest {
        let messages = vec![ChatMessage::user("x".repeat(bytes))];
        ChatRequest { messages, ..ChatRequest::default() }
    }

    #[test]
    fn text_images_and_the_answer_take_room() {
        assert_eq!(needed(&asking(3_000 - 24)), 1_000 + 4_096);
        let mut request = asking(3_000 - 24);
        request.parameters = Parameters { max_tokens: Some(100), ..Parameters::default() };
        assert_eq!(needed(&request), 1_000 + 4_096, "a short answer changes nothing");
        request.parameters.max_tokens = Some(10_000);
        assert_eq!(needed(&request), 1_000 + 10_000);
        let image = Image { media_type: "image/png".to_owned(), base64: "A".repeat(90_000).into() };
        request.messages =
            vec![ChatMessage::User { text: "x".repeat(3_000 - 24), images: vec![image] }];
        assert_eq!(needed(&request), 1_000 + 2_048 + 10_000);
    }

    #[test]
    fn the_length_is_a_power_of_two_that_only_grows_up_to_the_most() {
        assert_eq!(length(100, None, None), 4_096);
        assert_eq!(length(4_097, None, None), 8_192);
        assert_eq!(length(8_192, None, Some(40_960)), 8_192);
        assert_eq!(length(4_097, Some(32_768), Some(40_960)), 32_768);
        assert_eq!(length(9_000, Some(10_000), None), 16_384);
        assert_eq!(length(50_000, Some(8_192), Some(40_960)), 40_960);
        assert_eq!(length(100, None, Some(2_048)), 2_048);
        assert_eq!(length(u64::MAX, None, None), u32::MAX);
    }
}
