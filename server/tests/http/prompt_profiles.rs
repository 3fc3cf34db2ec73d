//! `prompt-profiles`: create, list, replace, delete, and their use.

use models::prompt_profile::PromptProfile;
use serde_json::{Value, json};

use crate::support::{Reply, TestApp};

#[tokio::test]
async fn a_prompt_profile_lives_through_its_changes() {
    let app = TestApp::start().await;
    let input =
        json!({ "name": "Brief", "description": "Few words", "system_prompt": "Be brief." });
    let reply = app.post("prompt-profiles", &input).await;
    assert_eq!(reply.status, 201);
    let created: PromptProfile = reply.ok();
    insta::assert_snapshot!(app.post("prompt-profiles", &input).await.said(), @"409 conflict: This name is taken. Choose another name.");

    let path = format!("prompt-profiles/{}", created.id);
    let mut change = input.clone();
    change["system_prompt"] = json!("Be very brief.");
    change["version"] = json!(created.version);
    let replaced: PromptProfile = Reply::of(app.api("PUT", &path).json(&change)).await.ok();
    assert_eq!(replaced.system_prompt, "Be very brief.");
    assert_eq!(Reply::of(app.api("PUT", &path).json(&change)).await.status, 409);

    let all: Vec<PromptProfile> = app.get("prompt-profiles").await.ok();
    assert_eq!(all, [replaced]);
    assert_eq!(app.call("DELETE", &path).await.status, 204);
    let all: Vec<PromptProfile> = app.get("prompt-profiles").await.ok();
    assert_eq!(all, []);
}

#[tokio::test]
async fn the_chosen_prompt_and_the_history_reach_the_model() {
    let app = TestApp::start().await;
    let input = json!({ "name": "Pirate", "system_prompt": "Talk like a pirate." });
    let profile: PromptProfile = app.post("prompt-profiles", &input).await.ok();
    let echo = app.model("echo").await;
    let first = json!({ "message": "One", "model_id": echo, "prompt_profile_id": profile.id });
    let first: Value = app.post("send", &first).await.ok();
    let second = json!({ "message": "Two", "conversation_id": first["conversation_id"] });
    let second: Value = app.post("send", &second).await.ok();
    let heard: Value =
        serde_json::from_str(second["message"]["parts"][0]["text"].as_str().unwrap()).unwrap();
    let roles: Vec<&str> =
        heard.as_array().unwrap().iter().map(|message| message["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    assert!(heard[0].to_string().contains("Talk like a pirate."));
    assert!(heard[1].to_string().contains("One") && heard[3].to_string().contains("Two"));
    assert_eq!(app.provider.violations().len(), 0);
}
