//! The watchtower's transactions: which are under way, and what to do about them at each block. No I/O.
//!
//! The account is the tower's alone, so what it has sent is known from the number of its mined transactions: everything below is
//! done, and each place above holds one transaction, ours until it is mined. What is not known after a restart is sent again in
//! the same place, where only one of both can be mined: nothing is paid twice.

use super::duty::{Duty, Task};
use crate::Limits;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use thunder_channel::{Amount, Bytes32, ChannelId};
use thunder_ethereum::{Call, fees::Market, sending::Fee};

/// A transaction that was sent and is not mined, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// What for.
    pub purpose: Purpose,
    /// What it calls.
    pub call: Call,
    /// The most gas it may use.
    pub gas: u64,
    /// What it offers.
    pub fee: Fee,
    /// What it may cost in all, in wei.
    pub budget: u128,
    /// The hashes of all its forms: any of them can be the one that is mined.
    pub hashes: Vec<Bytes32>,
    /// The newest block when its present form was sent.
    pub sent_at: u64,
    /// Since when it has had no purpose any more.
    pub idle_since: Option<u64>,
    /// Whether it was told that its fee cannot be raised.
    pub capped: bool,
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Shows a claim of this total.
    Show(ChannelId, Amount),
    /// Settles a channel.
    Settle(ChannelId),
    /// Uses its place up, so that those behind it can be mined.
    Nothing,
}

/// A duty with what it may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costed {
    /// What to do.
    pub duty: Duty,
    /// What gas may take for it, in wei.
    pub budget: u128,
    /// The quarter of the period, from 0.
    pub urgency: u32,
}

/// What is known at one block.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Its number.
    pub head: u64,
    /// How many of the account's transactions are mined.
    pub mined: u64,
    /// What gas costs.
    pub market: Market,
    /// What there is to do, the most urgent first.
    pub duties: &'a [Costed],
}

/// Something for the driver to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The flight of this place has ended: see which form was mined.
    Landed(Box<Flight>),
    /// Send it for the first time, in this place; instead of the flight that is there, if one is.
    Start(u64, Box<Costed>),
    /// Send the flight of this place again with this fee.
    Raise(u64, Fee),
    /// The flight of this place waits and cannot be raised: hand it in again, a node may have dropped it.
    Remind(u64),
    /// Put a transaction that does nothing in this place.
    Vacate(u64),
}

/// The desk.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    flights: BTreeMap<u64, Flight>,
    /// Duties that wait.
    deferred: HashMap<ChannelId, Deferral>,
    /// What was spent on a channel's transactions that failed.
    spent: HashMap<ChannelId, u128>,
    /// What was said of a channel already, so that it is said and counted once.
    said: BTreeSet<(ChannelId, Remark)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Deferral {
    until: u64,
    /// Whether it was for somebody else who is about to do the same.
    for_another: bool,
}

/// Something to be said once of a closing channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// Gas would take too much of it.
    NotWorth,
    /// The period is over.
    Missed,
}

impl Desk {
    /// What to do now. Flights that ended are taken off the desk; the others stay until the driver says what became of them.
    pub fn plan(&mut self, view: &View<'_>, limits: &Limits) -> Vec<Action> {
        let above = self.flights.split_off(&view.mined);
        let ended = std::mem::replace(&mut self.flights, above);
        let mut actions: Vec<_> = ended
            .into_values()
            .map(|flight| Action::Landed(Box::new(flight)))
            .collect();
        let mut waiting: Vec<&Costed> = Vec::new();
        let mut kept = BTreeSet::new();
        for costed in view.duties {
            let channel = costed.duty.channel;
            let flight = self
                .flights
                .iter_mut()
                .find(|(_, flight)| flight.purpose.channel() == Some(channel));
            let deferral = self.deferred.get(&channel);
            let waits = deferral.is_some_and(|deferral| view.head < deferral.until);
            if let Some((place, _)) = &flight {
                kept.insert(**place);
            }
            match flight {
                Some((place, flight)) if flight.purpose == costed.purpose() => {
                    flight.idle_since = None;
                    flight.budget = costed.budget;
                    actions.extend(look_after(*place, flight, costed.urgency, view, limits));
                }
                // A better claim came, or it is time to settle: the old transaction gives its place away.
                Some((place, flight)) if view.head > flight.sent_at => {
                    actions.push(Action::Start(*place, Box::new(costed.clone())));
                }
                Some(_) => (),
                None if waits => (),
                None => waiting.push(costed),
            }
        }
        for (place, flight) in &mut self.flights {
            if kept.contains(place) {
                continue;
            }
            if flight.purpose == Purpose::Nothing {
                actions.extend(look_after(*place, flight, 0, view, limits));
                continue;
            }
            // A node that lags shows an older chain for a moment: that is no reason.
            let since = *flight.idle_since.get_or_insert(view.head);
            if view.head > since {
                actions.push(Action::Vacate(*place));
            }
        }
        let mut free = (view.mined..).filter(|place| !self.flights.contains_key(place));
        let room = limits.tower_flights.saturating_sub(self.flights.len());
        let mut started = 0;
        for (costed, place) in waiting.into_iter().take(room).zip(free.by_ref()) {
            actions.push(Action::Start(place, Box::new(costed.clone())));
            started += 1;
        }
        // A gap in front of a flight, after a reorganisation: nothing behind it could be mined.
        let last = self.flights.keys().next_back().copied().unwrap_or_default();
        let gaps = (view.mined..last)
            .filter(|place| !self.flights.contains_key(place))
            .skip(started);
        actions.extend(gaps.map(Action::Vacate));
        actions
    }

    /// A transaction was handed in at this place.
    pub fn sent(&mut self, place: u64, flight: Flight) {
        self.flights.insert(place, flight);
    }

    /// The flight of a place.
    #[must_use]
    pub fn flight(&self, place: u64) -> Option<&Flight> {
        self.flights.get(&place)
    }

    /// The flight of a place, to be changed.
    pub fn flight_mut(&mut self, place: u64) -> Option<&mut Flight> {
        self.flights.get_mut(&place)
    }

    /// What the flights of all other places may cost, in wei: it is as good as spent.
    #[must_use]
    pub fn reserved_wei(&self, place: u64) -> u128 {
        let others = self.flights.iter().filter(|(other, _)| **other != place);
        others
            .map(|(_, flight)| u128::from(flight.gas).saturating_mul(flight.fee.most))
            .fold(0, u128::saturating_add)
    }

    /// How many are under way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.flights.len()
    }

    /// It waits until that block, and then tries again as if nothing had been.
    pub fn defer(&mut self, channel: ChannelId, until: u64) {
        let for_another = self.gave_way(channel);
        self.deferred.insert(channel, Deferral { until, for_another });
    }

    /// Somebody else is about to do this: it waits until that block, and then waits for nobody again.
    pub fn give_way(&mut self, channel: ChannelId, until: u64) {
        let for_another = true;
        self.deferred.insert(channel, Deferral { until, for_another });
    }

    /// Whether this gave way to somebody else before.
    #[must_use]
    pub fn gave_way(&self, channel: ChannelId) -> bool {
        self.deferred
            .get(&channel)
            .is_some_and(|deferral| deferral.for_another)
    }

    /// A transaction of this channel failed and cost so much.
    pub fn spend(&mut self, channel: ChannelId, wei: u128) {
        let spent = self.spent.entry(channel).or_default();
        *spent = spent.saturating_add(wei);
    }

    /// What was spent on a channel in vain.
    #[must_use]
    pub fn spent(&self, channel: ChannelId) -> u128 {
        self.spent.get(&channel).copied().unwrap_or_default()
    }

    /// Whether this is the first time that it is said.
    pub fn first_time(&mut self, channel: ChannelId, remark: Remark) -> bool {
        self.said.insert((channel, remark))
    }

    /// Forgets channels that are not closing any more.
    pub fn retain(&mut self, closing: impl Fn(&ChannelId) -> bool) {
        self.deferred.retain(|channel, _| closing(channel));
        self.spent.retain(|channel, _| closing(channel));
        self.said.retain(|(channel, _)| closing(channel));
    }
}

impl Purpose {
    /// The channel that it is about.
    #[must_use]
    pub const fn channel(self) -> Option<ChannelId> {
        match self {
            Self::Show(channel, _) | Self::Settle(channel) => Some(channel),
            Self::Nothing => None,
        }
    }
}

impl Costed {
    /// What a transaction for it is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        match &self.duty.task {
            Task::Show(claim) => Purpose::Show(self.duty.channel, claim.claim.total),
            Task::Settle => Purpose::Settle(self.duty.channel),
        }
    }
}

fn look_after(place: u64, flight: &Flight, urgency: u32, view: &View<'_>, limits: &Limits) -> Option<Action> {
    let patience = if urgency >= 3 {
        1
    } else {
        limits.tower_patience_blocks.max(1)
    };
    // Sent at one block, it can be in the next: it was left out of so many.
    let left_out = view.head.saturating_sub(flight.sent_at);
    let outbid = flight.fee.most < view.market.base;
    if left_out == 0 || (left_out < patience && !outbid) {
        return None;
    }
    // More that is still not enough would only use the budget up.
    let raised = view
        .market
        .raise_within(flight.fee, urgency, flight.gas, flight.budget)
        .filter(|fee| fee.most >= view.market.base);
    Some(raised.map_or(Action::Remind(place), |fee| Action::Raise(place, fee)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::follow::Close;
    use std::slice;
    use thunder_channel::{
        Address, Authorization, ChannelKey, Claim, PerSide, Policy, Side, Signature, SignedClaim,
    };

    const MARKET: Market = Market { base: 100, tip: 8 };

    fn channel(byte: u8) -> ChannelId {
        ChannelId(Bytes32::repeat_byte(byte))
    }

    fn costed(byte: u8, total: u128) -> Costed {
        let key = ChannelKey {
            alice: Address::repeat_byte(1),
            alice_signer: Address::repeat_byte(1),
            bob: Address::repeat_byte(2),
            bob_signer: Address::repeat_byte(2),
            token: Address::zero(),
            finalization_period: 100,
            policy: Policy::Refute,
            salt: 0,
        };
        let claim = SignedClaim {
            claim: Claim {
                channel: channel(byte),
                to: key.bob,
                total: Amount::new(total).unwrap(),
                nonce: 1,
            },
            authorization: Authorization::direct(Signature::from_bytes(&[0; 65]).unwrap()),
        };
        let close = Close {
            closer: Side::Alice,
            totals: PerSide::default(),
            closes_at: 100,
            block: 0,
        };
        let duty = Duty {
            channel: channel(byte),
            key,
            epoch: 0,
            task: Task::Show(Box::new(claim)),
            close,
            owing: Amount::ZERO,
        };
        Costed {
            duty,
            budget: 1_000_000,
            urgency: 0,
        }
    }

    fn flight(costed: &Costed, sent_at: u64) -> Flight {
        Flight {
            purpose: costed.purpose(),
            call: thunder_ethereum::sending::nothing(Address::zero()),
            gas: 100,
            fee: MARKET.offer(0),
            budget: costed.budget,
            hashes: Vec::new(),
            sent_at,
            idle_since: None,
            capped: false,
        }
    }

    fn plan(desk: &mut Desk, head: u64, mined: u64, duties: &[Costed]) -> Vec<Action> {
        plan_at(desk, head, mined, MARKET, duties)
    }

    fn plan_at(desk: &mut Desk, head: u64, mined: u64, market: Market, duties: &[Costed]) -> Vec<Action> {
        let view = View {
            head,
            mined,
            market,
            duties,
        };
        desk.plan(&view, &Limits::default())
    }

    fn start(place: u64, costed: &Costed) -> Action {
        Action::Start(place, Box::new(costed.clone()))
    }

    #[test]
    fn a_duty_is_started_once_and_raised_while_it_waits() {
        let (mut desk, duty) = (Desk::default(), costed(1, 5));
        let duties = [duty.clone()];
        assert_eq!(plan(&mut desk, 10, 7, &duties), [start(7, &duty)]);
        desk.sent(7, flight(&duty, 10));
        for head in [10, 11] {
            assert_eq!(plan(&mut desk, head, 7, &duties), []);
        }
        let raised = MARKET.raise(MARKET.offer(0), 0);
        assert_eq!(plan(&mut desk, 12, 7, &duties), [Action::Raise(7, raised)]);
        // Outbid by the base fee, or near the end, it does not wait.
        let spike = Market { base: 300, tip: 8 };
        assert_eq!(
            plan_at(&mut desk, 11, 7, spike, &duties),
            [Action::Raise(7, spike.raise(MARKET.offer(0), 0))]
        );
        let urgent = [Costed {
            urgency: 3,
            ..duty.clone()
        }];
        assert!(matches!(plan(&mut desk, 11, 7, &urgent)[..], [Action::Raise(7, fee)] if fee.tip == 64));
        // At the end of the budget it is handed in again as it is.
        let poor = [Costed {
            budget: 20_800,
            ..duty
        }];
        assert_eq!(plan(&mut desk, 12, 7, &poor), [Action::Remind(7)]);
    }

    #[test]
    fn what_is_mined_has_landed_and_what_is_undone_starts_again() {
        let (mut desk, duty) = (Desk::default(), costed(1, 5));
        desk.sent(7, flight(&duty, 10));
        assert_eq!(
            plan(&mut desk, 11, 8, &[]),
            [Action::Landed(Box::new(flight(&duty, 10)))]
        );
        assert_eq!(desk.in_flight(), 0);
        // A reorganisation took it off the chain.
        assert_eq!(plan(&mut desk, 11, 7, slice::from_ref(&duty)), [start(7, &duty)]);
    }

    #[test]
    fn what_has_lost_its_purpose_is_taken_back_a_block_later() {
        let (mut desk, duty) = (Desk::default(), costed(1, 5));
        desk.sent(7, flight(&duty, 10));
        assert_eq!(plan(&mut desk, 11, 7, &[]), []);
        // It was a node that lagged.
        assert_eq!(plan(&mut desk, 11, 7, slice::from_ref(&duty)), []);
        assert_eq!(plan(&mut desk, 11, 7, &[]), []);
        assert_eq!(plan(&mut desk, 12, 7, &[]), [Action::Vacate(7)]);
    }

    #[test]
    fn a_better_claim_takes_the_place_of_the_first() {
        let (mut desk, first, better) = (Desk::default(), costed(1, 5), costed(1, 6));
        desk.sent(7, flight(&first, 10));
        assert_eq!(plan(&mut desk, 10, 7, slice::from_ref(&better)), []);
        assert_eq!(
            plan(&mut desk, 11, 7, slice::from_ref(&better)),
            [start(7, &better)]
        );
    }

    #[test]
    fn places_are_filled_from_below_and_bounded() {
        let duties: Vec<_> = (1..=30).map(|byte| costed(byte, 5)).collect();
        let mut desk = Desk::default();
        desk.sent(8, flight(&duties[1], 10));
        let actions = plan(&mut desk, 10, 7, &duties);
        assert_eq!(actions.len(), Limits::default().tower_flights - 1);
        assert_eq!(actions[..2], [start(7, &duties[0]), start(9, &duties[2])]);
        // With nothing to do, the gap alone is filled: what is behind it could not be mined.
        assert_eq!(plan(&mut desk, 10, 7, &duties[1..2]), [Action::Vacate(7)]);
    }

    #[test]
    fn it_gives_way_once() {
        let (mut desk, duty) = (Desk::default(), costed(1, 5));
        desk.give_way(channel(1), 13);
        assert_eq!(plan(&mut desk, 12, 7, slice::from_ref(&duty)), []);
        assert_eq!(plan(&mut desk, 13, 7, slice::from_ref(&duty)), [start(7, &duty)]);
        assert!(desk.gave_way(channel(1)) && !desk.gave_way(channel(2)));
        desk.defer(channel(1), 15);
        assert!(desk.gave_way(channel(1)));
        desk.spend(channel(1), 5);
        assert!(desk.first_time(channel(1), Remark::Missed) && !desk.first_time(channel(1), Remark::Missed));
        desk.retain(|_| false);
        assert!(!desk.gave_way(channel(1)) && desk.spent(channel(1)) == 0);
    }
}
