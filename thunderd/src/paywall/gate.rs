//! Who may pass: what was paid, less what was charged, less what is promised to requests that are being answered.

use super::{options::Tariff, teller::Teller};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use thunder_api::{Charge, Charged, Problem};
use thunder_channel::{Amount, ChannelId, SignedClaim};
use tokio::{sync::Notify, time::Instant};

/// How long a payment is waited for in the middle of an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The gate.
pub struct Gate {
    pub tariff: Tariff,
    teller: Teller,
    /// By channel, while there is anything.
    reserved: Mutex<BTreeMap<ChannelId, Reserved>>,
    /// Somebody has paid.
    paid: Notify,
}

#[derive(Default)]
struct Reserved {
    amount: Amount,
    /// Requests, so that the entry goes with the last.
    requests: usize,
    /// One at a time asks the node and reserves, or charges and gives back: two that see the same rest would both be let through, and
    /// one that sees what was charged as still reserved would be asked for too much.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What is kept free for one request. Given back when it is dropped.
pub struct Ticket {
    gate: Arc<Gate>,
    channel: ChannelId,
    amount: Amount,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// Why nobody is let through.
pub enum Closed {
    /// So much is missing.
    Missing(Amount, Charged),
    /// The node says no.
    Refused(Problem),
}

impl Gate {
    pub fn new(teller: Teller, tariff: Tariff) -> Self {
        Self {
            tariff,
            teller,
            reserved: Mutex::default(),
            paid: Notify::new(),
        }
    }

    /// Takes a claim in, and says how its channel stands.
    pub async fn take(&self, channel: ChannelId, claim: Option<SignedClaim>) -> Result<Charged, Problem> {
        let charge = Charge {
            channel,
            amount: Amount::ZERO,
            claim,
        };
        let stands = self.teller.charge(&charge).await?;
        self.paid.notify_waiters();
        Ok(stands)
    }

    /// Takes a claim in and reserves the price of a request.
    pub async fn enter(
        self: &Arc<Self>,
        channel: ChannelId,
        claim: Option<SignedClaim>,
    ) -> Result<(Ticket, Charged), Closed> {
        let turn = {
            let mut reserved = self.reserved();
            let entry = reserved.entry(channel).or_default();
            entry.requests += 1;
            entry.turn.clone()
        };
        let mut ticket = Ticket {
            gate: self.clone(),
            channel,
            amount: Amount::ZERO,
            turn: turn.clone(),
        };
        let _turn = turn.lock().await;
        let stands = self.take(channel, claim).await.map_err(Closed::Refused)?;
        if stands.token != self.tariff.token {
            return Err(Closed::Missing(self.tariff.first(), stands));
        }
        let price = self.tariff.first();
        let mut reserved = self.reserved();
        let entry = reserved.entry(channel).or_default();
        let wanted = entry.amount.checked_add(price).unwrap_or(Amount::MAX);
        if wanted > stands.left {
            return Err(Closed::Missing(wanted.saturating_sub(stands.left), stands));
        }
        entry.amount = wanted;
        drop(reserved);
        ticket.amount = price;
        Ok((ticket, stands))
    }

    fn reserved(&self) -> MutexGuard<'_, BTreeMap<ChannelId, Reserved>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Charges, out of what is reserved first. What comes in the middle of an answer waits for its payment.
    pub async fn charge(&mut self, amount: Amount) -> Result<Charged, Closed> {
        let until = Instant::now() + PATIENCE;
        loop {
            let gate = self.gate.clone();
            let paid = gate.paid.notified();
            tokio::pin!(paid);
            // From before the question on, so that no payment is missed.
            paid.as_mut().enable();
            let charge = Charge {
                channel: self.channel,
                amount,
                claim: None,
            };
            let turn = self.turn.clone();
            let turn = turn.lock().await;
            let stands = gate.teller.charge(&charge).await.map_err(Closed::Refused)?;
            if stands.accepted {
                self.give_back(amount.min(self.amount));
                return Ok(stands);
            }
            drop(turn);
            // A payment over a link or a relay wakes nobody here, so it is also asked now and then.
            let soon = Instant::now() + Duration::from_millis(100);
            if Instant::now() >= until {
                return Err(Closed::Missing(amount.saturating_sub(stands.left), stands));
            }
            let _ = tokio::time::timeout_at(soon.min(until), paid).await;
        }
    }

    fn give_back(&mut self, amount: Amount) {
        self.amount = self.amount.saturating_sub(amount);
        let mut reserved = self.gate.reserved();
        if let Some(entry) = reserved.get_mut(&self.channel) {
            entry.amount = entry.amount.saturating_sub(amount);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.give_back(self.amount);
        let mut reserved = self.gate.reserved();
        if let Some(entry) = reserved.get_mut(&self.channel) {
            entry.requests -= 1;
            if entry.requests == 0 {
                reserved.remove(&self.channel);
            }
        }
    }
}
