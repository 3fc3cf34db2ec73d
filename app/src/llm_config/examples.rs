//! Known kinds of server to begin with. Links, so that they fill the form without script too.

use leptos::prelude::*;

use crate::ui::button::{Tone, button_class};

/// What a link says, and the address that opens the form with it.
const EXAMPLES: [(&str, &str); 11] = [
    ("Ollama", "/llm-config?add=1&name=Ollama&address=http://127.0.0.1:11434"),
    ("LM Studio", "/llm-config?add=1&name=LM Studio&address=http://127.0.0.1:1234/v1"),
    ("llama.cpp", "/llm-config?add=1&name=llama.cpp&address=http://127.0.0.1:8080/v1"),
    ("vLLM", "/llm-config?add=1&name=vLLM&address=http://127.0.0.1:8000/v1"),
    ("OpenAI", "/llm-config?add=1&name=OpenAI&address=https://api.openai.com/v1"),
    ("Anthropic", "/llm-config?add=1&name=Anthropic&address=https://api.anthropic.com/v1"),
    (
        "Gemini",
        "/llm-config?add=1&name=Gemini&address=https://generativelanguage.googleapis.com/v1beta",
    ),
    ("OpenRouter", "/llm-config?add=1&name=OpenRouter&address=https://openrouter.ai/api/v1"),
    ("Groq", "/llm-config?add=1&name=Groq&address=https://api.groq.com/openai/v1"),
    ("Mistral", "/llm-config?add=1&name=Mistral&address=https://api.mistral.ai/v1"),
    ("DeepSeek", "/llm-config?add=1&name=DeepSeek&address=https://api.deepseek.com/v1"),
];

/// Links that fill the form with a known kind of server.
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
