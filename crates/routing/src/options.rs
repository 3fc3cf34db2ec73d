//! What can be set about runs.

use std::time::Duration;

use serde::Deserialize;

/// How runs are executed, journalled and cleaned up. Times are milliseconds where the name says so.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoutingOptions {
    /// Longest time between an event and its row in the journal. At most 250 (design: life of an answer).
    pub journal_flush_millis: u64,
    /// Shortest time between two batches to one watcher.
    pub watcher_flush_millis: u64,
    /// Time between two copies of a growing answer into its message.
    pub materialise_millis: u64,
    /// Time between two signs of life of the runs of this process.
    pub heartbeat_millis: u64,
    /// Silence after which another process's run counts as dead.
    pub stale_after_millis: u64,
    /// Time between two rounds of the reaper.
    pub reap_millis: u64,
    /// How long the events of a finished run stay in the journal, in hours.
    pub journal_retention_hours: u32,
    /// How long a file that was never sent is kept, in hours.
    pub unsent_hours: u32,
    /// How long a deleted conversation can be brought back, in minutes.
    pub undo_minutes: u32,
    /// Runs executing at once; the others wait their turn.
    pub concurrent_runs: usize,
    /// Runs accepted and not yet over; further ones are refused.
    pub accepted_runs: usize,
    /// Longest answer, in bytes of text, reasoning and tool arguments together.
    pub answer_bytes: usize,
    /// Longest time a run may take, in seconds.
    pub run_seconds: u64,
    /// Requests per answer: the first and its retries before any output.
    pub attempts: u32,
    /// Pause before the first retry; doubles with each, with jitter, up to `retry_pause_limit_millis`.
    pub retry_pause_millis: u64,
    /// Longest pause before a retry.
    pub retry_pause_limit_millis: u64,
    /// Messages of a conversation that go to the model, newest first.
    pub history_messages: u32,
    /// Images, and as many text files, of a conversation that go to the model, newest first; of others it
    /// gets the names.
    pub history_attachments: usize,
    /// What the model is told when an answer is to be continued.
    pub continue_prompt: String,
    /// Pause between two words of the built-in Guide.
    pub guide_pause_millis: u64,
}

impl Default for RoutingOptions {
    fn default() -> Self {
        Self {
            journal_flush_millis: 100,
            watcher_flush_millis: 16,
            materialise_millis: 2_000,
            heartbeat_millis: 5_000,
            stale_after_millis: 20_000,
            reap_millis: 30_000,
            journal_retention_hours: 24,
            unsent_hours: 24,
            undo_minutes: 10,
            concurrent_runs: 64,
            accepted_runs: 1_024,
            answer_bytes: 8 * 1024 * 1024,
            run_seconds: 3_600,
            attempts: 3,
            retry_pause_millis: 500,
            retry_pause_limit_millis: 8_000,
            history_messages: 400,
            history_attachments: 20,
            continue_prompt:
                "Your last answer was cut off. Go on exactly where it stopped, in the \
                              same format, without repeating anything and without a preamble."
                    .to_owned(),
            guide_pause_millis: 12,
        }
    }
}

impl RoutingOptions {
    /// Time between two journal writes, kept within the 250 ms that the journal promises.
    #[must_use]
    pub fn journal_flush(&self) -> Duration {
        Duration::from_millis(self.journal_flush_millis.min(250))
    }
}
