//! What a reading of the chain changes.

use super::{
    Reading, Turn,
    channel::{Channel, Out, World},
    life::Life,
    limits,
    records::{Record, SCAN, Scan},
};
use crate::{ChainUpdate, ChannelOnChain, EntryKind, Notice, Write};
use std::{collections::BTreeMap, rc::Rc};
use thunder_channel::{ChannelId, Side};
use thunder_ethereum::{ChannelEvent, HubEvent};

impl Turn {
    pub fn chain_read(&mut self, update: &ChainUpdate) {
        self.next.chain = Some(Reading {
            head: update.head,
            clock: update.clock,
            confirmed_clock: update.confirmed_clock,
            mode: update.clock_mode,
            at: self.now_ms,
        });
        let mut read = BTreeMap::new();
        for told in &update.channels {
            let id = told.key.id(told.epoch);
            self.discover(id, told);
            read.insert(id, told);
        }
        let mut happened = BTreeMap::<_, Vec<&ChannelEvent>>::new();
        for event in &update.events {
            happened.entry(event.channel).or_default().push(event);
        }
        self.with_each(|channel, world, out| {
            let events = happened.get(&channel.id).map_or(&[][..], Vec::as_slice);
            channel.told(world, read.get(&channel.id).copied(), events, update.events_from);
            channel.go_on(world, out);
        });
        self.note_scan(update);
    }

    /// A channel that is new here: the holder's own is joined, anybody else's is an offer.
    fn discover(&mut self, id: ChannelId, told: &ChannelOnChain) {
        if self.next.channels.contains_key(&id) {
            return;
        }
        let config = &self.next.config;
        let Some(holder) = told.key.side_of(config.account) else {
            return;
        };
        if holder == Side::Bob && self.next.channels.size() >= config.accepted.channels {
            self.next.left_out = self.next.left_out.saturating_add(1);
            return;
        }
        let acceptable = config.check_terms(&told.key, holder).is_ok();
        let mut record = Record::new(told.key, told.epoch, self.next.channels.size() as u64);
        record.joined = holder == Side::Alice && acceptable;
        self.next
            .channels
            .insert_mut(id, Rc::new(Channel::new(id, holder, record)));
        self.money.insert(id);
        let offered = holder == Side::Bob && acceptable && Life::of(told.epoch, &told.now).is_open();
        if offered {
            let by = told.key.alice;
            self.effects
                .push(crate::Effect::Notify(Notice::Offered { channel: id, by }));
        }
    }

    /// Writes down how far the chain was searched, but not for every block of a quiet one.
    fn note_scan(&mut self, update: &ChainUpdate) {
        let to = update.head.number;
        let due =
            !update.events.is_empty() || to >= self.next.scan.to.saturating_add(limits::SCAN_RECORD_BLOCKS);
        if (due && to != self.next.scan.to) || to < self.next.scan.to {
            self.next.scan = Scan { to };
            self.writes.push(Write::Put {
                key: SCAN.to_owned(),
                value: super::json(&self.next.scan),
            });
        }
    }
}

impl Channel {
    /// What the reading says of this channel. One that it does not name is as the reading before left it.
    fn told(
        &mut self,
        world: &World<'_>,
        told: Option<&ChannelOnChain>,
        events: &[&ChannelEvent],
        from: u64,
    ) {
        let record = &mut self.record;
        if let Some(told) = told {
            record.now = Life::of(record.epoch, &told.now);
            record.confirmed = Life::of(record.epoch, &told.confirmed);
            record.paid_out = told.paid_out.or(record.paid_out);
        }
        record.seen |= record.now != Life::Absent;
        if record.now.is_open() {
            record.paid_out = None;
        }
        for event in events {
            if let HubEvent::Settled { amounts } = event.kind {
                record.paid_out = Some(amounts);
            }
        }
        let happened: Vec<_> = events
            .iter()
            .map(|event| (entry_of(event), event.transaction))
            .collect();
        self.timeline.merge_chain(from, &happened, world.now_ms);
    }

    /// What follows from the time that went by and the money that came and went.
    fn go_on(&mut self, world: &World<'_>, out: &mut Out) {
        self.forget_close(world);
        self.forget_settlements(world);
        self.forget_withdrawals(world, out);
        self.credit(world, out);
        self.keep_subscribed(world, out);
    }
}

fn entry_of(event: &ChannelEvent) -> EntryKind {
    let block = event.block;
    match event.kind {
        HubEvent::Opened { amount, .. } => EntryKind::Opened { block, amount },
        HubEvent::Deposited { side, amount, .. } => EntryKind::Deposited { side, amount, block },
        HubEvent::Withdrawn { side, amount, .. } => EntryKind::Withdrawn { side, amount, block },
        HubEvent::Closing {
            closer, closes_at, ..
        } => EntryKind::Closing {
            closer,
            closes_at,
            block,
        },
        HubEvent::Claimed { payer, total } => EntryKind::Claimed { payer, total, block },
        HubEvent::Forfeited { closer, .. } => EntryKind::Forfeited { closer, block },
        HubEvent::Settled { amounts } => EntryKind::Settled {
            paid_out: amounts,
            block,
        },
    }
}
