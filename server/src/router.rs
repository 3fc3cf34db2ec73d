//! The one route table, and the layers around it.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware,
};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
};

use crate::{
    api, assets, boundary,
    failure::Failure,
    pages,
    security::{body, site, time},
    state::AppState,
};

/// Fast enough to do for every page; files of the site are compressed hard when they are built.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(4);

/// Everything the server answers.
pub(crate) fn router(state: &AppState) -> Result<Router, serde_json::Error> {
    let (bounded, mut document) = api::bounded().split_for_parts();
    let (lasting, lasting_document) = api::lasting().split_for_parts();
    document.merge(lasting_document);
    let http = &state.config().http;

    let bounded = bounded
        .merge(api::documentation(&document)?)
        .merge(pages::routes(state))
        .route_layer(middleware::from_fn_with_state(state.clone(), time::limit));
    let compressible = DefaultPredicate::new().and(NotForContentType::new("application/wasm"));

    // The last layer is the outermost.
    Ok(bounded
        .merge(lasting)
        .fallback(assets::fallback)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(http.body_bytes))
        .layer(middleware::from_fn_with_state(state.clone(), body::limit))
        .layer(site::csrf())
        .layer(middleware::from_fn_with_state(state.clone(), site::check))
        .layer(CatchPanicLayer::custom(boundary::panicked))
        .layer(middleware::from_fn(boundary::boundary))
        .layer(CompressionLayer::new().quality(COMPRESSION).compress_when(compressible))
        .with_state(state.clone()))
}

async fn method_not_allowed(request: Request) -> Failure {
    Failure::new(
        models::error::ErrorCode::MethodNotAllowed,
        format!("{} does not take {}.", request.uri().path(), request.method()),
        "Use one of the methods in the Allow header.",
    )
}
