//! Runs: accepting once, executing alone, ending once.

use std::time::Duration;

use models::{
    conversation::SendReceipt,
    id::{ConversationId, InstanceId, MessageId, RunId},
    message::Role,
    part::Part,
    run::{FailureClass, FinishReason, RunFailure, RunStatus},
    timestamp::Timestamp,
};
use store::{AcceptRun, Accepted, Conflict, Parent, RunMode, RunTarget, SendTo, StoreError};
use tokio::{task::JoinSet, time::timeout};

use crate::support::{
    Fixture, START, assert_fails, conversation_row, ending, on_both_databases, send_to, text,
};

on_both_databases!(
    sending_stores_everything_at_once,
    a_key_is_accepted_once_also_at_the_same_moment,
    a_second_run_waits_for_the_first,
    retry_makes_a_sibling,
    continuing_goes_on_in_the_same_message,
    what_does_not_fit_is_refused,
    a_refused_message_leaves_nothing,
    finishing_writes_everything_once,
    nothing_is_finished_in_a_purged_conversation,
    a_title_is_taken_once,
    silent_runs_are_found,
    writers_never_meet_a_busy_database,
    a_caller_that_goes_away_leaves_the_writers_working,
);

async fn sending_stores_everything_at_once(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let (receipt, run) = fixture.send().await;
    let conversation = store.conversation(*owner, receipt.conversation_id).await.expect("it");
    assert_eq!(conversation.current_leaf_id, Some(receipt.assistant_message_id));
    let leaf = receipt.assistant_message_id;
    let (path, _) = store.path(*owner, conversation.id, leaf, 10).await.expect("a path");
    let [asked, answer] = &path[..] else { panic!("{path:?}") };
    assert_eq!(
        (asked.role, asked.status, &asked.parts),
        (Role::User, RunStatus::Complete, &text("How are you?"),)
    );
    assert_eq!(
        (answer.role, answer.status, answer.parts.len()),
        (Role::Assistant, RunStatus::Running, 0,)
    );
    assert_eq!((answer.parent_id, answer.run_id), (Some(asked.id), Some(run.id)));
    assert_eq!((run.mode, run.status, run.created_at), (RunMode::Fresh, RunStatus::Running, START));
    let active = store.active_run(*owner, conversation.id).await.expect("a run");
    assert_eq!(active, Some(run));
}

async fn a_key_is_accepted_once_also_at_the_same_moment(fixture: Fixture) {
    let mut calls = JoinSet::new();
    for _ in 0..8 {
        let fixture = fixture.clone();
        calls.spawn(async move {
            let target = send_to(SendTo::New(Box::new(conversation_row(START))));
            let idempotency_key = Some("the same".to_owned());
            let accept = AcceptRun { idempotency_key, ..fixture.run(target) };
            fixture.store.accept_run(accept).await.expect("accepted")
        });
    }
    let accepted: Vec<Accepted> = calls.join_all().await;
    let first: &SendReceipt = &accepted[0].receipt;
    assert!(accepted.iter().all(|accepted| accepted.receipt == *first), "{accepted:?}");
    assert_eq!(accepted.iter().filter(|accepted| !accepted.repeated).count(), 1);
    for (table, rows) in [("conversation", 1), ("message", 2), ("run", 1)] {
        assert_eq!(fixture.count(table).await, rows, "{table}");
    }
    // Also while the run is active, and after it is over.
    let run = fixture.store.run(fixture.owner, first.run_id).await.expect("the run");
    fixture.finish(&run).await;
    let target = send_to(SendTo::New(Box::new(conversation_row(START))));
    let accept = AcceptRun { idempotency_key: Some("the same".to_owned()), ..fixture.run(target) };
    let again = fixture.store.accept_run(accept).await.expect("accepted");
    assert_eq!(again, Accepted { receipt: first.clone(), repeated: true });
}

async fn a_second_run_waits_for_the_first(fixture: Fixture) {
    let (receipt, run) = fixture.send().await;
    let conversation_id = receipt.conversation_id;
    let send = send_to(SendTo::Existing { conversation_id, parent: Parent::CurrentLeaf });
    let retry = RunTarget::Retry {
        conversation_id,
        user_message_id: receipt.user_message_id,
        assistant_message_id: MessageId::generate(),
    };
    let go_on =
        RunTarget::Continue { conversation_id, assistant_message_id: receipt.assistant_message_id };
    for target in [send.clone(), retry, go_on] {
        let outcome = fixture.store.accept_run(fixture.run(target)).await;
        assert_fails!(outcome, StoreError::Conflict { what: Conflict::Running });
    }
    fixture.finish(&run).await;
    let (next, _) = fixture.accept(fixture.run(send)).await;
    let asked = fixture.store.message(fixture.owner, next.user_message_id).await.expect("it");
    assert_eq!(asked.parent_id, Some(receipt.assistant_message_id));
}

async fn retry_makes_a_sibling(fixture: Fixture) {
    let (receipt, run) = fixture.send().await;
    fixture.finish(&run).await;
    let retry = RunTarget::Retry {
        conversation_id: receipt.conversation_id,
        user_message_id: receipt.user_message_id,
        assistant_message_id: MessageId::generate(),
    };
    let (again, run) = fixture.accept(fixture.run(retry)).await;
    assert_eq!(again.user_message_id, receipt.user_message_id);
    assert_ne!(again.assistant_message_id, receipt.assistant_message_id);
    assert_eq!((run.mode, run.base_parts.len()), (RunMode::Fresh, 0));
    let first = fixture.store.message(fixture.owner, receipt.assistant_message_id).await;
    assert_eq!(first.expect("the first answer").parts, text("Well."));
}

async fn continuing_goes_on_in_the_same_message(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let (receipt, run) = fixture.send().await;
    let mut end = ending(&run);
    end.status = RunStatus::Interrupted;
    end.failure = Some(RunFailure {
        class: FailureClass::Network,
        message: "The line broke.".to_owned(),
        action: "Continue.".to_owned(),
        status: None,
    });
    assert!(store.finish_run(end.clone()).await.expect("ended"));
    let stopped = store.message(*owner, receipt.assistant_message_id).await.expect("it");
    assert_eq!((stopped.status, stopped.failure), (RunStatus::Interrupted, end.failure));

    let go_on = RunTarget::Continue {
        conversation_id: receipt.conversation_id,
        assistant_message_id: receipt.assistant_message_id,
    };
    let (again, run) = fixture.accept(fixture.run(go_on)).await;
    assert_eq!(again, SendReceipt { run_id: run.id, ..receipt.clone() });
    assert_eq!((run.mode, &run.base_parts), (RunMode::Continue, &text("Well.")));
    let message = store.message(*owner, receipt.assistant_message_id).await.expect("it");
    assert_eq!((message.status, message.sequence), (RunStatus::Running, 0));
    assert_eq!((message.run_id, message.failure), (Some(run.id), None));
    assert_eq!((message.finish_reason, message.parts), (None, text("Well.")));
    assert_eq!(fixture.count("message").await, 2);
}

async fn what_does_not_fit_is_refused(fixture: Fixture) {
    let (receipt, run) = fixture.send().await;
    fixture.finish(&run).await;
    let (elsewhere, run) = fixture.send().await;
    fixture.finish(&run).await;
    let conversation_id = receipt.conversation_id;
    let assistant_message_id = MessageId::generate();
    let retry = |user_message_id| RunTarget::Retry {
        conversation_id,
        user_message_id,
        assistant_message_id,
    };
    let after = |id| send_to(SendTo::Existing { conversation_id, parent: Parent::Message(id) });
    let go_on =
        |assistant_message_id| RunTarget::Continue { conversation_id, assistant_message_id };
    for target in [
        retry(receipt.assistant_message_id),
        retry(elsewhere.user_message_id),
        retry(MessageId::generate()),
        go_on(receipt.user_message_id),
        go_on(elsewhere.assistant_message_id),
        after(elsewhere.assistant_message_id),
        after(receipt.user_message_id),
    ] {
        let outcome = fixture.store.accept_run(fixture.run(target)).await;
        assert_fails!(outcome, StoreError::NotFound { what: "message" });
    }
    let (store, owner) = (&fixture.store, fixture.owner);
    store.mark_conversation_deleted(owner, conversation_id, START).await.expect("deleted");
    for id in [conversation_id, ConversationId::generate()] {
        let to = SendTo::Existing { conversation_id: id, parent: Parent::CurrentLeaf };
        let outcome = store.accept_run(fixture.run(send_to(to))).await;
        assert_fails!(outcome, StoreError::NotFound { what: "conversation" });
    }
}

async fn a_refused_message_leaves_nothing(fixture: Fixture) {
    let (receipt, _) = fixture.send().await;
    let mut accept = fixture.run(send_to(SendTo::New(Box::new(conversation_row(START)))));
    // The run's identifier is taken, which is found out after the messages were written.
    accept.run_id = receipt.run_id;
    assert_fails!(fixture.store.accept_run(accept).await, StoreError::Database(_));
    for (table, rows) in [("conversation", 1), ("message", 2), ("run", 1)] {
        assert_eq!(fixture.count(table).await, rows, "{table}");
    }
}

async fn finishing_writes_everything_once(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let (receipt, run) = fixture.send().await;
    let end = ending(&run);
    assert!(store.finish_run(end.clone()).await.expect("ended"));
    let message = store.message(*owner, receipt.assistant_message_id).await.expect("it");
    assert_eq!((message.status, &message.parts), (RunStatus::Complete, &text("Well.")));
    assert_eq!((message.sequence, message.usage), (1, end.usage));
    assert_eq!(message.finish_reason, Some(FinishReason::Stop));
    assert_eq!(message.provider.as_deref(), Some("Local"));
    assert_eq!(message.model.as_deref(), Some("small"));
    let over = store.run(*owner, run.id).await.expect("the run");
    assert_eq!(
        (over.status, over.started_at, over.finished_at),
        (RunStatus::Complete, Some(START.plus_millis(5)), Some(START.plus_millis(900)),)
    );
    assert_eq!(store.active_run(*owner, receipt.conversation_id).await.expect("none"), None);
    assert_eq!(store.events_after(run.id, 0, 10).await.expect("events"), end.tail);

    let mut late = ending(&run);
    late.status = RunStatus::Interrupted;
    late.parts = text("Something else.");
    assert!(!store.finish_run(late).await.expect("nothing to do"));
    let unchanged = store.message(*owner, receipt.assistant_message_id).await.expect("it");
    assert_eq!(unchanged, message);
    assert_eq!(fixture.count("chat_metric").await, 1);
}

async fn nothing_is_finished_in_a_purged_conversation(fixture: Fixture) {
    let (receipt, run) = fixture.send().await;
    let (store, owner) = (&fixture.store, fixture.owner);
    store.purge_conversation(owner, receipt.conversation_id).await.expect("purged");
    for tail in [ending(&run).tail, Vec::new()] {
        let mut end = ending(&run);
        end.tail = tail;
        assert!(!store.finish_run(end).await.expect("nothing to do"));
    }
    assert_eq!(fixture.count("chat_metric").await, 0);
}

async fn a_title_is_taken_once(fixture: Fixture) {
    let (receipt, run) = fixture.send().await;
    let mut end = ending(&run);
    end.title = Some("Well-being".to_owned());
    assert!(fixture.store.finish_run(end).await.expect("ended"));
    let (_, run) = fixture.send_again(receipt.conversation_id).await;
    let mut end = ending(&run);
    end.title = Some("Another".to_owned());
    assert!(fixture.store.finish_run(end).await.expect("ended"));
    let conversation =
        fixture.store.conversation(fixture.owner, receipt.conversation_id).await.expect("it");
    assert_eq!(conversation.title, "Well-being");
}

async fn silent_runs_are_found(fixture: Fixture) {
    let store = &fixture.store;
    let (_, alive) = fixture.send().await;
    let (_, silent) = fixture.send().await;
    let (_, over) = fixture.send().await;
    fixture.finish(&over).await;
    let later = START.plus_millis(10_000);
    store.heartbeat(alive.instance_id, later, &[alive.id]).await.expect("alive");
    // An instance speaks for its own runs only.
    store.heartbeat(alive.instance_id, later, &[silent.id]).await.expect("no effect");
    store.heartbeat(over.instance_id, later, &[]).await.expect("no effect");
    let before = START.plus_millis(1);
    let ids = |runs: Vec<store::RunRow>| runs.into_iter().map(|run| run.id).collect::<Vec<RunId>>();
    let stranger = InstanceId::generate();
    let found = store.stale_runs(before, stranger).await.expect("runs");
    assert_eq!(ids(found), [silent.id]);
    let found = store.stale_runs(before, silent.instance_id).await.expect("runs");
    assert_eq!(ids(found), []);
    let found = store.stale_runs(Timestamp(i64::MAX), stranger).await.expect("runs");
    assert_eq!(ids(found), [silent.id, alive.id]);
}

async fn writers_never_meet_a_busy_database(fixture: Fixture) {
    let mut writers = JoinSet::new();
    for writer in 0..6 {
        let fixture = fixture.clone();
        writers.spawn(async move {
            for round in 0..10 {
                let (receipt, run) = fixture.send().await;
                let parts = [Part::Text { text: format!("{writer} {round}") }];
                let store = &fixture.store;
                let message = receipt.assistant_message_id;
                assert!(store.materialise(run.id, message, &parts, 1).await.expect("written"));
                fixture.finish(&run).await;
            }
        });
    }
    writers.join_all().await;
    assert_eq!(fixture.count("run").await, 60);
}

async fn a_caller_that_goes_away_leaves_the_writers_working(fixture: Fixture) {
    let mut kept = 0;
    for step in 0..60_u64 {
        let target = send_to(SendTo::New(Box::new(conversation_row(START))));
        let accept = fixture.store.accept_run(fixture.run(target));
        // The limits grow through all of a transaction's steps, from before its first to after its last.
        if let Ok(outcome) = timeout(Duration::from_micros(step * 150), accept).await {
            outcome.expect("accepted");
            kept += 1;
        }
    }
    fixture.send().await;
    assert!(fixture.count("run").await > kept);
    assert_eq!(fixture.count("message").await, 2 * fixture.count("run").await);
    assert_eq!(fixture.count("conversation").await, fixture.count("run").await);
}
