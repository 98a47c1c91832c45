//! One metered session: its meter, what is stored of it, and the statements that it sends and hears.

mod bytes;
mod record;
mod statements;

pub use bytes::{Over, Stream};
pub use record::{LowRule, Proxied, Recognised, Record};

use super::{outlet::Outlet, store::SessionStore};
use anyhow::Context;
use std::{
    cell::{Cell, Ref, RefCell},
    rc::Rc,
    time::Instant,
};
use thunder_api::{self as api, Problem, ProvenCounts, SessionState, Tariff};
use thunder_channel::{
    Address, Amount, Domain, SigningKey,
    metering::{Meter, Role, Session, SessionId, SessionKey, SignedCount},
};
use tokio::sync::Notify;

/// One session, shared by whatever runs for it.
pub struct Metered {
    /// Its key, life and place.
    pub session: Session,
    /// This node's part.
    pub role: Role,
    id: SessionId,
    store: Rc<SessionStore>,
    /// Who hears what is said.
    pub outlet: Outlet,
    signer: SigningKey,
    record: RefCell<Record>,
    meter: RefCell<Meter>,
    /// Something came further: room, a statement, the end.
    pub moved: Notify,
    streams: Cell<u32>,
    /// Bytes on their way to a page.
    reserved: Cell<u64>,
    passed_at: Cell<Instant>,
    said_at: Cell<Instant>,
    /// The last statement that may be sent: it was written down.
    last_said: Cell<Option<SignedCount>>,
    /// How many statements were signed since the start, and which of them was sent last.
    signed: Cell<u64>,
    sent: Cell<u64>,
    /// What the client has acknowledged, as far as it is written down: before, no more bytes pass for it.
    kept: Cell<u64>,
    /// The disk refused: what was counted since cannot be signed.
    broken: Cell<bool>,
    /// Whether a transaction about it is under way.
    pub busy: Cell<bool>,
    /// Whether it was told that little is left of this deposit.
    pub told_low: Cell<Option<Amount>>,
}

impl Metered {
    /// A session as it was stored, or as it is agreed on.
    pub fn new(
        record: Record,
        domain: Domain,
        store: Rc<SessionStore>,
        outlet: Outlet,
        signer: SigningKey,
    ) -> Self {
        let session = Session {
            key: record.key,
            epoch: record.epoch,
            domain,
        };
        let meter = Meter::resume(
            session,
            record.role,
            record.deposit,
            record.meter.clone(),
            !record.at_rest,
        );
        let now = Instant::now();
        Self {
            session,
            role: record.role,
            id: session.id(),
            store,
            outlet,
            signer,
            moved: Notify::new(),
            streams: Cell::new(0),
            reserved: Cell::new(0),
            passed_at: Cell::new(now),
            said_at: Cell::new(now),
            last_said: Cell::new(meter.last_said()),
            signed: Cell::default(),
            sent: Cell::default(),
            kept: Cell::new(meter.counts().provider),
            record: RefCell::new(record),
            meter: RefCell::new(meter),
            broken: Cell::new(false),
            busy: Cell::new(false),
            told_low: Cell::new(None),
        }
    }

    /// Its name.
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// The other side's account.
    pub const fn with(&self) -> Address {
        self.session.key.address(self.role.other())
    }

    /// Whose signatures bind the other side: a node's account itself, of a page a key that it keeps.
    pub const fn their_signer(&self) -> Address {
        self.session.key.signer(self.role.other())
    }

    /// Whether the client is a page.
    pub fn is_page(&self) -> bool {
        self.record.borrow().page
    }

    /// What is stored, but for the meter.
    pub fn record(&self) -> Ref<'_, Record> {
        self.record.borrow()
    }

    /// Streams that run now.
    pub const fn streams(&self) -> u32 {
        self.streams.get()
    }

    /// Whether bytes may pass at all.
    pub fn is_open(&self) -> bool {
        let record = self.record.borrow();
        record.state == SessionState::Active
            && !record.ending
            && !self.broken.get()
            && self.meter.borrow().accusation().is_none()
    }

    /// Changes what is stored, durably.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn set(&self, change: impl FnOnce(&mut Record)) -> Result<(), Problem> {
        change(&mut self.record.borrow_mut());
        let kept = self.keep();
        self.moved.notify_waiters();
        kept
    }

    /// The chain says what is deposited.
    pub fn set_deposit(&self, deposit: Amount) {
        if self.record.borrow().deposit != deposit {
            self.meter.borrow_mut().set_deposit(deposit);
            // If it is not kept, the chain says it again.
            self.set(|record| record.deposit = deposit).ok();
        }
    }

    fn keep(&self) -> Result<(), Problem> {
        let kept = self
            .text()
            .and_then(|text| self.store.put_now(self.id.to_string(), text));
        kept.map_err(|error| {
            self.fail(&error);
            crate::keystore::disk(&error)
        })
    }

    /// As it is stored.
    ///
    /// # Errors
    /// None that is known.
    pub fn text(&self) -> anyhow::Result<String> {
        let mut record = self.record.borrow_mut();
        record.meter = self.meter.borrow().state().clone();
        serde_json::to_string(&*record).context("a session")
    }

    fn fail(&self, error: &anyhow::Error) {
        tracing::error!(session = %self.id, %error, "what was counted could not be written down: the session stops");
        self.broken.set(true);
        self.moved.notify_waiters();
    }

    /// How it is shown.
    pub fn view(&self) -> api::Session {
        let (record, meter) = (self.record.borrow(), self.meter.borrow());
        let (shares, counts) = (meter.shares(), meter.counts());
        let (charged, paid) = record.outcome.unwrap_or((shares.charged(), shares.paid));
        api::Session {
            id: self.id,
            role: match self.role {
                Role::Client => api::Role::Client,
                Role::Provider => api::Role::Provider,
            },
            with: self.with(),
            page: record.page,
            tariff: tariff_of(&record.key),
            state: record.state,
            deposit: record.deposit,
            counted: meter.count(),
            theirs: meter.their_count(),
            proven: ProvenCounts {
                client: counts.client,
                provider: counts.provider,
            },
            charged,
            paid,
            room: if self.is_open() { self.room() } else { 0 },
            streams: self.streams.get(),
            accused: meter.accusation().is_some(),
            since: record.since,
            words: record.words.clone(),
        }
    }

    /// What proves the counts, and what the other side signed against itself.
    pub fn proof(&self) -> api::SessionEvidence {
        let meter = self.meter.borrow();
        api::SessionEvidence {
            pairs: meter.evidence(),
            accusation: meter.accusation().copied(),
        }
    }

    /// What is left of the deposit beyond what was counted.
    pub fn left(&self) -> Amount {
        let cost = self.session.key.terms.cost_at_most(self.meter.borrow().count());
        self.record.borrow().deposit.saturating_sub(cost)
    }
}

/// The terms of a session, as they are offered.
pub const fn tariff_of(key: &SessionKey) -> Tariff {
    Tariff {
        token: key.terms.token,
        price: key.terms.price,
        unit: key.terms.unit,
        tolerance: key.terms.tolerance,
        finalization_period: key.terms.finalization_period,
    }
}
