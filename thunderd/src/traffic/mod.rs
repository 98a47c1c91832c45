//! Traffic through other nodes, and for them, paid by the byte.
//!
//! A client deposits with a provider in the contract of metered sessions ([`opening`]). Programs on its machine reach the world
//! through a local SOCKS5 port ([`route`]); each of their streams is a connection of its own to the provider ([`stream`]), encrypted
//! and introduced like a link, so a stream that stalls stalls no other. Both ends count every byte with one meter per session
//! ([`metered`]), and say on their link what they counted ([`frames`]). The end is by agreement, or by evidence ([`ending`]); what the
//! chain says in between is followed by [`watch`].
//!
//! Everything runs on the node's thread. What is signed was written down before.

pub mod distrust;
mod ending;
mod exits;
mod frames;
mod ledger;
mod metered;
mod moving;
mod opening;
mod outlet;
mod proxy;
mod route;
mod store;
mod stream;
mod watch;

pub use ending::{accused, countersign, end, finish, hand_in};
pub use frames::{SessionFrame, hear};
pub use metered::{Metered, Stream};
pub use opening::{Proposer, consider, tariff_of, top_up};
pub use route::{close as close_route, use_traffic};
pub use stream::serve;
pub use watch::look_at;

use crate::{
    downloads::Attendance,
    node::{Account, Core, Links},
    settings::Provide,
    world::World,
};
use anyhow::{Context, bail};
use distrust::Blacklist;
use frames::Questions;
use ledger::Ledger;
use metered::Record;
use outlet::Outlet;
use route::{Route, StoredRoute};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    path::Path,
    rc::Rc,
};
use store::SessionStore;
use thunder_api::{Code, Problem, SessionState, Tariff};
use thunder_channel::{
    Address, Amount, Domain, SigningKey,
    metering::{Role, SessionId, Terms},
};
use tokio::sync::Notify;

/// Sessions that are over and still shown.
const MAX_OVER: usize = 1_000;
/// Bytes that are served unacknowledged where the operator says nothing: statements for each five megabytes cost nothing that can
/// be measured, and that much is all that can be lost.
const UNIT: u64 = 5_000_000;
/// Routes are stored by this and their port, sessions by their ids.
const ROUTE: &str = "route/";

/// The sessions of one account, as a client and as a provider.
pub struct Traffic {
    store: Rc<SessionStore>,
    links: Rc<Links>,
    signer: SigningKey,
    ledger: Option<Ledger>,
    domain: Domain,
    /// What this node asks for traffic, if it serves any.
    offer: Option<Offer>,
    sessions: RefCell<BTreeMap<SessionId, Rc<Metered>>>,
    /// Sessions that a proxy holds, with those that it holds them for.
    fronts: RefCell<BTreeMap<SessionId, SessionId>>,
    routes: RefCell<BTreeMap<u16, Rc<Route>>>,
    stored_routes: RefCell<Vec<StoredRoute>>,
    questions: Questions,
    /// Whom this node does not deal with.
    pub blacklist: Blacklist,
    /// Wakes whoever watches the contract.
    look: Notify,
    /// Streams for others that run or are being opened.
    served: Cell<u32>,
    /// Connections of pages, by the keys that they have proved.
    pub pages: Attendance,
}

/// What a provider offers.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The terms.
    pub tariff: Tariff,
    /// Whether addresses of private networks and of this machine are reached too.
    pub private: bool,
}

impl Traffic {
    /// What the store holds, and what the operator offers. Of a store that was put back from a copy, sessions only end, and no port
    /// leads into them.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn load(
        core: &Core,
        file: &Path,
        links: Rc<Links>,
        signer: SigningKey,
        copied: bool,
    ) -> anyhow::Result<Self> {
        let ledger = Ledger::of(&core.world);
        let domain = Domain {
            chain_id: core.world.domain.chain_id,
            hub: core.world.sessions.unwrap_or_default(),
        };
        let (store, records) = SessionStore::open(file)?;
        let store = Rc::new(store);
        let (mut sessions, mut stored_routes) = (BTreeMap::new(), Vec::new());
        let mut fronts = BTreeMap::new();
        let blacklist = Blacklist::new(store.clone(), domain);
        for (id, value) in records {
            if id.starts_with(ROUTE) && copied {
                store.delete(id)?;
                continue;
            }
            if id.starts_with(ROUTE) {
                stored_routes.push(serde_json::from_str(&value).context("a route is not understood")?);
                continue;
            }
            if blacklist.take_stored(&id, &value)? {
                continue;
            }
            let mut record: Record = serde_json::from_str(&value).context("a session is not understood")?;
            if copied {
                record = moving::copied(record);
                store.put_now(id, serde_json::to_string(&record)?)?;
            }
            let outlet = outlet_of(&record, &links);
            let metered = Metered::new(record, domain, store.clone(), outlet, signer.clone());
            let behind = metered.record().proxied.and_then(|proxied| proxied.behind);
            if let Some(behind) = behind {
                fronts.insert(behind, metered.id());
            }
            sessions.insert(metered.id(), Rc::new(metered));
        }
        Ok(Self {
            store,
            links,
            signer,
            ledger,
            domain,
            offer: core.offer,
            sessions: RefCell::new(sessions),
            fronts: RefCell::new(fronts),
            routes: RefCell::default(),
            stored_routes: RefCell::new(stored_routes),
            questions: Questions::default(),
            blacklist,
            look: Notify::new(),
            served: Cell::new(0),
            pages: Attendance::default(),
        })
    }

    /// Sessions, newest first.
    pub fn list(&self) -> Vec<Rc<Metered>> {
        let mut sessions: Vec<_> = self.sessions.borrow().values().cloned().collect();
        sessions.sort_by_key(|metered| std::cmp::Reverse(metered.record().since));
        sessions
    }

    /// One session.
    ///
    /// # Errors
    /// [`Code::NotFound`]
    pub fn session(&self, id: SessionId) -> Result<Rc<Metered>, Problem> {
        let none = || {
            Problem::new(
                Code::NotFound,
                "there is no such session; `thunder-cli sessions` lists them",
            )
        };
        self.sessions.borrow().get(&id).cloned().ok_or_else(none)
    }

    /// Routes, by their ports.
    pub fn routes(&self) -> Vec<Rc<Route>> {
        self.routes.borrow().values().cloned().collect()
    }

    /// A session with a node.
    fn with(&self, id: SessionId, peer: Address) -> Option<Rc<Metered>> {
        let sessions = self.sessions.borrow();
        sessions
            .get(&id)
            .filter(|metered| metered.with() == peer && !metered.is_page())
            .cloned()
    }

    /// A session with a page that has proved its client's signer.
    pub fn with_page(&self, id: SessionId, signer: Address) -> Option<Rc<Metered>> {
        let sessions = self.sessions.borrow();
        sessions
            .get(&id)
            .filter(|metered| metered.is_page() && metered.their_signer() == signer)
            .cloned()
    }

    /// Where signatures about sessions are good.
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// What is offered, as the terms of a session about as many bytes as one can be about.
    pub fn terms_offered(&self) -> Option<Terms> {
        let tariff = self.offer?.tariff;
        let most = terms(&tariff, u64::MAX).covered(Amount::MAX);
        Some(terms(&tariff, most))
    }

    fn ledger(&self) -> Result<&Ledger, Problem> {
        self.ledger.as_ref().ok_or_else(|| {
            Problem::new(
                Code::Refused,
                "the contract of metered sessions is not on this chain, or not in the node's address book",
            )
        })
    }

    /// Takes a new session in, durably.
    fn add(&self, record: Record) -> Result<Rc<Metered>, Problem> {
        self.forget_old()?;
        let outlet = outlet_of(&record, &self.links);
        let metered = Rc::new(Metered::new(
            record,
            self.domain,
            self.store.clone(),
            outlet,
            self.signer.clone(),
        ));
        metered.set(|_| ())?;
        self.sessions.borrow_mut().insert(metered.id(), metered.clone());
        Ok(metered)
    }

    fn forget_old(&self) -> Result<(), Problem> {
        let mut sessions = self.sessions.borrow_mut();
        let over = sessions
            .values()
            .filter(|metered| matches!(metered.record().state, SessionState::Ended | SessionState::Void));
        let mut over: Vec<_> = over
            .map(|metered| (metered.record().since, metered.id()))
            .collect();
        if over.len() < MAX_OVER {
            return Ok(());
        }
        over.sort_unstable();
        let Some((_, oldest)) = over.first() else {
            return Ok(());
        };
        sessions.remove(oldest);
        self.store
            .delete(oldest.to_string())
            .map_err(|error| crate::keystore::disk(&error))
    }

    /// Sessions of a provider that run, and those that were agreed on and wait for their deposit.
    fn places_taken(&self) -> (usize, usize) {
        use SessionState::{Active, Agreed, Closing};
        let sessions = self.sessions.borrow();
        let served = sessions.values().filter(|metered| metered.role == Role::Provider);
        served.fold((0, 0), |(run, wait), metered| match metered.record().state {
            Active | Closing => (run + 1, wait),
            Agreed => (run, wait + 1),
            _ => (run, wait),
        })
    }
}

fn outlet_of(record: &Record, links: &Rc<Links>) -> Outlet {
    if record.page {
        return Outlet::Page(RefCell::default());
    }
    Outlet::Node {
        links: links.clone(),
        with: record.key.address(record.role.other()),
    }
}

/// What the operator offers, if anything.
///
/// # Errors
/// It makes no sense, in words for the operator.
pub fn offer(settings: &Provide, world: &World) -> anyhow::Result<Option<Offer>> {
    if settings.enabled != Some(true) {
        return Ok(None);
    }
    if world.sessions.is_none() {
        bail!(
            "--provide needs the contract of metered sessions, which is not on this chain or not in its address book"
        );
    }
    let token = match &settings.token {
        Some(name) => world.token(name),
        None => world.tokens.first(),
    };
    let token = token.context("--provide-token is none that this node knows")?;
    let price = settings
        .price
        .as_deref()
        .context("--provide needs --provide-price, what a megabyte costs")?;
    let price = Amount::parse(price, token.decimals).with_context(|| format!("--provide-price {price:?}"))?;
    let tariff = Tariff {
        token: token.address,
        price,
        unit: settings.unit.unwrap_or(UNIT),
        tolerance: settings.tolerance.unwrap_or(10_000),
        finalization_period: settings.period.unwrap_or(thunder_api::DEFAULT_PERIOD),
    };
    terms(&tariff, tariff.unit)
        .check()
        .context("the offer of traffic")?;
    if tariff.finalization_period < world.least_period() {
        bail!(
            "--provide-period {} is too short to show a statement in: {} at least",
            tariff.finalization_period,
            world.least_period()
        );
    }
    Ok(Some(Offer {
        tariff,
        private: settings.private == Some(true),
    }))
}

/// A tariff as the terms of a session about so many bytes.
const fn terms(tariff: &Tariff, quantity: u64) -> Terms {
    Terms {
        token: tariff.token,
        price: tariff.price,
        quantity,
        unit: tariff.unit,
        tolerance: tariff.tolerance,
        finalization_period: tariff.finalization_period,
    }
}

/// Starts what runs for the sessions.
pub fn start(core: &Rc<Core>, account: &Rc<Account>) {
    if account.traffic.ledger.is_none() {
        return;
    }
    account.run(watch::look_after_statements(core.clone(), account.clone()));
    account.run(watch::follow(core.clone(), account.clone()));
    if core.places() > 0 {
        account.run(opening::take_so_many(account.clone(), core.places()));
    }
    for stored in account.traffic.stored_routes.take() {
        account.run(route::reopen(core.clone(), account.clone(), stored));
    }
}

/// A node is linked: what was said last is said again, as it may have been lost with the former link; and it is asked whom it
/// distrusts.
pub fn remind(account: &Account, peer: Address) {
    if account.traffic.ledger.is_some() {
        frames::say(account, peer, SessionFrame::Listen);
    }
    for metered in account.traffic.list() {
        if metered.with() == peer && !metered.is_page() && metered.record().state == SessionState::Active {
            metered.repeat();
        }
    }
}
