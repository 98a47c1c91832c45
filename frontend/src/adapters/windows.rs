//! What the windows of one browser say to each other: a `BroadcastChannel`, which only pages of this origin hear.

use js_sys::Function;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};
use yew::Callback;

/// A name that other windows listen to as well, until it is dropped.
pub struct Windows {
    channel: BroadcastChannel,
    _on_message: Closure<dyn Fn(MessageEvent)>,
}

impl Windows {
    /// Joins the windows of a name; `heard` gets what the others say. `None` where this browser has no such channels.
    #[must_use]
    pub fn join(name: &str, heard: Callback<String>) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                heard.emit(text);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref::<Function>()));
        Some(Self {
            channel,
            _on_message: on_message,
        })
    }

    /// Says something to all others. Nobody may be listening.
    pub fn say(&self, text: &str) {
        drop(self.channel.post_message(&text.into()));
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
