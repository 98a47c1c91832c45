//! How to reach a chain: providers in the shape of EIP-1193, wallets, and typed calls and events of the hub and tokens.
//!
//! Nothing that a node or a wallet answers is believed: it is parsed into a type at this edge, and what does not parse is
//! an error value. The chain is read through the app's own endpoint ([`Chain`]); a wallet only lists accounts, switches
//! chain, signs and sends.

mod abi;
mod chain;
mod error;
mod events;
pub mod fees;
mod http;
mod hub;
#[cfg(target_arch = "wasm32")]
mod injected;
pub mod lookup;
mod mnemonic;
mod network;
mod provider;
pub mod query;
mod revert;
pub mod sending;
mod session_logs;
mod sessions;
mod token;
mod typed;
mod wallet;

pub use chain::{Chain, send};
pub use error::{ChainError, RpcError, RpcErrorKind, WalletError};
pub use events::{BlockRange, ChannelEvent, HubLog, LogFilter, PayoutEvent, PayoutKind, signatures};
pub use http::HttpProvider;
pub use hub::{Call, ClockMode, Hub, functions};
#[cfg(target_arch = "wasm32")]
pub use injected::{InjectedProvider, Subscription, legacy_providers};
pub use lookup::{Callee, KnownTransaction};
pub use mnemonic::{MnemonicError, signing_key_from_phrase};
pub use network::{ChainParams, ChainRequest, Currency, current_chain_id, ensure_chain, parse_chain_id};
pub use provider::Provider;
pub use query::{At, Block, Log, Query, Receipt};
pub use revert::{ERRORS, Revert};
pub use session_logs::{SESSION_ERRORS, SESSION_EVENTS};
pub use sessions::{MeteredSessions, session_functions};
pub use token::{Permit, PermitRequest, Token, TokenInfo};
pub use typed::{accounts, request_accounts, sign_permit, sign_typed};
pub use wallet::LocalWallet;

pub use ethers_core::types::{H256, U256};
// What the hub is, `channel` says; what it answers is read into those types here.
pub use thunder_channel::{HubChannel, HubEvent, HubRefusal, Phase};
