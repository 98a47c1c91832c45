//! Keeping what the page has: storage that the browser does not clear by itself, and a question before a page is left with
//! something half done.

use super::shelf::Shelf;
use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Reflect;
use wasm_bindgen_futures::JsFuture;

/// That a refusal was told, so that it is told once per browser.
const TOLD: &str = "thunder/persistence-refused";

/// Asks the browser not to clear this page's storage by itself. Gives `true` the first time that it refuses.
pub async fn is_refused_anew() -> bool {
    let storage = gloo::utils::window().navigator().storage();
    // Absent where the page is no secure context; then there is nothing to ask.
    if storage.is_undefined() {
        return false;
    }
    let granted = async |asked: Result<js_sys::Promise, wasm_bindgen::JsValue>| {
        JsFuture::from(asked.ok()?).await.ok()?.as_bool()
    };
    if granted(storage.persisted()).await == Some(true) || granted(storage.persist()).await == Some(true) {
        Shelf::Browser.remove(TOLD);
        return false;
    }
    let told = Shelf::Browser.get(TOLD).unwrap_or(false);
    Shelf::Browser.keep(TOLD, &true);
    !told
}

/// Has the browser ask before the page is left, for as long as what it gives is kept.
pub fn ask_before_leaving() -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&gloo::utils::window(), "beforeunload", options, |event| {
        event.prevent_default();
        // Browsers before 2024 look at this instead. The words are their own.
        drop(Reflect::set(event, &"returnValue".into(), &"leave?".into()));
    })
}
