//! Where the key goes and where it never does.

use std::collections::BTreeSet;

use providers::WELL_KNOWN_PORTS;

use crate::support::{KEY, at_root, detector, fake, key, servers};

const KEY_HEADERS: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_goes_to_lists_and_shows_nowhere() {
    let fake = fake().await;
    let (detector, key) = (detector(), key());
    for name in servers(&fake).await {
        let found = detector.detect(&fake.server_url(&name), Some(&key)).await;
        let json = serde_json::to_string(&found).unwrap();
        assert!(!json.contains(KEY), "{name} shows the key");
        assert!(!format!("{found:?}").contains(KEY), "{name} shows the key");
    }
    let requests = fake.requests();
    let keyed = requests
        .iter()
        .filter(|request| KEY_HEADERS.iter().any(|header| request.headers.contains_key(*header)));
    let paths: BTreeSet<&str> = keyed
        .filter_map(|request| request.target.split('?').next()?.strip_prefix("/servers/"))
        .filter_map(|below| below.find('/').map(|at| &below[at..]))
        .collect();
    let expected = [
        // The lists.
        "/models",
        "/v1/models",
        "/v1beta/models",
        // What servers tell of their models, once it is certain who they are.
        "/api/show",
        "/model_group/info",
        "/model_info",
        "/props",
        "/v1/internal/model/list",
        "/v1/models/capabilities",
    ];
    let astray: Vec<_> = paths.iter().filter(|path| !expected.contains(path)).collect();
    assert!(astray.is_empty(), "{astray:?}");
    assert!(paths.contains("/v1/models") && paths.contains("/v1beta/models"), "{paths:?}");
    assert!(requests.iter().all(|request| !request.target.contains("server_info")));
    // No path that a server answers without the key, and no other origin, has seen it.
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_scan_sends_no_key_and_counts_what_it_found() {
    let vllm = at_root("vllm", "127.0.0.1:0").await;
    let page = at_root("html-200", "127.0.0.1:0").await;
    let keyed = at_root("llama-cpp-key", "127.0.0.1:0").await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = closed.local_addr().unwrap().port();
    drop(closed);
    let ports = [&page, &keyed, &vllm].map(|fake| fake.address().port());
    let scan = detector().scan(&[ports[0], dead, ports[1], ports[2]]).await;
    let found: Vec<_> = scan.found.iter().map(|found| found.server.unwrap().label()).collect();
    assert_eq!(found, ["llama.cpp", "vLLM"]);
    assert_eq!((scan.dead, scan.others), (1, 1));
    for fake in [vllm, page, keyed] {
        assert!(fake.requests().iter().all(|request| {
            KEY_HEADERS.iter().all(|header| !request.headers.contains_key(*header))
        }));
    }
    assert!(WELL_KNOWN_PORTS.contains(&11434));
}
