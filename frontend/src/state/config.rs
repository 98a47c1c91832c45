//! What the relay says about the deployment in `/config.json`, parsed strictly: the app starts with all of it or not at all.

use super::{explorer::Explorer, price::Price};
use crate::words::say;
use serde::Deserialize;
use std::ops::RangeInclusive;
use thiserror::Error;
use thunder_channel::{Address, Bytes32, Domain};

/// Chain id of the local chains on which development aids are offered.
pub const DEVELOPMENT_CHAIN: u64 = 31337;

/// A deployment of the hub and how to reach its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppConfig {
    /// Chain and hub: where signatures are good.
    pub domain: Domain,
    /// Hash of block 0: tells a fresh development chain from the former one.
    pub genesis: Bytes32,
    /// The block from which the hub's events are read.
    pub deployment_block: u64,
    /// What the hub's clock counts.
    pub clock: ClockMode,
    /// The tokens that channels are offered in; ether is last.
    pub tokens: Vec<Token>,
    /// The app's own way to the chain.
    pub rpc_url: String,
    /// How deep a deposit must be to count.
    pub confirmations: u64,
    /// Whether the relay runs a watchtower.
    pub watchtower: bool,
    /// Whether the relay runs for development.
    pub development: bool,
    /// Where transactions and addresses can be looked up.
    pub explorer: Option<Explorer>,
    /// The origins of paywalls that this page may fetch from.
    pub paywalls: Vec<String>,
    /// The contract of metered sessions, where there is one.
    pub sessions: Option<Address>,
    /// The origins of providers that this page may download from; none without the contract.
    pub providers: Vec<String>,
}

/// A token that channels are offered in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Token {
    /// The contract; zero is ether.
    pub address: Address,
    /// Such as `THD`.
    pub symbol: String,
    /// Such as `Thunder Dollar`.
    pub name: String,
    /// Digits behind the point.
    pub decimals: u8,
    /// What one is worth, if the relay says so.
    #[serde(skip)]
    pub price: Option<Price>,
}

/// What the hub's clock counts (ERC-6372).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMode {
    /// Blocks.
    Blocks,
    /// Seconds since 1970.
    Seconds,
}

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Not the JSON that it has to be.
    #[error("the relay's configuration is not understandable: {0}")]
    Form(#[from] serde_json::Error),
    /// A value that makes no sense.
    #[error("the relay's configuration is not usable: {0}")]
    Value(&'static str),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    chain_id: u64,
    genesis_hash: Bytes32,
    hub: Address,
    deployment_block: u64,
    clock_mode: String,
    tokens: Vec<Token>,
    rpc_url: String,
    confirmations: u64,
    /// An older relay does not say.
    #[serde(default)]
    watchtower: bool,
    development: bool,
    explorer: Option<String>,
    #[serde(default)]
    paywalls: Vec<String>,
    sessions: Option<Address>,
    #[serde(default)]
    providers: Vec<String>,
    #[serde(default)]
    prices: Vec<RawPrice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPrice {
    token: Address,
    currency: String,
    per_token: String,
}

impl AppConfig {
    /// Reads `/config.json`.
    ///
    /// # Errors
    /// [`ConfigError`] names what is missing or makes no sense.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let raw: Raw = serde_json::from_str(text)?;
        if raw.hub.is_zero() {
            return Err(ConfigError::Value("the hub is the zero address"));
        }
        if !raw.rpc_url.starts_with("http://") && !raw.rpc_url.starts_with("https://") {
            return Err(ConfigError::Value("the chain's address does not begin with http"));
        }
        // 10^28 is the largest power of ten that a channel's amounts can hold one of.
        if raw
            .tokens
            .iter()
            .any(|token| token.decimals > 28 || token.symbol.is_empty())
        {
            return Err(ConfigError::Value(
                "a token has no symbol or more than 28 decimals",
            ));
        }
        let explorer = raw.explorer.map(|text| {
            Explorer::parse(&text).ok_or(ConfigError::Value(
                "the block explorer's address is no web address",
            ))
        });
        let mut tokens = raw.tokens;
        tokens.retain(|token| !token.address.is_zero());
        tokens.push(Token::ether());
        for raw in raw.prices {
            let price = Price::parse(&raw.currency, &raw.per_token);
            let price = price.ok_or(ConfigError::Value("a price is no decimal of a currency"))?;
            let priced = tokens.iter_mut().find(|token| token.address == raw.token);
            priced.ok_or(ConfigError::Value("a price is of no token"))?.price = Some(price);
        }
        Ok(Self {
            domain: Domain {
                chain_id: raw.chain_id,
                hub: raw.hub,
            },
            genesis: raw.genesis_hash,
            deployment_block: raw.deployment_block,
            clock: ClockMode::parse(&raw.clock_mode).ok_or(ConfigError::Value(
                "the hub's clock counts neither blocks nor seconds",
            ))?,
            tokens,
            rpc_url: raw.rpc_url,
            confirmations: raw.confirmations,
            watchtower: raw.watchtower,
            development: raw.development,
            explorer: explorer.transpose()?,
            paywalls: raw.paywalls,
            providers: raw.sessions.map_or_else(Vec::new, |_| raw.providers),
            sessions: raw.sessions,
        })
    }

    /// Whether development aids are offered: never by the relay's word alone.
    #[must_use]
    pub const fn is_development(&self) -> bool {
        self.development && self.domain.chain_id == DEVELOPMENT_CHAIN
    }

    /// How a token is shown. One that is not in the configuration is shown by its address, in its smallest unit.
    #[must_use]
    pub fn token(&self, address: Address) -> Token {
        let known = self.tokens.iter().find(|token| token.address == address);
        known.cloned().unwrap_or_else(|| Token {
            address,
            symbol: crate::words::short(address),
            name: say::unknown_token().to_owned(),
            decimals: 0,
            price: None,
        })
    }

    /// The finalization period offered first: a hundred blocks where blocks are mined on request, elsewhere a day.
    #[must_use]
    pub const fn usual_period(&self) -> u32 {
        const DAY: u64 = 24 * 60 * 60;
        if self.is_development() {
            100
        } else {
            // At most 86,400.
            #[allow(clippy::cast_possible_truncation)]
            let period = (DAY / self.clock.seconds_per_tick()) as u32;
            period
        }
    }

    /// The finalization periods that are safe to accept: on a real chain at least an hour, and at most a month of waiting.
    #[must_use]
    pub const fn periods(&self) -> RangeInclusive<u32> {
        const HOUR: u64 = 60 * 60;
        if self.is_development() {
            return 1..=1_000_000;
        }
        let tick = self.clock.seconds_per_tick();
        // At most 2,592,000.
        #[allow(clippy::cast_possible_truncation)]
        let (least, most) = ((HOUR / tick) as u32, (30 * 24 * HOUR / tick) as u32);
        least..=most
    }

    /// The chain's name, where it has a usual one.
    #[must_use]
    pub fn network_name(&self) -> String {
        match self.domain.chain_id {
            1 => "Ethereum".to_owned(),
            11_155_111 => "Sepolia".to_owned(),
            DEVELOPMENT_CHAIN => say::network_local().to_owned(),
            other => say::network_other(&other.to_string()),
        }
    }
}

impl Token {
    /// The chain's own coin.
    #[must_use]
    pub fn ether() -> Self {
        Self {
            address: Address::zero(),
            symbol: "ETH".to_owned(),
            name: "Ether".to_owned(),
            decimals: 18,
            price: None,
        }
    }
}

impl ClockMode {
    /// Reads ERC-6372's `CLOCK_MODE()`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.split('&').find_map(|pair| match pair {
            "mode=blocknumber" => Some(Self::Blocks),
            "mode=timestamp" => Some(Self::Seconds),
            _ => None,
        })
    }

    /// How long one tick takes, for saying periods in time: Ethereum's slot for blocks.
    #[must_use]
    pub const fn seconds_per_tick(self) -> u64 {
        match self {
            Self::Blocks => 12,
            Self::Seconds => 1,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub const EXAMPLE: &str = r#"{"chainId":31337,"hub":"0x5FbDB2315678afecb367f032d93F642f64180aa3","deploymentBlock":1,
        "clockMode":"mode=blocknumber&from=default","genesisHash":"0x00000000000000000000000000000000000000000000000000000000000000aa",
        "rpcUrl":"http://localhost:8545","confirmations":0,"development":true,
        "tokens":[{"address":"0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512","symbol":"THD","name":"Thunder Dollar","decimals":18,"permitVersion":"1"}]}"#;

    /// [`EXAMPLE`], read.
    pub fn example() -> AppConfig {
        AppConfig::parse(EXAMPLE).unwrap()
    }

    #[test]
    fn reads_the_relays_configuration() {
        let config = AppConfig::parse(EXAMPLE).unwrap();
        assert_eq!(config.domain.chain_id, 31337);
        assert_eq!(config.clock, ClockMode::Blocks);
        assert!(config.is_development());
        assert!(!config.watchtower, "an older relay does not say");
        let tower = EXAMPLE.replacen('{', r#"{"watchtower":true,"#, 1);
        assert!(AppConfig::parse(&tower).unwrap().watchtower);
        assert_eq!(config.explorer, None, "not every chain has one");
        let explored = EXAMPLE.replacen('{', r#"{"explorer":"https://explorer.example","#, 1);
        assert_eq!(
            AppConfig::parse(&explored).unwrap().explorer,
            Explorer::parse("https://explorer.example")
        );
        let priced =
            |price: &str| AppConfig::parse(&EXAMPLE.replacen('{', &format!(r#"{{"prices":[{price}],"#), 1));
        let ether =
            r#"{"token":"0x0000000000000000000000000000000000000000","currency":"EUR","perToken":"3000.00"}"#;
        let tokens = priced(ether).unwrap().tokens;
        assert_eq!(
            (&tokens[0].price, &tokens[1].price),
            (&None, &Price::parse("EUR", "3000.00"))
        );
        assert!(priced(&ether.replace("3000.00", "3000,00")).is_err());
        assert!(priced(&ether.replace("0x00", "0x01")).is_err(), "of no token");
        assert_eq!(config.usual_period(), 100);
        let symbols: Vec<_> = config.tokens.iter().map(|token| token.symbol.as_str()).collect();
        assert_eq!(symbols, ["THD", "ETH"]);
        assert_eq!(config.token(Address::zero()).symbol, "ETH");
        assert_eq!(config.token(Address::repeat_byte(7)).decimals, 0);
    }

    #[test]
    fn refuses_what_it_cannot_use() {
        for (from, to) in [
            ("\"chainId\":31337", "\"chainId\":\"31337\""),
            ("\"chainId\":31337,", ""),
            ("mode=blocknumber", "mode=moon"),
            ("http://localhost:8545", "javascript:alert(1)"),
            ("0x5FbDB2315678afecb367f032d93F642f64180aa3", "0x5FbDB2315678"),
            ("\"decimals\":18", "\"decimals\":300"),
            ("\"decimals\":18", "\"decimals\":-1"),
            ("{", "{\"explorer\":\"javascript:alert(1)\","),
            ("{", "<html>"),
        ] {
            let text = EXAMPLE.replacen(from, to, 1);
            assert_ne!(text, EXAMPLE, "{from}");
            assert!(AppConfig::parse(&text).is_err(), "{to}");
        }
    }

    #[test]
    fn development_needs_the_chain_and_the_relays_word() {
        let main = EXAMPLE.replace("31337", "1");
        let main = AppConfig::parse(&main).unwrap();
        assert!(!main.is_development());
        assert_eq!(main.usual_period(), 7200);
        assert_eq!(main.periods(), 300..=216_000);
        let silent = EXAMPLE.replace("\"development\":true", "\"development\":false");
        assert!(!AppConfig::parse(&silent).unwrap().is_development());
    }
}
