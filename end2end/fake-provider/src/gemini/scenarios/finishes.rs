//! The reasons an answer may give for its end.

use serde_json::json;

use crate::{
    answer::Answer,
    call::Call,
    gemini::part_stream::{begun, stream},
    scenarios::{Scenario, scenario},
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("length", "Ends because the token limit was reached.", |call| {
        because(call, "MAX_TOKENS")
    }),
    scenario("length-thinking", "The thoughts used up the token limit.", |call| {
        stream(call).thought("On and on and on").end_because("MAX_TOKENS").answer()
    }),
    scenario("content-filter", "Ends because a filter stepped in.", |call| because(call, "SAFETY")),
    scenario("finish-recitation", "Ends because the text is somebody's.", |call| {
        because(call, "RECITATION")
    }),
    scenario("finish-blocklist", "Ends because of a forbidden word.", |call| {
        because(call, "BLOCKLIST")
    }),
    scenario("finish-prohibited", "Ends because of a forbidden subject.", |call| {
        because(call, "PROHIBITED_CONTENT")
    }),
    scenario("finish-spii", "Ends because of somebody's personal data.", |call| {
        because(call, "SPII")
    }),
    scenario("finish-language", "Ends because the language is not supported.", |call| {
        because(call, "LANGUAGE")
    }),
    scenario("finish-error", "Ends for a reason that is not told.", |call| because(call, "OTHER")),
    scenario("finish-malformed-call", "The model wrote a call nobody can read.", |call| {
        malformed(call)
    }),
    scenario("finish-unexpected-call", "The model called a tool that was not offered.", |call| {
        because(call, "UNEXPECTED_TOOL_CALL")
    }),
    scenario("finish-too-many-calls", "The model called too many tools.", |call| {
        because(call, "TOO_MANY_TOOL_CALLS")
    }),
    scenario("finish-unknown", "A finish reason nobody has heard of.", |call| {
        because(call, "SOLAR_FLARE")
    }),
    scenario("finish-with-text", "The last frame carries the last text.", |call| {
        begun(call).end_with(&json!({"text": " the end."}), "STOP").answer()
    }),
    scenario("finish-without-content", "The last frame has no content at all.", |call| {
        begun(call).candidates(json!([{"finishReason": "STOP", "index": 0}])).answer()
    }),
    scenario("text-after-finish", "More text after the finish reason.", |call| {
        begun(call).end().text(" One more thing.").answer()
    }),
    scenario("blocked-prompt", "No candidates, because the prompt was blocked.", |call| {
        blocked(call, &json!({"blockReason": "PROHIBITED_CONTENT"}))
    }),
    scenario("blocked-prompt-words", "The same with ratings and a message.", |call| {
        blocked(
            call,
            &json!({
                "blockReason": "SAFETY",
                "blockReasonMessage": "The prompt is not safe.",
                "safetyRatings": [
                    {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH"},
                ],
            }),
        )
    }),
];

fn because(call: &Call, reason: &str) -> Answer {
    begun(call).end_because(reason).answer()
}

fn malformed(call: &Call) -> Answer {
    let candidate = json!([{
        "content": {},
        "finishReason": "MALFORMED_FUNCTION_CALL",
        "finishMessage": "Malformed function call: print(default_api.get_time(tz='UTC'))",
        "index": 0,
    }]);
    stream(call).candidates(candidate).answer()
}

fn blocked(call: &Call, feedback: &serde_json::Value) -> Answer {
    stream(call)
        .frame(json!({
            "promptFeedback": feedback,
            "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9},
            "modelVersion": call.model(),
        }))
        .answer()
}
