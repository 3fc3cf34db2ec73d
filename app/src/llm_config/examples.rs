//! Addresses to begin with. Links, so that they fill the form without script too.

use leptos::prelude::*;

use crate::ui::button::{Tone, button_class};

/// What a link says, and the address that opens the form with it.
const EXAMPLES: [(&str, &str); 3] = [
    ("Ollama on this computer", "/llm-config?add=1&name=Ollama&address=http://127.0.0.1:11434/v1"),
    (
        "llama.cpp on this computer",
        "/llm-config?add=1&name=llama.cpp&address=http://127.0.0.1:8080/v1",
    ),
    ("OpenAI, with a key", "/llm-config?add=1&name=OpenAI&address=https://api.openai.com/v1"),
];

/// Links that fill the form with an example.
#[component]
pub(crate) fn Examples() -> impl IntoView {
    EXAMPLES
        .map(|(label, href)| {
            view! {
                <a class=button_class(Tone::Secondary) href=href>
                    {label}
                </a>
            }
        })
        .into_iter()
        .collect_view()
}
