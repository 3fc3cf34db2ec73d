//! Builds the body of a chat request in Ollama's protocol (protocols §4). Pure.

use models::parameters::{Parameters, ResponseFormat};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use crate::{
    caller::Attempt,
    offer::Offer,
    refusals::{Field, Refusals},
    request::{ChatMessage, ChatRequest, Image, RequestedCall, Tool, ToolChoice},
};

/// The JSON body.
#[derive(Debug, Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    messages: Vec<Turn<'a>>,
    stream: bool,
    options: Options<'a>,
    /// False, so that a conversation that is too long is an error and not silently cut.
    truncate: bool,
    /// False, so that a full context ends the answer and does not push the conversation out of it.
    shift: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<Think>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_alive: Option<KeepAlive<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Offer<'a>>,
}

#[derive(Debug, Serialize)]
struct Options<'a> {
    num_ctx: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_predict: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<f64>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Think {
    Switch(bool),
    Word(&'static str),
}

/// A number of seconds must not be a text, and a duration must be one.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum KeepAlive<'a> {
    Seconds(i64),
    Duration(&'a str),
}

/// One message; a turn the server gave in its own form goes back as it came.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Turn<'a> {
    AsItCame(&'a RawValue),
    Built(Message<'a>),
}

#[derive(Debug, Default, Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Call<'a> {
    id: &'a str,
    function: Function<'a>,
}

#[derive(Debug, Serialize)]
struct Function<'a> {
    name: &'a str,
    arguments: Arguments<'a>,
}

/// Always an object, which this protocol insists on.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Arguments<'a> {
    /// As the model wrote them.
    Object(&'a RawValue),
    /// What is no object, under a name of its own.
    Other {
        arguments: &'a str,
    },
    None {},
}

impl<'a> Body<'a> {
    /// The body for a request, without what the server has refused before. `context_length` is in
    /// tokens; `thinks_by_word` says whether the model is told how much to think, or only whether.
    pub(super) fn new(
        request: &'a ChatRequest,
        context_length: u32,
        thinks_by_word: bool,
        refusals: &Refusals,
    ) -> Self {
        let parameters = &request.parameters;
        let effort = parameters.reasoning_effort.as_deref();
        let format = parameters.response_format.as_ref();
        let keep_alive = parameters.keep_alive.as_deref();
        Self {
            model: &request.model,
            messages: request.messages.iter().map(Turn::new).collect(),
            stream: true,
            options: Options::new(parameters, context_length, refusals),
            truncate: false,
            shift: false,
            think: effort
                .filter(|_| refusals.allow(Field::Thinking))
                .map(|effort| think(effort, thinks_by_word)),
            format: format.filter(|_| refusals.allow(Field::ResponseFormat)).map(answer_format),
            keep_alive: keep_alive
                .filter(|text| !text.trim().is_empty() && refusals.allow(Field::KeepAlive))
                .map(KeepAlive::new),
            tools: if refusals.allow(Field::Tools) { offers(request) } else { Vec::new() },
        }
    }

    /// The body as it is sent.
    pub(super) fn attempt(&self) -> Attempt {
        Attempt { json: serde_json::to_vec(self), optional_fields: self.optional_fields() }
    }

    /// The optional fields that are in this body, with the names they have in it.
    fn optional_fields(&self) -> Vec<(Field, &'static str)> {
        let options = &self.options;
        [
            (self.think.is_some(), Field::Thinking, "think"),
            (!self.tools.is_empty(), Field::Tools, "tools"),
            (self.format.is_some(), Field::ResponseFormat, "format"),
            (self.keep_alive.is_some(), Field::KeepAlive, "keep_alive"),
            (options.num_predict.is_some(), Field::TokenLimit, "num_predict"),
            (options.temperature.is_some(), Field::Temperature, "temperature"),
            (options.top_p.is_some(), Field::TopP, "top_p"),
            (options.top_k.is_some(), Field::TopK, "top_k"),
            (options.seed.is_some(), Field::Seed, "seed"),
            (options.stop.is_some(), Field::Stop, "stop"),
            (options.presence_penalty.is_some(), Field::PresencePenalty, "presence_penalty"),
            (options.frequency_penalty.is_some(), Field::FrequencyPenalty, "frequency_penalty"),
        ]
        .into_iter()
        .filter(|(sent, ..)| *sent)
        .map(|(_, field, name)| (field, name))
        .collect()
    }
}

impl<'a> Options<'a> {
    fn new(parameters: &'a Parameters, num_ctx: u32, refusals: &Refusals) -> Self {
        let allow = |field| refusals.allow(field);
        Self {
            num_ctx,
            num_predict: parameters.max_tokens.filter(|_| allow(Field::TokenLimit)),
            temperature: parameters.temperature.filter(|_| allow(Field::Temperature)),
            top_p: parameters.top_p.filter(|_| allow(Field::TopP)),
            top_k: parameters.top_k.filter(|_| allow(Field::TopK)),
            seed: parameters.seed.filter(|_| allow(Field::Seed)),
            stop: parameters.stop.as_deref().filter(|_| allow(Field::Stop)),
            presence_penalty: parameters.presence_penalty.filter(|_| allow(Field::PresencePenalty)),
            frequency_penalty: parameters
                .frequency_penalty
                .filter(|_| allow(Field::FrequencyPenalty)),
        }
    }
}

impl<'a> KeepAlive<'a> {
    fn new(text: &'a str) -> Self {
        let text = text.trim();
        text.parse().map_or(Self::Duration(text), Self::Seconds)
    }
}

impl<'a> Turn<'a> {
    fn new(message: &'a ChatMessage) -> Self {
        if let ChatMessage::Assistant { state: Some(state), .. } = message
            && let Some(turn) = object(state)
        {
            return Self::AsItCame(turn);
        }
        Self::Built(Message::new(message))
    }
}

impl<'a> Message<'a> {
    fn new(message: &'a ChatMessage) -> Self {
        match message {
            ChatMessage::System(text) => Self::text("system", text),
            ChatMessage::User { text, images } => {
                Self { images: images.iter().map(base64).collect(), ..Self::text("user", text) }
            }
            ChatMessage::Assistant { text, tool_calls, .. } => {
                Self::assistant(text.as_deref().unwrap_or_default(), tool_calls)
            }
            ChatMessage::ToolResult { call_id, name, content, .. } => Self {
                tool_name: Some(name),
                tool_call_id: Some(call_id),
                ..Self::text("tool", content)
            },
        }
    }

    fn text(role: &'static str, content: &'a str) -> Self {
        Self { role, content, ..Self::default() }
    }

    fn assistant(content: &'a str, calls: &'a [RequestedCall]) -> Self {
        Self {
            tool_calls: calls.iter().map(Call::new).collect(),
            ..Self::text("assistant", content)
        }
    }
}

impl<'a> Call<'a> {
    fn new(call: &'a RequestedCall) -> Self {
        let arguments = match object(&call.arguments) {
            Some(object) => Arguments::Object(object),
            None if call.arguments.trim().is_empty() => Arguments::None {},
            None => Arguments::Other { arguments: &call.arguments },
        };
        Self { id: &call.id, function: Function { name: &call.name, arguments } }
    }
}

/// A turn of the model's with its thoughts, as it goes back to the model.
pub(super) fn thoughtful_turn(
    thinking: &str,
    content: &str,
    calls: &[RequestedCall],
) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Message {
        thinking: Some(thinking),
        ..Message::assistant(content, calls)
    })
}

/// The text, if it is a JSON object.
fn object(text: &str) -> Option<&RawValue> {
    serde_json::from_str::<&RawValue>(text).ok().filter(|raw| raw.get().starts_with('{'))
}

/// The bare image; the server finds out its type.
fn base64(image: &Image) -> &str {
    &image.base64
}

/// There is no word for the choice among tools, so it is made by what is on offer. That a tool must be
/// called cannot be said.
fn offers(request: &ChatRequest) -> Vec<Offer<'_>> {
    let offered = |tool: &&Tool| match &request.tool_choice {
        ToolChoice::Auto | ToolChoice::Required => true,
        ToolChoice::None => false,
        ToolChoice::Named(name) => tool.name == *name,
    };
    request.tools.iter().filter(offered).map(Offer::new).collect()
}

/// Most models only know whether to think; some only how much.
fn think(effort: &str, by_word: bool) -> Think {
    match effort {
        "none" => Think::Switch(false),
        _ if !by_word => Think::Switch(true),
        "minimal" | "low" => Think::Word("low"),
        "medium" => Think::Word("medium"),
        "high" | "xhigh" => Think::Word("high"),
        "max" => Think::Word("max"),
        _ => Think::Switch(true),
    }
}

fn answer_format(format: &ResponseFormat) -> Value {
    match format {
        ResponseFormat::Json => Value::from("json"),
        ResponseFormat::JsonSchema { schema } => serde_json::from_str(schema).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
