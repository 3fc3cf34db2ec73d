//! Escapes text for HTML element and attribute content.

/// Appends `text` so that no parser can see markup in it, quoted attributes included.
pub(crate) fn escape_into(out: &mut String, text: &str) {
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            // Parsers turn a lone carriage return into a line break, which would double `\r\n`.
            b'\r' => "",
            // Parsers drop or replace NUL depending on where it stands.
            0 => "\u{fffd}",
            _ => continue,
        };
        out.push_str(&text[copied..at]);
        out.push_str(replacement);
        copied = at + 1;
    }
    out.push_str(&text[copied..]);
}

/// [`escape_into`] a fresh string.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    escape_into(&mut out, text);
    out
}
