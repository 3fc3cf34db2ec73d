//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use studio::{Caller, Studio};
use tokio_util::sync::CancellationToken;

use crate::{browser::BrowserStreams, config::Config};

/// What every handler can reach; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

struct Parts {
    studio: Studio,
    caller: Caller,
    config: Config,
    leptos: LeptosOptions,
    shutdown: CancellationToken,
    browser_streams: BrowserStreams,
}

impl AppState {
    /// `shutdown` ends the event streams, which would otherwise hold the server up.
    pub fn new(
        studio: Studio,
        caller: Caller,
        config: Config,
        leptos: LeptosOptions,
        shutdown: CancellationToken,
    ) -> Self {
        let browser_streams = BrowserStreams::new(config.streams.per_browser);
        Self(Arc::new(Parts { studio, caller, config, leptos, shutdown, browser_streams }))
    }

    pub(crate) fn studio(&self) -> &Studio {
        &self.0.studio
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.0.caller
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn leptos(&self) -> &LeptosOptions {
        &self.0.leptos
    }

    /// The port of the development tool's reload service, where that tool runs the server.
    pub(crate) fn reload_port(&self) -> Option<u32> {
        let options = self.leptos();
        let port = options.reload_external_port.unwrap_or(options.reload_port);
        self.config().watched.then_some(port)
    }

    pub(crate) fn shutdown(&self) -> &CancellationToken {
        &self.0.shutdown
    }

    pub(crate) fn browser_streams(&self) -> &BrowserStreams {
        &self.0.browser_streams
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos().clone()
    }
}
