//! What the Metrics page asks of the server.

use leptos::prelude::*;
use models::metric::MetricSummary;

use crate::error::StudioError;
#[cfg(feature = "ssr")]
use crate::reply::{caller, fail};

/// The sums of the caller's answers, with the routing profiles' display names. The hours come as the
/// address has them, so that what is wrong with them can be said.
#[server(prefix = "/api/ui", endpoint = "metrics")]
pub(crate) async fn load_metrics(hours: String) -> Result<MetricSummary, StudioError> {
    let hours = parse_hours(&hours)?;
    let (studio, caller) = caller();
    let mut summary = studio.metrics(&caller, hours).await.map_err(fail)?;
    let profiles = studio.routing_profiles(&caller).await.map_err(fail)?;
    for share in &mut summary.routing_profiles {
        if let Some(profile) = profiles.iter().find(|profile| profile.slug == share.name) {
            share.name.clone_from(&profile.name);
        }
    }
    Ok(summary)
}

#[cfg(feature = "ssr")]
fn parse_hours(text: &str) -> Result<u32, StudioError> {
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(20).collect();
        crate::reply::refused(
            models::error::ErrorCode::InvalidRequest,
            format!("“{shown}” is no number of hours."),
            "Choose one of the spans above.",
        )
    })
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn hours_are_a_number() {
        assert_eq!(parse_hours("24").ok(), Some(24));
        for wrong in ["", "-1", "day", "99999999999"] {
            let error = parse_hours(wrong).expect_err(wrong);
            assert!(error.0.message.contains(wrong) && !error.0.action.is_empty());
        }
    }
}
