//! Which offered channels are off the list, in this browser's storage, which all of its windows share.

use super::shelf::Shelf;
use crate::state::hidden::{Hidden, Hiding, name};
use gloo::{events::EventListener, utils::window};
use thunder_channel::Address;
use yew::Callback;

/// An account's; none where the browser forbids it.
#[must_use]
pub fn load(account: Address) -> Hidden {
    Hidden::parse(&Shelf::Browser.text(&name(account)).unwrap_or_default())
}

/// Changes what is kept, which another window may have changed since this one showed `shown`; gives what to show now. Where the browser keeps
/// nothing, it lasts for as long as the page is shown.
pub fn change(account: Address, shown: &Hidden, hiding: Hiding) -> Hidden {
    if !Shelf::Browser.is_there() {
        return shown.with(hiding);
    }
    let hidden = load(account).with(hiding);
    Shelf::Browser.keep_text(&name(account), &hidden.to_text());
    hidden
}

/// Tells what is kept whenever another window may have changed it, until it is dropped.
pub fn follow(account: Address, on_hidden: Callback<Hidden>) -> EventListener {
    EventListener::new(&window(), "storage", move |_| on_hidden.emit(load(account)))
}
