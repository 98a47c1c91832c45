//! What every topic needs: a chain with the hub, a relay over it, clients, and plain HTTP.

mod chain;
mod client;
mod http;
mod program;

pub use chain::{Anvil, PATIENCE, TestChain};
pub use client::Client;
pub use http::{Answer, get, limit, post, request};
pub use program::Program;

use relay::{
    AddressBook, Config, Handle, Limits, Server,
    clock::{Clock, ManualClock},
    store::StoreAddress,
};
use std::sync::Arc;
use tempfile::TempDir;
use thunder_channel::{
    Amount, Authorization, ChannelKey, Claim, Delegation, Epoch, Policy, Side, SignedClaim, SigningKey,
    TypedMessage, wire::ClientFrame,
};

/// What the clock shows when a test begins: 2026-01-01, in milliseconds.
pub const NOW: u64 = 1_767_225_600_000;

/// A relay over a chain of its own, with everything that a test may look into.
pub struct World {
    pub chain: TestChain,
    pub relay: Handle,
    pub clock: Arc<ManualClock>,
    pub data: TempDir,
    pub config: Config,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// A relay with a changed configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::over(TestChain::new().await, change).await
    }

    /// A relay over a chain that is there already.
    pub async fn over(chain: TestChain, change: impl FnOnce(&mut Config)) -> Self {
        let data = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let mut config = config(&chain, &data, Arc::clone(&clock) as Arc<dyn Clock>);
        change(&mut config);
        let relay = Server::spawn(config.clone()).await.unwrap();
        Self {
            chain,
            relay,
            clock,
            data,
            config,
        }
    }

    /// Stops the relay and starts it anew over the same data.
    pub async fn restarted(self) -> Self {
        self.relay.shutdown().await;
        let relay = Server::spawn(self.config.clone()).await.unwrap();
        Self { relay, ..self }
    }

    /// A signed-in client.
    pub async fn client(&self, key: &SigningKey) -> Client {
        Client::signed_in(self.relay.addr, key, &self.chain.domain()).await
    }

    pub async fn alice(&self) -> Client {
        self.client(&self.chain.alice).await
    }

    pub async fn bob(&self) -> Client {
        self.client(&self.chain.bob).await
    }
}

pub fn config(chain: &TestChain, data: &TempDir, clock: Arc<dyn Clock>) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        rpc: vec![chain.anvil.url.clone()],
        public_rpc: "http://localhost:8545".into(),
        addresses: addresses(chain),
        data: data.path().to_owned(),
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
        clock,
    }
}

pub fn addresses(chain: &TestChain) -> AddressBook {
    serde_json::from_value(serde_json::json!({
        "chainId": 31337,
        "hub": chain.hub.address,
        "deploymentBlock": 1,
        "clockMode": "mode=blocknumber&from=default",
        "tokens": [{
            "address": "0x00000000000000000000000000000000000000aa",
            "symbol": "THD",
            "name": "Thunder Dollar",
            "decimals": 18,
            "permitVersion": "1",
        }],
    }))
    .unwrap()
}

pub fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap()
}

impl TestChain {
    /// A key between Alice and Bob in ether.
    pub fn key(&self, salt: u64, policy: Policy) -> ChannelKey {
        ChannelKey {
            alice: self.alice.address(),
            alice_signer: self.alice.address(),
            bob: self.bob.address(),
            bob_signer: self.bob.address(),
            token: thunder_channel::Address::zero(),
            finalization_period: 10,
            policy,
            salt,
        }
    }

    pub fn signing_key(&self, side: Side) -> &SigningKey {
        match side {
            Side::Alice => &self.alice,
            Side::Bob => &self.bob,
        }
    }

    /// The claim that `payer` would sign in the first life of the key.
    pub fn claim(&self, key: &ChannelKey, payer: Side, total: u128, nonce: u64) -> SignedClaim {
        self.claim_by(self.signing_key(payer), key, payer, total, nonce)
    }

    /// A claim of `payer`'s, signed by whoever.
    pub fn claim_by(
        &self,
        signer: &SigningKey,
        key: &ChannelKey,
        payer: Side,
        total: u128,
        nonce: u64,
    ) -> SignedClaim {
        let claim = Claim {
            channel: key.id(0),
            to: key.address(payer.other()),
            total: amount(total),
            nonce,
        };
        let signature = signer.sign(&claim.digest(&self.domain()));
        SignedClaim {
            claim,
            authorization: Authorization::direct(signature),
        }
    }

    pub fn delegation(
        &self,
        by: &SigningKey,
        key: &ChannelKey,
        to: &SigningKey,
    ) -> thunder_channel::Signature {
        let delegation = Delegation {
            channel: key.id(0),
            key: to.address(),
        };
        by.sign(&delegation.digest(&self.domain()))
    }
}

pub fn subscribe(key: &ChannelKey, epoch: Epoch) -> ClientFrame {
    ClientFrame::Subscribe {
        key: *key,
        epoch,
        delegation: None,
        reading: None,
        known: None,
    }
}
