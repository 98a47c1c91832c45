//! Sessions with providers at work: what is stored of them, the connections that run, and what pages show.

mod chain;
mod talk;

use super::Desk;
use crate::{
    adapters::{
        clock::now_ms,
        files,
        provider_socket::{Frame, ProviderSocket},
        session_store::Piece,
        tasks::Tasks,
    },
    state::{
        dates::date,
        sessions::{Listed, SessionView, Shelf, listed_key},
    },
    words::{Said, say, sentence},
};
use futures::channel::{mpsc, oneshot};
use js_sys::{Array, Uint8Array};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};
use thunder_channel::{
    Address, Amount, Domain, SigningKey, checksummed,
    metering::{
        Grounds, SessionId,
        download::{Offer, Said as Told, VERSION},
    },
};
use thunder_client::downloads::{Accepts, Download, Link, Phase, Record, judge, propose};
use thunder_ethereum::{Chain, HttpProvider, Hub, MeteredSessions};
use yew::Callback;

/// Sessions that are kept: more than a person looks through. The oldest that is over makes room.
const MAX_SESSIONS: usize = 200;
/// How long a provider may take to answer a proposal, in milliseconds.
const ANSWER_MS: u32 = 20_000;
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
    pub fn new(desk: Desk, signer: SigningKey, node: HttpProvider) -> Option<Rc<Self>> {
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
            myself: myself.clone(),
        }))
    }

    /// Reads what is stored, and goes on with what was under way.
    pub fn start(self: &Rc<Self>) {
        let downloads = self.clone();
        self.spawn(async move {
            match downloads.desk.store.sessions().await {
                Ok(texts) => downloads.load(texts),
                Err(error) => drop(downloads.unreadable.replace(Some(error.said()))),
            }
            downloads.loaded.set(true);
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
        self.runs.take();
    }

    fn load(&self, texts: Vec<(String, String)>) {
        let mut unreadable = 0;
        for (key, text) in texts {
            if key.starts_with(listed_key("").as_str()) {
                match serde_json::from_str::<Listed>(&text) {
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

    /// Takes sessions of a backup in that are not here. Another browser may have counted on in them, so nothing is counted in a copy; what
    /// has become of them, the chain says.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn take_in(&self, texts: Vec<(String, String)>) -> Result<(), String> {
        for (key, text) in texts.into_iter().take(MAX_SESSIONS) {
            if let Ok(listed) = serde_json::from_str::<Listed>(&text) {
                self.distrust(
                    listed.provider,
                    listed.words,
                    listed.grounds.map(|grounds| *grounds),
                )
                .await?;
                continue;
            }
            let Ok(record) = serde_json::from_str::<Record>(&text) else {
                continue;
            };
            let mine = (record.key.client, record.key.client_signer)
                == (self.accepts.client, self.accepts.client_signer);
            let known = self.all().iter().any(|run| run.id() == record.id());
            if !mine || known || record.id().to_string() != key {
                continue;
            }
            let record = Record {
                copy: !record.is_over(),
                going: false,
                file: None,
                ..record
            };
            let text = serde_json::to_string(&record).map_err(|error| error.to_string())?;
            let kept = self.desk.store.keep_session(&key, &text, None).await;
            kept.map_err(|error| error.said())?;
            let download = self.resume(record.clone());
            self.runs.borrow_mut().push(Run::new(download, Some(record)));
        }
        self.draw();
        Ok(())
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
            listed: self.listed.borrow().clone(),
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
            gloo::timers::future::TimeoutFuture::new(DRAWN_EVERY_MS).await;
            downloads.drawing.set(false);
            let changed = downloads.changed.borrow().clone();
            if let Some(changed) = changed {
                changed.emit(());
            }
        });
    }

    // -------------------------------------------------------------------------------------------- offers

    /// Asks a provider what it has, and what that costs. Signs nothing.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn look(&self, origin: &str) -> Result<Offer, String> {
        let silent = || say::provider_silent().to_owned();
        let mut socket = ProviderSocket::open(origin).ok_or_else(silent)?;
        loop {
            let Some(Frame::Text(text)) = socket.next().await else {
                return Err(silent());
            };
            match Told::parse(&text).map_err(|_| say::provider_foreign().to_owned())? {
                Told::Challenge { version, .. } if version != VERSION => {
                    return Err(say::provider_foreign().to_owned());
                }
                Told::Offer(offer) => {
                    judge(&offer, &self.accepts).map_err(|fault| fault.said())?;
                    return Ok(*offer);
                }
                Told::Refused { words } => return Err(say::provider_refuses(&words)),
                _ => (),
            }
        }
    }

    /// Agrees on a session, and deposits.
    ///
    /// # Errors
    /// Words for the person. Where the provider has agreed already, the session is there and waits for its deposit.
    pub async fn begin(
        self: &Rc<Self>,
        origin: &str,
        offer: &Offer,
        most: Option<Amount>,
        deposit: Amount,
    ) -> Result<(), String> {
        if self.is_listed(offer.provider) {
            return Err(say::provider_is_listed().to_owned());
        }
        let mut salt = [0; 8];
        getrandom::getrandom(&mut salt).map_err(|_| say::no_random().to_owned())?;
        let salt = u64::from_be_bytes(salt);
        let key = propose(offer, &self.accepts, most, deposit, salt).map_err(|fault| fault.said())?;
        self.make_room().await?;
        let download = Download::propose(
            key,
            deposit,
            origin.to_owned(),
            now_ms(),
            self.accepts.clone(),
            self.signer.clone(),
        );
        let run = Run::new(download, None);
        self.runs.borrow_mut().insert(0, run.clone());
        self.connect(&run);
        let agreed = self.agreed(&run).await;
        if agreed.is_err() && run.stored.borrow().is_none() {
            let id = run.id();
            self.runs.borrow_mut().retain(|other| other.id() != id);
        }
        agreed?;
        self.deposit(run.id()).await
    }

    /// Waits until the provider has agreed, and that is stored.
    async fn agreed(&self, run: &Run) -> Result<(), String> {
        let agreed = async {
            while run.stored.borrow().is_none() {
                if let Some(words) = run.trouble.borrow().clone() {
                    return Err(words);
                }
                if run.silent.get() {
                    return Err(say::provider_silent().to_owned());
                }
                run.moved().await;
            }
            Ok(())
        };
        let too_late = gloo::timers::future::TimeoutFuture::new(ANSWER_MS);
        match futures::future::select(Box::pin(agreed), too_late).await {
            futures::future::Either::Left((agreed, _)) => agreed,
            futures::future::Either::Right(_) => Err(say::provider_silent().to_owned()),
        }
    }

    async fn make_room(&self) -> Result<(), String> {
        if self.all().len() < MAX_SESSIONS {
            return Ok(());
        }
        let over = self
            .all()
            .into_iter()
            .rev()
            .find(|run| run.download.borrow().record().is_over());
        let over = over.ok_or_else(|| say::too_many_sessions().to_owned())?;
        self.forget(over.id()).await
    }

    // ------------------------------------------------------------------------------------------ sessions

    /// Wants a file of a session.
    ///
    /// # Errors
    /// Words for the person.
    pub fn get(self: &Rc<Self>, id: SessionId, name: &str) -> Result<(), String> {
        let run = self.run(id)?;
        run.trouble.take();
        if run.download.borrow().link() == Link::Running {
            run.download.borrow_mut().get(name);
        } else {
            run.wanted.replace(Some(name.to_owned()));
        }
        self.connect(&run);
        run.nudge();
        self.draw();
        Ok(())
    }

    /// Wants no more of the file for now.
    ///
    /// # Errors
    /// Words for the person.
    pub fn pause(&self, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        run.wanted.take();
        run.download.borrow_mut().stop();
        run.nudge();
        self.keep_soon(&run);
        self.draw();
        Ok(())
    }

    /// Tries to reach the provider again.
    ///
    /// # Errors
    /// Words for the person.
    pub fn try_again(self: &Rc<Self>, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        run.trouble.take();
        self.connect(&run);
        self.draw();
        Ok(())
    }

    /// Saves the file that came.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn save_file(&self, id: SessionId) -> Result<(), String> {
        let file = self.run(id)?.download.borrow().record().file.clone();
        let file = file.ok_or_else(|| say::no_such_session().to_owned())?;
        let pieces = self.desk.store.pieces(&id.to_string()).await;
        let pieces = pieces.map_err(|error| error.said())?;
        let whole = files::joined_blobs(&pieces).ok_or_else(|| say::cannot_save().to_owned())?;
        files::save_blob(&file.name, &whole)
    }

    /// Saves what proves the counts, for use without this app.
    ///
    /// # Errors
    /// Words for the person.
    pub fn save_evidence(&self, id: SessionId) -> Result<(), String> {
        let evidence = self.run(id)?.download.borrow().evidence();
        let text = serde_json::to_string_pretty(&evidence).map_err(|error| error.to_string())?;
        let short: String = id.to_string().chars().skip(2).take(8).collect();
        let name = format!("thunder-session-{short}-{}.json", date(now_ms()));
        files::save(&name, "application/json", &text)
    }

    /// Forgets a session that is over, and the bytes that came in it.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn forget(&self, id: SessionId) -> Result<(), String> {
        if !self.run(id)?.download.borrow().record().is_over() {
            return Err(say::session_not_over().to_owned());
        }
        let gone = self.desk.store.forget_session(&id.to_string()).await;
        gone.map_err(|error| error.said())?;
        self.runs.borrow_mut().retain(|run| run.id() != id);
        self.draw();
        Ok(())
    }

    // ------------------------------------------------------------------------------------------ distrust

    fn is_listed(&self, provider: Address) -> bool {
        self.listed
            .borrow()
            .iter()
            .any(|listed| listed.provider == provider)
    }

    /// Puts a provider onto the list: no new session with it.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn distrust(
        &self,
        provider: Address,
        words: Option<String>,
        grounds: Option<Grounds>,
    ) -> Result<(), String> {
        if self.is_listed(provider) {
            return Ok(());
        }
        let listed = Listed {
            provider,
            since: now_ms(),
            words,
            grounds: grounds.map(Box::new),
        };
        let text = serde_json::to_string(&listed).map_err(|error| error.to_string())?;
        let key = listed_key(&checksummed(provider));
        let kept = self.desk.store.keep_session(&key, &text, None).await;
        kept.map_err(|error| error.said())?;
        self.listed.borrow_mut().push(listed);
        self.draw();
        Ok(())
    }

    /// Takes a provider off the list.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn trust(&self, provider: Address) -> Result<(), String> {
        let key = listed_key(&checksummed(provider));
        let gone = self.desk.store.forget_session(&key).await;
        gone.map_err(|error| error.said())?;
        self.listed
            .borrow_mut()
            .retain(|listed| listed.provider != provider);
        self.draw();
        Ok(())
    }

    // -------------------------------------------------------------------------------------------- store

    /// Stores what has to be stored of a session, with the bytes that belong to it.
    ///
    /// # Errors
    /// Words for the person: the session goes on from what was stored before.
    pub(super) async fn keep(&self, run: &Run) -> Result<(), String> {
        loop {
            let write = run.download.borrow_mut().poll_write();
            let Some(write) = write else { return Ok(()) };
            // What came up to here is in the record; nothing comes in between.
            let pieces: Array = run.waiting.take().iter().collect();
            let from = if write.anew { 0 } else { run.flushed.get() };
            let bytes = (pieces.length() > 0)
                .then(|| files::joined(&pieces, ""))
                .flatten();
            let lost = pieces.length() > 0 && bytes.is_none();
            let here = write.record.file.as_ref().map_or(0, |file| file.here);
            let owner = run.id().to_string();
            let piece = (write.anew || bytes.is_some()).then(|| Piece {
                owner: owner.clone(),
                anew: write.anew,
                bytes: bytes.map(|bytes| (from, bytes)),
            });
            let text = serde_json::to_string(&write.record).unwrap_or_default();
            let kept = if lost {
                Err(say::cannot_save().to_owned())
            } else {
                let kept = self.desk.store.keep_session(&owner, &text, piece).await;
                kept.map_err(|error| error.said())
            };
            match kept {
                Ok(()) => {
                    run.flushed.set(here);
                    run.stored.replace(Some(write.record));
                    run.download.borrow_mut().kept(write.number);
                    run.nudge();
                    self.draw();
                }
                Err(words) => {
                    self.fall_back(run, &words);
                    return Err(words);
                }
            }
        }
    }

    /// Goes on from what is stored: what was signed since was not sent.
    fn fall_back(&self, run: &Run, words: &str) {
        let stored = run.stored.borrow().clone();
        if let Some(record) = stored {
            run.flushed.set(record.file.as_ref().map_or(0, |file| file.here));
            run.download.replace(self.resume(record));
        }
        run.waiting.take();
        run.trouble.replace(Some(sentence(words)));
        self.draw();
    }

    /// Stores what is to be stored, beside whatever else happens.
    pub(super) fn keep_soon(&self, run: &Rc<Run>) {
        let (Some(downloads), run) = (self.myself.upgrade(), run.clone()) else {
            return;
        };
        self.spawn(async move {
            // Why not is shown with the session.
            drop(downloads.keep(&run).await);
        });
    }
}
