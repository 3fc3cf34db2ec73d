//! Refuses requests that name another host or come from another site.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap,
    header::{HOST, ORIGIN},
    uri::Authority,
};
use models::error::ErrorCode;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::{failure::Failure, state::AppState};

/// Refuses hosts that are not this machine (a foreign name that resolves to it is DNS rebinding)
/// and, for every method, origins that are not the host asked for.
pub(crate) async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(host) = host(&request) else {
        return foreign_host("no host or more than one").into_response();
    };
    if !is_own(&host, &state.config().allowed_hosts) {
        return foreign_host(host.as_str()).into_response();
    }
    if !is_same_origin(request.headers(), &host) {
        return cross_site().into_response();
    }
    next.run(request).await
}

/// The layer that refuses what another site's page makes a browser send, by `Sec-Fetch-Site`.
pub(crate) fn csrf() -> CsrfLayer<impl FnMut(ProtectionError) -> Response + Clone> {
    CsrfLayer::new().with_rejection_response(|error: ProtectionError| {
        cross_site().with_cause(error).into_response()
    })
}

/// The one authority the request names, in its target or its `Host` header.
fn host(request: &Request) -> Option<Authority> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let header = match (hosts.next(), hosts.next()) {
        (Some(one), None) => one.to_str().ok()?.parse::<Authority>().ok()?,
        _ => return None,
    };
    match request.uri().authority() {
        Some(target) if *target != header => None,
        _ => Some(header),
    }
}

fn is_own(host: &Authority, allowed: &[String]) -> bool {
    if host.as_str().contains('@') {
        return false;
    }
    let name = host.host().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
}

/// Browsers send no `Origin` when they open a page; where they send one, it must be the host's.
fn is_same_origin(headers: &HeaderMap, host: &Authority) -> bool {
    headers.get_all(ORIGIN).iter().all(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host.as_str()))
    })
}

fn foreign_host(host: &str) -> Failure {
    Failure::new(
        ErrorCode::Forbidden,
        format!("The request asks for the host “{host}”, which is not this one."),
        "Open Chat Studio by the address it printed at its start, or add the name to allowed_hosts \
         in studio.toml.",
    )
}

fn cross_site() -> Failure {
    Failure::new(
        ErrorCode::Forbidden,
        "The request comes from another site.",
        "Use Chat Studio's own pages, or a program that sends no Origin header.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_and_configured_names_are_own() {
        let own = |host: &str| is_own(&host.parse().unwrap(), &["studio.test".to_owned()]);
        for host in [
            "localhost",
            "LOCALHOST:3000",
            "127.0.0.1:3000",
            "127.8.8.8",
            "[::1]:80",
            "localhost.",
            "studio.test:443",
            "Studio.Test",
        ] {
            assert!(own(host), "{host}");
        }
        for host in [
            "evil.test",
            "localhost.evil.test",
            "192.168.1.2",
            "[::2]",
            "0.0.0.0",
            "user@localhost",
            "127.0.0.1.nip.test",
        ] {
            assert!(!own(host), "{host}");
        }
    }

    #[test]
    fn origins_must_be_the_host() {
        let same = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ORIGIN, origin.parse().unwrap());
            is_same_origin(&headers, &"localhost:3000".parse().unwrap())
        };
        assert!(same("http://localhost:3000") && same("https://localhost:3000"));
        for origin in [
            "null",
            "http://localhost",
            "http://localhost:3001",
            "http://evil.test",
            "file://",
            "http://localhost:3000.evil.test",
            "",
        ] {
            assert!(!same(origin), "{origin}");
        }
        assert!(is_same_origin(&HeaderMap::new(), &"localhost:3000".parse().unwrap()));
    }
}
