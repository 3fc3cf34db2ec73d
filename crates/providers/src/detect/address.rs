//! What a person typed, as the root of a server and the places its lists may be (protocols §5.1).

use models::detection::ServerKind;
use url::Url;

use crate::{BaseUrlError, caller::below, normalize_base_url};

/// What protocols put between a server's root and their calls; longest first.
const SUFFIXES: [&str; 7] =
    ["/v1beta/openai", "/openai/v1", "/api/v1", "/api/v0", "/v1beta", "/api", "/v1"];

/// A server's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Below it lie all paths of all protocols; an unknown path in front is kept.
    pub(super) root: Url,
    /// The base URLs under which OpenAI's protocol is looked for, best first.
    pub(super) bases: Vec<Url>,
}

impl Address {
    /// Takes apart what was typed.
    pub(super) fn read(typed: &str) -> Result<Self, BaseUrlError> {
        let base = normalize_base_url(typed)?;
        let suffix = SUFFIXES.into_iter().find(|suffix| base.path().ends_with(suffix));
        let Some(suffix) = suffix else {
            let bases = vec![below(&base, &["v1"]), base.clone()];
            return Ok(Self { root: base, bases });
        };
        let mut root = base.clone();
        root.set_path(&base.path()[..base.path().len() - suffix.len()]);
        let mut bases = vec![base];
        for other in [below(&root, &["v1"]), root.clone()] {
            if !bases.contains(&other) {
                bases.push(other);
            }
        }
        Ok(Self { root, bases })
    }

    /// The base URL of a protocol, where it follows from the root.
    pub(super) fn base(&self, kind: ServerKind) -> Url {
        match kind {
            ServerKind::Ollama => self.root.clone(),
            ServerKind::Gemini => below(&self.root, &["v1beta"]),
            ServerKind::AzureOpenAi => below(&self.root, &["openai", "v1"]),
            _ => below(&self.root, &["v1"]),
        }
    }
}

/// A service everybody knows, by its host; it needs no probing.
pub(super) fn known_host(address: &Address) -> Option<(ServerKind, Url)> {
    let host = address.root.domain()?;
    let kind = match host {
        "api.openai.com" => ServerKind::OpenAi,
        "api.anthropic.com" => ServerKind::Anthropic,
        "generativelanguage.googleapis.com" => ServerKind::Gemini,
        "openrouter.ai" => ServerKind::OpenRouter,
        "api.groq.com" => ServerKind::Groq,
        "api.mistral.ai" => ServerKind::Mistral,
        "api.deepseek.com" => ServerKind::DeepSeek,
        _ if host.ends_with(".openai.azure.com") => ServerKind::AzureOpenAi,
        _ => return None,
    };
    let mut root = address.root.clone();
    root.set_path("");
    let base = match kind {
        ServerKind::OpenRouter => below(&root, &["api", "v1"]),
        ServerKind::Groq => below(&root, &["openai", "v1"]),
        _ => Address { root, bases: Vec::new() }.base(kind),
    };
    Some((kind, base))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> (String, Vec<String>) {
        let address = Address::read(typed).unwrap();
        let bases = address.bases.iter().map(|base| base.to_string()).collect();
        (address.root.to_string(), bases)
    }

    #[test]
    fn suffixes_are_taken_off_and_unknown_paths_kept() {
        for (typed, root, bases) in [
            ("localhost:8080", "http://localhost:8080/", &["/v1", "/"][..]),
            (" http://h:1/v1/ ", "http://h:1/", &["/v1", "/"]),
            ("http://h:1/api", "http://h:1/", &["/api", "/v1", "/"]),
            ("http://h:1/v1/chat/completions?x=1#y", "http://h:1/", &["/v1", "/"]),
            ("http://h:1/openai/v1", "http://h:1/", &["/openai/v1", "/v1", "/"]),
            ("http://h:1/llm/proxy", "http://h:1/llm/proxy", &["/llm/proxy/v1", "/llm/proxy"]),
            ("http://h:1/openai", "http://h:1/openai", &["/openai/v1", "/openai"]),
            ("http://h:1/llm/v1", "http://h:1/llm", &["/llm/v1", "/llm"]),
        ] {
            let bases = bases.iter().map(|path| format!("http://h:1{path}"));
            let bases: Vec<_> = bases.map(|url| url.replace("h:1", &typed_host(typed))).collect();
            assert_eq!(read(typed), (root.to_owned(), bases), "{typed}");
        }
    }

    fn typed_host(typed: &str) -> String {
        if typed.contains("localhost") { "localhost:8080".to_owned() } else { "h:1".to_owned() }
    }

    #[test]
    fn known_hosts_have_their_protocol_and_base() {
        let known = |typed: &str| {
            let address = Address::read(typed).unwrap();
            known_host(&address).map(|(kind, base)| (kind, base.to_string()))
        };
        for (typed, kind, base) in [
            ("api.openai.com", ServerKind::OpenAi, "https://api.openai.com/v1"),
            ("https://api.anthropic.com", ServerKind::Anthropic, "https://api.anthropic.com/v1"),
            (
                "https://generativelanguage.googleapis.com/v1beta/openai/",
                ServerKind::Gemini,
                "https://generativelanguage.googleapis.com/v1beta",
            ),
            ("openrouter.ai", ServerKind::OpenRouter, "https://openrouter.ai/api/v1"),
            ("api.groq.com/openai/v1", ServerKind::Groq, "https://api.groq.com/openai/v1"),
            ("api.mistral.ai/v1", ServerKind::Mistral, "https://api.mistral.ai/v1"),
            ("https://api.deepseek.com", ServerKind::DeepSeek, "https://api.deepseek.com/v1"),
            (
                "https://mine.openai.azure.com/openai/deployments/x",
                ServerKind::AzureOpenAi,
                "https://mine.openai.azure.com/openai/v1",
            ),
        ] {
            assert_eq!(known(typed), Some((kind, base.to_owned())), "{typed}");
        }
        assert_eq!(known("https://api.openai.com.evil.example"), None);
        assert_eq!(known("https://openai.azure.com.evil.example"), None);
    }
}
