//! The choice of models: what a page offers by itself, and what a search finds among ten thousand.

use models::{model::ModelPage, provider::ProviderInput};

use crate::support::{Reply, TestApp};

async fn find(app: &TestApp, text: &str, skip: u32) -> ModelPage {
    let fields = [("text", text), ("skip", &skip.to_string())];
    app.form("models/find", "application/json", &fields).await.ok()
}

#[tokio::test]
async fn ten_thousand_models_are_searched_and_not_sent() {
    let app = TestApp::start().await;
    let studio = app.serving().studio();
    let input = ProviderInput {
        name: "Many".to_owned(),
        base_url: app.provider.base_url().replace("/v1", "/lists/10000/v1"),
        ..ProviderInput::default()
    };
    studio.create_provider(&studio.local_caller(), input).await.unwrap();

    let found = find(&app, "MODEL-0912", 0).await;
    assert_eq!((found.models.len(), found.total), (10, 10));
    assert!(found.models.iter().all(|model| model.name.starts_with("vendor/model-0912")));

    let all = find(&app, "vendor many", 0).await;
    assert_eq!((all.models.len(), all.total), (50, 10_000));
    let more = find(&app, "vendor many", 50).await;
    assert!(all.models.iter().all(|model| more.models.iter().all(|other| other.id != model.id)));

    let page = Reply::of(app.request("GET", "/chat")).await;
    assert!(page.text().matches("<option").count() <= 103, "{}", page.text().len());
}

#[tokio::test]
async fn what_is_used_or_favoured_comes_first_and_what_is_disabled_not_at_all() {
    let app = TestApp::start().await;
    let (echo, count) = (app.model("echo").await, app.model("count").await);
    app.answer("plain", "Hello").await;
    let favour = [("model", echo.as_str()), ("favourite", "true")];
    assert_eq!(app.form("models/favour", "application/json", &favour).await.status, 200);
    let disable = [("model", count.as_str()), ("enabled", "false")];
    assert_eq!(app.form("models/enable", "application/json", &disable).await.status, 200);

    let found = find(&app, "", 0).await;
    let names: Vec<&str> = found.models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names[..2], ["echo", "plain"]);
    assert!(!names.contains(&"count"));
    assert_eq!(find(&app, "no such model anywhere", 0).await.total, 0);
}

#[tokio::test]
async fn an_endless_search_is_refused() {
    let app = TestApp::start().await;
    let text = "x".repeat(2_000);
    let reply = app.form("models/find", "application/json", &[("text", &text)]).await;
    assert_eq!(reply.status, 413);
}
