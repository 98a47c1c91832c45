//! What the sequences got to.

use crate::{
    cast::Cast,
    sequence::Fate,
    turn::{Deed, Turn},
};
use std::{
    collections::BTreeMap,
    fmt::{self, Debug},
};
use thunder_channel::{
    Authorization, ChannelCall, ChannelKey, HubCall, HubChannel, HubEvent, HubRefusal, MAX_AMOUNT, PerSide,
    Side, Told,
};
use thunder_ethereum::ERRORS;

/// How many times each thing has to be seen for the sequences to be worth something.
const ENOUGH: u32 = 5;

/// What calls alone cannot bring about: the hub called by itself or from within its own calls, a call with little gas, a key
/// opened sixteen million times.
const OUT_OF_REACH: [&str; 4] = ["Reentered", "OnlyHub", "NotEnoughGas", "NoMoreEpochs"];

const CALLS: [&str; 11] = [
    "Open",
    "Open with a permit",
    "Deposit",
    "Deposit with a permit",
    "Withdraw",
    "Close",
    "Claim",
    "Settle",
    "Accept",
    "SettleTogether",
    "Collect",
];

/// Corners that a call has to be taken in, or refused in.
const CORNERS: [&str; 22] = [
    "a key opened for the third time",
    "a stranger's deposit",
    "a channel filled to the last unit",
    "a good permit",
    "a bad permit beside an allowance",
    "the whole pot withdrawn",
    "a withdrawal at its expiry",
    "a close at its deadline",
    "a close that shows a claim",
    "a close that shows a claim of zero",
    "a claim in the last moment of the period",
    "a claim one moment later",
    "a settlement in the first moment after the period",
    "a settlement one moment earlier",
    "an agreement at its expiry",
    "a period that ends with the clock",
    "a delegated signature",
    "more settled than the pot",
    "a forfeit",
    "a payout held",
    "a payout held beside another",
    "a clock of seconds",
];

/// How many times each thing was seen.
#[derive(Default)]
pub struct Coverage {
    turns: u32,
    accepted: BTreeMap<String, u32>,
    refused: BTreeMap<String, u32>,
    corners: BTreeMap<&'static str, u32>,
}

impl Coverage {
    /// Counts a turn that came to `fate` in a channel which was in the state `before`.
    pub fn count(&mut self, cast: &Cast, turn: &Turn, before: &HubChannel, clock: u64, fate: &Fate) {
        self.turns += 1;
        let (call, permit) = match &turn.deed {
            Deed::Hub { call, .. } => (call, None),
            Deed::WithPermit { call, good } => (call, Some(*good)),
            Deed::Approve(_) | Deed::TakeEther(_) | Deed::TokenMoods { .. } => return,
        };
        match fate {
            Fate::Done { told, .. } => {
                let of = match call {
                    HubCall::Channel { call, .. } => name(call),
                    HubCall::Collect { .. } => name(call),
                };
                let with = if permit.is_some() { " with a permit" } else { "" };
                *self.accepted.entry(format!("{of}{with}")).or_default() += 1;
                self.saw("a clock of seconds", cast.place.counts_seconds);
                self.saw("a good permit", permit == Some(true));
                self.saw("a bad permit beside an allowance", permit == Some(false));
                if let HubCall::Channel { key, call } = call {
                    let caller = cast.account(turn.by);
                    let stranger = key.side_of(caller).is_none();
                    self.count_done(key, call, before, clock, stranger);
                }
                self.count_told(told);
            }
            Fate::Refused(refusal) => {
                *self.refused.entry(name(refusal)).or_default() += 1;
                let one_later = *refusal == HubRefusal::PeriodOver { closes_at: clock };
                let claims = matches!(
                    call,
                    HubCall::Channel {
                        call: ChannelCall::Claim { .. },
                        ..
                    }
                );
                self.saw("a claim one moment later", claims && one_later);
                let closes_at = clock + 1;
                let one_earlier = *refusal == HubRefusal::PeriodRunning { closes_at };
                self.saw("a settlement one moment earlier", one_earlier);
            }
            Fate::Failed(_) => (),
        }
    }

    fn count_done(
        &mut self,
        key: &ChannelKey,
        call: &ChannelCall,
        before: &HubChannel,
        clock: u64,
        by_stranger: bool,
    ) {
        let ends = match before {
            HubChannel::Closing { closes_at, .. } => *closes_at,
            _ => 0,
        };
        let pot = before.pot();
        match call {
            ChannelCall::Open { .. } => {
                self.saw("a key opened for the third time", before.epoch() >= 1);
            }
            ChannelCall::Deposit { amount, .. } => {
                self.saw("a stranger's deposit", by_stranger);
                let full = match before {
                    HubChannel::Open { funding, .. } => {
                        let (alice, bob) = (funding.deposit.alice, funding.deposit.bob);
                        alice.units() + bob.units() + amount.units() == MAX_AMOUNT
                    }
                    _ => false,
                };
                self.saw("a channel filled to the last unit", full);
            }
            ChannelCall::Withdraw {
                side,
                total,
                expiry,
                authorizations,
                ..
            } => {
                let taken = match before {
                    HubChannel::Open { funding, .. } => funding.withdrawn[*side],
                    _ => Default::default(),
                };
                self.saw(
                    "the whole pot withdrawn",
                    total.units() - taken.units() == pot.units(),
                );
                self.saw("a withdrawal at its expiry", *expiry == clock);
                self.saw_both(authorizations);
            }
            ChannelCall::Close {
                deadline, received, ..
            } => {
                self.saw("a close at its deadline", *deadline == clock);
                let shown = received.map(|signed| signed.claim.total.is_zero());
                self.saw("a close that shows a claim", shown == Some(false));
                self.saw("a close that shows a claim of zero", shown == Some(true));
                if let (Some(signed), Some(false)) = (received, shown) {
                    self.saw_delegated(&signed.authorization);
                }
                let late = u64::from(key.finalization_period) + clock == thunder_channel::LAST_MOMENT;
                self.saw("a period that ends with the clock", late);
            }
            ChannelCall::Claim { claim, .. } => {
                self.saw("a claim in the last moment of the period", clock + 1 == ends);
                self.saw_delegated(&claim.authorization);
            }
            ChannelCall::Settle { .. } => {
                self.saw("a settlement in the first moment after the period", clock == ends);
            }
            ChannelCall::Accept { .. } => (),
            ChannelCall::SettleTogether {
                settlement,
                authorizations,
                ..
            } => {
                self.saw("an agreement at its expiry", settlement.expiry == clock);
                let most = settlement.alice_total.max(settlement.bob_total);
                self.saw("more settled than the pot", most > pot);
                self.saw_both(authorizations);
            }
        }
    }

    fn count_told(&mut self, told: &[Told]) {
        let held = told.iter().filter(|told| matches!(told, Told::Held { .. }));
        let held = held.count();
        self.saw("a payout held", held > 0);
        self.saw("a payout held beside another", held > 1);
        let forfeited = |told: &Told| {
            matches!(
                told,
                Told::Channel {
                    event: HubEvent::Forfeited { .. },
                    ..
                }
            )
        };
        self.saw("a forfeit", told.iter().any(forfeited));
    }

    fn saw_both(&mut self, authorizations: &PerSide<Authorization>) {
        for side in Side::BOTH {
            self.saw_delegated(&authorizations[side]);
        }
    }

    fn saw_delegated(&mut self, authorization: &Authorization) {
        self.saw("a delegated signature", authorization.delegation.is_some());
    }

    fn saw(&mut self, what: &'static str, really: bool) {
        *self.corners.entry(what).or_default() += u32::from(really);
    }

    /// What was seen less often than it has to be.
    pub fn missing(&self) -> Vec<String> {
        let refusals = ERRORS.iter().flat_map(|signature| {
            let error = signature.split('(').next().unwrap_or_default();
            let of = |cases: &[&str]| cases.iter().map(|case| format!("{error}({case})")).collect();
            match error {
                _ if OUT_OF_REACH.contains(&error) => Vec::new(),
                "WrongPhase" => of(&["Empty", "Open", "Closing", "Settled"]),
                "BadKey" => of(&[
                    "ZeroAddress",
                    "SameSides",
                    "SameSigners",
                    "HubAsParty",
                    "HubAsToken",
                    "NoPeriod",
                ]),
                _ => vec![error.to_owned()],
            }
        });
        let few = |times: Option<&u32>| times.is_none_or(|times| *times < ENOUGH);
        let refusals = refusals.filter(|refusal| few(self.refused.get(refusal)));
        let calls = CALLS.iter().filter(|call| few(self.accepted.get(**call)));
        let corners = CORNERS.iter().filter(|corner| few(self.corners.get(**corner)));
        let others = calls.chain(corners).map(|what| (*what).to_owned());
        others.chain(refusals).collect()
    }

    /// Both together.
    pub fn join(&mut self, other: Self) {
        self.turns += other.turns;
        for (what, times) in other.accepted {
            *self.accepted.entry(what).or_default() += times;
        }
        for (what, times) in other.refused {
            *self.refused.entry(what).or_default() += times;
        }
        for (what, times) in other.corners {
            *self.corners.entry(what).or_default() += times;
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of: &BTreeMap<String, u32>| of.values().sum::<u32>();
        let (accepted, refused) = (sum(&self.accepted), sum(&self.refused));
        writeln!(f, "{} turns", self.turns)?;
        writeln!(f, "{accepted} calls accepted: {:?}", self.accepted)?;
        writeln!(f, "{refused} calls refused: {:?}", self.refused)?;
        write!(f, "corners: {:?}", self.corners)
    }
}

/// The variant that a value is, with what is in parentheses but without what is in braces.
fn name(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    text.split(" {").next().unwrap_or_default().to_owned()
}
