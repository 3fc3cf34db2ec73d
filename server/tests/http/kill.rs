//! `kill -9` in the middle of answers: nothing acknowledged is lost, and everything goes on.

use std::{
    fmt::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use models::{
    conversation::{ConversationDetail, SendReceipt},
    id::ConversationId,
    run::RunStatus,
    run_event::RunEvent,
};
use serde_json::json;
use store::{Store, StoreOptions};

use crate::{
    faults::report,
    support::{Dice, Process, Reply, SseReader, TestApp, client, text_of},
};

const KILLS: usize = 20;
/// Counts to 450 in about one and a half seconds; asked to go on, it does so to 500.
const MODEL: &str = "continue:delay=3,words=500,cut=450";
/// The span of the stream in which the server is killed, in milliseconds.
const SPAN: u64 = 1_200;
/// How far the database may be behind what a watcher saw (design: the journal's flush).
const BEHIND: Duration = Duration::from_millis(250);
/// How often an answer may be continued: a kill before the first word leaves nothing to go on from.
const CONTINUATIONS: usize = 3;

/// What a watcher saw up to the kill.
struct Seen {
    receipt: SendReceipt,
    /// Each delta with the moment it came.
    deltas: Vec<(Instant, String)>,
}

/// One kill, as it goes into the table.
struct Outcome {
    instant: u64,
    seen: usize,
    kept: usize,
    behind: Duration,
    continued: usize,
}

#[tokio::test]
async fn twenty_kills_lose_nothing_that_was_acknowledged() {
    let app = TestApp::builder().models(&[MODEL]).start().await;
    let model_id = app.model(MODEL).await;
    let (config, provider, folder) = app.stop().await;
    let mut dice = Dice::seeded();
    let mut questions: Vec<(ConversationId, String)> = Vec::new();
    let mut outcomes = Vec::new();
    for number in 0..KILLS {
        let question = format!("Question number {number}, please count");
        let instant = dice.below(SPAN);
        let process = Process::start(folder.path(), "warn").await;
        let body = json!({ "message": question, "model_id": model_id, "stream": true });
        let (seen, killed) = watch_and_kill(process, &body, Duration::from_millis(instant)).await;
        questions.push((seen.receipt.conversation_id, question));

        database_is_sound(&config.data_dir).await;
        let process = Process::start(folder.path(), "warn").await;
        let detail = process.conversation(seen.receipt.conversation_id).await;
        let (kept, behind) = check_partial(&detail, &seen, killed);
        let continued = continue_to_the_end(&process, &seen.receipt).await;
        every_question_is_there(&process, &questions).await;
        process.stop().await;
        let shown: String = seen.deltas.iter().map(|(_, text)| text.as_str()).collect();
        let seen = shown.split_whitespace().count();
        outcomes.push(Outcome { instant, seen, kept, behind, continued });
    }
    report("kill.md", &table(&outcomes));
    assert_eq!(provider.violations().len(), 0);
    let mid_stream = outcomes.iter().filter(|outcome| outcome.seen > 0).count();
    assert!(mid_stream >= KILLS / 2, "only {mid_stream} kills hit a stream that had begun");
}

/// Sends, watches the answer, and kills the server this long after the receipt.
async fn watch_and_kill(
    mut process: Process,
    body: &serde_json::Value,
    instant: Duration,
) -> (Seen, Instant) {
    let url = format!("{}/api/chat/ui/send", process.address);
    let mut reader = SseReader::open(client().post(url).json(body)).await;
    let accepted = reader.next().await.unwrap();
    let receipt = serde_json::from_value(accepted.data).unwrap();
    let mut deltas = Vec::new();
    let deadline = tokio::time::sleep(instant);
    tokio::pin!(deadline);
    loop {
        tokio::select! {
            () = &mut deadline => break,
            event = reader.next() => {
                let Some(event) = event else { break };
                let run_event = serde_json::from_value(event.data).unwrap();
                if let RunEvent::TextDelta { text } = run_event {
                    deltas.push((event.at, text));
                }
            }
        }
    }
    let killed = Instant::now();
    process.kill().await;
    (Seen { receipt, deltas }, killed)
}

async fn database_is_sound(data_dir: &Path) {
    let database_url = format!("sqlite://{}", data_dir.join("studio.db").display());
    let store =
        Store::open(StoreOptions { database_url, ..StoreOptions::default() }).await.unwrap();
    store.check().await.unwrap();
    store.close().await.unwrap();
}

/// The question is there, the answer is interrupted, and what is kept is at most [`BEHIND`] old.
/// Gives the words kept and how far behind they are.
fn check_partial(detail: &ConversationDetail, seen: &Seen, killed: Instant) -> (usize, Duration) {
    let [question, answer] = detail.messages.as_slice() else {
        panic!("{} messages", detail.messages.len());
    };
    assert_eq!(question.id, seen.receipt.user_message_id);
    assert_eq!(answer.id, seen.receipt.assistant_message_id);
    assert_eq!(answer.status, RunStatus::Interrupted);
    let kept = answer.text();
    let whole = counted(450);
    assert!(whole.starts_with(&kept), "{kept}");
    let mut shown = 0;
    let mut behind = Duration::ZERO;
    for (at, text) in &seen.deltas {
        shown += text.len();
        if shown > kept.len() {
            behind = killed.duration_since(*at);
            break;
        }
    }
    assert!(behind <= BEHIND, "{behind:?} behind");
    (kept.split_whitespace().count(), behind)
}

/// Continues until the answer is complete and without gap or repetition; gives how often.
async fn continue_to_the_end(process: &Process, receipt: &SendReceipt) -> usize {
    let api = format!("{}/api/chat/ui", process.address);
    for round in 1..=CONTINUATIONS {
        let url = format!("{api}/messages/{}/continue", receipt.assistant_message_id);
        let run: SendReceipt = Reply::of(client().post(url)).await.ok();
        let url = format!("{api}/runs/{}/events", run.run_id);
        let events = SseReader::open(client().get(url)).await.rest().await;
        let said = text_of(&crate::support::numbered(&events));
        let answer = process.conversation(receipt.conversation_id).await.messages.remove(1);
        assert!(answer.text().ends_with(&said), "{said}");
        if answer.status == RunStatus::Complete {
            assert_eq!(answer.text(), counted(500));
            return round;
        }
    }
    panic!("the answer could not be completed");
}

async fn every_question_is_there(process: &Process, questions: &[(ConversationId, String)]) {
    for (id, question) in questions {
        let detail = process.conversation(*id).await;
        assert_eq!(detail.messages[0].text(), *question);
        assert_eq!(detail.messages[1].text(), counted(500));
    }
}

fn table(outcomes: &[Outcome]) -> String {
    let mut table = format!(
        "# `kill -9` at {KILLS} random instants of a stream\n\nAfter each: the question is there, \
         the answer is `interrupted`, the database passes its check, *Continue* completes the \
         answer without gap or repetition. “Behind” is the age of the oldest word that a watcher \
         saw and the database did not have (limit 250 ms).\n\n\
         | kill | ms after the receipt | words seen | words kept | behind | continued |\n\
         |---|---|---|---|---|---|\n"
    );
    for (number, outcome) in outcomes.iter().enumerate() {
        writeln!(
            table,
            "| {} | {} | {} | {} | {} ms | {}× |",
            number + 1,
            outcome.instant,
            outcome.seen,
            outcome.kept,
            outcome.behind.as_millis(),
            outcome.continued
        )
        .unwrap();
    }
    let worst = outcomes.iter().map(|outcome| outcome.behind).max().unwrap_or_default();
    writeln!(table, "\nWorst: {} ms behind.", worst.as_millis()).unwrap();
    table
}

fn counted(to: u32) -> String {
    (1..=to).map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}
