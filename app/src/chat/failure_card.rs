//! Why an answer failed, beside what was kept of it.

use leptos::prelude::*;
use models::view::FailureView;

use crate::ui::icon::{Glyph, Icon};

/// The cause in words and what to do; retrying and continuing are among the message's actions.
#[component]
pub(crate) fn FailureCard(
    /// Why it failed.
    failure: FailureView,
) -> impl IntoView {
    view! {
        <div class="failure" role="alert">
            <Icon glyph=Glyph::Warning />
            <div>
                <p class="failure-cause">{failure.message}</p>
                <p>{failure.action}</p>
                {failure
                    .status
                    .map(|status| {
                        view! { <p class="failure-status">"HTTP status " {status.to_string()}</p> }
                            .into_any()
                    })}
            </div>
        </div>
    }
}
