//! The wallet: the account that owns channels, and its money outside of them.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use thunder_channel::{Address, Amount, ChannelId};
use utoipa::ToSchema;

/// The wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WalletInfo {
    /// Whether it can sign.
    pub state: WalletState,
    /// Its account, if there is one.
    #[schema(value_type = Option<String>)]
    pub account: Option<Address>,
    /// The key that signs payments, while the wallet is open.
    #[schema(value_type = Option<String>)]
    pub payment_key: Option<Address>,
}

/// Whether a wallet can sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WalletState {
    /// None was imported.
    None,
    /// Its key is encrypted on the disk only.
    Locked,
    /// Its key is in memory.
    Open,
}

/// A wallet to import. It opens at once, and again whenever the daemon gets the password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum ImportWallet {
    /// A BIP-39 seed phrase.
    Phrase {
        /// English words.
        phrase: String,
        /// Which account of the phrase: `m/44'/60'/0'/0/index`.
        #[serde(default)]
        index: u32,
        /// Encrypts the key on the disk; at least 8 characters.
        password: String,
    },
    /// A keystore of geth's format.
    Keystore {
        /// Its JSON text.
        keystore: String,
        /// Opens it, and encrypts the key on the disk; at least 8 characters.
        password: String,
    },
    /// A new key.
    Generate {
        /// Encrypts the key on the disk; at least 8 characters.
        password: String,
    },
}

impl fmt::Debug for ImportWallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImportWallet(secret)")
    }
}

/// What opens a wallet.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// The password of the import.
    pub password: String,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(secret)")
    }
}

/// All money of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// The account.
    #[schema(value_type = String)]
    pub account: Address,
    /// By kind of money.
    pub tokens: Vec<TokenBalance>,
    /// By channel that is not settled.
    pub channels: Vec<ChannelMoney>,
}

/// What there is of one kind of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenBalance {
    /// The token; zero is ether.
    #[schema(value_type = String)]
    pub token: Address,
    /// Its sign.
    pub symbol: String,
    /// In the account.
    #[schema(value_type = String)]
    pub wallet: Amount,
    /// In open channels: can be paid at once.
    #[schema(value_type = String)]
    pub available: Amount,
    /// In channels that are opening or closing.
    #[schema(value_type = String)]
    pub locked: Amount,
    /// At the hub, to be collected.
    #[schema(value_type = String)]
    pub claimable: Amount,
}

/// What a node owns in one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelMoney {
    /// The channel.
    #[schema(value_type = String)]
    pub channel: ChannelId,
    /// The token; zero is ether.
    #[schema(value_type = String)]
    pub token: Address,
    /// Can be paid at once.
    #[schema(value_type = String)]
    pub available: Amount,
    /// What it would get if the counterparty vanished now.
    #[schema(value_type = String)]
    pub guaranteed: Amount,
}

/// Everything needed to move or restore a node: its records and its encrypted key. An older backup raises and never lowers what a
/// node knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Backup {
    /// 1.
    pub version: u32,
    /// Which chain, hub and account the records are of.
    pub world: String,
    /// The encrypted key, in geth's format.
    pub keystore: String,
    /// What the store holds, by key.
    pub records: BTreeMap<String, String>,
    /// Where other nodes were last reached, by account.
    pub peers: BTreeMap<String, String>,
    /// Metered sessions and who is distrusted, by key. A session that comes back by a backup is ended with what the backup knows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sessions: BTreeMap<String, String>,
}
