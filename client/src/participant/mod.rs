//! The machine: a participant, one step after another. See the crate's documentation for what a step is.

mod chain;
mod channel;
mod claims;
mod closing;
mod declining;
mod life;
pub mod limits;
mod loading;
mod memos;
mod notes;
mod opening;
mod paid_once;
mod payments;
mod peers;
mod records;
mod relay;
mod requests;
mod restoring;
mod resuming;
mod settling;
mod signing;
mod spending;
mod timeline;
mod views;
mod withdrawing;

use crate::{
    ChannelView, Command, Config, Delivery, Effect, Event, Evidence, Head, Notice, Refusal, Signing,
    SpendingView, Step, StoreError, Watched, Write,
};
use channel::{Channel, Out, World};
use paid_once::PaidLog;
pub use paid_once::{BadReference, PaidOnce, PaymentReference};
use records::Scan;
use rpds::RedBlackTreeMap;
use serde::Serialize;
use spending::Spending;
use std::{collections::BTreeSet, rc::Rc};
use thunder_channel::{Address, Amount, ChannelId, MemoText, RequestNumber, SigningKey};
use thunder_ethereum::ClockMode;

/// Persistent, since every step clones it: with ten thousand channels, copying the map would cost more than the step.
type Channels = RedBlackTreeMap<ChannelId, Rc<Channel>>;

/// One participant: its channels and what it knows of chain and relay. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Participant {
    config: Rc<Config>,
    channels: Channels,
    chain: Option<Reading>,
    scan: Scan,
    spending: Spending,
    relay_up: bool,
    /// The counterparties that can be spoken to directly.
    peers: Rc<BTreeSet<Address>>,
    /// Payments that were asked for by a reference.
    paid_once: PaidLog,
    /// Notices about the relay since it connected.
    relay_notices: u32,
    /// What was not believed, in all.
    disbelieved: u64,
    /// Offers left out because there are too many channels.
    left_out: u64,
    /// Notes dropped because of a bound.
    notes_left_out: u64,
}

/// How a participant was when somebody last looked at it.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    channels: Channels,
    read_at: Option<u64>,
}

/// The last reading of the chain.
#[derive(Clone, Copy, Debug)]
struct Reading {
    head: Head,
    clock: u64,
    confirmed_clock: u64,
    mode: ClockMode,
    /// Milliseconds since 1970.
    at: u64,
}

impl Participant {
    /// A participant that knows nothing yet.
    fn empty(config: Config) -> Self {
        Self {
            config: Rc::new(config),
            channels: Channels::new(),
            chain: None,
            scan: Scan::default(),
            spending: Spending::default(),
            relay_up: false,
            peers: Rc::default(),
            paid_once: PaidLog::default(),
            relay_notices: 0,
            disbelieved: 0,
            left_out: 0,
            notes_left_out: 0,
        }
    }

    /// This participant with what its store holds now, after a write of which nobody knows whether it was made. What is known
    /// of chain and relay stays.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn reloaded(&self, records: &[(String, String)]) -> Result<Self, StoreError> {
        let mut participant = Self::new(Config::clone(&self.config), records)?;
        for (id, before) in &self.channels {
            if let Some(channel) = participant.channels.get_mut(id) {
                Rc::make_mut(channel).link = before.link;
            }
        }
        Ok(Self {
            config: self.config.clone(),
            channels: participant.channels,
            scan: participant.scan,
            spending: participant.spending,
            paid_once: participant.paid_once,
            ..self.clone()
        })
    }

    /// What follows from an event at `now_ms` (milliseconds since 1970). Nothing has happened until the step's writes are
    /// durable; then `next` takes this participant's place and the effects are to be done.
    ///
    /// # Errors
    /// [`Refusal`] says why nothing follows. Only commands and wallet signatures are refused.
    pub fn step(&self, event: Event, now_ms: u64) -> Result<Step, Refusal> {
        let mut turn = Turn::new(self, now_ms);
        match event {
            Event::Command(command) => turn.command(command)?,
            Event::Restore(records) => turn.restore(&records)?,
            Event::Chain(update) => turn.chain_read(&update),
            // Its age decides, so there is nothing to remember.
            Event::ChainUnreachable(_) => (),
            Event::RelayUp => turn.relay_up(),
            Event::RelayDown => turn.relay_down(),
            Event::PeerUp(peer) => turn.peer(peer, true),
            Event::PeerDown(peer) => turn.peer(peer, false),
            Event::PeerAsks(channel) => turn.peer_asks(channel),
            Event::Relay(frame) => turn.relay(*frame),
            Event::RelayGarbled(words) => turn.disbelieve(&words),
            Event::TransactionFailed(purpose) => turn.transaction_failed(&purpose),
            Event::WalletSigned { channel, signature } => {
                turn.with(channel, |channel, world, out| {
                    channel.wallet_signed(world, out, signature)
                })?;
            }
            Event::WalletRefused { channel } => {
                turn.with(channel, |channel, _, _| {
                    channel.record.pending = None;
                    Ok(())
                })?;
            }
        }
        Ok(turn.finish())
    }

    /// What to show, newest channel first.
    #[must_use]
    pub fn views(&self, now_ms: u64) -> Vec<ChannelView> {
        let world = self.world(now_ms);
        self.shown(&world).map(|channel| channel.view(&world)).collect()
    }

    /// As [`views`](Self::views), but without timelines, which are most of them: for who looks after many channels.
    #[must_use]
    pub fn summaries(&self, now_ms: u64) -> Vec<ChannelView> {
        let world = self.world(now_ms);
        self.shown(&world)
            .map(|channel| channel.summary(&world))
            .collect()
    }

    /// Newest first.
    fn shown(&self, world: &World<'_>) -> impl Iterator<Item = &Channel> {
        let shown = self.channels.values().filter(|channel| channel.is_shown(world));
        let mut shown: Vec<_> = shown.map(Rc::as_ref).collect();
        shown.sort_by_key(|channel| std::cmp::Reverse(channel.record.order));
        shown.into_iter()
    }

    /// The summaries that can have changed since `before`: those of the channels that did, or all once the chain was read again.
    #[must_use]
    pub fn changed_since(&self, before: &mut Glance, now_ms: u64) -> Vec<ChannelView> {
        let now = Glance {
            channels: self.channels.clone(),
            read_at: self.chain.map(|reading| reading.at),
        };
        let before = std::mem::replace(before, now);
        if before.read_at != self.chain.map(|reading| reading.at) {
            return self.summaries(now_ms);
        }
        let world = self.world(now_ms);
        let changed = self.channels.iter().filter(|(id, channel)| {
            before
                .channels
                .get(id)
                .is_none_or(|before| !Rc::ptr_eq(before, channel))
        });
        let shown = changed.filter(|(_, channel)| channel.is_shown(&world));
        shown.map(|(_, channel)| channel.summary(&world)).collect()
    }

    /// Whether the holder takes part in a channel with `account`.
    #[must_use]
    pub fn deals_with(&self, account: Address) -> bool {
        let mut channels = self.channels.values();
        channels.any(|channel| channel.record.joined && channel.counterparty() == account)
    }

    /// What to show of one channel, as far as it is shown at all.
    #[must_use]
    pub fn view(&self, id: ChannelId, now_ms: u64) -> Option<ChannelView> {
        let world = self.world(now_ms);
        let channel = self.channels.get(&id)?;
        channel.is_shown(&world).then(|| channel.view(&world))
    }

    /// The same without its timeline.
    #[must_use]
    pub fn summary(&self, id: ChannelId, now_ms: u64) -> Option<ChannelView> {
        let world = self.world(now_ms);
        let channel = self.channels.get(&id)?;
        channel.is_shown(&world).then(|| channel.summary(&world))
    }

    /// Whom a channel is with, and how far the holder's last payment has come. Costs less than a view.
    #[must_use]
    pub fn delivery(&self, id: ChannelId) -> Option<(Address, Delivery)> {
        let channel = self.channels.get(&id)?;
        Some((channel.counterparty(), channel.delivery()))
    }

    /// What was paid by a reference.
    #[must_use]
    pub fn paid_once(&self, reference: &PaymentReference) -> Option<PaidOnce> {
        self.paid_once.get(reference)
    }

    /// What the payment key may pay, for each token that the person set a limit for.
    #[must_use]
    pub fn spending(&self, now_ms: u64) -> Vec<SpendingView> {
        self.spending.views(now_ms)
    }

    /// What proves the holder's money in a channel; nothing of channels that are not taken as its own.
    #[must_use]
    pub fn evidence(&self, id: ChannelId) -> Option<Evidence> {
        let channel = self.channels.get(&id)?;
        channel.require_own(&self.world(0)).ok()?;
        let record = &channel.record;
        Some(Evidence::new(
            &self.config.domain,
            &record.key,
            record.epoch,
            channel.holder,
            record.own,
            record.received,
        ))
    }

    /// The head and the hub's clock, when last read.
    #[must_use]
    pub fn head(&self) -> Option<(Head, u64)> {
        self.chain.map(|reading| (reading.head, reading.clock))
    }

    /// Whether the chain was read recently enough to pay and to be paid.
    #[must_use]
    pub fn chain_fresh(&self, now_ms: u64) -> bool {
        self.world(now_ms).fresh().is_some()
    }

    /// The channels whose state a reading has to tell.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        let watched = |channel: &Rc<Channel>| Watched {
            key: channel.record.key,
            epoch: channel.record.epoch,
            attention: channel.attention(),
        };
        self.channels.values().map(watched).collect()
    }

    /// The block up to which the chain was searched for channels before this run.
    #[must_use]
    pub const fn scanned_to(&self) -> u64 {
        self.scan.to
    }

    /// How many things the relay said that were not believed.
    #[must_use]
    pub const fn disbelieved(&self) -> u64 {
        self.disbelieved
    }

    /// How many offers were left out because too many channels are known.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How many notes (memos, read marks) were dropped because there is a bound to them.
    #[must_use]
    pub const fn notes_left_out(&self) -> u64 {
        self.notes_left_out
    }

    /// What the holder was told at the start.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The payment key.
    pub(crate) fn payment_key(&self) -> &SigningKey {
        &self.config.payment_key
    }

    /// The key and life of a channel that is known here.
    pub(crate) fn key_of(
        &self,
        id: ChannelId,
    ) -> Option<(thunder_channel::ChannelKey, thunder_channel::Epoch)> {
        self.channels
            .get(&id)
            .map(|channel| (channel.record.key, channel.record.epoch))
    }

    /// The delegation that the wallet would have to sign so that the payment key can speak in a channel.
    pub(crate) fn lacks_delegation(&self, id: ChannelId) -> bool {
        self.channels.get(&id).is_some_and(|channel| {
            channel.signer() == self.config.account
                && channel.signer() != self.config.payment_key.address()
                && channel.record.delegation.is_none()
                && !channel.is_forfeit()
        })
    }

    /// Whether nobody has proved to the relay yet that the payment key reads for the holder.
    pub(crate) fn lacks_reading(&self, id: ChannelId) -> bool {
        let world = self.world(0);
        self.channels
            .get(&id)
            .is_some_and(|channel| channel.record.joined && !channel.can_read(&world))
    }

    fn world(&self, now_ms: u64) -> World<'_> {
        World {
            config: &self.config,
            chain: self.chain.as_ref(),
            relay_up: self.relay_up,
            peers: &self.peers,
            now_ms,
        }
    }
}

/// One step under way.
struct Turn {
    next: Participant,
    now_ms: u64,
    money: BTreeSet<ChannelId>,
    writes: Vec<Write>,
    effects: Vec<Effect>,
}

impl Turn {
    fn new(participant: &Participant, now_ms: u64) -> Self {
        Self {
            next: participant.clone(),
            now_ms,
            money: BTreeSet::new(),
            writes: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Changes one channel. What it refuses leaves no trace.
    fn with<T>(
        &mut self,
        id: ChannelId,
        change: impl FnOnce(&mut Channel, &World<'_>, &mut Out) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let before = self.next.channels.get(&id).ok_or(Refusal::UnknownChannel)?;
        let mut channel = Channel::clone(before);
        let mut out = Out::default();
        let result = change(&mut channel, &self.next.world(self.now_ms), &mut out)?;
        let written = self.writes.len();
        if channel.record != before.record {
            self.money.insert(id);
        }
        self.writes.extend(channel.timeline.writes(id));
        if channel.notes != before.notes {
            self.writes.push(channel.notes.write(id));
        }
        let stored = self.writes.len() > written || channel.record != before.record;
        // One that is as it was stays the same one, so that who looks sees at once that nothing changed.
        if stored || channel.link != before.link || channel.heard != before.heard {
            self.next.channels.insert_mut(id, Rc::new(channel));
        }
        self.effects.append(&mut out.effects);
        self.next.notes_left_out = self.next.notes_left_out.saturating_add(out.left_out);
        if let Some((reference, paid)) = out.paid {
            self.writes.push(self.next.paid_once.insert(reference, paid));
        }
        for words in out.disbelieved {
            self.disbelieve(words);
        }
        Ok(result)
    }

    /// Changes every channel that is known, where nothing can be refused.
    fn with_each(&mut self, mut change: impl FnMut(&mut Channel, &World<'_>, &mut Out)) {
        for id in self.next.channels.keys().copied().collect::<Vec<_>>() {
            // A channel that is known is never refused as unknown, and `change` refuses nothing.
            let _: Result<(), Refusal> = self.with(id, |channel, world, out| {
                change(channel, world, out);
                Ok(())
            });
        }
    }

    fn command(&mut self, command: Command) -> Result<(), Refusal> {
        match command {
            Command::Open { key, amount } => self.open(key, amount),
            Command::Collect { token } => {
                self.collect(token);
                Ok(())
            }
            Command::Deposit { channel, amount } => self.with(channel, |c, w, o| c.deposit(w, o, amount)),
            Command::Join { channel } => self.with(channel, Channel::join),
            Command::Follow { channel, reading } => self.with(channel, |c, w, o| c.follow(w, o, reading)),
            Command::Delegate { channel, delegation } => {
                self.with(channel, |c, w, o| c.delegate(w, o, delegation))
            }
            Command::LimitSpending { token, limit } => self.limit_spending(token, limit),
            Command::Pay {
                channel,
                amount,
                memo,
                request,
            } => self.pay(None, channel, amount, memo, request),
            Command::PayOnce {
                reference,
                channel,
                amount,
                memo,
                request,
            } => match self.next.paid_once.get(&reference) {
                None => self.pay(Some(reference), channel, amount, memo, request),
                Some(paid) if (paid.channel, paid.amount) == (channel, amount) => Ok(()),
                Some(_) => Err(Refusal::ReferenceUsed),
            },
            Command::Request {
                channel,
                amount,
                expiry,
                memo,
            } => self.with(channel, |c, w, o| c.request(w, o, amount, expiry, memo)),
            Command::CancelRequest { channel, number } => {
                self.with(channel, |c, w, o| c.cancel_request(w, o, number))
            }
            Command::MarkRead { channel, total } => self.with(channel, |c, w, o| c.mark_read(w, o, total)),
            Command::Close { channel } => self.with(channel, |c, w, o| c.close(w, o, None)),
            Command::CloseUnderstating { channel, paid } => {
                self.with(channel, |c, w, o| c.close(w, o, Some(paid)))
            }
            Command::Claim { channel } => self.with(channel, Channel::claim),
            Command::Settle { channel } => self.with(channel, Channel::settle),
            Command::Accept { channel } => self.with(channel, Channel::accept),
            Command::ProposeSettlement { channel } => self.with(channel, Channel::propose_settlement),
            Command::AgreeSettlement { channel } => self.with(channel, Channel::agree_settlement),
            Command::ProposeWithdrawal { channel, amount } => {
                self.with(channel, |c, w, o| c.propose_withdrawal(w, o, amount))
            }
            Command::AgreeWithdrawal { channel } => self.with(channel, Channel::agree_withdrawal),
            Command::DeclineSettlement { channel } => self.with(channel, Channel::decline_settlement),
            Command::DeclineWithdrawal { channel } => self.with(channel, Channel::decline_withdrawal),
            Command::DeclineRequest { channel, number } => {
                self.with(channel, |c, w, o| c.decline_request(w, o, number))
            }
            Command::DeclinePayments { channel } => self.with(channel, Channel::decline_payments),
            Command::SettleForMe { channel } => self.with(channel, Channel::settle_for_me),
        }
    }

    /// Pays. What the payment key signs by itself has to be within the person's limits first.
    fn pay(
        &mut self,
        reference: Option<PaymentReference>,
        id: ChannelId,
        amount: Amount,
        memo: Option<MemoText>,
        request: Option<RequestNumber>,
    ) -> Result<(), Refusal> {
        let world = self.next.world(self.now_ms);
        let channel = self.next.channels.get(&id).ok_or(Refusal::UnknownChannel)?;
        if channel.signing(&world) == Signing::PaymentKey {
            self.spend(channel.record.key.token, amount)?;
        }
        self.with(id, |channel, world, out| {
            channel.pay(world, out, reference, amount, memo, request)
        })
    }

    /// Counts what the relay said in vain, and says so a few times per connection.
    fn disbelieve(&mut self, words: &str) {
        self.next.disbelieved = self.next.disbelieved.saturating_add(1);
        let words = shortened(words);
        self.relay_notice(Notice::Disbelieved { words });
    }

    fn relay_notice(&mut self, notice: Notice) {
        if self.next.relay_notices < limits::MAX_RELAY_NOTICES {
            self.next.relay_notices += 1;
            self.effects.push(Effect::Notify(notice));
        }
    }

    fn finish(mut self) -> Step {
        for id in self.money {
            if let Some(channel) = self.next.channels.get(&id) {
                self.writes.push(channel.record.stored(id));
            }
        }
        Step {
            next: self.next,
            writes: self.writes,
            effects: self.effects,
        }
    }
}

fn shortened(words: &str) -> String {
    words
        .chars()
        .filter(|c| !c.is_control())
        .take(limits::MAX_WORDS)
        .collect()
}

fn json(value: &impl Serialize) -> String {
    match serde_json::to_string(value) {
        Ok(text) => text,
        // Every map key is a string and every `Serialize` here is derived or infallible.
        Err(_) => unreachable!("records always have a JSON form"),
    }
}
