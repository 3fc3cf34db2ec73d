//! Remembers which optional parameters a server has refused (protocols §1.1).

use crate::{error_body::ErrorBody, per_model::PerModel};

/// How servers say that a model lacks an ability (protocols §4), lower case.
const LACKS: [(&str, Field); 3] = [
    ("does not support thinking", Field::Thinking),
    ("think value", Field::Thinking),
    ("does not support tools", Field::Tools),
];

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
    /// Whatever asks for the model's thoughts.
    Thinking,
    /// How many tokens those may take, where the server can also decide that itself.
    ThinkingBudget,
    /// The offer of tools as a whole, which only Ollama's models may go without: elsewhere a refusal of
    /// tools is an error, since an answer without them answers another question.
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
        let lacking = lacking(error).filter(|field| sent.iter().any(|(one, _)| one == field));
        let named = || sent.iter().find(|(_, name)| is_named(error, name)).map(|(field, _)| *field);
        let Some(field) = lacking.or_else(named) else { return false };
        if field == Field::TokenLimit && !self.other_token_limit {
            self.other_token_limit = true;
        } else {
            self.fields.push(field);
        }
        true
    }
}

/// What a model cannot do, if that is what the error says.
fn lacking(error: &ErrorBody) -> Option<Field> {
    let message = error.message.to_lowercase();
    LACKS.iter().find(|(words, _)| message.contains(words)).map(|(_, field)| *field)
}

/// Whether an error is about a parameter. In prose, names that are words as well count only in
/// quotation marks or in the path of a field.
fn is_named(error: &ErrorBody, name: &str) -> bool {
    if error.param.split('.').any(|part| part == name) {
        return true;
    }
    let everyday =
        ["stop", "seed", "include", "reasoning", "summary", "text", "think", "tools", "format"]
            .contains(&name);
    error.message.match_indices(name).any(|(start, _)| {
        let before = error.message[..start].chars().next_back();
        let after = error.message[start + name.len()..].chars().next();
        if everyday {
            // Paths are marks too, as in 'reasoning.effort' and `body.include: …`.
            let opens = matches!(before, Some('\'' | '"' | '`' | '.'));
            return opens && matches!(after, Some('\'' | '"' | '`' | '.' | ':'));
        }
        let part_of_name =
            |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        !part_of_name(before) && !part_of_name(after)
    })
}

/// What is known of all servers.
pub(crate) type Memory = PerModel<Refusals>;

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
        assert_eq!(learn(r#"{"error":"Do not stop. Seed it, stop: now"}"#), None);
        assert!(
            !learn(r#"{"detail":[{"loc":["body","stop"],"msg":"x"}]}"#).unwrap().allow(Field::Stop)
        );
        assert!(!learn(r#"{"error":"unknown key 'stop'"}"#).unwrap().allow(Field::Stop));
    }

    #[test]
    fn a_lacking_ability_is_found_in_a_sentence_and_only_where_it_was_asked_for() {
        let sent = [(Field::Tools, "tools"), (Field::Thinking, "think")];
        let learn = |words: &str, sent: &[(Field, &str)]| {
            let mut refusals = Refusals::default();
            let error = ErrorBody { message: words.to_owned(), ..ErrorBody::default() };
            refusals.learn(&error, sent).then_some(refusals)
        };
        let refusals = learn("\"m\" does not support thinking", &sent).unwrap();
        assert!(!refusals.allow(Field::Thinking) && refusals.allow(Field::Tools));
        let refusals = learn("library/m does not support tools", &sent).unwrap();
        assert!(refusals.allow(Field::Thinking) && !refusals.allow(Field::Tools));
        assert_eq!(learn("library/m does not support tools", &sent[1..]), None);
        assert_eq!(learn("the tools make me think", &sent), None);
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
}
