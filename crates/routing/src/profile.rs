//! What a kind of routing profile is to the supervisor, and what it works with.

use async_trait::async_trait;
use models::{
    id::ProviderId,
    routing_profile::RoutingKind,
    run::{FinishReason, RunFailure, RunStatus},
    run_event::RunEvent,
    timestamp::Timestamp,
};
use store::{RunRow, Store};

use crate::{RoutingOptions, direct::DirectLlm, hub::RunChannel, registry::Registry};

/// The code behind a kind of routing profile.
#[async_trait]
pub(crate) trait Profile: Send + Sync {
    /// Executes a run to its end. Dropping the future is how a run is stopped.
    async fn execute(&self, context: &mut RunContext<'_>) -> Ending;
}

/// The code for a kind.
pub(crate) fn of_kind(kind: RoutingKind) -> &'static dyn Profile {
    match kind {
        RoutingKind::DirectLlm => &DirectLlm,
    }
}

/// What a profile works with while it executes one run.
pub(crate) struct RunContext<'a> {
    pub(crate) run: &'a RunRow,
    pub(crate) channel: &'a RunChannel,
    pub(crate) store: &'a Store,
    pub(crate) registry: &'a Registry,
    pub(crate) options: &'a RoutingOptions,
    pub(crate) ledger: Ledger,
}

/// What the metrics row is made of, gathered on the way.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Absent where no provider was asked.
    pub(crate) provider_id: Option<ProviderId>,
    pub(crate) attempts: u32,
    pub(crate) first_request_at: Option<Timestamp>,
    pub(crate) last_request_at: Option<Timestamp>,
    pub(crate) first_output_at: Option<Timestamp>,
}

impl RunContext<'_> {
    /// Says who answers, once that is known.
    pub(crate) fn started(&self, provider: &str, model: &str) {
        self.channel.emit([RunEvent::Started {
            message_id: self.run.message_id,
            provider: provider.to_owned(),
            model: model.to_owned(),
        }]);
    }

    /// Notes that a request is about to be made.
    pub(crate) fn attempt(&mut self, cause: Option<String>) {
        let now = Timestamp::now();
        self.ledger.attempts += 1;
        self.ledger.first_request_at.get_or_insert(now);
        self.ledger.last_request_at = Some(now);
        self.channel.emit([RunEvent::Attempt { number: self.ledger.attempts, cause }]);
    }

    /// Shows output. The first of it ends the time in which a request may be repeated.
    pub(crate) fn output(&mut self, events: Vec<RunEvent>) {
        if self.ledger.first_output_at.is_none() && !events.is_empty() {
            self.ledger.first_output_at = Some(Timestamp::now());
        }
        self.channel.emit(events);
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) status: RunStatus,
    pub(crate) reason: Option<FinishReason>,
    pub(crate) failure: Option<RunFailure>,
}

impl Ending {
    pub(crate) const fn of(status: RunStatus) -> Self {
        Self { status, reason: None, failure: None }
    }

    pub(crate) const fn failed(failure: RunFailure) -> Self {
        Self { status: RunStatus::Failed, reason: None, failure: Some(failure) }
    }
}
