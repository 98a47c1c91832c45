//! What an amount is about worth in money, where the relay says what its token is. For the eyes: nothing is computed back from it.

use thunder_channel::Amount;

/// Digits of a price, before and behind the point together: with them the product with most amounts stays in 128 bits.
const MAX_DIGITS: usize = 10;

/// The price of one token: an exact decimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    currency: String,
    units: u128,
    digits: usize,
}

/// An amount of money, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth<'a> {
    /// ISO 4217, such as `EUR`.
    pub currency: &'a str,
    /// A decimal with every digit; how many are shown is the language's choice.
    pub decimal: String,
    /// Above nothing, and below a hundredth: rounded as usual it would be nothing.
    pub tiny: bool,
}

impl Price {
    /// Reads a currency such as `EUR` and a decimal such as `0.50`.
    #[must_use]
    pub fn parse(currency: &str, per_token: &str) -> Option<Self> {
        let (whole, fraction) = match per_token.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (per_token, ""),
        };
        let digital = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let good = currency.len() == 3
            && currency.bytes().all(|byte| byte.is_ascii_uppercase())
            && !whole.is_empty()
            && digital(whole)
            && digital(fraction)
            && whole.len() + fraction.len() <= MAX_DIGITS;
        let units = format!("{whole}{fraction}").parse().ok().filter(|_| good)?;
        Some(Self {
            currency: currency.to_owned(),
            units,
            digits: fraction.len(),
        })
    }

    /// What an amount of a token with so many decimals is worth; nothing where the product leaves 128 bits.
    #[must_use]
    pub fn worth(&self, amount: Amount, decimals: u8) -> Option<Worth<'_>> {
        let product = amount.units().checked_mul(self.units)?;
        let width = usize::from(decimals) + self.digits;
        let digits = format!("{product:0>at_least$}", at_least = width + 1);
        let (whole, fraction) = digits.split_at(digits.len() - width);
        let decimal = if fraction.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{fraction}")
        };
        let tiny = product > 0 && whole == "0" && fraction.starts_with("00");
        Some(Worth {
            currency: &self.currency,
            decimal,
            tiny,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(amount: &str, per_token: &str) -> (String, bool) {
        let price = Price::parse("EUR", per_token).unwrap();
        let worth = price.worth(Amount::parse(amount, 18).unwrap(), 18).unwrap();
        assert_eq!(worth.currency, "EUR");
        let trimmed = worth.decimal.trim_end_matches('0').trim_end_matches('.');
        (trimmed.to_owned(), worth.tiny)
    }

    #[test]
    fn worth_is_exact_until_it_is_shown() {
        assert_eq!(worth("2.4", "0.50"), ("1.2".to_owned(), false));
        assert_eq!(worth("0", "0.50"), ("0".to_owned(), false));
        assert_eq!(worth("0.01", "1"), ("0.01".to_owned(), false));
        assert_eq!(worth("0.0199", "0.50"), ("0.00995".to_owned(), true));
        assert_eq!(worth("1000000", "3000.01"), ("3000010000".to_owned(), false));
        assert!(worth("0.000000000000000001", "0.000000001").1);
        // A token without decimals, and more than anybody has.
        let price = Price::parse("USD", "2").unwrap();
        assert_eq!(price.worth(Amount::new(3).unwrap(), 0).unwrap().decimal, "6");
        let dear = Price::parse("USD", "9999999999").unwrap();
        assert_eq!(dear.worth(Amount::MAX, 0), None);
    }

    #[test]
    fn a_price_is_a_plain_decimal() {
        for (currency, per_token) in [
            ("EUR", ""),
            ("EUR", "."),
            ("EUR", ".5"),
            ("EUR", "1."),
            ("EUR", "-1"),
            ("EUR", "1e3"),
            ("EUR", "1,5"),
            ("EUR", "12345678901"),
            ("eur", "1"),
            ("EURO", "1"),
            ("€", "1"),
        ] {
            assert_eq!(Price::parse(currency, per_token), None, "{currency} {per_token}");
        }
    }
}
