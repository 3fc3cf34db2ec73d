//! The short message at the edge of the page, with at most one action.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;

use super::{
    button::{ICON_BUTTON, Tone, button_class},
    dynamic::{clicked, optional},
    icon::{Glyph, Icon},
};

/// How long a toast stays.
const STAY: Duration = Duration::from_secs(8);

/// What the button of a toast does.
pub(crate) type ToastAction = Arc<dyn Fn() + Send + Sync>;

/// What a toast says and offers.
#[derive(Clone)]
pub(crate) struct Toast {
    /// A sentence.
    pub text: String,
    /// The words on its button and what that does. Not a `Callback`, because a toast outlives the
    /// component that showed it.
    pub action: Option<(&'static str, ToastAction)>,
}

/// The place toasts appear in; one at a time, the newest wins.
#[derive(Clone, Copy)]
pub(crate) struct ToastState {
    shown: RwSignal<Option<(u32, Toast)>>,
}

impl ToastState {
    /// Shows a toast for eight seconds.
    pub(crate) fn show(self, toast: Toast) {
        let number = self.shown.with_untracked(|shown| shown.as_ref().map_or(0, |(n, _)| n + 1));
        self.shown.set(Some((number, toast)));
        set_timeout(
            move || {
                let still = self.shown.with_untracked(|shown| {
                    shown.as_ref().is_some_and(|(current, _)| *current == number)
                });
                if still {
                    self.shown.set(None);
                }
            },
            STAY,
        );
    }

    /// Shows a toast without an action.
    pub(crate) fn say(self, text: impl Into<String>) {
        self.show(Toast { text: text.into(), action: None });
    }
}

/// Makes toasts available to everything below.
pub(crate) fn provide_toasts() {
    provide_context(ToastState { shown: RwSignal::new(None) });
}

/// The toasts of this page.
pub(crate) fn use_toasts() -> ToastState {
    expect_context()
}

/// Where toasts appear.
#[component]
pub(crate) fn Toasts() -> impl IntoView {
    let shown = use_toasts().shown;
    view! {
        <div class="toasts" role="status">
            {optional(move || {
                shown
                    .get()
                    .map(|(_, toast)| {
                        view! {
                            <div class="toast">
                                <span>{toast.text}</span>
                                {toast
                                    .action
                                    .map(|(label, action)| {
                                        view! {
                                            <button
                                                type="button"
                                                class=button_class(Tone::Secondary)
                                                on:click=clicked(move |_| {
                                                    shown.set(None);
                                                    action();
                                                })
                                            >
                                                {label}
                                            </button>
                                        }
                                            .into_any()
                                    })}
                                <button
                                    type="button"
                                    class=ICON_BUTTON
                                    aria-label="Dismiss"
                                    on:click=clicked(move |_| shown.set(None))
                                >
                                    <Icon glyph=Glyph::Close />
                                </button>
                            </div>
                        }
                            .into_any()
                    })
            })}
        </div>
    }
}
