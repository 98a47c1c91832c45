//! The contract as a whole: all sessions, the providers' limits, the payouts that wait to be collected, and what is burnt.

use super::{DEFAULT_LIMIT, SessionCall, SessionEvent, SessionRefusal, SessionState, SessionsCall};
use crate::{
    Address, Amount, Domain, Money, Sent,
    metering::{SessionId, SessionKey},
};
use std::collections::HashMap;

/// What the contract tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // They come one at a time.
pub enum SessionsTold {
    /// Of a session.
    Session {
        /// The session and life.
        session: SessionId,
        /// What happened.
        event: SessionEvent,
    },
    /// A provider takes so many active sessions from now on.
    LimitSet {
        /// Who.
        provider: Address,
        /// How many.
        limit: u32,
    },
    /// A payout could not be pushed.
    Held {
        /// The token; the zero address is ether.
        token: Address,
        /// Whose money.
        account: Address,
        /// How much, in the token's smallest unit.
        units: u128,
    },
    /// What was held is paid.
    Collected {
        /// The token; the zero address is ether.
        token: Address,
        /// Whose money.
        account: Address,
        /// How much, in the token's smallest unit.
        units: u128,
    },
}

/// How many sessions of a provider are active or closing, and how many it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Are.
    pub active: u32,
    /// At most.
    pub limit: u32,
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            active: 0,
            limit: DEFAULT_LIMIT,
        }
    }
}

/// The contract of sessions.
#[derive(Clone, Debug)]
pub struct ModelSessions {
    domain: Domain,
    sessions: HashMap<SessionKey, SessionState>,
    capacities: HashMap<Address, Capacity>,
    /// By token and account. A `u128` holds four thousand million payouts of the largest amount.
    owed: HashMap<(Address, Address), u128>,
    burnt: HashMap<Address, u128>,
}

impl ModelSessions {
    /// A contract without sessions, at `domain`.
    #[must_use]
    pub fn new(domain: Domain) -> Self {
        Self {
            domain,
            sessions: HashMap::new(),
            capacities: HashMap::new(),
            owed: HashMap::new(),
            burnt: HashMap::new(),
        }
    }

    /// The state of a key's current life.
    #[must_use]
    pub fn session(&self, key: &SessionKey) -> SessionState {
        self.sessions.get(key).copied().unwrap_or_default()
    }

    /// What a provider takes.
    #[must_use]
    pub fn capacity(&self, provider: Address) -> Capacity {
        self.capacities.get(&provider).copied().unwrap_or_default()
    }

    /// What is held for `account`.
    #[must_use]
    pub fn owed(&self, token: Address, account: Address) -> u128 {
        self.owed.get(&(token, account)).copied().unwrap_or_default()
    }

    /// What has been burnt of a token so far.
    #[must_use]
    pub fn burnt(&self, token: Address) -> u128 {
        self.burnt.get(&token).copied().unwrap_or_default()
    }

    /// All that the contract has to hold of a token: deposits, what waits to be collected, and what is burnt.
    #[must_use]
    pub fn holds(&self, token: Address) -> u128 {
        let sessions = self.sessions.iter().filter(|(key, _)| key.terms.token == token);
        let deposits: u128 = sessions.map(|(_, state)| state.deposit().units()).sum();
        let owed = self.owed.iter().filter(|((of, _), _)| *of == token);
        deposits + owed.map(|(_, units)| units).sum::<u128>() + self.burnt(token)
    }

    /// One call: what the contract tells, in order.
    ///
    /// # Errors
    /// The [`SessionRefusal`] that the contract reverts with; then nothing has changed and nothing has moved.
    pub fn apply(
        &mut self,
        call: &SessionsCall,
        sent: &Sent,
        money: &mut impl Money,
    ) -> Result<Vec<SessionsTold>, SessionRefusal> {
        match call {
            SessionsCall::Collect { token, account } => self.collect(*token, *account, money),
            SessionsCall::SetLimit { limit } => {
                let (provider, limit) = (sent.caller, *limit);
                self.capacities.entry(provider).or_default().limit = limit;
                Ok(vec![SessionsTold::LimitSet { provider, limit }])
            }
            SessionsCall::Session { key, call } => self.apply_to_session(key, call, sent, money),
        }
    }

    fn apply_to_session(
        &mut self,
        key: &SessionKey,
        call: &SessionCall,
        sent: &Sent,
        money: &mut impl Money,
    ) -> Result<Vec<SessionsTold>, SessionRefusal> {
        let (before, capacity) = (self.session(key), self.capacity(key.provider));
        let reached = (capacity.active >= capacity.limit).then_some(capacity.limit);
        let outcome = before.apply(key, call, sent, &self.domain, reached)?;
        let (token, taken) = (key.terms.token, outcome.taken.units());
        if taken != 0 && !money.pull(token, sent.caller, taken) {
            return Err(SessionRefusal::TokenTransferFailed);
        }
        self.sessions.insert(*key, outcome.state);
        self.count_active(key.provider, &before, &outcome.state);

        let session = key.id(outcome.state.epoch());
        let mut told = Vec::new();
        for event in outcome.events {
            if let SessionEvent::Settled { shares, .. } = event {
                *self.burnt.entry(token).or_default() += shares.burnt.units();
            }
            told.push(SessionsTold::Session { session, event });
        }
        for (account, amount) in [(key.client, outcome.refund), (key.provider, outcome.paid)] {
            told.extend(self.pay(token, account, amount, money));
        }
        Ok(told)
    }

    fn count_active(&mut self, provider: Address, before: &SessionState, after: &SessionState) {
        let counts = |state: &SessionState| {
            matches!(state, SessionState::Active { .. } | SessionState::Closing { .. })
        };
        match (counts(before), counts(after)) {
            (false, true) => self.capacities.entry(provider).or_default().active += 1,
            (true, false) => self.capacities.entry(provider).or_default().active -= 1,
            _ => (),
        }
    }

    fn pay(
        &mut self,
        token: Address,
        account: Address,
        amount: Amount,
        money: &mut impl Money,
    ) -> Option<SessionsTold> {
        let units = amount.units();
        if units == 0 || money.push(token, account, units) {
            return None;
        }
        *self.owed.entry((token, account)).or_default() += units;
        Some(SessionsTold::Held {
            token,
            account,
            units,
        })
    }

    fn collect(
        &mut self,
        token: Address,
        account: Address,
        money: &mut impl Money,
    ) -> Result<Vec<SessionsTold>, SessionRefusal> {
        let units = self.owed(token, account);
        if units == 0 {
            return Err(SessionRefusal::NothingOwed);
        }
        if !money.push(token, account, units) {
            return Err(if token.is_zero() {
                SessionRefusal::EtherTransferFailed
            } else {
                SessionRefusal::TokenTransferFailed
            });
        }
        self.owed.remove(&(token, account));
        Ok(vec![SessionsTold::Collected {
            token,
            account,
            units,
        }])
    }
}
