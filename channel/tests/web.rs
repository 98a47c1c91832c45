//! The test vectors by `k256`, in a browser: the arithmetic that a tab uses agrees with the committed bytes.
#![cfg(target_arch = "wasm32")]

#[cfg(test)]
#[path = "../vectors/check.rs"]
mod check;
#[cfg(test)]
#[path = "../vectors/check_sessions.rs"]
mod check_sessions;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_entry_holds() {
    assert!(check::everything() > 70);
}

#[wasm_bindgen_test]
fn every_entry_about_sessions_holds() {
    assert!(check_sessions::everything() > 15);
}
