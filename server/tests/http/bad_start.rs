//! Starts that must fail: with a sentence on the console, a failing status, and nothing changed.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::support::{TestApp, empty_site};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-studio");

/// Runs the program in an empty folder; it must give up by itself.
fn failed_start(folder: &Path, settings: &str, variables: &[(&str, &str)]) -> String {
    let leptos = empty_site(folder).leptos_file;
    std::fs::write(folder.join("studio.toml"), settings).unwrap();
    let output: Output = Command::new(PROGRAM)
        .current_dir(folder)
        .env_clear()
        .env("STUDIO_ADDRESS", "127.0.0.1:0")
        .env("STUDIO_LEPTOS_FILE", leptos)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    let said = String::from_utf8(output.stderr).unwrap();
    said.replace(&folder.display().to_string(), "FOLDER").trim_end().to_owned()
}

#[test]
fn misspelt_settings_and_wrong_values_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let said = |settings: &str, variables: &[(&str, &str)]| {
        failed_start(folder.path(), settings, variables)
    };
    insta::assert_snapshot!(said("adress = \"127.0.0.1:1\"", &[]), @"studio.toml, line 1: there is no setting adress. Did you mean address?");
    insta::assert_snapshot!(said("[runs]\n\nundo_minute = 3\n", &[]), @"studio.toml, line 3: there is no setting runs.undo_minute. Did you mean runs.undo_minutes?");
    insta::assert_snapshot!(said("", &[("STUDIO_PROVIDERS__IDLE_SECOND", "3")]), @"there is no setting STUDIO_PROVIDERS__IDLE_SECOND. Did you mean STUDIO_PROVIDERS__IDLE_SECONDS?");
    insta::assert_snapshot!(said("", &[("STUDIO_RUNS__ATTEMPTS", "many")]), @"STUDIO_RUNS__ATTEMPTS is “many”; expected a whole number, 0 or more.");
    insta::assert_snapshot!(said("", &[("STUDIO_ADDRESS", "192.168.1.5:3000")]), @"address is 192.168.1.5:3000, which other machines can reach. Chat Studio has no sign-in yet, so it listens on this machine only: use 127.0.0.1:3000 or [::1]:3000.");
    insta::assert_snapshot!(said("", &[("STUDIO_LOG__FILTER", "server=loud")]), @r#"log.filter is “server=loud”: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5. An example is info,server=debug."#);
    insta::assert_snapshot!(said("", &[("STUDIO_LEPTOS_FILE", "nowhere.toml")]), @"Leptos' options cannot be read from nowhere.toml: No such file or directory (os error 2). Start Chat Studio from the project's folder, or set leptos_file.");
    assert!(!folder.path().join("data").exists(), "a refused start left data behind");
}

#[test]
fn a_site_that_is_not_built_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let options = folder.path().join("hashed.toml");
    let text = "[[workspace.metadata.leptos]]\noutput-name = \"chat-studio\"\nhash-files = true\n\
        hash-file = \"none.txt\"\n";
    std::fs::write(&options, text).unwrap();
    let options = options.display().to_string();
    let said = failed_start(folder.path(), "", &[("STUDIO_LEPTOS_FILE", &options)]);
    assert!(said.starts_with("The site is not built: ") && said.contains("none.txt"), "{said}");
}

#[test]
fn databases_that_cannot_be_used_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let said = |url: &str| failed_start(folder.path(), "", &[("STUDIO_DATABASE_URL", url)]);
    insta::assert_snapshot!(said("mysql://user:hunter2@localhost/studio"), @"The database that database_url names cannot be opened: The address must begin with sqlite:// or postgres://.");
    std::fs::write(folder.path().join("text.db"), "This is a letter, not a database. ".repeat(200))
        .unwrap();
    let text = folder.path().join("text.db");
    insta::assert_snapshot!(said(&format!("sqlite://{}", text.display())), @"FOLDER/text.db is not an SQLite database, or is damaged (it does not begin like one). Restore it from a backup, or move it away to start with an empty one.");
    insta::assert_snapshot!(said("sqlite:///proc/nowhere/studio.db"), @"The database /proc/nowhere/studio.db cannot be opened: Its folder cannot be made (No such file or directory (os error 2)).");
    insta::assert_snapshot!(said("postgres://user:hunter2@127.0.0.1:1/studio"), @"The database studio on 127.0.0.1:1 cannot be opened: error communicating with database: Connection refused (os error 111). Check that the server runs and that the address is right.");
}

#[test]
fn a_read_only_database_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("studio.db");
    std::fs::write(&file, "").unwrap();
    let mut permissions = std::fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).unwrap();
    if std::fs::OpenOptions::new().append(true).open(&file).is_ok() {
        // The superuser may write anything, but not to a device that refuses.
        let said = failed_start(
            folder.path(),
            "",
            &[("STUDIO_DATABASE_URL", "sqlite:///sys/kernel/studio.db")],
        );
        assert!(said.contains("/sys/kernel/studio.db"), "{said}");
        return;
    }
    let url = format!("sqlite://{}", file.display());
    let said = failed_start(folder.path(), "", &[("STUDIO_DATABASE_URL", &url)]);
    assert!(said.contains("is read-only"), "{said}");
}

#[tokio::test]
async fn a_second_instance_on_one_database_is_refused_and_the_first_goes_on() {
    let app = TestApp::start().await;
    let said = app.second_instance().await.err().unwrap().to_string();
    let said = said.replace(&app.folder().display().to_string(), "FOLDER");
    insta::assert_snapshot!(said, @"The database FOLDER/data/studio.db is in use by another Chat Studio. Stop that one first, or give this one its own database_url.");
    assert_eq!(app.answer("plain", "Still there?").await["message"]["status"], "complete");
}

#[test]
fn a_taken_address_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = failed_start(folder.path(), "", &[("STUDIO_ADDRESS", &address)]);
    insta::assert_snapshot!(said.replace(&address, "ADDRESS"), @"ADDRESS cannot be listened on: Address already in use (os error 98). Stop what uses it, or set another address.");
}
