//! Names of people, in this browser's storage, which all of its windows share.

use super::shelf::Shelf;
use crate::state::names::Names;
use gloo::{events::EventListener, utils::window};
use yew::Callback;

const NAME: &str = "thunder/names";

/// The names that are kept here; none where the browser forbids it.
#[must_use]
pub fn load() -> Names {
    Names::parse(&Shelf::Browser.text(NAME).unwrap_or_default())
}

/// Changes the names that are kept, which another window may have changed since this one showed `shown`; gives what to show now. A full
/// storage costs a name, nothing else; a forbidden one keeps them for as long as the page is shown.
pub fn change(shown: &Names, change: impl FnOnce(&Names) -> Names) -> Names {
    if !Shelf::Browser.is_there() {
        return change(shown);
    }
    let names = change(&load());
    Shelf::Browser.keep_text(NAME, &names.to_text());
    names
}

/// Tells the names that are kept whenever another window may have changed them, until it is dropped.
pub fn follow(on_names: Callback<Names>) -> EventListener {
    EventListener::new(&window(), "storage", move |_| on_names.emit(load()))
}
