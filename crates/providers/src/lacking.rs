//! Recognises servers that say they have no tools or no eyes, each in words of its own.

use crate::error_body::ErrorBody;

/// Said by servers, in lower case and without quotation marks, of requests that offer tools.
const NO_TOOLS: [&str; 15] = [
    "does not support tool",
    "not support function calling",
    "not support tool call",
    "tools is not supported",
    "tools are not supported",
    "tool use is not supported",
    "tool calling is not supported",
    "function calling is not supported",
    "function calling is not enabled",
    "support tool use",
    "enable-auto-tool-choice",
    "tool-call-parser",
    "tool_call_parser",
    "tool_choice is not supported",
    "requires --jinja",
];
/// The same of requests with images.
const NO_IMAGES: [&str; 11] = [
    "image input is not supported",
    "image inputs are not supported",
    "images are not supported",
    "does not support image",
    "does not support vision",
    "support image input",
    "not a multimodal model",
    "not a vision model",
    "image_url is only supported by certain models",
    "unknown variant image_url",
    "content must be a string",
];

/// What a model or its server lacks for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lacking {
    Tools,
    Images,
}

impl Lacking {
    /// What an error with this status says is missing, if that is what it says.
    pub(crate) fn named_by(status: Option<u16>, error: &ErrorBody) -> Option<Self> {
        if matches!(status, Some(401 | 402 | 403 | 429)) {
            return None;
        }
        let said = words(error);
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| said.contains(phrase));
        if says(&NO_TOOLS) { Some(Self::Tools) } else { says(&NO_IMAGES).then_some(Self::Images) }
    }

    /// What is the matter, as the first words of a sentence.
    pub(crate) fn matter(self) -> &'static str {
        match self {
            Self::Tools => "tools cannot be used here",
            Self::Images => "this model does not take images",
        }
    }

    /// What to do about it, as a sentence.
    pub(crate) fn action(self, error: &ErrorBody) -> &'static str {
        let said = words(error);
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| said.contains(phrase));
        match self {
            Self::Tools if says(&["auto-tool-choice", "tool-call-parser", "tool_call_parser"]) => {
                "Start the server with --enable-auto-tool-choice and the --tool-call-parser of the \
                 model, or use a routing profile without tools."
            }
            Self::Tools if says(&["--jinja"]) => {
                "Start the server with --jinja, or use a routing profile without tools."
            }
            Self::Tools => {
                "Choose a model that can call tools, or use a routing profile without tools."
            }
            Self::Images if says(&["mmproj"]) => {
                "Choose a model that sees, or give the server this model's mmproj file."
            }
            Self::Images => "Choose a model that sees, or leave the images out.",
        }
    }
}

/// The message as the phrases above are written.
fn words(error: &ErrorBody) -> String {
    let mut said = error.message.to_lowercase();
    said.retain(|c| !matches!(c, '"' | '\'' | '`' | '“' | '”'));
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacking(message: &str) -> Option<Lacking> {
        let error = ErrorBody { message: message.to_owned(), ..ErrorBody::default() };
        Lacking::named_by(Some(400), &error)
    }

    #[test]
    fn servers_that_lack_tools_are_understood() {
        for message in [
            "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set",
            "registry.ollama.ai/library/gemma:2b does not support tools",
            "tools param requires --jinja flag",
            "No endpoints found that support tool use. To learn more, visit …",
            "`tool calling` is not supported with this model",
            "deepseek-reasoner does not support Function Calling",
            "Unsupported parameter: 'tools' is not supported with this model.",
            "Function calling is not enabled for this model",
        ] {
            assert_eq!(lacking(message), Some(Lacking::Tools), "{message}");
        }
    }

    #[test]
    fn servers_that_lack_vision_are_understood() {
        for message in [
            "image input is not supported - hint: if this is unexpected, you may need the mmproj",
            "squirtle_instruct is not a multimodal model",
            "No endpoints found that support image input",
            "Invalid content type. image_url is only supported by certain models.",
            "messages[1]: unknown variant `image_url`, expected `text` at line 1 column 93",
            "this model does not support image input (ref: b8bd630e)",
        ] {
            assert_eq!(lacking(message), Some(Lacking::Images), "{message}");
        }
    }

    #[test]
    fn other_errors_are_left_alone() {
        for message in [
            "Invalid schema for function 'f': tools[0].function.parameters is missing",
            "Invalid image: the data could not be decoded",
            "The model `tools` does not exist",
            "Unsupported parameter: 'temperature' is not supported with this model.",
        ] {
            assert_eq!(lacking(message), None, "{message}");
        }
        let error = ErrorBody {
            message: "This key does not support tools".to_owned(),
            ..ErrorBody::default()
        };
        assert_eq!(Lacking::named_by(Some(403), &error), None);
    }
}
