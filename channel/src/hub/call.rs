//! What can be asked of the hub.

use crate::{
    Address, Amount, Authorization, ChannelKey, Epoch, PerSide, Settlement, Side, SignedClaim, Totals,
};

/// A call of the hub.
///
/// `openWithPermit` and `depositWithPermit` are the calls without a permit: what a permit does, it does to the token's
/// allowance, before the hub decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Calls come one at a time; boxing the large ones would only cost them being `Copy`.
#[allow(clippy::large_enum_variant)]
pub enum HubCall {
    /// A call to the channel of a key.
    Channel {
        /// Which channel.
        key: ChannelKey,
        /// What is asked of it.
        call: ChannelCall,
    },
    /// Pay `account` what could not be pushed to it.
    Collect {
        /// The token; the zero address is ether.
        token: Address,
        /// Whose money. Anyone may ask.
        account: Address,
    },
}

/// A call to one channel. All but opening name the life they mean.
///
/// The channel that a statement names counts for nothing here: call data carries none, so the hub reads every statement as
/// one about the key and epoch of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelCall {
    /// Open the channel, or open it again after it settled.
    Open {
        /// Alice's deposit.
        amount: Amount,
    },
    /// Add to a side's deposit.
    Deposit {
        /// Which life.
        epoch: Epoch,
        /// Whose deposit grows.
        side: Side,
        /// By how much.
        amount: Amount,
    },
    /// Pay a side money out of the open channel.
    Withdraw {
        /// Which life.
        epoch: Epoch,
        /// Who is paid.
        side: Side,
        /// All that this side has taken out then.
        total: Amount,
        /// The last moment at which this counts.
        expiry: u64,
        /// Of both sides, over [`crate::Withdrawal`].
        authorizations: PerSide<Authorization>,
    },
    /// Start the finalization period.
    Close {
        /// Which life.
        epoch: Epoch,
        /// The total that the caller has paid.
        paid: Amount,
        /// The best claim of the other side. A total of zero says the same as none.
        received: Option<SignedClaim>,
        /// The last moment at which this counts.
        deadline: u64,
    },
    /// Show a higher claim.
    Claim {
        /// Which life.
        epoch: Epoch,
        /// By the side that is not paid by it.
        claim: SignedClaim,
    },
    /// Pay both sides out after the period.
    Settle {
        /// Which life.
        epoch: Epoch,
    },
    /// Pay both sides out before it is over, by consent of the side that did not close.
    Accept {
        /// Which life.
        epoch: Epoch,
        /// What it consents to.
        totals: Totals,
    },
    /// Pay both sides of an open channel out by the totals that both signed.
    SettleTogether {
        /// Which life.
        epoch: Epoch,
        /// The totals.
        settlement: Settlement,
        /// Of both sides, over the settlement.
        authorizations: PerSide<Authorization>,
    },
}

/// How a call arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Who calls.
    pub caller: Address,
    /// Ether that comes with the call, in wei.
    pub value: u128,
    /// The hub's clock.
    pub clock: u64,
}
