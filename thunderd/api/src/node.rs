//! The node as a whole.

use crate::{Channel, Peer, WalletInfo};
use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Bytes32};
use utoipa::ToSchema;

/// Everything about a node at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// The daemon's version.
    pub version: String,
    /// The port of its API and for other nodes.
    pub port: u16,
    /// The wallet, by which the node is known to others.
    pub wallet: WalletInfo,
    /// The chain it lives on.
    pub chain: ChainInfo,
    /// The relay, if it uses one.
    pub relay: Option<RelayInfo>,
    /// Money that channels can be opened in; ether is last.
    pub tokens: Vec<Token>,
    /// Other nodes.
    pub peers: Vec<Peer>,
    /// Channels, newest first.
    pub channels: Vec<Channel>,
}

/// The chain a node lives on, as it was last read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainInfo {
    /// Where it is asked; passwords in the address are left out.
    pub rpc: String,
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The hash of block 0.
    #[schema(value_type = String)]
    pub genesis: Bytes32,
    /// The hub.
    #[schema(value_type = String)]
    pub hub: Address,
    /// `blocks` or `seconds`: what periods and deadlines count.
    pub clock_mode: String,
    /// Whether it is a development chain (id 31337).
    pub development: bool,
    /// The newest block, once it was read.
    pub block: Option<u64>,
    /// The hub's clock there.
    pub clock: Option<u64>,
    /// Whether it was read recently enough to pay and to be paid.
    pub fresh: bool,
}

/// The relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelayInfo {
    /// Its origin.
    pub url: String,
    /// Whether it has accepted the sign-in.
    pub online: bool,
}

/// Money that channels can be opened in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The contract; zero is ether.
    #[schema(value_type = String)]
    pub address: Address,
    /// Its sign, such as `THD`.
    pub symbol: String,
    /// Digits behind the point.
    pub decimals: u8,
}
