//! What the browser knows of languages: which ones its user reads, and how each writes numbers, dates and money.

use crate::words::{Language, Locale, Plural, choose};
use gloo::storage::{LocalStorage, Storage};
use js_sys::{
    Array, Date,
    Intl::{DateTimeFormat, NumberFormat, PluralRules},
    Object, Reflect,
};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Where the language that was chosen in this browser is remembered.
const NAME: &str = "thunder/language";

thread_local! {
    /// By which tag numbers and dates are written.
    static TAG: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Takes the language of this browser for the window: what was chosen before, else what its user reads.
pub fn adopt() {
    let chosen = LocalStorage::get::<String>(NAME).ok();
    take(chosen.and_then(|tag| Language::parse(&tag)));
}

/// Takes a language that somebody has just chosen, and remembers it.
pub fn adopt_chosen(language: Language) {
    // A full or forbidden storage costs that it is remembered.
    drop(LocalStorage::set(NAME, language.tag()));
    take(Some(language));
}

fn take(chosen: Option<Language>) {
    let navigator = gloo::utils::window().navigator();
    let wanted: Vec<String> = navigator
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect();
    let (language, tag) = choose(chosen, &wanted);
    if let Some(root) = gloo::utils::document().document_element() {
        drop(root.set_attribute("lang", language.tag()));
        drop(root.set_attribute("dir", language.direction()));
    }
    TAG.set(tag);
    let parts = NumberFormat::new(&locales(), &Object::new()).format_to_parts(1_234_567.5);
    let part = |wanted: &str| {
        let parts = parts.iter();
        let field = |part: &JsValue, name: &str| Reflect::get(part, &name.into()).ok()?.as_string();
        let mut found = parts.filter(|part| field(part, "type").as_deref() == Some(wanted));
        field(&found.next()?, "value")?.chars().next()
    };
    Locale {
        language,
        decimal: part("decimal").unwrap_or(Locale::PLAIN.decimal),
        group: part("group").unwrap_or(Locale::PLAIN.group),
        plural,
        currency,
    }
    .adopt();
}

fn locales() -> Array {
    TAG.with_borrow(|tag| Array::of1(&tag.as_str().into()))
}

fn options(fields: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in fields {
        drop(Reflect::set(&options, &(*name).into(), value));
    }
    options
}

fn plural(count: u64) -> Plural {
    // Above 2^53 no language counts another way.
    #[allow(clippy::cast_precision_loss)]
    let category = PluralRules::new(&locales(), &Object::new()).select(count as f64);
    if category == "one" {
        Plural::One
    } else {
        Plural::Other
    }
}

fn currency(decimal: &str, currency: &str, tiny: bool) -> String {
    let mut fields = vec![("style", "currency".into()), ("currency", currency.into())];
    if tiny {
        fields.push(("maximumSignificantDigits", 2.into()));
    }
    // As text: browsers that take a number only round what is rounded anyway.
    let format = NumberFormat::new(&locales(), &options(&fields)).format();
    let written = format.call1(&JsValue::UNDEFINED, &decimal.into()).ok();
    written
        .and_then(|written| written.as_string())
        .unwrap_or_else(|| (Locale::PLAIN.currency)(decimal, currency, tiny))
}

/// A time as this window's language writes it: `14:03:22` today, with its date on other days.
#[must_use]
pub fn moment(at_ms: u64) -> String {
    // Exact below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let date = Date::new(&(at_ms as f64).into());
    let today = date.to_date_string() == Date::new_0().to_date_string();
    let mut fields = vec![("timeStyle", "medium".into())];
    if !today {
        fields.push(("dateStyle", "short".into()));
    }
    let format = DateTimeFormat::new(&locales(), &options(&fields)).format();
    let written = format.call1(&JsValue::UNDEFINED, &date).ok();
    written
        .and_then(|written| written.as_string())
        .unwrap_or_default()
}
