//! What the machine of accounts is told, and what it gives back.

use super::{
    book::Book,
    frame::{AccountFrame, SignedSwap},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thunder_api::{AccountNews, Owned};
use thunder_channel::{Address, Amount, Bytes32, ChannelId, Domain, Signature, SigningKey};

/// What the machine has to know of the world.
pub struct World<'a> {
    /// The account's key.
    pub key: &'a SigningKey,
    /// The hub and the chain that signatures are good for.
    pub domain: Domain,
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// Random, and another one each time.
    pub number: Bytes32,
    /// How a channel stands.
    pub way: &'a dyn Fn(ChannelId) -> Option<Way>,
    /// Whether a node is linked.
    pub linked: &'a dyn Fn(Address) -> bool,
}

/// How a channel stands.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Its token.
    pub token: Address,
    /// Whether it can be paid in.
    pub open: bool,
    /// What each side has paid.
    pub paid: Owned,
    /// What this node can pay.
    pub spendable: Amount,
}

/// A swap that this node has signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// With the signatures that it holds.
    pub signed: SignedSwap,
    /// How it stands.
    pub state: State,
}

/// How a swap stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// This node has signed; whether all have is not known.
    Signed,
    /// One that has not signed will not.
    Refused { by: Address, signature: Signature },
    /// It is booked here, and these have said that they have booked it.
    Complete { told: BTreeSet<Address> },
}

impl Swap {
    /// Whether its end is not known here, or not known to have reached the others.
    pub fn is_unsettled(&self) -> bool {
        match &self.state {
            State::Signed => true,
            State::Refused { .. } => false,
            State::Complete { told } => told.len() < 2,
        }
    }
}

/// A payment that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// To whom.
    pub to: Address,
    /// In which channel.
    pub channel: ChannelId,
    /// This node's total with it: it names the payment.
    pub total: Amount,
    /// How much.
    pub amount: Amount,
}

/// Something that happened in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// With which node.
    pub with: Address,
    /// The account's channel.
    pub channel: ChannelId,
    /// What.
    pub news: AccountNews,
    /// How much.
    pub amount: Amount,
}

/// What comes of something.
#[derive(Debug, Default)]
pub struct Step {
    /// Accounts that changed.
    pub books: BTreeMap<Address, Book>,
    /// Swaps that changed.
    pub swaps: BTreeMap<Bytes32, Swap>,
    /// What to say, once that is written down.
    pub says: Vec<(Address, AccountFrame)>,
    /// What to tell the operator.
    pub news: Vec<News>,
    /// Who promised not to sign a swap, and did.
    pub liar: Option<Address>,
    /// Swaps to forget, and up to which expiry swaps may be forgotten then.
    pub forget: Option<(Vec<Bytes32>, u64)>,
    /// Swaps of which others are reminded.
    pub(super) reminded: Vec<Bytes32>,
}

impl Step {
    pub(super) fn tell(&mut self, with: Address, channel: ChannelId, news: AccountNews, amount: Amount) {
        self.news.push(News {
            with,
            channel,
            news,
            amount,
        });
    }
}
