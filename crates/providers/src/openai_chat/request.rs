//! Builds the body of a Chat Completions request (protocols §1.1). Pure.

use models::parameters::{Parameter, ResponseFormat};
use serde::Serialize;
use serde_json::{Value, json};
use url::{Host, Url};

use crate::{
    caller::Attempt,
    offer::Offer,
    refusals::{Field, Refusals},
    request::{ChatMessage, ChatRequest, Image, RequestedCall, ToolChoice},
};

/// What this protocol has a word for.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::Temperature,
    Parameter::TopP,
    Parameter::MaxTokens,
    Parameter::Stop,
    Parameter::Seed,
    Parameter::ReasoningEffort,
    Parameter::PresencePenalty,
    Parameter::FrequencyPenalty,
    Parameter::ResponseFormat,
];

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
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<Vec<Offer<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Value>,
}

#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Debug, Default, Serialize)]
struct Message<'a> {
    role: &'static str,
    /// Null where the model only called tools.
    content: Option<Content<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

/// A text, or a list of typed parts where there are images.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(&'a str),
    Parts(Vec<ContentPart<'a>>),
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ContentPart<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: ImageUrl },
}

#[derive(Debug, Serialize)]
struct ImageUrl {
    url: String,
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
        let offers_tools = !request.tools.is_empty() && refusals.allow(Field::Tools);
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
            response_format: parameters
                .response_format
                .as_ref()
                .filter(|_| refusals.allow(Field::ResponseFormat))
                .map(response_format),
            tools: offers_tools.then(|| request.tools.iter().map(Offer::new).collect()),
            tool_choice: offers_tools
                .then(|| tool_choice(base_url, &request.tool_choice))
                .flatten(),
        }
    }

    /// The body as it is sent.
    pub(super) fn attempt(&self) -> Attempt {
        Attempt { json: serde_json::to_vec(self), optional_fields: self.optional_fields() }
    }

    /// The optional fields that are in this body, with the names they have in it.
    fn optional_fields(&self) -> Vec<(Field, &'static str)> {
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
            (self.response_format.is_some(), Field::ResponseFormat, "response_format"),
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
            ChatMessage::User { text, images } => {
                Self { role: "user", content: Some(content(text, images)), ..Self::default() }
            }
            ChatMessage::Assistant { text, tool_calls, state: _ } => {
                let empty = if tool_calls.is_empty() { Some("") } else { None };
                Self {
                    role: "assistant",
                    content: text.as_deref().or(empty).map(Content::Text),
                    tool_calls: tool_calls.iter().map(Call::new).collect(),
                    tool_call_id: None,
                }
            }
            ChatMessage::ToolResult { call_id, content, .. } => {
                Self { tool_call_id: Some(call_id), ..Self::text("tool", content) }
            }
        }
    }

    fn text(role: &'static str, text: &'a str) -> Self {
        Self { role, content: Some(Content::Text(text)), ..Self::default() }
    }
}

impl<'a> Call<'a> {
    fn new(call: &'a RequestedCall) -> Self {
        let arguments = if call.arguments.trim().is_empty() { "{}" } else { &call.arguments };
        Self { id: &call.id, kind: "function", function: Function { name: &call.name, arguments } }
    }
}

fn content<'a>(text: &'a str, images: &'a [Image]) -> Content<'a> {
    if images.is_empty() {
        return Content::Text(text);
    }
    let pictures = images.iter().map(|image| {
        let url = format!("data:{};base64,{}", image.media_type, image.base64);
        ContentPart::ImageUrl { image_url: ImageUrl { url } }
    });
    let words = (!text.is_empty()).then_some(ContentPart::Text { text });
    Content::Parts(words.into_iter().chain(pictures).collect())
}

fn response_format(format: &ResponseFormat) -> Value {
    match format {
        ResponseFormat::Json => json!({"type": "json_object"}),
        ResponseFormat::JsonSchema { schema } => {
            let schema: Value = serde_json::from_str(schema).unwrap_or_default();
            json!({
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": true},
            })
        }
    }
}

/// What to say about the choice; nothing where the default says it.
fn tool_choice(base_url: &Url, choice: &ToolChoice) -> Option<Value> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some(json!("none")),
        // Mistral has a word of its own (protocols §1.7).
        ToolChoice::Required if base_url.domain() == Some("api.mistral.ai") => Some(json!("any")),
        ToolChoice::Required => Some(json!("required")),
        ToolChoice::Named(name) => Some(json!({"type": "function", "function": {"name": name}})),
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
    use models::parameters::Parameters;

    fn json(base_url: &str, request: &ChatRequest) -> String {
        let url = Url::parse(base_url).unwrap();
        serde_json::to_string_pretty(&Body::new(&url, request, &Refusals::default())).unwrap()
    }

    #[test]
    fn the_minimal_body_holds_nothing_optional_but_usage() {
        let request = ChatRequest {
            model: "a/b:c d".to_owned(),
            messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hi")],
            ..ChatRequest::default()
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
                    state: None,
                },
                ChatMessage::ToolResult {
                    call_id: "Ab3".to_owned(),
                    name: "f".to_owned(),
                    content: "1".to_owned(),
                    failed: false,
                },
                ChatMessage::Assistant { text: None, tool_calls: Vec::new(), state: None },
            ],
            ..ChatRequest::default()
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
