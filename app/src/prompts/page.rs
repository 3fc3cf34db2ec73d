//! The page itself: the list, and above it the form the address asks for.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use models::{id::PromptProfileId, prompt_profile::PromptProfile};

use super::{
    editor::PromptEditor,
    row::PromptRow,
    server_functions::{DeletePrompt, list_prompts},
};
use crate::{
    resource::{Loaded, resource},
    ui::{
        badge::Mood,
        button::{Tone, button_class},
        empty_state::EmptyState,
        icon::{Glyph, Icon},
        notice::{ErrorNotice, Notice},
        page::Page,
        submission::Submission,
        toast::use_toasts,
    },
};

type Profiles = Loaded<Vec<PromptProfile>>;

/// Which form the address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Nothing,
    New,
    /// The profile to change; absent if the address names none.
    Edit(Option<PromptProfileId>),
}

impl Wanted {
    fn of(new: Option<&str>, edit: Option<&str>) -> Self {
        match (new, edit) {
            (_, Some(edit)) => Self::Edit(edit.parse().ok()),
            (Some(_), None) => Self::New,
            (None, None) => Self::Nothing,
        }
    }

    /// The forms to show, one at most; a form that is absent is one for a new profile.
    fn forms(self, profiles: &[PromptProfile]) -> Vec<Option<PromptProfile>> {
        match self {
            Self::Nothing => Vec::new(),
            Self::New => vec![None],
            Self::Edit(id) => {
                let found = profiles.iter().find(|profile| Some(profile.id) == id);
                found.map(|profile| Some(profile.clone())).into_iter().collect()
            }
        }
    }
}

/// Prompt profiles: list, write, change, delete.
#[component]
pub(crate) fn PromptsPage() -> impl IntoView {
    let reload = RwSignal::new(0_u32);
    let profiles = resource(move || reload.get(), |_| list_prompts());
    view! {
        <Page
            title="Prompts"
            lead="A prompt profile tells the model who it is and how to answer, before the conversation begins. Choose one for each conversation."
        >
            <Transition>
                <Content profiles reload />
            </Transition>
        </Page>
    }
}

#[component]
fn Content(profiles: Profiles, reload: RwSignal<u32>) -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| {
        query.with(|query| Wanted::of(query.get_str("new"), query.get_str("edit")))
    });
    let list = move || profiles.get().and_then(Result::ok);
    let forms = move || list().map(|list| wanted.get().forms(&list)).unwrap_or_default();
    let is_lost =
        move || matches!(wanted.get(), Wanted::Edit(_)) && list().is_some() && forms().is_empty();
    let deletion = Submission::new::<DeletePrompt>();
    let error = Signal::derive(move || {
        profiles.get().and_then(Result::err).or_else(|| deletion.error.get())
    });
    let on_saved = use_on_saved(reload);

    view! {
        <ErrorNotice error=error />
        <Show when=is_lost>
            <Notice mood=Mood::Caution>
                <p class="font-semibold">"There is no such prompt profile."</p>
                <p>"It may have been deleted. Choose one of those below."</p>
            </Notice>
        </Show>
        // Keyed, so that another profile gets another form and a reload of the list keeps what was
        // typed. The version that the form began with stays too: that is what finds a conflict.
        <For
            each=forms
            key=|form| form.as_ref().map(|profile| profile.id)
            children=move |profile| view! { <PromptEditor profile on_saved /> }
        />
        <Show when=move || wanted.get() == Wanted::Nothing && list().is_some_and(|list| !list.is_empty())>
            <div>
                <NewPrompt />
            </div>
        </Show>
        <Show when=move || wanted.get() == Wanted::Nothing && list().is_some_and(|list| list.is_empty())>
            <EmptyState
                title="No prompt profiles yet"
                text="Without one, a model answers in its own way. Write one for each role you ask for often: a reviewer, a translator, a patient teacher."
            >
                <NewPrompt />
            </EmptyState>
        </Show>
        <Show when=move || list().is_some_and(|list| !list.is_empty())>
            <ul
                class="divide-y divide-line rounded-lg border border-line bg-surface shadow-soft"
                aria-label="Prompt profiles"
            >
                <For
                    each=move || list().unwrap_or_default()
                    key=|profile| (profile.id, profile.version)
                    children=move |profile| view! { <PromptRow profile deletion reload /> }
                />
            </ul>
        </Show>
    }
}

#[component]
fn NewPrompt() -> impl IntoView {
    view! {
        <a class=button_class(Tone::Primary) href="/prompts?new=1">
            <Icon glyph=Glyph::Plus />
            "New prompt profile"
        </a>
    }
}

/// Closes the form, says so, and loads the list again.
fn use_on_saved(reload: RwSignal<u32>) -> Callback<PromptProfile> {
    let toasts = use_toasts();
    let navigate = use_navigate();
    Callback::new(move |profile: PromptProfile| {
        toasts.say(format!("Saved “{}”.", profile.name));
        reload.update(|count| *count += 1);
        navigate("/prompts", Default::default());
        crate::browser::focus_soon("main");
    })
}

#[cfg(test)]
mod tests {
    use models::timestamp::Timestamp;

    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8051";

    fn profile() -> PromptProfile {
        PromptProfile {
            id: ID.parse().expect("an identifier"),
            name: "Reviewer".to_owned(),
            description: String::new(),
            system_prompt: "Be brief.".to_owned(),
            updated_at: Timestamp(0),
            version: 1,
        }
    }

    #[test]
    fn the_address_says_which_form_is_open() {
        let profiles = [profile()];
        let forms = |new, edit| Wanted::of(new, edit).forms(&profiles);
        assert_eq!(forms(None, None), []);
        assert_eq!(forms(Some("1"), None), [None]);
        assert_eq!(forms(None, Some(ID)), [Some(profile())]);
        assert_eq!(forms(None, Some("nothing")), []);
        assert_eq!(Wanted::of(Some("1"), Some("nothing")), Wanted::Edit(None));
    }
}
