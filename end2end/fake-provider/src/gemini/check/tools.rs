//! The functions a request declares, and how it wants them called.

use std::collections::HashSet;

use serde_json::Value;

use crate::check::{
    Broken,
    shape::{self, Check, Shape, is_function_name, is_text},
};

const TOOL: &[(&str, Shape)] = &[
    ("functionDeclarations", Shape::Array),
    ("googleSearch", Shape::Object),
    ("codeExecution", Shape::Object),
    ("urlContext", Shape::Object),
];

const DECLARATION: &[(&str, Shape)] = &[
    ("name", Shape::Text),
    ("description", Shape::Text),
    ("behavior", Shape::Text),
    ("parameters", Shape::Object),
    ("parametersJsonSchema", Shape::Object),
    ("response", Shape::Object),
    ("responseJsonSchema", Shape::Object),
];

const CONFIG: &[(&str, Shape)] = &[
    ("mode", Shape::OneOf(&["AUTO", "ANY", "NONE", "VALIDATED"])),
    ("allowedFunctionNames", Shape::Array),
];

/// What `parameters` has no word for; `parametersJsonSchema` takes all of it.
const NO_OPENAPI: &[&str] = &["$ref", "$defs", "$schema", "additionalProperties", "anyOf", "oneOf"];

pub(super) fn check(body: &Value) -> Result<(), Broken> {
    let names = declared(body)?;
    let Some(config) = body.get("toolConfig") else { return Ok(()) };
    let config = &config["functionCallingConfig"];
    config
        .is_object()
        .or_broken("tools", || "`toolConfig` needs a `functionCallingConfig`".to_owned())?;
    shape::fields(config, CONFIG, "functionCallingConfig")?;
    (!names.is_empty()).or_broken("tools", || "`toolConfig` without any function".to_owned())?;
    let Some(allowed) = config["allowedFunctionNames"].as_array() else { return Ok(()) };
    (config["mode"] == "ANY" || config["mode"] == "VALIDATED").or_broken("tools", || {
        "`allowedFunctionNames` are only allowed with the modes ANY and VALIDATED".to_owned()
    })?;
    (!allowed.is_empty() && allowed.iter().all(|name| names.contains(name)))
        .or_broken("tools", || "`allowedFunctionNames` names nothing that is declared".to_owned())
}

/// The names of the functions.
fn declared(body: &Value) -> Result<HashSet<&Value>, Broken> {
    let mut names = HashSet::new();
    let Some(tools) = body["tools"].as_array() else { return Ok(names) };
    (!tools.is_empty())
        .or_broken("tools", || "leave `tools` out when there are none".to_owned())?;
    for tool in tools {
        shape::fields(tool, TOOL, "a tool")?;
        let Some(declarations) = tool["functionDeclarations"].as_array() else { continue };
        (!declarations.is_empty())
            .or_broken("tools", || "`functionDeclarations` is empty".to_owned())?;
        for declaration in declarations {
            self::declaration(declaration)?;
            let name = &declaration["name"];
            names.insert(name).or_broken("tools", || format!("two functions are called {name}"))?;
        }
    }
    Ok(names)
}

fn declaration(declaration: &Value) -> Result<(), Broken> {
    shape::fields(declaration, DECLARATION, "a function declaration")?;
    let name = &declaration["name"];
    is_function_name(name).or_broken("tools", || format!("{name} is no name for a function"))?;
    is_text(&declaration["description"])
        .or_broken("tools", || format!("the function {name} has no description"))?;
    let (openapi, schema) = (&declaration["parameters"], &declaration["parametersJsonSchema"]);
    (openapi.is_null() || schema.is_null()).or_broken("tools", || {
        "`parameters` and `parametersJsonSchema` exclude each other".to_owned()
    })?;
    (schema.is_null() || schema["type"] == "object").or_broken("tools", || {
        format!("the parameters of {name} are no JSON schema of type object")
    })?;
    let stray = stray_word(openapi);
    stray.is_none().or_broken("tools", || {
        format!("`parameters` of {name} does not know `{}`", stray.unwrap_or_default())
    })
}

fn stray_word(schema: &Value) -> Option<&'static str> {
    match schema {
        Value::Object(fields) => fields.iter().find_map(|(key, value)| {
            NO_OPENAPI.iter().copied().find(|word| word == key).or_else(|| stray_word(value))
        }),
        Value::Array(items) => items.iter().find_map(stray_word),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(declaration: &Value, mode: &Value) -> Option<&'static str> {
        let body = json!({
            "tools": [{"functionDeclarations": [declaration]}],
            "toolConfig": {"functionCallingConfig": mode},
        });
        check(&body).err().map(|broken| broken.rule)
    }

    #[test]
    fn declarations_and_modes_are_checked() {
        let good = json!({
            "name": "f", "description": "d",
            "parametersJsonSchema": {"type": "object", "additionalProperties": false},
        });
        let auto = json!({"mode": "AUTO"});
        assert_eq!(rule(&good, &auto), None);
        assert_eq!(rule(&good, &json!({"mode": "ANY", "allowedFunctionNames": ["f"]})), None);
        for mode in [
            json!({"mode": "ANY", "allowedFunctionNames": ["g"]}),
            json!({"mode": "AUTO", "allowedFunctionNames": ["f"]}),
        ] {
            assert_eq!(rule(&good, &mode), Some("tools"), "{mode}");
        }
        assert_eq!(rule(&good, &json!({"mode": "any"})), Some("field-value"));
        for bad in [
            json!({"name": "f"}),
            json!({"name": "with space", "description": "d"}),
            json!({"name": "f", "description": "d", "parametersJsonSchema": {}}),
            json!({"name": "f", "description": "d", "parameters": {"properties": {"a": {"anyOf": []}}}}),
            json!({"name": "f", "description": "d", "parameters": {}, "parametersJsonSchema": {"type": "object"}}),
        ] {
            assert_eq!(rule(&bad, &auto), Some("tools"), "{bad}");
        }
        assert_eq!(check(&json!({"tools": []})).err().map(|broken| broken.rule), Some("tools"));
        let stray = json!({"toolConfig": {"functionCallingConfig": {"mode": "NONE"}}});
        assert_eq!(check(&stray).err().map(|broken| broken.rule), Some("tools"));
    }
}
