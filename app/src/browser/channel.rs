//! Messages between the tabs of one browser, and the moment a person comes back to a tab.

use leptos::prelude::{document, on_cleanup, window_event_listener_untyped};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, VisibilityState};

/// The name all tabs of the studio listen to.
const NAME: &str = "chat-studio";

thread_local! {
    /// The one channel of this tab: what is posted on it is heard by every other but not by itself.
    /// None in a browser that refuses it, whose tabs catch up when they are shown.
    static CHANNEL: Option<BroadcastChannel> = BroadcastChannel::new(NAME).ok();
}

/// Tells the other tabs something.
pub(crate) fn broadcast(text: &str) {
    CHANNEL.with(|channel| {
        if let Some(channel) = channel {
            // Refused only for what cannot be copied; a text can.
            let _ = channel.post_message(&JsValue::from_str(text));
        }
    });
}

/// Runs `hear` with what other tabs say, as long as the app lives.
pub(crate) fn on_broadcast(hear: impl Fn(String) + 'static) {
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            hear(text);
        }
    });
    CHANNEL.with(|channel| {
        if let Some(channel) = channel {
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        }
    });
    listener.forget();
}

/// Runs `back` whenever the person comes back to this tab.
pub(crate) fn on_return(back: impl Fn() + 'static) {
    on_visibility(move |visible| {
        if visible {
            back();
        }
    });
}

/// Runs `changed` whenever the tab is shown or hidden, until the present owner is gone.
pub(crate) fn on_visibility(changed: impl Fn(bool) + 'static) {
    let listener =
        window_event_listener_untyped("visibilitychange", move |_| changed(is_visible()));
    on_cleanup(move || listener.remove());
}

/// Whether the tab is to be seen.
pub(crate) fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}
