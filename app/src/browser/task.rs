//! Tasks in the browser: each has an owner whose end is its end.

use std::{future::Future, pin::Pin, time::Duration};

use futures::channel::oneshot;
use leptos::{
    prelude::{Owner, provide_context, set_timeout, use_context},
    reactive::{owner::WeakOwner, spawn_local_scoped_with_cancellation},
};

/// The owner of tasks that outlive the component which began them. Weak, because it holds this itself:
/// else no page the server has made would ever be freed.
#[derive(Clone)]
struct AppTasks(WeakOwner);

/// Makes the present owner the one of [`spawn_for_app`]; called once by the root component.
pub(crate) fn provide_app_tasks() {
    if let Some(owner) = Owner::current() {
        provide_context(AppTasks(owner.downgrade()));
    }
}

/// Runs a future until it is done or the component that began it is gone, whichever comes first.
pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
    // Boxed, so that what surrounds a task is compiled once and not for each.
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    spawn_local_scoped_with_cancellation(task);
}

/// Runs a future until it is done, even when the component that began it goes away: for changes that
/// a person asked for. The future may touch only state of the whole app.
pub(crate) fn spawn_for_app(task: impl Future<Output = ()> + 'static) {
    match use_context::<AppTasks>().and_then(|AppTasks(owner)| owner.upgrade()) {
        Some(owner) => owner.with(|| spawn(task)),
        None => spawn(task),
    }
}

/// Waits.
pub(crate) async fn pause(duration: Duration) {
    let (over, waited) = oneshot::channel::<()>();
    set_timeout(
        move || {
            // Whoever waited may be gone.
            let _ = over.send(());
        },
        duration,
    );
    let _ = waited.await;
}
