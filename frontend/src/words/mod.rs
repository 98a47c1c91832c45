//! What the screen says, in the window's language: sentences, amounts, counts, and what is wrong. Pages hold no words of their own.

mod language;
mod locale;
mod numbers;
pub mod said;
pub mod say;
mod typed;

pub use language::{Language, choose};
#[cfg(test)]
pub use locale::GERMAN;
pub use locale::{Locale, Plural};
pub use numbers::{
    Thing, about, count, counted, cut, duration, money, number, percent, size, tick_unit, ticks, ticks_about,
    worth,
};
pub use said::Said;
pub use typed::{as_typed, plain_amount, typed_amount, written};

use thunder_channel::{Address, checksummed};

/// `0x7099…79C8`
#[must_use]
pub fn short(address: Address) -> String {
    shortened(&checksummed(address))
}

/// The first six and the last four characters of a long hexadecimal text.
#[must_use]
pub fn shortened(text: &str) -> String {
    match (text.get(..6), text.get(text.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if text.len() > 12 => format!("{head}…{tail}"),
        _ => text.to_owned(),
    }
}

/// A refusal as a sentence: first letter large, a full stop at the end.
#[must_use]
pub fn sentence(words: &str) -> String {
    let mut chars = words.trim().chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let mut out: String = std::iter::once(capital(first)).chain(chars).collect();
    if !out.ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
    out
}

/// A text in small letters, to be searched.
#[must_use]
pub fn small(text: &str) -> String {
    (Locale::current().small)(text)
}

/// The large letter of a small one, in the letters that the app's own words begin with: Latin-1, where they are 32 apart. The tables of all
/// scripts would be a twenty-fifth of what the first page fetches.
fn capital(letter: char) -> char {
    match letter {
        'à'..='ö' | 'ø'..='þ' => char::from(letter as u8 - 32),
        _ => letter.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_are_made_large_as_everywhere() {
        for letter in (0..=0xfe)
            .map(char::from)
            .filter(|letter| !matches!(letter, 'µ' | 'ß'))
        {
            let large: String = letter.to_uppercase().collect();
            assert_eq!(capital(letter).to_string(), large, "{letter}");
        }
        assert_eq!(capital('ß'), 'ß', "no word begins with it");
        assert_eq!(capital('ж'), 'ж', "it is left as it is");
    }

    #[test]
    fn what_is_said_before_the_app_runs_is_what_it_says_itself() {
        let boot = include_str!("../../../boot.js");
        for locale in [Locale::PLAIN, GERMAN] {
            locale.adopt();
            for words in [say::hero_line(), say::hero_more()] {
                assert!(boot.contains(&format!("\"{words}\"")), "{words}");
            }
        }
    }

    #[test]
    fn addresses_are_short_enough_to_compare() {
        let address = thunder_channel::parse_address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8").unwrap();
        assert_eq!(short(address), "0x7099…79C8");
        assert_eq!(shortened("0x12"), "0x12");
        assert_eq!(shortened("0x12345678ä9012345"), "0x1234…2345");
    }

    #[test]
    fn refusals_read_as_sentences() {
        assert_eq!(sentence("enter an amount"), "Enter an amount.");
        assert_eq!(sentence("über alles"), "Über alles.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(" "), "");
    }
}
