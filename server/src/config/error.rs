//! What can be wrong with the settings, as sentences for the person at the console.

use std::net::SocketAddr;

use super::{
    deserialize::{Kind, Problem},
    environment,
    tree::Origin,
};

/// Settings whose values may hold a password.
const SECRET: &[&str] = &["database_url"];
/// How alike two names must be (1 is the same) for one to be a slip of the other.
const LIKENESS: f64 = 0.75;

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was asked for cannot be read.
    #[error(
        "The settings file {file} cannot be read: {cause}. Check the path given by --config or STUDIO_CONFIG."
    )]
    Unreadable {
        /// Its path.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{file}, line {line}: {message}.")]
    Syntax {
        /// Its path.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A setting has a name that does not exist, or a value that does not fit.
    #[error("{0}")]
    Setting(String),
    /// A number is below what works.
    #[error("{key} must be at least {least}.")]
    TooSmall {
        /// The setting.
        key: &'static str,
        /// The smallest number allowed.
        least: u64,
    },
    /// Others could reach the address.
    #[error(
        "address is {0}, which other machines can reach. Chat Studio has no sign-in yet, so it \
         listens on this machine only: use 127.0.0.1:{port} or [::1]:{port}.", port = .0.port()
    )]
    ReachableAddress(SocketAddr),
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        let path: Vec<&str> = problem.path.iter().rev().map(String::as_str).collect();
        let key = path.join(".");
        let (origin, shown) = match problem.place {
            Some((origin, shown)) => (Some(origin), shown),
            None => (None, String::new()),
        };
        let variable = matches!(origin, Some(Origin::Environment { .. }));
        let place = match origin {
            Some(Origin::File { file, line }) => format!("{file}, line {line}: "),
            _ => String::new(),
        };
        let name = |key: &str| if variable { environment::variable(key) } else { key.to_owned() };
        let shown = if SECRET.contains(&key.as_str()) { "hidden".to_owned() } else { shown };
        let sentence = match problem.kind {
            Kind::UnknownKey { expected } => {
                let hint = hint(&path, expected, name);
                format!("there is no setting {}. {hint}", name(&key))
            }
            Kind::Expected(expected) => {
                format!("{} is {shown}; expected {expected}.", name(&key))
            }
            Kind::Other(message) => format!("{} is {shown}: {message}.", name(&key)),
        };
        Self::Setting(format!("{place}{sentence}"))
    }
}

/// The nearest right name, or all of them.
fn hint(path: &[&str], expected: &[&str], name: impl Fn(&str) -> String) -> String {
    let Some((wrong, tables)) = path.split_last() else { return String::new() };
    let full = |key: &str| {
        let mut path = tables.to_vec();
        path.push(key);
        name(&path.join("."))
    };
    let nearest = expected
        .iter()
        .map(|key| (strsim::jaro_winkler(wrong, key), key))
        .max_by(|left, right| left.0.total_cmp(&right.0));
    match nearest {
        Some((likeness, key)) if likeness >= LIKENESS => format!("Did you mean {}?", full(key)),
        _ => {
            let all: Vec<String> = expected.iter().map(|key| full(key)).collect();
            format!("There are: {}.", all.join(", "))
        }
    }
}
