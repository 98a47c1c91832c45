//! What a transaction does: enough for a sentence, for what it costs, and for asking for none twice.

use serde::{Deserialize, Serialize};
use thunder_channel::{Address, ChannelId};
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
    /// What a transaction for `purpose` does, and to what.
    #[must_use]
    pub fn of(purpose: &TransactionPurpose) -> (Self, Subject) {
        use Subject::{Channel, Token};
        match *purpose {
            // It may be opened again under the same key, but never while this waits.
            TransactionPurpose::Open { key, .. } => (Self::Open, Channel(key.id(0))),
            TransactionPurpose::Deposit { channel, .. } => (Self::Deposit, Channel(channel)),
            TransactionPurpose::Close(channel) => (Self::Close, Channel(channel)),
            TransactionPurpose::Claim(channel) => (Self::Claim, Channel(channel)),
            TransactionPurpose::Settle(channel) => (Self::Settle, Channel(channel)),
            TransactionPurpose::Accept(channel) => (Self::Accept, Channel(channel)),
            TransactionPurpose::SettleTogether(channel) => (Self::End, Channel(channel)),
            TransactionPurpose::Withdraw(channel) => (Self::Withdraw, Channel(channel)),
            TransactionPurpose::Collect(token) => (Self::Collect, Token(token)),
        }
    }
}

/// What it does that to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// A channel.
    Channel(ChannelId),
    /// What the hub owes in a token.
    Token(Address),
}
