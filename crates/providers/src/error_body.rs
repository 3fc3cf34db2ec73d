//! Reads the many shapes of error answers (protocols §1.4, §3).

use std::time::Duration;

use serde_json::Value;

/// How nginx answers http on its https port, in a web page.
const PLAIN_TO_HTTPS: &str = "The plain HTTP request was sent to HTTPS port";

/// What a server said about an error, still in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// The sentence, possibly empty or hostile.
    pub(crate) message: String,
    /// The `type`, lower case.
    pub(crate) kind: String,
    /// The `code`, lower case; a number if the server counts its errors.
    pub(crate) code: String,
    /// The parameter it refuses, with the fields it lies in before it and a point between.
    pub(crate) param: String,
    /// The `reason` in Google's details, lower case.
    pub(crate) reason: String,
    /// How long Google's details ask to wait.
    pub(crate) wait: Option<Duration>,
    /// Whether Google's details say that a day's quota is used up.
    pub(crate) daily_quota: bool,
    /// Whether a web page came instead.
    pub(crate) html: bool,
    /// Whether it says where a person can sign in, as Ollama does for models in the cloud.
    pub(crate) signs_in: bool,
}

impl ErrorBody {
    /// Reads the body of an answer that is known to be an error.
    pub(crate) fn parse(body: &[u8]) -> Self {
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            return Self::from_value(&value)
                .unwrap_or_else(|| Self::from_words(&value.to_string()));
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        if text.contains(PLAIN_TO_HTTPS) {
            return Self::from_words(PLAIN_TO_HTTPS);
        }
        if text.starts_with('<') {
            return Self { html: true, ..Self::default() };
        }
        Self::from_words(text)
    }

    /// Reads JSON that may be an error; nothing if it has none of the known shapes.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        if let Value::Array(items) = value {
            return match items.as_slice() {
                [only] => Self::from_value(only),
                _ => None,
            };
        }
        let inner = match value.get("error") {
            Some(Value::Object(_)) => value.get("error")?,
            Some(Value::String(words)) if !words.is_empty() => {
                return Some(Self { message: words.clone(), ..Self::labels(value) });
            }
            _ => value,
        };
        let message = match (inner.get("message"), value.get("detail")) {
            (Some(Value::String(message)), _) => message.clone(),
            (Some(message), _) if !message.is_null() => message.to_string(),
            (_, Some(detail)) => {
                let param = detail.get(0).map(place).unwrap_or_default();
                return Some(Self { message: details(detail), param, ..Self::labels(inner) });
            }
            _ if std::ptr::eq(inner, value) => return None,
            _ => inner.to_string(),
        };
        Some(Self { message, ..Self::labels(inner) })
    }

    /// An error that is nothing but words.
    fn from_words(words: &str) -> Self {
        Self { message: words.to_owned(), ..Self::default() }
    }

    fn labels(value: &Value) -> Self {
        let label = |name: &str| match value.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        // Anthropic's, beside a type that says less.
        let detail = || {
            let code = value.get("details").and_then(|details| details.get("error_code"));
            code.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let kind = ["type", "error_type", "status"]
            .into_iter()
            .map(label)
            .find(|kind| !kind.is_empty())
            .unwrap_or_default();
        let mut body = Self {
            kind: kind.to_lowercase(),
            code: Some(label("code"))
                .filter(|code| !code.is_empty())
                .unwrap_or_else(detail)
                .to_lowercase(),
            param: label("param"),
            signs_in: !label("signin_url").is_empty(),
            ..Self::default()
        };
        for detail in value.get("details").and_then(Value::as_array).into_iter().flatten() {
            body.detail(detail);
        }
        // Google asks to wait some seconds even then, which helps nobody.
        body.wait = body.wait.filter(|_| !body.daily_quota);
        body
    }

    /// One of Google's details, which are told apart by their fields as well as by their type.
    fn detail(&mut self, detail: &Value) {
        if let Some(reason) = detail["reason"].as_str() {
            self.reason = reason.to_lowercase();
        }
        if let Some(delay) = detail["retryDelay"].as_str() {
            let seconds = delay.strip_suffix('s').and_then(|number| number.parse().ok());
            self.wait = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        }
        for violation in detail["violations"].as_array().into_iter().flatten() {
            self.daily_quota |=
                violation["quotaId"].as_str().is_some_and(|quota| quota.contains("PerDay"));
        }
        for violation in detail["fieldViolations"].as_array().into_iter().flatten() {
            if let Some(field) = violation["field"].as_str().filter(|_| self.param.is_empty()) {
                self.param = field.to_owned();
            }
        }
    }

    /// Whether type, code or reason is one of these.
    pub(crate) fn is(&self, labels: &[&str]) -> bool {
        let own = [&self.kind, &self.code, &self.reason];
        labels.iter().any(|label| own.into_iter().any(|word| word == label))
    }
}

/// FastAPI's `detail`: a text, or a list of places and messages.
fn details(detail: &Value) -> String {
    let Value::Array(items) = detail else {
        return detail.as_str().map_or_else(|| detail.to_string(), str::to_owned);
    };
    let lines: Vec<_> = items
        .iter()
        .map(|item| {
            let text = item.get("msg").and_then(Value::as_str).unwrap_or_default();
            format!("{}: {text}", place(item))
        })
        .collect();
    lines.join("; ")
}

/// Where in the request one of FastAPI's details has found something.
fn place(item: &Value) -> String {
    let parts: Vec<_> = item
        .get("loc")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
        .collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_the_zoo_gives_its_words() {
        for (body, words) in [
            (r#"{"error":{"message":"a b","type":"t","param":null,"code":null}}"#, "a b"),
            (r#"{"error":"Unauthorized"}"#, "Unauthorized"),
            (r#"{"error":"too long","error_type":"validation"}"#, "too long"),
            (r#"{"object":"error","message":"m","code":40004}"#, "m"),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            (
                r#"{"detail":[{"loc":["body","stream_options",0],"msg":"Extra inputs"}]}"#,
                "body.stream_options.0: Extra inputs",
            ),
            (r#"[{"error":{"message":"g","status":"INVALID_ARGUMENT"}}]"#, "g"),
            (r#"{"error":{"detail":1}}"#, r#"{"detail":1}"#),
            (r#"{"odd":true}"#, r#"{"odd":true}"#),
            ("just words", "just words"),
            ("<html><script>x</script>", ""),
            ("", ""),
        ] {
            assert_eq!(ErrorBody::parse(body.as_bytes()).message, words, "{body}");
        }
    }

    #[test]
    fn labels_are_read_wherever_servers_put_them() {
        let read = |body: &str| {
            let body = ErrorBody::parse(body.as_bytes());
            (body.kind, body.code, body.param)
        };
        let labels = |kind: &str, code: &str, param: &str| {
            (kind.to_owned(), code.to_owned(), param.to_owned())
        };
        assert_eq!(
            read(r#"{"error":{"message":"m","type":"Invalid","code":400,"param":"seed"}}"#),
            labels("invalid", "400", "seed")
        );
        assert_eq!(
            read(r#"{"error":"m","error_type":"validation"}"#),
            labels("validation", "", "")
        );
        assert_eq!(read(r#"[{"error":{"message":"m","status":"X"}}]"#), labels("x", "", ""));
        let detail = r#"{"detail":[{"loc":["body","seed"],"msg":"Extra inputs"}]}"#;
        assert_eq!(read(detail), labels("", "", "body.seed"));
        let details =
            r#"{"type":"error","error":{"type":"t","message":"m","details":{"error_code":"c"}}}"#;
        assert_eq!(read(details), labels("t", "c", ""));
    }

    #[test]
    fn a_place_to_sign_in_is_noticed() {
        let body =
            ErrorBody::parse(br#"{"error":"unauthorized","signin_url":"https://o.example"}"#);
        assert!(body.signs_in && body.message == "unauthorized");
        assert!(!ErrorBody::parse(br#"{"error":"unauthorized"}"#).signs_in);
    }

    #[test]
    fn ordinary_json_is_no_error() {
        for json in
            [r#"{"data":[]}"#, "[]", "[1,2]", "null", r#"{"error":null}"#, r#"{"error":""}"#]
        {
            let value = serde_json::from_str(json).unwrap();
            assert_eq!(ErrorBody::from_value(&value), None, "{json}");
        }
    }
}
