//! What a participant needs of its host. None of it is `Send`: JavaScript's futures never are.

use crate::{Notice, Refusal, Statement, TransactionPurpose, Write};
use async_trait::async_trait;
use thiserror::Error;
use thunder_channel::{ChannelId, wire::ClientFrame};
use thunder_ethereum::H256;

/// Durable memory of one participant in one world (chain id, genesis hash, hub, account, role).
///
/// "Done" means that the writes survive a crash of the page and of the machine. A store that says so wrongly can lose a
/// payment that was received, or sign two histories.
#[async_trait(?Send)]
pub trait Store {
    /// Everything ever put, by key.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read or is corrupt; nothing is signed then.
    async fn load(&self) -> Result<Vec<(String, String)>, StoreError>;

    /// All of the writes or none, durable on return.
    ///
    /// # Errors
    /// [`StoreError`]; then none of the writes is there.
    async fn commit(&self, writes: &[Write]) -> Result<(), StoreError>;
}

/// Why the store did not do it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// No room.
    #[error("there is no room left: free some space and try again")]
    Full,
    /// It holds something this version cannot read.
    #[error(
        "what is stored for {key} cannot be read; nothing was changed. Export it, then reset this page's data"
    )]
    Corrupt {
        /// The key of the bad record.
        key: String,
    },
    /// Another window took it over.
    #[error("another window of this browser holds this account now")]
    TakenOver,
    /// Anything else.
    #[error("the browser's storage failed: {0}")]
    Failed(String),
}

/// The way to the relay. Losing what is said is allowed; the participant says it again.
pub trait RelayLink {
    /// Says this, if connected.
    fn send(&self, frame: &ClientFrame);
}

/// The host's clock.
#[async_trait(?Send)]
pub trait Clock {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// Returns after `ms` milliseconds.
    async fn sleep(&self, ms: u64);
}

/// The transactions that a host sends under its own nonces and fees, which may be replaced while they wait.
pub trait Replacing {
    /// Every hash under which the transaction that was sent as `sent` may be mined, `sent` included.
    fn hashes(&self, sent: H256) -> Vec<H256>;
}

/// Who watches a participant: a screen, a log. Called between steps, so it may ask the driver for views at once.
pub trait Observer {
    /// Views may have changed.
    fn changed(&self);

    /// A person should be told this once.
    fn notice(&self, notice: Notice);

    /// A transaction or wallet request has come this far.
    fn progress(&self, progress: Progress);
}

/// How far a wallet request or transaction has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The wallet shows a window, or should.
    AskingWallet(WalletRequest),
    /// The wallet answered; nothing waits in it.
    WalletDone,
    /// The transaction is with the chain.
    Sent {
        /// What it is for.
        purpose: TransactionPurpose,
        /// Its hash.
        hash: H256,
    },
    /// The transaction did what it should.
    Mined {
        /// What it is for.
        purpose: TransactionPurpose,
        /// Its hash.
        hash: H256,
    },
    /// The transaction was not sent, or was mined and refused.
    Failed {
        /// What it is for.
        purpose: TransactionPurpose,
        /// Why.
        why: Refusal,
    },
}

/// What the wallet is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalletRequest {
    /// To send a transaction.
    Transaction(TransactionPurpose),
    /// To send an approval of the token to the hub, because the token or the wallet has no permit.
    Approval(TransactionPurpose),
    /// To sign a permit, so that the transaction can pull its tokens.
    Permit(TransactionPurpose),
    /// To sign a statement.
    Statement(Statement),
    /// To let the payment key sign in a channel.
    Delegation(ChannelId),
    /// To let the payment key follow a channel at the relay, without letting it sign.
    Reading(ChannelId),
}
