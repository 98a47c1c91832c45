//! What there is whether the wallet is open or not: the world, the data directory, and who listens.

use super::Account;
use crate::{
    data_dir::DataDir,
    events::Events,
    keystore,
    settings::Settings,
    traffic::{self, Offer},
    world::World,
};
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
    sync::Arc,
};
use thunder_api::{Backup, Code, ImportWallet, Problem, WalletInfo, WalletState};
use thunder_channel::SigningKey;

/// The file of a backup that waits for the wallet to be opened.
const WAITING_BACKUP: &str = "restore.json";

/// The node.
pub struct Core {
    /// The chain it lives on.
    pub world: World,
    /// What the operator said.
    pub settings: Settings,
    /// What the operator asks for traffic, if it is served.
    pub offer: Option<Offer>,
    /// Its files.
    pub data: DataDir,
    /// Its port.
    pub port: u16,
    /// Who is told what happens.
    pub events: Arc<Events>,
    open: RefCell<Option<Rc<Account>>>,
    /// The account that was open last: its store has one writer, so it is not opened again before that one is gone.
    last: RefCell<Weak<Account>>,
}

impl Core {
    /// Finds the chain, and opens the wallet if its password was given.
    ///
    /// # Errors
    /// In words for the operator.
    pub async fn start(
        settings: Settings,
        data: DataDir,
        port: u16,
        events: Arc<Events>,
    ) -> anyhow::Result<Rc<Self>> {
        let password = settings.password()?;
        let world = World::find(&settings).await?;
        let core = Rc::new(Self {
            offer: traffic::offer(&settings.provide, &world)?,
            world,
            settings,
            data,
            port,
            events,
            open: RefCell::default(),
            last: RefCell::default(),
        });
        match (password, keystore::account(&core.data)) {
            (Some(password), Some(_)) => core
                .clone()
                .unlock(password.to_string())
                .await
                .map_err(anyhow::Error::from)?,
            (None, Some(_)) => tracing::info!("the wallet is locked: `thunder-cli unlock` opens it"),
            (_, None) => tracing::info!("there is no wallet yet: `thunder-cli importwallet` brings one"),
        }
        Ok(core)
    }

    /// Metered sessions that this node takes as a provider or a proxy, at once.
    pub fn places(&self) -> u32 {
        if self.offer.is_some() || self.settings.proxy == Some(true) {
            self.settings.provide.sessions.unwrap_or(5)
        } else {
            0
        }
    }

    /// Blocks on top of an opening or a deposit before it counts.
    pub fn confirmations(&self) -> u64 {
        let default = if self.world.is_development() { 0 } else { 5 };
        self.settings.confirmations.unwrap_or(default)
    }

    /// The account.
    ///
    /// # Errors
    /// [`Code::NoWallet`], [`Code::Locked`]
    pub fn account(&self) -> Result<Rc<Account>, Problem> {
        self.open
            .borrow()
            .clone()
            .ok_or_else(|| match keystore::account(&self.data) {
                None => keystore::no_wallet(),
                Some(_) => Problem::new(
                    Code::Locked,
                    "the wallet is locked: open it with `thunder-cli unlock`",
                ),
            })
    }

    /// How the wallet stands.
    pub fn wallet(&self) -> WalletInfo {
        let account = keystore::account(&self.data);
        match &*self.open.borrow() {
            Some(open) => WalletInfo {
                state: WalletState::Open,
                account: Some(open.address()),
                payment_key: Some(open.payment_key),
            },
            None => WalletInfo {
                state: if account.is_some() {
                    WalletState::Locked
                } else {
                    WalletState::None
                },
                account,
                payment_key: None,
            },
        }
    }

    /// Takes in a wallet and opens it.
    ///
    /// # Errors
    /// See [`keystore::import`].
    pub async fn import(self: Rc<Self>, wallet: ImportWallet) -> Result<(), Problem> {
        let core = self.clone();
        let key = keystore::import(&core.data, &wallet)?;
        self.open(key).await
    }

    /// Opens the wallet. Where it is open already, only the password is checked.
    ///
    /// # Errors
    /// [`Code::NoWallet`], [`Code::WrongPassword`], or why the account's store cannot be used.
    pub async fn unlock(self: Rc<Self>, password: String) -> Result<(), Problem> {
        let key = keystore::open(&self.data, &password)?;
        if self.open.borrow().is_some() {
            return Ok(());
        }
        self.open(key).await
    }

    async fn open(self: Rc<Self>, key: SigningKey) -> Result<(), Problem> {
        if self.last.borrow().upgrade().is_some() {
            return Err(Problem::new(
                Code::Busy,
                "something from before the wallet was locked is still under way: try again in a moment",
            ));
        }
        let account = Account::open(&self, key).await?;
        self.last.replace(Rc::downgrade(&account));
        self.open.replace(Some(account.clone()));
        self.take_waiting_backup(&account).await
    }

    /// Locks the wallet: nothing is signed, watched or answered until it is opened again.
    pub fn lock(&self) {
        if let Some(account) = self.open.take() {
            account.end();
        }
    }

    /// The node ends.
    pub fn close(&self) {
        self.lock();
    }

    /// Everything needed to move or restore the node.
    ///
    /// # Errors
    /// The wallet is not open, or the disk refuses.
    pub async fn backup(&self) -> Result<Backup, Problem> {
        let account = self.account()?;
        let records = account.driver.records().await;
        let records = records.map_err(|error| Problem::new(Code::Store, error.to_string()))?;
        let known = account.peers();
        let peers = known
            .iter()
            .filter_map(|peer| Some((format!("{:#x}", peer.account), peer.address.clone()?)));
        Ok(Backup {
            version: 1,
            world: account.world_name(),
            keystore: keystore::text(&self.data)?,
            records: records.into_iter().collect(),
            peers: peers.collect(),
            sessions: account.traffic.backup().map_err(|error| keystore::disk(&error))?,
        })
    }

    /// Takes a backup in. Where there is no wallet yet, it brings its own, still encrypted, and the rest waits for the password.
    ///
    /// # Errors
    /// It is of another world or account, or cannot be what a node wrote.
    pub async fn restore(self: Rc<Self>, backup: Backup) -> Result<(), Problem> {
        let refuse = |words: &str| Problem::new(Code::Malformed, words);
        if backup.version != 1 {
            return Err(refuse("this backup was made by a newer thunderd"));
        }
        let (world, account) = backup
            .world
            .rsplit_once('-')
            .ok_or_else(|| refuse("this is no backup of a node"))?;
        let account =
            thunder_channel::parse_address(account).map_err(|_| refuse("this is no backup of a node"))?;
        if world != self.world.name() {
            return Err(refuse(
                "this backup is of another chain or hub than this node's: its channels are not here",
            ));
        }
        match keystore::account(&self.data) {
            Some(own) if own != account => {
                return Err(refuse(
                    "this backup is of another account: import it into a node of its own, with another --data",
                ));
            }
            Some(_) => (),
            None => keystore::put_back(&self.data, &backup.keystore, account)?,
        }
        let text = serde_json::to_vec(&backup).map_err(|_| refuse("this is no backup of a node"))?;
        self.data
            .write(WAITING_BACKUP, &text)
            .map_err(|error| keystore::disk(&error))?;
        let open = self.open.borrow().clone();
        match open {
            Some(account) => self.take_waiting_backup(&account).await,
            None => Ok(()),
        }
    }

    async fn take_waiting_backup(&self, account: &Rc<Account>) -> Result<(), Problem> {
        let path = self.data.file(WAITING_BACKUP);
        let Ok(text) = std::fs::read(&path) else {
            return Ok(());
        };
        let backup: Backup = serde_json::from_slice(&text)
            .map_err(|error| Problem::new(Code::Store, format!("{} is damaged: {error}", path.display())))?;
        account.restore(backup).await?;
        std::fs::remove_file(&path).map_err(|error| keystore::disk(&error.into()))
    }
}
