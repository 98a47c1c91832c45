//! Amounts as people type them. Exact and unambiguous: a text that means something else in another language is refused, in words.

use super::{Locale, said::Said, say};
use crate::state::config::Token;
use thunder_channel::Amount;

/// What languages put between thousands, or before the digits behind the point.
const SEPARATORS: [char; 8] = ['.', ',', '\'', '’', ' ', '\u{a0}', '\u{202f}', '\u{66b}'];

/// Reads an amount of a token, with this language's decimal separator and without any between thousands: `1.000` is a thousand to
/// some and one to others. So a separator that is not this language's decimal one is refused, and so are three zeros behind that.
///
/// # Errors
/// Words for the person.
pub fn typed_amount(text: &str, token: &Token) -> Result<Amount, String> {
    read(text, Locale::current().decimal, token)
}

/// Reads an amount that no person typed, such as one in a link: by the same rules in every language, with a point before decimals.
///
/// # Errors
/// Words for the person.
pub fn plain_amount(text: &str, token: &Token) -> Result<Amount, String> {
    read(text, '.', token)
}

fn read(text: &str, decimal: char, token: &Token) -> Result<Amount, String> {
    let text = text.trim();
    let foreign = text.chars().find(|c| SEPARATORS.contains(c) && *c != decimal);
    let again = text.matches(decimal).count() > 1;
    // Only between digits is it a question of language: "ten, please" is no number in any.
    let numeric = text
        .chars()
        .all(|c| c.is_ascii_digit() || SEPARATORS.contains(&c));
    if numeric && let Some(separator) = foreign.or_else(|| again.then_some(decimal)) {
        let example = "12.5".replace('.', &decimal.to_string());
        return Err(say::ambiguous(
            &separator.to_string(),
            &decimal.to_string(),
            &example,
        ));
    }
    if let Some((whole, "000")) = text.split_once(decimal)
        && !whole.trim_start_matches('0').is_empty()
        && numeric
    {
        // Nobody writes one like that; whoever types it may come from a language in which it is a thousand.
        return Err(say::twofold(text, whole, &format!("{whole}000")));
    }
    let plain = if decimal == '.' {
        text.to_owned()
    } else if text.contains('.') {
        // With other characters around it, which are no number either way.
        return Err(thunder_channel::AmountError::NotANumber.said());
    } else {
        text.replace(decimal, ".")
    };
    Amount::parse(&plain, token.decimals).map_err(|error| error.said())
}

/// An amount as it is typed: every digit, this language's decimal separator, nothing between thousands. Reads back as itself.
#[must_use]
pub fn as_typed(amount: Amount, token: &Token) -> String {
    written(&amount.display(token.decimals))
}

/// A plain decimal such as `0.01` with this language's decimal separator.
#[must_use]
pub fn written(plain: &str) -> String {
    plain.replace('.', &Locale::current().decimal.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::locale::GERMAN;

    fn typed(text: &str) -> Result<String, String> {
        typed_amount(text, &Token::ether()).map(|amount| amount.display(18))
    }

    #[test]
    fn what_no_person_typed_means_the_same_in_every_language() {
        for locale in [Locale::PLAIN, GERMAN] {
            locale.adopt();
            let plain = |text| plain_amount(text, &Token::ether()).ok();
            assert_eq!(plain("1.5"), Some(Amount::parse("1.5", 18).unwrap()));
            assert_eq!((plain("1,5"), plain("1.000")), (None, None));
        }
    }

    fn refused(text: &str, separator: char) {
        let words = typed(text).unwrap_err();
        assert!(
            words.contains(&format!("“{separator}”")) || words.contains(&format!("„{separator}“")),
            "{text}: {words}"
        );
    }

    #[test]
    fn english_takes_the_point_and_no_grouping() {
        assert_eq!(typed("1.5"), Ok("1.5".to_owned()));
        assert_eq!(typed(" 1000 "), Ok("1000".to_owned()));
        assert_eq!(
            typed("1.000").unwrap_err(),
            "“1.000” can be read in two ways: write 1 or 1000"
        );
        assert_eq!(typed("0.000"), Ok("0".to_owned()));
        assert_eq!(typed("1.0000"), Ok("1".to_owned()));
        assert_eq!(
            typed("1.234"),
            Ok("1.234".to_owned()),
            "the point is decimal here"
        );
        for text in ["1,000", "1,5", "1,000.50", ","] {
            refused(text, ',');
        }
        refused("1 000", ' ');
        refused("1'000", '\'');
        refused("1.000.000", '.');
    }

    #[test]
    fn german_takes_the_comma_and_refuses_the_point() {
        GERMAN.adopt();
        assert_eq!(typed("1,5"), Ok("1.5".to_owned()));
        assert_eq!(typed("1000"), Ok("1000".to_owned()));
        assert_eq!(typed(",5"), Ok("0.5".to_owned()));
        assert!(typed("20,000").unwrap_err().contains("20 oder 20000"));
        for text in ["1.000", "1.5", "0.5", "1.000,50", "1.000.000"] {
            refused(text, '.');
        }
        refused("1,000,000", ',');
        refused("1 000", ' ');
        assert_eq!(typed("1.5x").unwrap_err(), typed("x").unwrap_err());
    }

    #[test]
    fn what_is_filled_in_reads_back() {
        let token = Token::ether();
        for locale in [Locale::PLAIN, GERMAN] {
            locale.adopt();
            for units in [0, 1, 10u128.pow(18), 1_234_567 * 10u128.pow(15) + 1] {
                let amount = Amount::new(units).unwrap();
                assert_eq!(typed_amount(&as_typed(amount, &token), &token), Ok(amount));
            }
        }
    }

    #[test]
    fn what_is_no_number_has_the_usual_words() {
        assert_eq!(typed("").unwrap_err(), "enter an amount");
        assert!(typed("-1").unwrap_err().contains("negative"));
        assert!(typed("ten").unwrap_err().contains("digits"));
        assert!(typed("ten, please").unwrap_err().contains("digits"));
    }
}
