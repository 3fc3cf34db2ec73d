//! The models of one provider: search, pages of fifty, and what can be done with each.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use models::{id::ProviderId, model::Model};

use super::server_functions::{
    EnableModel, FavourModel, MODELS_SHOWN, ProviderModels, SetDefaultModel, enable_model,
    favour_model, load_provider_models, nameless, set_default_model,
};
use crate::{
    error::StudioError,
    models_shown::badges,
    resource::{Loaded, resource},
    ui::{
        button::{SubmitButton, Tone, button_class},
        edit_link::EditLink,
        empty_state::EmptyState,
        field::CONTROL,
        form::PostForm,
        icon::{Glyph, Icon},
        notice::ErrorNotice,
        number::grouped,
        page::Page,
        submission::Submission,
        time::Moment,
    },
};

/// What the address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    provider: Option<ProviderId>,
    text: String,
    page: u32,
}

impl Asked {
    fn of<'a>(query: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            provider: query("provider").and_then(|id| id.parse().ok()),
            text: query("q").unwrap_or_default().to_owned(),
            page: query("page").and_then(|page| page.parse().ok()).unwrap_or(0),
        }
    }

    fn address(&self, page: u32) -> String {
        let provider = self.provider.map(|id| id.to_string()).unwrap_or_default();
        let text = escaped(&self.text);
        format!("/llm-config/models?provider={provider}&q={text}&page={page}")
    }
}

/// Percent-encodes what a query must not hold as it is.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// A provider's models.
#[component]
pub(super) fn ModelsPage() -> impl IntoView {
    let query = use_location().query;
    let asked = Memo::new(move |_| query.with(|query| Asked::of(|name| query.get_str(name))));
    let reload = RwSignal::new(0_u32);
    let models: Loaded<ProviderModels> = resource(
        move || (asked.get(), reload.get()),
        |(asked, _)| async move {
            let skip = asked.page.saturating_mul(MODELS_SHOWN);
            // Between two pages the address may name nothing for a moment; that is no question.
            match asked.provider {
                Some(provider) => load_provider_models(provider, asked.text, skip).await,
                None => Err(nameless("provider")),
            }
        },
    );
    view! {
        <Page
            title="Models"
            lead="What a provider has. Enabled models can be picked; favourites come first; facts that are wrong can be corrected."
        >
            <p>
                <a class=button_class(Tone::Quiet) href="/llm-config">
                    "← All providers"
                </a>
            </p>
            <Transition>
                {move || {
                    let asked = asked.get();
                    models.get().map(|models| content(models, &asked, reload))
                }}
            </Transition>
        </Page>
    }
}

fn content(
    models: Result<ProviderModels, StudioError>,
    asked: &Asked,
    reload: RwSignal<u32>,
) -> AnyView {
    let ProviderModels { provider, page } = match models {
        Ok(models) => models,
        Err(error) => {
            return view! { <ErrorNotice error=Signal::stored(Some(error)) /> }.into_any();
        }
    };
    let shown = u32::try_from(page.models.len()).unwrap_or(u32::MAX);
    let first = asked.page.saturating_mul(MODELS_SHOWN);
    let change = Submission::one_of_many();
    let is_empty = page.models.is_empty();
    view! {
        <section class="grid gap-4" aria-label=format!("Models of {}", provider.name)>
            <h2 class="text-lg font-semibold tracking-tight [overflow-wrap:anywhere]">
                {provider.name.clone()}
            </h2>
            <form class="flex flex-wrap gap-2" method="get" action="/llm-config/models" role="search">
                <input type="hidden" name="provider" value=provider.id.to_string() />
                <input
                    class=format!("{CONTROL} max-w-sm")
                    type="search"
                    name="q"
                    value=asked.text.clone()
                    placeholder="Search the models"
                    aria-label="Search the models"
                />
                <button type="submit" class=button_class(Tone::Secondary)>"Search"</button>
            </form>
            <ErrorNotice error=change.error />
            {is_empty
                .then(|| {
                    view! {
                        <EmptyState
                            title="No models"
                            text="Nothing here has such a name, or the provider lists nothing. Search for something else, or detect its models again."
                        >
                            <a class=button_class(Tone::Secondary) href="/llm-config">
                                "All providers"
                            </a>
                        </EmptyState>
                    }
                })}
            <ul class="grid gap-3" aria-label="Models">
                {page.models.into_iter().map(|model| row(model, change, reload)).collect_view()}
            </ul>
            <nav class="flex flex-wrap items-center gap-3 text-sm text-ink-soft" aria-label="Pages">
                <span>
                    {(!is_empty)
                        .then(|| {
                            format!(
                                "{} to {} of {}",
                                grouped(u64::from(first) + 1),
                                grouped(u64::from(first) + u64::from(shown)),
                                grouped(page.total.into()),
                            )
                        })}
                </span>
                {(asked.page > 0)
                    .then(|| {
                        view! {
                            <a class=button_class(Tone::Secondary) href=asked.address(asked.page - 1)>
                                "Back"
                            </a>
                        }
                    })}
                {(first.saturating_add(shown) < page.total)
                    .then(|| {
                        view! {
                            <a class=button_class(Tone::Secondary) href=asked.address(asked.page + 1)>
                                "More"
                            </a>
                        }
                    })}
            </nav>
        </section>
    }
    .into_any()
}

fn row(model: Model, change: Submission, reload: RwSignal<u32>) -> AnyView {
    let id = model.id;
    let again = move |()| reload.update(|count| *count += 1);
    let (enabled, favourite, is_default) = (model.enabled, model.favourite, model.is_default);
    let enable = Callback::new(move |()| change.send(enable_model(id, !enabled), again));
    let favour = Callback::new(move |()| change.send(favour_model(id, !favourite), again));
    let default = Callback::new(move |()| change.send(set_default_model(id), again));
    let of = format!(" “{}”", model.label());
    let enabling = toggle(Glyph::Check, "Enabled", "Disabled", enabled, &of);
    let favouring = toggle(Glyph::Star, "Favourite", "Make favourite", favourite, &of);
    let defaulting = toggle(Glyph::Chat, "Default", "Make default", is_default, &of);
    let name = (model.label() != model.name).then(|| {
        view! {
            <span class="font-mono text-sm text-ink-soft [overflow-wrap:anywhere]">
                {model.name.clone()}
            </span>
        }
    });
    let used = model.last_used_at.map(|at| view! { <span>"Last used " <Moment at /></span> });
    let model_field = || ("model", id.to_string());
    view! {
        <li class="grid gap-2 rounded-lg border border-line bg-surface p-4 shadow-soft">
            <div class="grid gap-1">
                <h3 class="font-semibold [overflow-wrap:anywhere]">{model.label().to_owned()}</h3>
                {name}
                {badges(&model)}
                <p class="text-sm text-ink-soft">{used}</p>
            </div>
            <div class="-mx-3.5 -mb-2 flex flex-wrap">
                <PostForm
                    action=EnableModel::url()
                    fields=vec![model_field(), ("enabled", (!enabled).to_string())]
                    on_submit=enable
                >
                    {enabling}
                </PostForm>
                <PostForm
                    action=FavourModel::url()
                    fields=vec![model_field(), ("favourite", (!favourite).to_string())]
                    on_submit=favour
                >
                    {favouring}
                </PostForm>
                <PostForm action=SetDefaultModel::url() fields=vec![model_field()] on_submit=default>
                    {defaulting}
                </PostForm>
                <EditLink
                    href=format!("/llm-config/model?id={id}")
                    name=model.label().to_owned()
                />
            </div>
        </li>
    }
    .into_any()
}

fn toggle(glyph: Glyph, on: &'static str, off: &'static str, is_on: bool, of: &str) -> AnyView {
    let icon = is_on.then(|| view! { <Icon glyph /> });
    let of = of.to_owned();
    view! {
        <SubmitButton tone=Tone::Quiet>
            {icon} {if is_on { on } else { off }} <span class="visually-hidden">{of}</span>
        </SubmitButton>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_keeps_what_was_searched_for() {
        let asked = Asked::of(|name| match name {
            "q" => Some("a b&c/ü"),
            "page" => Some("2"),
            _ => None,
        });
        assert_eq!(asked.page, 2);
        assert_eq!(asked.address(3), "/llm-config/models?provider=&q=a%20b%26c%2F%C3%BC&page=3");
    }
}
