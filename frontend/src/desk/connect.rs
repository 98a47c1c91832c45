//! From the list of wallets to a seat with a payment key. Every step can be given up; what comes too late is ignored.

use super::{Desk, Engine, backup};
use crate::{
    adapters::{
        clock::now_ms,
        demo_wallet::DemoWallet,
        eip6963::Discovery,
        indexed_db::IndexedDb,
        intl::moment,
        rest,
        shelf::Shelf,
        web_lock::{Rivalry, acquire},
    },
    state::{
        activity::Tone,
        health::Sign,
        seat::{Role, Seat},
        session::Stage,
        wallet::{Wallet, put_first},
    },
    words::{Language, Said, say, sentence},
};
use std::rc::Rc;
use thunder_channel::{Address, PaymentKeyRequest, SigningKey, payment_key_from};
use thunder_ethereum::{
    LocalWallet, Provider, accounts, request_accounts, sign_typed, signing_key_from_phrase,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::Callback;

const DEMO: &str = "development:demo";
const IMPORTED: &str = "development:imported";

impl Engine {
    /// Starts looking for wallets and, if this window was connected before, connects again without opening a window.
    pub fn start(self: &Rc<Self>, changed: Callback<()>) {
        if !self.is_secure() {
            // The first page says it, before anybody was asked for anything.
            self.begin(Stage::Choosing { problem: None });
            return;
        }
        let found = {
            let engine = Rc::downgrade(self);
            Callback::from(move |()| {
                changed.emit(());
                if let Some(engine) = engine.upgrade() {
                    engine.welcome_back();
                }
            })
        };
        *self.discovery.borrow_mut() = Some(Discovery::start(found));
        if let Some(part) = self.part {
            // Who slept when the page was loaded anew sleeps on.
            if self.memory.asleep() {
                self.sleep(true);
            }
            return self.play(part);
        }
        let Some((id, account)) = self.memory.wallet().zip(self.memory.account()) else {
            self.begin(Stage::Choosing { problem: None });
            return;
        };
        if let Some(wallet) = self.wallet_by_id(&id) {
            return self.reconnect(wallet, account);
        }
        let attempt = self.begin(Stage::Choosing { problem: None });
        *self.awaited.borrow_mut() = Some((attempt, id, account));
    }

    /// Connects again once the wallet that was used before has announced itself, unless somebody has chosen meanwhile.
    fn welcome_back(self: &Rc<Self>) {
        let awaited = self.awaited.borrow().clone();
        let Some((_, id, account)) = awaited.filter(|(attempt, ..)| self.is_current(*attempt)) else {
            return;
        };
        if let Some(wallet) = self.wallet_by_id(&id) {
            self.reconnect(wallet, account);
        }
    }

    fn reconnect(self: &Rc<Self>, wallet: Wallet, account: Address) {
        let attempt = self.begin(Stage::Starting);
        let (engine, wallet) = (self.clone(), self.gated(wallet));
        spawn_local(async move {
            match accounts(&*wallet.provider).await {
                Ok(given) if given.contains(&account) => {
                    engine.sit(attempt, wallet, account, Rivalry::Yield).await;
                }
                // It was connected when this window was last here.
                Ok(given) if given.is_empty() => {
                    engine.back_to_choosing(attempt, say::wallet_is_locked());
                }
                _ => engine.further(attempt, Stage::Choosing { problem: None }),
            }
        });
    }

    /// Whether the browser gives this page what it needs: over plain http only where the page is this machine's own.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        gloo::utils::window().is_secure_context()
    }

    /// Asks wallets to announce themselves again.
    pub fn look_for_wallets(&self) {
        if let Some(discovery) = self.discovery.borrow().as_ref() {
            discovery.ask();
        }
    }

    /// The wallets to choose from: the one that was used last, those of the browser, and those that this page itself is.
    #[must_use]
    pub fn wallets(&self) -> Vec<Wallet> {
        let mut wallets = self
            .discovery
            .borrow()
            .as_ref()
            .map(Discovery::wallets)
            .unwrap_or_default();
        // Made once for each language that their notes are in: what they have made of their keys stays.
        let language = Language::current();
        let mut made = self.own_wallets.borrow_mut();
        let own = match &mut *made {
            Some((spoken, own)) if *spoken == language => own,
            other => &mut other.insert((language, self.make_own_wallets())).1,
        };
        wallets.extend(own.iter().cloned());
        if let Some(last) = self.memory.last_wallet() {
            put_first(&mut wallets, &last);
        }
        wallets
    }

    /// The wallets that this page itself is.
    fn make_own_wallets(&self) -> Vec<Wallet> {
        if let Some(part) = self.part {
            return self.part_wallet(part).into_iter().collect();
        }
        if !self.config.is_development() {
            return Vec::new();
        }
        // A link without a role, such as one to a channel, is for either.
        let roles = self.role.map_or_else(|| Role::BOTH.to_vec(), |role| vec![role]);
        roles
            .into_iter()
            .filter_map(|role| self.demo_wallet(role))
            .collect()
    }

    fn wallet_by_id(&self, id: &str) -> Option<Wallet> {
        if id == IMPORTED {
            return self.imported_wallet(&self.memory.imported()?).ok();
        }
        let announced = self
            .discovery
            .borrow()
            .as_ref()
            .and_then(|discovery| discovery.find(id));
        announced.or_else(|| self.wallets().into_iter().find(|wallet| wallet.id == id))
    }

    fn demo_wallet(&self, role: Role) -> Option<Wallet> {
        let provider = DemoWallet::new(role.account_index()?, self.node.clone());
        let id = format!("{DEMO}:{}", role.name());
        let name = format!("Demo {}", role.name());
        Some(own_wallet(Rc::new(provider), id, name, say::note_public_key()))
    }

    /// A wallet from a private key or a seed phrase, on a development chain only.
    ///
    /// # Errors
    /// Words for the person.
    fn imported_wallet(&self, secret: &str) -> Result<Wallet, String> {
        if !self.config.is_development() {
            return Err(say::development_keys_only().to_owned());
        }
        let key = if secret.split_whitespace().count() > 1 {
            signing_key_from_phrase(secret, 0).map_err(|error| error.said())?
        } else {
            SigningKey::from_hex(secret).map_err(|error| error.said())?
        };
        let note = say::note_imported_key();
        Ok(self.key_wallet(key, IMPORTED, say::imported_key().to_owned(), note))
    }

    pub(super) fn key_wallet(&self, key: SigningKey, id: &str, name: String, note: &'static str) -> Wallet {
        let provider = LocalWallet::new(key, self.node.clone());
        own_wallet(Rc::new(provider), id.to_owned(), name, note)
    }

    /// Connects an imported key.
    ///
    /// # Errors
    /// Words for the person, if it is none.
    pub fn import(self: &Rc<Self>, secret: &str) -> Result<(), String> {
        let wallet = self.imported_wallet(secret)?;
        self.memory.keep_imported(secret.trim());
        self.choose(wallet);
        Ok(())
    }

    /// Asks a wallet for its accounts.
    pub fn choose(self: &Rc<Self>, wallet: Wallet) {
        let attempt = self.begin(Stage::Asking {
            wallet: wallet.name.clone(),
        });
        let engine = self.clone();
        spawn_local(async move {
            // The page has come without what goes on from here.
            match rest::fetched().await {
                Ok(()) => engine.ask_accounts(attempt, wallet).await,
                Err(words) => engine.back_to_choosing(attempt, &words),
            }
        });
    }

    async fn ask_accounts(self: &Rc<Self>, attempt: u64, wallet: Wallet) {
        let wallet = self.gated(wallet);
        let given = match request_accounts(&*wallet.provider).await {
            Ok(given) => given,
            Err(error) => return self.back_to_choosing(attempt, &error.said()),
        };
        let pinned = self.memory.account().filter(|account| given.contains(account));
        let only = <[Address; 1]>::try_from(given.as_slice())
            .ok()
            .map(|[account]| account);
        match pinned.or(only) {
            Some(account) => self.sit(attempt, wallet, account, Rivalry::Yield).await,
            None if given.is_empty() => {
                self.back_to_choosing(attempt, say::gave_no_account());
            }
            // Two windows of one browser get the same list: which account is whose is the person's choice.
            None => self.further(
                attempt,
                Stage::Accounts {
                    wallet,
                    accounts: given,
                },
            ),
        }
    }

    /// Takes one of the accounts that the wallet gave.
    pub fn pick(self: &Rc<Self>, wallet: Wallet, account: Address) {
        let attempt = self.begin(Stage::Starting);
        let engine = self.clone();
        spawn_local(async move { engine.sit(attempt, wallet, account, Rivalry::Yield).await });
    }

    /// Takes the account over from the window that holds it.
    pub fn take_over(self: &Rc<Self>, wallet: Wallet, account: Address) {
        let attempt = self.begin(Stage::Starting);
        let engine = self.clone();
        spawn_local(async move { engine.sit(attempt, wallet, account, Rivalry::TakeOver).await });
    }

    /// Back to the list of wallets.
    pub fn give_up(&self) {
        self.begin(Stage::Choosing { problem: None });
    }

    fn back_to_choosing(&self, attempt: u64, words: &str) {
        let problem = Some(sentence(words));
        self.further(attempt, Stage::Choosing { problem });
    }

    pub(super) async fn sit(
        self: &Rc<Self>,
        attempt: u64,
        wallet: Wallet,
        account: Address,
        rivalry: Rivalry,
    ) {
        let seat = Seat::new(&self.config, account, self.role);
        let name = seat.name();
        let lost = {
            let (engine, wallet) = (Rc::downgrade(self), wallet.clone());
            Callback::from(move |()| {
                if let Some(engine) = engine.upgrade().filter(|engine| engine.is_current(attempt)) {
                    let taken_over = Stage::TakenOver {
                        wallet: wallet.clone(),
                        seat,
                    };
                    let attempt = engine.begin(taken_over);
                    engine.wait_for(attempt, wallet.clone(), seat);
                }
            })
        };
        let lock = match acquire(&name, rivalry, lost).await {
            Ok(Some(lock)) => lock,
            Ok(None) => {
                let since = Shelf::Browser.get::<u64>(&name).map(moment);
                self.wait_for(attempt, wallet.clone(), seat);
                return self.further(attempt, Stage::Held { wallet, seat, since });
            }
            Err(words) => return self.broken(attempt, &words),
        };
        if !self.is_current(attempt) {
            return;
        }
        // Only for saying since when; a full storage costs that.
        Shelf::Browser.keep(&name, &now_ms());
        self.memory.pin(&wallet.id, account);
        self.owned.borrow_mut().lock = Some(lock);
        self.watch_wallet(&wallet);
        let store = match IndexedDb::open(&name).await {
            Ok(store) => Rc::new(store),
            Err(error) => return self.broken(attempt, &error.said()),
        };
        if !self.is_current(attempt) {
            return store.close();
        }
        self.owned.borrow_mut().store = Some(store.clone());
        let mut set_aside = IndexedDb::names().await;
        set_aside.retain(|name| seat.was_set_aside(&self.config, name));
        self.stores.health.dispatch(Sign::SetAside(set_aside));
        match store.payment_key().await {
            Ok(Some(secret)) => match SigningKey::from_hex(&secret) {
                Ok(key) => drop(self.run(attempt, wallet, seat, store, key).await),
                Err(_) => self.broken(attempt, say::key_unreadable()),
            },
            Ok(None) => {
                let stage = Stage::SetUp {
                    wallet: wallet.clone(),
                    seat,
                    busy: false,
                    problem: None,
                };
                self.further(attempt, stage);
                // In a demo there is no wallet's window to prepare a person for.
                if self.part.is_some() {
                    self.set_up(wallet, seat);
                }
            }
            Err(error) => self.broken(attempt, &error.said()),
        }
    }

    /// Derives the payment key with one signature of the wallet, and keeps it.
    pub fn set_up(self: &Rc<Self>, wallet: Wallet, seat: Seat) {
        let Some(store) = self.owned.borrow().store.clone() else {
            return;
        };
        let attempt = self.current();
        let engine = self.clone();
        let stage = move |wallet: &Wallet, busy, problem: Option<String>| Stage::<Desk>::SetUp {
            wallet: wallet.clone(),
            seat,
            busy,
            problem,
        };
        engine.further(attempt, stage(&wallet, true, None));
        spawn_local(async move {
            let key = match engine.derive(&wallet, &seat, &store).await {
                Ok(key) => key,
                Err(words) => return engine.further(attempt, stage(&wallet, false, Some(sentence(&words)))),
            };
            if engine.is_current(attempt) {
                engine.run(attempt, wallet, seat, store, key).await;
            }
        });
    }

    /// Takes the payment key and everything else from a backup, instead of deriving the key anew.
    ///
    /// # Errors
    /// Words for the person; then nothing was kept, unless they say that the key was.
    pub async fn set_up_from(
        self: &Rc<Self>,
        wallet: Wallet,
        seat: Seat,
        file: File,
        password: String,
    ) -> Result<(), String> {
        let attempt = self.current();
        let Some(store) = self.owned.borrow().store.clone() else {
            return Ok(());
        };
        let (content, key) = backup::open(&file, &password, &seat).await?;
        keep(&store, &key).await?;
        if !self.is_current(attempt) {
            return Ok(());
        }
        let Some(desk) = self.run(attempt, wallet, seat, store, key).await else {
            return Ok(());
        };
        if let Err(words) = desk.take_in(content).await {
            let words = say::half_imported(&words);
            self.teller().emit((Tone::Bad, sentence(&words), None));
        }
        Ok(())
    }

    async fn derive(&self, wallet: &Wallet, seat: &Seat, store: &IndexedDb) -> Result<SigningKey, String> {
        let request = PaymentKeyRequest {
            account: seat.account,
        };
        let signature = sign_typed(&*wallet.provider, seat.account, &request, &seat.domain)
            .await
            .map_err(|error| error.said())?;
        let key = payment_key_from(&signature);
        self.check_repeatable(seat, &key);
        keep(store, &key).await?;
        Ok(key)
    }

    /// A wallet whose signatures are not repeatable gives another key each time. The address of the first one is remembered
    /// apart from the database, so that it is noticed when a key is derived again.
    fn check_repeatable(&self, seat: &Seat, key: &SigningKey) {
        let name = format!("{}/payment-key", seat.name());
        let address = format!("{:#x}", key.address());
        let differs = Shelf::Browser
            .get::<String>(&name)
            .is_some_and(|former| former != address);
        if differs {
            let words = say::key_not_repeated();
            self.teller().emit((Tone::Bad, words.to_owned(), None));
        }
        Shelf::Browser.keep(&name, &address);
    }

    pub(super) fn broken(&self, attempt: u64, words: &str) {
        let words = sentence(words);
        self.further(attempt, Stage::Broken { words });
    }
}

/// Keeps the payment key in the store.
async fn keep(store: &IndexedDb, key: &SigningKey) -> Result<(), String> {
    let secret = key
        .secret()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    let kept = store.keep_payment_key(&secret).await;
    kept.map_err(|error| error.said())
}

/// A wallet that is part of this page: it opens no window, and tells nothing by itself.
fn own_wallet(provider: Rc<dyn Provider>, id: String, name: String, note: &'static str) -> Wallet {
    Wallet {
        id,
        name,
        icon: None,
        note: Some(note),
        development: true,
        provider,
        watch: Rc::new(|_| Box::new(())),
    }
}
