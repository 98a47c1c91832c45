//! What the hub tells of a channel.

use crate::{Amount, ChannelKey, Epoch, PerSide, Side, Totals};

/// What happened to a channel. Amounts in the token's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubEvent {
    /// Alice opened it.
    Opened {
        /// Its parameters.
        key: ChannelKey,
        /// Which life.
        epoch: Epoch,
        /// Alice's deposit.
        amount: Amount,
    },
    /// A side's deposit grew.
    Deposited {
        /// Whose.
        side: Side,
        /// By how much.
        amount: Amount,
        /// The side's deposit after it.
        total: Amount,
    },
    /// A side took money out.
    Withdrawn {
        /// Who.
        side: Side,
        /// How much.
        amount: Amount,
        /// All that the side has taken out after it.
        total: Amount,
    },
    /// A side closed.
    Closing {
        /// Who.
        closer: Side,
        /// What each side has paid, by what the closer said and showed.
        totals: Totals,
        /// The first moment of the hub's clock at which the channel can be settled.
        closes_at: u64,
    },
    /// A higher claim was shown.
    Claimed {
        /// Who paid.
        payer: Side,
        /// How much in total.
        total: Amount,
    },
    /// The closer was shown to have paid more than it declared, under the forfeit policy.
    Forfeited {
        /// Who loses everything.
        closer: Side,
        /// What it had really paid.
        total: Amount,
    },
    /// The channel ended.
    Settled {
        /// What each side was paid.
        amounts: PerSide<Amount>,
    },
}
