//! Tells browsers apart, only to count their streams: a cookie, or the peer's address without one.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_TYPE, COOKIE, SET_COOKIE},
    request,
};

const COOKIE_NAME: &str = "studio_browser";
const COOKIE_BYTES: usize = 16;

/// One browser, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Browser {
    Cookie(String),
    Peer(Option<IpAddr>),
}

/// The long-lived streams of each browser.
#[derive(Debug, Clone)]
pub(crate) struct BrowserStreams {
    limit: usize,
    open: Arc<Mutex<HashMap<Browser, usize>>>,
}

/// The right to one long-lived stream, given back when dropped.
#[derive(Debug)]
pub(crate) struct StreamPermit {
    browser: Browser,
    open: Arc<Mutex<HashMap<Browser, usize>>>,
}

impl BrowserStreams {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, open: Arc::default() }
    }

    /// A permit, unless the browser has as many streams as it may.
    pub(crate) fn permit(&self, browser: Browser) -> Option<StreamPermit> {
        let mut open = lock(&self.open);
        if open.get(&browser).copied().unwrap_or_default() >= self.limit {
            return None;
        }
        *open.entry(browser.clone()).or_default() += 1;
        Some(StreamPermit { browser, open: self.open.clone() })
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(count) = open.get_mut(&self.browser) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.browser);
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Infallible> {
        let peer = || parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(cookie(&parts.headers).map_or_else(|| Self::Peer(peer()), Self::Cookie))
    }
}

/// Gives a browser its cookie with the first page it sees.
pub(crate) async fn remember(request: Request, next: Next) -> Response {
    let known = cookie(request.headers()).is_some();
    let mut response = next.run(request).await;
    let page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if page
        && !known
        && let Some(value) = random_hex().and_then(|id| {
            let cookie =
                format!("{COOKIE_NAME}={id}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
            HeaderValue::from_str(&cookie).ok()
        })
    {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// 128 random bits; absent when the system has no randomness to give.
pub(crate) fn random_hex() -> Option<String> {
    let mut bytes = [0; COOKIE_BYTES];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
        .find(|id| id.len() == 2 * COOKIE_BYTES && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_owned)
}

/// A count is right even when a thread died while it held the lock.
fn lock(open: &Mutex<HashMap<Browser, usize>>) -> MutexGuard<'_, HashMap<Browser, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_as_many_permits_as_the_limit_and_gets_them_back() {
        let streams = BrowserStreams::new(2);
        let browser = || Browser::Cookie("a".to_owned());
        let first = streams.permit(browser());
        let second = streams.permit(browser());
        assert!(first.is_some() && second.is_some());
        assert!(streams.permit(browser()).is_none());
        assert!(streams.permit(Browser::Peer(None)).is_some());
        drop(first);
        assert!(streams.permit(browser()).is_some());
        drop(second);
        assert!(lock(&streams.open).is_empty());
    }

    #[test]
    fn only_cookies_of_ours_count() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, value.parse().unwrap());
            cookie(&headers)
        };
        let id = random_hex().unwrap();
        assert_eq!(of(&format!("theme=dark; studio_browser={id}")), Some(id));
        assert_eq!(of("studio_browser=short"), None);
        assert_eq!(of("studio_browserx=0123456789abcdef0123456789abcdef"), None);
    }
}
