//! One life of a channel on the chain, and how much of it counts.

use crate::PhaseFault;
use serde::{Deserialize, Serialize};
use thunder_channel::{Epoch, Funding, PerSide, Side, Totals};
use thunder_ethereum::HubChannel;

/// What the hub knows of one life of a key, at one block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Life {
    /// Not opened (or the block that opened it was replaced).
    #[default]
    Absent,
    /// Open.
    Open {
        /// What was put in and taken out.
        funding: Funding,
    },
    /// Closed, not settled.
    Closing {
        /// What was put in and taken out.
        funding: Funding,
        /// What was shown to have been paid.
        recorded: Totals,
        /// Who closed.
        closer: Side,
        /// The hub's clock from which it can be settled.
        closes_at: u64,
    },
    /// Paid out; perhaps opened again since, in another life.
    Settled,
}

impl Life {
    /// The life `epoch` of a key whose current life is `state`.
    pub fn of(epoch: Epoch, state: &HubChannel) -> Self {
        match *state {
            HubChannel::Empty => Self::Absent,
            _ if state.epoch() < epoch => Self::Absent,
            _ if state.epoch() > epoch => Self::Settled,
            HubChannel::Open { funding, .. } => Self::Open { funding },
            HubChannel::Closing {
                funding,
                totals,
                closer,
                closes_at,
                ..
            } => Self::Closing {
                funding,
                recorded: totals,
                closer,
                closes_at,
            },
            HubChannel::Settled { .. } => Self::Settled,
        }
    }

    /// What is in it; nothing before it opened and after it ended.
    pub fn funding(&self) -> Funding {
        match self {
            Self::Open { funding } | Self::Closing { funding, .. } => *funding,
            Self::Absent | Self::Settled => Funding::default(),
        }
    }

    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// The phase, where a command needs another one.
    pub const fn fault(&self) -> PhaseFault {
        match self {
            Self::Absent => PhaseFault::Absent,
            Self::Open { .. } => PhaseFault::Open,
            Self::Closing { .. } => PhaseFault::Closing,
            Self::Settled => PhaseFault::Settled,
        }
    }
}

/// What may be believed of the money in it: what raises a capacity counts once it is confirmed, what lowers one at once.
pub fn counted(now: &Life, confirmed: &Life) -> Funding {
    let (now, confirmed) = (now.funding(), confirmed.funding());
    Funding {
        deposit: PerSide::from_fn(|side| now.deposit[side].min(confirmed.deposit[side])),
        withdrawn: PerSide::from_fn(|side| now.withdrawn[side].max(confirmed.withdrawn[side])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::Amount;

    fn open(epoch: Epoch) -> HubChannel {
        let funding = Funding::default();
        HubChannel::Open { epoch, funding }
    }

    #[test]
    fn a_life_is_not_another_life_of_its_key() {
        assert!(Life::of(1, &open(1)).is_open());
        assert_eq!(Life::of(1, &open(2)), Life::Settled);
        assert_eq!(Life::of(1, &open(0)), Life::Absent);
        assert_eq!(Life::of(1, &HubChannel::Settled { epoch: 0 }), Life::Absent);
        assert_eq!(Life::of(0, &HubChannel::Settled { epoch: 0 }), Life::Settled);
        assert_eq!(Life::of(0, &HubChannel::Empty), Life::Absent);
    }

    #[test]
    fn raises_count_when_confirmed_and_lowers_at_once() {
        let amount = |units| Amount::new(units).unwrap();
        let life = |deposit, withdrawn| {
            let mut funding = Funding::default();
            funding.deposit.alice = amount(deposit);
            funding.withdrawn.alice = amount(withdrawn);
            Life::Open { funding }
        };
        let funding = counted(&life(100, 30), &life(60, 0));
        assert_eq!(funding.deposit.alice, amount(60));
        assert_eq!(funding.withdrawn.alice, amount(30));
        // A reorganisation took the deposit away again.
        assert_eq!(counted(&life(0, 0), &life(60, 0)).deposit.alice, Amount::ZERO);
        assert_eq!(counted(&life(100, 0), &Life::Absent).deposit.alice, Amount::ZERO);
    }
}
