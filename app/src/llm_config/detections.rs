//! What was found at an address, and what saving it would change.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use models::{
    detection::{Authentication, Confidence, Detection, PendingDetection, Probe},
    id::DetectionId,
    provider::Provider,
};

use super::{
    card::counted,
    changes::changed,
    server_functions::{DismissDetection, SaveDetection, dismiss_detection, save_detection},
};
use crate::{
    browser::focus_soon,
    ui::{
        badge::{Badge, Mood},
        button::{SubmitButton, Tone},
        field::{CONTROL, Field},
        form::PostForm,
        form_value::text_of,
        notice::{ErrorNotice, notice_class},
        number::duration,
        submission::Submission,
    },
};

/// One detection that waits to be saved.
#[component]
pub(super) fn DetectionCard(
    /// What was found.
    found: PendingDetection,
    /// The one that was asked for on this page just now: it takes the focus, and so comes into view.
    fresh: RwSignal<Option<DetectionId>>,
    /// What to do with the provider once it is stored.
    on_saved: Callback<Provider>,
    /// Counts the reloads of the page's data.
    reload: RwSignal<u32>,
) -> impl IntoView {
    let PendingDetection { id, provider_id, name, has_key, detection, models, changes } = found;
    let saving = Submission::one_of_many();
    let dismissing = Submission::one_of_many();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let name = text_of(&event, "name");
        saving.send(save_detection(id, name), move |provider| on_saved.run(provider));
    };
    let dismiss = Callback::new(move |()| {
        dismissing.send(dismiss_detection(id), move |()| reload.update(|count| *count += 1));
    });
    let is_known = provider_id.is_some();
    let title = match provider_id {
        Some(_) => format!("“{name}” was asked again"),
        None => format!("Found: {}", software(&detection)),
    };
    let name_field = format!("detection-name-{id}");
    let heading = format!("detection-{id}");
    Effect::new({
        let heading = heading.clone();
        move |_| {
            if fresh.get_untracked() == Some(id) {
                focus_soon(heading.clone());
            }
        }
    });
    let empty = detection.failure.is_none() && models == 0;
    let fails = detection.failure.is_some();

    view! {
        <li class="grid gap-3 rounded-lg border border-accent/40 bg-surface p-5 shadow-soft">
            <div class="grid gap-1">
                <h2
                    id=heading
                    tabindex="-1"
                    class="text-lg font-semibold tracking-tight [overflow-wrap:anywhere]"
                >
                    {title}
                </h2>
                <p class="font-mono text-sm text-ink-soft [overflow-wrap:anywhere]">
                    {detection.base_url.clone()}
                </p>
            </div>
            {facts(&detection, models, has_key)}
            {detection
                .failure
                .clone()
                .map(|failure| {
                    view! {
                        <div class=notice_class(Mood::Bad)>
                            <p class="font-semibold">{failure.message}</p>
                            <p>{failure.action}</p>
                        </div>
                    }
                })}
            {empty
                .then(|| {
                    view! {
                        <p class=notice_class(Mood::Caution)>
                            "The server answers, but it has no model. Load or pull one there, then detect again."
                        </p>
                    }
                })}
            {detection
                .warnings
                .iter()
                .map(|warning| view! { <p class=notice_class(Mood::Caution)>{warning.clone()}</p> })
                .collect_view()}
            {(is_known || models > 0).then(|| changed(changes, is_known))}
            {asked(detection.probes)}
            <form
                class="grid gap-4"
                method="post"
                action=SaveDetection::url()
                autocomplete="off"
                on:submit=send
            >
                <input type="hidden" name="detection" value=id.to_string() />
                {(!is_known)
                    .then(|| {
                        view! {
                            <Field id=name_field.clone() label="Name">
                                <input
                                    id=name_field.clone()
                                    class=CONTROL
                                    name="name"
                                    value=name.clone()
                                    required
                                    maxlength=models::limits::NAME_CHARACTERS.to_string()
                                />
                            </Field>
                        }
                    })}
                <ErrorNotice error=saving.error />
                <div>
                    <SubmitButton tone=Tone::Primary pending=saving.pending>
                        {match (is_known, fails) {
                            (true, true) => "Keep the old list",
                            (true, false) => "Save these models",
                            (false, true) => "Save it all the same",
                            (false, false) => "Save",
                        }}
                    </SubmitButton>
                </div>
            </form>
            <PostForm
                action=DismissDetection::url()
                fields=vec![("detection", id.to_string())]
                on_submit=dismiss
                class="-mx-3.5 -mb-2"
            >
                <SubmitButton tone=Tone::Quiet pending=dismissing.pending>
                    "Forget this"
                </SubmitButton>
            </PostForm>
        </li>
    }
}

/// The software with its version, or what is known instead.
fn software(detection: &Detection) -> String {
    let Some(server) = detection.server else {
        return if detection.failure.is_some() {
            "nothing that can be used"
        } else {
            "a model server"
        }
        .to_owned();
    };
    let likely = match detection.confidence {
        Confidence::Certain => "",
        Confidence::Likely => "probably ",
    };
    match &detection.version {
        Some(version) => format!("{likely}{} {version}", server.label()),
        None => format!("{likely}{}", server.label()),
    }
}

fn facts(detection: &Detection, models: u32, has_key: bool) -> AnyView {
    let (mood, access) = match detection.authentication {
        Authentication::None => (Mood::Good, "Open, no key needed"),
        Authentication::Accepted => (Mood::Good, "Key accepted"),
        Authentication::Required => (Mood::Caution, "Wants a key"),
        Authentication::Rejected => (Mood::Bad, "Key refused"),
        Authentication::Unknown => (Mood::Neutral, "Access unknown"),
    };
    // After a failure without models, a protocol and a count would only look like findings.
    let is_nothing = detection.failure.is_some() && models == 0;
    let found = (!is_nothing).then(|| {
        view! {
            <span>{format!("{} protocol", detection.kind.label())}</span>
            <span>{counted(models)}</span>
        }
    });
    let kept = has_key.then_some("The key you typed is saved with it.");
    view! {
        <p class="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
            <Badge mood>{access}</Badge>
            {found}
            {detection.latency_ms.map(|millis| format!("answered in {}", duration(millis.into())))}
            <span>{kept}</span>
        </p>
    }
    .into_any()
}

/// What was asked, for whoever wants to know why.
fn asked(probes: Vec<Probe>) -> Option<AnyView> {
    if probes.is_empty() {
        return None;
    }
    let rows = probes.into_iter().map(|probe| {
        let status = probe.status.map_or("no answer".to_owned(), |status| status.to_string());
        view! {
            <tr>
                <td class="pr-4 font-mono">{probe.path}</td>
                <td class="pr-4">{status}</td>
                <td>{duration(probe.milliseconds.into())}</td>
            </tr>
        }
        .into_any()
    });
    Some(
        view! {
            <details>
                <summary class="w-fit rounded-sm text-sm text-ink-soft">"What was asked"</summary>
                <table class="mt-1 text-sm text-ink-soft">
                    <thead class="visually-hidden">
                        <tr>
                            <th>"Path"</th>
                            <th>"Answer"</th>
                            <th>"Time"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </details>
        }
        .into_any(),
    )
}
