//! The tools a chat request offers, and the fields that only make sense with them.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    Broken,
    shape::{self, Check, Shape, is_function_name},
};

const TOOL: &[(&str, Shape)] =
    &[("type", Shape::OneOf(&["function"])), ("function", Shape::Object)];
const FUNCTION: &[(&str, Shape)] = &[
    ("name", Shape::Text),
    ("description", Shape::Text),
    ("parameters", Shape::Object),
    ("strict", Shape::Bool),
];

pub(crate) fn check(body: &Value) -> Result<(), Broken> {
    let Some(tools) = body["tools"].as_array() else {
        let stray = ["tool_choice", "parallel_tool_calls"]
            .into_iter()
            .find(|field| body.get(field).is_some_and(|value| value != "none"));
        return stray.is_none().or_broken("tools", || {
            format!("`{}` is only allowed with `tools`", stray.unwrap_or_default())
        });
    };
    (!tools.is_empty())
        .or_broken("tools", || "leave `tools` out when there are none".to_owned())?;
    let mut names = HashSet::new();
    for tool in tools.iter().filter(|tool| tool["type"] != "custom") {
        function(tool)?;
        let name = &tool["function"]["name"];
        names.insert(name).or_broken("tools", || format!("two tools are called {name}"))?;
    }
    choice(body.get("tool_choice"), &names)
}

fn function(tool: &Value) -> Result<(), Broken> {
    (tool["type"] == "function")
        .or_broken("tools", || format!("a tool has the type {}", tool["type"]))?;
    let function = &tool["function"];
    is_function_name(&function["name"])
        .or_broken("tools", || format!("{} is no name for a function", function["name"]))?;
    shape::fields(tool, TOOL, "a tool")?;
    shape::fields(function, FUNCTION, "a tool's function")?;
    function.get("parameters").is_none_or(is_object_schema).or_broken("tools", || {
        format!("the parameters of {} are no JSON schema of type object", function["name"])
    })
}

/// Whether a schema describes an object, and demands only properties it describes.
fn is_object_schema(schema: &Value) -> bool {
    let properties = &schema["properties"];
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let is_known = |name: &Value| name.as_str().is_some_and(|name| properties.get(name).is_some());
    schema["type"] == "object"
        && (properties.is_null() || properties.is_object())
        && required.iter().all(is_known)
}

fn choice(choice: Option<&Value>, names: &HashSet<&Value>) -> Result<(), Broken> {
    let fits = match choice {
        None => true,
        Some(Value::String(word)) => ["none", "auto", "required"].contains(&word.as_str()),
        Some(choice) => match choice["type"].as_str() {
            Some("function") => names.contains(&choice["function"]["name"]),
            Some("allowed_tools" | "custom") => true,
            _ => false,
        },
    };
    fits.or_broken("tools", || "`tool_choice` names nothing that is offered".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(name: &str) -> Value {
        json!({"type": "function", "function": {"name": name, "parameters": {"type": "object"}}})
    }

    #[test]
    fn good_tools_pass() {
        let choice = json!({"type": "function", "function": {"name": "b"}});
        let body = json!({"tools": [tool("a"), tool("b")], "tool_choice": choice});
        assert_eq!(check(&body), Ok(()));
        assert_eq!(check(&json!({})), Ok(()));
    }

    #[test]
    fn bad_tools_are_refused() {
        let bad = [
            json!({"tools": []}),
            json!({"tools": [tool("a"), tool("a")]}),
            json!({"tools": [tool("with space")]}),
            json!({"tools": [tool("a")], "tool_choice": "any"}),
            json!({"tools": [tool("a")], "tool_choice": {"type": "function", "function": {"name": "b"}}}),
            json!({"tools": [{"type": "function", "function": {"name": "a", "parameters": {}}}]}),
            json!({"tools": [{"type": "function", "function": {"name": "a", "parameters": {"type": "object", "required": ["x"]}}}]}),
            json!({"tool_choice": "auto"}),
            json!({"parallel_tool_calls": false}),
        ];
        for body in bad {
            assert_eq!(check(&body).map_err(|broken| broken.rule), Err("tools"), "{body}");
        }
        let mut undescribed = tool("a");
        undescribed["function"]["description"] = json!("");
        let body = json!({"tools": [undescribed]});
        assert_eq!(check(&body).map_err(|broken| broken.rule), Err("field-value"));
    }
}
