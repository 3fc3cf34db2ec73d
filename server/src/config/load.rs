//! Puts the layers together.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{
    Config, ConfigError, environment, file,
    tree::{Entry, Origin},
};

/// Used when it exists and no other file was named.
const DEFAULT_FILE: &str = "studio.toml";
/// Set by the development tool.
const WATCH_VARIABLE: &str = "LEPTOS_WATCH";

impl Config {
    /// Defaults, then the file (`asked`, else the one `STUDIO_CONFIG` names, else `./studio.toml`
    /// where it exists), then `variables`; checked.
    pub fn load(
        asked: Option<PathBuf>,
        variables: &[(String, String)],
    ) -> Result<Self, ConfigError> {
        let named = || {
            let mut pairs = variables.iter();
            pairs
                .find(|(name, _)| name == environment::CONFIG_VARIABLE)
                .map(|(_, path)| path.into())
        };
        let mut settings = match asked.or_else(named) {
            Some(path) => read(&path)?,
            None if Path::new(DEFAULT_FILE).exists() => read(Path::new(DEFAULT_FILE))?,
            None => Entry::table(Origin::File { file: DEFAULT_FILE.to_owned(), line: 1 }),
        };
        settings.overlay(environment::parse(variables.iter().cloned()));
        let mut config = Self::deserialize(&settings)?;
        config.watched = variables.iter().any(|(name, _)| name == WATCH_VARIABLE);
        config.check()?;
        Ok(config)
    }
}

fn read(path: &Path) -> Result<Entry, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| ConfigError::Unreadable { file: path.display().to_string(), cause })?;
    file::parse(path, &text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use insta::assert_snapshot;

    use super::*;

    fn load(file: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.toml");
        std::fs::File::create(&path).unwrap().write_all(file.as_bytes()).unwrap();
        let variables: Vec<(String, String)> =
            variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let shorten = |error: ConfigError| {
            error.to_string().replace(&folder.path().display().to_string(), "…")
        };
        Config::load(Some(path), &variables).map_err(shorten)
    }

    fn mistake(file: &str, variables: &[(&str, &str)]) -> String {
        match load(file, variables) {
            Ok(_) => panic!("the settings were accepted"),
            Err(message) => message,
        }
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let file = "address = \"127.0.0.1:1\"\n[http]\nbody_bytes = 7\nconnections = 8\n";
        let config = load(
            file,
            &[("STUDIO_HTTP__BODY_BYTES", "9"), ("STUDIO_ALLOWED_HOSTS", "a.test, b.test")],
        )
        .unwrap();
        assert_eq!(config.address.port(), 1);
        assert_eq!((config.http.body_bytes, config.http.connections), (9, 8));
        assert_eq!(config.http.idle_seconds, 30);
        assert_eq!(config.allowed_hosts, ["a.test", "b.test"]);
    }

    #[test]
    fn misspelt_names_are_named_with_the_nearest_right_one() {
        assert_snapshot!(mistake("\nadress = \"127.0.0.1:1\"\n", &[]),
            @"…/studio.toml, line 2: there is no setting adress. Did you mean address?");
        assert_snapshot!(mistake("[http]\nbody_byte = 1\n", &[]),
            @"…/studio.toml, line 2: there is no setting http.body_byte. Did you mean http.body_bytes?");
        assert_snapshot!(mistake("", &[("STUDIO_HTTP__BODYBYTES", "1")]),
            @"there is no setting STUDIO_HTTP__BODYBYTES. Did you mean STUDIO_HTTP__BODY_BYTES?");
        assert_snapshot!(mistake("[log]\nzzz = 1\n", &[]),
            @"…/studio.toml, line 2: there is no setting log.zzz. There are: log.format, log.filter.");
    }

    #[test]
    fn wrong_values_are_named_with_what_was_expected() {
        assert_snapshot!(mistake("[http]\nbody_bytes = \"big\"\n", &[]),
            @"…/studio.toml, line 2: http.body_bytes is “big”; expected a whole number, 0 or more.");
        assert_snapshot!(mistake("", &[("STUDIO_HTTP__CONNECTIONS", "-1")]),
            @"STUDIO_HTTP__CONNECTIONS is “-1”; expected a whole number, 0 or more.");
        assert_snapshot!(mistake("http = 5\n", &[]),
            @"…/studio.toml, line 1: http is 5; expected a table of settings.");
        assert_snapshot!(mistake("[log]\nformat = \"xml\"\n", &[]),
            @"…/studio.toml, line 2: log.format is “xml”; expected one of human, json.");
        assert_snapshot!(mistake("address = \"3000\"\n", &[]),
            @"…/studio.toml, line 1: address is “3000”: expected an IP address with a port, such as 127.0.0.1:3000 or [::1]:3000.");
        assert_snapshot!(mistake("[http]\nheader_bytes = 100\n", &[]),
            @"http.header_bytes must be at least 8192.");
    }

    #[test]
    fn addresses_others_can_reach_are_refused_with_the_reason() {
        assert_snapshot!(mistake("address = \"0.0.0.0:3000\"\n", &[]),
            @"address is 0.0.0.0:3000, which other machines can reach. Chat Studio has no sign-in yet, so it listens on this machine only: use 127.0.0.1:3000 or [::1]:3000.");
        assert!(load("address = \"[::1]:0\"\n", &[]).is_ok());
    }

    #[test]
    fn a_named_file_must_exist() {
        let error = Config::load(Some("nowhere/studio.toml".into()), &[]).err().unwrap();
        assert_snapshot!(error, @"The settings file nowhere/studio.toml cannot be read: No such file or directory (os error 2). Check the path given by --config or STUDIO_CONFIG.");
    }

    #[test]
    fn the_example_file_says_the_defaults() {
        let example = include_str!("../../../studio.example.toml");
        let commented: String = example
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .map(|line| format!("{line}\n"))
            .collect();
        let config = load(&commented, &[]).unwrap();
        let defaults = Config::default();
        assert_eq!(config.address, defaults.address);
        let said = sections(&config);
        assert_eq!(said, sections(&defaults));
        for name in said.iter().flat_map(|section| fields(section)) {
            assert!(commented.contains(&format!("\n{name} = ")), "{name} is not in the example");
        }
    }

    /// The names before the colons of what `Debug` shows.
    fn fields(section: &str) -> Vec<&str> {
        let ends = section.match_indices(": ").map(|(end, _)| end);
        ends.map(|end| {
            let start = section[..end].rfind([' ', '{']).map_or(0, |before| before + 1);
            &section[start..end]
        })
        .collect()
    }

    fn sections(config: &Config) -> [String; 8] {
        [
            format!("{:?}", config.http),
            format!("{:?}", config.streams),
            format!("{:?}", config.log),
            format!("{:?}", config.database),
            format!("{:?}", config.runs),
            format!("{:?}", config.providers),
            format!("{:?}", config.detection),
            format!("{:?}", config.attachments),
        ]
    }
}
