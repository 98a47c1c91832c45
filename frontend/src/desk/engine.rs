//! Owns what runs: the wallet's gate, the lock, the store, the client and its timers. Pages only ask it for things.

use super::{Desk, downloads::Downloads, observer::Watcher};
use crate::{
    adapters::{
        clock::now_ms, eip6963::Discovery, gate::Gate, indexed_db::IndexedDb, keeping,
        session_memory::Memory, socket::RelaySocket, tasks::Tasks, web_lock::WebLock,
    },
    state::{
        activity::{Activity, Tell, Tone},
        config::AppConfig,
        demo::Part,
        health::{Health, Sign},
        seat::Role,
        session::{Session, Stage, Turn},
        snapshot::{Latest, Reading},
        wallet::Wallet,
    },
    words::{Language, Said, say},
};
use std::{
    any::Any,
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};
use thunder_channel::Address;
use thunder_ethereum::{
    Chain, ChainParams, ChainRequest, Currency, HttpProvider, Hub, RpcErrorKind, WalletError, ensure_chain,
    request_accounts,
};
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, UseReducerDispatcher};

/// Where the engine writes what pages show.
#[derive(Clone)]
pub struct Stores {
    /// How far the window has come.
    pub session: UseReducerDispatcher<Session<Desk>>,
    /// What the client said last.
    pub latest: UseReducerDispatcher<Latest>,
    /// What was told.
    pub activity: UseReducerDispatcher<Activity>,
    /// What is wrong around the app.
    pub health: UseReducerDispatcher<Health>,
}

/// What ends when the wallet is disconnected or the account is taken over.
#[derive(Default)]
pub(super) struct Owned {
    pub tasks: Tasks,
    pub listeners: Vec<Box<dyn Any>>,
    pub store: Option<Rc<IndexedDb>>,
    pub lock: Option<WebLock>,
    pub wallet: Option<Wallet>,
    pub downloads: Option<Rc<Downloads>>,
    pub watcher: Option<Watcher>,
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(watcher) = &self.watcher {
            watcher.retire();
        }
        if let Some(downloads) = &self.downloads {
            downloads.end();
        }
        if let Some(store) = &self.store {
            store.close();
        }
    }
}

/// How long the app's own node may take before the page says that it does not answer. A person waits for it.
const NODE_TIMEOUT: Duration = Duration::from_secs(8);

/// One per page.
pub struct Engine {
    pub(super) config: Rc<AppConfig>,
    pub(super) role: Option<Role>,
    pub(super) part: Option<Part>,
    pub(super) relay: RelaySocket,
    pub(super) memory: Memory,
    pub(super) stores: Stores,
    pub(super) node: HttpProvider,
    pub(super) owned: RefCell<Owned>,
    pub(super) nudge: RefCell<Option<futures::channel::mpsc::Sender<()>>>,
    attempt: Cell<u64>,
    /// How often the wallet was asked where it is.
    looks: Cell<u64>,
    pub(super) discovery: RefCell<Option<Discovery>>,
    /// The wallets that this page itself is, with their notes in a language.
    pub(super) own_wallets: RefCell<Option<(Language, Vec<Wallet>)>>,
    /// Who was connected before, with a wallet that has not announced itself yet, and the attempt that waits for it.
    pub(super) awaited: RefCell<Option<(u64, String, Address)>>,
    /// What to ask the wallet for when it has to go to another chain.
    chain_request: Cell<ChainRequest>,
}

impl Engine {
    /// An engine for this page.
    ///
    /// # Errors
    /// Words for the person if the configured node's address is none.
    pub fn new(config: Rc<AppConfig>, part: Option<Part>, stores: Stores) -> Result<Rc<Self>, String> {
        let node = HttpProvider::new(&config.rpc_url)
            .map_err(|error| error.said())?
            .with_timeout(NODE_TIMEOUT);
        let search = gloo::utils::window().location().search().unwrap_or_default();
        let role = part.map(|part| part.role).or_else(|| Role::parse(&search));
        Ok(Rc::new(Self {
            config,
            role,
            part,
            relay: RelaySocket::default(),
            memory: Memory::new(role, part),
            stores,
            node,
            owned: RefCell::default(),
            nudge: RefCell::default(),
            attempt: Cell::new(0),
            looks: Cell::new(0),
            discovery: RefCell::default(),
            own_wallets: RefCell::default(),
            awaited: RefCell::default(),
            chain_request: Cell::new(ChainRequest::Switch),
        }))
    }

    /// What this window remembers over a reload.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The hub, read through the app's own node.
    #[must_use]
    pub fn chain(&self) -> Chain<HttpProvider> {
        Chain::new(self.node.clone(), Hub::new(self.config.domain.hub))
    }

    /// The link's role.
    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        self.role
    }

    /// The window's part in a demo.
    #[must_use]
    pub const fn part(&self) -> Option<Part> {
        self.part
    }

    /// Cuts this window off from relay and chain, or connects it again: what a closed laptop does.
    pub fn sleep(&self, asleep: bool) {
        if asleep {
            self.relay.sleep();
        } else {
            self.relay.wake();
            self.read_now();
        }
        self.memory.keep_asleep(asleep);
        self.stores.health.dispatch(Sign::Asleep(asleep));
    }

    /// Starts a new attempt; what belonged to the last one ends.
    pub(super) fn begin(&self, stage: Stage<Desk>) -> u64 {
        self.owned.take();
        self.nudge.take();
        self.chain_request.set(ChainRequest::Switch);
        self.stores.latest.dispatch(Reading::Reset);
        self.stores.health.dispatch(Sign::Reset);
        let attempt = self.attempt.get() + 1;
        self.attempt.set(attempt);
        self.stores.session.dispatch(Turn::Begin { attempt, stage });
        attempt
    }

    pub(super) fn current(&self) -> u64 {
        self.attempt.get()
    }

    pub(super) fn is_current(&self, attempt: u64) -> bool {
        self.attempt.get() == attempt
    }

    pub(super) fn further(&self, attempt: u64, stage: Stage<Desk>) {
        self.stores.session.dispatch(Turn::Further { attempt, stage });
    }

    pub(super) fn health(&self) -> Callback<Sign> {
        let health = self.stores.health.clone();
        Callback::from(move |sign| health.dispatch(sign))
    }

    /// Tells something once.
    pub(super) fn teller(&self) -> Callback<(Tone, String, Option<String>)> {
        let activity = self.stores.activity.clone();
        Callback::from(move |(tone, words, detail)| {
            activity.dispatch(Tell::Say {
                at: now_ms(),
                tone,
                words,
                detail,
            });
        })
    }

    /// The same wallet, asked one thing at a time.
    pub(super) fn gated(&self, wallet: Wallet) -> Wallet {
        let gate = Gate::new(wallet.provider.clone(), !wallet.development, self.health());
        Wallet {
            provider: Rc::new(gate),
            ..wallet
        }
    }

    /// Forgets the wallet and what ran with it. The channels' data stays.
    pub fn disconnect(&self) {
        let wallet = self.owned.borrow().wallet.clone();
        self.memory.forget();
        // A guest's key is forgotten with the rest.
        self.own_wallets.take();
        self.begin(Stage::Choosing { problem: None });
        let Some(wallet) = wallet.filter(|wallet| !wallet.development) else {
            return;
        };
        spawn_local(async move {
            // Many wallets do not know it; forgetting here is what counts.
            let params = serde_json::json!([{ "eth_accounts": {} }]);
            drop(wallet.provider.request("wallet_revokePermissions", params).await);
        });
    }

    /// Gets the wallet onto the hub's chain.
    pub fn switch_network(self: &Rc<Self>) {
        let Some(wallet) = self.owned.borrow().wallet.clone() else {
            return;
        };
        let engine = self.clone();
        spawn_local(async move {
            let config = &engine.config;
            let chain = ChainParams {
                chain_id: config.domain.chain_id,
                name: config.network_name(),
                rpc_url: config.rpc_url.clone(),
                currency: Currency::default(),
                // Two wallets refuse a chain without an explorer; this page stands in for one.
                explorer: match &config.explorer {
                    Some(explorer) => explorer.home().to_owned(),
                    None => gloo::utils::window().location().origin().unwrap_or_default(),
                },
            };
            let request = engine.chain_request.get();
            let done = ensure_chain(&*wallet.provider, &chain, request).await;
            // Whoever presses again after a refusal means it: then the chain is added, whatever a wallet calls its not knowing it.
            engine.chain_request.set(match done {
                Err(WalletError::Rpc(_)) => ChainRequest::Add,
                Ok(()) | Err(_) => ChainRequest::Switch,
            });
            if let Err(error) = done {
                engine
                    .teller()
                    .emit((Tone::Bad, crate::words::sentence(&error.said()), None));
            }
            engine.look_at_wallet(&wallet).await;
        });
    }

    /// Asks the wallet to give the pinned account again.
    pub fn switch_back(self: &Rc<Self>) {
        let Some(wallet) = self.owned.borrow().wallet.clone() else {
            return;
        };
        let engine = self.clone();
        spawn_local(async move {
            let params = serde_json::json!([{ "eth_accounts": {} }]);
            let asked = match wallet.provider.request("wallet_requestPermissions", params).await {
                Ok(_) => Ok(()),
                // A wallet that does not know the method; not a person who said no, or a window that is open already.
                Err(error) if is_unknown_method(error.kind) => {
                    request_accounts(&*wallet.provider).await.map(drop)
                }
                Err(error) => Err(WalletError::Rpc(error)),
            };
            if let Err(error) = asked {
                engine
                    .teller()
                    .emit((Tone::Bad, crate::words::sentence(&error.said()), None));
            }
            engine.look_at_wallet(&wallet).await;
        });
    }

    /// Deletes the databases of earlier chains.
    pub fn discard_set_aside(&self, names: Vec<String>) {
        let health = self.health();
        let tell = self.teller();
        spawn_local(async move {
            for name in names {
                if let Err(error) = IndexedDb::delete(&name).await {
                    tell.emit((Tone::Bad, crate::words::sentence(&error.said()), None));
                }
            }
            health.emit(Sign::SetAside(Vec::new()));
        });
    }

    /// Asks the browser to keep what is stored, now that there is something to keep.
    pub fn keep_storage(&self) {
        let tell = self.teller();
        spawn_local(async move {
            if keeping::is_refused_anew().await {
                let words = say::storage_may_be_cleared();
                tell.emit((Tone::Info, words.to_owned(), None));
            }
        });
    }

    /// Reads the chain and the wallet's money soon, without waiting for the timer.
    pub fn read_now(&self) {
        if let Some(nudge) = self.nudge.borrow_mut().as_mut() {
            // Full means that a reading is due already.
            drop(nudge.try_send(()));
        }
    }

    /// Keeps an eye on where the wallet is and whom it gives, for as long as somebody sits here.
    pub(super) fn watch_wallet(self: &Rc<Self>, wallet: &Wallet) {
        let look = {
            let (engine, wallet) = (Rc::downgrade(self), wallet.clone());
            Callback::from(move |()| {
                let (engine, wallet) = (engine.clone(), wallet.clone());
                spawn_local(async move {
                    if let Some(engine) = engine.upgrade() {
                        engine.look_at_wallet(&wallet).await;
                    }
                });
            })
        };
        let mut owned = self.owned.borrow_mut();
        owned.wallet = Some(wallet.clone());
        owned.listeners.push((wallet.watch)(look.clone()));
        look.emit(());
    }

    /// Learns where the wallet is and whom it gives. Silent: opens no window.
    pub(super) async fn look_at_wallet(&self, wallet: &Wallet) {
        let look = self.looks.get() + 1;
        self.looks.set(look);
        let chain = thunder_ethereum::current_chain_id(&*wallet.provider).await.ok();
        let accounts = thunder_ethereum::accounts(&*wallet.provider).await.ok();
        self.stores.health.dispatch(Sign::Wallet {
            look,
            chain,
            accounts,
        });
    }
}

/// Three wallets say so without a code, or with one of their own.
const fn is_unknown_method(kind: RpcErrorKind) -> bool {
    matches!(kind, RpcErrorKind::UnsupportedMethod | RpcErrorKind::Other(_))
}
