//! The command line.

use std::{ffi::OsString, path::PathBuf};

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Run, with this settings file.
    Serve(Option<PathBuf>),
    /// Say how to call the program.
    Help,
    /// Say which version this is.
    Version,
}

/// How to call the program.
pub(crate) const HELP: &str = "\
Chat Studio: conversations with language models, stored where the server runs.

Usage: chat-studio [--config <file>]

  --config <file>  settings file; otherwise $STUDIO_CONFIG, else ./studio.toml where it exists
  --version        print the version
  --help           print this

Every setting can be given in the environment too: http.body_bytes is STUDIO_HTTP__BODY_BYTES.
studio.example.toml lists them all.";

/// Reads the arguments after the program's name; the error is a sentence.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut arguments = arguments.into_iter();
    let mut config = None;
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Command::Help),
            Some("--version" | "-V") => return Ok(Command::Version),
            Some("--config") => {
                let file = arguments.next().ok_or("--config needs the path of a file after it.")?;
                config = Some(PathBuf::from(file));
            }
            Some(text) if text.starts_with("--config=") => {
                config = text.strip_prefix("--config=").map(PathBuf::from);
            }
            _ => {
                let shown = argument.to_string_lossy();
                return Err(format!("There is no argument {shown}; --help lists those there are."));
            }
        }
    }
    Ok(Command::Serve(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, String> {
        parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn arguments_are_read_and_mistakes_are_named() {
        assert_eq!(parsed(&[]), Ok(Command::Serve(None)));
        assert_eq!(parsed(&["--config", "a.toml"]), Ok(Command::Serve(Some("a.toml".into()))));
        assert_eq!(parsed(&["--config=a.toml"]), Ok(Command::Serve(Some("a.toml".into()))));
        assert_eq!(parsed(&["--help"]), Ok(Command::Help));
        assert!(parsed(&["--config"]).unwrap_err().starts_with("--config needs"));
        assert!(parsed(&["--port", "1"]).unwrap_err().starts_with("There is no argument --port"));
    }
}
