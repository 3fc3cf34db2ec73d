//! Taking something away, after a second press.

use leptos::prelude::*;

use super::{
    button::{SubmitButton, Tone, button_class},
    form::PostForm,
    icon::{Glyph, Icon},
};

/// A button that opens a question and the button that really does it. The native disclosure works
/// without script and from the keyboard. What stands before it on the line must float, so that opening
/// it moves nothing but what is below.
#[component]
pub(crate) fn ConfirmRemoval(
    /// What both buttons say, such as “Delete”.
    verb: &'static str,
    /// What is taken away.
    name: String,
    /// What will be lost, as a sentence.
    consequence: &'static str,
    /// The address of the server function.
    action: &'static str,
    /// Its arguments, by name.
    fields: Vec<(&'static str, String)>,
    /// Whether a removal is under way.
    pending: RwSignal<bool>,
    /// What to do instead of posting.
    on_submit: Callback<()>,
) -> impl IntoView {
    let of = format!(" “{name}”");
    view! {
        <details>
            <summary class=button_class(Tone::Quiet)>
                <Icon glyph=Glyph::Bin />
                {verb}
                <span class="visually-hidden">{of}</span>
            </summary>
            <PostForm
                action=action
                fields=fields
                on_submit=on_submit
                class="clear-both mx-3.5 my-2 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border border-bad/30 bg-bad-wash p-3"
            >
                <p class="min-w-0 flex-1 basis-60 text-[0.875rem] [overflow-wrap:anywhere]">
                    <strong class="font-semibold">{verb} " “" {name} "”?"</strong>
                    " "
                    {consequence}
                </p>
                <SubmitButton tone=Tone::Danger pending=pending>
                    {verb}
                    " for good"
                </SubmitButton>
            </PostForm>
        </details>
    }
}
