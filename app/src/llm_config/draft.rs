//! What the form of a provider is filled with, by the address of the page.

use models::{id::ProviderId, provider::Provider};

use super::server_functions::LlmConfig;

/// The beginning of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    /// The provider to change; absent to add one.
    pub known: Option<Known>,
    /// The display name.
    pub name: String,
    /// The address.
    pub base_url: String,
    /// The protocol's word; empty to find it out.
    pub kind: &'static str,
}

/// What the form must know of a provider that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// The provider.
    pub id: ProviderId,
    /// Whether there is a key to keep or to remove.
    pub has_key: bool,
}

/// Which form the address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// None.
    Nothing,
    /// One that adds, filled with a name and an address.
    Add(String, String),
    /// One that changes; absent if the address names no provider.
    Edit(Option<ProviderId>),
}

impl Wanted {
    /// Reads the query of the address.
    pub(crate) fn of<'a>(query: impl Fn(&str) -> Option<&'a str>) -> Self {
        if let Some(edit) = query("edit") {
            return Self::Edit(edit.parse().ok());
        }
        let word = |name| query(name).unwrap_or_default().to_owned();
        match query("add") {
            Some(_) => Self::Add(word("name"), word("address")),
            None => Self::Nothing,
        }
    }

    /// The forms to show, one at most.
    pub(crate) fn forms(self, config: &LlmConfig) -> Vec<Draft> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Add(name, base_url) => vec![Draft { known: None, name, base_url, kind: "" }],
            Self::Edit(id) => id
                .and_then(|id| config.provider(id))
                .map(|listed| Draft::of(listed.provider.clone()))
                .into_iter()
                .collect(),
        }
    }
}

impl Draft {
    fn of(provider: Provider) -> Self {
        Self {
            known: Some(Known { id: provider.id, has_key: provider.has_key }),
            name: provider.name,
            base_url: provider.base_url,
            kind: provider.kind.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use models::provider::ProviderKind;

    use super::{super::server_functions::ListedProvider, *};

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8051";

    fn wanted(pairs: &[(&str, &'static str)]) -> Wanted {
        Wanted::of(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value))
    }

    fn config() -> LlmConfig {
        let provider = Provider {
            id: ID.parse().expect("an identifier"),
            kind: ProviderKind::OpenaiChat,
            name: "Local".to_owned(),
            base_url: "http://127.0.0.1:8080/v1".to_owned(),
            has_key: true,
            server: None,
            server_version: None,
            latency_ms: None,
            models: 0,
            checked_at: None,
            last_error: None,
            version: 1,
        };
        let listed = ListedProvider { provider, checks: Vec::new(), test: None };
        LlmConfig { providers: vec![listed], ..LlmConfig::default() }
    }

    #[test]
    fn an_example_fills_the_form() {
        let query = [("add", "1"), ("name", "Ollama"), ("address", "http://127.0.0.1:11434/v1")];
        let forms = wanted(&query).forms(&config());
        assert_eq!(forms.len(), 1);
        assert_eq!((forms[0].name.as_str(), forms[0].known), ("Ollama", None));
        assert_eq!(forms[0].base_url, "http://127.0.0.1:11434/v1");
    }

    #[test]
    fn only_a_provider_that_exists_can_be_edited() {
        // What the address says beside `edit` must not find its way into the form of a stored key.
        let forms = wanted(&[("edit", ID), ("address", "http://evil.example")]).forms(&config());
        assert_eq!(forms.len(), 1);
        assert_eq!(forms[0].base_url, "http://127.0.0.1:8080/v1");
        assert!(forms[0].known.is_some_and(|known| known.has_key));
        assert_eq!(wanted(&[("edit", "x")]).forms(&config()), []);
        assert_eq!(wanted(&[]).forms(&config()), []);
    }
}
