//! The few things that are said to THD, spelt by hand: the libraries that know contracts would add a minute to the first build of
//! these commands. The tests compare with those libraries.

use std::fmt;

use serde_json::Value;

/// Digits behind the point, of THD as of ether.
const DECIMALS: usize = 18;
/// One THD, or one ether, in smallest units.
pub const ONE: u128 = 10u128.pow(18);

/// `faucet(address,uint256)`
const FAUCET: &str = "7b56c2b2";
/// `balanceOf(address)`
const BALANCE_OF: &str = "70a08231";

/// An account, as it was typed. Its capital letters are not checked: what is given away here is worth nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account(String);

impl Account {
    /// Reads an address.
    ///
    /// # Errors
    /// Words for whoever typed it.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix("0x") {
            Some(digits) if digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Ok(Self(digits.to_owned()))
            }
            _ => Err("an address is 0x and 40 characters of 0-9 and a-f".to_owned()),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", self.0)
    }
}

/// An amount in smallest units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units(pub u128);

impl Units {
    /// Reads an amount as a person types it, such as `0.5`.
    ///
    /// # Errors
    /// Words for whoever typed it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > DECIMALS {
            return Err(format!(
                "an amount is written in digits, such as 100 or 0.5, with at most {DECIMALS} behind the point"
            ));
        }
        match format!("{whole}{fraction:0<DECIMALS$}").parse() {
            Ok(0) => Err("an amount is above 0".to_owned()),
            Ok(units) => Ok(Self(units)),
            Err(_) => Err("that is more than there is".to_owned()),
        }
    }

    /// Reads a number as a contract returns it; nothing if it is none, or more than anybody has.
    #[must_use]
    pub fn of_word(word: &Value) -> Option<Self> {
        let digits = word.as_str()?.strip_prefix("0x")?;
        u128::from_str_radix(digits, 16).ok().map(Self)
    }

    /// As JSON-RPC has it.
    #[must_use]
    pub fn hex(self) -> String {
        format!("{:#x}", self.0)
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / ONE, self.0 % ONE);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let fraction = format!("{rest:0DECIMALS$}");
        write!(f, "{whole}.{}", fraction.trim_end_matches('0'))
    }
}

/// Make so much for an account.
#[must_use]
pub fn faucet(to: &Account, amount: Units) -> String {
    format!("0x{FAUCET}{}{:064x}", word(to), amount.0)
}

/// What an account has.
#[must_use]
pub fn balance_of(account: &Account) -> String {
    format!("0x{BALANCE_OF}{}", word(account))
}

fn word(account: &Account) -> String {
    format!("{:0>64}", account.0.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use thunder_channel::{Amount, parse_address};
    use thunder_ethereum::{Call, Token};

    const BOB: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    fn hex(call: &Call) -> String {
        let bytes = call.data.iter().map(|byte| format!("{byte:02x}"));
        format!("0x{}", bytes.collect::<String>())
    }

    #[test]
    fn the_calls_are_the_librarys() {
        let (bob, account) = (parse_address(BOB).unwrap(), Account::parse(BOB).unwrap());
        let token = Token::new(bob);
        let amount = Units::parse("1.5").unwrap();
        assert_eq!(
            faucet(&account, amount),
            hex(&token.faucet(bob, Amount::new(amount.0).unwrap()))
        );
        assert_eq!(balance_of(&account), hex(&token.balance_of(bob)));
    }

    #[test]
    fn amounts_are_read_and_spelt_as_everywhere() {
        for text in ["1", "100", "0.5", "1.50", "007", "0.000000000000000001", "10000"] {
            let units = Units::parse(text).unwrap();
            let amount = Amount::parse(text, 18).unwrap();
            assert_eq!(units.0, amount.units(), "{text}");
            assert_eq!(units.to_string(), amount.display(18), "{text}");
        }
        for text in [
            "",
            "0",
            ".",
            "-1",
            "1,5",
            "1e3",
            "1.2.3",
            "0.0000000000000000001",
            &"9".repeat(60),
        ] {
            assert!(Units::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_account_is_forty_digits() {
        assert_eq!(Account::parse(BOB).unwrap().to_string(), BOB);
        for text in ["", "0x", &BOB[2..], &BOB[..41], "alice.eth"] {
            assert!(Account::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_word_is_a_number_or_nothing() {
        assert_eq!(Units::of_word(&json!(format!("0x{:064x}", 7))), Some(Units(7)));
        for word in [
            json!("0x"),
            json!(null),
            json!("7"),
            json!(format!("0x{}", "f".repeat(64))),
        ] {
            assert_eq!(Units::of_word(&word), None, "{word}");
        }
    }
}
