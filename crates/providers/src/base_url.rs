//! Turns what a person types as a server's address into a base URL (protocols §5.1).

use url::{Host, Url};

use crate::guard::{is_local_host, is_local_name};

/// Longest address that is looked at, in bytes.
const LONGEST: usize = 2_048;

/// The only part of a query that belongs to a base URL (protocols §1.7, Azure).
const API_VERSION: &str = "api-version";
/// Paths of single calls that people copy together with the base address; longest first.
const CALLS: [&str; 11] = [
    "/api/generate",
    "/api/chat",
    "/api/tags",
    "/chat/completions",
    "/completions",
    "/embeddings",
    "/responses",
    "/messages",
    "/models",
    "/chat",
    "/v1/v1",
];

/// Why an address cannot be used. Never repeats credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Nothing was given.
    #[error("There is no address.")]
    Empty,
    /// Neither http nor https.
    #[error("“{0}” addresses cannot be used.")]
    Scheme(String),
    /// A user name or password is part of it.
    #[error("The address has a user name or password in it, which the key's own field is for.")]
    Credentials,
    /// It is no URL at all.
    #[error("This is no usable address ({0}).")]
    Invalid(String),
}

/// Turns input into a base URL: adds a scheme where there is none (`http` for local and bare hosts,
/// `https` otherwise), drops fragment, query and the path of a single call, keeps any other path and
/// adds `/v1` where there is none. Of the query Azure's `api-version` stays, without which addresses
/// of single deployments answer nothing. The result has no trailing slash, and normalising it again
/// changes nothing. Whether the address may be reached is the guard's question, asked on use.
///
/// # Errors
/// When it is empty, carries credentials, or is no http or https URL.
pub fn normalize_base_url(input: &str) -> Result<Url, BaseUrlError> {
    let input = input.trim();
    if input.is_empty() {
        return Err(BaseUrlError::Empty);
    }
    if input.len() > LONGEST {
        return Err(BaseUrlError::Invalid("it is too long".to_owned()));
    }
    if input.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(BaseUrlError::Invalid("it contains a space or a backslash".to_owned()));
    }
    let mut url = parse(input)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(BaseUrlError::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BaseUrlError::Credentials);
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(BaseUrlError::Invalid("it names no host".to_owned()));
    }
    if url.port() == Some(0) {
        return Err(BaseUrlError::Invalid("port 0 does not exist".to_owned()));
    }
    let version = url.query_pairs().find(|(name, _)| name == API_VERSION);
    let version = version.map(|(_, version)| version.into_owned()).filter(|v| !v.is_empty());
    url.set_query(None);
    if let Some(version) = version {
        url.query_pairs_mut().append_pair(API_VERSION, &version);
    }
    url.set_fragment(None);
    let path = base_path(url.path());
    url.set_path(&path);
    Ok(url)
}

fn parse(input: &str) -> Result<Url, BaseUrlError> {
    let invalid = |error: url::ParseError| BaseUrlError::Invalid(error.to_string());
    if input.contains("://") {
        return Url::parse(input).map_err(invalid);
    }
    let rest = input.trim_start_matches('/');
    let plain = Url::parse(&format!("http://{rest}")).map_err(invalid)?;
    let local = match plain.host() {
        Some(Host::Domain(name)) => is_local_name(name),
        _ => is_local_host(&plain),
    };
    if local { Ok(plain) } else { Url::parse(&format!("https://{rest}")).map_err(invalid) }
}

/// The path without calls, doubled or trailing slashes; `/v1` if nothing remains.
fn base_path(path: &str) -> String {
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut path = format!("/{}", segments.join("/"));
    while let Some(call) = CALLS.iter().find(|call| path.ends_with(*call)) {
        let kept = if *call == "/v1/v1" { "/v1".len() } else { 0 };
        path.truncate(path.len() - call.len() + kept);
    }
    if path.is_empty() || path == "/" { "/v1".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(input: &str) -> String {
        normalize_base_url(input).unwrap().to_string()
    }

    #[test]
    fn scheme_path_and_suffix_are_completed() {
        for (input, expected) in [
            ("localhost:8080", "http://localhost:8080/v1"),
            (" 127.0.0.1:8080/ ", "http://127.0.0.1:8080/v1"),
            ("ollama", "http://ollama/v1"),
            ("nas.local:1234", "http://nas.local:1234/v1"),
            ("[::1]:8080", "http://[::1]:8080/v1"),
            ("api.openai.com", "https://api.openai.com/v1"),
            ("8.8.8.8", "https://8.8.8.8/v1"),
            ("//example.com", "https://example.com/v1"),
            ("HTTP://Example.com:80/", "http://example.com/v1"),
            ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
            ("https://api.groq.com/openai/v1/", "https://api.groq.com/openai/v1"),
            ("http://h/v1/chat/completions?x=1#y", "http://h/v1"),
            ("http://h/chat/completions", "http://h/v1"),
            (
                "https://me.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-01-01-preview&x=1",
                "https://me.openai.azure.com/openai/deployments/d?api-version=2025-01-01-preview",
            ),
            ("http://h/v1/models/", "http://h/v1"),
            ("http://h:11434/api/chat", "http://h:11434/v1"),
            ("http://h/proxy//llm/", "http://h/proxy/llm"),
            ("http://h/v1/v1", "http://h/v1"),
            ("https://bücher.example", "https://xn--bcher-kva.example/v1"),
        ] {
            assert_eq!(normal(input), expected, "{input}");
        }
    }

    #[test]
    fn unusable_input_is_refused_with_the_reason() {
        assert_eq!(normalize_base_url("  "), Err(BaseUrlError::Empty));
        assert_eq!(
            normalize_base_url("ftp://example.com"),
            Err(BaseUrlError::Scheme("ftp".to_owned()))
        );
        for input in ["https://me:secret@example.com", "me@example.com/v1"] {
            let error = normalize_base_url(input).unwrap_err();
            assert_eq!(error, BaseUrlError::Credentials, "{input}");
            assert!(!error.to_string().contains("secret"));
        }
        for input in
            ["http://", "not a url", "http://h:99999", "http://h:0", "a\\b", "javascript:x"]
        {
            let result = normalize_base_url(input);
            assert!(matches!(result, Err(BaseUrlError::Invalid(_))), "{input}: {result:?}");
        }
        assert!(normalize_base_url(&"a".repeat(5_000)).is_err());
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(
            input in "(http://|https://|)[a-z0-9.:\\[\\]]{1,20}(/(v1|models|api|chat|completions|x%20y|\\.\\.|)){0,5}(\\?api-version=[a é+%&#]{0,5})?"
        ) {
            if let Ok(once) = normalize_base_url(&input) {
                let twice = normalize_base_url(once.as_str());
                prop_assert_eq!(twice.as_ref(), Ok(&once));
            }
        }

        #[test]
        fn any_input_is_answered_without_panic(input in "\\PC{0,80}") {
            let _ = normalize_base_url(&input).map_err(|error| error.to_string());
        }
    }
}
