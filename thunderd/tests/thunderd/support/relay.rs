//! A relay over the world's chain.

use super::World;
use relay::{AddressBook, Config, Handle, Limits, Server, clock::SystemClock, store::StoreAddress};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// A running relay, until it is dropped.
pub struct Relay {
    handle: Option<Handle>,
    runtime: Runtime,
}

impl Relay {
    /// One with a store of its own.
    pub fn start(world: &World) -> Self {
        Self::start_in(world, "relay")
    }

    /// One with its store in a directory of this name.
    pub fn start_in(world: &World, name: &str) -> Self {
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            rpc: vec![world.anvil.url.clone()],
            public_rpc: world.anvil.url.clone(),
            addresses: AddressBook::read(&world.book()).unwrap(),
            data: world.directory.path().join(name),
            store: StoreAddress::Sqlite,
            app: None,
            allow_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            tls: None,
            metrics: None,
            development: true,
            confirmations: 0,
            explorer: None,
            paywalls: Vec::new(),
            providers: Vec::new(),
            prices: Vec::new(),
            watchtower: None,
            limits: Limits::default(),
            clock: Arc::new(SystemClock),
        };
        let runtime = Runtime::new().unwrap();
        let handle = runtime.block_on(Server::spawn(config)).unwrap();
        Self {
            handle: Some(handle),
            runtime,
        }
    }

    /// Its address, as nodes are given it.
    pub fn url(&self) -> String {
        self.handle.as_ref().unwrap().url()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            self.runtime.block_on(handle.shutdown());
        }
    }
}
