//! The outcome of a connection test, aspect by aspect.

use leptos::prelude::*;
use models::provider::{CheckOutcome, ConnectionCheck, ProviderTest};

use crate::ui::{
    icon::{Glyph, Icon},
    number::duration,
};

/// A tick or the reason for each aspect.
pub(super) fn checks(test: ProviderTest) -> AnyView {
    let asked = test.model.map(|model| {
        view! {
            <p class="text-sm text-ink-soft">
                "Asked: " <span class="font-mono [overflow-wrap:anywhere]">{model}</span>
            </p>
        }
    });
    view! {
        <div class="grid gap-2 rounded-md border border-line bg-sunken p-3">
            {asked}
            <ul class="grid gap-1.5">{test.checks.into_iter().map(row).collect_view()}</ul>
        </div>
    }
    .into_any()
}

fn row(check: ConnectionCheck) -> AnyView {
    let (glyph, class, word) = match check.outcome {
        CheckOutcome::Passed => (Glyph::Check, "text-good", "works"),
        CheckOutcome::Failed => (Glyph::Close, "text-bad", "fails"),
        CheckOutcome::Skipped => (Glyph::Minus, "text-ink-faint", "not tried"),
    };
    let time = check.milliseconds.map(|millis| format!(" ({})", duration(millis.into())));
    view! {
        <li class="flex gap-2 text-[0.875rem]">
            <span class=format!("mt-0.5 {class}")>
                <Icon glyph />
                <span class="visually-hidden">{word}</span>
            </span>
            <span class="min-w-0 [overflow-wrap:anywhere]">
                <span class="font-medium">{check.aspect.label()}</span>
                {time}
                ". "
                <span class="text-ink-soft">{check.detail}</span>
            </span>
        </li>
    }
    .into_any()
}
