//! Texts in this browser's storage that outlive the window: what is lost with them costs a convenience, never money.

use gloo::utils::window;
use web_sys::Storage;

/// Whether the browser lets the page keep any.
#[must_use]
pub fn is_there() -> bool {
    storage().is_some()
}

/// What is kept under a name; nothing where the browser forbids it.
#[must_use]
pub fn load(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Keeps a text, or no longer. A full storage keeps nothing.
pub fn keep(name: &str, text: Option<&str>) {
    let Some(storage) = storage() else {
        return;
    };
    drop(match text {
        Some(text) => storage.set_item(name, text),
        None => storage.remove_item(name),
    });
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
