//! The test vectors by `k256`, in a browser: the arithmetic that a tab uses agrees with the committed bytes.
#![cfg(target_arch = "wasm32")]

#[cfg(test)]
#[path = "../vectors/check.rs"]
mod check;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_entry_holds() {
    assert!(check::everything() > 70);
}
