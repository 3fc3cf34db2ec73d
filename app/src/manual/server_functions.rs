//! What the manual's page asks of the server.

use leptos::prelude::*;
use models::view::ChapterView;

use crate::error::StudioError;
#[cfg(feature = "ssr")]
use crate::reply::caller;

/// All chapters.
#[server(prefix = "/api/ui", endpoint = "manual")]
pub(crate) async fn load_manual() -> Result<Vec<ChapterView>, StudioError> {
    let (studio, _caller) = caller();
    Ok(studio.manual())
}
