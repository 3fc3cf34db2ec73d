//! Settings as read, each with the place it came from.

use std::collections::BTreeMap;

/// A setting or a table of settings.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) node: Node,
    pub(super) origin: Origin,
}

/// What stands in a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Table(BTreeMap<String, Entry>),
    List(Vec<Entry>),
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// From the environment, where everything is text: read as whatever is wanted.
    Words(String),
}

/// Where a setting was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Line of a file, from 1.
    File { file: String, line: usize },
    /// A variable.
    Environment { name: String },
}

impl Entry {
    pub(super) fn table(origin: Origin) -> Self {
        Self { node: Node::Table(BTreeMap::new()), origin }
    }

    /// Lays `upper` over this: tables merge, everything else is replaced.
    pub(super) fn overlay(&mut self, upper: Self) {
        match (&mut self.node, upper.node) {
            (Node::Table(below), Node::Table(above)) => {
                for (key, entry) in above {
                    match below.get_mut(&key) {
                        Some(place) => place.overlay(entry),
                        None => {
                            below.insert(key, entry);
                        }
                    }
                }
            }
            (place, node) => {
                *place = node;
                self.origin = upper.origin;
            }
        }
    }

    /// The value in short, for an error message.
    pub(super) fn shown(&self) -> String {
        match &self.node {
            Node::Table(_) => "a table".to_owned(),
            Node::List(_) => "a list".to_owned(),
            Node::Text(text) | Node::Words(text) => {
                format!("“{}”", text.chars().take(80).collect::<String>())
            }
            Node::Integer(number) => number.to_string(),
            Node::Float(number) => number.to_string(),
            Node::Boolean(value) => value.to_string(),
        }
    }
}
