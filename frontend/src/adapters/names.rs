//! Names of people, in this browser's storage.

use crate::state::names::Names;
use gloo::utils::window;

const NAME: &str = "thunder/names";

/// The names that are kept here; none where the browser forbids it.
#[must_use]
pub fn load() -> Names {
    let stored = window().local_storage().ok().flatten();
    let text = stored.and_then(|storage| storage.get_item(NAME).ok().flatten());
    Names::parse(&text.unwrap_or_default())
}

/// Keeps the names. A full storage costs a name, nothing else.
pub fn keep(names: &Names) {
    if let Ok(Some(storage)) = window().local_storage() {
        drop(storage.set_item(NAME, &names.to_text()));
    }
}
