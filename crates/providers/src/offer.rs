//! A tool as OpenAI and its imitators want it offered (protocols §1.1, §4).

use serde::Serialize;
use serde_json::Value;

use crate::request::Tool;

/// One tool on offer.
#[derive(Debug, Serialize)]
pub(crate) struct Offer<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    function: OfferedFunction<'a>,
}

#[derive(Debug, Serialize)]
struct OfferedFunction<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    parameters: &'a Value,
}

impl<'a> Offer<'a> {
    /// Offers a tool.
    pub(crate) fn new(tool: &'a Tool) -> Self {
        let function = OfferedFunction {
            name: &tool.name,
            description: &tool.description,
            parameters: &tool.parameters,
        };
        Self { kind: "function", function }
    }
}
