//! Amounts with their token's sign, and read from what a person typed.

use thunder_api::Token;
use thunder_channel::{Address, Amount, parse_address};

use super::plain;
use crate::exit::Failure;

/// The money that the node knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens(pub Vec<Token>);

impl Tokens {
    /// `5 THD`. Of a token that the node does not know, the number of smallest units.
    #[must_use]
    pub fn money(&self, amount: Amount, token: Address) -> String {
        match self.known(token) {
            Some(token) => format!("{} {}", amount.display(token.decimals), plain(&token.symbol)),
            None => format!("{amount} units of {}", super::short_address(token)),
        }
    }

    /// The same with as many digits as a multiple of this grain, a power of ten, can have: `0.50 THD`.
    #[must_use]
    pub fn even(&self, amount: Amount, token: Address, grain: u128) -> String {
        let Some(token) = self.known(token) else {
            return self.money(amount, token);
        };
        let places = usize::from(token.decimals).saturating_sub(grain.ilog10() as usize);
        let text = amount.display(token.decimals);
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let point = if places == 0 { "" } else { "." };
        format!("{whole}{point}{fraction:0<places$} {}", plain(&token.symbol))
    }

    /// Reads an amount of a token.
    ///
    /// # Errors
    /// [`Failure::Usage`] with what was typed and what is wrong.
    pub fn read(&self, text: &str, token: Address) -> Result<Amount, Failure> {
        let Some(token) = self.known(token) else {
            return Err(Failure::Usage(format!(
                "the node does not know how many digits the token {} has; it knows {}",
                super::short_address(token),
                self.names()
            )));
        };
        Amount::parse(text, token.decimals)
            .map_err(|error| Failure::Usage(format!("{:?}: {error}", plain(text))))
    }

    /// The same, and nothing is not enough.
    ///
    /// # Errors
    /// [`Failure::Usage`] with what was typed and what is wrong.
    pub fn read_some(&self, text: &str, token: Address) -> Result<Amount, Failure> {
        let amount = self.read(text, token)?;
        if amount.is_zero() {
            return Err(Failure::Usage("enter an amount above 0".to_owned()));
        }
        Ok(amount)
    }

    /// The token of a sign or an address; the first one if nothing was said.
    ///
    /// # Errors
    /// [`Failure::Usage`] with those that there are.
    pub fn find(&self, text: Option<&str>) -> Result<&Token, Failure> {
        let Some(text) = text else {
            return self
                .0
                .first()
                .ok_or_else(|| Failure::Strange("the daemon names no money at all".to_owned()));
        };
        let address = parse_address(text).ok();
        let meant =
            |token: &&Token| Some(token.address) == address || token.symbol.eq_ignore_ascii_case(text);
        self.0.iter().find(meant).ok_or_else(|| {
            Failure::Usage(format!(
                "the node does not know the token {text}; it knows {}",
                self.names()
            ))
        })
    }

    /// Signs, separated by commas.
    #[must_use]
    pub fn names(&self) -> String {
        let signs: Vec<String> = self.0.iter().map(|token| plain(&token.symbol)).collect();
        signs.join(", ")
    }

    fn known(&self, token: Address) -> Option<&Token> {
        self.0.iter().find(|known| known.address == token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{THD, tokens, units};

    fn thd() -> Address {
        THD.parse().unwrap()
    }

    #[test]
    fn amounts_have_the_tokens_digits() {
        assert_eq!(tokens().money(units("1500000000000000000"), thd()), "1.5 THD");
        assert_eq!(
            tokens().money(units("1"), Address::zero()),
            "0.000000000000000001 ETH"
        );
        assert_eq!(
            tokens().money(units("7"), Address::repeat_byte(1)),
            "7 units of 0x0101…0101"
        );
        assert_eq!(tokens().read("1.5", thd()).unwrap(), units("1500000000000000000"));
    }

    #[test]
    fn even_amounts_have_their_zeros() {
        let even = |amount, grain| tokens().even(units(amount), thd(), grain);
        assert_eq!(even("500000000000000000", 10u128.pow(16)), "0.50 THD");
        assert_eq!(even("2000000000000000000", 10u128.pow(14)), "2.0000 THD");
        assert_eq!(even("2000000000000000000", 10u128.pow(18)), "2 THD");
        assert_eq!(even("7", 1), "0.000000000000000007 THD");
    }

    #[test]
    fn what_is_wrong_with_an_amount_is_said() {
        for (text, words) in [
            ("1,5", "in digits"),
            ("-1", "negative"),
            ("0.0000000000000000001", "at most 18 digits"),
            ("0", "above 0"),
        ] {
            let failure = tokens().read_some(text, thd()).unwrap_err();
            assert!(
                matches!(failure, Failure::Usage(_)) && failure.to_string().contains(words),
                "{failure}"
            );
        }
        let failure = tokens()
            .read("1", Address::repeat_byte(1))
            .unwrap_err()
            .to_string();
        assert!(failure.contains("THD, ETH"), "{failure}");
    }

    #[test]
    fn a_token_is_found_by_sign_and_by_address() {
        assert_eq!(tokens().find(None).unwrap().symbol, "THD");
        assert_eq!(tokens().find(Some("eth")).unwrap().address, Address::zero());
        assert_eq!(tokens().find(Some(THD)).unwrap().symbol, "THD");
        let failure = tokens().find(Some("DAI")).unwrap_err().to_string();
        assert!(
            failure.contains("DAI") && failure.contains("THD, ETH"),
            "{failure}"
        );
        assert!(matches!(Tokens(Vec::new()).find(None), Err(Failure::Strange(_))));
    }
}
