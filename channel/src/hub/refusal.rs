//! What the hub refuses, and its words for it.

use crate::{Amount, Epoch, KeyFault};
use std::fmt;
use thiserror::Error;

/// The phase that the hub says a channel is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Never opened.
    Empty,
    /// Open.
    Open,
    /// Closed by a side, not settled yet.
    Closing,
    /// Paid out.
    Settled,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "was never opened",
            Self::Open => "is open",
            Self::Closing => "is closing",
            Self::Settled => "is settled",
        })
    }
}

/// A custom error of the hub. The words say what the person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HubRefusal {
    /// Called from within a call of its own.
    #[error("the hub was called while it was paying out; try again")]
    Reentered,
    /// A function of the hub for itself.
    #[error("only the hub itself can make this call")]
    OnlyHub,
    /// The call has no meaning in this phase.
    #[error("this cannot be done now: the channel {0}")]
    WrongPhase(Phase),
    /// The call names another life of the key.
    #[error("this belongs to another life of the channel; it has been opened again since")]
    WrongEpoch {
        /// The key's current life.
        current: Epoch,
    },
    /// The key was opened too often.
    #[error("this channel was opened as often as the hub can count; create a new one")]
    NoMoreEpochs,
    /// The sender, or the recipient of a claim, is no side.
    #[error("this account is neither alice nor bob in this channel")]
    NotASide,
    /// Only alice opens.
    #[error("only alice can open this channel; switch the wallet to her account")]
    NotAlice,
    /// A close showed a claim that pays somebody else.
    #[error("the claim shown does not pay the side that closes")]
    NotForCloser,
    /// The closer tried to accept.
    #[error(
        "the side that closed cannot accept its own close; the other side can, or wait for the period to end"
    )]
    CloserCannotAccept,
    /// The key can never be a channel.
    #[error("this channel cannot be opened: {0}")]
    BadKey(KeyFault),
    /// A signature binds nobody.
    #[error("a signature is not by the side that has to sign")]
    BadSignature,
    /// Forfeit channels take no delegations.
    #[error("a forfeit channel takes no delegated signatures")]
    DelegationRefused,
    /// The hub knows this total or a higher one.
    #[error("the hub already knows a total that is as high")]
    TotalNotHigher {
        /// What it knows.
        recorded: Amount,
    },
    /// The totals on record are not the accepted ones.
    #[error("a claim changed the totals since they were read; look at them again")]
    TotalsChanged {
        /// What alice has paid, on record.
        alice_total: Amount,
        /// What bob has paid, on record.
        bob_total: Amount,
    },
    /// Past a deadline or expiry.
    #[error("this has expired; make it again")]
    Expired {
        /// The last moment of the hub's clock at which it counted.
        at: u64,
    },
    /// Too late for a claim.
    #[error("the finalization period is over; the channel can be settled")]
    PeriodOver {
        /// The moment of the hub's clock at which it ended.
        closes_at: u64,
    },
    /// Too early to settle.
    #[error("the finalization period still runs; settle when it is over")]
    PeriodRunning {
        /// The moment of the hub's clock at which it ends.
        closes_at: u64,
    },
    /// The clock cannot count to the end of the period.
    #[error("the finalization period is longer than the hub can count")]
    PeriodTooLong,
    /// Ether that does not fit.
    #[error("the ether sent is not the amount of the deposit")]
    AmountMismatch,
    /// A deposit of nothing.
    #[error("enter an amount above zero")]
    ZeroAmount,
    /// Above 96 bits.
    #[error("this is more than a channel can hold")]
    DepositTooLarge,
    /// A withdrawal above what is there.
    #[error("this is more than the channel holds")]
    AbovePot {
        /// What it holds.
        pot: Amount,
    },
    /// The token refused.
    #[error("the token refused the transfer; check the balance and the allowance for the hub")]
    TokenTransferFailed,
    /// The account refused ether.
    #[error("the account refused the ether")]
    EtherTransferFailed,
    /// Too little gas to pay out.
    #[error("the transaction has too little gas; send it with more")]
    NotEnoughGas,
    /// Nothing to collect.
    #[error("nothing is held for this account")]
    NothingOwed,
}
