//! The figures as tiles.

use leptos::prelude::*;
use models::metric::MetricSummary;

use super::figures::{Figure, figures};

/// All figures of a summary.
pub(super) fn tiles(summary: &MetricSummary) -> AnyView {
    view! {
        <dl class="grid grid-cols-2 gap-3 sm:grid-cols-3">
            {figures(summary).into_iter().map(tile).collect_view()}
        </dl>
    }
    .into_any()
}

fn tile(Figure { label, value, note }: Figure) -> AnyView {
    view! {
        <div class="grid content-start gap-0.5 rounded-lg border border-line bg-surface px-4 py-3 shadow-soft">
            <dt class="text-sm text-ink-soft">{label}</dt>
            <dd class="text-xl font-semibold tracking-tight tabular-nums">{value}</dd>
            {(!note.is_empty()).then(|| view! { <dd class="text-xs text-ink-soft">{note}</dd> })}
        </div>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_its_tile() {
        let summary = MetricSummary { total: 4, complete: 3, ..MetricSummary::default() };
        let html = Owner::new().with(|| tiles(&summary).to_html());
        assert_eq!(html.matches("<dt").count(), figures(&summary).len());
        assert!(html.contains("75 %") && html.contains("3 of 4"), "{html}");
        assert!(!html.contains("style="), "the content policy forbids inline styles: {html}");
    }
}
