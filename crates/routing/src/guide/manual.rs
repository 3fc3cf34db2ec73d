//! The manual, as it was written when the program was built.

use std::sync::LazyLock;

/// A chapter.
#[derive(Debug, Clone)]
pub struct Page {
    /// The chapter's title.
    pub title: String,
    /// Its sections in order.
    pub sections: Vec<Section>,
}

/// A section of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The chapter's title.
    pub page: String,
    /// The section's heading.
    pub heading: String,
    /// Markdown.
    pub body: String,
}

impl Section {
    /// The fragment under which the manual's page shows it: lower case, words joined by hyphens.
    #[must_use]
    pub fn anchor(&self) -> String {
        let words: Vec<String> = self
            .heading
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.join("-")
    }
}

/// All chapters in reading order.
#[must_use]
pub fn pages() -> &'static [Page] {
    &PAGES
}

/// All sections of all chapters.
pub(crate) fn sections() -> impl Iterator<Item = &'static Section> {
    PAGES.iter().flat_map(|page| &page.sections)
}

static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    [
        include_str!("../../../../docs/manual/getting-started.md"),
        include_str!("../../../../docs/manual/conversations.md"),
        include_str!("../../../../docs/manual/answers.md"),
        include_str!("../../../../docs/manual/providers.md"),
        include_str!("../../../../docs/manual/prompt-profiles.md"),
        include_str!("../../../../docs/manual/keyboard.md"),
        include_str!("../../../../docs/manual/operating.md"),
    ]
    .into_iter()
    .map(page)
    .collect()
});

/// Splits a chapter at its headings: one of the first level, then any number of the second.
fn page(source: &str) -> Page {
    let mut title = String::new();
    let mut sections: Vec<Section> = Vec::new();
    for line in source.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            heading.clone_into(&mut title);
        } else if let Some(heading) = line.strip_prefix("## ") {
            let heading = heading.to_owned();
            sections.push(Section { page: title.clone(), heading, body: String::new() });
        } else if let Some(section) = sections.last_mut() {
            section.body.push_str(line);
            section.body.push('\n');
        }
    }
    for section in &mut sections {
        section.body = section.body.trim().to_owned();
    }
    Page { title, sections }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_section_says_something_and_can_be_linked_to() {
        let mut anchors = HashSet::new();
        for section in sections() {
            assert!(!section.page.is_empty() && section.body.len() > 40, "{section:?}");
            assert!(anchors.insert(section.anchor()), "two sections are called {section:?}");
        }
        assert!(anchors.len() > 20);
    }
}
