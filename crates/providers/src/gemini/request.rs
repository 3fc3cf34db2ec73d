//! Builds the body of a request (protocols §3). Pure.

use models::parameters::{Parameters, ResponseFormat};
use serde::Serialize;
use serde_json::{Value, json};

use super::contents::{Content, Contents, Part};
use crate::{
    caller::Attempt,
    refusals::{Field, Refusals},
    request::{ChatRequest, Tool, ToolChoice},
};

/// How Google names the optional fields when it refuses them: as they are sent, as its own servers
/// call them, or in prose.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::SystemInstruction,
        &["systemInstruction", "system_instruction", "Developer instruction"],
    ),
    (Field::Temperature, &["temperature"]),
    (Field::TopP, &["topP", "top_p"]),
    (Field::TopK, &["topK", "top_k"]),
    (Field::Stop, &["stopSequences", "stop_sequences"]),
    (Field::Seed, &["seed"]),
    (Field::PresencePenalty, &["presencePenalty", "presence_penalty", "Penalty"]),
    (Field::FrequencyPenalty, &["frequencyPenalty", "frequency_penalty", "Penalty"]),
    (
        Field::ResponseFormat,
        &[
            "responseJsonSchema",
            "response_json_schema",
            "responseMimeType",
            "response_mime_type",
            "response mime type",
            "JSON mode",
        ],
    ),
    (
        Field::Thinking,
        &[
            "thinkingConfig",
            "thinking_config",
            "thinkingLevel",
            "thinking_level",
            "thinkingBudget",
            "thinking_budget",
            "thinking",
            "Thinking",
        ],
    ),
];

/// The JSON body, without what was not set or refused before.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body<'a> {
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Instruction<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Declarations<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_config: Option<Value>,
    #[serde(skip_serializing_if = "Config::is_empty")]
    generation_config: Config<'a>,
}

#[derive(Debug, Serialize)]
struct Instruction<'a> {
    parts: Vec<Part<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Declarations<'a> {
    function_declarations: Vec<Declaration<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Declaration<'a> {
    name: &'a str,
    description: &'a str,
    /// Unlike `parameters` this takes the whole of JSON Schema.
    parameters_json_schema: &'a Value,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_sequences: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<Value>,
}

impl<'a> Body<'a> {
    /// The body for a request, without what the server has refused before.
    pub(super) fn new(request: &'a ChatRequest, refusals: &Refusals) -> Self {
        let instructs = refusals.allow(Field::SystemInstruction);
        let Contents { system, turns, .. } = Contents::new(&request.messages, instructs);
        let declarations: Vec<_> = request.tools.iter().map(Declaration::new).collect();
        let offers_tools = !declarations.is_empty();
        Self {
            contents: turns,
            system_instruction: (!system.is_empty()).then_some(Instruction { parts: system }),
            tools: offers_tools
                .then_some(Declarations { function_declarations: declarations })
                .into_iter()
                .collect(),
            tool_config: offers_tools.then(|| tool_config(&request.tool_choice)).flatten(),
            generation_config: Config::new(&request.model, &request.parameters, refusals),
        }
    }

    /// The body as it is sent.
    pub(super) fn attempt(&self) -> Attempt {
        let sent = NAMES.iter().filter(|(field, _)| self.holds(*field));
        let optional_fields =
            sent.flat_map(|(field, names)| names.iter().map(|name| (*field, *name))).collect();
        Attempt { json: serde_json::to_vec(self), optional_fields }
    }

    fn holds(&self, field: Field) -> bool {
        let config = &self.generation_config;
        match field {
            Field::SystemInstruction => self.system_instruction.is_some(),
            Field::Temperature => config.temperature.is_some(),
            Field::TopP => config.top_p.is_some(),
            Field::TopK => config.top_k.is_some(),
            Field::Stop => config.stop_sequences.is_some(),
            Field::Seed => config.seed.is_some(),
            Field::PresencePenalty => config.presence_penalty.is_some(),
            Field::FrequencyPenalty => config.frequency_penalty.is_some(),
            Field::ResponseFormat => config.response_mime_type.is_some(),
            Field::Thinking => config.thinking_config.is_some(),
            _ => false,
        }
    }
}

impl<'a> Config<'a> {
    fn new(model: &str, parameters: &'a Parameters, refusals: &Refusals) -> Self {
        let format =
            parameters.response_format.as_ref().filter(|_| refusals.allow(Field::ResponseFormat));
        let effort =
            parameters.reasoning_effort.as_deref().filter(|_| refusals.allow(Field::Thinking));
        Self {
            temperature: parameters.temperature.filter(|_| refusals.allow(Field::Temperature)),
            top_p: parameters.top_p.filter(|_| refusals.allow(Field::TopP)),
            top_k: parameters.top_k.filter(|_| refusals.allow(Field::TopK)),
            max_output_tokens: parameters.max_tokens,
            stop_sequences: parameters
                .stop
                .as_deref()
                .filter(|stops| !stops.is_empty() && refusals.allow(Field::Stop)),
            seed: parameters.seed.filter(|_| refusals.allow(Field::Seed)).map(fitting),
            presence_penalty: parameters
                .presence_penalty
                .filter(|_| refusals.allow(Field::PresencePenalty)),
            frequency_penalty: parameters
                .frequency_penalty
                .filter(|_| refusals.allow(Field::FrequencyPenalty)),
            response_mime_type: format.map(|_| "application/json"),
            response_json_schema: format.and_then(schema),
            thinking_config: effort.map(|effort| thinking(model, effort)),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl<'a> Declaration<'a> {
    fn new(tool: &'a Tool) -> Self {
        Self {
            name: &tool.name,
            description: &tool.description,
            parameters_json_schema: &tool.parameters,
        }
    }
}

/// A seed of the 32 bits that the server has room for; those that fit stay as they are.
fn fitting(seed: i64) -> i64 {
    seed % (i64::from(i32::MAX) + 1)
}

fn schema(format: &ResponseFormat) -> Option<Value> {
    match format {
        ResponseFormat::Json => None,
        ResponseFormat::JsonSchema { schema } => serde_json::from_str(schema).ok(),
    }
}

/// Gemini 2 counts the tokens it may think, its successors know levels instead. The numbers are those
/// of Google's own OpenAI layer.
fn thinking(model: &str, effort: &str) -> Value {
    let counts = model.contains("gemini-2");
    match (effort, counts) {
        ("none", _) => json!({"thinkingBudget": 0}),
        ("minimal" | "low", true) => json!({"includeThoughts": true, "thinkingBudget": 1_024}),
        ("medium", true) => json!({"includeThoughts": true, "thinkingBudget": 8_192}),
        (_, true) => json!({"includeThoughts": true, "thinkingBudget": 24_576}),
        ("minimal" | "low", false) => json!({"includeThoughts": true, "thinkingLevel": "low"}),
        (_, false) => json!({"includeThoughts": true, "thinkingLevel": "high"}),
    }
}

/// What to say about the choice; nothing where the default says it.
fn tool_config(choice: &ToolChoice) -> Option<Value> {
    let config = match choice {
        ToolChoice::Auto => return None,
        ToolChoice::None => json!({"mode": "NONE"}),
        ToolChoice::Required => json!({"mode": "ANY"}),
        ToolChoice::Named(name) => json!({"mode": "ANY", "allowedFunctionNames": [name]}),
    };
    Some(json!({"functionCallingConfig": config}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::ChatMessage;

    fn sent(request: &ChatRequest) -> Value {
        serde_json::to_value(Body::new(request, &Refusals::default())).unwrap()
    }

    #[test]
    fn the_minimal_body_holds_nothing_but_the_conversation() {
        let request =
            ChatRequest { messages: vec![ChatMessage::user("Hi")], ..ChatRequest::default() };
        let expected = json!({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]});
        assert_eq!(sent(&request), expected);
    }

    #[test]
    fn every_parameter_has_its_word() {
        let schema = r#"{"type":"object"}"#.to_owned();
        let parameters = Parameters {
            temperature: Some(0.5),
            top_p: Some(0.9),
            top_k: Some(40),
            max_tokens: Some(7),
            stop: Some(vec!["END".to_owned()]),
            seed: Some(i64::from(i32::MAX) + 5),
            reasoning_effort: Some("high".to_owned()),
            presence_penalty: Some(1.0),
            frequency_penalty: Some(-1.0),
            response_format: Some(ResponseFormat::JsonSchema { schema }),
            ..Parameters::default()
        };
        let request =
            ChatRequest { model: "gemini-3-pro".to_owned(), parameters, ..ChatRequest::default() };
        let expected = json!({
            "temperature": 0.5, "topP": 0.9, "topK": 40, "maxOutputTokens": 7,
            "stopSequences": ["END"], "seed": 4, "presencePenalty": 1.0, "frequencyPenalty": -1.0,
            "responseMimeType": "application/json", "responseJsonSchema": {"type": "object"},
            "thinkingConfig": {"includeThoughts": true, "thinkingLevel": "high"},
        });
        assert_eq!(sent(&request)["generationConfig"], expected);
        let names: Vec<_> = Body::new(&request, &Refusals::default()).attempt().optional_fields;
        for (field, _) in NAMES.iter().filter(|(field, _)| *field != Field::SystemInstruction) {
            assert!(names.iter().any(|(sent, _)| sent == field), "{field:?}");
        }
    }

    #[test]
    fn older_models_get_a_budget_and_nobody_thinks_at_none() {
        assert_eq!(thinking("gemini-2.5-flash", "low")["thinkingBudget"], 1_024);
        assert_eq!(thinking("gemini-2.5-pro", "high")["thinkingBudget"], 24_576);
        assert_eq!(thinking("gemini-3-flash", "minimal")["thinkingLevel"], "low");
        assert_eq!(thinking("gemini-3-flash", "none"), json!({"thinkingBudget": 0}));
        assert_eq!((fitting(-7), fitting(i64::MIN)), (-7, 0));
    }

    #[test]
    fn tools_are_declared_with_their_whole_schema() {
        let tool = Tool {
            name: "f".to_owned(),
            description: "d".to_owned(),
            parameters: json!({"type": "object", "additionalProperties": false}),
        };
        let tool_choice = ToolChoice::Named("f".to_owned());
        let request = ChatRequest { tools: vec![tool], tool_choice, ..ChatRequest::default() };
        let body = sent(&request);
        let declaration = &body["tools"][0]["functionDeclarations"][0];
        assert_eq!(declaration["parametersJsonSchema"]["additionalProperties"], false);
        let config = json!({"mode": "ANY", "allowedFunctionNames": ["f"]});
        assert_eq!(body["toolConfig"]["functionCallingConfig"], config);
    }
}
