//! The choice of models as a dialog: a search over what may be ten thousand of them.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use models::model::Model;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{
    dialogs::MODEL_BUTTON,
    model_choice::Choice,
    model_list::{ModelList, refusal},
    session::Session,
};
use crate::{
    browser::effect,
    models_shown::badges,
    ui::{
        button::{Tone, button_class},
        dynamic::optional,
        icon::{Glyph, Icon},
        modal::Modal,
        notice::ErrorNotice,
        number::grouped,
        time::Moment,
    },
};

/// Pixels before the end of the list at which more is loaded.
const AHEAD: i32 = 400;
/// The identifier of the list.
const LIST: &str = "models-found";

/// Search, list, and what is to be done with the active model.
#[component]
pub(super) fn ModelDialog(
    /// The page's.
    session: Session,
) -> impl IntoView {
    let choice = Choice::new(session.clone());
    show_active(&choice);
    let Choice { node, list, active, error, waits, .. } = choice;
    let on_key = {
        let choice = choice.clone();
        move |event: KeyboardEvent| choice.press(&event)
    };
    let on_input = {
        let choice = choice.clone();
        move |event| {
            choice.typed(event_target_value(&event));
        }
    };
    let frame = NodeRef::<html::Div>::new();
    let on_scroll = {
        let choice = choice.clone();
        move |_| {
            let Some(frame) = frame.get_untracked() else { return };
            if frame.scroll_top() + frame.client_height() + AHEAD > frame.scroll_height() {
                choice.go_on();
            }
        }
    };
    let rows = {
        let choice = choice.clone();
        move || list.with(|list| (!list.models.is_empty()).then(|| choice.groups(list)))
    };
    let closed = Callback::new(move |()| session.dialog.set(None));
    view! {
        <Modal node title="Choose a model" opener=MODEL_BUTTON closed>
            <div class="modal-search">
                <Icon glyph=Glyph::Search />
                <input
                    type="text"
                    role="combobox"
                    autofocus
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Search by name or provider"
                    aria-label="Search the models"
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-activedescendant=move || {
                        list.with(|list| list.models.get(active.get()).map(option_id))
                    }
                    on:input=on_input
                    on:keydown=on_key
                />
            </div>
            <div class="model-frame">
                // The list itself scrolls, as the popup of the text field that moves through it.
                <div
                    id=LIST
                    class="model-list"
                    role="listbox"
                    aria-label="Models"
                    node_ref=frame
                    on:scroll=on_scroll
                >
                    {optional(rows)}
                </div>
                {optional(move || {
                    let is_empty = list.with(|list| list.models.is_empty());
                    (is_empty && !waits.get() && error.with(Option::is_none)).then(nothing)
                })}
                <ErrorNotice error />
            </div>
            <footer class="modal-foot">
                <p role="status">{move || list.with(|list| counted(list, waits.get()))}</p>
                {favour_button(&choice)}
            </footer>
        </Modal>
    }
}

impl Choice {
    fn groups(&self, list: &ModelList) -> AnyView {
        list.groups()
            .into_iter()
            .enumerate()
            .map(|(number, (name, models))| {
                let id = format!("model-group-{number}");
                let named_by = id.clone();
                let rows: Vec<AnyView> = models
                    .into_iter()
                    .map(|(place, model)| {
                        let is_favourite = list.is_favourite(&model);
                        self.row(place, model, is_favourite)
                    })
                    .collect();
                view! {
                    <div role="group" aria-labelledby=named_by>
                        <div id=id class="model-group" role="presentation">
                            {name}
                        </div>
                        {rows}
                    </div>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    }

    fn row(&self, place: usize, model: Model, is_favourite: bool) -> AnyView {
        let active = self.active;
        let selection = &self.session.selection;
        let is_picked = selection.model.get_untracked() == model.id.to_string();
        let needs_vision = self.session.tray.has_images();
        let reason = refusal(&model, needs_vision);
        let facts = format!("{}-facts", option_id(&model));
        let told_by = facts.clone();
        let used = model.last_used_at.map(|at| view! { <span>"Last used " <Moment at /></span> });
        let name = if model.label() == model.name {
            model.provider.clone()
        } else {
            format!("{} · {}", model.provider, model.name)
        };
        let (to_pick, to_favour) = (self.clone(), self.clone());
        view! {
            <div
                id=option_id(&model)
                class="model-option"
                role="option"
                aria-label=model.label().to_owned()
                aria-describedby=told_by
                aria-selected=move || (active.get() == place).to_string()
                aria-disabled=reason.map(|_| "true")
                data-picked=is_picked.then_some("")
                on:pointermove=move |_| {
                    if active.get_untracked() != place {
                        active.set(place);
                    }
                }
                on:click=move |_| to_pick.pick(place)
            >
                <span class="model-name">{model.label().to_owned()}</span>
                <span
                    class="model-star"
                    data-set=is_favourite.then_some("")
                    aria-hidden="true"
                    on:click=move |event| {
                        event.stop_propagation();
                        to_favour.favour(place);
                    }
                >
                    <Icon glyph=Glyph::Star />
                </span>
                <span class="model-facts" id=facts>
                    <span class="model-of">{name}</span>
                    {reason.map(|reason| view! { <span class="model-reason">{reason}</span> })}
                    {badges(&model)}
                    {used}
                </span>
            </div>
        }
        .into_any()
    }
}

/// Keeps the active model in sight, and loads more in time.
fn show_active(choice: &Choice) {
    let choice = choice.clone();
    effect(move || {
        let place = choice.active.get();
        let shown = choice.list.with(|list| list.models.len());
        let id = choice.list.with_untracked(|list| list.models.get(place).map(option_id));
        if let Some(element) = id.and_then(|id| document().get_element_by_id(&id)) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
        if place + 1 == shown {
            choice.go_on();
        }
    });
}

/// The star of the active model, for the keyboard and for those who hear the page.
fn favour_button(choice: &Choice) -> AnyView {
    let Choice { list, active, .. } = choice.clone();
    let choice = choice.clone();
    let shown = Memo::new(move |_| {
        list.with(|list| {
            list.models
                .get(active.get())
                .map(|model| (model.label().to_owned(), list.is_favourite(model)))
        })
    });
    view! {
        <button
            type="button"
            class=button_class(Tone::Quiet)
            aria-label=move || {
                shown.with(|it| it.as_ref().map(|(label, _)| format!("Favourite: {label}")))
            }
            aria-pressed=move || shown.with(|it| it.as_ref().is_some_and(|(_, is)| *is)).to_string()
            aria-disabled=move || shown.with(Option::is_none).then_some("true")
            on:click=move |_| choice.favour(active.get_untracked())
        >
            <Icon glyph=Glyph::Star />
            "Favourite"
        </button>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <p class="model-nothing">
            "No model has such a name. Search for less, or " <a href="/llm-config">"add a provider"</a>
            "."
        </p>
    }
    .into_any()
}

/// What the line below the list says.
fn counted(list: &ModelList, waits: bool) -> String {
    let count = |number: usize| grouped(number as u64);
    match list.left() {
        _ if waits && list.models.is_empty() => "Searching".to_owned(),
        0 if list.total == 1 => "1 model".to_owned(),
        0 => format!("{} models", count(list.total)),
        left => format!(
            "{} of {}; type to narrow",
            count(list.models.len()),
            count(left + list.models.len())
        ),
    }
}

fn option_id(model: &Model) -> String {
    format!("model-{}", model.id)
}
