//! Reads what a server's list says of one model, under all names its fields have (protocols §5.4).

use models::{
    detection::ListedModel,
    facts::{Fact, ModelFacts, Price},
};
use serde::Deserialize;
use serde_json::Value;

use crate::loose::Count;

/// A dollar a token, in millionths of a dollar for a million tokens.
const DOLLAR_A_TOKEN: f64 = 1e12;
/// More than anyone takes for a million tokens, in millionths of a dollar.
const DEAREST: f64 = 1e12;

/// Tokens of the context: what is in force first, then the most there can be.
const CONTEXT: [&str; 10] = [
    "/loaded_context_length",
    "/context_length",
    "/max_model_len",
    "/context_window",
    "/max_context_length",
    "/max_input_tokens",
    "/inputTokenLimit",
    "/top_provider/context_length",
    "/meta/n_ctx",
    "/meta/n_ctx_train",
];
const MAX_OUTPUT: [&str; 4] = [
    "/max_completion_tokens",
    "/max_output_tokens",
    "/outputTokenLimit",
    "/top_provider/max_completion_tokens",
];

/// Reads a model; nothing if the card has no name, or if the model can neither answer nor embed, such
/// as one of Google's that paints.
pub(crate) fn read(card: &Value) -> Option<ListedModel> {
    const METHODS: [&str; 2] = ["generateContent", "embedContent"];
    if lists(card, "/supportedGenerationMethods", &METHODS) == Some(false) {
        return None;
    }
    let name = ["id", "model", "name"].into_iter().find_map(|field| filled(card, field))?;
    let display_name = ["display_name", "displayName", "name"]
        .into_iter()
        .find_map(|field| filled(card, field))
        .filter(|shown| *shown != name)
        .map(str::to_owned);
    Some(ListedModel { display_name, facts: facts(card), ..ListedModel::named(name) })
}

/// A text that is not empty.
pub(crate) fn filled<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str().filter(|text| !text.is_empty())
}

/// A number of tokens at a JSON pointer, which is never zero.
pub(crate) fn tokens(value: &Value, pointer: &str) -> Option<u32> {
    let count = Count::deserialize(value.pointer(pointer)?).ok()?;
    count.0.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0)
}

/// Yes or no at a JSON pointer.
pub(crate) fn flag(value: &Value, pointer: &str) -> Option<bool> {
    value.pointer(pointer)?.as_bool()
}

/// Whether a list of words at a JSON pointer has one of these; nothing if there is no such list.
pub(crate) fn lists(value: &Value, pointer: &str, words: &[&str]) -> Option<bool> {
    let list = value.pointer(pointer)?.as_array()?;
    Some(list.iter().any(|word| word.as_str().is_some_and(|word| words.contains(&word))))
}

/// What a server takes, in dollars a token, written as text or as number.
pub(crate) fn price(value: &Value, input: &str, output: &str, cached: &str) -> Option<Price> {
    Some(Price {
        input: micro_dollars(value, input)?,
        output: micro_dollars(value, output)?,
        cached: micro_dollars(value, cached),
        currency: "USD".to_owned(),
        date: None,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn micro_dollars(value: &Value, pointer: &str) -> Option<i64> {
    let value = value.pointer(pointer)?;
    let dollars = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    let scaled = (dollars * DOLLAR_A_TOKEN).round();
    // A negative price stands for one that depends on the request.
    (0.0..=DEAREST).contains(&scaled).then_some(scaled as i64)
}

fn facts(card: &Value) -> ModelFacts {
    let count = |pointers: &[&str]| {
        pointers.iter().find_map(|pointer| tokens(card, pointer)).map(Fact::reported)
    };
    // Anthropic's name for it is elsewhere the limit of a single request.
    let anthropic = filled(card, "type") == Some("model");
    let output = if anthropic { count(&["/max_tokens"]) } else { count(&MAX_OUTPUT) };
    let price = price(card, "/pricing/prompt", "/pricing/completion", "/pricing/input_cache_read");
    ModelFacts {
        context_length: count(&CONTEXT),
        max_output: output,
        vision: vision(card).map(Fact::reported),
        tools: tools(card).map(Fact::reported),
        reasoning: reasoning(card).map(Fact::reported),
        embeddings: embeddings(card).map(Fact::reported),
        price: price.map(Fact::reported),
    }
}

fn vision(card: &Value) -> Option<bool> {
    lists(card, "/architecture/input_modalities", &["image"])
        .or_else(|| lists(card, "/input_modalities", &["image"]))
        .or_else(|| flag(card, "/capabilities/vision"))
        .or_else(|| flag(card, "/capabilities/image_input/supported"))
        .or_else(|| lists(card, "/capabilities", &["vision"]).filter(|sees| *sees))
        .or_else(|| match filled(card, "type")? {
            "vlm" => Some(true),
            "llm" => Some(false),
            _ => None,
        })
}

fn tools(card: &Value) -> Option<bool> {
    lists(card, "/supported_parameters", &["tools"])
        .or_else(|| flag(card, "/capabilities/function_calling"))
        .or_else(|| flag(card, "/capabilities/trained_for_tool_use"))
        .or_else(|| lists(card, "/capabilities", &["tools", "tool_use"]).filter(|calls| *calls))
}

fn reasoning(card: &Value) -> Option<bool> {
    lists(card, "/supported_parameters", &["reasoning", "include_reasoning"])
        .or_else(|| flag(card, "/capabilities/reasoning"))
        .or_else(|| card.pointer("/capabilities/reasoning")?.is_object().then_some(true))
        .or_else(|| flag(card, "/capabilities/thinking/supported"))
        .or_else(|| flag(card, "/thinking"))
}

fn embeddings(card: &Value) -> Option<bool> {
    lists(card, "/architecture/output_modalities", &["embedding", "embeddings"])
        .or_else(|| lists(card, "/output_modalities", &["embedding", "embeddings"]))
        .or_else(|| flag(card, "/capabilities/embeddings"))
        .or_else(|| lists(card, "/supportedGenerationMethods", &["generateContent"]).map(|x| !x))
        .or_else(|| match filled(card, "type")? {
            "embedding" | "embeddings" => Some(true),
            "llm" | "vlm" => Some(false),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prices_are_millionths_of_a_dollar_for_a_million_tokens() {
        let card = json!({"id": "x", "pricing": {
            "prompt": "0.0000025", "completion": 0.00001, "input_cache_read": "-1",
        }});
        let price = read(&card).unwrap().facts.price.unwrap().value;
        assert_eq!((price.input, price.output, price.cached), (2_500_000, 10_000_000, None));
        let unknown = json!({"id": "x", "pricing": {"prompt": "-1", "completion": "free"}});
        assert_eq!(read(&unknown).unwrap().facts.price, None);
    }

    #[test]
    fn wrong_types_are_unknown() {
        let card = json!({
            "id": "x", "context_length": -1, "max_model_len": "many", "meta": "y", "type": 7,
            "capabilities": 3, "architecture": [], "pricing": null, "thinking": "yes",
        });
        assert_eq!(read(&card), Some(ListedModel::named("x")));
        assert_eq!(read(&json!({"id": 7, "model": null})), None);
        let paints = json!({"name": "models/p", "supportedGenerationMethods": ["predict"]});
        assert_eq!(read(&paints), None);
    }

    #[test]
    fn what_is_in_force_comes_before_the_most_there_can_be() {
        let card = json!({"id": "x", "max_context_length": 32_768, "loaded_context_length": 4_096});
        assert_eq!(read(&card).unwrap().facts.context_length, Some(Fact::reported(4_096)));
    }
}
