//! The manual, as the Guide quotes it and as its own page shows it.

use models::view::{ChapterView, SectionView};
use routing::manual::{self, Section};

use crate::{Studio, message_view::blocks};

impl Studio {
    /// All chapters in reading order. The same for every caller.
    #[must_use]
    pub fn manual(&self) -> Vec<ChapterView> {
        manual::pages()
            .iter()
            .map(|page| ChapterView {
                title: page.title.clone(),
                sections: page.sections.iter().map(section_view).collect(),
            })
            .collect()
    }
}

fn section_view(section: &Section) -> SectionView {
    SectionView {
        anchor: section.anchor(),
        heading: section.heading.clone(),
        blocks: blocks(&section.body),
    }
}
