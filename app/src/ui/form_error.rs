//! The error a form came back with, whether or not there was a script.

use leptos::{
    prelude::*,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
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

fn decoded(text: &str) -> Option<StudioError> {
    Some(ServerFnUrlError::<StudioError>::decode_err(text))
}
