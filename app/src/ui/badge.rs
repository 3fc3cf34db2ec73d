//! Small labels for a state.

use leptos::prelude::*;

/// What a state means for the person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Nothing in particular.
    #[default]
    Neutral,
    /// It works.
    Good,
    /// It deserves a look.
    Caution,
    /// It does not work.
    Bad,
    /// It is under way.
    Active,
}

/// The classes every badge shares, before those of its mood.
macro_rules! badge {
    ($mood:literal) => {
        concat!(
            "inline-flex items-center gap-1 rounded-sm px-1.5 py-px text-xs font-medium whitespace-nowrap ",
            $mood
        )
    };
}

/// The classes of a badge.
pub(crate) const fn badge_class(mood: Mood) -> &'static str {
    match mood {
        Mood::Neutral => badge!("bg-wash text-ink-soft"),
        Mood::Good => badge!("bg-good-wash text-good"),
        Mood::Caution => badge!("bg-caution-wash text-caution"),
        Mood::Bad => badge!("bg-bad-wash text-bad"),
        Mood::Active => badge!("bg-accent-wash text-accent-strong"),
    }
}

/// A small label.
#[component]
pub(crate) fn Badge(
    /// What it means.
    #[prop(optional)]
    mood: Mood,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! { <span class=badge_class(mood)>{children()}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mood_has_its_own_look() {
        let moods = [Mood::Neutral, Mood::Good, Mood::Caution, Mood::Bad, Mood::Active];
        for mood in moods {
            let same = moods.iter().filter(|other| badge_class(**other) == badge_class(mood));
            assert_eq!(same.count(), 1, "{mood:?} looks like another mood");
        }
    }
}
