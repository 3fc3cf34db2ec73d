//! Builds the body of a request for a message (protocols §2.1). Pure.

use models::parameters::ResponseFormat;
use serde::Serialize;
use serde_json::Value;

use super::{
    content::{Block, Conversation, Mark, Message},
    thinking::Effort,
};
use crate::{
    caller::Attempt,
    refusals::{Field, Refusals},
    request::{ChatRequest, Tool, ToolChoice},
};

/// The most tokens of an answer where nobody set a limit: the protocol demands one, and this is the
/// most that every model since 2024 may write.
const USUAL_LIMIT: u32 = 8_192;
/// The same where the usual one is refused: what older models may write.
const LEAST_LIMIT: u32 = 4_096;

/// The JSON body: what the protocol demands, plus what was set and not refused before.
#[derive(Debug, Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Block<'a>>,
    messages: Vec<Message<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Offer<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Choice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "OutputConfig::is_empty")]
    output_config: OutputConfig,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_sequences: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<u32>,
    /// Whether there are marks for the cache.
    #[serde(skip)]
    marked: bool,
    /// Whether the limit is this program's own and may be made smaller.
    #[serde(skip)]
    limit_may_fall: bool,
}

#[derive(Debug, Serialize)]
struct Offer<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    input_schema: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<Mark>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Choice<'a> {
    None,
    Any,
    Tool { name: &'a str },
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Thinking {
    Enabled {
        budget_tokens: u32,
    },
    /// The model decides. Without the word, the newest show nothing of it.
    Adaptive {
        display: &'static str,
    },
}

#[derive(Debug, Default, Serialize)]
struct OutputConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format>,
}

#[derive(Debug, Serialize)]
struct Format {
    #[serde(rename = "type")]
    kind: &'static str,
    schema: Value,
}

impl OutputConfig {
    fn is_empty(&self) -> bool {
        self.effort.is_none() && self.format.is_none()
    }
}

impl<'a> Body<'a> {
    /// The body for a request, without what the server has refused before.
    pub(super) fn new(request: &'a ChatRequest, refusals: &Refusals) -> Self {
        let parameters = &request.parameters;
        // Even the least limit was refused with the budget added to it.
        let effort = Effort::of(request).filter(|_| refusals.allow(Field::TokenLimit));
        let thinking = effort.and_then(|effort| thinking(effort, refusals));
        let adaptive = effort.filter(|_| matches!(thinking, Some(Thinking::Adaptive { .. })));
        let adaptive = adaptive.filter(|_| refusals.allow(Field::ReasoningEffort));
        let usual = if refusals.other_token_limit() { LEAST_LIMIT } else { USUAL_LIMIT };
        // Models that decide themselves spend from the same limit, but a limit that was set is theirs.
        let budget = match (thinking, effort, parameters.max_tokens) {
            (Some(Thinking::Enabled { .. }), Some(effort), _)
            | (Some(Thinking::Adaptive { .. }), Some(effort), None) => effort.budget,
            _ => 0,
        };
        // Whoever thinks is not told how to sample.
        let may_sample = |field| thinking.is_none() && refusals.allow(field);
        let format =
            parameters.response_format.as_ref().filter(|_| refusals.allow(Field::ResponseFormat));
        let offers_tools = !request.tools.is_empty();
        let mut body = Self {
            model: &request.model,
            max_tokens: limit(parameters.max_tokens, budget, usual),
            system: Vec::new(),
            messages: Vec::new(),
            stream: true,
            tools: if offers_tools {
                request.tools.iter().map(Offer::new).collect()
            } else {
                Vec::new()
            },
            tool_choice: offers_tools.then(|| choice(&request.tool_choice)).flatten(),
            thinking,
            output_config: OutputConfig {
                effort: adaptive.map(|effort| effort.word),
                format: format.and_then(Format::new),
            },
            stop_sequences: parameters
                .stop
                .as_deref()
                .filter(|_| refusals.allow(Field::Stop))
                .and_then(stops),
            temperature: parameters
                .temperature
                .filter(|_| may_sample(Field::Temperature))
                // Elsewhere the scale goes up to 2, and what lies beyond 1 is refused here.
                .map(|temperature| temperature.min(1.0)),
            top_p: parameters.top_p.filter(|_| may_sample(Field::TopP)),
            top_k: parameters.top_k.filter(|_| may_sample(Field::TopK)),
            marked: refusals.allow(Field::CacheControl),
            limit_may_fall: parameters.max_tokens.is_none() && refusals.allow(Field::TokenLimit),
        };
        let mut conversation = Conversation::new(&request.messages);
        if body.marked {
            conversation.mark();
            if let Some(last) = body.tools.last_mut() {
                last.cache_control = Some(Mark::EPHEMERAL);
            }
        }
        Conversation { system: body.system, messages: body.messages } = conversation;
        body
    }

    /// The body as it is sent.
    pub(super) fn attempt(&self) -> Attempt {
        Attempt { json: serde_json::to_vec(self), optional_fields: self.optional_fields() }
    }

    /// What can be left out or changed in this body, with the names it has there.
    fn optional_fields(&self) -> Vec<(Field, &'static str)> {
        let budget = matches!(self.thinking, Some(Thinking::Enabled { .. }));
        let adaptive = matches!(self.thinking, Some(Thinking::Adaptive { .. }));
        [
            (self.marked, Field::CacheControl, "cache_control"),
            (self.output_config.format.is_some(), Field::ResponseFormat, "output_config"),
            (self.output_config.effort.is_some(), Field::ReasoningEffort, "output_config"),
            (budget, Field::ThinkingBudget, "thinking"),
            (adaptive, Field::Thinking, "thinking"),
            // Where a server refuses the two together, the temperature is what people set.
            (self.top_p.is_some(), Field::TopP, "top_p"),
            (self.top_k.is_some(), Field::TopK, "top_k"),
            (self.temperature.is_some(), Field::Temperature, "temperature"),
            (self.stop_sequences.is_some(), Field::Stop, "stop_sequences"),
            (self.limit_may_fall, Field::TokenLimit, "max_tokens"),
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
            name: &tool.name,
            description: &tool.description,
            input_schema: &tool.parameters,
            cache_control: None,
        }
    }
}

impl Format {
    /// The protocol has no word for JSON without a schema.
    fn new(format: &ResponseFormat) -> Option<Self> {
        let ResponseFormat::JsonSchema { schema } = format else { return None };
        let schema = serde_json::from_str(schema).ok()?;
        Some(Self { kind: "json_schema", schema })
    }
}

/// With a budget, for models that want one; else the model decides, for models that want that.
fn thinking(effort: Effort, refusals: &Refusals) -> Option<Thinking> {
    if refusals.allow(Field::ThinkingBudget) {
        return Some(Thinking::Enabled { budget_tokens: effort.budget });
    }
    refusals.allow(Field::Thinking).then_some(Thinking::Adaptive { display: "summarized" })
}

/// The most tokens of thoughts and answer together. A budget must leave room for the answer, so a
/// limit below it is taken for the answer alone.
fn limit(set: Option<u32>, budget: u32, usual: u32) -> u32 {
    match set {
        Some(limit) if limit <= budget => budget.saturating_add(limit),
        Some(limit) => limit,
        None => usual + budget,
    }
}

/// What to say about the choice; nothing where the default says it.
fn choice(choice: &ToolChoice) -> Option<Choice<'_>> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some(Choice::None),
        ToolChoice::Required => Some(Choice::Any),
        ToolChoice::Named(name) => Some(Choice::Tool { name }),
    }
}

/// White space alone may not end an answer here.
fn stops(stops: &[String]) -> Option<Vec<&str>> {
    let stops: Vec<&str> =
        stops.iter().map(String::as_str).filter(|stop| !stop.trim().is_empty()).collect();
    (!stops.is_empty()).then_some(stops)
}

#[cfg(test)]
mod tests;
