//! What pages and requests took is given back: memory of a server that runs for weeks must not grow.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crate::support::{Reply, TestApp};

/// The pages, and what of them is an address of its own.
const PAGES: [&str; 9] = [
    "/chat",
    "/prompts",
    "/prompts?new=1",
    "/metrics",
    "/llm-config",
    "/llm-config?add=1",
    "/parameters",
    "/manual",
    "/nowhere",
];
/// For what is released on other threads.
const PATIENCE: Duration = Duration::from_secs(5);

/// Files below a folder that this process has open.
fn open_below(folder: &Path) -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    let links = open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    links.filter(|link| link.starts_with(folder)).count()
}

/// The database is open as long as anything holds the studio. So when a server is dropped and it is
/// still open, a page or a request was never freed.
#[test]
fn pages_are_freed_with_all_they_held() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = runtime.block_on(async {
        let app = TestApp::start().await;
        let receipt = app.accept("plain", "Hello").await;
        app.stream(&format!("runs/{}/view", receipt.run_id)).await.rest().await;
        for page in PAGES {
            Reply::of(app.request("GET", page).header("accept", "text/html")).await;
        }
        let conversation = format!("/chat/{}", receipt.conversation_id);
        assert_eq!(Reply::of(app.request("GET", &conversation)).await.status, 200);
        assert!(open_below(app.folder()) > 0);
        app.folder().to_owned()
    });
    drop(runtime);
    let begun = Instant::now();
    while open_below(&folder) > 0 && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(open_below(&folder), 0);
}
