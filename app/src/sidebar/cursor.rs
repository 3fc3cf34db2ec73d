//! A place in the conversation list as text for an address: `<milliseconds>_<identifier>`.

use models::conversation::ConversationCursor;
#[cfg(any(feature = "ssr", test))]
use models::timestamp::Timestamp;

/// The text that names `cursor`.
pub(crate) fn cursor_text(cursor: ConversationCursor) -> String {
    format!("{}_{}", cursor.updated_at.0, cursor.id)
}

/// The cursor a text names, if it names one.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn parse_cursor(text: &str) -> Option<ConversationCursor> {
    let (millis, id) = text.split_once('_')?;
    Some(ConversationCursor { updated_at: Timestamp(millis.parse().ok()?), id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_address() {
        let text = "1795366861999_01890a5d-ac96-774b-bcce-b302099a8057";
        let cursor = parse_cursor(text).expect("a cursor");
        assert_eq!(cursor.updated_at, Timestamp(1_795_366_861_999));
        assert_eq!(cursor_text(cursor), text);
        assert_eq!(parse_cursor("yesterday"), None);
        assert_eq!(parse_cursor("1_2"), None);
    }
}
