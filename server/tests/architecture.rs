//! Who may depend on whom, read from cargo's own graph.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::{collections::BTreeSet, path::PathBuf, process::Command};

/// Our own rooms and the ones each may lean on directly.
const ROOMS: &[(&str, &[&str])] = &[
    ("app", &["models", "studio"]),
    ("frontend", &["app"]),
    ("migration", &[]),
    ("models", &[]),
    ("providers", &["models"]),
    ("render", &["models"]),
    ("routing", &["models", "providers", "render", "store"]),
    ("server", &["app", "migration", "models", "studio"]),
    ("store", &["migration", "models"]),
    ("studio", &["models", "providers", "render", "routing", "store"]),
];

#[test]
fn rooms_depend_downwards_only() {
    let names: BTreeSet<&str> = ROOMS.iter().map(|(name, _)| *name).collect();
    for (room, allowed) in ROOMS {
        let direct = tree(&["-p", room, "--depth", "1", "-e", "normal", "--all-features"]);
        for dependency in direct.iter().filter(|name| names.contains(name.as_str())) {
            let fine = dependency == room || allowed.contains(&dependency.as_str());
            assert!(fine, "{room} must not depend on {dependency}");
        }
    }
}

#[test]
fn the_browser_gets_no_server_code() {
    let graph = tree(&["-p", "frontend", "--target", "wasm32-unknown-unknown", "-e", "normal"]);
    assert!(graph.contains("leptos"), "the graph is not the browser's");
    for server_only in [
        "ammonia",
        "axum",
        "pulldown-cmark",
        "reqwest",
        "sea-orm",
        "sqlx",
        "studio",
        "store",
        "tokio",
        "utoipa",
    ] {
        assert!(!graph.contains(server_only), "{server_only} is in the browser's graph");
    }
}

#[test]
fn each_power_belongs_to_one_room() {
    for (room, _) in ROOMS {
        let direct = tree(&["-p", room, "--depth", "1", "-e", "normal", "--all-features"]);
        let only = |owner: &[&str], power: &str| {
            assert!(owner.contains(room) || !direct.contains(power), "{room} depends on {power}");
        };
        only(&["store"], "sea-orm");
        only(&["migration"], "sea-orm-migration");
        only(&["providers"], "reqwest");
        only(&["render"], "ammonia");
    }
}

#[test]
fn only_the_server_reads_the_environment() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let rooms = ["app/src", "crates", "frontend/src", "migration/src"];
    let mut read = 0;
    for file in rooms.iter().flat_map(|room| sources(root.join(room))) {
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        assert!(!text.contains("env::var"), "{} reads the environment", file.display());
        read += 1;
    }
    assert!(read > 50, "only {read} files were looked at");
}

#[test]
fn markup_is_set_in_two_known_places() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../app/src");
    let mut callers: Vec<String> = sources(root.clone())
        .into_iter()
        .filter(|file| std::fs::read_to_string(file).unwrap().contains("inner_html="))
        .map(|file| file.strip_prefix(&root).unwrap().display().to_string())
        .collect();
    callers.sort();
    // Sanitised blocks of answers; and a form's own text, escaped, into its text areas.
    assert_eq!(callers, ["chat/rendered_block.rs", "prompts/editor.rs"]);
}

/// The names of the crates in a `cargo tree`.
fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--prefix", "none", "--format", "{p}"])
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    if !output.status.success() {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// The Rust sources below a folder, tests left out.
fn sources(folder: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "tests") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}
