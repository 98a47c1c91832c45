//! A host for drivers: memory for a store, a list for a socket, and wallets that behave as a test wants.

use async_trait::async_trait;
use serde_json::Value;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};
use thunder_channel::{
    Address, Bytes32,
    wire::{ClientFrame, RelayFrame, VERSION},
};
use thunder_client::{
    Clock, Config, Driver, Notice, Observer, Ports, Progress, RelayLink, StartError, Store, StoreError, Write,
};
use thunder_ethereum::{Provider, RpcError, RpcErrorKind};

/// A store in memory. Survives its driver.
#[derive(Default)]
pub struct MemoryStore {
    pub records: RefCell<BTreeMap<String, String>>,
    pub fails: Cell<bool>,
    /// Writes, and then never says so.
    pub hangs: Cell<bool>,
}

#[async_trait(?Send)]
impl Store for MemoryStore {
    async fn load(&self) -> Result<Vec<(String, String)>, StoreError> {
        Ok(self.records.borrow().clone().into_iter().collect())
    }

    async fn commit(&self, writes: &[Write]) -> Result<(), StoreError> {
        if self.fails.get() {
            return Err(StoreError::Full);
        }
        for Write::Put { key, value } in writes {
            self.records.borrow_mut().insert(key.clone(), value.clone());
        }
        if self.hangs.get() {
            futures::future::pending::<()>().await;
        }
        Ok(())
    }
}

/// What was said to the relay.
#[derive(Default)]
pub struct Outbox(pub RefCell<Vec<ClientFrame>>);

impl RelayLink for Outbox {
    fn send(&self, frame: &ClientFrame) {
        self.0.borrow_mut().push(frame.clone());
    }
}

/// A clock that a test sets. Short waits pass at once; long ones only if `impatient`.
pub struct TestClock {
    pub now_ms: Cell<u64>,
    pub impatient: Cell<bool>,
}

/// Waits up to this are for polling, in milliseconds.
const SHORT_MS: u64 = 10_000;

#[async_trait(?Send)]
impl Clock for TestClock {
    fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    async fn sleep(&self, ms: u64) {
        if ms > SHORT_MS && !self.impatient.get() {
            futures::future::pending::<()>().await;
        }
        self.now_ms.set(self.now_ms.get() + ms);
        tokio::task::yield_now().await;
    }
}

/// Everything that a person was told.
#[derive(Default)]
pub struct Watcher {
    pub notices: RefCell<Vec<Notice>>,
    pub progress: RefCell<Vec<Progress>>,
    pub changes: Cell<usize>,
}

impl Observer for Watcher {
    fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    fn notice(&self, notice: Notice) {
        self.notices.borrow_mut().push(notice);
    }

    fn progress(&self, progress: Progress) {
        self.progress.borrow_mut().push(progress);
    }
}

/// A node that is away.
pub struct Away;

#[async_trait(?Send)]
impl Provider for Away {
    async fn request(&self, _: &str, _: Value) -> Result<Value, RpcError> {
        Err(RpcError::local(RpcErrorKind::Unreachable, ""))
    }
}

/// A wallet that never answers, until it is told to behave.
pub struct MoodyWallet {
    pub inner: Rc<dyn Provider>,
    pub mood: Cell<Mood>,
    pub asked: Cell<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Silent,
    Rejects,
    /// Sends transactions and signs nothing else.
    NoTypedData,
    Works,
}

impl MoodyWallet {
    pub fn new(inner: Rc<dyn Provider>, mood: Mood) -> Rc<Self> {
        Rc::new(Self {
            inner,
            mood: Cell::new(mood),
            asked: Cell::new(0),
        })
    }
}

#[async_trait(?Send)]
impl Provider for MoodyWallet {
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        if !matches!(method, "eth_signTypedData_v4" | "eth_sendTransaction") {
            return self.inner.request(method, params).await;
        }
        self.asked.set(self.asked.get() + 1);
        match self.mood.get() {
            Mood::Silent => futures::future::pending().await,
            Mood::Rejects => Err(RpcError::new(Some(4001), "User rejected the request.", None)),
            Mood::NoTypedData if method == "eth_signTypedData_v4" => Err(RpcError::new(Some(4200), "", None)),
            Mood::NoTypedData | Mood::Works => self.inner.request(method, params).await,
        }
    }
}

/// One person's driver and what is around it.
pub struct Host {
    pub driver: Rc<Driver>,
    pub store: Rc<MemoryStore>,
    pub outbox: Rc<Outbox>,
    pub clock: Rc<TestClock>,
    pub watcher: Rc<Watcher>,
    relay_origin: String,
}

impl Host {
    pub async fn start(
        config: Config,
        store: Rc<MemoryStore>,
        chain: Rc<dyn Provider>,
        wallet: Rc<dyn Provider>,
        now_ms: u64,
    ) -> Result<Self, StartError> {
        let outbox = Rc::new(Outbox::default());
        let clock = Rc::new(TestClock {
            now_ms: Cell::new(now_ms),
            impatient: Cell::new(false),
        });
        let watcher = Rc::new(Watcher::default());
        let ports = Ports {
            store: store.clone(),
            relay: outbox.clone(),
            clock: clock.clone(),
            chain,
            wallet,
            replacing: None,
            observer: watcher.clone(),
        };
        let relay_origin = config.relay_origin.clone();
        let driver = Driver::start(config, ports).await?;
        Ok(Self {
            driver,
            store,
            outbox,
            clock,
            watcher,
            relay_origin,
        })
    }

    /// Goes through the relay's sign-in, after which it calls who speaks here `address`. Gives what was said after the answer.
    pub async fn sign_in(&self, address: Address) -> Vec<ClientFrame> {
        let challenge = RelayFrame::Challenge {
            version: VERSION,
            origin: self.relay_origin.clone(),
            challenge: Bytes32::repeat_byte(5),
            expires_at: self.clock.now_ms() / 1_000 + 60,
        };
        self.driver.relay_text(&challenge.to_text()).await;
        let mut said = self.said();
        assert!(matches!(said.remove(0), ClientFrame::SignIn { .. }));
        self.driver
            .relay_text(&RelayFrame::SignedIn { address }.to_text())
            .await;
        said.extend(self.said());
        said
    }

    pub fn said(&self) -> Vec<ClientFrame> {
        self.outbox.0.take()
    }
}
