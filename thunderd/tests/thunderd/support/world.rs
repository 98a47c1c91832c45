//! A chain of its own with the hub and THD on it.

use super::{
    chain::{Anvil, built_in},
    node::Node,
};
use serde_json::{Value, json};
use std::path::PathBuf;
use tempfile::TempDir;
use thunder_channel::Address;
use thunder_ethereum::{Chain, HttpProvider, Hub, LocalWallet, Provider, query, signing_key_from_phrase};
use tokio::runtime::Runtime;

pub const PHRASE: &str = "test test test test test test test test test test test junk";

/// The chain, and a directory for what lives on it.
pub struct World {
    pub anvil: Anvil,
    pub hub: Address,
    pub sessions: Address,
    pub token: Address,
    pub directory: TempDir,
    runtime: Runtime,
    provider: HttpProvider,
}

impl World {
    pub fn new() -> Self {
        let anvil = Anvil::start(&[]);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let provider = HttpProvider::new(&anvil.url).unwrap();
        let deployer = LocalWallet::new(signing_key_from_phrase(PHRASE, 0).unwrap(), provider.clone());
        let code = |name: &str| {
            let built = built_in(&format!("{name}.sol"), name);
            built["bytecode"]["object"].as_str().unwrap().to_owned()
        };
        // Constructor arguments, one word each: the clock counts blocks; who holds the supply, how much, and that there is a faucet.
        let supply = format!("{:0>64x}{:0>64x}", 0, 1);
        let holder = format!("{:0>64}", hex::encode(deployer.address()));
        let data = [
            format!("{}{:0>64x}", code("ChannelHub"), 0),
            format!("{}{:0>64x}", code("MeteredSessions"), 0),
            format!("{}{holder}{supply}", code("ThunderDollar")),
        ];
        let [hub, sessions, token] = data.map(|data| {
            runtime.block_on(async {
                let transaction = json!({ "from": deployer.address(), "data": data });
                let hash = deployer
                    .request("eth_sendTransaction", json!([transaction]))
                    .await
                    .unwrap();
                let hash = serde_json::from_value(hash).unwrap();
                loop {
                    if let Some(receipt) = provider.ask(query::receipt(hash)).await.unwrap() {
                        return receipt.contract.expect("a contract");
                    }
                }
            })
        });
        let world = Self {
            anvil,
            hub,
            sessions,
            token,
            directory: TempDir::new().unwrap(),
            runtime,
            provider,
        };
        let book = json!({
            "chainId": 31337, "hub": hub, "sessions": sessions, "deploymentBlock": 1, "clockMode": "mode=blocknumber&from=default",
            "tokens": [{ "address": token, "symbol": "THD", "name": "Thunder Dollar", "decimals": 18, "permitVersion": "1" }],
        });
        std::fs::write(world.book(), book.to_string()).unwrap();
        world
    }

    /// The address book.
    pub fn book(&self) -> PathBuf {
        self.directory.path().join("addresses.json")
    }

    /// Two nodes with money that are linked, and a channel of 100 THD of the first one's.
    pub fn with_channel(&self, policy: &str) -> (Node, Node, String) {
        let (alice, bob) = (self.node("alice", 1), self.node("bob", 2));
        alice.connect(&bob);
        let id = alice.open_with(&bob, 100, policy);
        (alice, bob, id)
    }

    /// A node with an account of the development phrase, and money in it.
    pub fn node(&self, name: &str, index: u32) -> Node {
        self.node_with(name, index, &[])
    }

    /// The same, started with more arguments.
    pub fn node_with(&self, name: &str, index: u32, arguments: &[&str]) -> Node {
        let node = Node::start(self, name, arguments);
        let wallet = node.import(index);
        self.give(wallet, 1_000);
        node
    }

    /// Gives an account THD.
    pub fn give(&self, account: Address, whole: u64) {
        let amount = format!("{:0>64x}", u128::from(whole) * 10_u128.pow(18));
        let call = format!(
            "0x{}{:0>64}{amount}",
            &selector("faucet(address,uint256)"),
            hex::encode(account)
        );
        let deployer = signing_key_from_phrase(PHRASE, 0).unwrap().address();
        self.ask(
            "eth_sendTransaction",
            json!([{ "from": deployer, "to": self.token, "data": call }]),
        );
    }

    /// What an account holds of THD.
    pub fn holds(&self, account: Address) -> u128 {
        let chain = Chain::new(self.provider.clone(), Hub::new(self.hub));
        let balance = chain.token_balance(thunder_ethereum::Token::new(self.token), account);
        self.runtime.block_on(balance).unwrap().as_u128()
    }

    /// Waits for something of the chain.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub fn mine(&self, blocks: u64) {
        self.ask("anvil_mine", json!([format!("{blocks:#x}")]));
    }

    pub fn ask(&self, method: &str, params: Value) -> Value {
        self.runtime.block_on(self.provider.call(method, params)).unwrap()
    }
}

/// A port of this machine on which nobody listens now.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn selector(signature: &str) -> String {
    hex::encode(&thunder_channel::keccak256(signature.as_bytes())[..4])
}
