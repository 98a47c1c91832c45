//! The app's wasm comes in two halves (`xtask/src/split`): the page starts with what its first page takes. `boot.js` fetches the
//! rest; an app in one piece has no rest, and waits for nothing.

use crate::words::say;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["globalThis", "thunderRest"], js_name = offer)]
    fn offer_exports(exports: &JsValue);
    #[wasm_bindgen(js_namespace = ["globalThis", "thunderRest"], js_name = soon)]
    fn soon() -> Promise;
    #[wasm_bindgen(js_namespace = ["globalThis", "thunderRest"], js_name = now)]
    fn now();
}

/// Hands the page what the rest is built upon. Comes before everything else.
pub fn offer() {
    offer_exports(&wasm_bindgen::exports());
}

/// Waits until the rest is there. Whatever needs it is called after this.
///
/// # Errors
/// Words for the person, if it cannot be fetched; asking again tries again.
pub async fn fetched() -> Result<(), String> {
    let fetched = JsFuture::from(soon()).await;
    fetched.map(drop).map_err(|_| say::relay_silent().to_owned())
}

/// For what was called before the rest was there after all: fetches it while everything else stands still.
#[wasm_bindgen(js_name = fetchRestNow)]
pub fn fetch_now() {
    now();
}
