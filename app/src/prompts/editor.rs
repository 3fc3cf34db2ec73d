//! The form that writes or changes a prompt profile.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use models::{
    error::ErrorCode,
    limits::{DESCRIPTION_CHARACTERS, NAME_CHARACTERS, SYSTEM_PROMPT_BYTES},
    prompt_profile::PromptProfile,
};

use super::server_functions::{CreatePrompt, ReplacePrompt, create_prompt, replace_prompt};
use crate::{
    browser::focus_soon,
    ui::{
        button::{SubmitButton, Tone, button_class},
        card::Card,
        field::{CONTROL, Field},
        form_value::text_of,
        notice::ErrorNotice,
        submission::Submission,
    },
};

/// The identifier of the first control, which takes the focus when the form opens.
const FIRST_CONTROL: &str = "prompt-name";

/// A form for a new prompt profile, or for one that exists.
#[component]
pub(crate) fn PromptEditor(
    /// The profile to change; absent to write a new one.
    profile: Option<PromptProfile>,
    /// What to do with the profile once it is stored.
    on_saved: Callback<PromptProfile>,
) -> impl IntoView {
    let known = profile.as_ref().map(|profile| (profile.id, profile.version));
    let (title, action, submission) = match &profile {
        Some(profile) => (
            format!("Edit “{}”", profile.name),
            ReplacePrompt::url(),
            Submission::new::<ReplacePrompt>(),
        ),
        None => (
            "New prompt profile".to_owned(),
            CreatePrompt::url(),
            Submission::new::<CreatePrompt>(),
        ),
    };
    let (name, description, system_prompt) = profile
        .map(|profile| (profile.name, profile.description, profile.system_prompt))
        .unwrap_or_default();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let name = text_of(&event, "name");
        let description = text_of(&event, "description");
        let system_prompt = text_of(&event, "system_prompt");
        submission.send(
            async move {
                match known {
                    Some((id, version)) => {
                        replace_prompt(id, version, name, description, system_prompt).await
                    }
                    None => create_prompt(name, description, system_prompt).await,
                }
            },
            move |stored| on_saved.run(stored),
        );
    };
    Effect::new(|_| focus_soon(FIRST_CONTROL));

    view! {
        <Card title=title>
            <form class="grid gap-4" method="post" action=action on:submit=send>
                {known.map(|(id, version)| view! {
                    <input type="hidden" name="profile" value=id.to_string() />
                    <input type="hidden" name="version" value=version.to_string() />
                })}
                <Controls name description system_prompt />
                <div>
                    <ErrorNotice error=submission.error />
                    {known.map(|(id, _)| view! {
                        <NewerText href=format!("/prompts?edit={id}") submission=submission />
                    })}
                </div>
                <div class="flex flex-wrap gap-2">
                    <SubmitButton tone=Tone::Primary pending=submission.pending>
                        "Save"
                    </SubmitButton>
                    <a class=button_class(Tone::Secondary) href="/prompts">
                        "Cancel"
                    </a>
                </div>
            </form>
        </Card>
    }
}

#[component]
fn Controls(name: String, description: String, system_prompt: String) -> impl IntoView {
    view! {
        <Field
            id=FIRST_CONTROL
            label="Name"
            hint=format!("Up to {NAME_CHARACTERS} characters; no two profiles have the same name.")
        >
            <input
                id=FIRST_CONTROL
                class=CONTROL
                name="name"
                value=name
                required
                maxlength=NAME_CHARACTERS.to_string()
                autocomplete="off"
                aria-describedby="prompt-name-hint"
            />
        </Field>
        <Field
            id="prompt-description"
            label="Description"
            hint=format!("What it is for. May be empty; up to {DESCRIPTION_CHARACTERS} characters.")
        >
            <textarea
                id="prompt-description"
                class=CONTROL
                name="description"
                rows="2"
                maxlength=DESCRIPTION_CHARACTERS.to_string()
                aria-describedby="prompt-description-hint"
                inner_html=text_area_content(&description)
            ></textarea>
        </Field>
        <Field
            id="prompt-system"
            label="System prompt"
            hint=format!(
                "What the model is told before the conversation. Up to {} KiB.",
                SYSTEM_PROMPT_BYTES / 1024,
            )
        >
            <textarea
                id="prompt-system"
                class=format!("{CONTROL} min-h-48 font-mono text-sm")
                name="system_prompt"
                rows="12"
                required
                maxlength=SYSTEM_PROMPT_BYTES.to_string()
                aria-describedby="prompt-system-hint"
                inner_html=text_area_content(&system_prompt)
            ></textarea>
        </Field>
    }
}

/// After a conflict: the way to the newer text that keeps what was typed here.
#[component]
fn NewerText(href: String, submission: Submission) -> impl IntoView {
    let conflict = move || {
        submission
            .error
            .with(|error| error.as_ref().is_some_and(|error| error.0.code == ErrorCode::Conflict))
    };
    view! {
        <Show when=conflict>
            <p class="mt-2 text-[0.875rem]">
                <a class="font-medium text-accent underline" href=href.clone() target="_blank" rel="noopener">
                    "See the stored text in a new tab"
                </a>
                ", without losing what you wrote here."
            </p>
        </Show>
    }
}

/// The markup inside a text area. Escaped here, because the renderer writes the children of a text
/// area as they are.
fn text_area_content(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::server_fn::error::ServerFnUrlError;
    use models::{error::ApiError, timestamp::Timestamp};

    use super::*;
    use crate::{error::StudioError, ui::rendered::render_at};

    fn profile() -> PromptProfile {
        PromptProfile {
            id: models::id::PromptProfileId::generate(),
            name: "Reviewer".to_owned(),
            description: String::new(),
            system_prompt: "</textarea><script>alert(1)</script>\n\nBe kind & brief.".to_owned(),
            updated_at: Timestamp(0),
            version: 7,
        }
    }

    fn editor(address: &str, profile: Option<PromptProfile>) -> String {
        render_at(address, move || {
            view! { <PromptEditor profile on_saved=Callback::new(|_| ()) /> }.into_any()
        })
    }

    #[test]
    fn a_stored_prompt_cannot_leave_its_text_area() {
        let html = editor("/prompts", Some(profile()));
        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains(
            "&lt;/textarea>&lt;script>alert(1)&lt;/script>\n\nBe kind &amp; brief.</textarea>"
        ));
    }

    #[test]
    fn an_empty_text_area_is_really_empty() {
        let html = editor("/prompts?new=1", None);
        assert_eq!(html.matches("></textarea>").count(), 2, "{html}");
        assert!(html.contains(r#"action="/api/ui/prompts/create""#), "{html}");
    }

    #[test]
    fn a_change_names_the_version_it_was_made_from() {
        let html = editor("/prompts", Some(profile()));
        assert!(html.contains(r#"action="/api/ui/prompts/replace""#), "{html}");
        assert!(html.contains(r#"name="version" value="7""#), "{html}");
    }

    #[test]
    fn a_conflict_of_a_form_without_script_is_told_in_words() {
        let error = StudioError(ApiError::new(ErrorCode::Conflict, "It was changed.", "Load it."));
        let url = ServerFnUrlError::new(ReplacePrompt::PATH, error)
            .to_url("http://localhost/prompts")
            .expect("an address");
        let html =
            editor(&format!("/prompts?{}", url.query().unwrap_or_default()), Some(profile()));
        assert!(html.contains("It was changed.") && html.contains("Load it."), "{html}");
        assert!(html.contains("See the stored text in a new tab"), "{html}");
    }
}
