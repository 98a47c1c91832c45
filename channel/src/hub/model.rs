//! The hub as a whole: all channels, and the payouts that wait to be collected.

use super::{HubCall, HubChannel, HubEvent, HubRefusal, Sent};
use crate::{Address, Amount, ChannelId, ChannelKey, Domain, Side};
use std::collections::HashMap;

/// The money around the hub, which obeys others: ether and tokens, and who refuses them. The zero address is ether.
///
/// What a method refuses has moved nothing.
pub trait Money {
    /// Moves `units` from `from` into the hub. Whether the ether came with the call is the hub's own rule.
    fn pull(&mut self, token: Address, from: Address, units: u128) -> bool;

    /// Moves `units` out of the hub to `to`.
    fn push(&mut self, token: Address, to: Address, units: u128) -> bool;
}

/// What the hub tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Of a channel.
    Channel {
        /// The channel and life.
        channel: ChannelId,
        /// What happened.
        event: HubEvent,
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

/// The hub.
#[derive(Clone, Debug)]
pub struct ModelHub {
    domain: Domain,
    channels: HashMap<ChannelKey, HubChannel>,
    /// By token and account. A `u128` holds four thousand million payouts of the largest amount.
    owed: HashMap<(Address, Address), u128>,
}

impl ModelHub {
    /// A hub without channels, at `domain`.
    #[must_use]
    pub fn new(domain: Domain) -> Self {
        Self {
            domain,
            channels: HashMap::new(),
            owed: HashMap::new(),
        }
    }

    /// The state of a key's current life.
    #[must_use]
    pub fn channel(&self, key: &ChannelKey) -> HubChannel {
        self.channels.get(key).copied().unwrap_or_default()
    }

    /// What is held for `account`.
    #[must_use]
    pub fn owed(&self, token: Address, account: Address) -> u128 {
        self.owed.get(&(token, account)).copied().unwrap_or_default()
    }

    /// All that the hub has to hold of a token: what is in channels, and what waits to be collected.
    #[must_use]
    pub fn holds(&self, token: Address) -> u128 {
        let channels = self.channels.iter().filter(|(key, _)| key.token == token);
        let pots: u128 = channels.map(|(_, channel)| channel.pot().units()).sum();
        let owed = self.owed.iter().filter(|((of, _), _)| *of == token);
        pots + owed.map(|(_, units)| units).sum::<u128>()
    }

    /// One call: what the hub tells, in order.
    ///
    /// # Errors
    /// The [`HubRefusal`] that the hub reverts with; then nothing has changed and nothing has moved.
    pub fn apply(
        &mut self,
        call: &HubCall,
        sent: &Sent,
        money: &mut impl Money,
    ) -> Result<Vec<Told>, HubRefusal> {
        match call {
            HubCall::Collect { token, account } => self.collect(*token, *account, money),
            HubCall::Channel { key, call } => {
                let outcome = self.channel(key).apply(key, call, sent, &self.domain)?;
                let taken = outcome.taken.units();
                if taken != 0 && !money.pull(key.token, sent.caller, taken) {
                    return Err(HubRefusal::TokenTransferFailed);
                }
                self.channels.insert(*key, outcome.channel);
                let channel = key.id(outcome.channel.epoch());
                let events = outcome.events.into_iter();
                let mut told: Vec<_> = events.map(|event| Told::Channel { channel, event }).collect();
                for side in Side::BOTH {
                    told.extend(self.pay(key.token, key.address(side), outcome.paid[side], money));
                }
                Ok(told)
            }
        }
    }

    fn pay(
        &mut self,
        token: Address,
        account: Address,
        amount: Amount,
        money: &mut impl Money,
    ) -> Option<Told> {
        let units = amount.units();
        if units == 0 || money.push(token, account, units) {
            return None;
        }
        *self.owed.entry((token, account)).or_default() += units;
        Some(Told::Held {
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
    ) -> Result<Vec<Told>, HubRefusal> {
        let units = self.owed(token, account);
        if units == 0 {
            return Err(HubRefusal::NothingOwed);
        }
        if !money.push(token, account, units) {
            return Err(if token.is_zero() {
                HubRefusal::EtherTransferFailed
            } else {
                HubRefusal::TokenTransferFailed
            });
        }
        self.owed.remove(&(token, account));
        Ok(vec![Told::Collected {
            token,
            account,
            units,
        }])
    }
}
