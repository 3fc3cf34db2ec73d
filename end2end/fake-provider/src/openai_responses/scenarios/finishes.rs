//! The ways an answer may end.

use serde_json::json;

use super::super::{ItemStream, ended, items};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
    text,
};

const REFUSED: &str = "I'm sorry, I can't help with that.";

pub(super) const TABLE: &[Scenario] = &[
    scenario("length", "Ends because the token limit was reached.", |call| {
        ended(call, |stream| stream.incomplete("max_output_tokens"))
    }),
    scenario("content-filter", "Ends because a filter stepped in.", |call| {
        ended(call, |stream| stream.incomplete("content_filter"))
    }),
    scenario("finish-unknown", "Incomplete for a reason nobody has heard of.", |call| {
        ended(call, |stream| stream.incomplete("solar_flare"))
    }),
    scenario("cancelled", "Completed, says the event, but the status says cancelled.", |call| {
        ended(call, |stream| {
            let response = stream.closing("cancelled");
            stream.event("response.completed", json!({"response": response}))
        })
    }),
    scenario("refusal", "A refusal in deltas and no text.", refusal),
    scenario("refusal-item-only", "A refusal that comes with the finished message.", |call| {
        let mut item = items::message("msg_0", "");
        item["content"] = json!([items::refusal(REFUSED)]);
        ItemStream::new(call).begin().done(item).complete().answer()
    }),
    scenario("text-after-finish", "More text after the response was completed.", |call| {
        begun_and_completed(call).text(" One more thing.").answer()
    }),
    scenario("completed-then-open", "Completed, but the connection stays open.", |call| {
        begun_and_completed(call).hold().answer()
    }),
    scenario("done-mark", "`[DONE]` at the end, as servers of chats write it.", |call| {
        let stream = ItemStream::new(call).begin().message(text::PLAIN).complete();
        stream.step(crate::step::Step::Done).answer()
    }),
];

fn begun_and_completed(call: &Call) -> ItemStream {
    super::super::begun(call).close_message().complete()
}

fn refusal(call: &Call) -> Answer {
    let place = json!({"item_id": "msg_0", "output_index": 0, "content_index": 0});
    let mut item = items::message("msg_0", "");
    item["content"] = json!([items::refusal(REFUSED)]);
    let mut done = place.clone();
    done["refusal"] = json!(REFUSED);
    ItemStream::new(call)
        .begin()
        .added(items::announced(&item))
        .deltas("response.refusal.delta", place, text::tokens(REFUSED).into_iter())
        .event("response.refusal.done", done)
        .done(item)
        .complete()
        .answer()
}
