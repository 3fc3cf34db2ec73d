//! The state of the choice of models: what was typed, what was found, what is done with it.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, prelude::*, server_fn::ServerFn};
use models::model::ModelPage;

use super::{
    model_list::{ModelList, refusal},
    server_functions::FindModels,
    session::Session,
};
use crate::{
    browser::{ask, pause, post, spawn, spawn_for_app},
    error::StudioError,
    llm_config::FavourModel,
    ui::modal::{ModalRef, close},
};

/// How long a person may think between two letters before the search begins.
const TYPING: Duration = Duration::from_millis(120);
/// Models that Page Up and Page Down pass over.
const PAGE: isize = 8;

/// The state of the open dialog.
#[derive(Clone)]
pub(super) struct Choice {
    /// The page's.
    pub session: Session,
    /// The dialog.
    pub node: ModalRef,
    text: RwSignal<String>,
    /// What was found so far.
    pub list: RwSignal<ModelList>,
    /// The place of the model that Enter picks.
    pub active: RwSignal<usize>,
    /// Why the last request failed.
    pub error: RwSignal<Option<StudioError>>,
    /// The number of the newest request; answers to others come too late.
    asked: StoredValue<u32>,
    /// Whether an answer is awaited.
    pub waits: RwSignal<bool>,
    /// Whether what is shown was found for an older text.
    is_stale: StoredValue<bool>,
    /// Whether Enter was pressed since the text was typed, before its answer was there.
    picks_answer: StoredValue<bool>,
}

impl Choice {
    /// Begins with all models.
    pub(super) fn new(session: Session) -> Self {
        let choice = Self {
            session,
            node: ModalRef::new(),
            text: RwSignal::default(),
            list: RwSignal::default(),
            active: RwSignal::new(0),
            error: RwSignal::default(),
            asked: StoredValue::new(0),
            waits: RwSignal::new(false),
            is_stale: StoredValue::new(false),
            picks_answer: StoredValue::new(false),
        };
        choice.search(Duration::ZERO);
        choice
    }

    /// Takes in what is typed.
    pub(super) fn typed(&self, text: String) {
        self.text.set(text);
        self.search(TYPING);
    }

    /// Looks for what is typed, once nothing more was typed for a while.
    fn search(&self, after: Duration) {
        let choice = self.clone();
        let number = self.next_number();
        self.waits.set(true);
        self.is_stale.set_value(true);
        self.picks_answer.set_value(false);
        spawn(async move {
            pause(after).await;
            if choice.asked.try_get_value() == Some(number) {
                choice.ask(number, ModelList::default()).await;
            }
        });
    }

    /// Loads what follows in the list, unless something is being loaded.
    pub(super) fn go_on(&self) {
        let list = self.list.get_untracked();
        if self.waits.get_untracked() || !list.goes_on() {
            return;
        }
        let choice = self.clone();
        let number = self.next_number();
        spawn(async move { choice.ask(number, list).await });
    }

    async fn ask(&self, number: u32, before: ModelList) {
        self.waits.set(true);
        let is_first = before.models.is_empty();
        let fields =
            vec![("text", self.text.get_untracked()), ("skip", before.models.len().to_string())];
        let answer = ask::<ModelPage>(FindModels::url(), fields).await;
        if self.asked.try_get_value() != Some(number) {
            return;
        }
        self.waits.set(false);
        match answer {
            Ok(page) => {
                self.error.set(None);
                self.list.set(before.with(page.models, page.total));
                if is_first {
                    self.active.set(0);
                    self.is_stale.set_value(false);
                    if self.picks_answer.get_value() {
                        self.pick(0);
                    }
                }
            }
            Err(error) => self.error.set(Some(error)),
        }
    }

    fn next_number(&self) -> u32 {
        let number = self.asked.get_value().wrapping_add(1);
        self.asked.set_value(number);
        number
    }

    pub(super) fn press(&self, event: &KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let steps = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "PageDown" => PAGE,
            "PageUp" => -PAGE,
            "Enter" => {
                event.prevent_default();
                // What is shown is not yet what was typed.
                if self.is_stale.get_value() {
                    self.picks_answer.set_value(true);
                } else {
                    self.pick(self.active.get_untracked());
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let place = self.list.with_untracked(|list| list.moved(self.active.get_untracked(), steps));
        self.active.set(place);
    }

    /// Picks the model at a place, unless something speaks against it.
    pub(super) fn pick(&self, place: usize) {
        let selection = &self.session.selection;
        let needs_vision = self.session.tray.has_images();
        let picked = self.list.with_untracked(|list| {
            let model = list.models.get(place).filter(|it| refusal(it, needs_vision).is_none())?;
            Some((model.id.to_string(), model.label().to_owned()))
        });
        if let Some((id, label)) = picked {
            selection.pick(id, label);
            close(self.node);
        }
    }

    /// Makes the model at a place a favourite, or none.
    pub(super) fn favour(&self, place: usize) {
        let (list, error) = (self.list, self.error);
        let Some((id, favourite)) = list.with_untracked(|list| {
            list.models.get(place).map(|model| (model.id, !list.is_favourite(model)))
        }) else {
            return;
        };
        spawn_for_app(async move {
            let fields = vec![("model", id.to_string()), ("favourite", favourite.to_string())];
            match post(FavourModel::url(), fields).await {
                Ok(_) => {
                    let _ = list.try_update(|list| list.star(id));
                }
                Err(failure) => {
                    let _ = error.try_set(Some(failure));
                }
            }
        });
    }
}
