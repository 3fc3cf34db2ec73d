//! Builds the body of a Responses request (protocols §1.6). Pure.

use models::parameters::ResponseFormat;
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

use crate::{
    caller::Attempt,
    refusals::{Field, Refusals},
    request::{ChatMessage, ChatRequest, Image, RequestedCall, Tool, ToolChoice},
};

/// The lowest token limit that is not refused.
const LEAST_TOKENS: u32 = 16;
/// Asks for the thoughts in a form that only the server can read, to be sent back.
const ENCRYPTED_REASONING: &str = "reasoning.encrypted_content";

/// The JSON body: nothing is kept at the server, and only what was set and not refused is sent.
#[derive(Debug, Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<String>,
    input: Vec<Item<'a>>,
    stream: bool,
    store: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    include: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<Vec<Offer<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Reasoning<'a> {
    effort: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Item<'a> {
    /// As the server gave it.
    Given(&'a RawValue),
    Built(BuiltItem<'a>),
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum BuiltItem<'a> {
    Message {
        role: &'static str,
        content: Vec<Part<'a>>,
        /// For what the model said; some servers take no output without it.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<&'static str>,
    },
    FunctionCall {
        call_id: &'a str,
        name: &'a str,
        arguments: &'a str,
    },
    FunctionCallOutput {
        call_id: &'a str,
        output: &'a str,
    },
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part<'a> {
    InputText { text: &'a str },
    InputImage { image_url: String, detail: &'static str },
    OutputText { text: &'a str, annotations: [(); 0] },
}

/// A tool, flat unlike in Chat Completions.
#[derive(Debug, Serialize)]
struct Offer<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
    description: &'a str,
    parameters: &'a Value,
    /// The default is true, which refuses every schema with an optional property.
    strict: bool,
}

impl<'a> Body<'a> {
    /// The body for a request, without what the server has refused before.
    pub(super) fn new(request: &'a ChatRequest, refusals: &Refusals) -> Self {
        let parameters = &request.parameters;
        // The limit has one name here, so that a server which wants another gets none.
        let allows_limit = refusals.allow(Field::TokenLimit) && !refusals.other_token_limit();
        let offers_tools = !request.tools.is_empty();
        let opening = opening(&request.messages);
        Self {
            model: &request.model,
            instructions: instructions(&request.messages[..opening]),
            input: input(&request.messages[opening..]),
            stream: true,
            store: false,
            include: refusals.allow(Field::Include).then_some([ENCRYPTED_REASONING]),
            temperature: parameters.temperature.filter(|_| refusals.allow(Field::Temperature)),
            top_p: parameters.top_p.filter(|_| refusals.allow(Field::TopP)),
            max_output_tokens: parameters
                .max_tokens
                .filter(|_| allows_limit)
                .map(|limit| limit.max(LEAST_TOKENS)),
            reasoning: parameters
                .reasoning_effort
                .as_deref()
                .filter(|_| refusals.allow(Field::ReasoningEffort))
                .map(|effort| Reasoning {
                    effort,
                    summary: refusals.allow(Field::Thinking).then_some("auto"),
                }),
            text: parameters
                .response_format
                .as_ref()
                .filter(|_| refusals.allow(Field::ResponseFormat))
                .map(|format| json!({"format": response_format(format)})),
            tools: offers_tools.then(|| request.tools.iter().map(Offer::new).collect()),
            tool_choice: offers_tools.then(|| tool_choice(&request.tool_choice)).flatten(),
        }
    }

    /// The body as it is sent.
    pub(super) fn attempt(&self) -> Attempt {
        Attempt { json: serde_json::to_vec(self), optional_fields: self.optional_fields() }
    }

    /// The optional fields that are in this body, with the names they have in it. The summary stands
    /// before the reasoning it is a part of, since refusing it is no word against the effort.
    fn optional_fields(&self) -> Vec<(Field, &'static str)> {
        let summary = self.reasoning.as_ref().and_then(|reasoning| reasoning.summary);
        [
            (self.include.is_some(), Field::Include, "include"),
            (self.temperature.is_some(), Field::Temperature, "temperature"),
            (self.top_p.is_some(), Field::TopP, "top_p"),
            (self.max_output_tokens.is_some(), Field::TokenLimit, "max_output_tokens"),
            (summary.is_some(), Field::Thinking, "summary"),
            (self.reasoning.is_some(), Field::ReasoningEffort, "reasoning"),
            (self.text.is_some(), Field::ResponseFormat, "text"),
        ]
        .into_iter()
        .filter(|(sent, ..)| *sent)
        .map(|(_, field, name)| (field, name))
        .collect()
    }
}

impl<'a> Offer<'a> {
    fn new(tool: &'a Tool) -> Self {
        Self {
            kind: "function",
            name: &tool.name,
            description: &tool.description,
            parameters: &tool.parameters,
            strict: false,
        }
    }
}

/// How many messages at the beginning are instructions.
fn opening(messages: &[ChatMessage]) -> usize {
    messages.iter().take_while(|message| matches!(message, ChatMessage::System(_))).count()
}

fn instructions(opening: &[ChatMessage]) -> Option<String> {
    let texts: Vec<&str> = opening
        .iter()
        .filter_map(|message| match message {
            ChatMessage::System(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

fn input(messages: &[ChatMessage]) -> Vec<Item<'_>> {
    let mut items = Vec::with_capacity(messages.len());
    for (position, message) in messages.iter().enumerate() {
        match message {
            ChatMessage::System(text) => {
                items.push(Item::said("system", vec![Part::InputText { text }]));
            }
            ChatMessage::User { text, images } => {
                items.push(Item::said("user", parts(text, images)))
            }
            ChatMessage::Assistant { text, tool_calls, state } => {
                match state.as_deref().and_then(given) {
                    Some(given) => items.extend(given),
                    None => items.extend(rebuilt(position, text.as_deref(), tool_calls)),
                }
            }
            ChatMessage::ToolResult { call_id, content, .. } => {
                let output = BuiltItem::FunctionCallOutput { call_id, output: content };
                items.push(Item::Built(output));
            }
        }
    }
    items
}

/// The items of a turn as the server gave them; nothing if this is no list of items.
fn given(state: &str) -> Option<Vec<Item<'_>>> {
    let items: Vec<&RawValue> = serde_json::from_str(state).ok()?;
    Some(items.into_iter().map(Item::Given).collect())
}

/// The items of a turn of which only text and calls are known.
fn rebuilt<'a>(
    position: usize,
    text: Option<&'a str>,
    calls: &'a [RequestedCall],
) -> impl Iterator<Item = Item<'a>> {
    let message = text.filter(|text| !text.is_empty()).map(|text| {
        Item::Built(BuiltItem::Message {
            role: "assistant",
            content: vec![Part::OutputText { text, annotations: [] }],
            id: Some(format!("msg_{position}")),
            status: Some("completed"),
        })
    });
    let calls = calls.iter().map(|call| {
        let arguments = if call.arguments.trim().is_empty() { "{}" } else { &call.arguments };
        Item::Built(BuiltItem::FunctionCall { call_id: &call.id, name: &call.name, arguments })
    });
    message.into_iter().chain(calls)
}

impl<'a> Item<'a> {
    fn said(role: &'static str, content: Vec<Part<'a>>) -> Self {
        Self::Built(BuiltItem::Message { role, content, id: None, status: None })
    }
}

fn parts<'a>(text: &'a str, images: &'a [Image]) -> Vec<Part<'a>> {
    let words = (!text.is_empty() || images.is_empty()).then_some(Part::InputText { text });
    let pictures = images.iter().map(|image| Part::InputImage {
        image_url: format!("data:{};base64,{}", image.media_type, image.base64),
        detail: "auto",
    });
    words.into_iter().chain(pictures).collect()
}

fn response_format(format: &ResponseFormat) -> Value {
    match format {
        ResponseFormat::Json => json!({"type": "json_object"}),
        ResponseFormat::JsonSchema { schema } => {
            let schema: Value = serde_json::from_str(schema).unwrap_or_default();
            json!({"type": "json_schema", "name": "answer", "schema": schema, "strict": true})
        }
    }
}

/// What to say about the choice; nothing where the default says it.
fn tool_choice(choice: &ToolChoice) -> Option<Value> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some(json!("none")),
        ToolChoice::Required => Some(json!("required")),
        ToolChoice::Named(name) => Some(json!({"type": "function", "name": name})),
    }
}

#[cfg(test)]
mod tests;
