//! The one HTTP client: guarded, without proxies, redirects or hidden retries, shared by everything.

use std::{sync::Arc, time::Duration};

use reqwest::{
    Method, Response, StatusCode,
    header::{HeaderMap, LOCATION},
    redirect::Policy,
};
use tokio::net::TcpStream;
use url::Url;

use crate::{
    error::ProviderError,
    guard::Guard,
    transport::{self, Server},
};

/// Redirects of one GET that are followed, all within its origin.
const REDIRECTS: usize = 3;

/// How the client connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpOptions {
    /// Whether loopback and private addresses may be reached. Link-local and metadata addresses
    /// never are.
    pub allow_private_addresses: bool,
    /// For resolving the name, connecting and the TLS handshake together.
    pub connect: Duration,
    /// How long an unused connection is kept open.
    pub pool_idle: Duration,
    /// The `User-Agent` header.
    pub user_agent: String,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            allow_private_addresses: true,
            connect: Duration::from_secs(10),
            pool_idle: Duration::from_secs(90),
            user_agent: concat!("chat-studio/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// The client could not be made. Only a broken TLS set-up of the machine can cause this.
#[derive(Debug, thiserror::Error)]
#[error("The HTTP client cannot start: {0}. Check the user agent and the system's certificates.")]
pub struct HttpClientError(#[from] reqwest::Error);

/// A handle to the client; clones share one pool of connections.
#[derive(Debug, Clone)]
pub struct HttpClient {
    inner: reqwest::Client,
    guard: Guard,
    connect: Duration,
}

/// Makes the client. Call it once in the life of a process.
///
/// # Errors
/// When TLS cannot be set up at all.
pub fn client(options: &HttpOptions) -> Result<HttpClient, HttpClientError> {
    // An error means that the process has chosen its provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let guard = Guard { allow_private: options.allow_private_addresses };
    let inner = match builder(options, guard).build() {
        Ok(client) => client,
        Err(error) => {
            tracing::warn!(
                error = %error,
                "No certificates of the system can be used: https providers will be refused, \
                 http ones work. Install the system's package of CA certificates."
            );
            builder(options, guard).tls_certs_only([]).build()?
        }
    };
    Ok(HttpClient { inner, guard, connect: options.connect })
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that builds the client")]
fn builder(options: &HttpOptions, guard: Guard) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .dns_resolver(Arc::new(guard))
        .connect_timeout(options.connect)
        .pool_idle_timeout(options.pool_idle)
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(30))
        .user_agent(&options.user_agent)
        .referer(false)
}

impl HttpClient {
    /// Checks an address without connecting: its scheme, and its host where that is a number. Names
    /// are checked when they are resolved.
    ///
    /// # Errors
    /// When the guard refuses it.
    pub fn check(&self, url: &Url) -> Result<(), ProviderError> {
        self.guard.check_url(url).map_err(|refused| transport::refused(&refused))
    }

    /// Connects and hangs up again, which tells sooner than a request whether anybody is there.
    pub(crate) async fn knock(
        &self,
        server: &Server,
        url: &Url,
        wait: Duration,
    ) -> Result<(), ProviderError> {
        self.check(url)?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let port = url.port_or_known_default().unwrap_or_default();
        let connecting = async {
            let addresses = self.guard.addresses(host, port).await;
            let addresses =
                addresses.map_err(|error| transport::unresolved(error.as_ref(), server))?;
            let connected = TcpStream::connect(addresses.as_slice()).await;
            connected.map_err(|error| transport::unconnected(&error, server))
        };
        match tokio::time::timeout(wait, connecting).await {
            Ok(connected) => connected.map(drop),
            Err(_) => Err(transport::unreachable_in_time(server, wait)),
        }
    }

    /// Sends a POST and waits for the response headers. Redirects are not followed.
    pub(crate) async fn post(
        &self,
        server: &Server,
        url: Url,
        headers: HeaderMap,
        body: Vec<u8>,
        wait: Duration,
    ) -> Result<Response, ProviderError> {
        self.check(&url)?;
        let request = self.inner.request(Method::POST, url).headers(headers).body(body);
        match tokio::time::timeout(wait, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(transport::failure(&error, server, self.connect)),
            Err(_) => Err(transport::silent(server, wait)),
        }
    }

    /// Sends a GET and waits for the response headers. Follows redirects within the origin only, so
    /// the headers, and the key among them, never reach another one. The caller bounds the time.
    pub(crate) async fn get(
        &self,
        server: &Server,
        mut url: Url,
        headers: HeaderMap,
    ) -> Result<Response, ProviderError> {
        for _ in 0..=REDIRECTS {
            self.check(&url)?;
            let request = self.inner.request(Method::GET, url.clone()).headers(headers.clone());
            let response = request
                .send()
                .await
                .map_err(|error| transport::failure(&error, server, self.connect))?;
            match redirect_within_origin(&response, &url) {
                Some(next) => url = next,
                None => return Ok(response),
            }
        }
        Err(transport::redirects_in_a_circle(server))
    }
}

/// Where a redirect leads, if it stays within the origin.
fn redirect_within_origin(response: &Response, from: &Url) -> Option<Url> {
    let follows = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    if !follows {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let next = from.join(location).ok()?;
    (next.origin() == from.origin()).then_some(next)
}
