//! The way from a row of a list to the form that changes it.

use leptos::prelude::*;

use super::{
    button::{Tone, button_class},
    icon::{Glyph, Icon},
};

/// A link that stands before a [`super::confirm::ConfirmRemoval`] on the same line.
#[component]
pub(crate) fn EditLink(
    /// The address of the form.
    href: String,
    /// What is changed.
    name: String,
) -> impl IntoView {
    view! {
        <a class=format!("float-left {}", button_class(Tone::Quiet)) href=href>
            <Icon glyph=Glyph::Pencil />
            "Edit"
            <span class="visually-hidden">{format!(" “{name}”")}</span>
        </a>
    }
}
