//! The watchtower: shows a sleeping side's claim to the hub, and settles for a side that asked for it.
//!
//! It holds nobody's keys: anybody may show a claim, and the claims are the payers' own. What it needs is an account with gas
//! money. It acts at the first block in which it sees the close, and then watches over its transactions until they are mined.
//!
//! What to do is decided in [`duty`], what to offer for gas in [`thunder_ethereum::fees`], and what becomes of transactions in [`desk`]; this file
//! asks and sends.

pub mod desk;
pub mod duty;
pub mod keystore;

use crate::{
    Config, Limits,
    config::WatchtowerConfig,
    counters::{Count, Counters},
    follow::{Handed, Nodes, Phases},
    store::Store,
};
use anyhow::Context;
use desk::{Action, Costed, Desk, Flight, Purpose, Remark, View};
use duty::{Duty, Need, Spending, Task};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use thiserror::Error;
use thunder_channel::{ChannelId, SigningKey, checksummed};
use thunder_ethereum::{
    At, Block, Call, ChainError, ClockMode, Hub, HubChannel,
    fees::{DEFAULT_TIP, Market},
    query,
    sending::{self, Fee, SendRefusal, SignedTransaction, Transaction},
};

/// Gas above the estimate, in percent: a claim that gets in between can make a call dearer, and the hub reverts unless it can
/// forward the whole cap of a payout.
const GAS_MARGIN_PERCENT: u64 = 25;
/// What a transfer of nothing takes.
const TRANSFER_GAS: u64 = 21_000;
/// Up to so many closing channels, the store is asked for each at every look: a first claim can come in during the period.
const FEW_CHANNELS: usize = 100;
/// Beyond, it is asked for those of which it had nothing only after so many blocks. Anybody can close channels of his own by the
/// thousand, to keep the tower from the one that matters.
const RECHECK_BLOCKS: u64 = 8;
const WEI_PER_GWEI: u128 = 1_000_000_000;

/// A watchtower at work.
pub struct Watchtower {
    key: SigningKey,
    chain_id: u64,
    hub: Hub,
    clock_mode: ClockMode,
    nodes: Arc<Nodes>,
    store: Arc<dyn Store>,
    spending: Spending,
    limits: Limits,
    counters: Arc<Counters>,
    status: Arc<Status>,
    desk: Desk,
    /// Closing channels of which the store has nothing, and the block at which it is asked again.
    strangers: HashMap<ChannelId, u64>,
    low: bool,
}

/// The watchtower as the operator sees it.
#[derive(Debug, Default)]
pub struct Status {
    balance_gwei: AtomicU64,
    closing: AtomicU64,
    in_flight: AtomicU64,
}

/// Why a look of the watchtower was not whole. The next one goes on.
#[derive(Debug, Error)]
pub enum LookError {
    /// The chain could not be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

impl Status {
    /// Ether on the tower's account, in gwei.
    #[must_use]
    pub fn balance_gwei(&self) -> u64 {
        self.balance_gwei.load(Ordering::Relaxed)
    }

    /// Channels that are closing at the hub, the relay's and others'.
    #[must_use]
    pub fn closing(&self) -> u64 {
        self.closing.load(Ordering::Relaxed)
    }

    /// Transactions that wait to be mined.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.in_flight.load(Ordering::Relaxed)
    }
}

impl Watchtower {
    /// A watchtower over this store and chain.
    ///
    /// # Errors
    /// In words for the operator: the address book's clock mode is unknown.
    pub fn new(
        config: &Config,
        tower: &WatchtowerConfig,
        nodes: Arc<Nodes>,
        store: Arc<dyn Store>,
        counters: Arc<Counters>,
    ) -> anyhow::Result<Self> {
        let addresses = &config.addresses;
        let clock_mode = ClockMode::parse(&addresses.clock_mode).context("the address book's clock mode")?;
        tracing::info!(account = %checksummed(tower.key.address()), "the watchtower is awake");
        Ok(Self {
            key: tower.key.clone(),
            chain_id: addresses.chain_id,
            hub: Hub::new(addresses.hub),
            clock_mode,
            nodes,
            store,
            spending: Spending {
                ether_percent: tower.ether_percent,
                token_wei: tower.token_wei,
                tokens: addresses.tokens.iter().map(|token| token.address).collect(),
                low_wei: tower.low_wei,
            },
            limits: config.limits.clone(),
            counters,
            status: Arc::default(),
            desk: Desk::default(),
            strangers: HashMap::new(),
            low: false,
        })
    }

    /// What the operator sees of it.
    #[must_use]
    pub fn status(&self) -> Arc<Status> {
        Arc::clone(&self.status)
    }

    /// Does what there is to do at this block. Dropped half-way it loses at most the memory of what it sent, which is then sent
    /// again in the same place.
    ///
    /// # Errors
    /// [`LookError`] for what could not be looked at; the rest was done.
    pub async fn look(&mut self, head: &Block, phases: &Phases) -> Result<(), LookError> {
        self.strangers
            .retain(|channel, _| phases.closing.contains_key(channel));
        self.desk.retain(|channel| phases.closing.contains_key(channel));
        let balance = self.look_at_balance().await?;
        let duties = self.duties(head, phases).await?;
        let done = self.act(head, balance, &duties).await;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.status
            .closing
            .store(count(phases.closing.len()), Ordering::Relaxed);
        self.status
            .in_flight
            .store(count(self.desk.in_flight()), Ordering::Relaxed);
        done
    }

    async fn look_at_balance(&mut self) -> Result<u128, ChainError> {
        let account = self.key.address();
        let balance = self.nodes.ask(|| query::balance(account, At::Latest)).await?;
        let balance = u128::try_from(balance).unwrap_or(u128::MAX);
        let gwei = u64::try_from(balance / WEI_PER_GWEI).unwrap_or(u64::MAX);
        self.status.balance_gwei.store(gwei, Ordering::Relaxed);
        let low = balance < self.spending.low_wei;
        if low && !self.low {
            self.counters.add(Count::TowerLow);
            tracing::warn!(account = %checksummed(account), balance_gwei = gwei, "the watchtower runs out of gas money; send it some ether");
        }
        self.low = low;
        Ok(balance)
    }

    /// What there is to do, the most urgent first.
    async fn duties(&mut self, head: &Block, phases: &Phases) -> Result<Vec<Costed>, LookError> {
        let clock = match self.clock_mode {
            ClockMode::Blocks => head.number,
            ClockMode::Seconds => head.timestamp,
        };
        let mut duties = Vec::new();
        for (channel, close) in &phases.closing {
            let asked_later = self
                .strangers
                .get(channel)
                .is_some_and(|block| head.number < *block);
            if asked_later && phases.closing.len() > FEW_CHANNELS {
                continue;
            }
            let kept = self.store.load(*channel).await?;
            if kept.life.is_none() {
                self.strangers
                    .insert(*channel, head.number.saturating_add(RECHECK_BLOCKS));
                continue;
            }
            match close.need(*channel, &kept, clock) {
                Need::Do(duty) => duties.extend(self.costed(*duty, clock).await?),
                Need::Missed if self.desk.first_time(*channel, Remark::Missed) => {
                    self.counters.add(Count::TowerMissed);
                    tracing::error!(%channel, "the period ended before a better claim was shown");
                }
                Need::Missed | Need::Nothing => (),
            }
        }
        duties.sort_by_key(|costed| costed.duty.close.closes_at);
        Ok(duties)
    }

    /// With what it may cost; nothing if the hub is further than what was read.
    async fn costed(&self, duty: Duty, clock: u64) -> Result<Option<Costed>, ChainError> {
        let (hub, key) = (self.hub, duty.key);
        let answer = self
            .nodes
            .ask(|| query::call(&hub.channel(&key), None, At::Latest))
            .await?;
        let HubChannel::Closing {
            epoch,
            funding,
            totals,
            closer,
            ..
        } = self.hub.read_channel(&answer)?
        else {
            return Ok(None);
        };
        let shown = |task: &Task| matches!(task, Task::Show(claim) if claim.claim.total <= totals[closer]);
        if epoch != duty.epoch || shown(&duty.task) {
            return Ok(None);
        }
        let budget = duty
            .budget(&funding, &self.spending)
            .saturating_sub(self.desk.spent(duty.channel));
        let urgency = match duty.task {
            Task::Show(_) => duty.close.urgency(&key, clock),
            Task::Settle => 0,
        };
        Ok(Some(Costed {
            duty,
            budget,
            urgency,
        }))
    }

    async fn act(&mut self, head: &Block, balance: u128, duties: &[Costed]) -> Result<(), LookError> {
        if duties.is_empty() && self.desk.in_flight() == 0 {
            return Ok(());
        }
        let (account, number) = (self.key.address(), head.number);
        let mined = self
            .nodes
            .ask(|| sending::next_nonce(account, At::Number(number)))
            .await?;
        // A node without an opinion is no reason to do nothing.
        let tip = self
            .nodes
            .ask(sending::suggested_tip)
            .await
            .unwrap_or(DEFAULT_TIP);
        let market = Market {
            base: head.base_fee.unwrap_or_default(),
            tip,
        };
        let view = View {
            head: number,
            mined,
            market,
            duties,
        };
        let mut outcome = Ok(());
        for action in self.desk.plan(&view, &self.limits) {
            let done = match action {
                Action::Landed(flight) => self.landed(&flight).await,
                Action::Start(place, costed) => self.start(place, &costed, &view, balance).await,
                Action::Raise(place, fee) => self.raise(place, fee, &view).await,
                Action::Remind(place) => self.remind(place).await,
                Action::Vacate(place) => self.vacate(place, &view).await,
            };
            // One that fails keeps no other from being done.
            if let Err(error) = done {
                tracing::warn!(%error, "a step of the watchtower failed and is tried again");
                outcome = Err(error.into());
            }
        }
        outcome
    }

    async fn landed(&mut self, flight: &Flight) -> Result<(), ChainError> {
        for hash in flight.hashes.iter().rev() {
            let Some(receipt) = self.nodes.ask(|| query::receipt(*hash)).await? else {
                continue;
            };
            match (flight.purpose, receipt.succeeded) {
                (Purpose::Nothing, _) => (),
                (Purpose::Show(channel, total), true) => {
                    self.counters.add(Count::TowerAnswered);
                    tracing::info!(%channel, %total, block = receipt.block, gas = receipt.gas_used, transaction = ?hash, "a closer that understated what it paid was answered");
                }
                (Purpose::Settle(channel), true) => {
                    self.counters.add(Count::TowerSettled);
                    tracing::info!(%channel, block = receipt.block, gas = receipt.gas_used, transaction = ?hash, "a channel was settled for a side that asked for it");
                }
                (Purpose::Show(channel, _) | Purpose::Settle(channel), false) => {
                    let wei = u128::from(receipt.gas_used).saturating_mul(flight.fee.most);
                    self.desk.spend(channel, wei);
                    self.counters.add(Count::TowerReverted);
                    tracing::warn!(%channel, block = receipt.block, transaction = ?hash, "a transaction of the watchtower failed");
                }
            }
            break;
        }
        Ok(())
    }

    async fn start(
        &mut self,
        place: u64,
        costed: &Costed,
        view: &View<'_>,
        balance: u128,
    ) -> Result<(), ChainError> {
        let duty = &costed.duty;
        let channel = duty.channel;
        let call = match &duty.task {
            Task::Show(claim) => self.hub.claim(&duty.key, duty.epoch, claim),
            Task::Settle => self.hub.settle(&duty.key, duty.epoch),
        };
        let Some(gas) = self.try_out(&call, costed, view).await? else {
            return Ok(());
        };
        let reserved = self.desk.reserved_wei(place);
        let affordable = balance.saturating_sub(reserved);
        // Of the flight that it takes the place of, any form can still be the one that is mined.
        let (offer, hashes) = match self.desk.flight(place) {
            Some(flight) => (
                view.market.raise(flight.fee, costed.urgency),
                flight.hashes.clone(),
            ),
            None => (view.market.offer(costed.urgency), Vec::new()),
        };
        let Some(fee) = view.market.within(offer, gas, costed.budget) else {
            self.desk.defer(channel, view.head + 1);
            if self.desk.first_time(channel, Remark::NotWorth) {
                self.counters.add(Count::TowerNotWorth);
                tracing::warn!(%channel, gas, budget_wei = costed.budget, base_fee_wei = view.market.base, "gas would take more than this channel's claim may cost; not sent");
            }
            return Ok(());
        };
        let Some(fee) = view.market.within(fee, gas, affordable) else {
            self.desk.defer(channel, view.head + 1);
            self.poor(channel);
            return Ok(());
        };
        let flight = Flight {
            purpose: costed.purpose(),
            call,
            gas,
            fee,
            budget: costed.budget,
            hashes,
            sent_at: view.head,
            idle_since: None,
            capped: false,
        };
        if self.send(place, flight, view, affordable).await {
            self.counters.add(Count::TowerSent);
        }
        Ok(())
    }

    /// The gas that it takes; nothing if it would fail, and then it waits.
    async fn try_out(
        &mut self,
        call: &Call,
        costed: &Costed,
        view: &View<'_>,
    ) -> Result<Option<u64>, ChainError> {
        let (account, channel) = (self.key.address(), costed.duty.channel);
        // Somebody else's answer may wait to be mined. It has precedence once, while there is time.
        let patient = costed.urgency < 3 && !self.desk.gave_way(channel);
        let at = if patient { At::Pending } else { At::Latest };
        let tried = match self.nodes.ask(|| query::call(call, Some(account), at)).await {
            Ok(_) => {
                self.nodes
                    .ask(|| sending::estimate_gas(call, account, At::Latest))
                    .await
            }
            Err(error) => Err(error),
        };
        match tried {
            Ok(gas) => Ok(Some(gas.saturating_add(gas / 100 * GAS_MARGIN_PERCENT))),
            Err(ChainError::Reverted(why)) => {
                self.counters.add(Count::TowerDeferred);
                tracing::info!(%channel, %why, "not sent now: somebody else is doing it, or the channel has moved on");
                self.desk
                    .give_way(channel, view.head.saturating_add(self.limits.tower_defer_blocks));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn raise(&mut self, place: u64, fee: Fee, view: &View<'_>) -> Result<(), ChainError> {
        let Some(flight) = self.desk.flight(place).cloned() else {
            return Ok(());
        };
        let raised = Flight {
            fee,
            sent_at: view.head,
            ..flight
        };
        let budget = raised.budget;
        if self.send(place, raised, view, budget).await {
            self.counters.add(Count::TowerRaised);
        }
        Ok(())
    }

    async fn remind(&mut self, place: u64) -> Result<(), ChainError> {
        let Some(flight) = self.desk.flight_mut(place) else {
            return Ok(());
        };
        if !std::mem::replace(&mut flight.capped, true) {
            self.counters.add(Count::TowerCapped);
            tracing::warn!(purpose = ?flight.purpose, most_wei = flight.fee.most, "a transaction waits, and its fee is as high as it may be");
        }
        let transaction = signed(&self.key, self.chain_id, place, flight);
        self.nodes.hand_in(&transaction).await;
        Ok(())
    }

    async fn vacate(&mut self, place: u64, view: &View<'_>) -> Result<(), ChainError> {
        // Never dearer than letting it fail.
        let (offer, budget, hashes) = match self.desk.flight(place) {
            Some(flight) => {
                let cost = u128::from(flight.gas).saturating_mul(flight.fee.most);
                (view.market.raise(flight.fee, 0), cost, flight.hashes.clone())
            }
            None => {
                let offer = view.market.offer(0);
                (
                    offer,
                    u128::from(TRANSFER_GAS).saturating_mul(offer.most),
                    Vec::new(),
                )
            }
        };
        let Some(fee) = view.market.within(offer, TRANSFER_GAS, budget) else {
            return Ok(());
        };
        let flight = Flight {
            purpose: Purpose::Nothing,
            call: sending::nothing(self.key.address()),
            gas: TRANSFER_GAS,
            fee,
            budget,
            hashes,
            sent_at: view.head,
            idle_since: None,
            capped: false,
        };
        if self.send(place, flight, view, budget).await {
            self.counters.add(Count::TowerCancelled);
        }
        Ok(())
    }

    /// Hands it in, dearer and dearer while the place is held by a transaction that is not known here.
    async fn send(&mut self, place: u64, mut flight: Flight, view: &View<'_>, affordable: u128) -> bool {
        let budget = flight.budget.min(affordable);
        for _ in 0..=self.limits.tower_raises {
            let transaction = signed(&self.key, self.chain_id, place, &flight);
            match self.nodes.hand_in(&transaction).await {
                Handed::Taken => {
                    flight.hashes.push(transaction.hash);
                    tracing::info!(purpose = ?flight.purpose, place, most_wei = flight.fee.most, tip_wei = flight.fee.tip, transaction = ?transaction.hash, "sent");
                    self.desk.sent(place, flight);
                    return true;
                }
                Handed::Refused(SendRefusal::Underpriced) => {
                    match view.market.outbid(flight.fee, flight.gas, budget) {
                        Some(fee) => flight.fee = fee,
                        None => break,
                    }
                }
                // It was mined since the block that is looked at: the next look sees it.
                Handed::Refused(SendRefusal::NonceTooLow) => return false,
                Handed::Refused(SendRefusal::InsufficientFunds) => {
                    if let Some(channel) = flight.purpose.channel() {
                        self.poor(channel);
                    }
                    return false;
                }
                Handed::Refused(SendRefusal::AlreadyKnown | SendRefusal::Other) => break,
            }
        }
        self.counters.add(Count::TowerRefused);
        tracing::warn!(purpose = ?flight.purpose, place, most_wei = flight.fee.most, "no node took a transaction of the watchtower");
        false
    }

    fn poor(&self, channel: ChannelId) {
        self.counters.add(Count::TowerPoor);
        tracing::error!(%channel, account = %checksummed(self.key.address()), "the watchtower cannot pay for a transaction; send it some ether");
    }
}

fn signed(key: &SigningKey, chain_id: u64, place: u64, flight: &Flight) -> SignedTransaction {
    Transaction {
        chain_id,
        nonce: place,
        call: flight.call.clone(),
        gas: flight.gas,
        fee: flight.fee,
    }
    .sign(key)
}
