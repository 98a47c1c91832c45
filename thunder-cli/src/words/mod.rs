//! What is printed: pure functions from what the API says to text.

pub mod account;
pub mod channel;
pub mod closing;
pub mod distrust;
pub mod event;
#[cfg(test)]
pub mod fixtures;
pub mod history;
pub mod meter;
pub mod money;
pub mod node;
pub mod payment;
pub mod problem;
pub mod session;
pub mod size;
mod style;
mod table;
pub mod time;
pub mod traffic;
pub mod wallet;

pub use style::Style;
pub use table::table;

use thunder_channel::{Address, checksummed};

/// An address as people compare it: `0x7099…79C8`.
#[must_use]
pub fn short_address(address: Address) -> String {
    let whole = checksummed(address);
    match (whole.get(..6), whole.get(whole.len().saturating_sub(4)..)) {
        (Some(begin), Some(end)) => format!("{begin}…{end}"),
        _ => whole,
    }
}

/// A text that others wrote, fit for a terminal: nothing in it moves the cursor, changes colours or turns the writing around.
#[must_use]
pub fn plain(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => ' ',
            c if c.is_control() || turns(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// `1 channel`, `2 channels`.
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_short_and_comparable() {
        assert_eq!(short_address(fixtures::BOB.parse().unwrap()), "0x3C44…93BC");
    }

    #[test]
    fn what_others_wrote_cannot_steer_the_terminal() {
        assert_eq!(
            plain("tea\u{1b}[2J\u{202e}\n\u{e9}"),
            "tea\u{fffd}[2J\u{fffd} \u{e9}"
        );
    }

    #[test]
    fn one_and_many() {
        assert_eq!(
            (count(1, "peer"), count(0, "peer")),
            ("1 peer".to_owned(), "0 peers".to_owned())
        );
    }
}
