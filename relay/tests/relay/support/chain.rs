//! A chain of one test, with the compiled hub on it.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use thunder_channel::{
    Address, Authorization, Bytes32, ChannelKey, Domain, PerSide, Policy, Settlement, Side, SigningKey,
    TypedMessage,
};
use thunder_ethereum::{
    Call, Chain, HttpProvider, Hub, LocalWallet, Provider, Receipt, signing_key_from_phrase,
};

/// Nothing here takes seconds; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

const PHRASE: &str = "test test test test test test test test test test test junk";

/// A chain process, ended with the value.
pub struct Anvil {
    process: Child,
    pub url: String,
}

impl Anvil {
    pub fn start(chain_id: u64) -> Self {
        let program = anvil_program();
        let mut process = Command::new(&program)
            .args([
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--chain-id",
                &chain_id.to_string(),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Listening on ").map(str::to_owned))
            .expect("anvil says where it listens");
        // It logs every request, and would stop at a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self {
            process,
            url: format!("http://{address}"),
        }
    }

    /// Ends the process: the chain cannot be reached any more.
    pub fn stop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        self.stop();
    }
}

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts")
}

fn anvil_program() -> PathBuf {
    if let Some(path) = std::env::var_os("THUNDER_ANVIL") {
        return path.into();
    }
    let packages = contracts().join("node_modules/@foundry-rs");
    std::fs::read_dir(&packages)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("anvil-"))
        .map(|entry| entry.path().join("bin/anvil"))
        .find(|path| path.exists())
        .unwrap_or_else(|| {
            panic!(
                "no anvil in {}: run `npm ci` in contracts/, or set THUNDER_ANVIL",
                packages.display()
            )
        })
}

fn hub_code() -> String {
    let path = contracts().join("out/ChannelHub.sol/ChannelHub.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. Run `forge build` in contracts/ first",
            path.display()
        )
    });
    let built: Value = serde_json::from_str(&text).expect("forge writes JSON");
    built["bytecode"]["object"].as_str().unwrap().to_owned()
}

/// The chain mines each transaction by itself, but may answer before it has.
async fn mined(chain: &Chain<HttpProvider>, transaction: Bytes32) -> Receipt {
    let waiting = async {
        loop {
            if let Some(receipt) = chain.receipt(transaction).await.unwrap() {
                return receipt;
            }
        }
    };
    let receipt = tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("the chain mines");
    assert!(receipt.succeeded);
    receipt
}

/// A chain with the hub; Alice and Bob have ether.
pub struct TestChain {
    pub chain: Chain<HttpProvider>,
    pub hub: Hub,
    pub alice: SigningKey,
    pub bob: SigningKey,
    pub carol: SigningKey,
    pub anvil: Anvil,
}

impl TestChain {
    pub async fn new() -> Self {
        let anvil = Anvil::start(31337);
        let node = HttpProvider::new(&anvil.url).unwrap();
        let key = |index| signing_key_from_phrase(PHRASE, index).unwrap();
        let deployer = LocalWallet::new(key(0), node.clone());
        // The constructor's argument: the clock counts blocks.
        let data = format!("{}{}", hub_code(), "0".repeat(64));
        let transaction = json!({ "from": deployer.address(), "data": data });
        let hash = deployer
            .request("eth_sendTransaction", json!([transaction]))
            .await
            .unwrap();
        let chain = Chain::new(node, Hub::new(Address::zero()));
        let receipt = mined(&chain, serde_json::from_value(hash).unwrap()).await;
        let hub = Hub::new(receipt.contract.expect("the hub's address"));
        Self {
            chain: Chain::new(chain.provider, hub),
            hub,
            alice: key(1),
            bob: key(2),
            carol: key(3),
            anvil,
        }
    }

    pub fn domain(&self) -> Domain {
        Domain {
            chain_id: 31337,
            hub: self.hub.address,
        }
    }

    /// Sends a call by `side` that has to succeed.
    pub async fn send(&self, side: Side, call: &Call) {
        let wallet = LocalWallet::new(self.signing_key(side).clone(), self.chain.provider.clone());
        let hash = self.chain.send(&wallet, call, wallet.address()).await.unwrap();
        mined(&self.chain, hash).await;
    }

    /// A channel that Alice opened with a deposit of hers.
    pub async fn open(&self, salt: u64, deposit: u128) -> ChannelKey {
        let key = self.key(salt, Policy::Refute);
        self.open_key(&key, deposit).await;
        key
    }

    pub async fn open_key(&self, key: &ChannelKey, deposit: u128) {
        self.send(Side::Alice, &self.hub.open(key, super::amount(deposit)))
            .await;
    }

    /// Ends the channel with totals of zero.
    pub async fn settle(&self, key: &ChannelKey) {
        let settlement = Settlement {
            channel: key.id(0),
            alice_total: super::amount(0),
            bob_total: super::amount(0),
            expiry: u64::MAX,
        };
        let digest = settlement.digest(&self.domain());
        let authorizations =
            PerSide::from_fn(|side| Authorization::direct(self.signing_key(side).sign(&digest)));
        self.send(
            Side::Alice,
            &self.hub.settle_together(key, 0, &settlement, &authorizations),
        )
        .await;
    }
}
