//! How this window's language writes numbers. The browser's `Intl` says it, once, at the edge; what is written natively, in tests, is
//! as English has it.

use std::cell::Cell;

/// How numbers are written.
#[derive(Clone, Copy, Debug)]
pub struct Locale {
    /// Writes an amount of money, of a decimal and a currency such as `EUR`; `tiny`: with digits enough to see something.
    pub currency: fn(decimal: &str, currency: &str, tiny: bool) -> String,
}

impl Locale {
    /// English, without a browser's help.
    pub const PLAIN: Self = Self {
        currency: |decimal, currency, _| format!("{currency} {decimal}"),
    };

    /// The window's.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Takes it for this window.
    pub fn adopt(self) {
        CURRENT.set(self);
    }
}

thread_local! {
    // A page has one thread. A test has one of its own, so tests do not disturb each other.
    static CURRENT: Cell<Locale> = const { Cell::new(Locale::PLAIN) };
}
