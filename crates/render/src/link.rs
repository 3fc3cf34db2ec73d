//! Decides which addresses an answer may link to.

use ammonia::Url;

use crate::escape::{escape_into, escaped};

/// The address in its canonical spelling, if a person may be led there.
///
/// Only `http`, `https` and `mailto`, spelt out, and no `user@` that could pose as the host.
pub(crate) fn allowed(address: &str) -> Option<Url> {
    let scheme = address.split(':').next()?.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https" | "mailto") {
        return None;
    }
    let url = Url::parse(address).ok()?;
    (url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Opening tag of a link; [`crate::sanitise`] adds what keeps the target from reaching back.
pub(crate) fn open_tag(url: &Url) -> String {
    format!(r#"<a href="{}">"#, escaped(url.as_str()))
}

/// What stands in the place of an image, which never loads by itself.
pub(crate) fn image_placeholder(address: &str, alt: &str, inside_link: bool) -> String {
    let url = allowed(address);
    let host = url.as_ref().and_then(Url::host_str).unwrap_or("no address to open");
    let alt = if alt.trim().is_empty() { "Image" } else { alt.trim() };
    let label = format!("{} ({})", escaped(alt), escaped(host));
    match url {
        Some(url) if !inside_link && url.has_host() => {
            let href = escaped(url.as_str());
            format!(r#"<a class="remote-image" href="{href}">{label}</a>"#)
        }
        _ => format!(r#"<span class="remote-image">{label}</span>"#),
    }
}

/// Appends text, turning bare web addresses in it into links.
pub(crate) fn linkify_into(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = next_address(rest) {
        let length = address_length(&rest[at..]);
        let address = &rest[at..at + length];
        escape_into(out, &rest[..at]);
        match allowed(address) {
            Some(url) => {
                out.push_str(&open_tag(&url));
                escape_into(out, address);
                out.push_str("</a>");
            }
            None => escape_into(out, address),
        }
        rest = &rest[at + length..];
    }
    escape_into(out, rest);
}

/// Where the next `http://` or `https://` begins that is not the end of a longer word.
fn next_address(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(at, _)| at).find(|&at| {
        let rest = &text[at + 4..];
        (rest.starts_with("://") || rest.starts_with("s://"))
            && !text[..at].ends_with(char::is_alphanumeric)
    })
}

/// Length of the address, without the punctuation of the sentence around it.
fn address_length(text: &str) -> usize {
    let stop = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`');
    let mut address = &text[..text.find(stop).unwrap_or(text.len())];
    let count = |wanted| address.bytes().filter(|&byte| byte == wanted).count();
    let mut unmatched = count(b')').saturating_sub(count(b'('));
    loop {
        let shorter =
            address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', ']']);
        address = match shorter.strip_suffix(')') {
            Some(inner) if unmatched > 0 => {
                unmatched -= 1;
                inner
            }
            _ => return shorter.len(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_schemes_pass() {
        for address in ["https://a.example/", "HTTP://a.example", "mailto:a@b.example"] {
            assert!(allowed(address).is_some(), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//a.example",
            "/a",
            "#a",
            "ftp://a",
            " https://a",
            "https:// a",
            "https://u:p@a.example",
            "vbscript:x",
            "java\nscript:x",
            "file:///etc",
            "blob:https://a",
        ] {
            assert!(allowed(address).is_none(), "{address}");
        }
    }

    #[test]
    fn bare_addresses_end_before_the_sentence_does() {
        let mut out = String::new();
        linkify_into(&mut out, "(see https://a.example/x_(y)). xhttp://no http://");
        insta::assert_snapshot!(out, @r#"(see <a href="https://a.example/x_(y)">https://a.example/x_(y)</a>). xhttp://no http://"#);
    }
}
