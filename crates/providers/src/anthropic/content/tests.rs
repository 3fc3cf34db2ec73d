//! Conversations as Anthropic wants them.

use super::*;

fn messages(messages: &[ChatMessage]) -> Value {
    serde_json::to_value(Conversation::new(messages).messages).unwrap()
}

fn assistant(text: Option<&str>, calls: &[(&str, &str)]) -> ChatMessage {
    let call = |(id, arguments): &(&str, &str)| RequestedCall {
        id: (*id).to_owned(),
        name: "f".to_owned(),
        arguments: (*arguments).to_owned(),
    };
    let tool_calls = calls.iter().map(call).collect();
    ChatMessage::Assistant { text: text.map(str::to_owned), tool_calls, state: None }
}

fn result(id: &str, content: &str, failed: bool) -> ChatMessage {
    let (call_id, content) = (id.to_owned(), content.to_owned());
    ChatMessage::ToolResult { call_id, name: "f".to_owned(), content, failed }
}

fn state(state: &str) -> ChatMessage {
    let state = Some(state.to_owned());
    ChatMessage::Assistant { text: Some("lost".to_owned()), tool_calls: Vec::new(), state }
}

#[test]
fn neighbours_of_one_role_become_one_message_with_results_first() {
    let conversation = [
        ChatMessage::user("One."),
        ChatMessage::user(" \n"),
        ChatMessage::user("Two."),
        assistant(Some(" "), &[("a", ""), ("b", "{\"x\": 1.50}")]),
        ChatMessage::user("Hurry."),
        result("a", "", false),
        result("b", "", true),
    ];
    assert_eq!(
        messages(&conversation),
        json!([
            {"role": "user", "content": [
                {"type": "text", "text": "One."},
                {"type": "text", "text": "Two."},
            ]},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "a", "name": "f", "input": {}},
                {"type": "tool_use", "id": "b", "name": "f", "input": {"x": 1.5}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "a"},
                {"type": "tool_result", "tool_use_id": "b", "content": NO_REASON, "is_error": true},
                {"type": "text", "text": "Hurry."},
            ]},
        ])
    );
}

#[test]
fn instructions_go_to_the_top_and_the_user_begins() {
    let conversation = [
        ChatMessage::System("Be brief.".to_owned()),
        assistant(Some("Hello."), &[]),
        ChatMessage::System(" ".to_owned()),
        ChatMessage::user("Hi"),
    ];
    let conversation = Conversation::new(&conversation);
    let system = serde_json::to_value(&conversation.system).unwrap();
    assert_eq!(system, json!([{"type": "text", "text": "Be brief."}]));
    let messages = serde_json::to_value(&conversation.messages).unwrap();
    assert_eq!(messages[0]["content"][0]["text"], LEFT_OUT);
    assert_eq!(messages[1]["role"], "assistant");
}

#[test]
fn a_final_turn_does_not_end_in_white_space() {
    let user = || ChatMessage::user("Go on");
    let last = |message| messages(&[user(), message])[1]["content"].clone();
    assert_eq!(last(assistant(Some("Once \n"), &[])), json!([{"type": "text", "text": "Once"}]));
    let kept =
        r#"[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"Once "}]"#;
    assert_eq!(last(state(kept))[1], json!({"type": "text", "text": "Once"}));
    assert_eq!(last(assistant(Some(" "), &[])), Value::Null);
}

#[test]
fn a_turn_in_the_servers_own_form_goes_back_as_it_was() {
    let kept =
        r#"[{"signature":"s","type":"thinking","thinking":"\u00fc"},{"type":"text","text":""}]"#;
    let conversation = [ChatMessage::user("x"), state(kept), ChatMessage::user("y")];
    let sent = serde_json::to_string(&Conversation::new(&conversation).messages).unwrap();
    let verbatim = r#""content":[{"signature":"s","type":"thinking","thinking":"\u00fc"}]"#;
    assert!(sent.contains(verbatim), "{sent}");
    let broken = [ChatMessage::user("x"), state("[oops"), ChatMessage::user("y")];
    assert_eq!(messages(&broken)[1]["content"][0]["text"], "lost");
}

#[test]
fn identifiers_are_made_fit_and_unique() {
    let conversation = [
        ChatMessage::user("x"),
        assistant(None, &[("f.g:0", "oops")]),
        result("f.g:0", "1", false),
        assistant(None, &[("call_0", "[1]")]),
        result("call_0", "2", false),
        assistant(None, &[("call_0", "{}")]),
        result("call_0", "3", false),
    ];
    let sent = messages(&conversation);
    let ids: Vec<_> = [1, 3, 5].map(|turn| &sent[turn]["content"][0]["id"]).to_vec();
    assert_eq!(ids, ["f_g_0", "call_0", "call_0_2"]);
    let answered: Vec<_> = [2, 4, 6].map(|turn| &sent[turn]["content"][0]["tool_use_id"]).to_vec();
    assert_eq!(answered, ids);
    assert_eq!(sent[1]["content"][0]["input"], json!({"arguments": "oops"}));
    assert_eq!(sent[3]["content"][0]["input"], json!({"arguments": "[1]"}));
}
