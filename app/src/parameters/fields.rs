//! The fields themselves: only those the model's protocol has a word for.

use leptos::prelude::*;
use models::parameters::Parameter;

use super::form::{JSON, ParametersForm, SCHEMA};
use crate::ui::field::{CONTROL, Field};

/// One field after the other, two in a row where there is room. What is set and has no field here goes
/// along hidden, so that it is kept for a model of another protocol.
#[component]
pub(crate) fn ParameterFields(
    /// What they are filled with.
    form: ParametersForm,
    /// What the protocol has a word for.
    supported: Vec<Parameter>,
    /// What is in force where a field is empty.
    #[prop(optional)]
    otherwise: ParametersForm,
) -> impl IntoView {
    let kept: Vec<AnyView> = form
        .fields()
        .into_iter()
        .filter(|(parameter, _, text)| !supported.contains(parameter) && !text.is_empty())
        .map(|(_, name, text)| {
            let text = text.to_owned();
            view! { <input type="hidden" name=name value=text /> }.into_any()
        })
        .collect();
    let fields: Vec<AnyView> =
        supported.into_iter().map(|parameter| field(parameter, &form, &otherwise)).collect();
    view! {
        <div class="grid gap-4 sm:grid-cols-2">{fields}</div>
        {kept}
    }
}

fn field(parameter: Parameter, form: &ParametersForm, otherwise: &ParametersForm) -> AnyView {
    let own = otherwise
        .fields()
        .into_iter()
        .find(|(of, _, text)| *of == parameter && !text.is_empty())
        .map(|(.., text)| format!(" The model’s own: {}.", text.replace('\n', ", ")))
        .unwrap_or_default();
    let number = |name, label, hint: &str, value: &String, range| {
        numeric(name, label, format!("{hint}{own}"), value.clone(), range)
    };
    match parameter {
        Parameter::Temperature => number(
            "temperature",
            "Temperature",
            "0 to 2. Low is sober, high is daring.",
            &form.temperature,
            ["0", "2", "any"],
        ),
        Parameter::TopP => number(
            "top_p",
            "Top p",
            "0 to 1. Only the likeliest words that together make up this share.",
            &form.top_p,
            ["0", "1", "any"],
        ),
        Parameter::TopK => number(
            "top_k",
            "Top k",
            "Only so many of the likeliest words.",
            &form.top_k,
            ["1", "", "1"],
        ),
        Parameter::MaxTokens => number(
            "max_tokens",
            "Most tokens of an answer",
            "Reasoning counts.",
            &form.max_tokens,
            ["1", "", "1"],
        ),
        Parameter::Seed => number(
            "seed",
            "Seed",
            "The same seed gives much the same answer.",
            &form.seed,
            ["", "", "1"],
        ),
        Parameter::PresencePenalty => number(
            "presence_penalty",
            "Presence penalty",
            "−2 to 2. Above 0: rather new subjects.",
            &form.presence_penalty,
            ["-2", "2", "any"],
        ),
        Parameter::FrequencyPenalty => number(
            "frequency_penalty",
            "Frequency penalty",
            "−2 to 2. Above 0: fewer repetitions.",
            &form.frequency_penalty,
            ["-2", "2", "any"],
        ),
        Parameter::ContextLength => number(
            "num_ctx",
            "Context",
            "Tokens the server shall make room for. More takes more memory.",
            &form.num_ctx,
            ["1", "", "1"],
        ),
        Parameter::ReasoningEffort => effort(form.reasoning_effort.clone(), own),
        Parameter::ResponseFormat => format(&form.response_format, form.schema.clone(), own),
        Parameter::Stop => lines(
            "stop",
            "Stop at",
            format!("Up to four texts, one a line. An answer ends before them.{own}"),
            form.stop.clone(),
        ),
        Parameter::KeepAlive => word(
            "keep_alive",
            "Keep the model loaded",
            format!("Such as 5m or 1h; 0 unloads it after the answer, -1 never does.{own}"),
            form.keep_alive.clone(),
        ),
    }
}

fn numeric(
    name: &'static str,
    label: &'static str,
    hint: String,
    value: String,
    [least, most, step]: [&'static str; 3],
) -> AnyView {
    view! {
        <Field id=name label hint>
            <input
                id=name
                class=CONTROL
                type="number"
                name=name
                value=value
                min=least
                max=most
                step=step
                aria-describedby=format!("{name}-hint")
            />
        </Field>
    }
    .into_any()
}

fn word(name: &'static str, label: &'static str, hint: String, value: String) -> AnyView {
    view! {
        <Field id=name label hint>
            <input
                id=name
                class=CONTROL
                name=name
                value=value
                autocomplete="off"
                aria-describedby=format!("{name}-hint")
            />
        </Field>
    }
    .into_any()
}

fn lines(name: &'static str, label: &'static str, hint: String, value: String) -> AnyView {
    view! {
        <Field id=name label hint>
            <textarea id=name class=CONTROL name=name rows="2" aria-describedby=format!("{name}-hint")>
                {value}
            </textarea>
        </Field>
    }
    .into_any()
}

fn effort(chosen: String, own: String) -> AnyView {
    const WORDS: [(&str, &str); 6] = [
        ("", "As the model likes"),
        ("none", "None"),
        ("minimal", "Minimal"),
        ("low", "Low"),
        ("medium", "Medium"),
        ("high", "High"),
    ];
    view! {
        <Field
            id="reasoning_effort"
            label="Reasoning"
            hint=format!(
                "How long it thinks before it answers. A model that cannot leaves it out.{own}",
            )
        >
            <select
                id="reasoning_effort"
                class=CONTROL
                name="reasoning_effort"
                aria-describedby="reasoning_effort-hint"
            >
                {WORDS
                    .map(|(word, label)| {
                        view! { <option value=word selected=chosen == word>{label}</option> }.into_any()
                    })
                    .into_iter()
                    .collect_view()}
            </select>
        </Field>
    }
    .into_any()
}

fn format(chosen: &str, schema: String, own: String) -> AnyView {
    const WORDS: [(&str, &str); 3] =
        [("", "Free text"), (JSON, "Any JSON object"), (SCHEMA, "JSON by a schema")];
    let chosen = chosen.to_owned();
    view! {
        <div class="grid gap-4 sm:col-span-2">
            <Field id="response_format" label="Form of the answer" hint=own>
                <select id="response_format" class=CONTROL name="response_format">
                    {WORDS
                        .map(|(word, label)| {
                            view! { <option value=word selected=chosen == word>{label}</option> }
                                .into_any()
                        })
                        .into_iter()
                        .collect_view()}
                </select>
            </Field>
            <Field id="schema" label="Schema" hint="JSON Schema; only used where the choice above asks for it.">
                <textarea
                    id="schema"
                    class=format!("{CONTROL} font-mono text-sm")
                    name="schema"
                    rows="3"
                    spellcheck="false"
                    aria-describedby="schema-hint"
                >
                    {schema}
                </textarea>
            </Field>
        </div>
    }
    .into_any()
}
