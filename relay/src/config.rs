//! What an operator decides.

use crate::{Limits, clock::Clock};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::Path, path::PathBuf, sync::Arc};
use thunder_channel::Address;

/// The chain on which wallets with published keys are harmless.
pub const DEVELOPMENT_CHAIN: u64 = 31337;

/// The configuration of one relay.
#[derive(Clone)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The RPC endpoint that the relay asks.
    pub rpc: String,
    /// The RPC endpoint that the app asks, as the browser reaches it.
    pub public_rpc: String,
    /// Chain, hub and tokens.
    pub addresses: AddressBook,
    /// The directory for the store.
    pub data: PathBuf,
    /// The built app; none is served without it.
    pub app: Option<PathBuf>,
    /// Further origins that pages may connect from, and by which the relay is reached.
    pub allow_origins: Vec<String>,
    /// Whether the app offers the development wallet and mining. Only on chain 31337.
    pub development: bool,
    /// Blocks on top of a deposit before the app counts it.
    pub confirmations: u64,
    /// The bounds.
    pub limits: Limits,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

/// Where the contracts are: the file that the deployment script writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressBook {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The hub's address.
    pub hub: Address,
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
