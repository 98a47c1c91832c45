//! What a transaction does: enough for a sentence, for what it costs, and for asking for none twice.

use serde::{Deserialize, Serialize};
use thunder_channel::ChannelId;
use thunder_client::TransactionPurpose;

/// What a transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Opens a channel.
    Open,
    /// Deposits.
    Deposit,
    /// Closes one-sidedly.
    Close,
    /// Shows a higher claim.
    Claim,
    /// Pays out after the period.
    Settle,
    /// Consents to the closer's totals.
    Accept,
    /// Pays out by agreement.
    End,
    /// Takes money out of an open channel.
    Withdraw,
    /// Collects what a failed push left.
    Collect,
}

impl Act {
    /// What a transaction for `purpose` does, and in which channel.
    #[must_use]
    pub fn of(purpose: &TransactionPurpose) -> (Self, Option<ChannelId>) {
        match *purpose {
            // It may be opened again under the same key, but never while this waits.
            TransactionPurpose::Open { key, .. } => (Self::Open, Some(key.id(0))),
            TransactionPurpose::Deposit { channel, .. } => (Self::Deposit, Some(channel)),
            TransactionPurpose::Close(channel) => (Self::Close, Some(channel)),
            TransactionPurpose::Claim(channel) => (Self::Claim, Some(channel)),
            TransactionPurpose::Settle(channel) => (Self::Settle, Some(channel)),
            TransactionPurpose::Accept(channel) => (Self::Accept, Some(channel)),
            TransactionPurpose::SettleTogether(channel) => (Self::End, Some(channel)),
            TransactionPurpose::Withdraw(channel) => (Self::Withdraw, Some(channel)),
            TransactionPurpose::Collect(_) => (Self::Collect, None),
        }
    }
}
