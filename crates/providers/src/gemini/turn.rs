//! Keeps the model's turn as it must come back: signed parts to the letter (protocols §3).

use serde::Serialize;
use serde_json::value::RawValue;

use super::chunk::Part;

/// The parts of one turn so far.
#[derive(Debug, Default)]
pub(super) struct Turn {
    parts: Vec<Kept>,
    is_signed: bool,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Kept {
    /// Texts without a signature may be joined, which saves most of the room.
    Text {
        text: String,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        thought: bool,
    },
    Verbatim(Box<RawValue>),
}

impl Turn {
    /// Adds a part; `raw` is how it came.
    pub(super) fn add(&mut self, raw: &RawValue, part: &Part<'_>) {
        self.is_signed |= part.is_signed();
        let plain =
            part.text.as_deref().filter(|_| !part.is_signed() && part.function_call.is_none());
        let Some(more) = plain else {
            self.parts.push(Kept::Verbatim(raw.to_owned()));
            return;
        };
        match self.parts.last_mut() {
            _ if more.is_empty() => {}
            Some(Kept::Text { text, thought }) if *thought == part.is_thought() => {
                text.push_str(more);
            }
            _ => self.parts.push(Kept::Text { text: more.to_owned(), thought: part.is_thought() }),
        }
    }

    /// The parts as JSON, if there is anything in them that text and calls do not hold.
    pub(super) fn state(&self) -> Option<String> {
        self.is_signed.then(|| serde_json::to_string(&self.parts).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(parts: &[&str]) -> Option<String> {
        let mut turn = Turn::default();
        for json in parts {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            turn.add(raw, &Part::read(raw).unwrap());
        }
        turn.state()
    }

    #[test]
    fn signed_parts_stay_as_they_are_and_plain_texts_are_joined() {
        let kept = state(&[
            r#"{"text":"hm","thought":true}"#,
            r#"{"text":"a"}"#,
            r#"{"text":"b"}"#,
            r#"{"text":""}"#,
            r#"{ "text" : "c", "thoughtSignature":"A\/=" }"#,
            r#"{"functionCall":{"name":"f","args":{"n":1.50}}}"#,
            r#"{"text":"","thoughtSignature":"B"}"#,
        ]);
        let expected = concat!(
            r#"[{"text":"hm","thought":true},{"text":"ab"},"#,
            r#"{ "text" : "c", "thoughtSignature":"A\/=" },"#,
            r#"{"functionCall":{"name":"f","args":{"n":1.50}}},"#,
            r#"{"text":"","thoughtSignature":"B"}]"#,
        );
        assert_eq!(kept.as_deref(), Some(expected));
    }

    #[test]
    fn without_a_signature_there_is_nothing_to_keep() {
        assert_eq!(state(&[r#"{"text":"a"}"#, r#"{"functionCall":{"name":"f"}}"#]), None);
    }
}
