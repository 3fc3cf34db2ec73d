//! The API's description and a viewer for it that loads nothing from outside.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use models::error::ErrorCode;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::{
    browser::random_hex, failure::Failure, security::headers::viewer_policy, state::AppState,
};

const DOCUMENT: &str = "/api/openapi.json";
const VIEWER: &str = include_str!("documentation.html");
/// What the viewer's page asks for; the package's other files are not served.
const ASSETS: &[&str] = &["swagger-ui.css", "swagger-ui-bundle.js"];
/// The assets change only with the program.
const ASSET_CACHING: &str = "public, max-age=86400";

/// The description at `/api/openapi.json` and its viewer at `/api/docs`.
pub(crate) fn routes(document: &OpenApi) -> Result<Router<AppState>, serde_json::Error> {
    let document = Bytes::from(serde_json::to_vec(document)?);
    let serve_document =
        move || async move { ([(CONTENT_TYPE, "application/json")], document).into_response() };
    Ok(Router::new()
        .route(DOCUMENT, get(serve_document))
        .route("/api/docs", get(page))
        .route("/api/docs/{file}", get(asset)))
}

async fn page() -> Result<Response, Failure> {
    let unavailable = || {
        Failure::new(
            ErrorCode::Unavailable,
            "The system has no random numbers to give.",
            "Try again in a moment.",
        )
    };
    let nonce = random_hex().ok_or_else(unavailable)?;
    let policy = viewer_policy(&nonce).ok_or_else(unavailable)?;
    let html = VIEWER.replace("{nonce}", &nonce).replace("{document}", DOCUMENT);
    Ok(([(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response())
}

async fn asset(Path(file): Path<String>) -> Result<Response, Failure> {
    let unknown = || Failure::unknown_path(&format!("/api/docs/{file}"));
    if !ASSETS.contains(&file.as_str()) {
        return Err(unknown());
    }
    let found = utoipa_swagger_ui::serve(&file, Arc::new(Config::from(DOCUMENT)));
    let asset = found.ok().flatten().ok_or_else(unknown)?;
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, ASSET_CACHING.to_owned())];
    Ok((headers, asset.bytes.into_owned()).into_response())
}
