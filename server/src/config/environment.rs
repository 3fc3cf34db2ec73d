//! Reads settings from `STUDIO_…` variables; `__` goes one table deeper.

use super::tree::{Entry, Node, Origin};

/// Names the settings file itself, so it is no setting.
pub(super) const CONFIG_VARIABLE: &str = "STUDIO_CONFIG";
const PREFIX: &str = "STUDIO_";

/// The settings among `variables`.
pub(super) fn parse(variables: impl IntoIterator<Item = (String, String)>) -> Entry {
    let mut root = Entry::table(Origin::Environment { name: PREFIX.to_owned() });
    for (name, value) in variables {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        if name == CONFIG_VARIABLE {
            continue;
        }
        let origin = Origin::Environment { name: name.clone() };
        let leaf = Entry { node: Node::Words(value), origin: origin.clone() };
        let path: Vec<String> = rest.split("__").map(str::to_lowercase).collect();
        let nested = path.into_iter().rfold(leaf, |inner, key| Entry {
            node: Node::Table([(key, inner)].into()),
            origin: origin.clone(),
        });
        root.overlay(nested);
    }
    root
}

/// The variable that sets `key`, such as `http.body_bytes`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_underscores_nest_and_other_variables_stay_out() {
        let pairs = [
            ("STUDIO_HTTP__BODY_BYTES", "1"),
            ("STUDIO_HTTP__CONNECTIONS", "2"),
            ("STUDIO_CONFIG", "x.toml"),
            ("PATH", "/bin"),
        ];
        let root = parse(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let Node::Table(root) = root.node else { panic!("no table") };
        assert_eq!(root.keys().collect::<Vec<_>>(), ["http"]);
        let Node::Table(http) = &root["http"].node else { panic!("no table") };
        assert_eq!(http.keys().collect::<Vec<_>>(), ["body_bytes", "connections"]);
        assert_eq!(variable("http.body_bytes"), "STUDIO_HTTP__BODY_BYTES");
    }
}
