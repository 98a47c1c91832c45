//! Every sentence of the app, by name, in every language of the app: a row has all of them, so a sentence without its translation does
//! not compile. What is said of errors is in [`super::said`], what is counted in [`super::numbers`].

/// Functions that say a sentence in the window's language, one for each row: a name with what it is about, the English, the German.
macro_rules! sentences {
    ($($name:ident $(($($about:ident),+))? = $english:literal, $german:literal;)*) => {
        $(sentences! { @row $name ($($($about),+)?) $english $german })*
    };
    (@row $name:ident () $english:literal $german:literal) => {
        #[doc = $english]
        #[must_use]
        pub fn $name() -> &'static str {
            match $crate::words::Language::current() {
                $crate::words::Language::English => $english,
                $crate::words::Language::German => $german,
            }
        }
    };
    (@row $name:ident ($($about:ident),+) $english:literal $german:literal) => {
        #[doc = $english]
        #[must_use]
        pub fn $name($($about: &str),+) -> String {
            match $crate::words::Language::current() {
                $crate::words::Language::English => format!($english),
                $crate::words::Language::German => format!($german),
            }
        }
    };
}

mod account;
mod channel;
mod common;
mod demo;
mod ending;
mod entering;
mod fetching;
mod frame;
mod hiding;
mod history;
mod lists;
mod pay_links;
mod sessions;

pub use account::*;
pub use channel::*;
pub use common::*;
pub use demo::*;
pub use ending::*;
pub use entering::*;
pub use fetching::*;
pub use frame::*;
pub use hiding::*;
pub use history::*;
pub use lists::*;
pub use pay_links::*;
pub use sessions::*;
