//! Every upstream fault, through the whole server: how it ends and what the person is told.

use std::fmt::Write as _;

use futures::{StreamExt, stream};
use models::{
    conversation::{ConversationDetail, SendAnswer},
    run::RunStatus,
};
use serde_json::json;

use crate::support::TestApp;

/// Faults after some output: the output stays.
const PARTIAL: &[&str] = &[
    "bad-json-frame",
    "bad-utf8",
    "cut",
    "cut-frame",
    "cut-utf8",
    "deep-json",
    "done-only",
    "end-early",
    "end-mid-frame",
    "endless-event",
    "endless-line",
    "error-mid-stream",
    "error-mid-stream-cut",
    "error-mid-stream-event",
    "error-mid-stream-line",
    "error-mid-stream-openrouter",
    "error-mid-stream-string",
    "finish-error",
    "finish-resource",
    "lone-surrogate",
    "never-ending:delay=0",
    "stall",
    "wrong-types",
];
/// Faults before any output: there is nothing to keep.
const NOTHING: &[&str] = &[
    "comments-forever",
    "context-exceeded:limit=1",
    "empty",
    "empty-body",
    "empty-json",
    "endless-json",
    "error-400",
    "error-401",
    "error-402",
    "error-403",
    "error-404",
    "error-413",
    "error-429",
    "error-429-quota",
    "error-429-retry-after-ms",
    "error-429-retry-long",
    "error-500",
    "error-503",
    "error-529",
    "error-content-filter",
    "error-echoes-key",
    "error-empty",
    "error-first-frame",
    "error-html",
    "error-huge",
    "error-loading",
    "error-slow-body",
    "error-text",
    "hangup",
    "html-200",
    "lmstudio-200-error",
    "redirect",
    "silent",
    "stall-first",
];
/// Oddities that are no faults: the answer is whole.
const WHOLE: &[&str] = &[
    "byte-by-byte",
    "byte-order-mark",
    "comments",
    "content-array",
    "content-null",
    "context-exceeded",
    "crlf",
    "done-then-open",
    "empty-choices",
    "flaky-2",
    "huge-frame",
    "no-done",
    "no-space",
    "plain",
    "reasoning-think-tags",
    "reject-max-completion-tokens",
    "reject-stream-options",
    "unknown-events",
    "usage-absent",
];
const KEY: &str = "sk-fault-0123456789";

#[tokio::test]
async fn every_upstream_fault_ends_honestly() {
    let all: Vec<&str> = [PARTIAL, NOTHING, WHOLE].concat();
    let app = TestApp::builder()
        .models(&["never-ending:delay=0", "context-exceeded:limit=1"])
        .config(|config| {
            config.providers.first_byte_local_seconds = 3;
            config.providers.idle_seconds = 2;
            config.providers.silence_seconds = 4;
            config.runs.retry_pause_limit_millis = 200;
            config.runs.answer_bytes = 9 * 1024 * 1024;
        })
        .start()
        .await;
    let studio = app.serving().studio();
    let provider = studio.providers(&studio.local_caller()).await.unwrap().remove(0);
    let input = models::provider::ProviderInput {
        kind: None,
        name: provider.name,
        base_url: provider.base_url,
        key: Some(KEY.to_owned()),
        remove_key: false,
    };
    studio.replace_provider(&studio.local_caller(), provider.id, input).await.unwrap();

    let answers = stream::iter(all).map(async |name| (name, play(&app, name).await));
    let mut answers: Vec<(&str, SendAnswer)> = answers.buffer_unordered(8).collect().await;
    answers.sort_by_key(|(name, _)| *name);
    let mut table = "# What becomes of upstream faults\n\nThe scenario is the fake provider's; \
        “kept” is the text that was shown before the fault and stays.\n\n\
        | scenario | ends as | kept | what the person is told |\n|---|---|---|---|\n"
        .to_owned();
    for (name, answer) in &answers {
        writeln!(table, "{}", row(name, answer, &app)).unwrap();
    }
    report("upstream-faults.md", &table);
    for (name, answer) in &answers {
        check(name, answer);
    }
    assert!(!table.contains(KEY), "a provider's key came out");
    assert_eq!(app.provider.open_streams(), 0, "a request outlived its run");
}

async fn play(app: &TestApp, name: &str) -> SendAnswer {
    let model_id = app.model(name).await;
    let sent = json!({ "message": "Tell me about rivers", "model_id": model_id });
    let answer: SendAnswer = app.post("send", &sent).await.ok();
    // What the answer said is what is stored.
    let path = format!("conversations/{}", answer.receipt.conversation_id);
    let stored: ConversationDetail = app.get(&path).await.ok();
    assert_eq!(stored.messages[1], answer.message);
    answer
}

fn check(name: &str, answer: &SendAnswer) {
    let message = &answer.message;
    if WHOLE.contains(&name) {
        assert_eq!(message.status, RunStatus::Complete, "{name}: {:?}", message.failure);
        assert!(!message.text().is_empty(), "{name}");
        return;
    }
    assert_eq!(message.status, RunStatus::Failed, "{name}");
    let failure = message.failure.as_ref().unwrap_or_else(|| panic!("{name} has no cause"));
    assert!(failure.message.ends_with('.') || failure.message.len() > 20, "{name}: {failure:?}");
    assert!(!failure.action.is_empty(), "{name}");
    assert_eq!(PARTIAL.contains(&name), !message.text().is_empty(), "{name}: {}", message.text());
}

fn row(name: &str, answer: &SendAnswer, app: &TestApp) -> String {
    let message = &answer.message;
    let words = message.text().split_whitespace().count();
    let told = message.failure.as_ref().map_or_else(String::new, |failure| {
        let class = serde_json::to_value(failure.class).unwrap();
        let told: String =
            format!("{} {}", failure.message, failure.action).chars().take(240).collect();
        format!("**{}** {told}", class.as_str().unwrap())
    });
    let told = told.replace(&app.provider.address().to_string(), "SERVER").replace('|', "\\|");
    let told = told.replace(&format!("localhost:{}", app.provider.address().port()), "ELSEWHERE");
    format!(
        "| {name} | {} | {words} words | {} |",
        message.status.as_str(),
        told.replace('\n', " ")
    )
}

/// Leaves a table beside the build's other results.
pub(crate) fn report(name: &str, text: &str) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_chat-studio"));
    let target = program.ancestors().nth(2).unwrap();
    let folder = target.join("reports");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
    println!("{text}");
}
