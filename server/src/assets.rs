//! Files of the site, and the page for addresses that do not exist.

use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header::CACHE_CONTROL};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::{failure::Failure, pages, state::AppState};

/// The name changes with the content.
const HASHED: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The name stays: ask whether it changed.
const PLAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// Shortest part of a file name taken for a content hash; the build tool's have 22 characters.
const HASH_CHARACTERS: usize = 16;

/// Answers what no route does.
pub(crate) async fn fallback(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reading || path.starts_with("/api/") {
        return Failure::unknown_path(&path).into_response();
    }
    let mut lookup = Request::new(Body::empty());
    *lookup.method_mut() = request.method().clone();
    *lookup.uri_mut() = request.uri().clone();
    *lookup.headers_mut() = request.headers().clone();
    match file(&state, lookup).await {
        Some(response) => response,
        None => missing_page(&state, request).await,
    }
}

/// A file of the site, in the smallest form the client takes.
async fn file(state: &AppState, request: Request) -> Option<Response> {
    let caching = if is_hashed(request.uri().path()) { HASHED } else { PLAIN };
    let site = ServeDir::new(&*state.leptos().site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let Ok(response) = site.oneshot(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let mut response = response.into_response();
    response.headers_mut().insert(CACHE_CONTROL, caching);
    Some(response)
}

async fn missing_page(state: &AppState, request: Request) -> Response {
    let render =
        leptos_axum::render_app_async_with_context(pages::context(state), pages::shell(state));
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Whether the name is of the form `name.<hash>.extension`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut parts = name.rsplit('.').skip(1);
    let hash = parts.next().unwrap_or_default();
    let hash_like = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    parts.next().is_some() && hash.len() >= HASH_CHARACTERS && hash.bytes().all(hash_like)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_told_from_plain_ones() {
        assert!(is_hashed("/pkg/chat-studio.EbEYPzXUmuv_5LKZE6zDFw.js"));
        assert!(!is_hashed("/pkg/chat-studio.js"));
        assert!(!is_hashed("/pkg/chat-studio.min.js"));
        assert!(!is_hashed("/averylongnameindeed.css"));
        assert!(!is_hashed("/"));
    }
}
