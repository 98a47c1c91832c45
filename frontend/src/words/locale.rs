//! How this window's language writes numbers. The browser's `Intl` says it, once, at the edge; what is written natively, in tests, is
//! as English has it.

use super::Language;
use std::cell::Cell;

/// A language and its way with numbers.
#[derive(Clone, Copy, Debug)]
pub struct Locale {
    /// Which language.
    pub language: Language,
    /// Before the digits behind the point.
    pub decimal: char,
    /// Between thousands.
    pub group: char,
    /// Which form a counted noun takes.
    pub plural: fn(count: u64) -> Plural,
    /// Writes an amount of money, of a decimal and a currency such as `EUR`; `tiny`: with digits enough to see something.
    pub currency: fn(decimal: &str, currency: &str, tiny: bool) -> String,
    /// A text in small letters, to be searched.
    pub small: fn(text: &str) -> String,
}

/// A browser has the tables of all scripts; here they would be a twenty-fifth of what the first page fetches.
const PLAIN_SMALL: fn(&str) -> String = if cfg!(target_arch = "wasm32") {
    |text| text.to_ascii_lowercase()
} else {
    |text| text.to_lowercase()
};

/// A form of a noun, in the languages that the app speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plural {
    /// Of one.
    One,
    /// Of any other number.
    Other,
}

impl Locale {
    /// English, without a browser's help.
    pub const PLAIN: Self = Self {
        language: Language::English,
        decimal: '.',
        group: ',',
        plural: |count| if count == 1 { Plural::One } else { Plural::Other },
        currency: |decimal, currency, _| format!("{currency} {decimal}"),
        small: PLAIN_SMALL,
    };

    /// The window's.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Takes it for this window. What is drawn already has to be drawn anew.
    pub fn adopt(self) {
        CURRENT.set(self);
    }
}

thread_local! {
    // A page has one thread, and a language is the whole window's: handing it through every component would say so in five hundred
    // places. A test has a thread of its own, so tests do not disturb each other.
    static CURRENT: Cell<Locale> = const { Cell::new(Locale::PLAIN) };
}

/// German as browsers have it, for tests.
#[cfg(test)]
pub const GERMAN: Locale = Locale {
    language: Language::German,
    decimal: ',',
    group: '.',
    ..Locale::PLAIN
};
