//! One message: what was said, how it ended, what can be done with it.

use leptos::prelude::*;
use models::{id::MessageId, message::Role, run::RunStatus, view::MessageView};

use super::{
    failure_card::FailureCard,
    message_actions::MessageActions,
    message_part::MessagePart,
    message_state::{MessageState, PartState},
};
use crate::ui::{
    dynamic::{Item, changing, flag, keyed, optional, shown_while, text},
    time::Moment,
};

/// A message. A person's is a quiet bubble on the right; an answer takes the whole width.
#[component]
pub(crate) fn ChatMessage(
    /// The message.
    message: MessageState,
    /// The newest message of the path.
    last: Memo<Option<MessageId>>,
) -> impl IntoView {
    let element_id = message.element_id();
    let MessageState { id, head, parts, activity } = message.clone();
    let role = head.with_untracked(|head| head.role);
    let created_at = head.with_untracked(|head| head.created_at);
    let is_last = Memo::new(move |_| last.get() == Some(id));
    let status = {
        let head = head.clone();
        Memo::new(move |_| head.with(|head| head.status))
    };
    let failure = {
        let head = head.clone();
        Memo::new(move |_| head.with(|head| head.ending.failure.clone()))
    };
    let note = {
        let head = head.clone();
        move || head.with(|head| head.ending.note.clone())
    };
    let source = text(move || head.with(source).unwrap_or_default());
    let (class, speaker) = match role {
        Role::User => ("message message-user", "You said"),
        Role::Assistant => ("message message-assistant", "Answer"),
    };
    let activity = move || match activity.get() {
        text if text.is_empty() => "Working".to_owned(),
        text => text,
    };
    let is_bare = {
        let parts = parts.clone();
        Memo::new(move |_| parts.with(Vec::is_empty))
    };

    view! {
        <article class=class id=element_id data-status=changing(move || Some(status.get().as_str()))>
            <h2 class="visually-hidden">{speaker}</h2>
            <div class="message-body">
                {keyed(move || parts.with(|parts| parts.iter().map(entry).collect()))}
            </div>
            {(role == Role::Assistant)
                .then(|| {
                    view! {
                        {shown_while(
                            move || status.get() == RunStatus::Running,
                            move || {
                                view! {
                                    <p class="activity" class:bare=flag(move || is_bare.get())>
                                        {text(activity.clone())}
                                    </p>
                                }
                                    .into_any()
                            },
                        )}
                        {optional(move || {
                            failure.get().map(|failure| view! { <FailureCard failure /> }.into_any())
                        })}
                        {optional(move || {
                            note().map(|note| view! { <p class="message-note">{note}</p> }.into_any())
                        })}
                    }
                        .into_any()
                })}
            <footer class="message-foot">
                <MessageActions message role status is_last />
                <span class="message-facts">{source} <Moment at=created_at /></span>
            </footer>
        </article>
    }
}

fn entry(part: &PartState) -> Item {
    let part = part.clone();
    Item::new(part.key, move || view! { <MessagePart part=part.clone() /> }.into_any())
}

/// Who wrote it and how long it is, as far as that is known.
fn source(head: &MessageView) -> Option<String> {
    let model = head.model.clone()?;
    Some(match head.ending.output_tokens.map(output) {
        Some(tokens) => format!("{model} · {tokens} · "),
        None => format!("{model} · "),
    })
}

fn output(tokens: u64) -> String {
    if tokens == 1 { "1 token".to_owned() } else { format!("{tokens} tokens") }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use models::view::{Ending, FailureView, PartView};

    use super::*;
    use crate::chat::{
        message_state::sample, selection::Selection, session::Session, transcript::Transcript,
    };

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8051";

    fn html(view: MessageView) -> String {
        let owner = Owner::new();
        owner.with(|| {
            crate::tabs::provide_tabs();
            let begun = Callback::new(|_| ());
            let tabs = crate::tabs::use_tabs();
            let (transcript, selection) = (Transcript::default(), Selection::default());
            provide_context(Session::new(transcript, selection, true, tabs, begun));
            let id = view.id;
            let last = Memo::new(move |_| Some(id));
            view! { <ChatMessage message=MessageState::new(view) last /> }.to_html()
        })
    }

    fn with_text(status: RunStatus) -> MessageView {
        let parts = vec![PartView::Text { blocks: vec!["<p>So far</p>".to_owned()] }];
        MessageView { status, parts, ..sample::answer(ID) }
    }

    #[test]
    fn a_running_answer_offers_nothing_but_shows_what_there_is() {
        let html = html(with_text(RunStatus::Running));
        assert!(html.contains("<p>So far</p>") && html.contains("Working"), "{html}");
        assert!(!html.contains("/retry") && !html.contains("/continue"), "{html}");
    }

    #[test]
    fn a_complete_answer_can_be_retried_but_not_continued() {
        let html = html(with_text(RunStatus::Complete));
        assert!(html.contains("/retry") && !html.contains("/continue"), "{html}");
        assert!(html.contains("llama · "), "{html}");
    }

    #[test]
    fn a_stopped_answer_says_so_and_can_be_continued() {
        let ending = Ending {
            note: Some("You stopped this answer.".to_owned()),
            is_cut: true,
            ..Ending::default()
        };
        let html = html(MessageView { ending, ..with_text(RunStatus::Stopped) });
        assert!(html.contains("You stopped this answer."), "{html}");
        assert!(html.contains("/retry") && html.contains("/continue"), "{html}");
    }

    #[test]
    fn a_failure_names_cause_and_remedy_as_text() {
        let failure = FailureView {
            message: "The connection <broke>.".to_owned(),
            action: "Try again.".to_owned(),
            status: Some(502),
        };
        let ending = Ending { failure: Some(failure), ..Ending::default() };
        let view = MessageView { ending, ..with_text(RunStatus::Failed) };
        let html = html(view);
        assert!(html.contains("The connection &lt;broke&gt;."), "{html}");
        assert!(html.contains("Try again.") && html.contains("502"), "{html}");
        assert!(html.contains("<p>So far</p>"), "what was kept is shown: {html}");
    }

    #[test]
    fn siblings_are_counted() {
        let mut view = with_text(RunStatus::Complete);
        let other = "01890a5d-ac96-774b-bcce-b302099a8052";
        view.siblings.push(other.parse().expect("an identifier"));
        let html = html(view);
        assert!(html.contains("1/2") && html.contains(other), "{html}");
    }

    #[test]
    fn unknown_tokens_are_not_zero_tokens() {
        let mut head = sample::answer(ID);
        assert_eq!(source(&head), Some("llama · ".to_owned()));
        head.ending.output_tokens = Some(1);
        assert_eq!(source(&head), Some("llama · 1 token · ".to_owned()));
    }
}
