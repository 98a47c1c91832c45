//! Whether the page is in front of somebody, as far as the browser knows.

use gloo::events::EventListener;
use yew::Callback;

/// Whether it is now.
#[must_use]
pub fn is_visible() -> bool {
    !gloo::utils::document().hidden()
}

/// Tells when it comes to the front or goes, for as long as what it gives is kept.
pub fn watch(changed: Callback<bool>) -> EventListener {
    EventListener::new(&gloo::utils::document(), "visibilitychange", move |_| {
        changed.emit(is_visible());
    })
}
