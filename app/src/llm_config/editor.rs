//! The form that adds or changes a provider.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use models::{
    detection::PendingDetection,
    limits::{NAME_CHARACTERS, PROVIDER_KEY_BYTES},
    provider::{Provider, ProviderKind},
};

use super::{
    draft::{Draft, Known},
    examples::Examples,
    server_functions::{
        AddProvider, DetectAddress, ReplaceProvider, add_provider, detect_address, replace_provider,
    },
};
use crate::{
    browser::focus_soon,
    ui::{
        button::{SubmitButton, Tone, button_class},
        card::Card,
        field::{CONTROL, Field},
        form_value::{is_checked, text_of},
        notice::ErrorNotice,
        submission::Submission,
    },
};

/// The identifier of the first control, which takes the focus when the form opens.
const FIRST_CONTROL: &str = "provider-name";
/// The name of the button that only looks.
const DETECT: &str = "detect";

/// A form for a new provider, or for one that exists.
#[component]
pub(crate) fn ProviderEditor(
    /// What it is filled with.
    draft: Draft,
    /// What to do with the provider once it is stored.
    on_saved: Callback<Provider>,
    /// What to do with what was found at the address.
    on_detected: Callback<PendingDetection>,
) -> impl IntoView {
    let Draft { known, name, base_url, kind } = draft;
    let (title, action, submission) = match known {
        Some(_) => {
            (format!("Edit “{name}”"), ReplaceProvider::url(), Submission::new::<ReplaceProvider>())
        }
        None => ("Add a provider".to_owned(), AddProvider::url(), Submission::new::<AddProvider>()),
    };
    let detecting = Submission::new::<DetectAddress>();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let name = text_of(&event, "name");
        let base_url = text_of(&event, "base_url");
        let key = text_of(&event, "key");
        let kind = text_of(&event, "kind");
        if is_detection(&event) {
            detecting.send(detect_address(name, base_url, key, kind), move |found| {
                on_detected.run(found);
            });
            return;
        }
        let remove_key = is_checked(&event, "remove_key");
        submission.send(
            async move {
                match known {
                    Some(known) => {
                        replace_provider(known.id, name, base_url, key, kind, remove_key).await
                    }
                    None => add_provider(name, base_url, key, kind).await,
                }
            },
            move |stored| on_saved.run(stored),
        );
    };
    Effect::new(|_| focus_soon(FIRST_CONTROL));

    view! {
        <Card title=title text="Detect shows what is at the address before anything is stored; Save stores it with its models. Nothing is sent but the questions what it is and what it has.">
            {known
                .is_none()
                .then(|| {
                    view! {
                        <div class="flex flex-wrap items-center gap-2">
                            <span class="text-sm text-ink-soft">"A known kind:"</span>
                            <Examples />
                        </div>
                    }
                })}
            <form
                class="grid gap-4"
                method="post"
                action=action
                autocomplete="off"
                on:submit=send
            >
                {known
                    .map(|known| {
                        view! { <input type="hidden" name="provider" value=known.id.to_string() /> }
                    })}
                <Controls name base_url kind known />
                <ErrorNotice error=submission.error />
                <ErrorNotice error=detecting.error />
                <div class="flex flex-wrap gap-2">
                    <SubmitButton tone=Tone::Primary pending=submission.pending>
                        {move || if submission.pending.get() { "Asking the server…" } else { "Save" }}
                    </SubmitButton>
                    {known
                        .is_none()
                        .then(|| {
                            view! {
                                <button
                                    type="submit"
                                    class=button_class(Tone::Secondary)
                                    name=DETECT
                                    formaction=DetectAddress::url()
                                    aria-disabled=move || detecting.pending.get().then_some("true")
                                >
                                    {move || {
                                        if detecting.pending.get() { "Looking…" } else { "Detect" }
                                    }}
                                </button>
                            }
                        })}
                    <a class=button_class(Tone::Quiet) href="/llm-config">
                        "Cancel"
                    </a>
                </div>
            </form>
        </Card>
    }
}

#[component]
fn Controls(
    name: String,
    base_url: String,
    kind: &'static str,
    known: Option<Known>,
) -> impl IntoView {
    view! {
        <Field
            id=FIRST_CONTROL
            label="Name"
            hint=format!("Up to {NAME_CHARACTERS} characters; no two providers have the same name.")
        >
            <input
                id=FIRST_CONTROL
                class=CONTROL
                name="name"
                value=name
                required
                maxlength=NAME_CHARACTERS.to_string()
                autocomplete="off"
                aria-describedby="provider-name-hint"
            />
        </Field>
        <Field
            id="provider-address"
            label="Address"
            hint="An http or https address, such as http://127.0.0.1:11434. With or without /v1."
        >
            <input
                id="provider-address"
                class=CONTROL
                name="base_url"
                value=base_url
                required
                inputmode="url"
                autocapitalize="off"
                autocomplete="off"
                spellcheck="false"
                aria-describedby="provider-address-hint"
            />
        </Field>
        <Field
            id="provider-kind"
            label="Protocol"
            hint="Found out at the address, unless you know better: OpenAI's newer Responses protocol must be chosen."
        >
            <select
                id="provider-kind"
                class=CONTROL
                name="kind"
                aria-describedby="provider-kind-hint"
            >
                <option value="">"Find out"</option>
                {ProviderKind::WIRED
                    .map(|wired| {
                        let word = wired.as_str();
                        view! {
                            <option value=word selected=word == kind>
                                {wired.label()}
                            </option>
                        }
                            .into_any()
                    })
                    .into_iter()
                    .collect_view()}
            </select>
        </Field>
        <Field id="provider-key" label="Key" hint=key_hint(known)>
            <input
                id="provider-key"
                class=CONTROL
                type="password"
                name="key"
                maxlength=PROVIDER_KEY_BYTES.to_string()
                autocomplete="off"
                spellcheck="false"
                aria-describedby="provider-key-hint"
            />
        </Field>
        {known
            .filter(|known| known.has_key)
            .map(|_| {
                view! {
                    <label class="flex items-center gap-2 text-[0.875rem]">
                        <input type="checkbox" name="remove_key" value="true" />
                        "Remove the stored key"
                    </label>
                }
            })}
    }
}

/// Whether the form was sent by the button that only looks.
fn is_detection(event: &SubmitEvent) -> bool {
    event.submitter().and_then(|button| button.get_attribute("name")).as_deref() == Some(DETECT)
}

fn key_hint(known: Option<Known>) -> &'static str {
    match known {
        None => {
            "Only if the server asks for one. It is encrypted where it is stored and never shown again."
        }
        Some(Known { has_key: true, .. }) => {
            "A key is stored. Leave this empty to keep it. With another address the stored key is forgotten, \
             because it belongs to the old one."
        }
        Some(Known { has_key: false, .. }) => {
            "No key is stored. It is encrypted where it is stored and never shown again."
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use models::id::ProviderId;

    use super::*;
    use crate::ui::rendered::render_at;

    fn editor(known: Option<Known>) -> String {
        render_at("/llm-config", move || {
            let draft = Draft {
                known,
                name: "Local \"<b>".to_owned(),
                base_url: "http://127.0.0.1:8080/v1".to_owned(),
                kind: "",
            };
            let (on_saved, on_detected) = (Callback::new(|_| ()), Callback::new(|_| ()));
            view! { <ProviderEditor draft on_saved on_detected /> }.into_any()
        })
    }

    fn known(has_key: bool) -> Option<Known> {
        Some(Known { id: ProviderId::generate(), has_key })
    }

    #[test]
    fn the_key_is_a_password_without_a_value() {
        for html in [editor(None), editor(known(true)), editor(known(false))] {
            let start = html.find(r#"id="provider-key""#).expect("the key's input");
            let input = &html[start..start + html[start..].find('>').unwrap_or_default()];
            assert!(input.contains(r#"type="password""#), "{input}");
            assert!(input.contains(r#"autocomplete="off""#), "{input}");
            assert!(!input.contains(" value="), "{input}");
        }
    }

    #[test]
    fn only_a_stored_key_can_be_removed() {
        assert!(editor(known(true)).contains(r#"name="remove_key""#));
        assert!(!editor(known(false)).contains(r#"name="remove_key""#));
        assert!(!editor(None).contains(r#"name="remove_key""#));
    }

    #[test]
    fn a_form_without_script_posts_to_its_own_address() {
        let html = editor(None);
        assert!(html.contains(r#"method="post" action="/api/ui/providers/add""#), "{html}");
        assert!(!html.contains("<b>"), "a name from the address is escaped: {html}");
        assert!(editor(known(true)).contains(r#"action="/api/ui/providers/replace""#));
    }
}
