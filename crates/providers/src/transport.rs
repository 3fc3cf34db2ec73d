//! Failures on the way to a server, before it has answered anything (protocols §5.5).

use std::{error::Error, io, time::Duration};

use models::run::FailureClass;
use secrecy::SecretString;
use url::Url;

use crate::{
    Endpoint,
    error::ProviderError,
    guard::{Refused, is_local_host},
};

/// The server as messages name it, and the key that must not appear in them.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// `host:port`.
    pub(crate) name: String,
    /// Sent along, and hidden where it is echoed.
    pub(crate) key: Option<SecretString>,
    /// Whether the host is this machine or its private network.
    pub(crate) local: bool,
    /// How its protocol's base URLs usually look, as the end of a sentence.
    pub(crate) base_url_hint: &'static str,
    https: bool,
}

impl Server {
    /// The server behind an endpoint.
    pub(crate) fn new(endpoint: &Endpoint) -> Self {
        Self {
            name: host_and_port(&endpoint.base_url),
            key: endpoint.key.clone(),
            local: is_local_host(&endpoint.base_url),
            base_url_hint: "it usually ends in /v1",
            https: endpoint.base_url.scheme() == "https",
        }
    }

    /// The same server, whose base URL usually looks otherwise.
    pub(crate) fn with_base_url_hint(mut self, hint: &'static str) -> Self {
        self.base_url_hint = hint;
        self
    }
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port_or_known_default().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The guard refuses the address.
pub(crate) fn refused(refused: &Refused) -> ProviderError {
    ProviderError::new(
        FailureClass::BadRequest,
        format!("This address cannot be used: {refused}."),
        "Enter the address of a model server.",
    )
}

/// No response headers came in time.
pub(crate) fn silent(server: &Server, wait: Duration) -> ProviderError {
    ProviderError::new(
        FailureClass::Timeout,
        format!("{} took the request but said nothing for {} s.", server.name, wait.as_secs_f64()),
        "It may be loading the model or be busy. Try again, or raise the time limit.",
    )
    .retryable()
}

/// A connection was not there in time.
pub(crate) fn unreachable_in_time(server: &Server, wait: Duration) -> ProviderError {
    ProviderError::new(
        FailureClass::Timeout,
        format!("No answer from {} within {} s.", server.name, wait.as_secs_f64()),
        "Check host, port and firewall.",
    )
    .retryable()
}

/// More redirects than anyone needs.
pub(crate) fn redirects_in_a_circle(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} redirects again and again.", server.name),
        "Check the base URL.",
    )
}

/// Says what a failed request means.
pub(crate) fn failure(error: &reqwest::Error, server: &Server, connect: Duration) -> ProviderError {
    if let Some(reason) = find::<Refused>(error) {
        return refused(reason);
    }
    if error.is_timeout() && error.is_connect() {
        return unreachable_in_time(server, connect);
    }
    if error.is_dns() {
        return no_such_name(server);
    }
    if let Some(error) = find::<rustls::Error>(error) {
        return tls(error, server);
    }
    if error.is_builder() {
        return ProviderError::new(
            FailureClass::BadRequest,
            format!("No request to {} can be made from this address.", server.name),
            "Check the base URL.",
        );
    }
    find::<io::Error>(error).map_or_else(|| broken(server), |error| unconnected(error, server))
}

/// The addresses of a host could not be had.
pub(crate) fn unresolved(error: &(dyn Error + 'static), server: &Server) -> ProviderError {
    find::<Refused>(error).map_or_else(|| no_such_name(server), refused)
}

/// A connection could not be made, or broke.
pub(crate) fn unconnected(error: &io::Error, server: &Server) -> ProviderError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => nothing_listens(server),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => ProviderError::new(
            FailureClass::Network,
            format!("There is no way to {}.", server.name),
            "Check the address and the machine's network.",
        )
        .retryable(),
        _ => broken(server),
    }
}

fn no_such_name(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Network,
        format!("The name in {} could not be resolved.", server.name),
        "Check the spelling of the address and the machine's network.",
    )
    .retryable()
}

/// The connection was there and broke.
pub(crate) fn broken(server: &Server) -> ProviderError {
    let action = if server.https {
        "Try again. If it happens every time, check the server's log."
    } else {
        "Try again. If it happens every time, the server may want https:// instead of http://."
    };
    ProviderError::new(
        FailureClass::Network,
        format!("The connection to {} broke.", server.name),
        action,
    )
    .retryable()
}

/// Tells a break in mid-answer from an answer that ends too early.
pub(crate) fn broken_body(error: &reqwest::Error, server: &Server) -> ProviderError {
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(kind) if kind != io::ErrorKind::UnexpectedEof => broken(server),
        _ => cut(server),
    }
}

/// The answer ended before the server said that it was over.
pub(crate) fn cut(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} closed the connection before the answer was finished.", server.name),
        "Try again, or continue the answer.",
    )
    .retryable()
}

fn nothing_listens(server: &Server) -> ProviderError {
    let action = if server.local {
        "Start the server or correct the port. If Chat Studio runs in a container, “localhost” is \
         the container itself: use host.docker.internal or the server's service name."
    } else {
        "Check that the server runs and that host and port are right."
    };
    ProviderError::new(
        FailureClass::Network,
        format!("Nothing answers on {}. Is it running?", server.name),
        action,
    )
    .retryable()
}

fn tls(error: &rustls::Error, server: &Server) -> ProviderError {
    let (message, action) = match error {
        rustls::Error::InvalidCertificate(_) => (
            format!("The certificate of {} is not trusted here.", server.name),
            "Use the name the certificate was made for, or add its authority to the system.",
        ),
        _ => (
            format!("{} does not speak https, or not the way it should.", server.name),
            "Try the address with http:// instead of https://.",
        ),
    };
    ProviderError::new(FailureClass::Network, message, action)
}

/// Finds a cause of one type. An I/O error hides the error it wraps from `source`, so that is looked
/// into as well.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}
