//! Opening, funding and joining a channel, and what is handed to the wallet for it.

use super::{
    Turn,
    channel::{Channel, Out, World},
    closing::hub,
    life::Life,
    limits,
    records::Record,
};
use crate::{Effect, Pull, Refusal, TransactionPurpose};
use std::rc::Rc;
use thunder_channel::{
    Address, Amount, ChannelKey, Delegation, MAX_AMOUNT, Reading, Side, Signature, TypedMessage,
};

impl Turn {
    /// Opens a channel. It is written down before the wallet sees it, so this store knows that the channel began here.
    pub fn open(&mut self, key: ChannelKey, amount: Amount) -> Result<(), Refusal> {
        let config = self.next.config.clone();
        if key.bob == config.account {
            return Err(Refusal::OwnAddress);
        }
        if key.alice != config.account || !config.is_own_signer(key.alice_signer) {
            return Err(Refusal::NotYours);
        }
        key.check(config.domain.hub)?;
        config.check_terms(&key, Side::Alice)?;
        let lives = self
            .next
            .channels
            .values()
            .filter(|channel| channel.record.key == key);
        let last = lives.max_by_key(|channel| channel.record.epoch);
        let epoch = match last.map(|channel| &channel.record) {
            None => 0,
            Some(record) if record.now == Life::Settled => record.epoch.saturating_add(1),
            Some(record) if record.now == Life::Absent => record.epoch,
            Some(record) => return Err(Refusal::Phase(record.now.fault())),
        };
        let id = key.id(epoch);
        if !self.next.channels.contains_key(&id) {
            // A salt that was drawn just now no other store can have signed for; a key that is opened again it can.
            let record = Record {
                sure: epoch == 0,
                ..Record::new(key, epoch, self.next.channels.size() as u64)
            };
            self.next
                .channels
                .insert_mut(id, Rc::new(Channel::new(id, Side::Alice, record)));
            self.money.insert(id);
        }
        self.with(id, |channel, world, out| {
            channel.record.joined = true;
            channel.record.opening = Some(world.now_ms);
            let call = hub(world).open(&key, amount);
            let purpose = TransactionPurpose::Open { key, amount };
            out.effects.push(Effect::Transact {
                call,
                purpose,
                pull: pull(&key, amount),
            });
            Ok(())
        })
    }

    /// Has the hub pay out what a failed push left.
    pub fn collect(&mut self, token: Address) {
        let world = self.next.world(self.now_ms);
        let call = hub(&world).collect(token, self.next.config.account);
        self.effects.push(Effect::Transact {
            call,
            purpose: TransactionPurpose::Collect(token),
            pull: None,
        });
    }

    /// An opening that the wallet or the chain refused is no longer shown. If it is mined all the same, the chain tells.
    pub fn transaction_failed(&mut self, purpose: &TransactionPurpose) {
        if let TransactionPurpose::Open { key, .. } = purpose {
            self.with_each(|channel, _, _| {
                if channel.record.key == *key && channel.record.now == Life::Absent {
                    channel.record.opening = None;
                }
            });
        }
    }
}

impl Channel {
    /// Adds to the holder's deposit.
    pub fn deposit(&mut self, world: &World<'_>, out: &mut Out, amount: Amount) -> Result<(), Refusal> {
        self.require_own(world)?;
        self.require_open(world)?;
        if let Some(close) = &self.record.closing {
            return Err(Refusal::ClosingSent {
                deadline: close.deadline,
            });
        }
        if amount.is_zero() {
            return Err(Refusal::Zero);
        }
        let deposit = self.record.now.funding().deposit;
        let sum = deposit.alice.units() + deposit.bob.units() + amount.units();
        if sum > MAX_AMOUNT {
            return Err(Refusal::AboveChannel);
        }
        let (key, id) = (self.record.key, self.id);
        let call = hub(world).deposit(&key, self.record.epoch, self.holder, amount);
        let purpose = TransactionPurpose::Deposit { channel: id, amount };
        out.effects.push(Effect::Transact {
            call,
            purpose,
            pull: pull(&key, amount),
        });
        Ok(())
    }

    /// Takes the channel as the holder's own.
    pub fn join(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        world.config.check_terms(&self.record.key, self.holder)?;
        if matches!(self.record.now, Life::Absent | Life::Settled) {
            return Err(Refusal::Phase(self.record.now.fault()));
        }
        self.record.joined = true;
        self.keep_subscribed(world, out);
        Ok(())
    }

    /// Lets the payment key speak for the holder in this channel.
    pub fn delegate(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        delegation: Signature,
    ) -> Result<(), Refusal> {
        self.require_own(world)?;
        let key = world.config.payment_key.address();
        if self.signer() == key {
            return Ok(());
        }
        if self.is_forfeit() {
            return Err(Refusal::ForfeitDelegation);
        }
        let digest = Delegation {
            channel: self.id,
            key,
        }
        .digest(&world.config.domain);
        if delegation.recover(&digest) != Ok(self.signer()) {
            return Err(Refusal::BadDelegation);
        }
        self.record.delegation = Some(delegation);
        self.link.subscription = super::channel::Subscription::None;
        self.keep_subscribed(world, out);
        Ok(())
    }

    /// Lets the payment key follow the channel at the relay, without letting it sign.
    pub fn follow(&mut self, world: &World<'_>, out: &mut Out, reading: Signature) -> Result<(), Refusal> {
        self.require_own(world)?;
        let digest = Reading {
            channel: self.id,
            key: world.config.payment_key.address(),
        }
        .digest(&world.config.domain);
        if reading.recover(&digest) != Ok(world.config.account) {
            return Err(Refusal::BadDelegation);
        }
        self.record.reading = Some(reading);
        self.link.subscription = super::channel::Subscription::None;
        self.keep_subscribed(world, out);
        Ok(())
    }

    /// Whether the payment key, which signs in at the relay, can prove there that it reads for the holder.
    pub fn can_read(&self, world: &World<'_>) -> bool {
        self.signer() == world.config.payment_key.address()
            || self.record.delegation.is_some()
            || self.record.reading.is_some()
    }

    /// Whether a screen should know of it: the chain has or had it, or it was handed to the wallet not long ago.
    pub fn is_shown(&self, world: &World<'_>) -> bool {
        let opening = |at: u64| world.now_ms.saturating_sub(at) <= limits::OPENING_MS;
        self.record.seen || self.record.opening.is_some_and(opening)
    }
}

fn pull(key: &ChannelKey, amount: Amount) -> Option<Pull> {
    (!key.is_ether() && !amount.is_zero()).then_some(Pull {
        token: key.token,
        amount,
    })
}
