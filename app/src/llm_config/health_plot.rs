//! How a provider fared: one bar an observation, as high as its answer took long.

use leptos::prelude::*;
use models::health::ProviderCheck;

use crate::ui::number::duration;

/// The width of one bar with the gap after it, and of the bar alone, in the drawing's units.
const SLOT: usize = 5;
const BAR: usize = 4;
/// The height of the drawing in its units.
const HEIGHT: u64 = 28;
/// The lowest bar, so that a fast answer is seen too.
const LOWEST: u64 = 3;
/// Bars that fit; fewer are drawn from the right, where now is, and the places of the others are dashes.
const SLOTS: usize = 48;
/// The thickness of such a dash.
const DASH: u64 = 2;

/// A small plot with its words: how many failed, and how long the others took. Nothing before the
/// first observation.
pub(super) fn health_plot(checks: &[ProviderCheck]) -> Option<AnyView> {
    let summary = summary(checks)?;
    let slowest = checks.iter().filter_map(|check| check.latency_ms).max().unwrap_or(1).max(1);
    let first = SLOTS.saturating_sub(checks.len());
    let bars = checks.iter().zip(first..).map(|(check, slot)| {
        let height = match (check.failure, check.latency_ms) {
            (None, Some(millis)) => {
                LOWEST + u64::from(millis) * (HEIGHT - LOWEST) / u64::from(slowest)
            }
            _ => HEIGHT,
        };
        let class = if check.failure.is_some() { "fill-bad" } else { "fill-accent" };
        view! {
            <rect
                class=class
                x=slot * SLOT
                y=HEIGHT - height
                width=BAR
                height=height
                rx="1"
            ></rect>
        }
        .into_any()
    });
    Some(
        view! {
            <figure class="flex flex-wrap items-end gap-x-3 gap-y-1">
                <svg
                    class="h-7 w-60 max-w-full"
                    viewBox=format!("0 0 {} {HEIGHT}", SLOTS * SLOT)
                    preserveAspectRatio="xMaxYMax meet"
                    aria-hidden="true"
                >
                    <line
                        class="stroke-line"
                        x2=first * SLOT
                        y1=HEIGHT - DASH / 2
                        y2=HEIGHT - DASH / 2
                        stroke-width=DASH
                        stroke-dasharray=format!("{BAR} {}", SLOT - BAR)
                    ></line>
                    {bars.collect_view()}
                </svg>
                <figcaption class="text-sm text-ink-soft">{summary}</figcaption>
            </figure>
        }
        .into_any(),
    )
}

fn summary(checks: &[ProviderCheck]) -> Option<String> {
    if checks.is_empty() {
        return None;
    }
    let failed = checks.iter().filter(|check| check.failure.is_some()).count();
    let mut times: Vec<u32> = checks.iter().filter_map(|check| check.latency_ms).collect();
    times.sort_unstable();
    let typical = times.get(times.len() / 2).map(|millis| {
        format!("; half of the others answered within {}", duration(u64::from(*millis)))
    });
    Some(format!(
        "{failed} of the last {} requests failed{}.",
        checks.len(),
        typical.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use models::{health::CheckSource, run::FailureClass, timestamp::Timestamp};

    use super::*;

    fn check(latency_ms: Option<u32>) -> ProviderCheck {
        let failure = latency_ms.is_none().then_some(FailureClass::Network);
        ProviderCheck { source: CheckSource::Use, at: Timestamp(0), latency_ms, failure }
    }

    #[test]
    fn the_summary_counts_failures_and_names_the_typical_time() {
        assert_eq!(summary(&[]), None);
        let checks = [check(Some(10)), check(None), check(Some(30)), check(Some(20))];
        assert_eq!(
            summary(&checks).as_deref(),
            Some("1 of the last 4 requests failed; half of the others answered within 20 ms.")
        );
        assert_eq!(summary(&[check(None)]).as_deref(), Some("1 of the last 1 requests failed."));
    }
}
