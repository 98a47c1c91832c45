//! What the contract of sessions tells of a session.

use crate::{
    Amount, Epoch,
    metering::{Counts, Role, SessionKey, Shares},
};

/// What happened to a session. Amounts in the token's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Events come one at a time.
#[allow(clippy::large_enum_variant)]
pub enum SessionEvent {
    /// The client proposed it.
    Proposed {
        /// Its parameters.
        key: SessionKey,
        /// Which life.
        epoch: Epoch,
        /// The deposit.
        amount: Amount,
        /// The last moment at which the provider can accept.
        accept_by: u64,
    },
    /// The provider accepted.
    Accepted,
    /// The provider declined.
    Declined {
        /// What the client gets back.
        refund: Amount,
    },
    /// A proposal was taken back.
    ProposalWithdrawn {
        /// What the client gets back.
        refund: Amount,
    },
    /// The deposit grew.
    ToppedUp {
        /// By how much.
        amount: Amount,
        /// The deposit after it.
        deposit: Amount,
    },
    /// A side closed.
    Closing {
        /// Who.
        closer: Role,
        /// What it showed.
        counts: Counts,
        /// The first moment of the contract's clock at which the session can be settled.
        closes_at: u64,
    },
    /// A later pair was shown.
    Shown {
        /// The highest counts shown so far.
        counts: Counts,
    },
    /// It ended with these amounts.
    Settled {
        /// What became of the deposit.
        shares: Shares,
        /// Whether the counts that it ended by differ by more than the terms tolerate.
        beyond_tolerance: bool,
    },
}
