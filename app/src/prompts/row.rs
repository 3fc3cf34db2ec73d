//! One prompt profile in the list.

use leptos::{prelude::*, server_fn::ServerFn};
use models::prompt_profile::PromptProfile;

use super::server_functions::{DeletePrompt, delete_prompt};
use crate::{
    browser::focus_soon,
    ui::{
        confirm::ConfirmRemoval, edit_link::EditLink, submission::Submission, time::Moment,
        toast::use_toasts,
    },
};

/// How much of a system prompt the list shows, in characters.
const EXCERPT_CHARACTERS: usize = 280;

/// Name, description, the beginning of the prompt, and what can be done with it.
#[component]
pub(crate) fn PromptRow(
    /// The profile as it was when the row was made; a changed one gets a new row.
    profile: PromptProfile,
    /// The deletion that all rows share, so that its error is shown in one place.
    deletion: Submission,
    /// Counts the reloads of the list.
    reload: RwSignal<u32>,
) -> impl IntoView {
    let PromptProfile { id, name, description, system_prompt, updated_at, .. } = profile;
    let toasts = use_toasts();
    let delete = Callback::new({
        let text = format!("Deleted “{name}”.");
        move |()| {
            let text = text.clone();
            deletion.send(delete_prompt(id), move |()| {
                toasts.say(text);
                reload.update(|count| *count += 1);
                focus_soon("main");
            });
        }
    });

    view! {
        <li class="grid gap-2 px-4 py-4 sm:px-5">
            <div class="flex flex-wrap items-baseline gap-x-3">
                <h2 class="min-w-0 font-semibold tracking-tight [overflow-wrap:anywhere]">
                    {name.clone()}
                </h2>
                <span class="text-sm text-ink-soft">"changed " <Moment at=updated_at /></span>
            </div>
            {(!description.is_empty())
                .then(|| view! { <p class="[overflow-wrap:anywhere]">{description}</p> })}
            <p class="line-clamp-3 text-sm whitespace-pre-line text-ink-soft [overflow-wrap:anywhere]">
                {excerpt(&system_prompt)}
            </p>
            <div class="-mx-3.5 flow-root">
                <EditLink href=format!("/prompts?edit={id}") name=name.clone() />
                <ConfirmRemoval
                    verb="Delete"
                    name=name
                    consequence="Conversations that used it go on without a system prompt."
                    action=DeletePrompt::url()
                    fields=vec![("profile", id.to_string())]
                    pending=deletion.pending
                    on_submit=delete
                />
            </div>
        </li>
    }
}

/// The beginning of a prompt, with an ellipsis if there is more.
fn excerpt(prompt: &str) -> String {
    let prompt = prompt.trim();
    match prompt.char_indices().nth(EXCERPT_CHARACTERS) {
        Some((end, _)) => format!("{}…", prompt[..end].trim_end()),
        None => prompt.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_between_characters() {
        assert_eq!(excerpt(" You are brief. \n"), "You are brief.");
        let long = "ü".repeat(EXCERPT_CHARACTERS + 1);
        assert_eq!(excerpt(&long), format!("{}…", "ü".repeat(EXCERPT_CHARACTERS)));
    }
}
