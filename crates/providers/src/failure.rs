//! Says what the error answers of servers mean, and whether to try again (protocols §1.4).

mod classify;

use std::time::{Duration, SystemTime};

use models::run::FailureClass;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use secrecy::ExposeSecret;

use self::classify::classify;
use crate::{
    error::{ProviderError, hide_key},
    error_body::ErrorBody,
    lacking::Lacking,
    transport::Server,
};

/// Groq's word for a tool call of the model's that it could not read (protocols §1.7).
const BAD_CALL: &str = "tool_use_failed";
/// Longest part of a server's own words that is shown, in characters.
const SHOWN: usize = 600;
/// The longest wait a server may ask for before the request is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What an answer with an error status means.
pub(crate) fn from_response(
    server: &Server,
    status: u16,
    headers: &HeaderMap,
    body: &ErrorBody,
) -> ProviderError {
    if (300..400).contains(&status) {
        return redirect(server, status, headers);
    }
    let class = classify(Some(status), body);
    let said = words(server, body);
    let message = if body.html {
        format!("{} answered {status} with a web page.", server.name)
    } else if let Some(lacking) = Lacking::named_by(Some(status), body) {
        format!("{} answered {status}: {} ({said})", server.name, lacking.matter())
    } else if said.is_empty() {
        format!("{} answered {status} without saying why.", server.name)
    } else {
        format!("{} answered {status}: {said}", server.name)
    };
    let wait = requested_wait(headers).or(body.wait);
    let mut error = ProviderError::new(class, message, action(class, server, body, wait));
    error.status = Some(status);
    // Asked again, the model usually writes a call that can be read.
    error.ask_to_wait(wait, is_retryable(class, status) || body.is(&[BAD_CALL]));
    if class != FailureClass::Quota
        && let Some(advice) = headers.get("x-should-retry")
    {
        error.retryable = advice == "true";
    }
    error
}

/// What an error inside an answer with status 200 means.
pub(crate) fn in_band(server: &Server, body: &ErrorBody) -> ProviderError {
    let status = body.code.parse().ok().filter(|status| (400..600).contains(status));
    let class = classify(status, body);
    let said = words(server, body);
    let message = if said.is_empty() {
        format!("{} reported an error without saying which.", server.name)
    } else {
        format!("{} reported an error: {said}", server.name)
    };
    let mut error = ProviderError::new(class, message, action(class, server, body, body.wait));
    error.status = status;
    error.ask_to_wait(body.wait, is_retryable(class, status.unwrap_or_default()));
    error
}

impl ProviderError {
    /// Keeps the wait the server asks for, unless it is longer than anyone watches a run: then an
    /// earlier attempt is only refused again.
    fn ask_to_wait(&mut self, wait: Option<Duration>, retryable: bool) {
        self.retry_after = wait.filter(|wait| *wait <= LONGEST_WAIT);
        self.retryable = retryable && wait.is_none_or(|wait| wait <= LONGEST_WAIT);
    }
}

fn is_retryable(class: FailureClass, status: u16) -> bool {
    let never = matches!(status, 501 | 505);
    let passing =
        matches!(class, FailureClass::RateLimit | FailureClass::Overloaded | FailureClass::Timeout);
    passing && !never
}

fn action(
    class: FailureClass,
    server: &Server,
    body: &ErrorBody,
    wait: Option<Duration>,
) -> String {
    let message = body.message.to_lowercase();
    let lacking = Lacking::named_by(None, body).filter(|_| class == FailureClass::BadRequest);
    if let Some(lacking) = lacking {
        return lacking.action(body).to_owned();
    }
    let fixed = match class {
        FailureClass::Protocol if body.is(&[BAD_CALL]) => {
            "The model wrote a tool call that cannot be read. Try again, or choose a model that is \
             good with tools."
        }
        FailureClass::Authentication if body.signs_in => {
            "This model runs in the cloud: sign in on the server's machine, for Ollama with `ollama \
             signin`, or choose a model that runs locally."
        }
        FailureClass::Authentication if server.key.is_none() => {
            "This server wants a key: enter one for this provider."
        }
        FailureClass::Authentication => {
            "Check the key of this provider and what it may be used for."
        }
        FailureClass::Quota => "Top up the account at the provider, or choose another model.",
        FailureClass::Context => {
            "Shorten the message, begin a new conversation, or choose a model with a larger context."
        }
        FailureClass::NotFound => {
            return format!(
                "Refresh the list of models, and check the model's name and the base URL; {}.",
                server.base_url_hint
            );
        }
        FailureClass::Filter => "Put the message differently, or choose another model.",
        FailureClass::RateLimit | FailureClass::Overloaded => {
            if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                return format!("Try again in {} s.", wait.as_secs_f64().ceil());
            }
            if message.contains("loading model") {
                "The server is starting: try again in a moment."
            } else if message.contains("more system memory") {
                "Choose a smaller model or a shorter context, or free memory on the server."
            } else {
                "Try again in a moment, or choose another model."
            }
        }
        FailureClass::BadRequest if message.contains("host header") => {
            "Allow this server's host name in its own settings."
        }
        FailureClass::BadRequest
            if message.contains("https port") || message.contains("https server") =>
        {
            "Try the address with https:// instead of http://."
        }
        FailureClass::BadRequest => "Check the model and its parameters.",
        _ => "Try again in a moment.",
    };
    fixed.to_owned()
}

/// The server's words: without the key, control characters and line breaks, and not too long.
fn words(server: &Server, body: &ErrorBody) -> String {
    let mut text = body.message.clone();
    if let Some(key) = &server.key {
        // Before it is cut, lest half a key remain.
        text = hide_key(&text, key.expose_secret());
    }
    let clean: Vec<_> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let clean = clean.join(" ");
    match clean.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

fn redirect(server: &Server, status: u16, headers: &HeaderMap) -> ProviderError {
    let target = headers
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| url::Url::parse(location).ok())
        .map(|url| format!(" to {}", url.origin().ascii_serialization()))
        .unwrap_or_default();
    let mut error = ProviderError::new(
        FailureClass::NotFound,
        format!("{} redirects{target}, which is not followed.", server.name),
        "Enter the address the server really has as the base URL.",
    );
    error.status = Some(status);
    error
}

/// How long the server asks to wait: `retry-after-ms`, else `retry-after` as seconds or a date.
fn requested_wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let number = |text: &str| text.trim().parse::<f64>().ok();
    if let Some(milliseconds) = text("retry-after-ms").and_then(number) {
        return Duration::try_from_secs_f64(milliseconds / 1_000.0).ok();
    }
    let value = text(RETRY_AFTER.as_str())?;
    if let Some(seconds) = number(value) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests;
