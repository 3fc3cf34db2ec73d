//! What saving a detection would change, model by model.

use leptos::prelude::*;
use models::detection::{FoundModel, FoundModels, ModelChanges};

use crate::{
    models_shown::{differences, fact_badges},
    ui::{
        badge::{Badge, Mood},
        number::grouped,
    },
};

/// With more models than this the list waits closed.
const OPEN_UP_TO: u32 = 8;

/// New, vanished and changed models, and how many stay.
pub(super) fn changed(changes: ModelChanges, is_known: bool) -> AnyView {
    let same = (is_known && changes.unchanged > 0)
        .then(|| format!("{} stay as they are.", grouped(changes.unchanged.into())));
    let new = if is_known { "New" } else { "Models" };
    view! {
        <div class="grid gap-2">
            {listed(new, Mood::Good, changes.new)}
            {listed("Vanished", Mood::Caution, changes.vanished)}
            {listed("Changed", Mood::Active, changes.changed)}
            <p class="text-sm text-ink-soft">{same}</p>
        </div>
    }
    .into_any()
}

fn listed(label: &'static str, mood: Mood, models: FoundModels) -> Option<AnyView> {
    if models.count == 0 {
        return None;
    }
    let shown = u32::try_from(models.first.len()).unwrap_or(u32::MAX);
    let more = models.count.saturating_sub(shown);
    let more = (more > 0).then(|| {
        view! { <li class="text-ink-soft">{format!("and {} more", grouped(more.into()))}</li> }
    });
    Some(
        view! {
            <details open=models.count <= OPEN_UP_TO>
                <summary class="w-fit rounded-sm text-[0.875rem] font-medium">
                    {label} " " <Badge mood>{grouped(models.count.into())}</Badge>
                </summary>
                <ul class="mt-2 grid gap-2 text-sm">
                    {models.first.iter().map(entry).collect_view()} {more}
                </ul>
            </details>
        }
        .into_any(),
    )
}

/// A new model with what is known of it, one that changed with what is known otherwise now.
fn entry(model: &FoundModel) -> AnyView {
    let facts = match &model.before {
        None => fact_badges(&model.facts),
        Some(before) => {
            let told = differences(before, &model.facts).join("; ");
            view! { <span class="text-ink-soft">{told}</span> }.into_any()
        }
    };
    view! {
        <li class="grid gap-1 sm:flex sm:flex-wrap sm:items-center sm:gap-x-3">
            <span class="font-mono [overflow-wrap:anywhere]">{model.name.clone()}</span>
            {facts}
        </li>
    }
    .into_any()
}
