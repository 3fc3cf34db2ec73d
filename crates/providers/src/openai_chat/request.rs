//! Builds the body of a Chat Completions request (protocols §1.1). Pure.

use models::parameters::ResponseFormat;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    dialect::Dialect,
    message::{self, Message},
};
use crate::{
    caller::Attempt,
    offer::Offer,
    refusals::{Field, Refusals},
    request::{ChatRequest, ToolChoice},
};

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
    /// Mistral's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    random_seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'a str>,
    /// OpenRouter's form of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
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

#[derive(Debug, Serialize)]
struct Reasoning<'a> {
    effort: &'a str,
}

impl<'a> Body<'a> {
    /// The body for a request, without what the server has refused before.
    pub(super) fn new(dialect: Dialect, request: &'a ChatRequest, refusals: &Refusals) -> Self {
        let parameters = &request.parameters;
        let limit = parameters.max_tokens.filter(|_| refusals.allow(Field::TokenLimit));
        let new_name = dialect.wants_completion_tokens() != refusals.other_token_limit();
        let seed = parameters.seed.filter(|_| refusals.allow(Field::Seed));
        let (seed, random_seed) =
            if dialect == Dialect::Mistral { (None, seed) } else { (seed, None) };
        let effort = parameters.reasoning_effort.as_deref();
        let effort = effort.filter(|_| refusals.allow(Field::ReasoningEffort));
        let (reasoning_effort, reasoning) = if dialect == Dialect::OpenRouter {
            (None, effort.map(|effort| Reasoning { effort }))
        } else {
            (effort, None)
        };
        // Tools are never left out: an answer without them would be one to another question.
        let offers_tools = !request.tools.is_empty();
        Self {
            model: &request.model,
            messages: message::messages(&request.messages, dialect),
            stream: true,
            stream_options: refusals
                .allow(Field::StreamOptions)
                .then_some(StreamOptions { include_usage: true }),
            temperature: parameters.temperature.filter(|_| refusals.allow(Field::Temperature)),
            top_p: parameters.top_p.filter(|_| refusals.allow(Field::TopP)),
            max_tokens: limit.filter(|_| !new_name),
            max_completion_tokens: limit.filter(|_| new_name),
            stop: parameters.stop.as_deref().filter(|_| refusals.allow(Field::Stop)),
            seed,
            random_seed,
            reasoning_effort,
            reasoning,
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
            tool_choice: offers_tools.then(|| tool_choice(dialect, &request.tool_choice)).flatten(),
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
            (self.random_seed.is_some(), Field::Seed, "random_seed"),
            (self.reasoning_effort.is_some(), Field::ReasoningEffort, "reasoning_effort"),
            (self.reasoning.is_some(), Field::ReasoningEffort, "reasoning"),
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

fn response_format(format: &ResponseFormat) -> Value {
    let schema = match format {
        ResponseFormat::Json => None,
        ResponseFormat::JsonSchema { schema } => serde_json::from_str::<Value>(schema).ok(),
    };
    match schema.filter(Value::is_object) {
        None => json!({"type": "json_object"}),
        Some(schema) => {
            let strict = is_strict(&schema);
            json!({
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": strict},
            })
        }
    }
}

/// Whether every object in a schema demands all its properties and allows no others. OpenAI refuses
/// `strict` for any other schema.
fn is_strict(schema: &Value) -> bool {
    let properties = schema["properties"].as_object();
    let is_object = schema["type"] == "object" || properties.is_some();
    let own = !is_object || {
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        let mut names = properties.into_iter().flat_map(|properties| properties.keys());
        schema["additionalProperties"] == false
            && names.all(|name| required.iter().any(|required| required == name))
    };
    own && match schema {
        Value::Object(fields) => fields.values().all(is_strict),
        Value::Array(items) => items.iter().all(is_strict),
        _ => true,
    }
}

/// What to say about the choice; nothing where the default says it.
fn tool_choice(dialect: Dialect, choice: &ToolChoice) -> Option<Value> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some(json!("none")),
        ToolChoice::Required => Some(json!(dialect.required())),
        ToolChoice::Named(name) => Some(json!({"type": "function", "function": {"name": name}})),
    }
}

#[cfg(test)]
mod tests {
    use models::parameters::Parameters;

    use super::*;
    use crate::request::{ChatMessage, Tool};

    fn json(dialect: Dialect, request: &ChatRequest) -> String {
        serde_json::to_string_pretty(&Body::new(dialect, request, &Refusals::default())).unwrap()
    }

    fn value(dialect: Dialect, request: &ChatRequest) -> Value {
        serde_json::from_str(&json(dialect, request)).unwrap()
    }

    fn with(parameters: Parameters) -> ChatRequest {
        ChatRequest { parameters, ..ChatRequest::default() }
    }

    #[test]
    fn the_minimal_body_holds_nothing_optional_but_usage() {
        let request = ChatRequest {
            model: "a/b:c d".to_owned(),
            messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hi")],
            ..ChatRequest::default()
        };
        insta::assert_snapshot!(json(Dialect::Common, &request), @r#"
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
    fn the_token_limit_has_the_name_the_server_wants() {
        let request = with(Parameters {
            max_tokens: Some(7),
            temperature: Some(0.7),
            ..Parameters::default()
        });
        assert!(json(Dialect::Common, &request).contains("\"max_tokens\": 7"));
        for dialect in [Dialect::OpenAi, Dialect::Azure] {
            assert!(json(dialect, &request).contains("\"max_completion_tokens\": 7"));
        }
        assert!(json(Dialect::Common, &request).contains("\"temperature\": 0.7,\n"));
    }

    #[test]
    fn effort_and_seed_have_the_names_of_the_host() {
        let request = with(Parameters {
            seed: Some(1),
            reasoning_effort: Some("low".to_owned()),
            ..Parameters::default()
        });
        let common = value(Dialect::Common, &request);
        assert_eq!((&common["seed"], &common["reasoning_effort"]), (&json!(1), &json!("low")));
        let mistral = value(Dialect::Mistral, &request);
        assert_eq!((&mistral["seed"], &mistral["random_seed"]), (&Value::Null, &json!(1)));
        let router = value(Dialect::OpenRouter, &request);
        assert_eq!(router["reasoning"], json!({"effort": "low"}));
        assert_eq!(router["reasoning_effort"], Value::Null);
    }

    #[test]
    fn tools_are_offered_with_the_choice_in_the_hosts_word() {
        let tool = Tool {
            name: "f".to_owned(),
            description: String::new(),
            parameters: json!({"type": "object"}),
        };
        let request = |choice: ToolChoice| ChatRequest {
            tools: vec![tool.clone()],
            tool_choice: choice,
            ..ChatRequest::default()
        };
        let auto = value(Dialect::Common, &request(ToolChoice::Auto));
        let function = json!({"name": "f", "parameters": {"type": "object"}});
        assert_eq!(auto["tools"], json!([{"type": "function", "function": function}]));
        assert_eq!(auto.get("tool_choice"), None);
        assert_eq!(auto.get("parallel_tool_calls"), None);
        let choice = |dialect, choice| value(dialect, &request(choice))["tool_choice"].take();
        assert_eq!(choice(Dialect::Common, ToolChoice::None), "none");
        assert_eq!(choice(Dialect::Common, ToolChoice::Required), "required");
        assert_eq!(choice(Dialect::Mistral, ToolChoice::Required), "any");
        let named = choice(Dialect::Mistral, ToolChoice::Named("f".to_owned()));
        assert_eq!(named, json!({"type": "function", "function": {"name": "f"}}));
        let without = ChatRequest { tool_choice: ToolChoice::Required, ..ChatRequest::default() };
        assert_eq!(value(Dialect::Common, &without).get("tool_choice"), None);
    }

    #[test]
    fn a_schema_is_strict_where_it_can_be() {
        let format = |schema: &str| {
            let schema = schema.to_owned();
            value(
                Dialect::Common,
                &with(Parameters {
                    response_format: Some(ResponseFormat::JsonSchema { schema }),
                    ..Parameters::default()
                }),
            )["response_format"]
                .take()
        };
        let strict = r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#;
        assert_eq!(format(strict)["json_schema"]["strict"], true);
        assert_eq!(format(strict)["json_schema"]["schema"]["type"], "object");
        let nested =
            format!(r#"{{"type":"array","items":{{"anyOf":[{strict},{{"type":"object"}}]}}}}"#);
        assert_eq!(format(&nested)["json_schema"]["strict"], false);
        assert_eq!(format("{"), json!({"type": "json_object"}));
    }
}
