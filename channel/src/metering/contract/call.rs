//! What can be asked of the contract of sessions.

use crate::{
    Address, Amount, Epoch, Signature,
    metering::{Pair, SessionKey, SessionSettlement, SignedAcceptance},
};

/// A call of the contract.
///
/// The functions with a permit are those without: what a permit does, it does to the token's allowance, before the contract
/// decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Calls come one at a time; boxing the large ones would only cost them being `Copy`.
#[allow(clippy::large_enum_variant)]
pub enum SessionsCall {
    /// A call to the session of a key.
    Session {
        /// Which session.
        key: SessionKey,
        /// What is asked of it.
        call: SessionCall,
    },
    /// Say how many active sessions the caller takes as a provider.
    SetLimit {
        /// How many.
        limit: u32,
    },
    /// Pay `account` what could not be pushed to it.
    Collect {
        /// The token; the zero address is ether.
        token: Address,
        /// Whose money. Anyone may ask.
        account: Address,
    },
}

/// A call to one session. All but beginning it name the life they mean.
///
/// The session that a statement names, and the acknowledgement of a client's statement, count for nothing here: call data
/// carries neither, so the contract reads every statement as one about the key and epoch of the call, and the client's as one
/// that acknowledges the provider's beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)]
pub enum SessionCall {
    /// Propose the session, or propose it again after it ended.
    Propose {
        /// The deposit.
        amount: Amount,
        /// The last moment at which the provider can accept.
        accept_by: u64,
    },
    /// Propose it together with the provider's consent. Its deposit counts for nothing: the amount is what was signed for.
    Open {
        /// The deposit.
        amount: Amount,
        /// The provider's consent.
        acceptance: SignedAcceptance,
    },
    /// Accept the proposal.
    Accept {
        /// Which life.
        epoch: Epoch,
    },
    /// Decline the proposal.
    Decline {
        /// Which life.
        epoch: Epoch,
    },
    /// Give the deposit of a proposal back that nobody accepted in time.
    WithdrawProposal {
        /// Which life.
        epoch: Epoch,
    },
    /// Add to the deposit.
    TopUp {
        /// Which life.
        epoch: Epoch,
        /// How much.
        amount: Amount,
    },
    /// Start the finalization period.
    Close {
        /// Which life.
        epoch: Epoch,
        /// The last pair. One whose counts are both zero says the same as none.
        pair: Option<Pair>,
    },
    /// Show a later pair.
    Show {
        /// Which life.
        epoch: Epoch,
        /// The pair.
        pair: Pair,
    },
    /// Pay both sides by the rule after the period.
    Settle {
        /// Which life.
        epoch: Epoch,
    },
    /// Pay both sides what both signed.
    SettleTogether {
        /// Which life.
        epoch: Epoch,
        /// The amounts.
        settlement: SessionSettlement,
        /// The client's signature and the provider's.
        signatures: [Signature; 2],
    },
}
