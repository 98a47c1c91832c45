//! The meter of one side of one session: counts bytes, makes statements, judges the other side's, says whether service may
//! go on, and keeps the best evidence.
//!
//! What is at stake, whatever the other side and the network do:
//!
//! - **A provider** has never passed more than one unit beyond the count that the client acknowledged
//!   ([`room`](Meter::room)), and stops at the first statement in which the client's own count is short of that by more than
//!   the tolerance. So what it has served and is not paid for is at most one unit, and the tolerated share of what was
//!   acknowledged.
//! - **A client** is charged for what it acknowledged, and acknowledges no count that its own is short of by more than the
//!   tolerance. So it is charged for what it has counted, and the tolerated share of what it acknowledged; and for one unit
//!   more after each crash that lost its count.
//!
//! The unit is all that is ever unacknowledged, so statements are due twice in a unit: with one only, a provider would stand
//! still at the end of every unit until the client has answered.

use super::{
    Accusation, Count, Counts, Evidence, Pair, Role, Session, SessionSettlement, Shares, SignedCount,
    StatementFault, is_beyond, shares,
};
use crate::{Amount, Bytes32, SigningKey};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use thiserror::Error;

/// How many statements are due while one unit passes.
pub const STATEMENTS_PER_UNIT: u64 = 2;
/// How many of its own statements a meter remembers, to recognise them when they are acknowledged: those from the last
/// acknowledged one on, since nobody goes back behind it. Between two acknowledgements a side says two as a rule, and more
/// when it pauses; what acknowledges an older one is refused, and the next statement repairs it.
pub const MAX_REMEMBERED: usize = 16;

/// One side's meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    session: Session,
    role: Role,
    deposit: Amount,
    state: MeterState,
}

/// What has to survive a crash. Bounded: 16 KiB of JSON at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeterState {
    #[serde(with = "crate::statements::decimal_u64")]
    count: u64,
    /// Oldest first.
    said: VecDeque<Said>,
    /// The other side's highest.
    heard: Option<SignedCount>,
    evidence: Evidence,
    accusation: Option<Accusation>,
    /// How many bytes may have passed uncounted, in crashes. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    unsure: u64,
}

/// A statement of one's own, and what it acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    statement: SignedCount,
    answers: Option<SignedCount>,
}

/// What became of a statement that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// It is looked at and gone.
#[allow(clippy::large_enum_variant)]
pub enum Heard {
    /// It says something new.
    News,
    /// It repeats, or is overtaken by, what is known.
    Stale,
    /// It proves that its signer is dishonest. Service ends here.
    Guilty(Accusation),
}

/// Why a statement was not taken. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HearFault {
    /// It binds nobody.
    #[error(transparent)]
    Statement(#[from] StatementFault),
    /// It acknowledges what this side did not say, or said too long ago.
    #[error("the statement acknowledges one that this side does not know")]
    UnknownAcknowledgement,
    /// The provider says that it served more than one unit without an acknowledgement.
    #[error("the provider claims more than a unit beyond what was acknowledged ({acknowledged} bytes)")]
    BeyondCredit {
        /// What was.
        acknowledged: u64,
    },
}

/// Bytes that a provider must not pass on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("only {room} bytes may pass before the client has acknowledged more, or put more in")]
pub struct NoRoom {
    /// How many may.
    pub room: u64,
}

impl Meter {
    /// A meter for a session that begins.
    #[must_use]
    pub fn new(session: Session, role: Role, deposit: Amount) -> Self {
        Self {
            session,
            role,
            deposit,
            state: MeterState::default(),
        }
    }

    /// Goes on from what was stored. `crashed` says that bytes may have passed since then: a client then takes the
    /// provider's word for one unit. After a pause, at whose beginning the meter was stored, none have.
    ///
    /// A provider has lost what it counted since: one unit at most, as it was stored with each statement.
    #[must_use]
    pub fn resume(session: Session, role: Role, deposit: Amount, state: MeterState, crashed: bool) -> Self {
        let lost = if crashed { session.key.terms.unit } else { 0 };
        let unsure = state.unsure.saturating_add(lost);
        Self {
            session,
            role,
            deposit,
            state: MeterState { unsure, ..state },
        }
    }

    /// What to store before anything is sent.
    #[must_use]
    pub const fn state(&self) -> &MeterState {
        &self.state
    }

    // ------------------------------------------------------------------------------------------- bytes

    /// How many bytes may pass now: what the deposit pays for, and for a provider no more than one unit beyond what was
    /// acknowledged. None once the other side is guilty.
    #[must_use]
    pub fn room(&self) -> u64 {
        if self.state.accusation.is_some() {
            return 0;
        }
        let paid_for = self.session.key.terms.covered(self.deposit);
        let most = match self.role {
            Role::Client => paid_for,
            Role::Provider => paid_for.min(self.credit()),
        };
        most.saturating_sub(self.state.count)
    }

    /// Counts bytes, before they are passed on.
    ///
    /// # Errors
    /// [`NoRoom`] for a provider, and nothing is counted. A client counts whatever came: it is the truth.
    pub fn pass(&mut self, bytes: u64) -> Result<(), NoRoom> {
        let room = self.room();
        if self.role == Role::Provider && bytes > room {
            return Err(NoRoom { room });
        }
        self.state.count = self.state.count.saturating_add(bytes);
        Ok(())
    }

    /// The client put more in.
    pub fn set_deposit(&mut self, deposit: Amount) {
        self.deposit = deposit;
    }

    // -------------------------------------------------------------------------------------- statements

    /// Whether a statement is due: half a unit has passed since the last one, the client has something to acknowledge, or the
    /// provider has come to the end of its room.
    #[must_use]
    pub fn is_due(&self) -> bool {
        let half = (self.session.key.terms.unit / STATEMENTS_PER_UNIT).max(1);
        let unsaid = self.state.count.saturating_sub(self.last_count());
        let waits = self.role == Role::Provider && self.room() == 0;
        self.has_news() && (unsaid >= half || waits || self.can_acknowledge_more())
    }

    /// Whether there is anything to say at all: before a pause and at the end, say it.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.state.accusation.is_none()
            && (self.state.count > self.last_count() || self.can_acknowledge_more())
    }

    /// Makes the next statement, if there is anything to say. Store the meter before it is sent.
    pub fn say(&mut self, by: &SigningKey) -> Option<SignedCount> {
        if !self.has_news() {
            return None;
        }
        let (domain, answers) = (&self.session.domain, self.to_acknowledge());
        let count = Count {
            session: self.session.id(),
            count: self.state.count,
            acknowledged: answers.map_or_else(Bytes32::zero, |answered| answered.name(domain)),
        };
        let statement = SignedCount::sign(count, by, domain);
        if let (Role::Client, Some(provider)) = (self.role, answers) {
            self.state.evidence.add(Pair {
                provider,
                client: statement,
            });
        }
        if self.state.said.len() == MAX_REMEMBERED {
            self.state.said.pop_front();
        }
        self.state.said.push_back(Said { statement, answers });
        Some(statement)
    }

    /// The last statement that was made, to be sent again where it may have been lost.
    #[must_use]
    pub fn last_said(&self) -> Option<SignedCount> {
        self.state.said.back().map(|said| said.statement)
    }

    /// Takes a statement of the other side.
    ///
    /// # Errors
    /// [`HearFault`] says why it is not believed; nothing has changed then.
    pub fn hear(&mut self, heard: SignedCount) -> Result<Heard, HearFault> {
        heard.verify(&self.session, self.role.other())?;
        let highest = self.state.heard.map_or(0, |known| known.count());
        let acknowledged = heard.statement.acknowledged;
        let answered = self.remembered(acknowledged);
        if answered.is_none() && !acknowledged.is_zero() {
            // What is overtaken may acknowledge what is forgotten.
            return if heard.count() <= highest {
                Ok(Heard::Stale)
            } else {
                Err(HearFault::UnknownAcknowledgement)
            };
        }
        if self.role == Role::Client && heard.count() > self.credit() {
            let acknowledged = self.counts().provider;
            return Err(HearFault::BeyondCredit { acknowledged });
        }

        let (accusation, raised) = match answered {
            Some(place) => {
                let said = self.state.said[place];
                // What was said before it will not be acknowledged any more, and each write is as long as what is remembered.
                self.state.said.drain(..place);
                self.judge(said, heard)
            }
            None => (None, false),
        };
        let higher = self.state.heard.is_none() || heard.count() > highest;
        if higher {
            self.state.heard = Some(heard);
            self.believe(heard.count());
        }
        if let Some(accusation) = accusation {
            // The first is enough.
            self.state.accusation.get_or_insert(accusation);
            return Ok(Heard::Guilty(accusation));
        }
        Ok(if higher || raised {
            Heard::News
        } else {
            Heard::Stale
        })
    }

    // ------------------------------------------------------------------------------------------- money

    /// The counts that the evidence adds up to.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.state.evidence.counts()
    }

    /// What this side has counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.state.count
    }

    /// What the other side last said that it had counted.
    #[must_use]
    pub fn their_count(&self) -> Option<u64> {
        self.state.heard.map(|heard| heard.count())
    }

    /// What the evidence is worth now.
    #[must_use]
    pub fn shares(&self) -> Shares {
        shares(&self.session.key.terms, self.deposit, self.counts())
    }

    /// The pairs to close with and to show: none, one, or two.
    #[must_use]
    pub fn evidence(&self) -> Vec<Pair> {
        self.state.evidence.pairs()
    }

    /// What the other side has signed against itself, if anything.
    #[must_use]
    pub const fn accusation(&self) -> Option<&Accusation> {
        self.state.accusation.as_ref()
    }

    /// The end by agreement that this side's evidence amounts to.
    #[must_use]
    pub fn settlement(&self, expiry: u64) -> SessionSettlement {
        let shares = self.shares();
        SessionSettlement {
            session: self.session.id(),
            charged: shares.charged(),
            paid: shares.paid,
            expiry,
        }
    }

    /// Whether this side should sign a settlement: it is no worse off than by its evidence, and the provider lets no client
    /// off what is burnt. Else a client that counts a little low would be offered the difference in the end, by a provider
    /// to whom it makes no difference.
    #[must_use]
    pub fn agrees_to(&self, settlement: &SessionSettlement) -> bool {
        let mine = self.shares();
        settlement.session == self.session.id()
            && Shares::of(self.deposit, settlement.charged, settlement.paid).is_some()
            && match self.role {
                Role::Client => settlement.charged <= mine.charged(),
                Role::Provider => settlement.charged >= mine.charged() && settlement.paid >= mine.paid,
            }
    }

    // --------------------------------------------------------------------------------------- in detail

    /// The count that a provider may come to: one unit beyond what was acknowledged.
    fn credit(&self) -> u64 {
        self.counts().provider.saturating_add(self.session.key.terms.unit)
    }

    fn last_count(&self) -> u64 {
        self.state.said.back().map_or(0, |said| said.statement.count())
    }

    /// The statement of the other side that the next one will carry. A client acknowledges the highest that is within the
    /// tolerance of its own count by now, and until then what it acknowledged before.
    fn to_acknowledge(&self) -> Option<SignedCount> {
        let before = self.state.said.back().and_then(|said| said.answers);
        let heard = self.state.heard?;
        let (client, provider) = (self.state.count, heard.count());
        let tolerance = self.session.key.terms.tolerance;
        if self.role == Role::Client && is_beyond(Counts { client, provider }, tolerance) {
            before
        } else {
            Some(heard)
        }
    }

    /// Only a client's acknowledgement is waited for. A provider's goes along with its counts.
    fn can_acknowledge_more(&self) -> bool {
        let next = self.to_acknowledge().map_or(0, |statement| statement.count());
        self.role == Role::Client && next > self.counts().provider
    }

    /// The place among what was said of the statement of this name.
    fn remembered(&self, name: Bytes32) -> Option<usize> {
        let domain = &self.session.domain;
        let said = &self.state.said;
        said.iter().rposition(|said| said.statement.name(domain) == name)
    }

    /// What a statement proves that acknowledges one of this side's: whether its signer is guilty, and whether it raises
    /// the evidence.
    fn judge(&mut self, said: Said, heard: SignedCount) -> (Option<Accusation>, bool) {
        let fell = said.answers.filter(|first| heard.count() < first.count());
        let fell = fell.map(|first| Accusation::Fell {
            first,
            between: said.statement,
            second: heard,
        });
        if self.role == Role::Client {
            return (fell, false);
        }
        let pair = Pair {
            provider: said.statement,
            client: heard,
        };
        let short = is_beyond(pair.counts(), self.session.key.terms.tolerance);
        let short = short.then_some(Accusation::Short { pair });
        // Even so it is evidence, and raises what it raises.
        let raised = self.state.evidence.add(pair);
        (fell.or(short), raised)
    }

    /// After a crash a client does not know what it lost: what the provider counts beyond it may be the truth, up to a unit.
    fn believe(&mut self, count: u64) {
        if self.role == Role::Client {
            let ahead = count.saturating_sub(self.state.count).min(self.state.unsure);
            self.state.count = self.state.count.saturating_add(ahead);
            self.state.unsure -= ahead;
        }
    }
}
