//! One metered session: its meter, what is stored of it, and the statements that it sends and hears.

use super::{outlet::Outlet, store::SessionStore};
use crate::clock::now_ms;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::{
    cell::{Cell, Ref, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};
use thunder_api::{self as api, Problem, ProvenCounts, SessionState, Tariff, WhenLow};
use thunder_channel::{
    Address, Amount, Bytes32, Domain, Epoch, SigningKey, keccak256,
    metering::{
        HearFault, Heard, Meter, MeterState, Pair, Role, Session, SessionId, SessionKey, SessionSettlement,
        SignedCount,
    },
};
use tokio::sync::Notify;

/// Streams of one session at once: more than a browser opens, and bounded memory (some 200 KiB each).
pub const MAX_STREAMS: u32 = 256;
/// After how long a silence the last bytes are acknowledged too.
const QUIET: Duration = Duration::from_millis(200);
/// After how long a statement that was not answered is sent again.
const UNANSWERED: Duration = Duration::from_secs(1);

/// What is stored of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Its key.
    pub key: SessionKey,
    /// Its life.
    pub epoch: Epoch,
    /// This node's part.
    pub role: Role,
    /// How it stands.
    pub state: SessionState,
    /// What the chain says is deposited, or what was agreed on.
    pub deposit: Amount,
    /// The meter.
    pub meter: MeterState,
    /// Whether no stream ran when this was written: then no byte is missing from the count.
    pub at_rest: bool,
    /// Whether this node has had enough of it: nothing passes any more, and it closes where the other side does not agree.
    pub ending: bool,
    /// After which moment of the contract's clock this node closes alone: the other side wanted an end, and may have one signed.
    pub closes_alone_after: Option<u64>,
    /// Until when the deposit has to come, in the contract's clock.
    pub lapses_at: u64,
    /// When it was agreed on, in milliseconds since 1970.
    pub since: u64,
    /// Why it stands as it does.
    pub words: Option<String>,
    /// What was charged and paid in the end.
    pub outcome: Option<(Amount, Amount)>,
    /// What to do when little is left; a client's.
    pub low: Option<LowRule>,
    /// For whom a proxy holds another session in its own name.
    #[serde(default)]
    pub proxied: Option<Proxied>,
    /// Whose streams a provider serves under this session beside the client's own.
    #[serde(default)]
    pub recognised: Option<Recognised>,
    /// Whether the client is a page, which connects as [`crate::downloads`] has it and not as a node.
    #[serde(default)]
    pub page: bool,
    /// Bytes that were sent to a page over connections that broke off, and did not come as far as is known. They are not counted, and
    /// are lent until the client says that it has them.
    #[serde(default)]
    pub lost: u64,
}

/// What a proxy does for the client of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proxied {
    /// With whom it opens a session in its own name.
    pub provider: Address,
    /// Whom that one serves.
    pub whom: Recognised,
    /// The session there, once it runs and the provider knows whom to serve.
    #[serde(default)]
    pub behind: Option<SessionId>,
}

/// Somebody who is known by the hash of an address only, and for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recognised {
    /// keccak-256 of the address that proves itself at the beginning of a stream.
    pub hash: Bytes32,
    /// Until when, in milliseconds since 1970.
    pub until: u64,
}

/// What a client does when little of its deposit is left.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LowRule {
    /// What.
    pub when_low: WhenLow,
    /// What was deposited at first, and is added each time.
    pub step: Amount,
    /// The most that may be deposited in all.
    pub limit: Amount,
}

/// That nothing may pass under a session any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over;

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

    // ------------------------------------------------------------------------------------------- bytes

    /// Takes room for up to `wanted` bytes, waiting for some, and counts them: they have to be passed on now.
    ///
    /// # Errors
    /// The session ends.
    pub async fn take_room(self: &Rc<Self>, wanted: u64) -> Result<u64, Over> {
        loop {
            // Before the look, so that nothing that happens after it is missed.
            let moved = self.moved.notified();
            if !self.is_open() {
                return Err(Over);
            }
            let taken = self.room().min(wanted);
            if taken > 0 {
                self.count(taken);
                return Ok(taken);
            }
            moved.await;
        }
    }

    /// Bytes that may pass now.
    fn room(&self) -> u64 {
        let meter = self.meter.borrow();
        match self.role {
            Role::Client => meter.room(),
            Role::Provider => {
                let most = self.kept.get().saturating_add(self.session.key.terms.unit);
                let lent = meter.count().saturating_add(self.record.borrow().lost);
                let room = meter.room().min(most.saturating_sub(lent));
                room.saturating_sub(self.reserved.get())
            }
        }
    }

    /// Takes room for up to `wanted` bytes as [`take_room`](Self::take_room) does, and counts nothing yet: each byte has to be handed to
    /// [`came`](Self::came), [`did_not_come`](Self::did_not_come) or [`give_back`](Self::give_back).
    ///
    /// # Errors
    /// The session ends.
    pub async fn reserve(&self, wanted: u64) -> Result<u64, Over> {
        loop {
            let moved = self.moved.notified();
            if !self.is_open() {
                return Err(Over);
            }
            let taken = self.room().min(wanted);
            if taken > 0 {
                self.reserved.set(self.reserved.get() + taken);
                return Ok(taken);
            }
            moved.await;
        }
    }

    /// Reserved bytes have come to the client.
    pub fn came(self: &Rc<Self>, bytes: u64) {
        self.give_back(bytes);
        self.count(bytes);
    }

    /// Reserved bytes were sent, and did not come as far as is known. What a client gets again and again without a word costs its
    /// provider a unit in all, however often it hangs up.
    pub fn did_not_come(&self, bytes: u64) {
        if bytes > 0 {
            self.give_back(bytes);
            // If this is not kept, the session has stopped.
            self.set(|record| record.lost = record.lost.saturating_add(bytes))
                .ok();
        }
    }

    /// The client says that it has more than was counted: so what was given up as lost had come, as far as nothing else explains it.
    fn find_again(&self) -> bool {
        let mut record = self.record.borrow_mut();
        if record.lost == 0 {
            return false;
        }
        let mut meter = self.meter.borrow_mut();
        let explained = meter.count().saturating_add(self.reserved.get());
        let theirs = meter.their_count().unwrap_or(0);
        let found = theirs
            .saturating_sub(explained)
            .min(record.lost)
            .min(meter.room());
        if found == 0 || meter.pass(found).is_err() {
            return false;
        }
        record.lost -= found;
        true
    }

    /// Reserved bytes were not sent.
    pub fn give_back(&self, bytes: u64) {
        self.reserved.set(self.reserved.get().saturating_sub(bytes));
        self.moved.notify_waiters();
    }

    /// Counts bytes that came: for a client, whatever came is the truth.
    pub fn count(self: &Rc<Self>, bytes: u64) {
        // A provider asks for room first.
        if self.meter.borrow_mut().pass(bytes).is_ok() {
            self.passed_at.set(Instant::now());
            self.say_if_due();
        }
    }

    /// Counts what others have counted, as far as there is room for it: a proxy carries no bytes itself.
    pub fn count_up_to(self: &Rc<Self>, total: u64) {
        let more = total.saturating_sub(self.meter.borrow().count());
        let more = match self.role {
            Role::Client => more,
            Role::Provider => more.min(self.room()),
        };
        if more > 0 {
            self.count(more);
        }
    }

    /// What the other side last said that it had counted.
    pub fn their_count(&self) -> u64 {
        self.meter.borrow().their_count().unwrap_or(0)
    }

    /// What the client has acknowledged of the provider's count.
    pub fn acknowledged(&self) -> u64 {
        self.meter.borrow().counts().provider
    }

    /// Whether a stream of somebody who proved this address is served under it.
    pub fn serves(&self, somebody: Address) -> bool {
        let known = |whom: Recognised| {
            whom.hash == Bytes32::from(keccak256(somebody.as_bytes())) && now_ms() < whom.until
        };
        self.role == Role::Provider
            && !self.is_page()
            && (self.with() == somebody || self.record.borrow().recognised.is_some_and(known))
    }

    /// A stream begins, if there is room for one more.
    pub fn enter(self: &Rc<Self>) -> Option<Stream> {
        if !self.is_open() || self.streams.get() >= MAX_STREAMS {
            return None;
        }
        if self.streams.get() == 0 && self.set(|record| record.at_rest = false).is_err() {
            return None;
        }
        self.streams.set(self.streams.get() + 1);
        Some(Stream { of: self.clone() })
    }

    fn leave(self: &Rc<Self>) {
        self.streams.set(self.streams.get() - 1);
        if self.streams.get() == 0 {
            self.say();
            // If this cannot be kept, a restart takes the other side's word for a unit.
            self.set(|record| record.at_rest = true).ok();
        }
        self.moved.notify_waiters();
    }

    // -------------------------------------------------------------------------------------- statements

    fn say_if_due(self: &Rc<Self>) {
        let due = self.meter.borrow().is_due();
        if due {
            self.say();
        }
    }

    /// Says what is counted by now, if that is news.
    pub fn say(self: &Rc<Self>) {
        if self.broken.get() {
            return;
        }
        let said = self.meter.borrow_mut().say(&self.signer);
        if said.is_some() {
            self.keep_and_send(said);
        }
    }

    /// Writes the meter down, while bytes go on passing; what is sent, and who waits for room, comes after it.
    fn keep_and_send(self: &Rc<Self>, said: Option<SignedCount>) {
        let acknowledged = self.acknowledged();
        let text = match self.text() {
            Ok(text) => text,
            Err(error) => return self.fail(&error),
        };
        let written = self.store.put(self.id.to_string(), text);
        let metered = self.clone();
        tokio::task::spawn_local(async move {
            match written.await {
                Ok(Ok(())) => {
                    metered.kept.set(metered.kept.get().max(acknowledged));
                    if let Some(statement) = said {
                        metered.send(statement);
                    }
                    metered.moved.notify_waiters();
                }
                Ok(Err(words)) => metered.fail(&anyhow::anyhow!(words)),
                Err(_) => metered.fail(&anyhow::anyhow!("the store is closed")),
            }
        });
    }

    fn send(&self, statement: SignedCount) {
        self.last_said.set(Some(statement));
        self.said_at.set(Instant::now());
        self.outlet.say(statement);
    }

    /// Sends the last statement again: it may have been lost with a link.
    pub fn repeat(&self) {
        if let (Some(last), false) = (self.last_said.get(), self.broken.get()) {
            self.send(last);
        }
    }

    /// Looks after what is left unsaid or unanswered; called now and then.
    pub fn look_after(self: &Rc<Self>) {
        let live = matches!(
            self.record.borrow().state,
            SessionState::Active | SessionState::Closing
        );
        if !live || !self.outlet.is_up() {
            return;
        }
        let (news, unanswered) = {
            let meter = self.meter.borrow();
            let said = self.last_said.get().map_or(0, |said| said.count());
            let unanswered = self.role == Role::Provider && said > meter.counts().provider;
            (meter.has_news(), unanswered)
        };
        if news && self.passed_at.get().elapsed() >= QUIET {
            self.say();
        } else if unanswered && self.said_at.get().elapsed() >= UNANSWERED {
            self.repeat();
        }
    }

    /// Takes a statement of the other side; gives what it proves against its signer, if anything.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn hear(self: &Rc<Self>, statement: SignedCount) -> Result<bool, HearFault> {
        let heard = self.meter.borrow_mut().hear(statement)?;
        match heard {
            Heard::News => {
                let found = self.find_again();
                // What answers it is written down with it.
                let due = found || self.meter.borrow().is_due();
                let said = due.then(|| self.meter.borrow_mut().say(&self.signer)).flatten();
                self.keep_and_send(said);
            }
            // Only a client answers a repetition, so that two do not answer each other for ever.
            Heard::Stale if self.role == Role::Client => self.repeat(),
            Heard::Stale => (),
            Heard::Guilty(_) => {
                self.keep().ok();
            }
        }
        self.moved.notify_waiters();
        Ok(matches!(heard, Heard::Guilty(_)))
    }

    // -------------------------------------------------------------------------------------------- end

    /// The end by agreement that this side's evidence amounts to.
    pub fn settlement(&self, expiry: u64) -> SessionSettlement {
        self.meter.borrow().settlement(expiry)
    }

    /// Whether this side should sign a settlement.
    pub fn agrees_to(&self, settlement: &SessionSettlement) -> bool {
        self.meter.borrow().agrees_to(settlement)
    }

    /// Whether everything that either side is known to have counted is acknowledged.
    pub fn is_even(&self) -> bool {
        let meter = self.meter.borrow();
        let proven = meter.counts().provider;
        match self.role {
            Role::Provider => meter.count() == proven,
            Role::Client => !meter.has_news() && meter.their_count().is_none_or(|theirs| theirs <= proven),
        }
    }

    /// For how long no byte has passed, or since the start.
    pub fn idle_for(&self) -> Duration {
        self.passed_at.get().elapsed()
    }

    /// What proves the counts.
    pub fn evidence(&self) -> Vec<Pair> {
        self.meter.borrow().evidence()
    }

    // ------------------------------------------------------------------------------------------ store

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

    fn text(&self) -> anyhow::Result<String> {
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

/// A stream that runs; ends with the value.
pub struct Stream {
    of: Rc<Metered>,
}

impl Stream {
    /// Under which session.
    pub const fn session(&self) -> &Rc<Metered> {
        &self.of
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.of.leave();
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
