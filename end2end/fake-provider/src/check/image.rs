//! Images in messages: only whole files of kinds that every server with vision takes.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

const MEDIA_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// Whether an `image_url` is a data URL with a known media type and a file in it. Servers on one's own
/// machine fetch no other addresses.
pub(super) fn is_data_url(image_url: &Value) -> bool {
    let url = image_url["url"].as_str().unwrap_or_default();
    let file = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    file.is_some_and(|(media_type, base64)| {
        MEDIA_TYPES.contains(&media_type)
            && STANDARD.decode(base64).is_ok_and(|bytes| !bytes.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_data_urls_with_a_known_file_pass() {
        assert!(is_data_url(&json!({"url": "data:image/png;base64,AA=="})));
        for url in [
            "",
            "https://example.org/a.png",
            "data:image/png;base64,",
            "data:image/png;base64,AA",
            "data:image/svg+xml;base64,AA==",
            "data:text/html;base64,AA==",
            "data:image/png,AA==",
        ] {
            assert!(!is_data_url(&json!({"url": url})), "{url}");
        }
        assert!(!is_data_url(&json!("data:image/png;base64,AA==")));
    }
}
