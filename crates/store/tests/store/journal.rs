//! The journal: replay without a gap, refusal after the end, removal.

use models::{
    part::ToolCallStatus,
    run::RunStatus,
    run_event::{RunEvent, SequencedEvent},
    usage::Usage,
};

use crate::support::{Fixture, START, deltas, ending, on_both_databases, text};

on_both_databases!(
    replay_is_exact_from_every_number,
    a_batch_sent_again_counts_once,
    one_call_serves_many_runs_and_names_those_that_are_over,
    a_message_is_materialised_forwards_only,
    old_journals_are_pruned,
);

/// Events of every kind that batches are cut through.
fn events(count: u64) -> Vec<SequencedEvent> {
    (1..=count)
        .map(|sequence| SequencedEvent {
            sequence,
            event: match sequence % 7 {
                0 => {
                    RunEvent::Usage { usage: Usage { output: Some(sequence), ..Usage::default() } }
                }
                1..=3 => RunEvent::TextDelta { text: format!("é{sequence}\n") },
                4 | 5 => RunEvent::ReasoningDelta { text: format!("“{sequence}”") },
                _ => RunEvent::ToolCallUpdate {
                    index: 0,
                    status: ToolCallStatus::Complete,
                    result: Some(sequence.to_string()),
                },
            },
        })
        .collect()
}

async fn replay_is_exact_from_every_number(fixture: Fixture) {
    let (_, run) = fixture.send().await;
    let all = events(300);
    // Batches of 1, 2, 3 … events: more rows than are read at once come from the single ones after.
    let mut rest = &all[..];
    for size in 1.. {
        if rest.len() < 100 {
            break;
        }
        let (batch, later) = rest.split_at(size);
        rest = later;
        fixture.store.append_events(&[(run.id, batch.to_vec())]).await.expect("written");
    }
    for event in rest {
        fixture.store.append_events(&[(run.id, vec![event.clone()])]).await.expect("written");
    }
    for after in 0..=301_u64 {
        let replay = fixture.store.events_after(run.id, after, 1000).await.expect("events");
        assert_eq!(replay, all[usize::try_from(after.min(300)).expect("small")..], "after {after}");
    }
    let some = fixture.store.events_after(run.id, 17, 5).await.expect("events");
    assert_eq!(some, all[17..22]);
}

async fn a_batch_sent_again_counts_once(fixture: Fixture) {
    let (_, run) = fixture.send().await;
    let longer = deltas(1, &["a", "b", "c"]);
    for batch in [&longer[..2], &longer[..], &longer[..]] {
        fixture.store.append_events(&[(run.id, batch.to_vec())]).await.expect("written");
    }
    assert_eq!(fixture.store.events_after(run.id, 0, 10).await.expect("events"), longer);
}

async fn one_call_serves_many_runs_and_names_those_that_are_over(fixture: Fixture) {
    let store = &fixture.store;
    let (_, alive) = fixture.send().await;
    let (_, over) = fixture.send().await;
    let (receipt, gone) = fixture.send().await;
    fixture.finish(&over).await;
    store.purge_conversation(fixture.owner, receipt.conversation_id).await.expect("purged");
    let refused = store
        .append_events(&[
            (gone.id, deltas(1, &["x"])),
            (over.id, deltas(2, &["y"])),
            (alive.id, deltas(1, &["z"])),
        ])
        .await
        .expect("written");
    assert_eq!(refused, [gone.id, over.id]);
    assert_eq!(store.events_after(alive.id, 0, 9).await.expect("events"), deltas(1, &["z"]));
    assert_eq!(store.events_after(over.id, 1, 9).await.expect("events"), []);
    assert_eq!(store.append_events(&[]).await.expect("nothing"), []);
}

async fn a_message_is_materialised_forwards_only(fixture: Fixture) {
    let store = &fixture.store;
    let (receipt, run) = fixture.send().await;
    let message = receipt.assistant_message_id;
    let materialise = |said: &'static str, sequence| {
        let store = store.clone();
        let run = run.id;
        async move { store.materialise(run, message, &text(said), sequence).await.expect("an answer") }
    };
    assert!(materialise("a", 3).await);
    assert!(!materialise("older", 2).await);
    assert!(materialise("ab", 4).await);
    let now = store.message(fixture.owner, message).await.expect("it");
    assert_eq!((now.sequence, now.parts, now.status), (4, text("ab"), RunStatus::Running));
    let mut end = ending(&run);
    (end.sequence, end.tail) = (5, deltas(5, &["c"]));
    assert!(store.finish_run(end).await.expect("ended"));
    assert!(!materialise("late", 9).await);
    let end = store.message(fixture.owner, message).await.expect("it");
    assert_eq!((end.sequence, end.parts), (5, text("Well.")));
}

async fn old_journals_are_pruned(fixture: Fixture) {
    let store = &fixture.store;
    let (_, alive) = fixture.send().await;
    store.append_events(&[(alive.id, deltas(1, &["x"]))]).await.expect("written");
    let (_, over) = fixture.send().await;
    fixture.finish(&over).await;
    let end = ending(&over).now;
    assert_eq!(store.prune_events(end).await.expect("none yet"), 0);
    assert_eq!(store.prune_events(end.plus_millis(1)).await.expect("one"), 1);
    assert_eq!(store.events_after(over.id, 0, 9).await.expect("events"), []);
    assert_eq!(store.events_after(alive.id, 0, 9).await.expect("events").len(), 1);
    assert!(START < end);
}
