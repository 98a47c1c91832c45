//! What is kept in this browser's storage by name: what is lost with it costs a convenience, never money. Where the browser forbids
//! storage, gloo's own would end the page; these keep nothing.

use gloo::utils::window;
use serde::{Serialize, de::DeserializeOwned};
use web_sys::Storage;

/// One of the browser's two storages.
#[derive(Clone, Copy, Debug)]
pub enum Shelf {
    /// Outlives the window, and all windows of this browser share it.
    Browser,
    /// Ends with the window; its frames share it.
    Window,
}

impl Shelf {
    fn storage(self) -> Option<Storage> {
        match self {
            Self::Browser => window().local_storage(),
            Self::Window => window().session_storage(),
        }
        .ok()
        .flatten()
    }

    /// Whether the browser lets the page keep anything.
    #[must_use]
    pub fn is_there(self) -> bool {
        self.storage().is_some()
    }

    /// The text under a name.
    #[must_use]
    pub fn text(self, name: &str) -> Option<String> {
        self.storage()?.get_item(name).ok().flatten()
    }

    /// What is under a name as JSON; nothing where that is something else.
    #[must_use]
    pub fn get<T: DeserializeOwned>(self, name: &str) -> Option<T> {
        serde_json::from_str(&self.text(name)?).ok()
    }

    /// Keeps a text. A full storage keeps nothing.
    pub fn keep_text(self, name: &str, text: &str) {
        if let Some(storage) = self.storage() {
            drop(storage.set_item(name, text));
        }
    }

    /// Keeps something as JSON.
    pub fn keep<T: Serialize + ?Sized>(self, name: &str, value: &T) {
        if let Ok(text) = serde_json::to_string(value) {
            self.keep_text(name, &text);
        }
    }

    /// Keeps nothing under this name any more.
    pub fn remove(self, name: &str) {
        if let Some(storage) = self.storage() {
            drop(storage.remove_item(name));
        }
    }
}
