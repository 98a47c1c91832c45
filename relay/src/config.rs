//! What an operator decides.

use crate::{
    Limits,
    beside::{Explorer, NotAProvider, NotAnExplorer, Paywall, Price, PriceError, Provider},
    clock::Clock,
    origin::NotAnOrigin,
    store::StoreAddress,
};
use anyhow::Context;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::Path, path::PathBuf, sync::Arc};
use thiserror::Error;
use thunder_channel::{Address, SigningKey};

/// The chain on which wallets with published keys are harmless.
pub const DEVELOPMENT_CHAIN: u64 = 31337;

/// The configuration of one relay.
#[derive(Clone)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The RPC endpoints that the relay asks; where one fails, the next one is asked.
    pub rpc: Vec<String>,
    /// The RPC endpoint that the app asks, as the browser reaches it.
    pub public_rpc: String,
    /// Chain, hub and tokens.
    pub addresses: AddressBook,
    /// The directory for the store.
    pub data: PathBuf,
    /// Where the register is kept, if not there.
    pub store: StoreAddress,
    /// The built app; none is served without it.
    pub app: Option<PathBuf>,
    /// Further origins that pages may connect from, and by which the relay is reached.
    pub allow_origins: Vec<String>,
    /// Proxies whose word on where a request came from is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// The certificate to end TLS with; plain HTTP without it.
    pub tls: Option<TlsFiles>,
    /// Where to serve metrics and health to the operator; nowhere without it.
    pub metrics: Option<SocketAddr>,
    /// Whether the app offers the development wallet and mining. Only on chain 31337.
    pub development: bool,
    /// Blocks on top of an opening before claims are taken, and on top of a deposit before the app counts it.
    pub confirmations: u64,
    /// Where the app sends people to look up transactions and addresses; nowhere without it.
    pub explorer: Option<Explorer>,
    /// Paywalls that the app may fetch from; it asks no other host for anything.
    pub paywalls: Vec<Paywall>,
    /// Providers that the app may download from.
    pub providers: Vec<Provider>,
    /// What the app says tokens are worth.
    pub prices: Vec<Price>,
    /// Shows a sleeping side's claim to the hub; nobody does without it.
    pub watchtower: Option<WatchtowerConfig>,
    /// The bounds.
    pub limits: Limits,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

/// The watchtower's account, and what it may spend.
#[derive(Clone, Debug)]
pub struct WatchtowerConfig {
    /// The key of an account that is the tower's alone: it holds gas money and nothing else.
    pub key: SigningKey,
    /// Of what an answer saves its side in ether, the share that gas may take, in percent.
    pub ether_percent: u8,
    /// What gas may take for a channel in a token of the address book, in wei.
    pub token_wei: u128,
    /// Below so much on its account, in wei, the tower calls for more.
    pub low_wei: u128,
}

/// The files that TLS needs, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those that lead to a known authority.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// What is wrong with a configuration, in words for the operator.
#[derive(Debug, Error)]
pub enum Wrong {
    /// Without it the relay cannot work.
    #[error(
        "--{name} is missing: {what}. Give it as a flag, as {variable}, or in the file that --config names"
    )]
    Missing {
        /// The flag.
        name: &'static str,
        /// What it is.
        what: &'static str,
        /// The environment variable.
        variable: &'static str,
    },
    /// The file is not there or cannot be read.
    #[error("the configuration {path} cannot be read: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not as `relay.example.toml` shows it.
    #[error("the configuration {path} is not understood: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Where and why.
        error: Box<toml::de::Error>,
    },
    /// No such limit, or no such number.
    #[error("a limit is not understood: {0}")]
    Limit(Box<toml::de::Error>),
    /// A limit on the command line that is not of the form name=number.
    #[error("--limit {0:?} is not understood: it looks like connections=500 or idle_ms=28000")]
    NoNumber(String),
    /// Neither `sqlite` nor the address of a NATS server.
    #[error("--store is not understood: {0}")]
    Store(String),
    /// No address of an explorer.
    #[error("--explorer: {0}")]
    Explorer(#[from] NotAnExplorer),
    /// No origin of a paywall.
    #[error("--paywall: {0}")]
    Paywall(#[from] NotAnOrigin),
    /// No origin of a provider.
    #[error("--provider: {0}")]
    Provider(#[from] NotAProvider),
    /// No price.
    #[error("--price: {0}")]
    Price(#[from] PriceError),
    /// One of two that need each other.
    #[error("--tls-cert and --tls-key need each other")]
    HalfTls,
    /// One of two that need each other.
    #[error("--watchtower and --watchtower-password-file need each other")]
    HalfWatchtower,
}

/// Where the contracts are: the file that the deployment script writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressBook {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The hub's address.
    pub hub: Address,
    /// The contract of metered sessions, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<Address>,
    /// A block at or before the hub's deployment, from which logs are read.
    pub deployment_block: u64,
    /// What the hub's clock counts (ERC-6372).
    pub clock_mode: String,
    /// The tokens that the app offers.
    pub tokens: Vec<TokenEntry>,
}

/// A token of the address book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenEntry {
    /// Its contract.
    pub address: Address,
    /// Its sign, such as `THD`.
    pub symbol: String,
    /// Its name.
    pub name: String,
    /// Digits behind the point.
    pub decimals: u8,
    /// The version in its EIP-712 domain, if it takes EIP-2612 permits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit_version: Option<String>,
}

impl AddressBook {
    /// Reads the file.
    ///
    /// # Errors
    /// In words for the operator: it is missing, or not an address book.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the address book {} cannot be read; deploy first", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not an address book", path.display()))
    }
}
