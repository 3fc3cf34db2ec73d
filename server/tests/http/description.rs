//! The API's description and its viewer.

use serde_json::Value;

use crate::support::{Reply, TestApp};

#[tokio::test]
async fn every_route_is_described_and_answers() {
    let app = TestApp::start().await;
    let document: Value = Reply::of(app.request("GET", "/api/openapi.json")).await.ok();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{method} {path}");
            let failure =
                &operation["responses"]["default"]["content"]["application/json"]["schema"];
            assert_eq!(failure["$ref"], "#/components/schemas/ApiError", "{method} {path}");
            let method = method.to_uppercase();
            let reply = Reply::of(app.request(&method, &path.replace("{id}", "none"))).await;
            assert_ne!(reply.status, 405, "{method} {path}");
            if reply.status == 404 {
                assert!(!reply.text().contains("There is nothing at"), "{method} {path}");
            }
            routes.push(format!("{method} {path}"));
        }
    }
    routes.sort();
    insta::assert_snapshot!(routes.join("\n"), @"
    DELETE /api/chat/ui/attachments/{id}
    DELETE /api/chat/ui/conversations/{id}
    DELETE /api/chat/ui/prompt-profiles/{id}
    GET /api/chat/ui/attachments/{id}
    GET /api/chat/ui/configuration
    GET /api/chat/ui/conversations
    GET /api/chat/ui/conversations/{id}
    GET /api/chat/ui/metrics
    GET /api/chat/ui/models
    GET /api/chat/ui/profiles
    GET /api/chat/ui/prompt-profiles
    GET /api/chat/ui/runs/{id}/events
    GET /api/chat/ui/runs/{id}/view
    GET /health
    PATCH /api/chat/ui/conversations/{id}
    POST /api/chat/ui/attachments
    POST /api/chat/ui/configuration
    POST /api/chat/ui/conversations
    POST /api/chat/ui/messages/{id}/continue
    POST /api/chat/ui/messages/{id}/retry
    POST /api/chat/ui/prompt-profiles
    POST /api/chat/ui/runs/{id}/stop
    POST /api/chat/ui/send
    PUT /api/chat/ui/prompt-profiles/{id}
    ");
}

#[tokio::test]
async fn streams_are_described_as_streams_with_their_events() {
    let app = TestApp::start().await;
    let document: Value = Reply::of(app.request("GET", "/api/openapi.json")).await.ok();
    let paths = &document["paths"];
    for (path, method) in [("/api/chat/ui/runs/{id}/events", "get"), ("/api/chat/ui/send", "post")]
    {
        let content = &paths[path][method]["responses"]["200"]["content"];
        let schema = &content["text/event-stream"]["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/RunEvent", "{path}: {content}");
    }
    let view = &paths["/api/chat/ui/runs/{id}/view"]["get"]["responses"]["200"]["content"];
    assert!(view.get("text/event-stream").is_some());
    let parameters = paths["/api/chat/ui/runs/{id}/events"]["get"]["parameters"].to_string();
    assert!(parameters.contains("Last-Event-ID") && parameters.contains("after"), "{parameters}");
    assert_eq!(dangling(&document, &document), Vec::<String>::new());
}

#[tokio::test]
async fn the_viewer_loads_nothing_from_outside() {
    let app = TestApp::start().await;
    let page = Reply::of(app.request("GET", "/api/docs")).await;
    assert_eq!(page.status, 200);
    let html = page.text();
    let addresses =
        html.split(['"', '\'']).filter(|text| text.starts_with('/') || text.contains("//"));
    for address in addresses {
        assert!(!address.contains("//"), "{address}");
        let file = Reply::of(app.request("GET", address)).await;
        assert_eq!(file.status, 200, "{address}");
        assert!(file.body.len() > 1_000, "{address}");
    }
    assert_eq!(Reply::of(app.request("GET", "/api/docs/index.html")).await.status, 404);
}

/// References to schemas that the document does not have.
fn dangling(document: &Value, part: &Value) -> Vec<String> {
    match part {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value.as_str() {
                Some(target) if name == "$ref" => {
                    let pointer = target.trim_start_matches('#');
                    document
                        .pointer(pointer)
                        .is_none()
                        .then(|| target.to_owned())
                        .into_iter()
                        .collect()
                }
                _ => dangling(document, value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(|item| dangling(document, item)).collect(),
        _ => Vec::new(),
    }
}
