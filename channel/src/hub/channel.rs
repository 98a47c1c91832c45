//! The state of one channel key.

use super::Phase;
use crate::{Amount, Epoch, Funding, PerSide, Side, Totals, balance_of};

/// The last life that a key can have: the hub keeps 24 bits.
pub const LAST_EPOCH: Epoch = (1 << 24) - 1;
/// The last moment at which a period can end: the hub keeps 40 bits.
pub const LAST_MOMENT: u64 = (1 << 40) - 1;

/// What the hub knows of a channel key's current life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HubChannel {
    /// Never opened.
    #[default]
    Empty,
    /// Money is locked and can be paid.
    Open {
        /// Which life.
        epoch: Epoch,
        /// What was put in and taken out.
        funding: Funding,
    },
    /// A side closed; a higher claim may be shown until `closes_at`.
    Closing {
        /// Which life.
        epoch: Epoch,
        /// What was put in and taken out.
        funding: Funding,
        /// What each side has paid, as far as it was shown.
        totals: Totals,
        /// Who closed.
        closer: Side,
        /// The first moment of the hub's clock at which the channel can be settled.
        closes_at: u64,
    },
    /// Paid out.
    Settled {
        /// Which life ended; opening again starts the next.
        epoch: Epoch,
    },
}

impl HubChannel {
    /// The life that this is, or that opening the key would start.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        match self {
            Self::Empty => 0,
            Self::Open { epoch, .. } | Self::Closing { epoch, .. } | Self::Settled { epoch } => *epoch,
        }
    }

    /// The phase by its name alone.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        match self {
            Self::Empty => Phase::Empty,
            Self::Open { .. } => Phase::Open,
            Self::Closing { .. } => Phase::Closing,
            Self::Settled { .. } => Phase::Settled,
        }
    }

    /// What the hub holds for the channel.
    #[must_use]
    pub fn pot(&self) -> Amount {
        match self {
            Self::Empty | Self::Settled { .. } => Amount::ZERO,
            Self::Open { funding, .. } | Self::Closing { funding, .. } => funding.pot(),
        }
    }

    /// What each side would be paid by the totals on record; nothing unless open or closing.
    #[must_use]
    pub fn balances(&self) -> PerSide<Amount> {
        match self {
            Self::Empty | Self::Settled { .. } => PerSide::default(),
            Self::Open { funding, .. } => split(funding, &Totals::default()),
            Self::Closing { funding, totals, .. } => split(funding, totals),
        }
    }
}

/// Both sides' payouts at these totals.
pub(super) fn split(funding: &Funding, totals: &Totals) -> PerSide<Amount> {
    PerSide::from_fn(|side| balance_of(side, funding, totals))
}
