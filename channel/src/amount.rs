//! Amounts of money: integers in the token's smallest unit, never floating point.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// The largest amount the hub can hold: `uint96`.
pub const MAX_AMOUNT: u128 = (1 << 96) - 1;

/// An amount in the token's smallest unit, at most [`MAX_AMOUNT`]. A decimal string in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u128);

/// Why a text or number is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("enter an amount")]
    Empty,
    /// A minus sign.
    #[error("an amount cannot be negative")]
    Negative,
    /// Something other than digits and one decimal point.
    #[error("enter an amount in digits, for example 12.5")]
    NotANumber,
    /// More digits behind the point than the token has.
    #[error("this token has at most {0} digits after the point")]
    TooManyDecimals(u8),
    /// Above [`MAX_AMOUNT`].
    #[error("this is more than a channel can hold")]
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The most a channel can hold.
    pub const MAX: Self = Self(MAX_AMOUNT);

    /// An amount of `units` smallest units.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] above [`MAX_AMOUNT`].
    pub const fn new(units: u128) -> Result<Self, AmountError> {
        if units > MAX_AMOUNT {
            Err(AmountError::TooLarge)
        } else {
            Ok(Self(units))
        }
    }

    /// The number of smallest units.
    #[must_use]
    pub const fn units(self) -> u128 {
        self.0
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` above [`MAX_AMOUNT`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0 + other.0).ok()
    }

    /// The difference, or `None` below zero.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The difference, or nothing below zero.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The nearest amount to a signed number of units: what the hub's clamping does.
    #[must_use]
    pub fn clamped(units: i128) -> Self {
        Self(u128::try_from(units).unwrap_or(0).min(MAX_AMOUNT))
    }

    /// Reads what a person typed, such as `12.5`, for a token with `decimals` digits behind the point. Exact.
    ///
    /// # Errors
    /// [`AmountError`] in words for the person. Zero is an amount; whether it makes sense is the caller's question.
    pub fn parse(text: &str, decimals: u8) -> Result<Self, AmountError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        if text.starts_with('-') || text.starts_with('\u{2212}') {
            return Err(AmountError::Negative);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(AmountError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        let missing = usize::from(decimals)
            .checked_sub(fraction.len())
            .ok_or(AmountError::TooManyDecimals(decimals))?;
        let all = format!("{whole}{fraction}{}", "0".repeat(missing));
        let significant = all.trim_start_matches('0');
        if significant.is_empty() {
            return Ok(Self::ZERO);
        }
        significant
            .parse()
            .map_err(|_| AmountError::TooLarge)
            .and_then(Self::new)
    }

    /// Spells the amount for a person, such as `12.5`: every digit that is not zero, no grouping.
    #[must_use]
    pub fn display(self, decimals: u8) -> String {
        let width = usize::from(decimals);
        let digits = format!("{:0>1$}", self.0, width + 1);
        let (whole, fraction) = digits.split_at(digits.len() - width);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{fraction}")
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Reads a number of smallest units in plain decimal, as JSON carries it: digits only, no sign, no leading zero.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        let canonical = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        if !canonical {
            return Err(AmountError::NotANumber);
        }
        text.parse()
            .map_err(|_| AmountError::TooLarge)
            .and_then(Self::new)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_exactly_what_is_typed() {
        assert_eq!(
            Amount::parse("12.5", 18).unwrap().units(),
            12_500_000_000_000_000_000
        );
        assert_eq!(Amount::parse(".5", 1).unwrap().units(), 5);
        assert_eq!(Amount::parse("5.", 1).unwrap().units(), 50);
        assert_eq!(Amount::parse("1.500", 1).unwrap().units(), 15);
        assert_eq!(Amount::parse("0", 18).unwrap(), Amount::ZERO);
        assert_eq!(Amount::parse("000", 0).unwrap(), Amount::ZERO);
    }

    #[test]
    fn says_what_is_wrong_with_an_amount() {
        assert_eq!(Amount::parse(" ", 18), Err(AmountError::Empty));
        assert_eq!(Amount::parse("-1", 18), Err(AmountError::Negative));
        assert_eq!(Amount::parse("1,5", 18), Err(AmountError::NotANumber));
        assert_eq!(Amount::parse("1e3", 18), Err(AmountError::NotANumber));
        assert_eq!(Amount::parse(".", 18), Err(AmountError::NotANumber));
        assert_eq!(Amount::parse("1.2.3", 18), Err(AmountError::NotANumber));
        assert_eq!(Amount::parse("0.001", 2), Err(AmountError::TooManyDecimals(2)));
        assert_eq!(
            Amount::parse("79228162514264337593543950336", 0),
            Err(AmountError::TooLarge)
        );
        assert_eq!(Amount::parse(&"9".repeat(60), 18), Err(AmountError::TooLarge));
        assert_eq!(Amount::parse("79228162514264337593543950335", 0), Ok(Amount::MAX));
    }

    #[test]
    fn json_takes_one_spelling_only() {
        for bad in [
            "\"\"", "\"01\"", "\"+1\"", "\"-1\"", "\"0x1\"", "\" 1\"", "1", "1.0",
        ] {
            assert!(serde_json::from_str::<Amount>(bad).is_err(), "{bad}");
        }
        assert_eq!(
            serde_json::to_string(&Amount::MAX).unwrap(),
            format!("\"{MAX_AMOUNT}\"")
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(units in 0..=MAX_AMOUNT, decimals in 0u8..30) {
            let amount = Amount::new(units).unwrap();
            prop_assert_eq!(Amount::parse(&amount.display(decimals), decimals), Ok(amount));
        }
    }
}
