//! A tool call: which tool, how far it is, what went in and what came out.

use leptos::prelude::*;
use models::{part::ToolCallStatus, view::ToolCallView};

use crate::ui::{
    badge::{Mood, badge_class},
    dynamic::{changing, optional, text},
    icon::{Glyph, Icon},
};

/// A tool call as a line that opens. Arguments and result come from outside and are shown as text.
#[component]
pub(crate) fn ToolCallDisplay(
    /// The call; its status changes while the tool is at work.
    call: ArcRwSignal<ToolCallView>,
) -> impl IntoView {
    let name = {
        let call = call.clone();
        text(move || call.with(|call| call.name.clone()))
    };
    let arguments = {
        let call = call.clone();
        Memo::new(move |_| call.with(|call| call.arguments.clone()))
    };
    let status = {
        let call = call.clone();
        Memo::new(move |_| call.with(|call| call.status))
    };
    let result = Memo::new(move |_| call.with(|call| call.result.clone()));

    view! {
        <details class="tool-call">
            <summary>
                <Icon glyph=Glyph::Tool />
                <span class="tool-name">{name}</span>
                <span class=changing(move || Some(badge_class(face(status.get()).0)))>
                    {text(move || face(status.get()).1.to_owned())}
                </span>
            </summary>
            <div class="tool-detail">
                <h3>"Arguments"</h3>
                <pre tabindex="0">{text(move || arguments.get())}</pre>
                {optional(move || {
                    result
                        .get()
                        .map(|result| {
                            view! {
                                <h3>{if status.get() == ToolCallStatus::Failed { "Error" } else { "Result" }}</h3>
                                <pre tabindex="0">{result}</pre>
                            }
                                .into_any()
                        })
                })}
            </div>
        </details>
    }
}

const fn face(status: ToolCallStatus) -> (Mood, &'static str) {
    match status {
        ToolCallStatus::Requested => (Mood::Active, "Being written"),
        ToolCallStatus::Running => (Mood::Active, "Running"),
        ToolCallStatus::Complete => (Mood::Good, "Done"),
        ToolCallStatus::Failed => (Mood::Bad, "Failed"),
        ToolCallStatus::NotExecuted => (Mood::Caution, "Not executed"),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn html(status: ToolCallStatus, result: Option<&str>) -> String {
        let owner = Owner::new();
        owner.with(|| {
            let call = ArcRwSignal::new(ToolCallView {
                name: "search".to_owned(),
                arguments: "{\"query\": \"<b>\"}".to_owned(),
                status,
                result: result.map(ToOwned::to_owned),
            });
            view! { <ToolCallDisplay call /> }.to_html()
        })
    }

    #[test]
    fn every_status_is_told_apart() {
        let cases = [
            (ToolCallStatus::Requested, "Being written"),
            (ToolCallStatus::Running, "Running"),
            (ToolCallStatus::Complete, "Done"),
            (ToolCallStatus::Failed, "Failed"),
            (ToolCallStatus::NotExecuted, "Not executed"),
        ];
        for (status, words) in cases {
            let html = html(status, None);
            assert!(html.contains(words), "{status:?}: {html}");
            assert!(html.contains("search"));
            assert!(!html.contains("Result"), "no result is not an empty result: {html}");
        }
    }

    #[test]
    fn what_comes_from_outside_stays_text() {
        let html = html(ToolCallStatus::Complete, Some("<script>alert(1)</script>"));
        assert!(!html.contains("<script>"), "{html}");
        assert!(!html.contains("<b>"), "{html}");
        assert!(html.contains("&lt;script"), "{html}");
        assert!(html.contains("Result"));
    }

    #[test]
    fn a_failure_is_not_called_a_result() {
        let html = html(ToolCallStatus::Failed, Some("no such file"));
        assert!(html.contains("Error") && !html.contains("Result"), "{html}");
    }
}
