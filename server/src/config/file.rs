//! Reads a settings file, keeping line numbers.

use std::{ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    ConfigError,
    tree::{Entry, Node, Origin},
};

/// The settings in `text`; `path` is what messages call it.
pub(super) fn parse(path: &Path, text: &str) -> Result<Entry, ConfigError> {
    let source = Source { file: path.display().to_string(), text };
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        file: source.file.clone(),
        line: error.span().map_or(1, |span| source.line(&span)),
        message: error.message().to_owned(),
    })?;
    let span = table.span();
    source.table(table.into_inner(), &span)
}

struct Source<'a> {
    file: String,
    text: &'a str,
}

impl Source<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    fn table(&self, table: DeTable<'_>, span: &Range<usize>) -> Result<Entry, ConfigError> {
        let entries = table
            .into_iter()
            .map(|(key, value)| {
                // The key's place is the one to name: a table's own span may begin elsewhere.
                let place = key.span();
                Ok((key.into_inner().into_owned(), self.entry(value, &place)?))
            })
            .collect::<Result<_, ConfigError>>()?;
        Ok(Entry { node: Node::Table(entries), origin: self.origin(span) })
    }

    fn entry(
        &self,
        value: Spanned<DeValue<'_>>,
        span: &Range<usize>,
    ) -> Result<Entry, ConfigError> {
        let node = match value.into_inner() {
            DeValue::String(text) => Node::Text(text.into_owned()),
            DeValue::Boolean(value) => Node::Boolean(value),
            DeValue::Datetime(moment) => Node::Text(moment.to_string()),
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                Node::Integer(parsed.map_err(|_| self.unreadable(span, number.as_str()))?)
            }
            DeValue::Float(number) => {
                let parsed = number.as_str().parse();
                Node::Float(parsed.map_err(|_| self.unreadable(span, number.as_str()))?)
            }
            DeValue::Array(items) => Node::List(
                items
                    .into_iter()
                    .map(|item| {
                        let place = item.span();
                        self.entry(item, &place)
                    })
                    .collect::<Result<_, _>>()?,
            ),
            DeValue::Table(table) => return self.table(table, span),
        };
        Ok(Entry { node, origin: self.origin(span) })
    }

    fn origin(&self, span: &Range<usize>) -> Origin {
        Origin::File { file: self.file.clone(), line: self.line(span) }
    }

    fn unreadable(&self, span: &Range<usize>, number: &str) -> ConfigError {
        ConfigError::Syntax {
            file: self.file.clone(),
            line: self.line(span),
            message: format!("{number} is not a number this program can hold"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_know_their_lines() {
        let text = "address = \"x\"\n\n[http]\n# why\nbody_bytes = 0x10\n";
        let root = parse(Path::new("studio.toml"), text).unwrap();
        let Node::Table(root) = root.node else { panic!("no table") };
        let Node::Table(http) = &root["http"].node else { panic!("no table") };
        let origin = |line| Origin::File { file: "studio.toml".to_owned(), line };
        assert_eq!(root["address"].origin, origin(1));
        assert_eq!(root["http"].origin, origin(3));
        assert_eq!(http["body_bytes"], Entry { node: Node::Integer(16), origin: origin(5) });
    }

    #[test]
    fn a_broken_file_names_the_line() {
        let error = parse(Path::new("studio.toml"), "address = \"x\"\nhttp = [").unwrap_err();
        assert!(error.to_string().starts_with("studio.toml, line 2: "), "{error}");
    }
}
