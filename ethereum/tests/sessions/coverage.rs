//! What the sequences got to.

use crate::sequence::{Deed, Fate, Sequence, Turn};
use std::{
    collections::BTreeMap,
    fmt::{self, Debug},
};
use thunder_channel::metering::{SessionCall, SessionEvent, SessionState, SessionsCall, SessionsTold};
use thunder_ethereum::SESSION_ERRORS;

/// How many times each thing has to be seen for the sequences to be worth something.
const ENOUGH: u32 = 3;

/// What calls alone cannot bring about: the contract called by itself or from within its own calls, a call with little gas, a
/// key proposed sixteen million times.
const OUT_OF_REACH: [&str; 4] = ["Reentered", "OnlySelf", "NotEnoughGas", "NoMoreEpochs"];

const CALLS: [&str; 15] = [
    "Propose",
    "Propose with a permit",
    "Open",
    "Open with a permit",
    "Accept",
    "Decline",
    "WithdrawProposal",
    "TopUp",
    "TopUp with a permit",
    "Close",
    "Show",
    "Settle",
    "SettleTogether",
    "SetLimit",
    "Collect",
];

const CORNERS: [&str; 11] = [
    "a key proposed for the third time",
    "accepted in the last moment",
    "a close with nothing",
    "a pair in the last moment of the period",
    "a settlement in the first moment after the period",
    "an agreement while a period runs",
    "something burnt",
    "the whole deposit charged",
    "counts beyond the tolerance",
    "a payout held",
    "a clock of seconds",
];

#[derive(Default)]
pub struct Coverage {
    turns: u32,
    accepted: BTreeMap<String, u32>,
    refused: BTreeMap<String, u32>,
    corners: BTreeMap<&'static str, u32>,
}

impl Coverage {
    /// Counts a turn that came to `fate` in a session which was in the state `before`.
    pub fn count(
        &mut self,
        sequence: &Sequence,
        turn: &Turn,
        before: &SessionState,
        clock: u64,
        fate: &Fate,
    ) {
        self.turns += 1;
        let (call, permit) = match &turn.deed {
            Deed::Call { call, .. } => (call, ""),
            Deed::WithPermit { call, .. } => (call, " with a permit"),
            Deed::Approve(_) | Deed::TakeEther(_) | Deed::TokenMoods { .. } => return,
        };
        match fate {
            Fate::Done { told, .. } => {
                let of = match call {
                    SessionsCall::Session { call, .. } => name(call),
                    other => name(other),
                };
                *self.accepted.entry(format!("{of}{permit}")).or_default() += 1;
                self.saw("a clock of seconds", sequence.place.counts_seconds);
                if let SessionsCall::Session { call, .. } = call {
                    self.count_done(call, before, clock);
                }
                self.count_told(told);
            }
            Fate::Refused(refusal) => *self.refused.entry(name(refusal)).or_default() += 1,
            Fate::Failed(_) => (),
        }
    }

    fn count_done(&mut self, call: &SessionCall, before: &SessionState, clock: u64) {
        let ends = match before {
            SessionState::Closing { closes_at, .. } => *closes_at,
            _ => 0,
        };
        match call {
            SessionCall::Propose { .. } | SessionCall::Open { .. } => {
                self.saw("a key proposed for the third time", before.epoch() >= 1);
            }
            SessionCall::Accept { .. } => {
                let last = matches!(before, SessionState::Proposed { accept_by, .. } if *accept_by == clock);
                self.saw("accepted in the last moment", last);
            }
            SessionCall::Close { pair, .. } => self.saw("a close with nothing", pair.is_none()),
            SessionCall::Show { .. } => {
                self.saw("a pair in the last moment of the period", clock + 1 == ends);
            }
            SessionCall::Settle { .. } => {
                self.saw("a settlement in the first moment after the period", clock == ends);
            }
            SessionCall::SettleTogether { .. } => {
                self.saw("an agreement while a period runs", clock < ends);
            }
            _ => (),
        }
    }

    fn count_told(&mut self, told: &[SessionsTold]) {
        let held = told.iter().any(|told| matches!(told, SessionsTold::Held { .. }));
        self.saw("a payout held", held);
        for told in told {
            if let SessionsTold::Session {
                event:
                    SessionEvent::Settled {
                        shares,
                        beyond_tolerance,
                    },
                ..
            } = told
            {
                self.saw("something burnt", !shares.burnt.is_zero());
                self.saw("the whole deposit charged", shares.refund.is_zero());
                self.saw("counts beyond the tolerance", *beyond_tolerance);
            }
        }
    }

    fn saw(&mut self, what: &'static str, really: bool) {
        *self.corners.entry(what).or_default() += u32::from(really);
    }

    /// What was seen less often than it has to be.
    pub fn missing(&self) -> Vec<String> {
        let refusals = SESSION_ERRORS.iter().flat_map(|signature| {
            let error = signature.split('(').next().unwrap_or_default();
            let of = |cases: &[&str]| cases.iter().map(|case| format!("{error}({case})")).collect();
            match error {
                _ if OUT_OF_REACH.contains(&error) => Vec::new(),
                "WrongPhase" => of(&["Empty", "Proposed", "Active", "Closing", "Ended"]),
                "BadTerms" => of(&[
                    "ZeroAddress",
                    "SameSides",
                    "SameSigners",
                    "ContractAsParty",
                    "ContractAsToken",
                    "ZeroPeriod",
                    "ZeroPrice",
                    "ZeroUnit",
                    "QuantityBelowUnit",
                    "ToleranceTooHigh",
                    "FreeUnit",
                    "PriceTooHigh",
                ]),
                _ => vec![error.to_owned()],
            }
        });
        let few = |times: Option<&u32>| times.is_none_or(|times| *times < ENOUGH);
        let refusals = refusals.filter(|refusal| few(self.refused.get(refusal)));
        let calls = CALLS.into_iter().filter(|call| few(self.accepted.get(*call)));
        let corners = CORNERS.into_iter().filter(|corner| few(self.corners.get(corner)));
        refusals
            .chain(calls.map(str::to_owned))
            .chain(corners.map(str::to_owned))
            .collect()
    }
}

/// A variant's name, with the name of what it is about if that is all it holds.
fn name(of: &impl Debug) -> String {
    let text = format!("{of:?}");
    let end = text.find([' ', '{']).unwrap_or(text.len());
    text[..end].to_owned()
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of: &BTreeMap<String, u32>| of.values().sum::<u32>();
        let (turns, accepted, refused) = (self.turns, sum(&self.accepted), sum(&self.refused));
        write!(f, "{turns} turns, {accepted} calls accepted, {refused} refused; ")?;
        write!(f, "{:?} {:?} {:?}", self.accepted, self.refused, self.corners)
    }
}
