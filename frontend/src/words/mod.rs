//! How numbers, addresses and times are said on the screen. Exact: nothing here rounds an amount of a channel.

mod locale;

pub use locale::Locale;

use crate::state::config::{ClockMode, Token};
use thunder_channel::{Address, Amount, checksummed};

/// An amount with its symbol, every digit that is not zero, thousands grouped: `10,000.5 THD`.
#[must_use]
pub fn money(amount: Amount, token: &Token) -> String {
    format!("{} {}", number(amount, token), token.symbol)
}

/// What an amount is about worth in money, where its token has a price: `≈ €1.20`.
#[must_use]
pub fn worth(amount: Amount, token: &Token) -> Option<String> {
    let worth = token.price.as_ref()?.worth(amount, token.decimals)?;
    let written = (Locale::current().currency)(&worth.decimal, worth.currency, worth.tiny);
    Some(format!("≈ {written}"))
}

/// The amount alone, thousands grouped.
#[must_use]
pub fn number(amount: Amount, token: &Token) -> String {
    grouped(&amount.display(token.decimals))
}

/// A balance outside channels, cut (not rounded) to five digits after the point: gas makes a wallet's balance long.
#[must_use]
pub fn cut(display: &str) -> String {
    const SHOWN: usize = 5;
    let (whole, fraction) = display.split_once('.').unwrap_or((display, ""));
    let kept: String = fraction.chars().take(SHOWN).collect();
    let kept = kept.trim_end_matches('0');
    if kept.is_empty() {
        grouped(whole)
    } else {
        format!("{}.{kept}", grouped(whole))
    }
}

fn grouped(display: &str) -> String {
    let (whole, fraction) = display.split_once('.').unwrap_or((display, ""));
    let mut out = String::with_capacity(display.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

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

/// `1 block`, `100 blocks`, or the same in seconds, by the hub's clock.
#[must_use]
pub fn ticks(count: u64, clock: ClockMode) -> String {
    let unit = match clock {
        ClockMode::Blocks => "block",
        ClockMode::Seconds => "second",
    };
    plural(count, unit)
}

/// About how long so many ticks of the hub's clock take.
#[must_use]
pub fn about(count: u64, clock: ClockMode) -> String {
    duration(count.saturating_mul(clock.seconds_per_tick()))
}

/// `about 20 minutes`
#[must_use]
pub fn duration(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    match seconds {
        0..MINUTE => plural(seconds, "second"),
        MINUTE..HOUR => format!("about {}", plural(seconds.div_ceil(MINUTE), "minute")),
        HOUR..DAY => format!("about {}", plural(seconds.div_ceil(HOUR), "hour")),
        _ => format!("about {}", plural(seconds.div_ceil(DAY), "day")),
    }
}

/// `1 payment`, `2 payments`
#[must_use]
pub fn plural(count: u64, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{} {noun}s", grouped(&count.to_string()))
    }
}

/// A refusal as a sentence: first letter large, a full stop at the end.
#[must_use]
pub fn sentence(words: &str) -> String {
    let mut chars = words.trim().chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let mut out: String = first.to_uppercase().chain(chars).collect();
    if !out.ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thd() -> Token {
        Token {
            address: Address::repeat_byte(1),
            symbol: "THD".into(),
            name: "Thunder Dollar".into(),
            decimals: 18,
            price: None,
        }
    }

    #[test]
    fn worth_is_said_where_there_is_a_price() {
        let amount = Amount::parse("2.4", 18).unwrap();
        assert_eq!(worth(amount, &thd()), None);
        let priced = Token {
            price: crate::state::price::Price::parse("EUR", "0.50"),
            ..thd()
        };
        assert!(worth(amount, &priced).unwrap().starts_with("≈ EUR 1.20"));
    }

    #[test]
    fn amounts_are_exact_and_grouped() {
        let say = |text: &str| money(Amount::parse(text, 18).unwrap(), &thd());
        assert_eq!(say("80"), "80 THD");
        assert_eq!(say("10000"), "10,000 THD");
        assert_eq!(
            say("1234567.000000000000000001"),
            "1,234,567.000000000000000001 THD"
        );
        assert_eq!(say("0"), "0 THD");
        assert_eq!(say("999"), "999 THD");
        assert_eq!(say("1000"), "1,000 THD");
    }

    #[test]
    fn wallet_balances_are_cut_not_rounded() {
        assert_eq!(cut("9999.999999999"), "9,999.99999");
        assert_eq!(cut("10000"), "10,000");
        assert_eq!(cut("0.000001"), "0");
    }

    #[test]
    fn addresses_are_short_enough_to_compare() {
        let address = thunder_channel::parse_address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8").unwrap();
        assert_eq!(short(address), "0x7099…79C8");
        assert_eq!(shortened("0x12"), "0x12");
        assert_eq!(shortened("0x12345678ä9012345"), "0x1234…2345");
    }

    #[test]
    fn blocks_are_said_in_time_too() {
        assert_eq!(ticks(1, ClockMode::Blocks), "1 block");
        assert_eq!(ticks(7200, ClockMode::Blocks), "7,200 blocks");
        assert_eq!(about(100, ClockMode::Blocks), "about 20 minutes");
        assert_eq!(about(7200, ClockMode::Blocks), "about 1 day");
        assert_eq!(about(30, ClockMode::Seconds), "30 seconds");
        assert_eq!(about(u64::MAX, ClockMode::Blocks), duration(u64::MAX));
    }

    #[test]
    fn refusals_read_as_sentences() {
        assert_eq!(sentence("enter an amount"), "Enter an amount.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(" "), "");
    }
}
