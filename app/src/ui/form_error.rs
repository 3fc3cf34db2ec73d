//! The error a form came back with, whether or not there was a script.

#[cfg(feature = "ssr")]
use leptos::server_fn::error::ServerFnUrlError;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use crate::error::StudioError;

/// The error that a form post without script was sent back with, whichever form it was.
///
/// It is read from the address and not from the action, because only the address is the same on the
/// server and in the browser while the page is brought to life.
pub(crate) fn any_posted_error() -> Signal<Option<StudioError>> {
    let query = use_query_map();
    Signal::derive(move || query.with(|query| decoded(query.get_str("__err")?)))
}

/// The same, only if the form was the one of the server function `F`.
pub(crate) fn posted_error<F>() -> Signal<Option<StudioError>>
where
    F: ServerFn<Error = StudioError>,
{
    posted_error_of(F::PATH)
}

fn posted_error_of(path: &'static str) -> Signal<Option<StudioError>> {
    let query = use_query_map();
    Signal::derive(move || {
        query.with(|query| {
            let is_ours = query.get_str("__path")? == path;
            is_ours.then(|| query.get_str("__err")).flatten().and_then(decoded)
        })
    })
}

#[cfg(feature = "ssr")]
fn decoded(text: &str) -> Option<StudioError> {
    Some(ServerFnUrlError::<StudioError>::decode_err(text))
}

/// The same with the browser's own decoder, which is there already.
#[cfg(not(feature = "ssr"))]
fn decoded(text: &str) -> Option<StudioError> {
    let error = crate::browser::from_url_safe_base64(text)
        .and_then(|json| serde_json::from_slice(&json).ok());
    Some(error.unwrap_or_else(StudioError::not_understood))
}
