//! Claims that were heard and not yet checked: one place per channel and direction, so a flood waits in no more room than one
//! claim.
//!
//! While a channel's claims are checked and written, what comes after them collapses to the newest. The places are those of
//! one connection: what somebody else hands in, good or bad, never displaces what waits here.

use std::{
    collections::{HashMap, VecDeque},
    time::Instant,
};
use thunder_channel::{ChannelId, PerSide, Side, SignedClaim};

/// A claim that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The claim; nothing about it is known to be true.
    pub claim: SignedClaim,
    /// When it was heard.
    pub heard: Instant,
}

/// What waits of one channel, by payer.
pub type Batch = PerSide<Option<Waiting>>;

/// The claims of one connection that wait. Bounded by the channels it follows.
#[derive(Debug, Default)]
pub struct Ingest {
    lanes: HashMap<ChannelId, Lane>,
    /// Channels with claims that could be checked now, in the order in which they came to be.
    ready: VecDeque<ChannelId>,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: Batch,
    /// Whether earlier claims of this channel are being checked and written.
    busy: bool,
}

impl Ingest {
    /// Lets a claim wait that says to be by `payer`. True if one of the two, this or an earlier one, gave way.
    pub fn put(&mut self, payer: Side, claim: SignedClaim, heard: Instant) -> bool {
        let channel = claim.claim.channel;
        let lane = self.lanes.entry(channel).or_default();
        let empty = is_empty(&lane.waiting);
        let place = &mut lane.waiting[payer];
        let collapsed = place.is_some();
        // A repetition replaces, an older one does not: an acknowledgement of the newer covers it.
        if place.is_none_or(|waiting| !waiting.claim.supersedes(&claim)) {
            *place = Some(Waiting { claim, heard });
        }
        if empty && !lane.busy {
            self.ready.push_back(channel);
        }
        collapsed
    }

    /// The next channel's claims, to be checked together. Until [`done`](Self::done), later ones of the channel wait.
    pub fn take(&mut self) -> Option<(ChannelId, Batch)> {
        let channel = self.ready.pop_front()?;
        let lane = self.lanes.get_mut(&channel)?;
        lane.busy = true;
        Some((channel, std::mem::take(&mut lane.waiting)))
    }

    /// The channel's claims were checked and written.
    pub fn done(&mut self, channel: ChannelId) {
        if let Some(lane) = self.lanes.get_mut(&channel) {
            lane.busy = false;
            if is_empty(&lane.waiting) {
                self.lanes.remove(&channel);
            } else {
                self.ready.push_back(channel);
            }
        }
    }
}

fn is_empty(batch: &Batch) -> bool {
    Side::BOTH.iter().all(|side| batch[*side].is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::{Address, Amount, Authorization, Claim, Signature};

    fn claim(channel: u8, total: u128, nonce: u64) -> SignedClaim {
        let mut bytes = [1; 65];
        bytes[64] = 27;
        SignedClaim {
            claim: Claim {
                channel: ChannelId([channel; 32].into()),
                to: Address::zero(),
                total: Amount::new(total).unwrap(),
                nonce,
            },
            authorization: Authorization::direct(Signature::from_bytes(&bytes).unwrap()),
        }
    }

    fn totals(taken: Option<(ChannelId, Batch)>) -> Option<(u8, [Option<u128>; 2])> {
        let total = |waiting: Option<Waiting>| waiting.map(|waiting| waiting.claim.claim.total.units());
        taken.map(|(channel, batch)| (channel.0.0[0], [total(batch.alice), total(batch.bob)]))
    }

    #[test]
    fn a_flood_is_one_claim_per_channel_and_direction() {
        let (mut ingest, now) = (Ingest::default(), Instant::now());
        for nonce in 1..=1000 {
            assert_eq!(
                ingest.put(Side::Alice, claim(1, u128::from(nonce), nonce), now),
                nonce > 1
            );
        }
        assert!(!ingest.put(Side::Bob, claim(1, 7, 1), now));
        assert!(!ingest.put(Side::Alice, claim(2, 5, 1), now));
        assert_eq!(totals(ingest.take()), Some((1, [Some(1000), Some(7)])));
        assert_eq!(totals(ingest.take()), Some((2, [Some(5), None])));
        assert_eq!(totals(ingest.take()), None);
    }

    #[test]
    fn what_comes_while_a_channel_is_busy_waits_and_comes_after_the_others() {
        let (mut ingest, now) = (Ingest::default(), Instant::now());
        let one = ChannelId([1; 32].into());
        ingest.put(Side::Alice, claim(1, 1, 1), now);
        assert!(ingest.take().is_some());
        ingest.put(Side::Alice, claim(1, 2, 2), now);
        ingest.put(Side::Alice, claim(2, 1, 1), now);
        ingest.put(Side::Alice, claim(1, 3, 3), now);
        assert_eq!(totals(ingest.take()), Some((2, [Some(1), None])));
        assert_eq!(totals(ingest.take()), None);
        ingest.done(one);
        assert_eq!(totals(ingest.take()), Some((1, [Some(3), None])));
        ingest.done(one);
        assert_eq!(totals(ingest.take()), None);
        // Nothing is remembered of a channel at rest.
        assert_eq!(ingest.lanes.len(), 1);
    }

    #[test]
    fn an_older_claim_does_not_displace_a_newer_one() {
        let (mut ingest, now) = (Ingest::default(), Instant::now());
        ingest.put(Side::Bob, claim(1, 10, 5), now);
        assert!(ingest.put(Side::Bob, claim(1, 9, 6), now));
        assert!(ingest.put(Side::Bob, claim(1, 10, 4), now));
        assert_eq!(totals(ingest.take()), Some((1, [None, Some(10)])));
    }
}
