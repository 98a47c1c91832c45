//! The state of one session key.

use super::SessionPhase;
use crate::{Amount, Epoch, metering::Counts};

/// What the contract knows of a session key's current life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionState {
    /// Never proposed.
    #[default]
    Empty,
    /// The client's deposit waits for the provider.
    Proposed {
        /// Which life.
        epoch: Epoch,
        /// What the client put in.
        deposit: Amount,
        /// The last moment of the contract's clock at which the provider can accept.
        accept_by: u64,
    },
    /// It runs.
    Active {
        /// Which life.
        epoch: Epoch,
        /// What the client put in.
        deposit: Amount,
    },
    /// A side closed; a later pair may be shown until `closes_at`.
    Closing {
        /// Which life.
        epoch: Epoch,
        /// What the client put in.
        deposit: Amount,
        /// The highest counts that were shown.
        counts: Counts,
        /// The first moment of the contract's clock at which it can be settled.
        closes_at: u64,
    },
    /// Settled, declined or taken back.
    Ended {
        /// Which life ended; proposing again starts the next.
        epoch: Epoch,
    },
}

impl SessionState {
    /// The life that this is, or that proposing the key would start.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        match self {
            Self::Empty => 0,
            Self::Proposed { epoch, .. }
            | Self::Active { epoch, .. }
            | Self::Closing { epoch, .. }
            | Self::Ended { epoch } => *epoch,
        }
    }

    /// The phase by its name alone.
    #[must_use]
    pub const fn phase(&self) -> SessionPhase {
        match self {
            Self::Empty => SessionPhase::Empty,
            Self::Proposed { .. } => SessionPhase::Proposed,
            Self::Active { .. } => SessionPhase::Active,
            Self::Closing { .. } => SessionPhase::Closing,
            Self::Ended { .. } => SessionPhase::Ended,
        }
    }

    /// What the contract holds for the session.
    #[must_use]
    pub const fn deposit(&self) -> Amount {
        match self {
            Self::Empty | Self::Ended { .. } => Amount::ZERO,
            Self::Proposed { deposit, .. } | Self::Active { deposit, .. } | Self::Closing { deposit, .. } => {
                *deposit
            }
        }
    }
}
