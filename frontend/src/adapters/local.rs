//! Texts in this browser's storage that outlive the window: what is lost with them costs a convenience, never money.

use gloo::utils::window;

/// What is kept under a name; nothing where the browser forbids it.
#[must_use]
pub fn load(name: &str) -> Option<String> {
    let storage = window().local_storage().ok().flatten()?;
    storage.get_item(name).ok().flatten()
}

/// Keeps a text, or no longer. A full storage keeps nothing.
pub fn keep(name: &str, text: Option<&str>) {
    let Ok(Some(storage)) = window().local_storage() else {
        return;
    };
    drop(match text {
        Some(text) => storage.set_item(name, text),
        None => storage.remove_item(name),
    });
}
