//! The built-in Guide: no model, it searches Chat Studio's own manual and quotes it.

pub mod manual;
mod search;

use std::time::Duration;

use models::{
    part::{Source, ToolCallStatus},
    run::{FinishReason, RunStatus},
    run_event::RunEvent,
};
use store::{RunMode, StoreError};

use self::{manual::Section, search::Index};
use crate::{
    profile::{Ending, RunContext},
    registry::internal,
};

/// The provider's name in answers and in the ledger.
pub(crate) const PROVIDER: &str = "Chat Studio";
/// The model's name in answers and in the ledger.
pub(crate) const MODEL: &str = "guide";
/// Passages quoted in one answer.
const PASSAGES: usize = 2;
/// Longest excerpt of a source, in characters.
const EXCERPT: usize = 240;

/// Answers the person's last message from the manual.
pub(crate) async fn answer(context: &mut RunContext<'_>) -> Ending {
    let question = match question(context).await {
        Ok(question) => question,
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                run.id = %context.run.id,
                "The question could not be read"
            );
            return Ending::failed(internal());
        }
    };
    context.started(PROVIDER, MODEL);
    context.attempt(None);
    let found = Index::of(manual::sections()).best(&question, PASSAGES);
    let text = compose(&found);
    let said = models::message::text_of(&context.run.base_parts);
    let goes_on = context.run.mode == RunMode::Continue && text.starts_with(&said);
    if !goes_on {
        show_search(context, &question, &found);
    }
    let rest = if goes_on { &text[said.len()..] } else { text.as_str() };
    say(context, rest).await;
    if !found.is_empty() {
        context.output(vec![RunEvent::Sources { sources: found.iter().map(source).collect() }]);
    }
    Ending { status: RunStatus::Complete, reason: Some(FinishReason::Stop), failure: None }
}

async fn question(context: &RunContext<'_>) -> Result<String, StoreError> {
    let message = context.store.message(context.run.owner, context.run.user_message_id).await?;
    Ok(message.text())
}

/// Shows the search as the tool call that it is.
fn show_search(context: &mut RunContext<'_>, question: &str, found: &[Section]) {
    let titles: Vec<&str> = found.iter().map(|section| section.heading.as_str()).collect();
    let result = serde_json::json!({ "sections": titles }).to_string();
    context.output(vec![
        RunEvent::ToolCallStart {
            index: 0,
            id: "manual".to_owned(),
            name: "search_manual".to_owned(),
        },
        RunEvent::ToolCallDelta {
            index: 0,
            arguments: serde_json::json!({ "query": question }).to_string(),
        },
        RunEvent::ToolCallUpdate {
            index: 0,
            status: ToolCallStatus::Complete,
            result: Some(result),
        },
    ]);
}

/// Streams word by word through the same engine as any model.
async fn say(context: &mut RunContext<'_>, text: &str) {
    let pause = Duration::from_millis(context.options.guide_pause_millis);
    for word in text.split_inclusive(char::is_whitespace) {
        context.output(vec![RunEvent::TextDelta { text: word.to_owned() }]);
        tokio::time::sleep(pause).await;
    }
}

fn compose(found: &[Section]) -> String {
    if found.is_empty() {
        let topics: Vec<String> =
            manual::pages().iter().map(|page| format!("- {}", page.title)).collect();
        return format!(
            "I am the built-in **Guide**, not a language model: I search Chat Studio's manual, and \
             nothing in it fits this question. It has these chapters:\n\n{}\n\nFor anything else, \
             add a provider on the LLM Config page and choose one of its models.",
            topics.join("\n")
        );
    }
    let mut text = String::from(
        "From Chat Studio's manual (I am the built-in **Guide**, not a language model):",
    );
    for (number, section) in (1..).zip(found) {
        text.push_str(&format!("\n\n### {}\n\n{} [{number}]", section.heading, section.body));
    }
    text
}

fn source(section: &Section) -> Source {
    let mut excerpt: String = section.body.chars().take(EXCERPT).collect();
    if excerpt.len() < section.body.len() {
        excerpt.push('…');
    }
    Source {
        title: format!("{} — {}", section.page, section.heading),
        address: Some(format!("/manual#{}", section.anchor())),
        excerpt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(question: &str) -> Vec<String> {
        Index::of(manual::sections())
            .best(question, PASSAGES)
            .into_iter()
            .map(|section| section.heading)
            .collect()
    }

    #[test]
    fn questions_find_their_section() {
        assert_eq!(headings("How do I add a provider?")[0], "Adding a provider");
        assert_eq!(
            headings("what happens if the server is killed")[0],
            "When the server is killed or restarted"
        );
        assert_eq!(
            headings("can I undo deleting a conversation?")[0],
            "Deleting a conversation and undoing it"
        );
        assert_eq!(headings("which keyboard shortcuts are there?")[0], "Keyboard shortcuts");
        assert_eq!(headings("how can I attach a picture?")[0], "Sending pictures and files");
        assert_eq!(
            headings("where do I set the temperature?")[0],
            "Temperature and other parameters"
        );
    }

    #[test]
    fn a_question_the_manual_does_not_answer_says_so_and_lists_the_chapters() {
        assert!(headings("zebra quantum soufflé").is_empty());
        let text = compose(&[]);
        assert!(
            text.contains("not a language model") && text.contains("- Conversations"),
            "{text}"
        );
    }

    #[test]
    fn passages_are_cited_by_number() {
        let found = Index::of(manual::sections()).best("stop an answer", PASSAGES);
        let text = compose(&found);
        assert!(text.contains("[1]"), "{text}");
        assert!(source(&found[0]).address.unwrap().starts_with("/manual#"));
    }
}
