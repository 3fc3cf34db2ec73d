//! The grammar of model names: a scenario and its parameters.

use std::{collections::BTreeMap, time::Duration};

use crate::scenarios::FALLBACK;

/// Keys whose values are whole numbers.
const NUMBERS: &[&str] = &[
    "bytes",
    "chunk",
    "cut",
    "delay",
    "first",
    "headers",
    "limit",
    "milliseconds",
    "seconds",
    "status",
    "times",
    "words",
];
/// Keys whose values are any text.
const TEXTS: &[&str] = &["newline", "tag", "text", "tool"];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModelName {
    pub(crate) scenario: String,
    pub(crate) parameters: Parameters,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    numbers: BTreeMap<String, u64>,
    texts: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GrammarError {
    #[error("`{0}` is not of the form key=value")]
    NoPair(String),
    #[error("no parameter is called `{0}`")]
    UnknownKey(String),
    #[error("`{0}` must be a whole number")]
    NoNumber(String),
}

impl ModelName {
    /// The scenario's part of the name, even where the parameters are wrong.
    pub(crate) fn scenario_of(name: &str) -> &str {
        name.split([':', '?']).next().unwrap_or(name)
    }

    /// The scenario to play after that many requests: the fallback once `times` is over.
    pub(crate) fn due(&self, earlier: u64) -> &str {
        let over = self.parameters.number("times").is_some_and(|times| earlier >= times);
        if over { FALLBACK } else { &self.scenario }
    }

    pub(crate) fn parse(name: &str) -> Result<Self, GrammarError> {
        let scenario = Self::scenario_of(name);
        let mut parameters = Parameters::default();
        let rest = name.get(scenario.len() + 1..).unwrap_or_default();
        for pair in rest.split([',', '&']).filter(|pair| !pair.is_empty()) {
            let Some((key, value)) = pair.split_once('=') else {
                return Err(GrammarError::NoPair(pair.to_owned()));
            };
            parameters.add(key, &percent_decoded(value))?;
        }
        Ok(Self { scenario: scenario.to_owned(), parameters })
    }
}

impl Parameters {
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        debug_assert!(NUMBERS.contains(&key), "`{key}` can never be given");
        self.numbers.get(key).copied()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        debug_assert!(TEXTS.contains(&key), "`{key}` can never be given");
        self.texts.get(key).map(String::as_str)
    }

    /// A duration given in milliseconds.
    pub(crate) fn milliseconds(&self, key: &str) -> Option<Duration> {
        self.number(key).map(Duration::from_millis)
    }

    fn add(&mut self, key: &str, value: &str) -> Result<(), GrammarError> {
        if NUMBERS.contains(&key) {
            let number = value.parse().map_err(|_| GrammarError::NoNumber(key.to_owned()))?;
            self.numbers.insert(key.to_owned(), number);
        } else if TEXTS.contains(&key) {
            self.texts.insert(key.to_owned(), value.to_owned());
        } else {
            return Err(GrammarError::UnknownKey(key.to_owned()));
        }
        Ok(())
    }
}

/// Decodes `%20` and its like; a percent sign that starts no code stays.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bare_name_has_no_parameters() {
        let name = ModelName::parse("plain").unwrap();
        assert_eq!(name, ModelName { scenario: "plain".to_owned(), ..ModelName::default() });
    }

    #[test]
    fn both_spellings_of_parameters_mean_the_same() {
        let colon = ModelName::parse("slow:delay=20,words=400,text=a%20b%").unwrap();
        assert_eq!(colon, ModelName::parse("slow?delay=20&words=400&text=a%20b%").unwrap());
        assert_eq!(colon.parameters.milliseconds("delay"), Some(Duration::from_millis(20)));
        assert_eq!(colon.parameters.number("words"), Some(400));
        assert_eq!(colon.parameters.text("text"), Some("a b%"));
    }

    #[test]
    fn mistakes_are_named() {
        let mistake = |name| ModelName::parse(name).unwrap_err();
        assert_eq!(mistake("plain:8b"), GrammarError::NoPair("8b".to_owned()));
        assert_eq!(mistake("plain:dely=1"), GrammarError::UnknownKey("dely".to_owned()));
        assert_eq!(mistake("plain:delay=-1"), GrammarError::NoNumber("delay".to_owned()));
    }

    proptest! {
        #[test]
        fn any_name_is_read_without_panic(name in any::<String>()) {
            if let Ok(parsed) = ModelName::parse(&name) {
                prop_assert!(name.starts_with(&parsed.scenario));
            }
        }

        #[test]
        fn any_text_survives_percent_encoding(text in any::<String>()) {
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let parsed = ModelName::parse(&format!("say:text={encoded}")).unwrap();
            prop_assert_eq!(parsed.parameters.text("text"), Some(text.as_str()));
        }
    }
}
