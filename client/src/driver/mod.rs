//! Runs a participant over a host's ports: one step after another, each durable before it has any effect.

mod peer;
mod reading;
mod relay;
mod transactions;
mod wallet;

use crate::{
    ChainReader, ChannelView, Clock, Command, Config, Delivery, Effect, Event, Evidence, Glance, Head,
    Notice, Observer, PaidOnce, Participant, PaymentReference, Refusal, RelayLink, Replacing, SpendingView,
    Store, StoreError,
};
use futures::lock::Mutex;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use thiserror::Error;
use thunder_channel::{Address, ChannelId};
use thunder_ethereum::{H256, Provider, U256};

/// What a host gives.
#[derive(Clone)]
pub struct Ports {
    /// Durable memory.
    pub store: Rc<dyn Store>,
    /// The way to the relay.
    pub relay: Rc<dyn RelayLink>,
    /// The time.
    pub clock: Rc<dyn Clock>,
    /// The app's own node: everything that is read of the chain.
    pub chain: Rc<dyn Provider>,
    /// The wallet: accounts, typed signatures and sending only.
    pub wallet: Rc<dyn Provider>,
    /// What replaces transactions, where that is not the wallet's own business.
    pub replacing: Option<Rc<dyn Replacing>>,
    /// Who watches.
    pub observer: Rc<dyn Observer>,
}

/// Why a participant cannot run here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StartError {
    /// The store cannot be read, or holds what cannot be true. Nothing was changed in it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Stored, and sent if the relay is connected.
    Done,
    /// The transaction was mined.
    Mined(H256),
}

/// What `collect` would pay the holder in one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimable {
    /// The token; zero is ether.
    pub token: Address,
    /// In its smallest unit. Held payouts add up, so this can be more than one channel holds.
    pub amount: U256,
}

/// A participant that runs.
pub struct Driver {
    ports: Ports,
    participant: RefCell<Participant>,
    /// Held for the length of one step, its writes included: steps never overlap.
    turn: Mutex<()>,
    /// Held for the length of one reading.
    reading: Mutex<()>,
    reader: ChainReader<Rc<dyn Provider>>,
    /// Held while the wallet is asked: one window at a time.
    wallet: Mutex<()>,
    /// Ends the wallet request that waits.
    give_up: RefCell<Option<futures::channel::oneshot::Sender<()>>>,
    relay_online: Cell<bool>,
    /// A write was begun and is not known to have been made or not: the store decides before the next step.
    unknown: Cell<bool>,
    /// Something from the relay could not be stored: ask for everything again.
    missed: Cell<bool>,
}

impl Driver {
    /// Loads the store and is ready. The chain has to be read, and the relay connected, by the caller.
    ///
    /// # Errors
    /// [`StartError`] if the store is unreadable or corrupt.
    pub async fn start(config: Config, ports: Ports) -> Result<Rc<Self>, StartError> {
        let records = ports.store.load().await?;
        let participant = Participant::new(config, &records)?;
        let reader = ChainReader::new(
            ports.chain.clone(),
            participant.config(),
            participant.scanned_to(),
        );
        Ok(Rc::new(Self {
            ports,
            participant: RefCell::new(participant),
            turn: Mutex::new(()),
            reading: Mutex::new(()),
            reader,
            wallet: Mutex::new(()),
            give_up: RefCell::new(None),
            relay_online: Cell::new(false),
            unknown: Cell::new(false),
            missed: Cell::new(false),
        }))
    }

    /// What to show, newest channel first.
    #[must_use]
    pub fn views(&self) -> Vec<ChannelView> {
        self.participant.borrow().views(self.ports.clock.now_ms())
    }

    /// As [`views`](Self::views), but without timelines, which are most of them: for who looks after many channels.
    #[must_use]
    pub fn summaries(&self) -> Vec<ChannelView> {
        self.participant.borrow().summaries(self.ports.clock.now_ms())
    }

    /// The summaries that can have changed since `before`, which is brought up to now.
    #[must_use]
    pub fn changed_since(&self, before: &mut Glance) -> Vec<ChannelView> {
        let now = self.ports.clock.now_ms();
        self.participant.borrow().changed_since(before, now)
    }

    /// Whether the holder takes part in a channel with `account`.
    #[must_use]
    pub fn deals_with(&self, account: Address) -> bool {
        self.participant.borrow().deals_with(account)
    }

    /// What to show of one channel.
    #[must_use]
    pub fn view(&self, channel: ChannelId) -> Option<ChannelView> {
        let now = self.ports.clock.now_ms();
        self.participant.borrow().view(channel, now)
    }

    /// The same without its timeline.
    #[must_use]
    pub fn summary(&self, channel: ChannelId) -> Option<ChannelView> {
        let now = self.ports.clock.now_ms();
        self.participant.borrow().summary(channel, now)
    }

    /// Whom a channel is with, and how far the holder's last payment has come. Costs less than a view.
    #[must_use]
    pub fn delivery(&self, channel: ChannelId) -> Option<(Address, Delivery)> {
        self.participant.borrow().delivery(channel)
    }

    /// What was paid by a reference.
    #[must_use]
    pub fn paid_once(&self, reference: &PaymentReference) -> Option<PaidOnce> {
        self.participant.borrow().paid_once(reference)
    }

    /// The head and the hub's clock, when last read.
    #[must_use]
    pub fn head(&self) -> Option<(Head, u64)> {
        self.participant.borrow().head()
    }

    /// Whether the chain was read recently enough to pay and to be paid.
    #[must_use]
    pub fn chain_fresh(&self) -> bool {
        self.participant.borrow().chain_fresh(self.ports.clock.now_ms())
    }

    /// Whether the relay has accepted the sign-in.
    #[must_use]
    pub fn relay_online(&self) -> bool {
        self.relay_online.get()
    }

    /// Does what a person asks for. Resolves when it is stored and sent, a transaction when it is mined.
    ///
    /// # Errors
    /// [`Refusal`], in words for the person. A refused payment or signature changed nothing; a refused transaction may have
    /// left an intent (see [`crate::PhaseView::CloseSent`]).
    pub async fn command(&self, command: Command) -> Result<Outcome, Refusal> {
        if self.needs_wallet(&command) && self.wallet.try_lock().is_none() {
            return Err(Refusal::WalletBusy);
        }
        let opens = match &command {
            Command::Open { key, .. } => Some(*key),
            _ => None,
        };
        let effects = self.step(Event::Command(command)).await?;
        let outcome = self.run(effects).await?;
        let opened = opens.and_then(|key| self.summaries().into_iter().find(|view| view.key == key));
        if let Some(opened) = opened {
            // Alice chose to sign with the wallet. Her channel is open whatever it answers, and the page offers it again.
            let _: Result<(), Refusal> = Box::pin(self.follow(opened.id)).await;
        }
        Ok(outcome)
    }

    /// What proves the holder's money in a channel.
    #[must_use]
    pub fn evidence(&self, channel: ChannelId) -> Option<Evidence> {
        self.participant.borrow().evidence(channel)
    }

    /// What the payment key may pay, for each token that the person set a limit for.
    #[must_use]
    pub fn spending(&self) -> Vec<SpendingView> {
        self.participant.borrow().spending(self.ports.clock.now_ms())
    }

    /// Everything that is stored, between two steps: for a backup.
    ///
    /// # Errors
    /// [`Refusal::Store`]
    pub async fn records(&self) -> Result<Vec<(String, String)>, Refusal> {
        let _turn = self.turn.lock().await;
        let records = self.ports.store.load().await;
        records.map_err(Refusal::Store)
    }

    /// Takes in what another store of the holder's had. What is here is never lowered; a [`Notice::Restored`] says what came
    /// of it.
    ///
    /// # Errors
    /// [`Refusal::Backup`] if a record cannot be what a client wrote, [`Refusal::ChainStale`] before the chain was read.
    pub async fn restore(&self, records: Vec<(String, String)>) -> Result<(), Refusal> {
        self.step(Event::Restore(records)).await.map(drop)
    }

    /// Takes a channel as the holder's own. Where the wallet signs for the holder, it is asked once to let the payment key
    /// do so from now on.
    ///
    /// # Errors
    /// [`Refusal`]. If the wallet refused, the channel is joined all the same, and joining again asks again.
    pub async fn join(&self, channel: ChannelId) -> Result<(), Refusal> {
        self.command(Command::Join { channel }).await?;
        if self.participant.borrow().lacks_delegation(channel) {
            let delegation = self.ask_delegation(channel).await?;
            self.command(Command::Delegate { channel, delegation }).await?;
        }
        self.follow(channel).await
    }

    /// Has the wallet sign that the payment key may follow a channel at the relay, if nothing proves that yet: the wallet
    /// signs every payment there, and should not be asked at every connection as well.
    ///
    /// # Errors
    /// [`Refusal`]. Until the wallet has signed, what the other side pays in this channel does not arrive.
    pub async fn follow(&self, channel: ChannelId) -> Result<(), Refusal> {
        if self.participant.borrow().lacks_reading(channel) {
            let reading = self.ask_reading(channel).await?;
            self.command(Command::Follow { channel, reading }).await?;
        }
        Ok(())
    }

    /// One step: decided, made durable, and said to relay and screen. What needs the wallet is left to the caller, so that
    /// nothing else waits for a person.
    async fn step(&self, event: Event) -> Result<Vec<Effect>, Refusal> {
        let mut rest = Vec::new();
        {
            let _turn = self.turn.lock().await;
            self.recover().await?;
            let step = self.participant.borrow().step(event, self.ports.clock.now_ms())?;
            if !step.writes.is_empty() {
                // Stays set if the write fails, or if whoever waits for this step goes away.
                self.unknown.set(true);
                let written = self.ports.store.commit(&step.writes).await;
                written.map_err(Refusal::Store)?;
                self.unknown.set(false);
            }
            self.participant.replace(step.next);
            for effect in step.effects {
                match effect {
                    Effect::Send(frame) => self.ports.relay.send(&frame),
                    other => rest.push(other),
                }
            }
        }
        // The screen is told outside of the turn: it may ask for the next step at once.
        rest.retain(|effect| match effect {
            Effect::Notify(notice) => {
                self.ports.observer.notice(notice.clone());
                false
            }
            _ => true,
        });
        self.ports.observer.changed();
        Ok(rest)
    }

    /// Goes on from what the store has, where a write may or may not have been made: signing on from an older state could
    /// give two totals to one nonce.
    async fn recover(&self) -> Result<(), Refusal> {
        if self.unknown.get() {
            let reloaded = match self.ports.store.load().await {
                Ok(records) => self.participant.borrow().reloaded(&records),
                Err(error) => Err(error),
            };
            self.participant.replace(reloaded.map_err(Refusal::Store)?);
            self.unknown.set(false);
        }
        Ok(())
    }

    /// A step for something that was not asked for, where only the store can fail.
    async fn told(&self, event: Event) -> bool {
        match self.step(event).await {
            Ok(_) => true,
            Err(refusal) => {
                self.ports.observer.notice(Notice::StoreFailed { why: refusal });
                false
            }
        }
    }

    /// Does what a step wants of wallet and chain, one after the other.
    async fn run(&self, effects: Vec<Effect>) -> Result<Outcome, Refusal> {
        let mut outcome = Outcome::Done;
        let mut todo: std::collections::VecDeque<_> = effects.into();
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::SignByWallet(statement) => todo.extend(self.sign_by_wallet(statement).await?),
                Effect::Transact { call, purpose, pull } => {
                    outcome = Outcome::Mined(self.transact(call, purpose, pull).await?);
                }
                // Done by the step already.
                Effect::Send(_) | Effect::Notify(_) => (),
            }
        }
        Ok(outcome)
    }

    /// Whether a command opens the wallet's window whatever the participant says to it.
    const fn needs_wallet(&self, command: &Command) -> bool {
        !matches!(
            command,
            Command::Join { .. }
                | Command::Delegate { .. }
                | Command::Follow { .. }
                | Command::Pay { .. }
                | Command::PayOnce { .. }
                | Command::Request { .. }
                | Command::CancelRequest { .. }
                | Command::MarkRead { .. }
                | Command::ProposeSettlement { .. }
                | Command::ProposeWithdrawal { .. }
                | Command::DeclineSettlement { .. }
                | Command::DeclineWithdrawal { .. }
                | Command::DeclineRequest { .. }
                | Command::DeclinePayments { .. }
                | Command::SettleForMe { .. }
                | Command::LimitSpending { .. }
        )
    }
}
