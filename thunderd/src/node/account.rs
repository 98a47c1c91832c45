//! An open account: the participant, and everything that runs for it.

use super::{
    Core, Links, Service, accounts::Accounts, charges, duties, observer::NodeObserver, relay,
    wallet::NodeWallet,
};
use crate::{
    clock::SystemClock,
    keystore::disk,
    peer,
    place::Place,
    store::SqliteStore,
    traffic::{self, Traffic},
    world::World,
};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};
use thunder_api::{Backup, Code, Peer, Problem};
use thunder_channel::{Address, ChannelId, PaymentKeyRequest, SigningKey, TypedMessage, parse_address};
use thunder_client::{Accepted, Command, Config, Driver, Outcome, Participant, Ports, Refusal, Store};
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{Instant, sleep},
};

/// How long a command waits while the account signs or sends something else.
const WALLET_PATIENCE: Duration = Duration::from_secs(60);
/// Channels kept: some three kilobytes of memory each, and twenty for each full history.
const MAX_CHANNELS: usize = 20_000;
/// The most that a unit of gas may cost where nothing else is said, in gwei: ten times what it costs on a bad day.
const MAX_FEE_GWEI: u64 = 500;
/// How often it looks whether that is over.
const WALLET_PAUSE: Duration = Duration::from_millis(10);

/// An open account.
pub struct Account {
    /// The participant.
    pub driver: Rc<Driver>,
    /// The way to relay and peers.
    pub links: Rc<Links>,
    /// Signs that pay.
    pub payment_key: Address,
    /// Wakes whoever answers the chain and the other sides.
    pub duty: Rc<Notify>,
    /// What it serves and is served.
    pub service: Service,
    /// Its metered sessions.
    pub traffic: Traffic,
    /// Its accounts with nodes that it serves and is served by.
    pub accounts: Accounts,
    /// Wakes whoever dials other nodes.
    pub dial: Notify,
    key: SigningKey,
    /// What it has sent is looked after.
    pub wallet: Rc<NodeWallet>,
    pub(super) store: Rc<SqliteStore>,
    world: World,
    /// Nodes that are kept, and those that are linked now.
    book: RefCell<BTreeMap<Address, Peer>>,
    /// Those that are in the store, as they are there.
    kept: RefCell<BTreeMap<Address, Peer>>,
    tasks: RefCell<Vec<JoinHandle<()>>>,
}

impl Account {
    /// Opens the account's store and starts what runs for it.
    pub(super) async fn open(core: &Rc<Core>, key: SigningKey) -> Result<Rc<Self>, Problem> {
        let world = core.world.clone();
        let request = PaymentKeyRequest {
            account: key.address(),
        };
        let digest = request.digest(&world.domain);
        let payment_key = request
            .accept(&digest, &key.sign(&digest))
            .ok_or_else(|| Problem::new(Code::Store, "the payment key cannot be derived"))?;
        let name = store_name(&world, key.address());
        let file = core.data.file(&format!("{name}.sqlite"));
        let sessions = core.data.file(&format!("{name}.sessions"));
        let is_new = !file.exists();
        let store = Rc::new(SqliteStore::open(&file).map_err(|error| disk(&error))?);
        let place = Place::look(&core.data, &name, &file).map_err(|error| disk(&error))?;
        let copied = !is_new && !place.is_known(&core.data);
        let book = store.peers().map_err(|error| disk(&error))?;
        let book: BTreeMap<_, _> = book.into_iter().map(|peer| (peer.account, peer)).collect();
        let relay = core.settings.relay_urls().map_err(|error| disk(&error))?;
        let links = Rc::new(Links::new(key.address()));
        let duty = Rc::new(Notify::new());
        let address = payment_key.address();
        let most = core.settings.max_fee_gwei.unwrap_or(MAX_FEE_GWEI);
        let wallet = NodeWallet::open(key.clone(), world.provider.clone(), store.clone(), most);
        let wallet = Rc::new(wallet.map_err(|error| disk(&error))?);
        let ports = Ports {
            store: store.clone(),
            relay: links.clone(),
            clock: Rc::new(SystemClock),
            chain: Rc::new(world.provider.clone()),
            wallet: wallet.clone(),
            replacing: Some(wallet.clone()),
            observer: Rc::new(NodeObserver {
                events: core.events.clone(),
                duty: duty.clone(),
            }),
        };
        let origin = relay
            .as_ref()
            .map(|(origin, _)| origin.clone())
            .unwrap_or_default();
        let config = config(core, key.address(), payment_key, origin);
        if copied {
            tracing::warn!(
                "the files of this account were put back from a copy, which may be older than what was signed since: nothing is signed \
                 in a channel before the other node or the relay has shown what it has"
            );
            doubt(&config, &store).await.map_err(|error| disk(&error))?;
        }
        let driver = Driver::start(config, ports)
            .await
            .map_err(|error| Problem::new(Code::Store, error.to_string()))?;
        let traffic = Traffic::load(core, &sessions, links.clone(), key.clone(), copied);
        let account = Rc::new(Self {
            driver,
            links,
            payment_key: address,
            duty,
            service: Service::load(store.clone()).map_err(|error| disk(&error))?,
            traffic: traffic.map_err(|error| disk(&error))?,
            accounts: Accounts::load(key.address(), store.clone()).map_err(|error| disk(&error))?,
            dial: Notify::new(),
            key,
            wallet,
            store,
            world,
            kept: RefCell::new(book.clone()),
            book: RefCell::new(book),
            tasks: RefCell::default(),
        });
        if is_new || copied {
            // Everything that is doubted is on the disk now.
            place.remember(&core.data).map_err(|error| disk(&error))?;
        }
        // So that whoever opened it can act at once.
        account.driver.read_chain().await;
        account.run(duties::read_chain(core.clone(), account.clone()));
        account.run(duties::look_after_transactions(core.clone(), account.clone()));
        account.run(duties::attend(core.clone(), account.clone()));
        account.run(peer::dial(core.clone(), account.clone()));
        traffic::start(core, &account);
        if let Some((_, socket)) = relay {
            account.run(relay::stay_connected(core.clone(), account.clone(), socket));
        }
        Ok(account)
    }

    /// Runs something for as long as the account is open.
    pub fn run(&self, task: impl Future<Output = ()> + 'static) {
        let mut tasks = self.tasks.borrow_mut();
        tasks.retain(|task| !task.is_finished());
        tasks.push(tokio::task::spawn_local(task));
    }

    /// Ends everything that runs for it.
    pub(super) fn end(&self) {
        for task in self.tasks.take() {
            task.abort();
        }
        self.links.cut();
    }

    /// Its address.
    pub const fn address(&self) -> Address {
        self.key.address()
    }

    /// Its key, for what a node signs by itself.
    pub const fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Which chain, hub and account its records are of.
    pub fn world_name(&self) -> String {
        store_name(&self.world, self.address())
    }

    /// Does what is asked for, after what the account is signing or sending just now.
    ///
    /// # Errors
    /// Why not, for who asked.
    pub async fn command(&self, command: Command) -> Result<Outcome, Problem> {
        let since = Instant::now();
        loop {
            match self.driver.command(command.clone()).await {
                Err(Refusal::WalletBusy) if since.elapsed() < WALLET_PATIENCE => sleep(WALLET_PAUSE).await,
                done => return done.map_err(|refusal| problem(&refusal)),
            }
        }
    }

    /// Who it is on a connection to another node; `port` is where it listens.
    pub const fn speaker(&self, port: u16) -> peer::Speaker<'_> {
        peer::Speaker {
            key: &self.key,
            payment_key: self.payment_key,
            port,
        }
    }

    /// The nodes that it knows.
    pub fn peers(&self) -> Vec<Peer> {
        self.book.borrow().values().cloned().collect()
    }

    /// A node that it knows.
    pub fn peer(&self, account: Address) -> Option<Peer> {
        self.book.borrow().get(&account).cloned()
    }

    /// A node was met. It is kept if the operator asked for it or there is a channel with it; of others, only the link counts.
    pub fn meet(&self, peer: Peer, asked_for: bool) {
        let before = self.book.borrow().get(&peer.account).cloned();
        // Where nothing new is said of where to find it, what is known stays.
        let address = peer.address.or_else(|| before.and_then(|before| before.address));
        let peer = Peer { address, ..peer };
        if asked_for || self.driver.deals_with(peer.account) {
            self.keep(&peer);
        }
        self.book.borrow_mut().insert(peer.account, peer);
    }

    /// Keeps the linked nodes that channels are with, so that they are found again after a restart.
    pub fn keep_partners(&self) {
        for peer in self.peers() {
            if peer.connected && !self.is_kept(&peer) && self.driver.deals_with(peer.account) {
                self.keep(&peer);
            }
        }
    }

    /// Keeps a node, if it is linked: a channel with it is about to be joined.
    pub fn keep_met(&self, account: Address) {
        if let Some(peer) = self.peer(account).filter(|peer| peer.connected) {
            self.keep(&peer);
        }
    }

    fn is_kept(&self, peer: &Peer) -> bool {
        let kept = self.kept.borrow();
        let kept = kept.get(&peer.account);
        kept.is_some_and(|kept| kept.payment_key == peer.payment_key && kept.address == peer.address)
    }

    /// Keeps a node beyond its link.
    pub fn keep(&self, peer: &Peer) {
        if self.is_kept(peer) {
            return;
        }
        let peer = Peer {
            connected: false,
            ..peer.clone()
        };
        match self.store.put_peer(&peer) {
            Ok(()) => drop(self.kept.borrow_mut().insert(peer.account, peer)),
            Err(error) => tracing::warn!(%error, "a node's address could not be kept"),
        }
    }

    /// A node's link is gone.
    pub fn lose(&self, account: Address) {
        let mut book = self.book.borrow_mut();
        if !self.kept.borrow().contains_key(&account) {
            book.remove(&account);
        } else if let Some(peer) = book.get_mut(&account) {
            peer.connected = false;
        }
    }

    /// Forgets a node and cuts its link.
    ///
    /// # Errors
    /// There is no such node, or the disk refuses.
    pub fn forget(&self, account: Address) -> Result<(), Problem> {
        if self.book.borrow_mut().remove(&account).is_none() {
            return Err(Problem::new(Code::NotFound, "no such node is known here"));
        }
        self.links.drop_peer(account);
        self.kept.borrow_mut().remove(&account);
        self.store.delete_peer(account).map_err(|error| disk(&error))
    }

    pub(super) async fn restore(&self, backup: Backup) -> Result<(), Problem> {
        let records: Vec<_> = backup.records.into_iter().collect();
        let ids = records.iter().filter_map(|(key, _)| key.strip_prefix("channel/"));
        let restored: Vec<ChannelId> = ids
            .filter_map(|id| serde_json::from_value(id.into()).ok())
            .collect();
        // First, so that no crash in between leaves a total that is too low.
        charges::forget(self, restored.into_iter()).await?;
        self.accounts.restore(self.address(), &records)?;
        self.traffic.restore(self.address(), &backup.sessions)?;
        self.driver
            .restore(records)
            .await
            .map_err(|refusal| problem(&refusal))?;
        for (account, address) in backup.peers {
            let Ok(account) = parse_address(&account) else {
                continue;
            };
            if self.peer(account).is_none() {
                let peer = Peer {
                    account,
                    // Learnt when it is met; until then the account signs for itself.
                    payment_key: account,
                    address: Some(address),
                    connected: false,
                };
                self.meet(peer, true);
            }
        }
        self.dial.notify_one();
        Ok(())
    }
}

fn config(core: &Core, account: Address, payment_key: SigningKey, relay_origin: String) -> Config {
    const HOUR_S: u32 = 60 * 60;
    let world = &core.world;
    let development = world.is_development();
    let max_period = if development {
        1_000_000
    } else {
        world.ticks(30 * 24 * HOUR_S)
    };
    Config {
        domain: world.domain,
        account,
        payment_key,
        tokens: world.tokens.iter().map(|token| token.address).collect(),
        confirmations: core.confirmations(),
        deployment_block: world.deployment_block,
        development,
        relay_origin,
        accepted: Accepted {
            min_period: world.least_period(),
            max_period,
            forfeit: true,
            channels: MAX_CHANNELS,
        },
    }
}

/// Writes down that the store may be older than what was signed since.
async fn doubt(config: &Config, store: &SqliteStore) -> anyhow::Result<()> {
    let records = store.load().await?;
    store.commit(&Participant::doubts(config, &records)?).await?;
    Ok(())
}

fn store_name(world: &World, account: Address) -> String {
    format!("{}-{account:#x}", world.name())
}

/// A refusal in the API's terms.
pub fn problem(refusal: &Refusal) -> Problem {
    let code = match refusal {
        Refusal::UnknownChannel => Code::UnknownChannel,
        Refusal::Phase(_)
        | Refusal::NotJoined
        | Refusal::ClosingSent { .. }
        | Refusal::SettlementSigned { .. }
        | Refusal::NothingToClaim => Code::WrongPhase,
        Refusal::AboveSpendable { .. } => Code::InsufficientFunds,
        Refusal::AbovePaymentLimit { .. } | Refusal::AboveDayLimit { .. } => Code::AboveLimit,
        Refusal::ReferenceUsed => Code::IdempotencyMismatch,
        Refusal::Zero
        | Refusal::OwnAddress
        | Refusal::Key(_)
        | Refusal::NotAccepted(_)
        | Refusal::Backup(_) => Code::Malformed,
        Refusal::ChainStale | Refusal::Chain(_) => Code::Chain,
        Refusal::Store(_) => Code::Store,
        Refusal::WalletBusy => Code::Busy,
        _ => Code::Refused,
    };
    Problem::new(code, refusal.to_string())
}
