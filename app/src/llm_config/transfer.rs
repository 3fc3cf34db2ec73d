//! The configuration as a file: out without keys, and in again.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};

use super::server_functions::{ImportConfiguration, import_configuration};
use crate::ui::{
    button::{SubmitButton, Tone, button_class},
    card::Card,
    field::{CONTROL, Field},
    form_value::text_of,
    notice::ErrorNotice,
    submission::Submission,
    toast::use_toasts,
};

/// The place the exported file comes from.
const EXPORT: &str = "/api/chat/ui/configuration";

/// A link that exports, and a form that imports.
#[component]
pub(super) fn Transfer(
    /// Counts the reloads of the page's data.
    reload: RwSignal<u32>,
) -> impl IntoView {
    let submission = Submission::new::<ImportConfiguration>();
    let toasts = use_toasts();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let text = text_of(&event, "text");
        submission.send(import_configuration(text), move |summary| {
            toasts.say(summary);
            reload.update(|count| *count += 1);
        });
    };
    view! {
        <Card
            title="Export and import"
            text="Providers and what you said of their models, as a file without any key. Importing adds what is not there and changes no address and no key."
        >
            <div>
                <a class=button_class(Tone::Secondary) href=EXPORT download rel="external">
                    "Export"
                </a>
            </div>
            <details>
                <summary class="w-fit rounded-sm text-[0.875rem] font-medium">"Import"</summary>
                <form
                    class="mt-3 grid gap-4"
                    method="post"
                    action=ImportConfiguration::url()
                    on:submit=send
                >
                    <Field id="import-text" label="The content of an exported file">
                        <textarea
                            id="import-text"
                            class=format!("{CONTROL} font-mono text-sm")
                            name="text"
                            rows="5"
                            required
                            spellcheck="false"
                        ></textarea>
                    </Field>
                    <ErrorNotice error=submission.error />
                    <div>
                        <SubmitButton tone=Tone::Primary pending=submission.pending>
                            "Import"
                        </SubmitButton>
                    </div>
                </form>
            </details>
        </Card>
    }
}
