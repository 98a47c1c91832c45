//! One sequence of turns on the model's side: what comes next, and what has to be seen on the chain.

use crate::{
    author::Author,
    cast::Cast,
    dice::Dice,
    purse::{Pocket, Purse},
    turn::{Deed, Role, Turn, amount_of},
};
use thunder_channel::{
    Amount, ChannelKey, HubCall, HubChannel, HubEvent, HubRefusal, ModelHub, PerSide, Sent, Told, keccak256,
};

/// Everything that can be seen of a channel and of the accounts around it. Numbers as the chain has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// Phase, epoch, both deposits, both withdrawn amounts, both totals, closer, closes at: as `channel` returns them,
    /// zero where the phase gives them no meaning.
    pub channel: [u128; 10],
    pub balances: [u128; 2],
    pub id: [u8; 32],
    pub ether: [u128; 3],
    pub tokens: [u128; 3],
    pub owed: [u128; 3],
}

/// What a turn comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What the hub told, and what the call returned.
    Done { told: Vec<Told>, returned: Vec<u8> },
    /// Reverted by the hub.
    Refused(HubRefusal),
    /// Reverted otherwise: the model never says so.
    Failed(String),
}

pub struct Sequence {
    pub cast: Cast,
    pub hub: ModelHub,
    purse: Purse,
    dice: Dice,
}

impl Sequence {
    pub fn new(cast: Cast, dice: Dice) -> Self {
        let pocket = |role: Role| Pocket::new(cast.account(role), role != Role::Bob || cast.bob_has_code);
        Self {
            hub: ModelHub::new(cast.place.domain),
            purse: Purse(Role::ALL.map(pocket)),
            cast,
            dice,
        }
    }

    /// The next turn, to be played at `clock`.
    pub fn next(&mut self, clock: u64) -> Option<Turn> {
        Author {
            dice: &mut self.dice,
            cast: &self.cast,
            hub: &self.hub,
            purse: &self.purse,
            clock,
        }
        .turn()
    }

    /// Plays a turn on the model.
    pub fn play(&mut self, turn: &Turn, clock: u64) -> Fate {
        let (call, value) = match turn.deed {
            Deed::Hub { call, value } => (call, value),
            Deed::WithPermit { call, .. } => (call, 0),
            Deed::Approve(units) => {
                self.purse.of_mut(turn.by).allowance = units;
                // The token's function returns true.
                return done(Vec::new(), word(1).to_vec());
            }
            Deed::TakeEther(mood) => {
                self.purse.of_mut(turn.by).takes_ether = mood;
                return done(Vec::new(), Vec::new());
            }
            Deed::TokenMoods { paying, paid } => {
                let pocket = self.purse.of_mut(turn.by);
                (pocket.paying_tokens, pocket.paid_tokens) = (paying, paid);
                return done(Vec::new(), Vec::new());
            }
        };
        let before = self.purse;
        if let (Deed::WithPermit { good: true, .. }, HubCall::Channel { key, .. }) = (turn.deed, &call)
            && !key.is_ether()
        {
            self.purse.of_mut(turn.by).allowance = amount_of(&call).units();
        }
        let sent = Sent {
            caller: self.cast.account(turn.by),
            value,
            clock,
        };
        match self.hub.apply(&call, &sent, &mut self.purse) {
            Ok(told) => {
                let returned = returned(&told);
                done(told, returned)
            }
            Err(refusal) => {
                // A permit is undone with the rest.
                self.purse = before;
                Fate::Refused(refusal)
            }
        }
    }

    /// What has to be seen of a channel of this sequence.
    pub fn scene(&self, key: &ChannelKey) -> Scene {
        let channel = self.hub.channel(key);
        let PerSide { alice, bob } = channel.balances();
        let of_each = |of: fn(&Pocket) -> u128| Role::ALL.map(|role| of(self.purse.of(role)));
        let ether = key.is_ether();
        Scene {
            channel: numbers(&channel),
            balances: [alice.units(), bob.units()],
            id: key.id(channel.epoch()).0.0,
            ether: of_each(|pocket| pocket.ether),
            tokens: if ether {
                [0; 3]
            } else {
                of_each(|pocket| pocket.tokens)
            },
            owed: Role::ALL.map(|role| self.hub.owed(key.token, self.cast.account(role))),
        }
    }
}

fn done(told: Vec<Told>, returned: Vec<u8>) -> Fate {
    Fate::Done { told, returned }
}

/// Opening returns the id, collecting the amount, and everything else nothing.
fn returned(told: &[Told]) -> Vec<u8> {
    match told.first() {
        Some(Told::Channel {
            channel,
            event: HubEvent::Opened { .. },
        }) => channel.0.0.to_vec(),
        Some(Told::Collected { units, .. }) => word(*units).to_vec(),
        _ => Vec::new(),
    }
}

fn word(number: u128) -> [u8; 32] {
    let mut word = [0; 32];
    word[16..].copy_from_slice(&number.to_be_bytes());
    word
}

fn numbers(channel: &HubChannel) -> [u128; 10] {
    let phase = channel.phase() as u128;
    let epoch = u128::from(channel.epoch());
    let mut numbers = [0; 10];
    numbers[..2].copy_from_slice(&[phase, epoch]);
    if let HubChannel::Open { funding, .. } | HubChannel::Closing { funding, .. } = channel {
        let (deposit, withdrawn) = (funding.deposit, funding.withdrawn);
        let amounts = [deposit.alice, deposit.bob, withdrawn.alice, withdrawn.bob];
        numbers[2..6].copy_from_slice(&amounts.map(Amount::units));
    }
    if let HubChannel::Closing {
        totals,
        closer,
        closes_at,
        ..
    } = channel
    {
        let (closer, closes_at) = (u128::from(closer.index()), u128::from(*closes_at));
        numbers[6..].copy_from_slice(&[totals.alice.units(), totals.bob.units(), closer, closes_at]);
    }
    numbers
}

/// The name of a sequence's keys and accounts.
pub fn name(seed: u64, index: u64) -> [u8; 32] {
    keccak256(&[seed.to_be_bytes(), index.to_be_bytes()].concat())
}
