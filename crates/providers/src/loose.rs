//! Reads JSON values of the wrong type as absent, since servers disagree about rarely used fields.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// A text; anything else counts as absent. Borrows where JSON has no escapes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Option<Cow<'a, str>>);

impl Text<'_> {
    /// The text, unless it is absent or empty.
    pub(crate) fn filled(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }
}

/// A count that is not negative; anything else is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count(pub(crate) Option<u64>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Loose(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Loose(PhantomData))
    }
}

/// Tells a field that is null from one that is not there.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A tool call's arguments as JSON text, which some servers write as a text that holds the JSON and
/// others as the JSON itself. Empty where there are none.
pub(crate) fn text_or_json(arguments: Option<&RawValue>) -> Cow<'_, str> {
    let Some(raw) = arguments.map(RawValue::get) else { return Cow::Borrowed("") };
    if !raw.starts_with('"') {
        return Cow::Borrowed(raw);
    }
    let text: Text<'_> = serde_json::from_str(raw).unwrap_or_default();
    text.0.unwrap_or_default()
}

/// What the visitor below can make; every method stands for one JSON type.
trait FromLoose<'de>: Default {
    fn from_text(text: Cow<'de, str>) -> Self;
    fn from_whole(number: u64) -> Self;
}

impl<'de> FromLoose<'de> for Text<'de> {
    fn from_text(text: Cow<'de, str>) -> Self {
        Self(Some(text))
    }

    fn from_whole(_: u64) -> Self {
        Self(None)
    }
}

impl FromLoose<'_> for Count {
    fn from_text(text: Cow<'_, str>) -> Self {
        Self(text.parse().ok())
    }

    fn from_whole(number: u64) -> Self {
        Self(Some(number))
    }
}

struct Loose<T>(PhantomData<T>);

impl<'de, T: FromLoose<'de>> Visitor<'de> for Loose<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<T, E> {
        Ok(T::from_text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from_text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Ok(T::from_whole(number))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the guard admits whole numbers that fit exactly"
    )]
    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        let fits = number.fract() == 0.0 && (0.0..9e15).contains(&number);
        Ok(if fits { T::from_whole(number as u64) } else { T::default() })
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(T::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<T, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(T::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed_and_escaped_text_is_not() {
        let borrowed: Text<'_> = serde_json::from_str(r#""abc""#).unwrap();
        assert!(matches!(borrowed.0, Some(Cow::Borrowed("abc"))));
        let owned: Text<'_> = serde_json::from_str(r#""a\n""#).unwrap();
        assert_eq!(owned.filled(), Some("a\n"));
    }

    #[test]
    fn other_types_count_as_absent() {
        for json in ["null", "true", "-1", "1.5", "[1,[2]]", r#"{"a":{"b":1}}"#] {
            assert_eq!(serde_json::from_str::<Text<'_>>(json).unwrap().0, None, "{json}");
            assert_eq!(serde_json::from_str::<Count>(json).unwrap().0, None, "{json}");
        }
        assert_eq!(serde_json::from_str::<Text<'_>>("7").unwrap().0, None);
        for json in ["7", "7.0", r#""7""#] {
            assert_eq!(serde_json::from_str::<Count>(json).unwrap().0, Some(7), "{json}");
        }
    }
}
