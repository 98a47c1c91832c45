//! What the app has to know of this deployment: `/config.json`.

use crate::{
    beside::{Explorer, Paywall, Price, Provider},
    config::AddressBook,
};
use serde::Serialize;
use thunder_channel::Bytes32;

/// The public configuration. Nothing in it is secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicConfig {
    /// Chain, hub and tokens.
    #[serde(flatten)]
    pub addresses: AddressBook,
    /// The hash of block 0: the app sets stored channels of another one aside.
    pub genesis_hash: Bytes32,
    /// Where the app reads the chain.
    pub rpc_url: String,
    /// Blocks on top of a deposit before it counts.
    pub confirmations: u64,
    /// Whether a watchtower runs here, which settles channels for those who ask.
    pub watchtower: bool,
    /// Whether the development wallet and mining are offered.
    pub development: bool,
    /// Where transactions and addresses can be looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explorer: Option<Explorer>,
    /// Paywalls that the app may fetch from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paywalls: Vec<Paywall>,
    /// Providers that the app may download from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<Provider>,
    /// What tokens are worth.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Price>,
}
