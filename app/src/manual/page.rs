//! The manual's page: chapters, and sections that citations can point at.

use leptos::prelude::*;
use models::view::{ChapterView, SectionView};

use super::server_functions::load_manual;
use crate::{
    chat::{BlockState, RenderedBlock},
    resource::resource,
    ui::{notice::ErrorNotice, page::Page},
};

/// The whole manual on one page.
#[component]
pub(crate) fn ManualPage() -> impl IntoView {
    let manual = resource(|| (), |()| load_manual());
    view! {
        <Page title="Manual" lead="How Chat Studio works. The Guide answers questions from this text.">
            <Suspense>
                <ErrorNotice error=Signal::derive(move || manual.get().and_then(Result::err)) />
                {move || manual.get().and_then(Result::ok).map(chapters)}
            </Suspense>
        </Page>
    }
}

fn chapters(chapters: Vec<ChapterView>) -> AnyView {
    chapters
        .into_iter()
        .map(|chapter| {
            view! {
                <section class="manual-chapter">
                    <h2>{chapter.title}</h2>
                    {chapter.sections.into_iter().map(section).collect_view()}
                </section>
            }
        })
        .collect_view()
        .into_any()
}

fn section(section: SectionView) -> AnyView {
    let blocks: Vec<BlockState> = section.blocks.into_iter().map(BlockState::new).collect();
    view! {
        <section id=section.anchor class="manual-section">
            <h3>{section.heading}</h3>
            <div class="answer">
                {blocks.into_iter().map(|block| view! { <RenderedBlock block /> }).collect_view()}
            </div>
        </section>
    }
    .into_any()
}
