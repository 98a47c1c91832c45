//! Taking in what another store of the holder's had: a backup, which may be old, damaged, or made by somebody else.
//!
//! It is treated as a relay is: what proves itself and is higher is taken, nothing is ever lowered, and a channel that was not
//! known here is unsure until the relay has shown what it has. So is every channel of a store that was put back itself.

use super::{
    Participant, Turn,
    channel::{Channel, Out, Subscription, World},
    limits,
    records::Record,
    timeline::{Stored, Timeline},
};
use crate::{BackupFault, Config, EntryKind, Notice, Refusal, StoreError, Write};
use std::{collections::BTreeMap, rc::Rc};
use thunder_channel::{Delegation, Reading, Signature, SignedClaim, TypedMessage};

impl Participant {
    /// What to write into a store that may be older than what its holder has signed since, such as a copy that was put back by hand,
    /// before it is loaded: its channels are unsure then.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] names the first record that cannot be what was written.
    pub fn doubts(config: &Config, records: &[(String, String)]) -> Result<Vec<Write>, StoreError> {
        let mut writes = Vec::new();
        for (key, value) in records {
            let Some(read) = Record::read(config, key, value) else {
                continue;
            };
            let (id, _, record) = read?;
            writes.push(
                Record {
                    sure: false,
                    ..record
                }
                .stored(id),
            );
        }
        Ok(writes)
    }
}

impl Turn {
    /// Takes in the records of another store.
    pub fn restore(&mut self, records: &[(String, String)]) -> Result<(), Refusal> {
        if self.next.world(self.now_ms).fresh().is_none() {
            return Err(Refusal::ChainStale);
        }
        if records.len() > limits::backup_records(self.next.config.accepted.channels) {
            return Err(Refusal::Backup(BackupFault::TooManyRecords));
        }
        let unreadable = |_: StoreError| Refusal::Backup(BackupFault::Unreadable);
        let (mut found, mut timelines) = (Vec::new(), BTreeMap::<_, Timeline>::new());
        for (key, value) in records {
            match Record::read(&self.next.config, key, value) {
                Some(read) => found.push(read.map_err(unreadable)?),
                None => {
                    if let Some(read) = Stored::read(key, value) {
                        let (id, page) = read.map_err(unreadable)?;
                        timelines.entry(id).or_default().insert(page);
                    }
                }
            }
        }
        let (mut taken, mut kept) = (0, 0);
        for (id, holder, record) in found {
            if !self.next.channels.contains_key(&id) {
                if self.next.channels.size() >= self.next.config.accepted.channels {
                    return Err(Refusal::Backup(BackupFault::TooManyChannels));
                }
                let fresh = Record::new(record.key, record.epoch, self.next.channels.size() as u64);
                let fresh = Channel::new(id, holder, fresh);
                self.next.channels.insert_mut(id, Rc::new(fresh));
                self.money.insert(id);
            }
            let timeline = timelines.remove(id.to_string().as_str()).unwrap_or_default();
            let better = self.with(id, |channel, world, out| {
                Ok(channel.take_back(world, out, &record, &timeline))
            })?;
            taken += u32::from(better);
            kept += u32::from(!better);
        }
        self.effects
            .push(crate::Effect::Notify(Notice::Restored { taken, kept }));
        Ok(())
    }
}

impl Channel {
    /// Takes what is better in another store's record. `false` if that had nothing better.
    fn take_back(&mut self, world: &World<'_>, out: &mut Out, other: &Record, timeline: &Timeline) -> bool {
        self.record.joined |= other.joined;
        self.take_permissions(world, other);
        self.take_bindings(world, other);
        let better = |theirs: Option<SignedClaim>, ours: Option<SignedClaim>| {
            theirs.filter(|theirs| ours.is_none_or(|ours| theirs.supersedes(&ours)))
        };
        let own = better(other.own, self.record.own);
        let received = better(other.received, self.record.received);
        let paid = |timeline: &Timeline| {
            timeline
                .entries()
                .any(|entry| matches!(entry.kind, EntryKind::Paid { .. }))
        };
        if paid(&self.timeline) {
            for claim in [own, received].into_iter().flatten() {
                self.take_claim(world, out, claim);
            }
        } else {
            // Nothing was paid here yet: the other store's history is this channel's, and tells these payments already.
            self.timeline.take_back(timeline);
            if let Some(own) = own {
                self.record.own = Some(own);
                self.record.last_nonce = self.record.last_nonce.max(own.claim.nonce);
            }
            if let Some(received) = received {
                self.record.received = Some(received);
                self.record.credited = self.record.credited.max(other.credited);
                let nonce = other.credited_nonce.min(received.claim.nonce);
                self.record.credited_nonce = self.record.credited_nonce.max(nonce);
            }
            self.credit(world, out);
        }
        // So that the relay hears what it lacks.
        self.link.subscription = Subscription::None;
        self.keep_subscribed(world, out);
        own.is_some() || received.is_some()
    }

    /// The wallet's permissions for the payment key, if they are by the wallet and for this key.
    fn take_permissions(&mut self, world: &World<'_>, other: &Record) {
        let (channel, key) = (self.id, world.config.payment_key.address());
        let domain = &world.config.domain;
        let by = |signature: &Signature, digest, signer| signature.recover(&digest) == Ok(signer);
        let delegation = other.delegation.filter(|signature| {
            let digest = Delegation { channel, key }.digest(domain);
            !self.is_forfeit() && by(signature, digest, self.signer())
        });
        let reading = other.reading.filter(|signature| {
            let digest = Reading { channel, key }.digest(domain);
            by(signature, digest, world.config.account)
        });
        self.record.delegation = self.record.delegation.or(delegation);
        self.record.reading = self.record.reading.or(reading);
    }

    /// What the other store handed out or signed binds here too, for no longer than this app ever binds itself.
    fn take_bindings(&mut self, world: &World<'_>, other: &Record) {
        let Some(reading) = world.fresh() else { return };
        let within = |longest: u64| {
            let latest = reading.clock.saturating_add(longest);
            move |until: u64| !world.passed(until) && until <= latest
        };
        let closes = within(limits::close_deadline(reading.mode));
        let settles =
            within(limits::settlement_expiry(reading.mode).saturating_mul(limits::MAX_EXPIRY_FACTOR));
        let withdraws =
            within(limits::withdrawal_expiry(reading.mode).saturating_mul(limits::MAX_EXPIRY_FACTOR));
        let record = &mut self.record;
        record.closing = record
            .closing
            .or(other.closing.filter(|close| closes(close.deadline)));
        record.frozen_until = record
            .frozen_until
            .max(other.frozen_until.filter(|until| settles(*until)));
        for withdrawal in &other.signed_withdrawals {
            let binds = withdrawal.channel == self.id && withdraws(withdrawal.expiry);
            let room = record.signed_withdrawals.len() < limits::MAX_SIGNED_WITHDRAWALS;
            if binds && room && !record.signed_withdrawals.contains(withdrawal) {
                record.signed_withdrawals.push(*withdrawal);
            }
        }
    }
}
