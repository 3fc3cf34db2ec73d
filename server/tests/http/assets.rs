//! Files of the site: their compressed forms, how long browsers may keep them, and Leptos' options.

use crate::support::{Reply, TestApp};

const HASHED: &str = "/pkg/chat-studio.EbEYPzXUmuv_5LKZE6zDFw.js";

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_others_are_asked_for_again() {
    let app = TestApp::start().await;
    let site = app.folder().join("site");
    std::fs::write(site.join(&HASHED[1..]), "plain").unwrap();
    std::fs::write(site.join(format!("{}.br", &HASHED[1..])), "small").unwrap();
    std::fs::write(site.join("favicon.svg"), "<svg/>").unwrap();

    let plain = Reply::of(app.request("GET", HASHED)).await;
    assert_eq!((plain.status, plain.text()), (200, "plain"));
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    let small = Reply::of(app.request("GET", HASHED).header("accept-encoding", "gzip, br")).await;
    assert_eq!((small.text(), small.header("content-encoding")), ("small", "br"));
    assert!(small.header("content-type").contains("javascript"));

    let icon = Reply::of(app.request("GET", "/favicon.svg")).await;
    assert_eq!((icon.status, icon.header("cache-control")), (200, "no-cache"));
    let unchanged = app
        .request("GET", "/favicon.svg")
        .header("if-modified-since", icon.header("last-modified"));
    assert_eq!(Reply::of(unchanged).await.status, 304);
}

#[tokio::test]
async fn nothing_outside_the_site_is_served() {
    let app = TestApp::start().await;
    for path in ["/../Leptos.toml", "/%2e%2e/Leptos.toml", "/pkg/..%2f..%2fLeptos.toml", "/pkg/"] {
        let reply = Reply::of(app.request("GET", path)).await;
        assert_eq!(reply.status, 404, "{path}");
    }
}

#[test]
fn leptos_toml_and_cargo_toml_say_the_same() {
    let section = |file: &str| {
        let path = format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let table: toml::Table = text.parse().unwrap();
        table["workspace"]["metadata"]["leptos"][0].as_table().unwrap().clone()
    };
    let (runtime, build) = (section("Leptos.toml"), section("Cargo.toml"));
    let mut shared = 0;
    for (key, value) in &runtime {
        if let Some(other) = build.get(key) {
            assert_eq!(value, other, "{key}");
            shared += 1;
        }
    }
    assert!(shared >= 5, "only {shared} keys are shared");
    assert_eq!(runtime["env"].as_str(), Some("PROD"));
}
