//! A dialog over the page; on a narrow screen it is the screen.

use leptos::{html, prelude::*};

use super::{
    button::ICON_BUTTON,
    icon::{Glyph, Icon},
};
use crate::browser::{effect, focus_soon};

/// The element of a dialog. `close` on it is the way to close one, because only then does the browser
/// give the focus back.
pub(crate) type ModalRef = NodeRef<html::Dialog>;

/// The browser's own dialog: it keeps the focus inside, and Escape closes it.
#[component]
pub(crate) fn Modal(
    /// The element, for whoever closes it.
    node: ModalRef,
    /// What it is for.
    title: &'static str,
    /// The identifier of what opened it, which gets the focus back where the browser forgot.
    opener: &'static str,
    /// Told once it is closed; takes it off the page.
    closed: Callback<()>,
    /// The content.
    children: Children,
) -> impl IntoView {
    effect(move || {
        if let Some(dialog) = node.get() {
            // It fails for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog
            node_ref=node
            class="modal"
            aria-label=title
            on:close=move |_| {
                focus_soon(opener);
                closed.run(());
            }
            on:click=move |event| {
                // Its frame fills it, so only the backdrop is the dialog itself.
                if event.target() == event.current_target() {
                    close(node);
                }
            }
            // The page behind it has keys of its own.
            on:keydown=|event| event.stop_propagation()
        >
            <div class="modal-frame">
                <header class="modal-head">
                    <h2>{title}</h2>
                    <button
                        type="button"
                        class=ICON_BUTTON
                        aria-label="Close"
                        on:click=move |_| close(node)
                    >
                        <Icon glyph=Glyph::Close />
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}

/// Closes a dialog.
pub(crate) fn close(node: ModalRef) {
    if let Some(dialog) = node.get_untracked() {
        dialog.close();
    }
}
