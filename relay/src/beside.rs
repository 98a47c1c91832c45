//! What an operator can say beside the deployment, for the app: a block explorer, paywalls that it may fetch from, providers that it may
//! download from, and what tokens are worth.

use crate::{
    config::AddressBook,
    origin::{NotAnOrigin, parse_origin},
};
use serde::Serialize;
use std::str::FromStr;
use thiserror::Error;
use thunder_channel::Address;
use url::Url;

/// The address of a block explorer, without a slash at its end. Pages follow EIP-3091: `/tx/…`, `/address/…`, `/block/…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Explorer(String);

/// A text that is no explorer's address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not an explorer's address; it looks like https://explorer.example, without a question mark or #"
)]
pub struct NotAnExplorer(String);

impl FromStr for Explorer {
    type Err = NotAnExplorer;

    fn from_str(text: &str) -> Result<Self, NotAnExplorer> {
        let url = Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        let url = url.ok_or_else(|| NotAnExplorer(text.to_owned()))?;
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

/// The origin of a paywall that the app may fetch from, such as `https://shop.example`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Paywall(pub(crate) String);

impl FromStr for Paywall {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        parse_origin(text)
            .map(Self)
            .ok_or_else(|| NotAnOrigin(text.to_owned()))
    }
}

/// The origin at which a provider of metered downloads lets pages in, such as `wss://node.example:2080`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Provider(pub(crate) String);

/// A text that is no provider's origin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not the origin of a provider; it looks like wss://node.example:2080 or ws://127.0.0.1:2080"
)]
pub struct NotAProvider(String);

impl FromStr for Provider {
    type Err = NotAProvider;

    fn from_str(text: &str) -> Result<Self, NotAProvider> {
        // A WebSocket's origin is written as that of the page that it would serve.
        let origin = text
            .strip_prefix("ws")
            .and_then(|rest| parse_origin(&format!("http{rest}")))
            .and_then(|origin| Some(format!("ws{}", origin.strip_prefix("http")?)));
        origin.map(Self).ok_or_else(|| NotAProvider(text.to_owned()))
    }
}

/// What one token is worth, as the operator says. For people's eyes only: no amount is ever computed back from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// The token; zero is ether.
    pub token: Address,
    /// ISO 4217, such as `EUR`.
    pub currency: String,
    /// An exact decimal, such as `0.50`.
    pub per_token: String,
}

/// A price that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PriceError {
    /// Not of the form.
    #[error("the price {0:?} is not understood: it looks like THD=0.50EUR, with at most {MAX_DIGITS} digits")]
    Form(String),
    /// No such token.
    #[error("the price {0:?} is of a token that the address book does not have; it has {1}")]
    Token(String, String),
}

/// Digits of a price, before and behind the point together. With them the app's product of price and amount stays exact.
pub const MAX_DIGITS: usize = 10;

impl Price {
    /// Reads `THD=0.50EUR`, of a token of the address book, or of ether as `ETH`.
    ///
    /// # Errors
    /// [`PriceError`], in words for the operator.
    pub fn parse(text: &str, book: &AddressBook) -> Result<Self, PriceError> {
        let (symbol, per_token, currency) =
            parts(text.trim()).ok_or_else(|| PriceError::Form(text.to_owned()))?;
        let known = book.tokens.iter().find(|token| token.symbol == symbol);
        let token = known
            .map(|token| token.address)
            .or_else(|| (symbol == "ETH").then(Address::zero));
        let symbols = || {
            let mut symbols: Vec<_> = book.tokens.iter().map(|token| token.symbol.as_str()).collect();
            symbols.push("ETH");
            symbols.join(", ")
        };
        Ok(Self {
            token: token.ok_or_else(|| PriceError::Token(text.to_owned(), symbols()))?,
            currency: currency.to_owned(),
            per_token: per_token.to_owned(),
        })
    }
}

/// Symbol, decimal and currency.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (symbol, rest) = text.split_once('=')?;
    let (number, currency) = rest.split_at_checked(rest.len().checked_sub(3)?)?;
    let number = number.trim_end();
    let (whole, fraction) = match number.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (number, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let good = !symbol.is_empty()
        && !whole.is_empty()
        && digits(whole)
        && digits(fraction)
        && whole.len() + fraction.len() <= MAX_DIGITS
        && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    good.then_some((symbol, number, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_a_websockets_origin() {
        let read = |text: &str| text.parse::<Provider>().map(|Provider(origin)| origin);
        assert_eq!(read("wss://node.example").as_deref(), Ok("wss://node.example"));
        assert_eq!(read("ws://127.0.0.1:2080").as_deref(), Ok("ws://127.0.0.1:2080"));
        for bad in [
            "",
            "ws",
            "https://node.example",
            "wss://node.example/",
            "wss://node.example/downloads",
            "ws://a@b",
            "ws://x; script-src *",
            "wsx://y",
        ] {
            assert!(
                read(bad)
                    .unwrap_err()
                    .to_string()
                    .contains("wss://node.example:2080"),
                "{bad}"
            );
        }
    }

    #[test]
    fn an_explorer_is_a_web_address() {
        let read = |text: &str| text.parse::<Explorer>().map(|explorer| explorer.0);
        assert_eq!(
            read("https://explorer.example/"),
            Ok("https://explorer.example".into())
        );
        assert_eq!(
            read("http://localhost:4000/chain"),
            Ok("http://localhost:4000/chain".into())
        );
        for wrong in [
            "",
            "explorer.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://explorer.example",
            "https://",
            "https://me:secret@explorer.example",
            "https://explorer.example/?q=",
            "https://explorer.example/#/",
        ] {
            assert_eq!(read(wrong), Err(NotAnExplorer(wrong.into())));
        }
    }

    #[test]
    fn a_price_is_an_exact_decimal_of_a_known_token() {
        let book: AddressBook = serde_json::from_value(serde_json::json!({
            "chainId": 1, "hub": Address::repeat_byte(1), "deploymentBlock": 1, "clockMode": "mode=timestamp",
            "tokens": [{"address": Address::repeat_byte(2), "symbol": "THD", "name": "Thunder Dollar", "decimals": 18}],
        }))
        .unwrap();
        let read = |text: &str| Price::parse(text, &book);
        let thd = read("THD=0.50EUR").unwrap();
        assert_eq!(
            (thd.token, thd.per_token.as_str(), thd.currency.as_str()),
            (Address::repeat_byte(2), "0.50", "EUR")
        );
        assert_eq!(read("ETH=3000 USD").unwrap().token, Address::zero());
        for wrong in [
            "",
            "THD",
            "THD=EUR",
            "THD=1",
            "THD=1eur",
            "THD=-1EUR",
            "THD=1e3EUR",
            "THD=.5EUR",
            "THD=1.EUR",
            "THD=1,5EUR",
            "=1EUR",
            "THD=12345678901EUR",
            "THD=1€",
        ] {
            assert_eq!(read(wrong), Err(PriceError::Form(wrong.into())), "{wrong}");
        }
        assert!(
            read("BTC=1EUR")
                .unwrap_err()
                .to_string()
                .contains("it has THD, ETH")
        );
    }
}
