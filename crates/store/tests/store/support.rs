//! A fresh database for each test on either backend, and builders for the rows the tests need.

use std::{future::Future, io::Write as _, sync::Once, time::Duration};

use models::{
    conversation::{Conversation, SendReceipt},
    id::{ChatMetricId, ConversationId, InstanceId, MessageId, OwnerId, ProviderId, RunId},
    metric::ChatMetric,
    part::Part,
    provider::{Provider, ProviderKind},
    routing_profile::DIRECT_LLM,
    run::{FinishReason, RunStatus},
    run_event::{RunEvent, SequencedEvent},
    timestamp::Timestamp,
    usage::Usage,
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement,
    sqlx::{ConnectOptions as _, postgres::PgConnectOptions},
};
use store::{
    AcceptRun, FinishRun, NewConversationRow, NewProvider, NewUserMessage, Parent, RunRow,
    RunTarget, SendTo, Store, StoreOptions,
};
use tokio::task::JoinSet;

/// Where the PostgreSQL half of the tests finds a server on which it may make databases.
pub(crate) const POSTGRES_URL: &str = "TEST_POSTGRES_URL";

/// The moment the tests begin at.
pub(crate) const START: Timestamp = Timestamp(1_795_000_000_000);

/// Makes of each named test body one test on SQLite and one on PostgreSQL.
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::support::on_sqlite(super::$name).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::support::on_postgres(super::$name).await;
            })+
        }
    };
}
pub(crate) use on_both_databases;

/// An open store with its owner.
#[derive(Clone)]
pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) owner: OwnerId,
    pub(crate) url: String,
}

pub(crate) async fn on_sqlite<F, T>(test: F)
where
    F: FnOnce(Fixture) -> T,
    T: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().expect("a folder");
    run(format!("sqlite://{}/studio.db", folder.path().display()), test).await;
}

pub(crate) async fn on_postgres<F, T>(test: F)
where
    F: FnOnce(Fixture) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let Some(server) = postgres_url() else { return };
    let name = format!("store_test_{}", RunId::generate().0.simple());
    let database = beside(&server, &name);
    let admin = connect(&server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a new database");
    let mut tests = JoinSet::new();
    tests.spawn(run(database, test));
    let outcome = tests.join_next().await.expect("one test");
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute_unprepared(&drop).await.expect("the database goes");
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// The address of another database on the same server.
pub(crate) fn beside(server: &str, database: &str) -> String {
    let options: PgConnectOptions = server.parse().expect("a PostgreSQL address");
    options.database(database).to_url_lossy().to_string()
}

/// The server's address; says aloud, past the test harness' capture, when there is none.
pub(crate) fn postgres_url() -> Option<String> {
    static SAID: Once = Once::new();
    let url = std::env::var(POSTGRES_URL).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        SAID.call_once(|| {
            let notice =
                format!("\n*** SKIPPED: all PostgreSQL tests, {POSTGRES_URL} is not set ***\n");
            std::io::stderr().write_all(notice.as_bytes()).expect("standard error");
        });
    }
    url
}

async fn run<F, T>(url: String, test: F)
where
    F: FnOnce(Fixture) -> T,
    T: Future<Output = ()> + Send + 'static,
{
    let store = open(&url).await.expect("an empty database opens");
    let owner = store.ensure_owner().await.expect("an owner");
    test(Fixture { store: store.clone(), owner, url: url.clone() }).await;
    store.close().await.expect("the database closes");
    // Whatever a test did, the next start finds a sound database with nothing left to change.
    let again = open(&url).await.expect("the database opens again");
    again.check().await.expect("the database is sound");
    again.close().await.expect("the database closes");
}

pub(crate) async fn open(url: &str) -> Result<Store, store::StoreError> {
    let busy_timeout = Duration::from_secs(10);
    Store::open(StoreOptions { database_url: url.to_owned(), max_connections: 4, busy_timeout })
        .await
}

/// A connection beside the store's own.
pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("a connection")
}

impl Fixture {
    pub(crate) async fn connect(&self) -> DatabaseConnection {
        connect(&self.url).await
    }

    /// A second person's identifier, with a row of its own.
    pub(crate) async fn stranger(&self) -> OwnerId {
        let stranger = OwnerId::generate();
        let connection = self.connect().await;
        let sql = "INSERT INTO owner (id, name, created_at) VALUES ($1, 'Stranger', 0)";
        let backend = connection.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [stranger.0.into()]);
        connection.execute_raw(statement).await.expect("a second owner");
        stranger
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        let connection = self.connect().await;
        let backend = connection.get_database_backend();
        let statement = Statement::from_string(backend, format!("SELECT COUNT(*) FROM {table}"));
        let row = connection.query_one_raw(statement).await.expect("a count").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    pub(crate) async fn new_conversation(&self, at: Timestamp) -> Conversation {
        let row = conversation_row(at);
        self.store.create_conversation(self.owner, row).await.expect("a conversation")
    }

    pub(crate) async fn provider(&self, name: &str) -> Provider {
        let new = NewProvider {
            id: ProviderId::generate(),
            kind: ProviderKind::OpenaiChat,
            name: name.to_owned(),
            base_url: "http://127.0.0.1:8080/v1".to_owned(),
            key_ciphertext: Some(vec![1, 2, 3]),
            server: store::ServerFacts::default(),
        };
        self.store.create_provider(self.owner, new, START).await.expect("a provider")
    }

    /// A first message in a new conversation, accepted.
    pub(crate) async fn send(&self) -> (SendReceipt, RunRow) {
        let target = send_to(SendTo::New(Box::new(conversation_row(START))));
        self.accept(self.run(target)).await
    }

    /// A message after the current leaf, accepted.
    pub(crate) async fn send_again(
        &self,
        conversation_id: ConversationId,
    ) -> (SendReceipt, RunRow) {
        let to = SendTo::Existing { conversation_id, parent: Parent::CurrentLeaf };
        self.accept(self.run(send_to(to))).await
    }

    pub(crate) async fn accept(&self, accept: AcceptRun) -> (SendReceipt, RunRow) {
        let accepted = self.store.accept_run(accept).await.expect("an accepted run");
        assert!(!accepted.repeated);
        let run = self.store.run(self.owner, accepted.receipt.run_id).await.expect("its row");
        (accepted.receipt, run)
    }

    pub(crate) fn run(&self, target: RunTarget) -> AcceptRun {
        AcceptRun {
            owner: self.owner,
            run_id: RunId::generate(),
            target,
            idempotency_key: None,
            routing_profile: DIRECT_LLM.to_owned(),
            model_id: None,
            instance_id: InstanceId::generate(),
            now: START,
        }
    }

    pub(crate) async fn finish(&self, run: &RunRow) {
        let finished = self.store.finish_run(ending(run)).await.expect("an ended run");
        assert!(finished);
    }
}

pub(crate) fn conversation_row(at: Timestamp) -> NewConversationRow {
    NewConversationRow {
        id: ConversationId::generate(),
        title: String::new(),
        model_id: None,
        routing_profile: DIRECT_LLM.to_owned(),
        prompt_profile_id: None,
        parameters: models::parameters::Parameters::default(),
        created_at: at,
    }
}

pub(crate) fn send_to(to: SendTo) -> RunTarget {
    RunTarget::Send {
        to,
        user_message: NewUserMessage {
            id: MessageId::generate(),
            parts: text("How are you?"),
            attachments: Vec::new(),
        },
        assistant_message_id: MessageId::generate(),
    }
}

pub(crate) fn text(text: &str) -> Vec<Part> {
    vec![Part::Text { text: text.to_owned() }]
}

pub(crate) fn deltas(first: u64, texts: &[&str]) -> Vec<SequencedEvent> {
    (first..)
        .zip(texts)
        .map(|(sequence, text)| SequencedEvent {
            sequence,
            event: RunEvent::TextDelta { text: (*text).to_owned() },
        })
        .collect()
}

/// A complete answer of one word.
pub(crate) fn ending(run: &RunRow) -> FinishRun {
    FinishRun {
        run: run.clone(),
        status: RunStatus::Complete,
        parts: text("Well."),
        sequence: 1,
        tail: deltas(1, &["Well."]),
        finish_reason: Some(FinishReason::Stop),
        failure: None,
        usage: Usage { input: Some(7), output: Some(2), ..Usage::default() },
        provider: Some("Local".to_owned()),
        model: Some("small".to_owned()),
        title: None,
        metric: metric(run),
        started_at: Some(START.plus_millis(5)),
        now: START.plus_millis(900),
    }
}

pub(crate) fn metric(run: &RunRow) -> ChatMetric {
    ChatMetric {
        id: ChatMetricId::generate(),
        run_id: run.id,
        conversation_id: run.conversation_id,
        message_id: run.message_id,
        created_at: run.created_at,
        routing_profile: run.routing_profile.clone(),
        provider: "Local".to_owned(),
        model: "small".to_owned(),
        status: RunStatus::Complete,
        queue_ms: 5,
        first_token_ms: Some(100),
        total_ms: 900,
        usage: Usage { input: Some(7), output: Some(2), ..Usage::default() },
        usage_unknown: None,
        attempts: 1,
        tool_calls: 0,
        finish_reason: Some(FinishReason::Stop),
        failure: None,
        http_status: None,
    }
}

/// Asserts that an outcome is an error of this form.
macro_rules! assert_fails {
    ($outcome:expr, $pattern:pat) => {{
        let outcome = $outcome;
        assert!(matches!(outcome, Err($pattern)), "{outcome:?}");
    }};
}
pub(crate) use assert_fails;
