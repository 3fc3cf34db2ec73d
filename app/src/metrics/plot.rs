//! The one plot: how many answers, over time, complete or not.

use leptos::prelude::*;
use models::{metric::MetricBucket, timestamp::Timestamp};

use crate::ui::{card::Card, time::Moment};

/// The height of the drawing in its own units; the page stretches it.
const HEIGHT: u64 = 1_000;
/// The width of one bar with the gap after it, and of the bar alone.
const SLOT: usize = 10;
const BAR: usize = 8;
/// How many bars fit at least, so that a single one does not fill the page.
const FEWEST_SLOTS: usize = 24;

/// The bars of one bucket: the complete answers at the bottom, the others on top of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bar {
    x: usize,
    complete: u64,
    other: u64,
}

/// Stacked bars with a legend, and the same numbers as a table.
pub(super) fn plot(buckets: Vec<MetricBucket>, span: &str) -> AnyView {
    let tallest = buckets.iter().map(total).max().unwrap_or_default();
    let from = buckets.first().map(|bucket| bucket.from);
    let complete: u64 = buckets.iter().map(|bucket| bucket.complete).sum();
    let other: u64 = buckets.iter().map(|bucket| bucket.other).sum();
    let description = format!(
        "Answers over {span}: {complete} complete, {other} other. The table below has the numbers."
    );
    view! {
        <Card title="Answers over time">
            <div class="flex flex-wrap items-center gap-x-5 gap-y-1 text-sm text-ink-soft">
                <Legend class="fill-accent" label="Complete" />
                <Legend class="fill-caution" label="Failed, stopped or interrupted" />
                <span class="sm:ml-auto">{format!("Tallest bar: {tallest}")}</span>
            </div>
            {drawing(&buckets, description)}
            <div class="-mt-3 flex justify-between text-xs text-ink-soft">
                {from.map(|at| view! { <Moment at /> })} <span>"now"</span>
            </div>
            {table(buckets)}
        </Card>
    }
    .into_any()
}

#[component]
fn Legend(class: &'static str, label: &'static str) -> impl IntoView {
    view! {
        <span class="inline-flex items-center gap-1.5">
            <svg class="size-2.5" viewBox="0 0 10 10" aria-hidden="true">
                <rect class=class width="10" height="10" rx="2"></rect>
            </svg>
            {label}
        </span>
    }
}

fn drawing(buckets: &[MetricBucket], description: String) -> AnyView {
    let width = buckets.len().max(FEWEST_SLOTS) * SLOT;
    let view_box = format!("0 0 {width} {HEIGHT}");
    view! {
        <svg
            class="h-44 w-full rounded-sm border-b border-line-strong"
            viewBox=view_box
            preserveAspectRatio="none"
            role="img"
            aria-label=description
        >
            {bars(buckets)
                .into_iter()
                .zip(buckets)
                .filter(|(_, bucket)| total(bucket) > 0)
                .map(|(bar, bucket)| column(bar, bucket))
                .collect_view()}
        </svg>
    }
    .into_any()
}

fn column(bar: Bar, bucket: &MetricBucket) -> AnyView {
    let tip =
        format!("{}: {} complete, {} other", minute(bucket.from), bucket.complete, bucket.other);
    let x = bar.x.to_string();
    let rect = |class, height: u64, base: u64| {
        (height > 0).then(|| {
            view! {
                <rect
                    class=class
                    x=x.clone()
                    y=(HEIGHT - base - height).to_string()
                    width=BAR.to_string()
                    height=height.to_string()
                ></rect>
            }
        })
    };
    view! {
        <g>
            <title>{tip}</title>
            {rect("fill-accent", bar.complete, 0)}
            {rect("fill-caution", bar.other, bar.complete)}
        </g>
    }
    .into_any()
}

/// The buckets that hold something, newest first, for those who cannot see the drawing.
fn table(buckets: Vec<MetricBucket>) -> AnyView {
    let rows = buckets.into_iter().rev().filter(|bucket| total(bucket) > 0).map(|bucket| {
        view! {
            <tr class="border-t border-line">
                <th scope="row" class="py-1 pr-4 text-left font-normal">
                    <Moment at=bucket.from />
                </th>
                <td class="py-1 pr-4 text-right">{bucket.complete}</td>
                <td class="py-1 text-right">{bucket.other}</td>
            </tr>
        }
        .into_any()
    });
    view! {
        <details>
            <summary class="w-fit rounded-sm text-[0.875rem] font-medium">
                "The numbers as a table"
            </summary>
            <table class="mt-2 text-sm tabular-nums">
                <caption class="visually-hidden">"Answers by the beginning of their span"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="py-1 pr-4 text-left font-medium">
                            "From"
                        </th>
                        <th scope="col" class="py-1 pr-4 text-right font-medium">
                            "Complete"
                        </th>
                        <th scope="col" class="py-1 text-right font-medium">
                            "Other"
                        </th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}

/// Where the bars of the buckets stand, in order; the newest is at the right edge.
fn bars(buckets: &[MetricBucket]) -> Vec<Bar> {
    let tallest = buckets.iter().map(total).max().unwrap_or_default().max(1);
    let before = FEWEST_SLOTS.saturating_sub(buckets.len());
    let height = |count: u64| u128::from(count) * u128::from(HEIGHT);
    let whole = u128::from(tallest);
    let scaled = |height: u128| u64::try_from(height).unwrap_or(HEIGHT);
    buckets
        .iter()
        .enumerate()
        .map(|(place, bucket)| {
            // Rounded up together, so that the least answer is seen and no bar is too tall.
            let both = scaled(height(total(bucket)).div_ceil(whole));
            let complete = scaled(height(bucket.complete) / whole);
            let x = (before + place) * SLOT + (SLOT - BAR) / 2;
            Bar { x, complete, other: if bucket.other == 0 { 0 } else { both - complete } }
        })
        .collect()
}

fn total(bucket: &MetricBucket) -> u64 {
    bucket.complete.saturating_add(bucket.other)
}

/// A moment to the minute, in UTC: a tip of a drawing cannot follow the reader's own zone.
fn minute(at: Timestamp) -> String {
    let utc = at.to_string();
    let (date, time) = utc.split_once('T').unwrap_or((&utc, ""));
    format!("{date} {} UTC", time.get(..5).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(complete: u64, other: u64) -> MetricBucket {
        MetricBucket { from: Timestamp(1_795_366_861_999), complete, other }
    }

    #[test]
    fn the_tallest_bar_fills_the_height() {
        let bars = bars(&[bucket(3, 1), bucket(1, 0), bucket(0, 0)]);
        assert_eq!((bars[0].complete, bars[0].other), (750, 250));
        assert_eq!((bars[1].complete, bars[1].other), (250, 0));
        assert_eq!((bars[2].complete, bars[2].other), (0, 0));
    }

    #[test]
    fn one_failure_among_many_is_seen_and_nothing_sticks_out() {
        let bars = bars(&[bucket(999_999, 1), bucket(u64::MAX, 1)]);
        assert!(bars.iter().all(|bar| bar.complete + bar.other <= HEIGHT), "{bars:?}");
        assert!(super::bars(&[bucket(999_999, 1)])[0].other > 0);
    }

    #[test]
    fn few_bars_stand_at_the_newest_edge() {
        let bars = bars(&[bucket(1, 0)]);
        assert_eq!(bars[0].x, (FEWEST_SLOTS - 1) * SLOT + 1);
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn the_drawing_has_a_table_beside_it_and_no_inline_style() {
        let buckets = vec![bucket(3, 1), bucket(0, 0), bucket(2, 0)];
        let html = Owner::new().with(|| plot(buckets, "the last hour").to_html());
        assert_eq!(html.matches("<g>").count(), 2, "{html}");
        assert!(html.contains("Answers over the last hour: 5 complete, 1 other."), "{html}");
        assert_eq!(html.matches("<tr").count(), 3, "a heading and two rows: {html}");
        assert!(html.contains("2026-11-22 17:01 UTC: 3 complete, 1 other"), "{html}");
        assert!(!html.contains("style="), "{html}");
    }
}
