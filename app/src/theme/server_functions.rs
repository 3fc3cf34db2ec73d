//! Keeping the chosen theme.

use leptos::prelude::*;

use crate::error::StudioError;

/// Keeps the theme in a cookie for a year; an unknown word means “system”.
#[server(prefix = "/api/ui", endpoint = "theme")]
pub(crate) async fn set_theme(theme: String) -> Result<(), StudioError> {
    crate::reply::keep_cookie(super::COOKIE, super::Theme::from_word(&theme).as_str());
    Ok(())
}
