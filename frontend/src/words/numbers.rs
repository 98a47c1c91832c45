//! Amounts and counts as the window's language writes them. Exact: nothing here rounds an amount of a channel.

use super::{Language, Locale, Plural};
use crate::state::config::{ClockMode, Token};
use thunder_channel::Amount;

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

/// A balance outside channels with its symbol, cut (not rounded) to five digits after the point: gas makes a wallet's balance long.
#[must_use]
pub fn cut(amount: Amount, token: &Token) -> String {
    const SHOWN: usize = 5;
    let display = amount.display(token.decimals);
    let (whole, fraction) = display.split_once('.').unwrap_or((&display, ""));
    let kept: String = fraction.chars().take(SHOWN).collect();
    grouped(&format!("{whole}.{kept}"))
}

/// A decimal with a point and without grouping, as this language writes it.
fn grouped(display: &str) -> String {
    let locale = Locale::current();
    let (whole, fraction) = display.split_once('.').unwrap_or((display, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut out = String::with_capacity(display.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(locale.group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(locale.decimal);
        out.push_str(fraction);
    }
    out
}

/// A count: `7,200`.
#[must_use]
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// About how many bytes: `950 bytes`, `1.2 kB`, `48 MB`, of a thousand each as prices are; cut to a tenth, not rounded.
#[must_use]
pub fn size(bytes: u64) -> String {
    const KILO: u64 = 1_000;
    const MEGA: u64 = 1_000_000;
    let tenths = |unit: u64| grouped(&format!("{}.{}", bytes / unit, bytes % unit / (unit / 10)));
    match bytes {
        0..KILO => {
            let word = match Language::current() {
                Language::English if bytes == 1 => "byte",
                Language::English => "bytes",
                Language::German => "Byte",
            };
            format!("{} {word}", count(bytes))
        }
        KILO..MEGA => format!("{} kB", tenths(KILO)),
        _ => format!("{} MB", tenths(MEGA)),
    }
}

/// Parts of a million as a percentage without its sign: `1`, `0.25`.
#[must_use]
pub fn percent(parts_per_million: u32) -> String {
    grouped(&format!(
        "{}.{:04}",
        parts_per_million / 10_000,
        parts_per_million % 10_000
    ))
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// Of the chain.
    Block,
    /// Of time.
    Second,
    /// Of time.
    Minute,
    /// Of time.
    Hour,
    /// Of time.
    Day,
    /// Of money.
    Payment,
    /// Between two sides.
    Channel,
}

impl Thing {
    const fn noun(self, language: Language, form: Plural) -> &'static str {
        use Plural::{One, Other};
        match (language, self, form) {
            (Language::English, Self::Block, One) => "block",
            (Language::English, Self::Block, Other) => "blocks",
            (Language::English, Self::Second, One) => "second",
            (Language::English, Self::Second, Other) => "seconds",
            (Language::English, Self::Minute, One) => "minute",
            (Language::English, Self::Minute, Other) => "minutes",
            (Language::English, Self::Hour, One) => "hour",
            (Language::English, Self::Hour, Other) => "hours",
            (Language::English, Self::Day, One) => "day",
            (Language::English, Self::Day, Other) => "days",
            (Language::English, Self::Payment, One) => "payment",
            (Language::English, Self::Payment, Other) => "payments",
            (Language::English, Self::Channel, One) => "channel",
            (Language::English, Self::Channel, Other) => "channels",
            (Language::German, Self::Block, One) => "Block",
            (Language::German, Self::Block, Other) => "Blöcke",
            (Language::German, Self::Second, One) => "Sekunde",
            (Language::German, Self::Second, Other) => "Sekunden",
            (Language::German, Self::Minute, One) => "Minute",
            (Language::German, Self::Minute, Other) => "Minuten",
            (Language::German, Self::Hour, One) => "Stunde",
            (Language::German, Self::Hour, Other) => "Stunden",
            (Language::German, Self::Day, One) => "Tag",
            (Language::German, Self::Day, Other) => "Tage",
            (Language::German, Self::Payment, One) => "Zahlung",
            (Language::German, Self::Payment, Other) => "Zahlungen",
            (Language::German, Self::Channel, One) => "Kanal",
            (Language::German, Self::Channel, Other) => "Kanäle",
        }
    }
}

/// `1 payment`, `2 payments`. Nothing in the app's sentences asks a noun for another case than the first or the fourth, which look alike.
#[must_use]
pub fn counted(number: u64, thing: Thing) -> String {
    let Locale { language, plural, .. } = Locale::current();
    format!("{} {}", count(number), thing.noun(language, plural(number)))
}

/// What the hub's clock counts, many of it.
#[must_use]
pub fn tick_unit(clock: ClockMode) -> &'static str {
    tick(clock).noun(Language::current(), Plural::Other)
}

const fn tick(clock: ClockMode) -> Thing {
    match clock {
        ClockMode::Blocks => Thing::Block,
        ClockMode::Seconds => Thing::Second,
    }
}

/// `1 block`, `100 blocks`, or the same in seconds, by the hub's clock.
#[must_use]
pub fn ticks(number: u64, clock: ClockMode) -> String {
    counted(number, tick(clock))
}

/// The same and about how long that is, where the clock does not count seconds anyway.
#[must_use]
pub fn ticks_about(number: u64, clock: ClockMode) -> String {
    match clock {
        ClockMode::Blocks => format!("{} ({})", ticks(number, clock), about(number, clock)),
        ClockMode::Seconds => about(number, clock),
    }
}

/// About how long so many ticks of the hub's clock take.
#[must_use]
pub fn about(number: u64, clock: ClockMode) -> String {
    duration(number.saturating_mul(clock.seconds_per_tick()))
}

/// `about 20 minutes`
#[must_use]
pub fn duration(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let about = match Language::current() {
        Language::English => "about",
        Language::German => "etwa",
    };
    match seconds {
        0..MINUTE => counted(seconds, Thing::Second),
        MINUTE..HOUR => format!("{about} {}", counted(seconds.div_ceil(MINUTE), Thing::Minute)),
        HOUR..DAY => format!("{about} {}", counted(seconds.div_ceil(HOUR), Thing::Hour)),
        _ => format!("{about} {}", counted(seconds.div_ceil(DAY), Thing::Day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::locale::GERMAN;
    use thunder_channel::Address;

    fn thd() -> Token {
        Token {
            address: Address::repeat_byte(1),
            symbol: "THD".into(),
            name: "Thunder Dollar".into(),
            decimals: 18,
            price: None,
        }
    }

    fn parse(text: &str) -> Amount {
        Amount::parse(text, 18).unwrap()
    }

    #[test]
    fn bytes_are_said_in_the_unit_that_prices_are_in() {
        let said = [0, 1, 999, 1_000, 1_260, 999_999, 1_000_000, 48_990_000, u64::MAX].map(size);
        assert_eq!(
            said,
            [
                "0 bytes",
                "1 byte",
                "999 bytes",
                "1 kB",
                "1.2 kB",
                "999.9 kB",
                "1 MB",
                "48.9 MB",
                "18,446,744,073,709.5 MB"
            ]
        );
        assert_eq!(
            [10_000, 2_500, 1, 100_000].map(percent),
            ["1", "0.25", "0.0001", "10"]
        );
    }

    #[test]
    fn amounts_are_exact_and_grouped() {
        let say = |text: &str| money(parse(text), &thd());
        assert_eq!(say("80"), "80 THD");
        assert_eq!(say("10000"), "10,000 THD");
        assert_eq!(
            say("1234567.000000000000000001"),
            "1,234,567.000000000000000001 THD"
        );
        assert_eq!(say("0"), "0 THD");
        assert_eq!(say("999"), "999 THD");
        assert_eq!(say("1000"), "1,000 THD");
        GERMAN.adopt();
        assert_eq!(say("1234567.5"), "1.234.567,5 THD");
        assert_eq!(cut(parse("9999.999999999"), &thd()), "9.999,99999");
    }

    #[test]
    fn worth_is_said_where_there_is_a_price() {
        let amount = parse("2.4");
        assert_eq!(worth(amount, &thd()), None);
        let priced = Token {
            price: crate::state::price::Price::parse("EUR", "0.50"),
            ..thd()
        };
        assert!(worth(amount, &priced).unwrap().starts_with("≈ EUR 1.20"));
    }

    #[test]
    fn wallet_balances_are_cut_not_rounded() {
        assert_eq!(cut(parse("9999.999999999"), &thd()), "9,999.99999");
        assert_eq!(cut(parse("10000"), &thd()), "10,000");
        assert_eq!(cut(parse("0.000001"), &thd()), "0");
        assert_eq!(cut(parse("1.100001"), &thd()), "1.1");
    }

    #[test]
    fn blocks_are_said_in_time_too() {
        assert_eq!(ticks(1, ClockMode::Blocks), "1 block");
        assert_eq!(ticks(7200, ClockMode::Blocks), "7,200 blocks");
        assert_eq!(about(100, ClockMode::Blocks), "about 20 minutes");
        assert_eq!(about(7200, ClockMode::Blocks), "about 1 day");
        assert_eq!(about(30, ClockMode::Seconds), "30 seconds");
        assert_eq!(about(u64::MAX, ClockMode::Blocks), duration(u64::MAX));
        assert_eq!(
            ticks_about(100, ClockMode::Blocks),
            "100 blocks (about 20 minutes)"
        );
        assert_eq!(ticks_about(30, ClockMode::Seconds), "30 seconds");
        GERMAN.adopt();
        assert_eq!(ticks(1, ClockMode::Blocks), "1 Block");
        assert_eq!(ticks(7200, ClockMode::Blocks), "7.200 Blöcke");
        assert_eq!(about(7200, ClockMode::Blocks), "etwa 1 Tag");
        assert_eq!(tick_unit(ClockMode::Seconds), "Sekunden");
    }
}
