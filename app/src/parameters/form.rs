//! What a person typed into the fields of the parameters. All of it is text; what is empty is not set.

use leptos::ev::SubmitEvent;
use models::parameters::{Parameter, Parameters, ResponseFormat};
use serde::{Deserialize, Serialize};

use crate::ui::form_value::text_of;

/// The word of the choice “any JSON object”.
pub(super) const JSON: &str = "json";
/// The word of the choice “JSON that follows a schema”.
pub(super) const SCHEMA: &str = "json_schema";

/// The fields by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ParametersForm {
    pub(super) temperature: String,
    pub(super) top_p: String,
    pub(super) top_k: String,
    pub(super) max_tokens: String,
    pub(super) stop: String,
    pub(super) seed: String,
    pub(super) reasoning_effort: String,
    pub(super) presence_penalty: String,
    pub(super) frequency_penalty: String,
    pub(super) response_format: String,
    pub(super) schema: String,
    pub(super) keep_alive: String,
    pub(super) num_ctx: String,
}

impl ParametersForm {
    /// The fields of a form that is being submitted.
    pub(crate) fn of(event: &SubmitEvent) -> Self {
        let text = |name| text_of(event, name);
        Self {
            temperature: text("temperature"),
            top_p: text("top_p"),
            top_k: text("top_k"),
            max_tokens: text("max_tokens"),
            stop: text("stop"),
            seed: text("seed"),
            reasoning_effort: text("reasoning_effort"),
            presence_penalty: text("presence_penalty"),
            frequency_penalty: text("frequency_penalty"),
            response_format: text("response_format"),
            schema: text("schema"),
            keep_alive: text("keep_alive"),
            num_ctx: text("num_ctx"),
        }
    }

    /// The form that shows these parameters.
    pub(crate) fn showing(parameters: &Parameters) -> Self {
        fn shown<T: ToString>(value: Option<&T>) -> String {
            value.map(T::to_string).unwrap_or_default()
        }
        let (response_format, schema) = match &parameters.response_format {
            None => (String::new(), String::new()),
            Some(ResponseFormat::Json) => (JSON.to_owned(), String::new()),
            Some(ResponseFormat::JsonSchema { schema }) => (SCHEMA.to_owned(), schema.clone()),
        };
        Self {
            temperature: shown(parameters.temperature.as_ref()),
            top_p: shown(parameters.top_p.as_ref()),
            top_k: shown(parameters.top_k.as_ref()),
            max_tokens: shown(parameters.max_tokens.as_ref()),
            stop: parameters.stop.as_deref().unwrap_or_default().join("\n"),
            seed: shown(parameters.seed.as_ref()),
            reasoning_effort: shown(parameters.reasoning_effort.as_ref()),
            presence_penalty: shown(parameters.presence_penalty.as_ref()),
            frequency_penalty: shown(parameters.frequency_penalty.as_ref()),
            response_format,
            schema,
            keep_alive: shown(parameters.keep_alive.as_ref()),
            num_ctx: shown(parameters.context_length.as_ref()),
        }
    }

    /// Every field: what it belongs to, its name, its text.
    pub(super) fn fields(&self) -> [(Parameter, &'static str, &str); 13] {
        [
            (Parameter::Temperature, "temperature", &self.temperature),
            (Parameter::TopP, "top_p", &self.top_p),
            (Parameter::TopK, "top_k", &self.top_k),
            (Parameter::MaxTokens, "max_tokens", &self.max_tokens),
            (Parameter::Stop, "stop", &self.stop),
            (Parameter::Seed, "seed", &self.seed),
            (Parameter::ReasoningEffort, "reasoning_effort", &self.reasoning_effort),
            (Parameter::PresencePenalty, "presence_penalty", &self.presence_penalty),
            (Parameter::FrequencyPenalty, "frequency_penalty", &self.frequency_penalty),
            (Parameter::ResponseFormat, "response_format", &self.response_format),
            (Parameter::ResponseFormat, "schema", &self.schema),
            (Parameter::KeepAlive, "keep_alive", &self.keep_alive),
            (Parameter::ContextLength, "num_ctx", &self.num_ctx),
        ]
    }

    /// What the fields say.
    ///
    /// # Errors
    /// The label of the first field that is no number.
    #[cfg(feature = "ssr")]
    pub(crate) fn read(&self) -> Result<Parameters, &'static str> {
        Ok(Parameters {
            temperature: number(&self.temperature, "temperature")?,
            top_p: number(&self.top_p, "top p")?,
            top_k: number(&self.top_k, "top k")?,
            max_tokens: number(&self.max_tokens, "most tokens of an answer")?,
            stop: stops(&self.stop),
            seed: number(&self.seed, "seed")?,
            reasoning_effort: word(&self.reasoning_effort),
            presence_penalty: number(&self.presence_penalty, "presence penalty")?,
            frequency_penalty: number(&self.frequency_penalty, "frequency penalty")?,
            response_format: match self.response_format.as_str() {
                JSON => Some(ResponseFormat::Json),
                SCHEMA => Some(ResponseFormat::JsonSchema { schema: self.schema.clone() }),
                _ => None,
            },
            keep_alive: word(&self.keep_alive),
            context_length: number(&self.num_ctx, "context")?,
        })
    }
}

/// A number; none if the field is empty.
#[cfg(feature = "ssr")]
pub(crate) fn number<T: std::str::FromStr>(
    text: &str,
    label: &'static str,
) -> Result<Option<T>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| label),
    }
}

/// What the person reads about a field of which [`number`] gave the label.
#[cfg(feature = "ssr")]
pub(crate) fn no_number(label: &'static str) -> crate::error::StudioError {
    crate::reply::refused(
        models::error::ErrorCode::InvalidRequest,
        format!("The field “{label}” is no number that fits."),
        "Write a plain number such as 8192 or 0.5, or leave the field empty.",
    )
}

#[cfg(feature = "ssr")]
fn word(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// One text a line.
#[cfg(feature = "ssr")]
fn stops(text: &str) -> Option<Vec<String>> {
    let stops: Vec<String> = text
        .lines()
        .map(|line| line.trim_end_matches('\r').to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    (!stops.is_empty()).then_some(stops)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_again() {
        let parameters = Parameters {
            temperature: Some(0.5),
            top_p: Some(1.0),
            top_k: Some(40),
            max_tokens: Some(100),
            stop: Some(vec!["END".to_owned(), " two words".to_owned()]),
            seed: Some(-7),
            reasoning_effort: Some("low".to_owned()),
            presence_penalty: Some(-1.0),
            frequency_penalty: Some(0.0),
            response_format: Some(ResponseFormat::JsonSchema { schema: "{}".to_owned() }),
            keep_alive: Some("5m".to_owned()),
            context_length: Some(8_192),
        };
        let form = ParametersForm::showing(&parameters);
        assert!(form.fields().iter().all(|(.., text)| !text.is_empty()));
        assert_eq!(form.read(), Ok(parameters));
        let none = Parameters::default();
        assert_eq!(ParametersForm::showing(&none).read(), Ok(none));
    }

    #[test]
    fn a_field_that_is_no_number_is_named() {
        let form = ParametersForm { top_k: "many".to_owned(), ..ParametersForm::default() };
        assert_eq!(form.read(), Err("top k"));
    }
}
