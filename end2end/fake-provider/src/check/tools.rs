//! The tools a chat request offers, and the fields that only make sense with them.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    Broken,
    shape::{Check, is_function_name},
};

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
    let parameters = function.get("parameters");
    parameters.is_none_or(|schema| schema["type"] == "object").or_broken("tools", || {
        format!("the parameters of {} are no JSON schema of type object", function["name"])
    })
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
            json!({"tool_choice": "auto"}),
            json!({"parallel_tool_calls": false}),
        ];
        for body in bad {
            assert_eq!(check(&body).map_err(|broken| broken.rule), Err("tools"), "{body}");
        }
    }
}
