//! Effects, in one type for the whole app.

use leptos::prelude::Effect;

/// Runs `act` once the page lives and whenever what it reads changes, as long as the present owner
/// lives. Boxed, because the framework's own effects are compiled anew for each, at two kilobytes.
pub(crate) fn effect(act: impl FnMut() + 'static) {
    run(Box::new(act));
}

/// The same for a value that is derived: `act` gets what it gave the time before, and nothing the
/// first time.
pub(crate) fn effect_with<T: 'static>(mut act: impl FnMut(Option<T>) -> T + 'static) {
    let mut before = None;
    effect(move || before = Some(act(before.take())));
}

fn run(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_| act());
}
