//! Small questions about JSON values that several checks ask.

use serde_json::Value;

use crate::check::Broken;

/// Turns a condition into a broken rule.
pub(crate) trait Check {
    fn or_broken(self, rule: &'static str, message: impl FnOnce() -> String) -> Result<(), Broken>;
}

impl Check for bool {
    fn or_broken(self, rule: &'static str, message: impl FnOnce() -> String) -> Result<(), Broken> {
        if self { Ok(()) } else { Err(Broken::new(rule, message())) }
    }
}

/// What a field's value must be.
pub(crate) enum Shape {
    Text,
    Bool,
    Integer,
    Number(f64, f64),
    OneOf(&'static [&'static str]),
    Object,
    Array,
    Any,
}

impl Shape {
    pub(crate) fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Text => is_text(value),
            Self::Bool => value.is_boolean(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number(low, high) => {
                value.as_f64().is_some_and(|number| (*low..=*high).contains(&number))
            }
            Self::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::Any => true,
        }
    }

    pub(crate) fn words(&self) -> String {
        match self {
            Self::Text => "a non-empty string".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Number(low, high) => format!("a number from {low} to {high}"),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
            Self::Object => "an object".to_owned(),
            Self::Array => "an array".to_owned(),
            Self::Any => "anything".to_owned(),
        }
    }
}

/// Checks each field of an object against a table: known, not null, of the right shape.
pub(crate) fn fields(object: &Value, table: &[(&str, Shape)], place: &str) -> Result<(), Broken> {
    let fields = object.as_object().into_iter().flatten();
    for (name, value) in fields {
        let Some((_, shape)) = table.iter().find(|(known, _)| known == name) else {
            let message = format!("{place} has the unknown field `{name}`");
            return Err(Broken::new("unknown-field", message));
        };
        (!value.is_null()).or_broken("null-field", || {
            format!("{place}: leave `{name}` out rather than sending null")
        })?;
        shape
            .fits(value)
            .or_broken("field-value", || format!("{place}: `{name}` must be {}", shape.words()))?;
    }
    Ok(())
}

pub(crate) fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// Function names: 1 to 64 of letters, digits, `_` and `-`.
pub(crate) fn is_function_name(value: &Value) -> bool {
    value.as_str().is_some_and(|name| {
        (1..=64).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    })
}
