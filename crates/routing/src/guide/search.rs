//! Ranking of manual sections by BM25, with the heading counted more than the body.

use std::collections::{HashMap, HashSet};

use super::manual::Section;

/// Usual constants of BM25.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// How often a word of the heading counts.
const HEADING_WEIGHT: f64 = 3.0;
/// A section below this share of the best score is not worth quoting.
const CUT: f64 = 0.6;

/// Words that say nothing about the subject.
const STOP_WORDS: [&str; 58] = [
    "a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "by", "can", "chat",
    "could", "do", "does", "for", "from", "get", "has", "have", "hello", "help", "hi", "how", "i",
    "if", "in", "is", "it", "me", "my", "of", "on", "or", "please", "should", "so", "studio",
    "tell", "that", "the", "there", "this", "to", "was", "what", "when", "where", "which", "who",
    "why", "will", "with", "work", "you", "your",
];

/// The manual's sections, ready to be searched.
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// In how many sections a term occurs.
    spread: HashMap<String, usize>,
    mean_length: f64,
}

struct Entry {
    section: &'static Section,
    weights: HashMap<String, f64>,
    length: f64,
}

impl Index {
    pub(crate) fn of(sections: impl Iterator<Item = &'static Section>) -> Self {
        let entries: Vec<Entry> = sections.map(Entry::of).collect();
        let mut spread = HashMap::new();
        for term in entries.iter().flat_map(|entry| entry.weights.keys()) {
            *spread.entry(term.clone()).or_default() += 1;
        }
        let total: f64 = entries.iter().map(|entry| entry.length).sum();
        let mean_length = (total / entries.len().max(1) as f64).max(1.0);
        Self { entries, spread, mean_length }
    }

    /// The best sections for a question, best first; none when no word of it is in the manual.
    pub(crate) fn best(&self, question: &str, limit: usize) -> Vec<Section> {
        let terms: HashSet<String> = terms(question).collect();
        let mut ranked: Vec<(f64, &Entry)> = self
            .entries
            .iter()
            .map(|entry| (self.score(entry, &terms), entry))
            .filter(|(score, _)| *score > 0.0)
            .collect();
        ranked.sort_by(|(left, _), (right, _)| right.total_cmp(left));
        let least = ranked.first().map_or(0.0, |(best, _)| best * CUT);
        ranked
            .into_iter()
            .take_while(|(score, _)| *score >= least)
            .take(limit)
            .map(|(_, entry)| entry.section.clone())
            .collect()
    }

    fn score(&self, entry: &Entry, terms: &HashSet<String>) -> f64 {
        let count = self.entries.len() as f64;
        terms
            .iter()
            .filter_map(|term| {
                let weight = entry.weights.get(term)?;
                let spread = *self.spread.get(term)? as f64;
                let rarity = (1.0 + (count - spread + 0.5) / (spread + 0.5)).ln();
                let norm = K1 * (1.0 - B + B * entry.length / self.mean_length);
                Some(rarity * weight * (K1 + 1.0) / (weight + norm))
            })
            .sum()
    }
}

impl Entry {
    fn of(section: &'static Section) -> Self {
        let mut weights = HashMap::new();
        for (text, weight) in [(&section.heading, HEADING_WEIGHT), (&section.body, 1.0)] {
            for term in terms(text) {
                *weights.entry(term).or_insert(0.0) += weight;
            }
        }
        let length = weights.values().sum();
        Self { section, weights, length }
    }
}

/// Lower-case words without stop words and common English endings.
fn terms(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|character: char| !character.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !STOP_WORDS.contains(&word.as_str()))
        .map(|word| stem(&word).to_owned())
}

fn stem(word: &str) -> &str {
    for ending in ["ing", "ed", "es", "s", "e"] {
        if let Some(root) = word.strip_suffix(ending)
            && root.chars().count() >= 3
        {
            return root;
        }
    }
    word
}
