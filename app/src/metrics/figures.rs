//! The numbers of the tiles: what is unknown is said to be unknown, not zero.

use models::metric::MetricSummary;

use crate::ui::number::{duration, grouped, percent};

/// One number with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    /// What is counted or measured.
    pub label: &'static str,
    /// The number with its unit.
    pub value: String,
    /// What one must know to read it; empty for nothing.
    pub note: String,
}

/// What a number that nobody knows is shown as.
const UNKNOWN: &str = "unknown";

/// The figures of a summary, most important first.
pub(super) fn figures(summary: &MetricSummary) -> Vec<Figure> {
    let count = |label, number| figure(label, grouped(number), "");
    vec![
        count("Answers", summary.total),
        figure(
            "Complete",
            percent(summary.complete, summary.total),
            format!("{} of {}", grouped(summary.complete), grouped(summary.total)),
        ),
        figure("Failed", grouped(summary.failed), "or interrupted"),
        figure("Stopped", grouped(summary.stopped), "by you"),
        figure("First token", time(summary.first_token_ms_median), "median"),
        figure("Whole answer", time(summary.total_ms_median), "median of the complete ones"),
        tokens("Tokens in", summary.input_tokens, summary),
        tokens("Tokens out", summary.output_tokens, summary),
        figure("Tokens unknown", grouped(summary.usage_unknown), "answers without a count"),
    ]
}

fn figure(label: &'static str, value: String, note: impl Into<String>) -> Figure {
    Figure { label, value, note: note.into() }
}

fn time(median: Option<i64>) -> String {
    median
        .and_then(|millis| u64::try_from(millis).ok())
        .map_or_else(|| UNKNOWN.to_owned(), duration)
}

/// A sum of tokens. Unknown if no answer told its count, and a lower bound if some did not.
fn tokens(label: &'static str, sum: u64, summary: &MetricSummary) -> Figure {
    match summary.usage_unknown {
        0 => figure(label, grouped(sum), ""),
        unknown if unknown >= summary.total => {
            figure(label, UNKNOWN.to_owned(), "no answer told its count")
        }
        unknown => figure(
            label,
            format!("≥ {}", grouped(sum)),
            format!("without {} of unknown count", grouped(unknown)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(summary: &MetricSummary, label: &str) -> (String, String) {
        let figure = figures(summary).into_iter().find(|figure| figure.label == label);
        figure.map(|figure| (figure.value, figure.note)).expect("a figure")
    }

    fn summary() -> MetricSummary {
        MetricSummary {
            total: 1_200,
            complete: 900,
            failed: 200,
            stopped: 100,
            first_token_ms_median: Some(480),
            total_ms_median: Some(3_400),
            input_tokens: 12_345,
            output_tokens: 678,
            ..MetricSummary::default()
        }
    }

    #[test]
    fn known_numbers_are_shown() {
        let summary = summary();
        assert_eq!(value(&summary, "Answers").0, "1\u{202f}200");
        assert_eq!(
            value(&summary, "Complete"),
            ("75 %".to_owned(), "900 of 1\u{202f}200".to_owned())
        );
        assert_eq!(value(&summary, "First token").0, "480 ms");
        assert_eq!(value(&summary, "Whole answer").0, "3.4 s");
        assert_eq!(value(&summary, "Tokens in"), ("12\u{202f}345".to_owned(), String::new()));
    }

    #[test]
    fn what_is_unknown_is_not_shown_as_zero() {
        let none = MetricSummary {
            usage_unknown: 1_200,
            input_tokens: 0,
            first_token_ms_median: None,
            total_ms_median: None,
            ..summary()
        };
        for label in ["Tokens in", "Tokens out", "First token", "Whole answer"] {
            assert_eq!(value(&none, label).0, "unknown", "{label}");
        }
        let some = MetricSummary { usage_unknown: 3, ..summary() };
        assert_eq!(
            value(&some, "Tokens out"),
            ("≥ 678".to_owned(), "without 3 of unknown count".to_owned())
        );
    }
}
