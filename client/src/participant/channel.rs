//! One channel as its holder has it: the record, the timeline, and what is known of the relay's side.

use super::{
    Reading,
    life::{Life, counted},
    limits,
    notes::Notes,
    records::Record,
    timeline::Timeline,
};
use crate::{
    Attention, Config, Effect, Entry, EntryKind, Notice, PaidOnce, PaymentReference, Refusal, TermsFault,
};
use std::{
    collections::{BTreeSet, VecDeque},
    rc::Rc,
};
use thunder_channel::{
    Address, Amount, ChannelId, Claim, Funding, Ledger, Nonce, PerSide, Policy, Side, SignedClaim,
    wire::{ClientFrame, Fingerprint},
};
use thunder_ethereum::ClockMode;

/// What a channel sees of its participant during one step.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub config: &'a Config,
    pub chain: Option<&'a Reading>,
    pub relay_up: bool,
    /// The counterparties with a link of their own.
    pub peers: &'a BTreeSet<Address>,
    /// Milliseconds since 1970.
    pub now_ms: u64,
}

impl<'a> World<'a> {
    /// The chain, if it was read recently. A host's clock that was set back counts as long ago too.
    pub fn fresh(&self) -> Option<&'a Reading> {
        self.chain
            .filter(|reading| self.now_ms.abs_diff(reading.at) <= limits::MAX_READING_AGE_MS)
    }

    /// Whether a transaction that is sent now comes too late for what the hub takes before `closes_at` only: a block hub's next block is
    /// the first that can hold it.
    pub fn is_overdue(&self, closes_at: u64) -> bool {
        self.chain.is_some_and(|reading| {
            let next = u64::from(reading.mode == ClockMode::Blocks);
            reading.clock.saturating_add(next) >= closes_at
        })
    }

    /// Whether a moment of the hub's clock has certainly passed: no block that could still be replaced is before it.
    pub fn passed(&self, at: u64) -> bool {
        self.chain.is_some_and(|reading| reading.confirmed_clock > at)
    }
}

/// What a channel wants of a step besides its own change.
#[derive(Default)]
pub struct Out {
    pub effects: Vec<Effect>,
    pub disbelieved: Vec<&'static str>,
    /// Notes that were dropped because of a bound.
    pub left_out: u64,
    /// A payment that was asked for by a reference.
    pub paid: Option<(PaymentReference, PaidOnce)>,
}

impl Out {
    pub fn notify(&mut self, notice: Notice) {
        self.effects.push(Effect::Notify(notice));
    }

    pub fn send(&mut self, frame: ClientFrame) {
        self.effects.push(Effect::Send(Box::new(frame)));
    }
}

/// A channel of the holder's.
#[derive(Clone, Debug)]
pub struct Channel {
    pub id: ChannelId,
    pub holder: Side,
    pub record: Record,
    pub timeline: Timeline,
    /// Shared with the state before a step, as long as the step leaves it alone.
    pub notes: Rc<Notes>,
    pub link: Link,
    /// The notes that a relay has shown and that need no telling again, oldest first; over connections, not over a restart.
    pub heard: Rc<Vec<Fingerprint>>,
    /// The holder's newest claims since the start, oldest first, at most [`limits::RECENT_CLAIMS`].
    pub recent: Rc<VecDeque<Claim>>,
}

/// What is known of the relay's copy of a channel. Forgotten with the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    pub subscription: Subscription,
    /// The best claim that each side had signed when the subscription said what is known here.
    pub asked_with: PerSide<Option<SignedClaim>>,
    /// The best own claim that the relay has stored.
    pub acknowledged: Option<(Amount, Nonce)>,
    /// When the best own claim was last sent, in milliseconds since 1970.
    pub sent_at: u64,
    /// The read mark that was last sent, and when, in milliseconds since 1970.
    pub marked: Amount,
    pub marked_at: u64,
    /// Whether the counterparty is connected.
    pub peer_online: bool,
}

/// How far a subscription has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subscription {
    #[default]
    None,
    /// Asked for at this time, in milliseconds since 1970.
    Asked(u64),
    /// A snapshot has come.
    Live,
}

impl Channel {
    pub fn new(id: ChannelId, holder: Side, record: Record) -> Self {
        Self {
            id,
            holder,
            record,
            timeline: Timeline::default(),
            notes: Rc::default(),
            link: Link::default(),
            heard: Rc::default(),
            recent: Rc::default(),
        }
    }

    /// The address whose signatures bind the holder.
    pub const fn signer(&self) -> Address {
        self.record.key.signer(self.holder)
    }

    /// The other side's address.
    pub const fn counterparty(&self) -> Address {
        self.record.key.address(self.holder.other())
    }

    /// Whether anybody listens to what is said about the channel: the relay, or the counterparty itself.
    pub fn is_heard(&self, world: &World<'_>) -> bool {
        world.relay_up || world.peers.contains(&self.counterparty())
    }

    /// Why the channel is not taken as the holder's own.
    pub fn fault(&self, world: &World<'_>) -> Option<TermsFault> {
        world.config.check_terms(&self.record.key, self.holder).err()
    }

    /// The holder's own channel, joined and fit for money.
    pub fn require_own(&self, world: &World<'_>) -> Result<(), Refusal> {
        world.config.check_terms(&self.record.key, self.holder)?;
        if self.record.joined {
            Ok(())
        } else {
            Err(Refusal::NotJoined)
        }
    }

    /// Open on the chain, by a recent reading.
    pub fn require_open<'a>(&self, world: &World<'a>) -> Result<&'a Reading, Refusal> {
        let reading = world.fresh().ok_or(Refusal::ChainStale)?;
        if self.record.now.is_open() {
            Ok(reading)
        } else {
            Err(Refusal::Phase(self.record.now.fault()))
        }
    }

    /// Nothing that the holder has signed or handed out forbids to sign more.
    pub fn require_free(&self) -> Result<(), Refusal> {
        if let Some(close) = &self.record.closing {
            return Err(Refusal::ClosingSent {
                deadline: close.deadline,
            });
        }
        if let Some(expiry) = self.record.frozen_until {
            return Err(Refusal::SettlementSigned { expiry });
        }
        self.require_idle_wallet()
    }

    pub const fn require_idle_wallet(&self) -> Result<(), Refusal> {
        if self.record.pending.is_some() {
            Err(Refusal::WalletBusy)
        } else {
            Ok(())
        }
    }

    pub const fn require_sure(&self) -> Result<(), Refusal> {
        if self.record.sure {
            Ok(())
        } else {
            Err(Refusal::Unsure)
        }
    }

    /// Whether claims are neither signed nor credited now, whatever else holds.
    pub const fn is_frozen(&self) -> bool {
        self.record.closing.is_some() || self.record.frozen_until.is_some()
    }

    /// Deposits that count and withdrawals that might: the chain's, or what the holder signed and has not expired.
    pub fn funding(&self) -> Funding {
        let mut funding = counted(&self.record.now, &self.record.confirmed);
        for withdrawal in &self.record.signed_withdrawals {
            if let Some(side) = self.record.key.side_of(withdrawal.to) {
                funding.withdrawn[side] = funding.withdrawn[side].max(withdrawal.total);
            }
        }
        funding
    }

    /// What the holder may believe and spend.
    pub fn ledger(&self) -> Ledger {
        Ledger {
            holder: self.holder,
            funding: self.funding(),
            paid: self.paid(),
            received: self.record.credited,
        }
    }

    /// The highest total that the holder has signed.
    pub fn paid(&self) -> Amount {
        SignedClaim::total_of(self.record.own.as_ref())
    }

    /// The highest total that the counterparty has signed.
    pub fn received(&self) -> Amount {
        SignedClaim::total_of(self.record.received.as_ref())
    }

    /// The totals that are credited are all that were signed.
    pub fn is_all_credited(&self) -> bool {
        self.ledger().credited() == self.received()
    }

    /// How closely its state has to be followed.
    pub fn attention(&self) -> Attention {
        let record = &self.record;
        if record.confirmed == Life::Settled {
            Attention::Finished
        } else if record.now.is_open() && record.now == record.confirmed && record.closing.is_none() {
            Attention::Quiet
        } else {
            Attention::Restless
        }
    }

    /// Whether there is still something to say about it to the relay.
    pub fn is_live(&self, world: &World<'_>) -> bool {
        self.record.joined && self.record.now != Life::Settled && self.fault(world).is_none()
    }

    pub fn is_forfeit(&self) -> bool {
        self.record.key.policy == Policy::Forfeit
    }

    pub fn tell(&mut self, world: &World<'_>, kind: EntryKind) {
        let paid = match kind {
            EntryKind::Paid { by, total, .. } => Some((by, total)),
            _ => None,
        };
        self.timeline.push(Entry::new(world.now_ms, kind));
        if let Some((payer, total)) = paid {
            self.place_waiting_memos(payer, total);
        }
    }

    pub fn notes_mut(&mut self) -> &mut Notes {
        Rc::make_mut(&mut self.notes)
    }
}
