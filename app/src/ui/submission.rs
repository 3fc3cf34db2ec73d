//! The way of one form to the server and back, with script and without.

use std::future::Future;

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    form_error::posted_error,
    toast::{ToastState, use_toasts},
};
use crate::{browser::spawn_for_app, error::StudioError};

/// Whether a form is under way, and what it came back with.
#[derive(Clone, Copy)]
pub(crate) struct Submission {
    /// Whether an answer is awaited.
    pub pending: RwSignal<bool>,
    /// Why the form failed last: what a script got, or else what a post without script came back with.
    pub error: Signal<Option<StudioError>>,
    /// `None` until a script has sent the form.
    last: RwSignal<Option<Option<StudioError>>>,
    toasts: ToastState,
}

impl Submission {
    /// For the one form of a page that posts to the server function `F`.
    pub(crate) fn new<F>() -> Self
    where
        F: ServerFn<Error = StudioError>,
    {
        Self::with_posted(posted_error::<F>())
    }

    /// For one of many forms that post to the same server function: which of them came back with an
    /// error, the address does not say, so that error is left to the page.
    pub(crate) fn one_of_many() -> Self {
        Self::with_posted(Signal::stored(None))
    }

    /// Awaits `request`, then runs `done` or shows the error; does nothing while another is awaited.
    ///
    /// The request is not cut short when the person leaves the page. `done` then no longer runs, and
    /// an error is shown as a toast.
    pub(crate) fn send<T: 'static>(
        self,
        request: impl Future<Output = Result<T, StudioError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        spawn_for_app(async move {
            match request.await {
                Ok(answer) if self.finish(None) => done(answer),
                Ok(_) => {}
                Err(error) => {
                    let sentence = error.sentence();
                    if !self.finish(Some(error)) {
                        self.toasts.say(sentence);
                    }
                }
            }
        });
    }

    fn with_posted(posted: Signal<Option<StudioError>>) -> Self {
        let last = RwSignal::new(None::<Option<StudioError>>);
        let error = Signal::derive(move || last.get().unwrap_or_else(|| posted.get()));
        Self { pending: RwSignal::new(false), error, last, toasts: use_toasts() }
    }

    /// Takes in how the form ended; false if the form is gone.
    fn finish(self, error: Option<StudioError>) -> bool {
        self.pending.try_set(false).is_none() && self.last.try_set(Some(error)).is_none()
    }
}
