//! What the browser knows of how a language writes numbers.

use crate::words::Locale;
use js_sys::{Array, Intl::NumberFormat, Object, Reflect};
use wasm_bindgen::JsValue;

/// The browser's way, for this window.
#[must_use]
pub fn locale() -> Locale {
    Locale { currency }
}

fn currency(decimal: &str, currency: &str, tiny: bool) -> String {
    let options = Object::new();
    let set = |name: &str, value: JsValue| drop(Reflect::set(&options, &name.into(), &value));
    set("style", "currency".into());
    set("currency", currency.into());
    if tiny {
        set("maximumSignificantDigits", 2.into());
    }
    // As text: browsers that take a number only round what is rounded anyway.
    let format = NumberFormat::new(&Array::new(), &options).format();
    let written = format.call1(&JsValue::UNDEFINED, &decimal.into()).ok();
    written
        .and_then(|written| written.as_string())
        .unwrap_or_else(|| (Locale::PLAIN.currency)(decimal, currency, tiny))
}
