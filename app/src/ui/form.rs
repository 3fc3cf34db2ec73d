//! A form that posts to a server function without script and calls a handler with script.

use leptos::prelude::*;

use super::dynamic::submitted;

/// A form whose fields are all hidden, such as “delete this”.
///
/// Without script the browser posts the fields to `action`, and the server redirects; with script
/// `on_submit` runs instead. Not generic, so that fifty of them cost the browser one.
#[component]
pub(crate) fn PostForm(
    /// The address of the server function.
    action: &'static str,
    /// The arguments, by name.
    fields: Vec<(&'static str, String)>,
    /// What to do instead of posting.
    on_submit: Callback<()>,
    /// The classes of the form.
    #[prop(optional)]
    class: &'static str,
    /// The button, and what else is to be seen.
    children: Children,
) -> impl IntoView {
    view! {
        <form
            method="post"
            action=action
            class=class
            on:submit=submitted(move |event| {
                event.prevent_default();
                on_submit.run(());
            })
        >
            {fields
                .into_iter()
                .map(|(name, value)| {
                    view! { <input type="hidden" name=name value=value /> }.into_any()
                })
                .collect_view()} {children()}
        </form>
    }
}
