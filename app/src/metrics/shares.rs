//! What was used most.

use leptos::prelude::*;
use models::metric::MetricShare;

use crate::ui::card::Card;
use crate::ui::number::{grouped, percent};

/// A list of names with how often each was used, among `total` answers.
pub(super) fn shares(title: &'static str, shares: Vec<MetricShare>, total: u64) -> AnyView {
    let rows = shares.into_iter().map(move |MetricShare { name, count }| {
        view! {
            <li class="flex gap-4 py-1.5">
                <span class="min-w-0 flex-1 [overflow-wrap:anywhere]">{name}</span>
                <span class="tabular-nums">{grouped(count)}</span>
                <span class="w-12 text-right text-ink-soft tabular-nums">{percent(count, total)}</span>
            </li>
        }
        .into_any()
    });
    view! {
        <Card title=title>
            <ol class="divide-y divide-line text-[0.875rem]">{rows.collect_view()}</ol>
        </Card>
    }
    .into_any()
}
