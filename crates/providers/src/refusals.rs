//! Remembers which optional parameters a server has refused (protocols §1.1).

use std::collections::VecDeque;

use parking_lot::Mutex;
use url::Url;

use crate::error_body::ErrorBody;

/// Pairs of server and model that are remembered; the oldest go first.
const REMEMBERED: usize = 256;

/// An optional part of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    StreamOptions,
    Temperature,
    TopP,
    /// Under either of its names.
    TokenLimit,
    Stop,
    Seed,
    ReasoningEffort,
    PresencePenalty,
    FrequencyPenalty,
    TopK,
    ResponseFormat,
    KeepAlive,
    ParallelToolCalls,
    /// Whatever asks for the model's thoughts.
    Thinking,
    /// The offer of tools as a whole.
    Tools,
    /// Anthropic's marks for its cache.
    CacheControl,
    /// Whatever asks for opaque state beside the answer.
    Include,
    /// Instructions in a place of their own.
    SystemInstruction,
}

/// What one server refuses for one model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Refusals {
    fields: Vec<Field>,
    other_token_limit: bool,
}

impl Refusals {
    /// Whether a field may still be sent.
    pub(crate) fn allow(&self, field: Field) -> bool {
        !self.fields.contains(&field)
    }

    /// Whether the token limit goes under the other of its two names.
    pub(crate) fn other_token_limit(&self) -> bool {
        self.other_token_limit
    }

    /// Learns from an error. False if it names none of the fields that were sent, so that the same
    /// request would fail again.
    pub(crate) fn learn(&mut self, error: &ErrorBody, sent: &[(Field, &str)]) -> bool {
        let Some((field, _)) = sent.iter().find(|(_, name)| is_named(error, name)) else {
            return false;
        };
        if *field == Field::TokenLimit && !self.other_token_limit {
            self.other_token_limit = true;
        } else {
            self.fields.push(*field);
        }
        true
    }
}

/// Whether an error is about a parameter. In prose, names that are words as well count only in
/// quotation marks.
fn is_named(error: &ErrorBody, name: &str) -> bool {
    if error.param.split('.').any(|part| part == name) {
        return true;
    }
    let everyday = matches!(name, "stop" | "seed");
    error.message.match_indices(name).any(|(start, _)| {
        let before = error.message[..start].chars().next_back();
        let after = error.message[start + name.len()..].chars().next();
        if everyday {
            let quote = |c: Option<char>| matches!(c, Some('\'' | '"' | '`'));
            return quote(before) && quote(after);
        }
        let part_of_name =
            |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        !part_of_name(before) && !part_of_name(after)
    })
}

/// What is known of all servers; bounded.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<VecDeque<((Url, String), Refusals)>>);

impl Memory {
    /// What the server refused for this model before.
    pub(crate) fn recall(&self, base_url: &Url, model: &str) -> Refusals {
        let known = self.0.lock();
        known
            .iter()
            .find(|((url, name), _)| url == base_url && name == model)
            .map(|(_, refusals)| refusals.clone())
            .unwrap_or_default()
    }

    /// Keeps what has just been found to work.
    pub(crate) fn keep(&self, base_url: &Url, model: &str, refusals: Refusals) {
        let mut known = self.0.lock();
        known.retain(|((url, name), _)| url != base_url || name != model);
        if known.len() >= REMEMBERED {
            known.pop_front();
        }
        known.push_back(((base_url.clone(), model.to_owned()), refusals));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: [(Field, &str); 4] = [
        (Field::StreamOptions, "stream_options"),
        (Field::Temperature, "temperature"),
        (Field::TokenLimit, "max_tokens"),
        (Field::Stop, "stop"),
    ];

    fn learn(body: &str) -> Option<Refusals> {
        let mut refusals = Refusals::default();
        refusals.learn(&ErrorBody::parse(body.as_bytes()), &SENT).then_some(refusals)
    }

    #[test]
    fn a_parameter_is_found_in_param_or_words() {
        for body in [
            r#"{"error":{"message":"no","param":"stream_options"}}"#,
            r#"{"error":{"message":"no","param":"stream_options.include_usage"}}"#,
            r#"{"error":"Unknown field stream_options."}"#,
            r#"{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"#,
        ] {
            let refusals = learn(body).unwrap();
            assert!(!refusals.allow(Field::StreamOptions) && refusals.allow(Field::Temperature));
        }
    }

    #[test]
    fn other_words_and_unsent_fields_change_nothing() {
        for body in [
            r#"{"error":"The model will stop here"}"#,
            r#"{"error":"my_temperature_2"}"#,
            r#"{"error":{"message":"no","param":"seed"}}"#,
            r#"{"error":{"message":"no","param":"messages"}}"#,
        ] {
            assert_eq!(learn(body), None, "{body}");
        }
        assert!(!learn(r#"{"error":"unknown key 'stop'"}"#).unwrap().allow(Field::Stop));
    }

    #[test]
    fn the_token_limit_changes_its_name_first_and_goes_second() {
        let error = ErrorBody::parse(br#"{"error":{"message":"no","param":"max_tokens"}}"#);
        let mut refusals = Refusals::default();
        assert!(refusals.learn(&error, &SENT));
        assert!(refusals.other_token_limit() && refusals.allow(Field::TokenLimit));
        assert!(refusals.learn(&error, &SENT));
        assert!(!refusals.allow(Field::TokenLimit));
    }

    #[test]
    fn memory_is_per_server_and_model_and_bounded() {
        let url = Url::parse("http://localhost/v1").unwrap();
        let refused = learn(r#"{"error":"temperature"}"#).unwrap();
        let memory = Memory::default();
        memory.keep(&url, "a", refused.clone());
        assert_eq!(memory.recall(&url, "a"), refused);
        assert_eq!(memory.recall(&url, "b"), Refusals::default());
        for number in 0..REMEMBERED {
            memory.keep(&url, &number.to_string(), Refusals::default());
        }
        assert_eq!(memory.recall(&url, "a"), Refusals::default());
        assert_eq!(memory.0.lock().len(), REMEMBERED);
    }
}
