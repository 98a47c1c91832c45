//! What a participant wants done.

use crate::{Participant, view::Notice};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thunder_channel::{
    Address, Amount, Cancellation, ChannelId, ChannelKey, Claim, Digest, Domain, PaymentRequest, SettleForMe,
    Settlement, TypedMessage, Withdrawal, wire::ClientFrame,
};
use thunder_ethereum::Call;

/// The outcome of an event.
#[derive(Clone, Debug)]
pub struct Step {
    /// The participant after it; takes effect once `writes` are durable.
    pub next: Participant,
    /// To be written in one transaction, before any effect.
    pub writes: Vec<Write>,
    /// To be done in this order, once `writes` are durable.
    pub effects: Vec<Effect>,
}

/// One change of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Keep `value` (JSON text) under `key`.
    Put {
        /// Unique within the store.
        key: String,
        /// JSON text.
        value: String,
    },
}

/// Something to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Say this to the relay, if it is connected. What is lost is said again after [`crate::Event::RelayUp`].
    Send(Box<ClientFrame>),
    /// Ask the wallet to sign this with the holder's account; answer with `WalletSigned` or `WalletRefused`.
    SignByWallet(Statement),
    /// Ask the wallet to send this transaction from the holder's account.
    Transact {
        /// The call.
        call: Call,
        /// What it is for.
        purpose: TransactionPurpose,
        /// The allowance in this token that it needs. The driver turns `open` and `deposit` into their permit forms, or
        /// sends an approval first where the token or wallet has no permit.
        pull: Option<Pull>,
    },
    /// Tell the person.
    Notify(Notice),
}

/// A statement that a side signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// A payment.
    Claim(Claim),
    /// The end of the channel by agreement.
    Settlement(Settlement),
    /// Money taken out of the open channel.
    Withdrawal(Withdrawal),
    /// A request to the watchtower.
    SettleForMe(SettleForMe),
    /// A wish to be paid.
    PaymentRequest(PaymentRequest),
    /// A payment request that is taken back.
    Cancellation(Cancellation),
}

impl Statement {
    /// The channel it counts in.
    #[must_use]
    pub const fn channel(&self) -> ChannelId {
        match self {
            Self::Claim(claim) => claim.channel,
            Self::Settlement(settlement) => settlement.channel,
            Self::Withdrawal(withdrawal) => withdrawal.channel,
            Self::SettleForMe(request) => request.channel,
            Self::PaymentRequest(request) => request.channel,
            Self::Cancellation(cancellation) => cancellation.channel,
        }
    }

    /// Whether it is for the counterparty's eyes only: no money depends on it.
    #[must_use]
    pub const fn is_note(&self) -> bool {
        matches!(self, Self::PaymentRequest(_) | Self::Cancellation(_))
    }

    /// The 32 bytes that are signed.
    #[must_use]
    pub fn digest(&self, domain: &Domain) -> Digest {
        match self {
            Self::Claim(claim) => claim.digest(domain),
            Self::Settlement(settlement) => settlement.digest(domain),
            Self::Withdrawal(withdrawal) => withdrawal.digest(domain),
            Self::SettleForMe(request) => request.digest(domain),
            Self::PaymentRequest(request) => request.digest(domain),
            Self::Cancellation(cancellation) => cancellation.digest(domain),
        }
    }

    /// The JSON for `eth_signTypedData_v4`.
    #[must_use]
    pub fn typed_data(&self, domain: &Domain) -> Value {
        match self {
            Self::Claim(claim) => claim.typed_data(domain),
            Self::Settlement(settlement) => settlement.typed_data(domain),
            Self::Withdrawal(withdrawal) => withdrawal.typed_data(domain),
            Self::SettleForMe(request) => request.typed_data(domain),
            Self::PaymentRequest(request) => request.typed_data(domain),
            Self::Cancellation(cancellation) => cancellation.typed_data(domain),
        }
    }
}

/// Tokens that a call will pull from the holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pull {
    /// The token.
    pub token: Address,
    /// How much, in its smallest unit.
    pub amount: Amount,
}

/// What a transaction is for: enough for a sentence, and for building it anew with a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionPurpose {
    /// Opens a channel.
    Open {
        /// Its key.
        key: ChannelKey,
        /// The first deposit.
        amount: Amount,
    },
    /// Deposits for the holder's side.
    Deposit {
        /// Which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
    },
    /// Closes one-sidedly.
    Close(ChannelId),
    /// Shows a higher claim.
    Claim(ChannelId),
    /// Pays out after the period.
    Settle(ChannelId),
    /// Consents to the closer's totals.
    Accept(ChannelId),
    /// Pays out by agreement.
    SettleTogether(ChannelId),
    /// Takes money out of an open channel.
    Withdraw(ChannelId),
    /// Collects what a failed push left.
    Collect(Address),
}
