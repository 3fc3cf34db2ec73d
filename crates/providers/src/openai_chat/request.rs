//! Builds the body of a Chat Completions request (protocols §1.1). Pure.

use serde::Serialize;
use url::{Host, Url};

use super::refusals::{Field, Refusals};
use crate::request::{ChatMessage, ChatRequest, RequestedCall};

/// The JSON body: the least every server understands, plus what was set and not refused before.
#[derive(Debug, Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<f64>,
}

#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Debug, Default, Serialize)]
struct Message<'a> {
    role: &'static str,
    /// Null where the model only called tools.
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Call<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'a>,
}

#[derive(Debug, Serialize)]
struct Function<'a> {
    name: &'a str,
    arguments: &'a str,
}

impl<'a> Body<'a> {
    /// The body for a request, without what the server has refused before.
    pub(super) fn new(base_url: &Url, request: &'a ChatRequest, refusals: &Refusals) -> Self {
        let parameters = &request.parameters;
        let limit = parameters.max_tokens.filter(|_| refusals.allow(Field::TokenLimit));
        let new_name = wants_completion_tokens(base_url) != refusals.other_token_limit();
        Self {
            model: &request.model,
            messages: request.messages.iter().map(Message::new).collect(),
            stream: true,
            stream_options: refusals
                .allow(Field::StreamOptions)
                .then_some(StreamOptions { include_usage: true }),
            temperature: parameters.temperature.filter(|_| refusals.allow(Field::Temperature)),
            top_p: parameters.top_p.filter(|_| refusals.allow(Field::TopP)),
            max_tokens: limit.filter(|_| !new_name),
            max_completion_tokens: limit.filter(|_| new_name),
            stop: parameters.stop.as_deref().filter(|_| refusals.allow(Field::Stop)),
            seed: parameters.seed.filter(|_| refusals.allow(Field::Seed)),
            reasoning_effort: parameters
                .reasoning_effort
                .as_deref()
                .filter(|_| refusals.allow(Field::ReasoningEffort)),
            presence_penalty: parameters
                .presence_penalty
                .filter(|_| refusals.allow(Field::PresencePenalty)),
            frequency_penalty: parameters
                .frequency_penalty
                .filter(|_| refusals.allow(Field::FrequencyPenalty)),
        }
    }

    /// The optional fields that are in this body, with the names they have in it.
    pub(super) fn optional_fields(&self) -> Vec<(Field, &'static str)> {
        [
            (self.stream_options.is_some(), Field::StreamOptions, "stream_options"),
            (self.temperature.is_some(), Field::Temperature, "temperature"),
            (self.top_p.is_some(), Field::TopP, "top_p"),
            (self.max_tokens.is_some(), Field::TokenLimit, "max_tokens"),
            (self.max_completion_tokens.is_some(), Field::TokenLimit, "max_completion_tokens"),
            (self.stop.is_some(), Field::Stop, "stop"),
            (self.seed.is_some(), Field::Seed, "seed"),
            (self.reasoning_effort.is_some(), Field::ReasoningEffort, "reasoning_effort"),
            (self.presence_penalty.is_some(), Field::PresencePenalty, "presence_penalty"),
            (self.frequency_penalty.is_some(), Field::FrequencyPenalty, "frequency_penalty"),
        ]
        .into_iter()
        .filter(|(sent, ..)| *sent)
        .map(|(_, field, name)| (field, name))
        .collect()
    }
}

impl<'a> Message<'a> {
    fn new(message: &'a ChatMessage) -> Self {
        match message {
            ChatMessage::System(text) => Self::text("system", text),
            ChatMessage::User(text) => Self::text("user", text),
            ChatMessage::Assistant { text, tool_calls } => {
                let empty = if tool_calls.is_empty() { Some("") } else { None };
                Self {
                    role: "assistant",
                    content: text.as_deref().or(empty),
                    tool_calls: tool_calls.iter().map(Call::new).collect(),
                    tool_call_id: None,
                }
            }
            ChatMessage::ToolResult { call_id, content } => {
                Self { tool_call_id: Some(call_id), ..Self::text("tool", content) }
            }
        }
    }

    fn text(role: &'static str, text: &'a str) -> Self {
        Self { role, content: Some(text), ..Self::default() }
    }
}

impl<'a> Call<'a> {
    fn new(call: &'a RequestedCall) -> Self {
        let arguments = if call.arguments.trim().is_empty() { "{}" } else { &call.arguments };
        Self { id: &call.id, kind: "function", function: Function { name: &call.name, arguments } }
    }
}

/// Whether the server is OpenAI's own, whose newer models refuse `max_tokens`.
fn wants_completion_tokens(base_url: &Url) -> bool {
    matches!(base_url.host(), Some(Host::Domain(name)) if name == "api.openai.com" || is_azure(name))
}

/// Whether a host is an Azure OpenAI resource.
pub(super) fn is_azure(host: &str) -> bool {
    host.ends_with(".openai.azure.com")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parameters;

    fn json(base_url: &str, request: &ChatRequest) -> String {
        let url = Url::parse(base_url).unwrap();
        serde_json::to_string_pretty(&Body::new(&url, request, &Refusals::default())).unwrap()
    }

    #[test]
    fn the_minimal_body_holds_nothing_optional_but_usage() {
        let request = ChatRequest {
            model: "a/b:c d".to_owned(),
            messages: vec![
                ChatMessage::System("Be brief.".to_owned()),
                ChatMessage::User("Hi".to_owned()),
            ],
            parameters: Parameters::default(),
        };
        insta::assert_snapshot!(json("http://localhost/v1", &request), @r#"
        {
          "model": "a/b:c d",
          "messages": [
            {
              "role": "system",
              "content": "Be brief."
            },
            {
              "role": "user",
              "content": "Hi"
            }
          ],
          "stream": true,
          "stream_options": {
            "include_usage": true
          }
        }
        "#);
    }

    #[test]
    fn calls_and_results_keep_their_ids() {
        let request = ChatRequest {
            model: "m".to_owned(),
            messages: vec![
                ChatMessage::Assistant {
                    text: None,
                    tool_calls: vec![RequestedCall {
                        id: "Ab3".to_owned(),
                        name: "f".to_owned(),
                        arguments: String::new(),
                    }],
                },
                ChatMessage::ToolResult { call_id: "Ab3".to_owned(), content: "1".to_owned() },
                ChatMessage::Assistant { text: None, tool_calls: Vec::new() },
            ],
            parameters: Parameters::default(),
        };
        let body: serde_json::Value =
            serde_json::from_str(&json("http://localhost/v1", &request)).unwrap();
        assert_eq!(
            body["messages"],
            serde_json::json!([
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "Ab3", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                ]},
                {"role": "tool", "content": "1", "tool_call_id": "Ab3"},
                {"role": "assistant", "content": ""},
            ])
        );
    }

    #[test]
    fn the_token_limit_has_the_name_the_server_wants() {
        let parameters =
            Parameters { max_tokens: Some(7), temperature: Some(0.7), ..Parameters::default() };
        let request = ChatRequest { parameters, ..ChatRequest::default() };
        assert!(json("http://localhost/v1", &request).contains("\"max_tokens\": 7"));
        for url in ["https://api.openai.com/v1", "https://me.openai.azure.com/openai/v1"] {
            assert!(json(url, &request).contains("\"max_completion_tokens\": 7"), "{url}");
        }
        assert!(json("http://localhost/v1", &request).contains("\"temperature\": 0.7,\n"));
    }
}
