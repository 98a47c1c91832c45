//! What the contract of sessions refuses, and its words for it.

use crate::{
    Amount, Epoch,
    metering::{Counts, TermsFault},
};
use std::fmt;
use thiserror::Error;

/// The phase that the contract says a session is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionPhase {
    /// Never proposed.
    Empty,
    /// Waits for the provider.
    Proposed,
    /// Runs.
    Active,
    /// Closed by a side, not settled yet.
    Closing,
    /// Settled, declined or taken back.
    Ended,
}

impl fmt::Display for SessionPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "was never proposed",
            Self::Proposed => "waits for its provider",
            Self::Active => "runs",
            Self::Closing => "is closing",
            Self::Ended => "has ended",
        })
    }
}

/// A custom error of the contract of sessions. The words say what the person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SessionRefusal {
    /// Called from within a call of its own.
    #[error("the contract was called while it was paying out; try again")]
    Reentered,
    /// A function of the contract for itself.
    #[error("only the contract itself can make this call")]
    OnlySelf,
    /// The call has no meaning in this phase.
    #[error("this cannot be done now: the session {0}")]
    WrongPhase(SessionPhase),
    /// The call names another life of the key.
    #[error("this belongs to another life of the session; it has been proposed again since")]
    WrongEpoch {
        /// The key's current life.
        current: Epoch,
    },
    /// The key was proposed too often.
    #[error("this session was proposed as often as the contract can count; propose a new one")]
    NoMoreEpochs,
    /// Only the client may do this.
    #[error("only the client can do this; switch the wallet to its account")]
    NotClient,
    /// Only the provider may do this.
    #[error("only the provider can do this; switch the wallet to its account")]
    NotProvider,
    /// The sender is no side.
    #[error("this account is neither client nor provider in this session")]
    NotASide,
    /// No session can run under these terms.
    #[error("this session cannot be proposed: {0}")]
    BadTerms(TermsFault),
    /// The provider takes no more.
    #[error("the provider has as many active sessions as it takes ({limit}); try again when one has ended")]
    LimitReached {
        /// How many it takes.
        limit: u32,
    },
    /// A signature binds nobody.
    #[error("a signature is not by the side that has to sign")]
    BadSignature,
    /// The pair says nothing new.
    #[error("the contract already knows counts that are as high")]
    NothingHigher {
        /// What it knows.
        recorded: Counts,
    },
    /// Past an expiry.
    #[error("this has expired; make it again")]
    Expired {
        /// The last moment of the contract's clock at which it counted.
        at: u64,
    },
    /// Too early to take a proposal back.
    #[error("the provider can still accept; take the proposal back afterwards")]
    ProposalStands {
        /// The last moment of the contract's clock at which it can be accepted.
        accept_by: u64,
    },
    /// Too late for a pair.
    #[error("the finalization period is over; the session can be settled")]
    PeriodOver {
        /// The moment of the contract's clock at which it ended.
        closes_at: u64,
    },
    /// Too early to settle.
    #[error("the finalization period still runs; settle when it is over")]
    PeriodRunning {
        /// The moment of the contract's clock at which it ends.
        closes_at: u64,
    },
    /// The clock cannot count so far.
    #[error("this would end later than the contract can count")]
    PeriodTooLong,
    /// Ether that does not fit.
    #[error("the ether sent is not the amount of the deposit")]
    AmountMismatch,
    /// A top-up of nothing.
    #[error("enter an amount above zero")]
    ZeroAmount,
    /// Below the price of a unit.
    #[error("the deposit has to pay for one unit at least")]
    DepositTooSmall {
        /// What one costs.
        least: Amount,
    },
    /// Above the price of the quantity.
    #[error("the deposit is more than the whole quantity costs")]
    DepositAbovePrice {
        /// What that costs.
        most: Amount,
    },
    /// A settlement that does not fit.
    #[error("the settlement charges more than there is, or pays more than it charges")]
    BadAmounts {
        /// What there is.
        deposit: Amount,
    },
    /// The token refused.
    #[error("the token refused the transfer; check the balance and the allowance for the contract")]
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
