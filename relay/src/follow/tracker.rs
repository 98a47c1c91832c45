//! What the hub's events say, and how to take it back when the chain is reorganised. No I/O.
//!
//! Open channels are not held here: the hub answers for each when it is asked, and their number has no bound. Closing ones are
//! few at any time, and settled ones are held until their claims are forgotten.

use crate::Limits;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use thunder_channel::{Bytes32, ChannelId, Side, Totals};
use thunder_ethereum::{ChannelEvent, HubEvent};

/// A block up to which everything was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its number.
    pub number: u64,
    /// Its hash: another one at this number means that the chain was reorganised.
    pub hash: Bytes32,
}

/// A close that waits for the end of its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Close {
    /// Who closed.
    pub closer: Side,
    /// What each side has paid, as far as the hub was shown.
    pub totals: Totals,
    /// The first moment of the hub's clock at which the channel can be settled.
    pub closes_at: u64,
    /// The block of the close.
    pub block: u64,
}

/// Channels that are on their way out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phases {
    /// Closed by a side, not settled yet.
    #[serde(with = "pairs")]
    pub closing: BTreeMap<ChannelId, Close>,
    /// Settled in this block.
    #[serde(with = "pairs")]
    pub settled: BTreeMap<ChannelId, u64>,
    /// Closes that were not taken in because too many wait: for counting, not for acting.
    #[serde(skip)]
    pub overlooked: u64,
}

/// What to go on from after a restart: the state after a block that is too deep to be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The block.
    pub mark: Mark,
    /// The state after it.
    pub phases: Phases,
}

/// The limits that matter here.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    reorganisation_blocks: u64,
    closing_channels: usize,
}

/// Follows the events of one hub.
#[derive(Clone, Debug)]
pub struct Tracker {
    start: u64,
    bounds: Bounds,
    /// The state after the newest block that cannot be replaced any more.
    base: Option<Mark>,
    base_phases: Phases,
    /// Blocks after it, oldest first.
    marks: VecDeque<Mark>,
    /// What happened after it, in order.
    events: VecDeque<ChannelEvent>,
    phases: Phases,
}

impl Tracker {
    /// Nothing read yet; `start` is the first block to read.
    #[must_use]
    pub fn new(start: u64, limits: &Limits) -> Self {
        Self {
            start,
            bounds: Bounds {
                reorganisation_blocks: limits.reorganisation_blocks,
                closing_channels: limits.closing_channels,
            },
            base: None,
            base_phases: Phases::default(),
            marks: VecDeque::new(),
            events: VecDeque::new(),
            phases: Phases::default(),
        }
    }

    /// Goes on from a checkpoint, whose block has to be on the chain still.
    #[must_use]
    pub fn resumed(start: u64, checkpoint: Checkpoint, limits: &Limits) -> Self {
        Self {
            base: Some(checkpoint.mark),
            base_phases: checkpoint.phases.clone(),
            phases: checkpoint.phases,
            ..Self::new(start, limits)
        }
    }

    /// What to write down for a restart, once there is something that cannot be replaced.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let mark = self.base?;
        Some(Checkpoint {
            mark,
            phases: self.base_phases.clone(),
        })
    }

    /// The channels on their way out, after the newest block that was read.
    #[must_use]
    pub const fn phases(&self) -> &Phases {
        &self.phases
    }

    /// The newest block that was read.
    #[must_use]
    pub fn tip(&self) -> Option<Mark> {
        self.marks.back().copied().or(self.base)
    }

    /// Where to look for the block at which the chain was left, newest first.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        self.marks.iter().rev().copied().chain(self.base)
    }

    /// The first block that was not read.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.tip().map_or(self.start, |tip| tip.number + 1)
    }

    /// Takes back everything after `mark`, one of [`marks`](Self::marks). With `None` everything is read anew.
    pub fn roll_back(&mut self, mark: Option<Mark>) {
        let Some(mark) = mark else {
            self.base = None;
            self.base_phases = Phases::default();
            self.phases = Phases::default();
            self.marks.clear();
            self.events.clear();
            return;
        };
        self.marks.retain(|known| known.number <= mark.number);
        self.events.retain(|event| event.block <= mark.number);
        self.phases = self.base_phases.clone();
        for event in &self.events {
            self.phases.apply(event, &self.bounds);
        }
    }

    /// Takes in what happened from [`next`](Self::next) up to `mark`, in order. Gives the channels that it happened to.
    pub fn advance(&mut self, mark: Mark, events: Vec<ChannelEvent>) -> BTreeSet<ChannelId> {
        let mut touched = BTreeSet::new();
        for event in events {
            touched.insert(event.channel);
            self.phases.apply(&event, &self.bounds);
            self.events.push_back(event);
        }
        self.marks.push_back(mark);
        let depth = self.bounds.reorganisation_blocks;
        while let Some(oldest) = self
            .marks
            .front()
            .filter(|oldest| oldest.number + depth < mark.number)
        {
            let oldest = *oldest;
            while let Some(event) = self.events.front().filter(|event| event.block <= oldest.number) {
                self.base_phases.apply(event, &self.bounds);
                self.events.pop_front();
            }
            self.base = Some(oldest);
            self.marks.pop_front();
        }
        touched
    }

    /// The channels settled so long ago that their claims need not be kept.
    #[must_use]
    pub fn expired(&self, keep_blocks: u64) -> Vec<ChannelId> {
        let head = self.tip().map_or(0, |tip| tip.number);
        let settled = self.phases.settled.iter();
        settled
            .filter(|(_, block)| block.saturating_add(keep_blocks) <= head)
            .map(|(channel, _)| *channel)
            .collect()
    }

    /// A settled channel needs no more attention.
    pub fn forget(&mut self, channel: ChannelId) {
        self.phases.settled.remove(&channel);
        self.base_phases.settled.remove(&channel);
    }
}

impl Phases {
    fn apply(&mut self, event: &ChannelEvent, bounds: &Bounds) {
        match event.kind {
            HubEvent::Closing {
                closer,
                totals,
                closes_at,
            } => {
                if self.closing.len() >= bounds.closing_channels {
                    self.overlooked += 1;
                    return;
                }
                let close = Close {
                    closer,
                    totals,
                    closes_at,
                    block: event.block,
                };
                self.closing.insert(event.channel, close);
            }
            HubEvent::Claimed { payer, total } => {
                if let Some(close) = self.closing.get_mut(&event.channel) {
                    close.totals[payer] = total;
                }
            }
            HubEvent::Settled { .. } => {
                self.closing.remove(&event.channel);
                self.settled.insert(event.channel, event.block);
            }
            // A forfeit is followed by its settlement; the others change nothing that is held here.
            HubEvent::Forfeited { .. }
            | HubEvent::Opened { .. }
            | HubEvent::Deposited { .. }
            | HubEvent::Withdrawn { .. } => (),
        }
    }
}

/// JSON has no maps with such keys.
mod pairs {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::{Amount, PerSide};

    fn limits() -> Limits {
        Limits {
            reorganisation_blocks: 4,
            closing_channels: 2,
            ..Limits::default()
        }
    }

    fn channel(byte: u8) -> ChannelId {
        ChannelId(Bytes32::repeat_byte(byte))
    }

    fn mark(number: u64, fork: u8) -> Mark {
        let mut hash = Bytes32::repeat_byte(fork);
        hash.0[..8].copy_from_slice(&number.to_be_bytes());
        Mark { number, hash }
    }

    fn event(block: u64, channel: ChannelId, kind: HubEvent) -> ChannelEvent {
        ChannelEvent {
            channel,
            block,
            block_hash: mark(block, 0).hash,
            log_index: 0,
            transaction: Bytes32::zero(),
            kind,
        }
    }

    fn closing(total: u128) -> HubEvent {
        HubEvent::Closing {
            closer: Side::Alice,
            totals: PerSide {
                alice: Amount::new(total).unwrap(),
                bob: Amount::ZERO,
            },
            closes_at: 100,
        }
    }

    fn claimed(total: u128) -> HubEvent {
        HubEvent::Claimed {
            payer: Side::Alice,
            total: Amount::new(total).unwrap(),
        }
    }

    fn settled() -> HubEvent {
        HubEvent::Settled {
            amounts: PerSide::default(),
        }
    }

    fn alice_total(tracker: &Tracker, channel: ChannelId) -> Option<u128> {
        let close = tracker.phases().closing.get(&channel)?;
        Some(close.totals.alice.units())
    }

    #[test]
    fn a_close_is_followed_to_its_settlement() {
        let mut tracker = Tracker::new(5, &limits());
        assert_eq!((tracker.next(), tracker.tip()), (5, None));
        let touched = tracker.advance(mark(6, 0), vec![event(6, channel(1), closing(3))]);
        assert_eq!(touched, [channel(1)].into());
        assert_eq!(alice_total(&tracker, channel(1)), Some(3));
        tracker.advance(mark(7, 0), vec![event(7, channel(1), claimed(9))]);
        assert_eq!(alice_total(&tracker, channel(1)), Some(9));
        tracker.advance(mark(8, 0), vec![event(8, channel(1), settled())]);
        assert_eq!(alice_total(&tracker, channel(1)), None);
        assert_eq!(tracker.phases().settled.get(&channel(1)), Some(&8));
        assert_eq!(tracker.next(), 9);
    }

    #[test]
    fn what_a_reorganisation_undoes_is_taken_back() {
        let mut tracker = Tracker::new(1, &limits());
        tracker.advance(mark(1, 0), Vec::new());
        tracker.advance(mark(2, 0), vec![event(2, channel(1), closing(3))]);
        tracker.advance(mark(3, 0), vec![event(3, channel(1), claimed(9))]);
        tracker.roll_back(Some(mark(2, 0)));
        assert_eq!(alice_total(&tracker, channel(1)), Some(3));
        tracker.roll_back(Some(mark(1, 0)));
        assert_eq!(tracker.phases(), &Phases::default());
        assert_eq!(tracker.tip(), Some(mark(1, 0)));
        // It comes again in another block.
        tracker.advance(mark(3, 1), vec![event(3, channel(1), closing(4))]);
        assert_eq!(alice_total(&tracker, channel(1)), Some(4));
    }

    #[test]
    fn only_what_can_be_replaced_is_remembered_block_by_block() {
        let mut tracker = Tracker::new(1, &limits());
        for number in 1..=50 {
            let happened = match number {
                2 => vec![event(2, channel(1), closing(3))],
                49 => vec![event(49, channel(1), claimed(9))],
                _ => Vec::new(),
            };
            tracker.advance(mark(number, 0), happened);
        }
        assert_eq!(tracker.marks().count(), 6);
        assert_eq!(tracker.marks().last(), Some(mark(45, 0)));
        assert_eq!(tracker.events.len(), 1);
        let checkpoint = tracker.checkpoint().unwrap();
        let text = serde_json::to_string(&checkpoint).unwrap();
        assert_eq!(serde_json::from_str::<Checkpoint>(&text).unwrap(), checkpoint);
        let resumed = Tracker::resumed(1, checkpoint, &limits());
        assert_eq!(resumed.next(), 46);
        assert_eq!(alice_total(&resumed, channel(1)), Some(3));
        // Deeper than that, everything is read anew.
        tracker.roll_back(None);
        assert_eq!((tracker.next(), tracker.phases()), (1, &Phases::default()));
    }

    #[test]
    fn settled_channels_expire_and_are_forgotten() {
        let mut tracker = Tracker::new(1, &limits());
        tracker.advance(mark(2, 0), vec![event(2, channel(1), settled())]);
        assert_eq!(tracker.expired(3), Vec::new());
        tracker.advance(mark(5, 0), Vec::new());
        assert_eq!(tracker.expired(3), vec![channel(1)]);
        tracker.forget(channel(1));
        assert_eq!(tracker.expired(0), Vec::new());
    }

    #[test]
    fn closes_beyond_the_bound_are_counted() {
        let mut tracker = Tracker::new(1, &limits());
        let closes = (1..=3).map(|byte| event(1, channel(byte), closing(1))).collect();
        tracker.advance(mark(1, 0), closes);
        assert_eq!(
            (tracker.phases().closing.len(), tracker.phases().overlooked),
            (2, 1)
        );
    }
}
