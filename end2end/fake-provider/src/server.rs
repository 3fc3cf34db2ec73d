//! The running fake: listens, owns every connection, and closes them all when it stops.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, http::Response};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinSet,
    time,
};

use crate::{
    anthropic,
    exchange::ServerState,
    open_streams::Disconnect,
    record::{RecordedRequest, Violation},
    routes,
    wire::{CutHere, Hangup},
};

/// How long to wait after a failed accept, which mostly means too many open files.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// How a fake provider is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// The bearer key every request must carry; without one, none is asked for.
    pub key: Option<String>,
    /// Names with parameters to list beside the scenarios, for clients that only use what is listed.
    pub extra_models: Vec<String>,
    /// A kind of server to put at the root in place of the provider, as in `/servers/<kind>`.
    pub server: Option<String>,
    /// How many requests are kept for assertions; the oldest make room.
    pub requests_kept: usize,
    /// Larger request bodies are answered 413; in bytes.
    pub body_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            key: None,
            extra_models: Vec::new(),
            server: None,
            requests_kept: 500,
            body_limit: 32 * 1024 * 1024,
        }
    }
}

/// A fake provider that listens until it is stopped or dropped; either closes all connections.
pub struct FakeProvider {
    address: SocketAddr,
    state: Arc<ServerState>,
    stop: oneshot::Sender<()>,
    server: JoinSet<()>,
}

impl FakeProvider {
    /// Listens at once; must be called within a Tokio runtime.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(options: Options) -> Result<Self, io::Error> {
        let listener = TcpListener::bind(options.address).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(ServerState::new(options));
        let (stop, stopped) = oneshot::channel();
        let mut server = JoinSet::new();
        server.spawn(listen(listener, routes::router(Arc::clone(&state)), stopped));
        Ok(Self { address, state, stop, server })
    }

    /// The address it really listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a user would type as the provider's base URL: `http://127.0.0.1:<port>/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The base URL of Anthropic's protocol: `http://127.0.0.1:<port>/anthropic/v1`.
    #[must_use]
    pub fn anthropic_url(&self) -> String {
        format!("http://{}{}/v1", self.address, anthropic::PREFIX)
    }

    /// The base URL whose model list is the variant of that name.
    #[must_use]
    pub fn list_url(&self, variant: &str) -> String {
        format!("http://{}/lists/{variant}/v1", self.address)
    }

    /// The base URL of Ollama's own protocol: `http://127.0.0.1:<port>/ollama`.
    #[must_use]
    pub fn ollama_url(&self) -> String {
        format!("http://{}/ollama", self.address)
    }

    /// The base URL of the Gemini protocol.
    #[must_use]
    pub fn gemini_url(&self) -> String {
        format!("http://{}/gemini/v1beta", self.address)
    }

    /// The base URL of the Gemini protocol whose model list is the variant of that name.
    #[must_use]
    pub fn gemini_list_url(&self, variant: &str) -> String {
        format!("http://{}/gemini/lists/{variant}/v1beta", self.address)
    }

    /// What a user would type for the server of that kind.
    #[must_use]
    pub fn server_url(&self, kind: &str) -> String {
        format!("http://{}/servers/{kind}", self.address)
    }

    /// The requests received, oldest first, as far as they are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.recorder.requests()
    }

    /// The rules that requests broke, oldest first.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.state.recorder.violations()
    }

    /// How many chat answers are under way, those still without headers included.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.state.chats.count()
    }

    /// The chat clients that left before the end, oldest first.
    #[must_use]
    pub fn disconnects(&self) -> Vec<Disconnect> {
        self.state.chats.disconnects()
    }

    /// Forgets requests, violations, disconnects and the `times` counts.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Waits until the condition holds, looking again at each change; false if `within` passes
    /// first.
    pub async fn wait_until(
        &self,
        within: Duration,
        mut reached: impl FnMut(&Self) -> bool,
    ) -> bool {
        let mut changes = self.state.changes.subscribe();
        let waiting = async {
            while !reached(self) {
                if changes.changed().await.is_err() {
                    return false;
                }
            }
            true
        };
        time::timeout(within, waiting).await.unwrap_or(false)
    }

    /// Closes every connection and returns when that is done.
    pub async fn stop(mut self) {
        // The receiver is only gone when the server has ended already.
        let _ = self.stop.send(());
        while self.server.join_next().await.is_some() {}
    }
}

/// Owns the connections: they end with it, however it ends.
async fn listen(listener: TcpListener, router: Router, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, router.clone()));
                }
                Err(_) => time::sleep(ACCEPT_AGAIN).await,
            },
        }
    }
    connections.shutdown().await;
}

async fn serve(stream: TcpStream, router: Router) {
    // Without it the kernel would hold small writes back and join them.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(move |request| answer_or_hang_up(router.clone(), request));
    // A connection ends with an error whenever a scenario cuts it or the client leaves.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer_or_hang_up(
    router: Router,
    request: hyper::Request<Incoming>,
) -> Result<Response<Body>, CutHere> {
    let Ok(response) = TowerToHyperService::new(router).call(request).await;
    match response.extensions().get::<Hangup>() {
        Some(Hangup) => Err(CutHere),
        None => Ok(response),
    }
}
