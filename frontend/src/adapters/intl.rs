//! What the browser knows of languages: which ones its user reads, and how each writes numbers, dates and money.

use super::shelf::Shelf;
use crate::words::{Language, Locale, Plural, choose};
use js_sys::{
    Array, Date, Function,
    Intl::{DateTimeFormat, NumberFormat, PluralRules},
    JsString, Object, Reflect,
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};
use wasm_bindgen::JsValue;

/// Where the language that was chosen in this browser is remembered.
const NAME: &str = "thunder/language";

thread_local! {
    /// What the window's language writes with.
    static PENS: RefCell<Option<Pens>> = const { RefCell::new(None) };
    /// The day that was last found to be today: its first and last millisecond.
    static TODAY: Cell<(f64, f64)> = const { Cell::new((0.0, -1.0)) };
}

/// What a browser writes with in one language. Made once: making one costs as much as drawing a page, and a page asks for dozens.
struct Pens {
    locales: Array,
    plurals: PluralRules,
    time: Function,
    date_and_time: Function,
    /// By currency, and whether it is for what is tiny.
    money: BTreeMap<(String, bool), Function>,
}

impl Pens {
    fn new(tag: &str) -> Self {
        let locales = Array::of1(&tag.into());
        let time = options(&[("timeStyle", "medium".into())]);
        let both = options(&[("timeStyle", "medium".into()), ("dateStyle", "short".into())]);
        Self {
            plurals: PluralRules::new(&locales, &Object::new()),
            time: DateTimeFormat::new(&locales, &time).format(),
            date_and_time: DateTimeFormat::new(&locales, &both).format(),
            money: BTreeMap::new(),
            locales,
        }
    }

    fn money(&mut self, currency: &str, tiny: bool) -> &Function {
        let locales = &self.locales;
        self.money.entry((currency.to_owned(), tiny)).or_insert_with(|| {
            let mut fields = vec![("style", "currency".into()), ("currency", currency.into())];
            if tiny {
                fields.push(("maximumSignificantDigits", 2.into()));
            }
            NumberFormat::new(locales, &options(&fields)).format()
        })
    }
}

/// Takes the language of this browser for the window: what was chosen before, else what its user reads.
pub fn adopt() {
    let chosen = Shelf::Browser.get::<String>(NAME);
    take(chosen.and_then(|tag| Language::parse(&tag)));
}

/// Takes a language that somebody has just chosen, and remembers it.
pub fn adopt_chosen(language: Language) {
    // A full or forbidden storage costs that it is remembered.
    Shelf::Browser.keep(NAME, language.tag());
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
    let pens = Pens::new(&tag);
    let parts = NumberFormat::new(&pens.locales, &Object::new()).format_to_parts(1_234_567.5);
    PENS.set(Some(pens));
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
        small: |text| String::from(JsString::from(text).to_lower_case()),
    }
    .adopt();
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
    let select = |pens: &mut Pens| pens.plurals.select(count as f64);
    if with_pens(select).is_some_and(|category| category == "one") {
        Plural::One
    } else {
        Plural::Other
    }
}

fn currency(decimal: &str, currency: &str, tiny: bool) -> String {
    // As text: browsers that take a number only round what is rounded anyway.
    with_pens(|pens| written(pens.money(currency, tiny), &decimal.into()))
        .flatten()
        .unwrap_or_else(|| (Locale::PLAIN.currency)(decimal, currency, tiny))
}

/// A time as this window's language writes it: `14:03:22` today, with its date on other days.
#[must_use]
pub fn moment(at_ms: u64) -> String {
    // Exact below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let at = at_ms as f64;
    with_pens(|pens| {
        let pen = if is_today(at) {
            &pens.time
        } else {
            &pens.date_and_time
        };
        written(pen, &Date::new(&at.into()))
    })
    .flatten()
    .unwrap_or_default()
}

/// The same with its date on every day.
#[must_use]
pub fn day_and_time(at_ms: u64) -> String {
    // Exact below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let at = Date::new(&(at_ms as f64).into());
    with_pens(|pens| written(&pens.date_and_time, &at))
        .flatten()
        .unwrap_or_default()
}

fn with_pens<T>(write: impl FnOnce(&mut Pens) -> T) -> Option<T> {
    PENS.with_borrow_mut(|pens| pens.as_mut().map(write))
}

fn written(pen: &Function, value: &JsValue) -> Option<String> {
    pen.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

/// Whether a time is of the day that it is here. Where a day begins is asked once a day.
fn is_today(at: f64) -> bool {
    let now = Date::now();
    let (mut first, mut last) = TODAY.get();
    if now < first || now > last {
        let (start, end) = (Date::new_0(), Date::new_0());
        start.set_hours(0);
        start.set_minutes(0);
        start.set_seconds(0);
        start.set_milliseconds(0);
        end.set_hours(23);
        end.set_minutes(59);
        end.set_seconds(59);
        end.set_milliseconds(999);
        (first, last) = (start.get_time(), end.get_time());
        TODAY.set((first, last));
    }
    (first..=last).contains(&at)
}
