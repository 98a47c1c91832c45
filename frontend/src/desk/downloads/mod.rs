//! Sessions with providers at work: what is stored of them, the connections that run, and what pages show.

mod chain;
mod keeping;
mod notices;
mod offers;
mod talk;
mod wishes;

use super::Desk;
use crate::{
    adapters::{clock::now_ms, socket::RelaySocket, tasks::Tasks, windows::Windows},
    state::{
        mirror::{self, Audience, Told},
        notices::Pace,
        sessions::{Listed, SessionView, Shelf, listed_key},
    },
    words::{Said, say},
};
use futures::channel::{mpsc, oneshot};
use gloo::timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};
use thunder_channel::{Domain, SigningKey, metering::SessionId};
use thunder_client::downloads::{Accepts, Download, Phase, Record};
use thunder_ethereum::{Chain, HttpProvider, Hub, MeteredSessions};
use yew::Callback;

/// Sessions that are kept: more than a person looks through. The oldest that is over makes room.
const MAX_SESSIONS: usize = 200;
/// How long a transfer of a file keeps the screen as it is, in milliseconds: it changes with every piece.
const DRAWN_EVERY_MS: u32 = 80;

/// The sessions of one account. One per [`Desk`].
pub struct Downloads {
    desk: Desk,
    signer: SigningKey,
    /// The contract, read as a hub is: only its address is asked for.
    chain: Chain<HttpProvider>,
    contract: MeteredSessions,
    accepts: Accepts,
    runs: RefCell<Vec<Rc<Run>>>,
    listed: RefCell<Vec<Listed>>,
    /// Why what was stored could not be read.
    unreadable: RefCell<Option<String>>,
    loaded: Cell<bool>,
    tasks: RefCell<Option<Tasks>>,
    /// Whether somebody looks.
    watched: Cell<bool>,
    changed: RefCell<Option<Callback<()>>>,
    drawing: Cell<bool>,
    /// Windows of this account that wait, and whether one of them shows sessions.
    windows: RefCell<Option<Windows>>,
    audience: Cell<Audience>,
    relay: RelaySocket,
    /// How many notices the relay has brought lately.
    brought: Cell<Pace>,
    myself: Weak<Self>,
}

/// One session in this window.
pub(super) struct Run {
    pub(super) download: RefCell<Download>,
    /// What is stored of it.
    pub(super) stored: RefCell<Option<Record>>,
    /// Bytes that are counted and not stored yet, and where in the file they begin.
    waiting: RefCell<Vec<Uint8Array>>,
    flushed: Cell<u64>,
    /// A connection is tried or open.
    pub(super) talking: Cell<bool>,
    /// The provider did not answer the last time.
    pub(super) silent: Cell<bool>,
    /// A file that is asked for once there is a connection.
    pub(super) wanted: RefCell<Option<String>>,
    pub(super) nudge: RefCell<Option<mpsc::Sender<()>>>,
    /// Why it does not go on.
    pub(super) trouble: RefCell<Option<String>>,
    /// The wallet, or the chain, is being waited for.
    pub(super) busy: Cell<bool>,
    pub(super) clock: Cell<u64>,
    listeners: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Run {
    fn new(download: Download, stored: Option<Record>) -> Rc<Self> {
        let flushed = stored
            .as_ref()
            .and_then(|record| record.file.as_ref())
            .map_or(0, |file| file.here);
        Rc::new(Self {
            download: RefCell::new(download),
            stored: RefCell::new(stored),
            waiting: RefCell::default(),
            flushed: Cell::new(flushed),
            talking: Cell::new(false),
            silent: Cell::new(false),
            wanted: RefCell::default(),
            nudge: RefCell::default(),
            trouble: RefCell::default(),
            busy: Cell::new(false),
            clock: Cell::new(0),
            listeners: RefCell::default(),
        })
    }

    pub(super) fn id(&self) -> SessionId {
        self.download.borrow().id()
    }

    /// Has the connection look at what is to be said.
    pub(super) fn nudge(&self) {
        if let Some(nudge) = self.nudge.borrow_mut().as_mut() {
            // Full means that it looks anyway.
            drop(nudge.try_send(()));
        }
    }

    /// Returns when something has come further.
    async fn moved(&self) {
        let (said, heard) = oneshot::channel();
        self.listeners.borrow_mut().push(said);
        // Dropped together with the session.
        let _: Result<(), oneshot::Canceled> = heard.await;
    }
}

impl Downloads {
    /// For a desk whose world has a contract of sessions.
    #[must_use]
    pub fn new(desk: Desk, signer: SigningKey, node: HttpProvider, relay: RelaySocket) -> Option<Rc<Self>> {
        let contract = desk.config.sessions?;
        let periods = desk.config.periods();
        let accepts = Accepts {
            domain: Domain {
                chain_id: desk.config.domain.chain_id,
                hub: contract,
            },
            client: desk.seat.account,
            client_signer: signer.address(),
            tokens: desk.config.tokens.iter().map(|token| token.address).collect(),
            least_period: *periods.start(),
            most_period: *periods.end(),
        };
        Some(Rc::new_cyclic(|myself| Self {
            desk,
            signer,
            chain: Chain::new(node, Hub::new(contract)),
            contract: MeteredSessions::new(contract),
            accepts,
            runs: RefCell::default(),
            listed: RefCell::default(),
            unreadable: RefCell::default(),
            loaded: Cell::new(false),
            tasks: RefCell::new(Some(Tasks::default())),
            watched: Cell::new(false),
            changed: RefCell::default(),
            drawing: Cell::new(false),
            windows: RefCell::default(),
            audience: Cell::default(),
            relay,
            brought: Cell::default(),
            myself: myself.clone(),
        }))
    }

    /// Reads what is stored, and goes on with what was under way.
    pub fn start(self: &Rc<Self>) {
        self.show_others();
        let downloads = self.clone();
        self.spawn(async move {
            match downloads.desk.store.sessions().await {
                Ok(texts) => downloads.load(texts),
                Err(error) => drop(downloads.unreadable.replace(Some(error.said()))),
            }
            downloads.loaded.set(true);
            downloads.greet_relay();
            for run in downloads.all() {
                if run.download.borrow().is_unfinished() {
                    downloads.connect(&run);
                }
            }
            downloads.draw();
            downloads.keep_reading().await;
        });
    }

    /// Ends what runs.
    pub fn end(&self) {
        self.tasks.take();
        self.changed.take();
        self.windows.take();
        self.runs.take();
    }

    fn load(&self, texts: Vec<(String, String)>) {
        let mut unreadable = 0;
        for (key, text) in texts {
            if key.starts_with(listed_key("").as_str()) {
                match serde_json::from_str::<Listed>(&text) {
                    Ok(listed) if self.knows(listed.provider) => (),
                    Ok(listed) => self.listed.borrow_mut().push(listed),
                    Err(_) => unreadable += 1,
                }
                continue;
            }
            match serde_json::from_str::<Record>(&text) {
                Ok(record) if self.run(record.id()).is_ok() => (),
                Ok(record) if record.id().to_string() == key => {
                    let download = self.resume(record.clone());
                    self.runs.borrow_mut().push(Run::new(download, Some(record)));
                }
                _ => unreadable += 1,
            }
        }
        if unreadable > 0 {
            self.unreadable
                .replace(Some(say::sessions_unreadable().to_owned()));
        }
        let newest_first = |run: &Rc<Run>| std::cmp::Reverse(run.download.borrow().record().since);
        self.runs.borrow_mut().sort_by_key(newest_first);
    }

    pub(super) fn resume(&self, record: Record) -> Download {
        Download::resume(record, self.accepts.clone(), self.signer.clone())
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        if let Some(tasks) = self.tasks.borrow().as_ref() {
            tasks.spawn(task);
        }
    }

    pub(super) fn all(&self) -> Vec<Rc<Run>> {
        self.runs.borrow().clone()
    }

    fn run(&self, id: SessionId) -> Result<Rc<Run>, String> {
        let found = self.all().into_iter().find(|run| run.id() == id);
        found.ok_or_else(|| say::no_such_session().to_owned())
    }

    // ---------------------------------------------------------------------------------------- to look at

    /// Somebody looks, until it is told that nobody does: open sessions are connected meanwhile.
    pub fn watch(self: &Rc<Self>, changed: Option<Callback<()>>) {
        self.watched.set(changed.is_some());
        self.changed.replace(changed);
        if self.watched.get() {
            for run in self.all() {
                if run.download.borrow().record().phase == Phase::Active {
                    self.connect(&run);
                }
            }
            self.draw();
        } else {
            for run in self.all() {
                run.nudge();
            }
        }
    }

    /// Whether a connection is worth having.
    pub(super) fn is_wanted(&self, run: &Run) -> bool {
        let download = run.download.borrow();
        let phase = download.record().phase;
        let idle =
            self.watched.get() && matches!(phase, Phase::Active | Phase::Agreed) && !download.record().copy;
        phase == Phase::Proposed || download.is_unfinished() || run.wanted.borrow().is_some() || idle
    }

    /// What is shown.
    #[must_use]
    pub fn shelf(&self) -> Shelf {
        let runs = self.all();
        Shelf {
            loaded: self.loaded.get(),
            unreadable: self.unreadable.borrow().clone(),
            sessions: runs.iter().map(|run| self.view(run)).collect(),
            listed: self
                .listed
                .borrow()
                .iter()
                .filter(|listed| !listed.forgiven)
                .cloned()
                .collect(),
        }
    }

    /// Windows of this account that wait are told what this one shows, while one of them looks.
    fn show_others(&self) {
        let downloads = self.myself.clone();
        let heard = Callback::from(move |text: String| {
            if let Some(downloads) = downloads.upgrade().filter(|_| text == mirror::LOOKING) {
                downloads.audience.set(Audience::looking(now_ms()));
                downloads.draw();
            }
        });
        let name = mirror::name(&self.desk.seat.name());
        self.windows.replace(Windows::join(&name, heard));
    }

    fn tell_others(&self) {
        if !self.audience.get().is_there(now_ms()) {
            return;
        }
        if let Some(windows) = &*self.windows.borrow() {
            let told: Vec<_> = self
                .all()
                .iter()
                .map(|run| Told::of(&run.download.borrow(), self.view(run)))
                .collect();
            windows.say(&mirror::to_text(&told));
        }
    }

    fn view(&self, run: &Run) -> SessionView {
        let download = run.download.borrow();
        SessionView {
            talking: run.talking.get(),
            silent: run.silent.get(),
            trouble: run.trouble.borrow().clone(),
            busy: run.busy.get(),
            clock: run.clock.get(),
            waits_for: run.wanted.borrow().clone(),
            ..SessionView::of(&download)
        }
    }

    /// Draws what is newest, and tells whoever waits.
    pub(super) fn draw(&self) {
        for run in self.all() {
            for listener in run.listeners.take() {
                // Who gave up waiting does not listen.
                let _: Result<(), ()> = listener.send(());
            }
        }
        if self.drawing.replace(true) {
            return;
        }
        let Some(downloads) = self.myself.upgrade() else {
            return;
        };
        self.spawn(async move {
            TimeoutFuture::new(DRAWN_EVERY_MS).await;
            downloads.drawing.set(false);
            let changed = downloads.changed.borrow().clone();
            if let Some(changed) = changed {
                changed.emit(());
            }
            downloads.tell_others();
        });
    }
}
