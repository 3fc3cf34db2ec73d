//! The loop that accepts connections, with its limits and its end.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Duration, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use crate::config::HttpOptions;

/// Pause after a failed accept, which mostly means that the process has no file handles left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until `shutdown`, then waits for the open ones as long as the options say.
pub(crate) async fn accept_loop(
    listener: TcpListener,
    router: Router,
    options: HttpOptions,
    shutdown: CancellationToken,
) {
    let connections = Connections {
        router,
        builder: builder(&options),
        graceful: GracefulShutdown::new(),
        tasks: TaskTracker::new(),
    };
    let permits = Arc::new(Semaphore::new(options.connections));
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        match accepted {
            Some((stream, peer, permit)) => connections.serve(stream, peer, permit),
            None => sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    connections.finish(options.shutdown_time()).await;
}

struct Connections {
    router: Router,
    builder: http1::Builder,
    graceful: GracefulShutdown,
    tasks: TaskTracker,
}

impl Connections {
    fn serve(&self, stream: TcpStream, peer: SocketAddr, permit: OwnedSemaphorePermit) {
        // Without it, small events wait for the client's acknowledgement of the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY is not available");
        }
        let router = self.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let connection = self.builder.serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        self.tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "a connection ended early");
            }
            drop(permit);
        });
    }

    async fn finish(self, patience: Duration) {
        self.tasks.close();
        let open = self.tasks.len();
        if timeout(patience, self.graceful.shutdown()).await.is_err() {
            tracing::warn!(open, left = self.tasks.len(), "some connections did not end in time");
        }
    }
}

fn builder(options: &HttpOptions) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // Runs from the end of the response before, so it bounds idle connections as well.
        .header_read_timeout(options.idle_time())
        .max_buf_size(options.header_bytes)
        .keep_alive(true);
    builder
}

/// A connection with the right to be served; absent when accepting failed.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = permits.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            None
        }
    }
}
