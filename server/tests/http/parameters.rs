//! The parameters of a conversation: set by the API and by forms, sent only where they are set.

use models::conversation::ConversationDetail;
use serde_json::{Value, json};

use crate::support::{Reply, TestApp};

/// What the provider was sent beside the messages, by name.
fn sent(app: &TestApp, index: usize) -> Vec<String> {
    let body = &app.provider.requests()[index].body;
    let usual = ["messages", "model", "stream", "stream_options"];
    let names = body.as_object().unwrap().keys();
    names.filter(|name| !usual.contains(&name.as_str())).cloned().collect()
}

/// The requests for answers, of those the provider got in all.
fn answers(app: &TestApp) -> Vec<usize> {
    let requests = app.provider.requests();
    let chat = requests.iter().enumerate();
    chat.filter(|(_, request)| request.method == "POST").map(|(index, _)| index).collect()
}

async fn parameters(app: &TestApp, conversation: &str) -> Value {
    let detail: ConversationDetail = app.get(&format!("conversations/{conversation}")).await.ok();
    serde_json::to_value(detail.conversation.parameters).unwrap()
}

#[tokio::test]
async fn what_is_set_reaches_the_provider_and_nothing_else_does() {
    let app = TestApp::start().await;
    let first = app.answer("plain", "Without").await;
    let id = first["conversation_id"].as_str().unwrap();
    assert_eq!(sent(&app, answers(&app)[0]), [""; 0]);

    let fields =
        [("conversation", id), ("temperature", "0.25"), ("stop", "END\r\nSTOP"), ("seed", "")];
    let saved: Value = app.form("parameters/save", "application/json", &fields).await.ok();
    assert_eq!(saved, json!({ "temperature": 0.25, "stop": ["END", "STOP"] }));
    assert_eq!(parameters(&app, id).await, saved);

    let next = json!({ "message": "With", "conversation_id": id });
    assert_eq!(app.post("send", &next).await.status, 200);
    let index = answers(&app)[1];
    assert_eq!(sent(&app, index), ["stop", "temperature"]);
    let body = &app.provider.requests()[index].body;
    assert_eq!((&body["temperature"], &body["stop"]), (&json!(0.25), &json!(["END", "STOP"])));

    let reset: Value =
        app.form("parameters/save", "application/json", &[("conversation", id)]).await.ok();
    assert_eq!(reset, json!({}));
    assert_eq!(app.post("send", &next).await.status, 200);
    assert_eq!(sent(&app, answers(&app)[2]), [""; 0]);
    assert_eq!(app.provider.violations().len(), 0);
}

#[tokio::test]
async fn a_first_message_takes_its_parameters_along() {
    let app = TestApp::start().await;
    let model = app.model("plain").await;
    let fields = [("message", "Hello"), ("model", &model), ("parameters", r#"{"seed":7}"#)];
    let opened: Value = app.form("send", "application/json", &fields).await.ok();
    let id = opened["id"].as_str().unwrap();
    assert_eq!(parameters(&app, id).await, json!({ "seed": 7 }));

    // Without script: the page of the parameters has a place for the first message.
    let fields = [("message", "Hello"), ("model", &model), ("top_p", "0.5")];
    let begun = app.form("parameters/begin", "text/html", &fields).await;
    assert_eq!(begun.status, 302);
    let id = begun.header("location").trim_start_matches("/chat/");
    assert_eq!(parameters(&app, id).await, json!({ "top_p": 0.5 }));
}

#[tokio::test]
async fn odd_values_are_refused_in_words_and_change_nothing() {
    let app = TestApp::start().await;
    let first = app.answer("plain", "Hello").await;
    let id = first["conversation_id"].as_str().unwrap();
    let good = [("conversation", id), ("temperature", "1")];
    assert_eq!(app.form("parameters/save", "application/json", &good).await.status, 200);

    let odd = [
        ("temperature", "warm", "The field “temperature” is no number that fits."),
        ("temperature", "2.5", "The parameter temperature is out of range."),
        ("temperature", "NaN", "The parameter temperature is out of range."),
        ("top_k", "0", "The parameter top_k is out of range."),
        ("max_tokens", "-1", "The field “most tokens of an answer” is no number that fits."),
        ("stop", "a\nb\nc\nd\ne", "The parameter stop is out of range."),
        ("response_format", "json_schema", "The parameter response_format is out of range."),
        ("keep_alive", "five minutes", "The parameter keep_alive is out of range."),
    ];
    for (name, value, message) in odd {
        let fields = [("conversation", id), (name, value)];
        let reply = app.form("parameters/save", "application/json", &fields).await;
        assert_eq!((reply.status, reply.json()["message"].as_str()), (400, Some(message)));
    }
    let new = app.form("parameters/save", "application/json", &[("seed", "many")]).await;
    assert_eq!(new.status, 400);
    let model = app.model("plain").await;
    let fields = [("message", "Hello"), ("model", &model), ("parameters", r#"{"warmth":7}"#)];
    assert_eq!(app.form("send", "application/json", &fields).await.status, 400);
    assert_eq!(parameters(&app, id).await, json!({ "temperature": 1.0 }));

    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let stranger = [("conversation", nobody), ("temperature", "1")];
    assert_eq!(app.form("parameters/save", "application/json", &stranger).await.status, 404);
}

#[tokio::test]
async fn the_form_has_the_fields_of_the_protocol() {
    let app = TestApp::start().await;
    let model = app.model("plain").await;
    let fields = [("conversation", ""), ("model", model.as_str())];
    let known: Value = app.form("parameters", "application/json", &fields).await.ok();
    assert_eq!(known["label"], "plain");
    let supported = known["supported"].as_array().unwrap();
    assert!(supported.contains(&json!("seed")) && !supported.contains(&json!("top_k")));

    let page = Reply::of(app.request("GET", "/parameters")).await;
    assert!(page.text().contains("First message") && page.text().contains("Temperature"));
    let first = app.answer("plain", "Hello").await;
    let id = first["conversation_id"].as_str().unwrap();
    let page = Reply::of(app.request("GET", &format!("/parameters?conversation={id}"))).await;
    assert!(page.text().contains("This conversation") && page.text().contains("Temperature"));
}
