//! The search for model servers on this computer.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use super::server_functions::{Scan, scan};
use crate::ui::{
    badge::Mood,
    button::{SubmitButton, Tone},
    form::PostForm,
    icon::{Glyph, Icon},
    notice::{ErrorNotice, notice_class},
    submission::Submission,
};

/// A button that looks at the well-known ports, and what it found in words; the servers themselves
/// appear among what waits to be saved.
#[component]
pub(super) fn ScanButton(
    /// Counts the reloads of the page's data.
    reload: RwSignal<u32>,
) -> impl IntoView {
    let scanning = Submission::new::<Scan>();
    let query = use_location().query;
    let posted = move || {
        query.with_untracked(|query| {
            Some((query.get_str("found")?.parse().ok()?, query.get_str("silent")?.parse().ok()?))
        })
    };
    let outcome = RwSignal::new(posted());
    let start = Callback::new(move |()| {
        outcome.set(None);
        scanning.send(scan(), move |found| {
            outcome.set(Some(found));
            reload.update(|count| *count += 1);
        });
    });
    view! {
        <PostForm action=Scan::url() fields=Vec::new() on_submit=start>
            <SubmitButton tone=Tone::Secondary pending=scanning.pending>
                <Icon glyph=Glyph::Monitor />
                {move || if scanning.pending.get() { "Looking…" } else { "Scan this computer" }}
            </SubmitButton>
        </PostForm>
        <div class="basis-full" role="status">
            {move || outcome.get().map(told)}
        </div>
        <ErrorNotice error=scanning.error />
    }
}

fn told((found, silent): (u32, u32)) -> AnyView {
    let (mood, text) = match found {
        0 => (
            Mood::Caution,
            format!(
                "No model server answers on the {silent} well-known ports of this computer. Start one, or add it by its address."
            ),
        ),
        1 => (Mood::Good, "Found 1 model server. It waits below to be saved.".to_owned()),
        _ => (Mood::Good, format!("Found {found} model servers. They wait below to be saved.")),
    };
    view! { <p class=notice_class(mood)>{text}</p> }.into_any()
}
