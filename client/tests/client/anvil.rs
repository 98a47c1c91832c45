//! Two drivers on the compiled hub and a real chain, with a relay in memory between them. Needs `npm ci` and `forge build`
//! in contracts/; says so where they are missing.

use crate::support::{
    Person, amount,
    ports::{Host, MemoryStore, Mood, MoodyWallet},
    relay::ModelRelay,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command as Process, Stdio},
    rc::Rc,
};
use thunder_channel::{Address, Amount, ChannelId, ChannelKey, Domain, PerSide, Policy, Side};
use thunder_client::{
    Accepted, Alarm, ChainFault, ChannelView, Command, Config, EntryKind, Outcome, PhaseFault, PhaseView,
    Progress, Refusal, WalletRequest,
};
use thunder_ethereum::{
    Chain, HttpProvider, Hub, LocalWallet, Provider, Token, query, signing_key_from_phrase,
};

const PHRASE: &str = "test test test test test test test test test test test junk";
const PERIOD: u32 = 20;

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts")
}

fn code_of(name: &str) -> String {
    let path = contracts().join(format!("out/{name}.sol/{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. Run `forge build` in contracts/ first",
            path.display()
        )
    });
    let built: Value = serde_json::from_str(&text).unwrap();
    built["bytecode"]["object"].as_str().unwrap().to_owned()
}

fn anvil_program() -> PathBuf {
    if let Some(path) = std::env::var_os("THUNDER_ANVIL") {
        return path.into();
    }
    let packages = contracts().join("node_modules/@foundry-rs");
    let entries = std::fs::read_dir(&packages)
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let mut programs = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("anvil-"))
        .map(|entry| entry.path().join("bin/anvil"));
    programs.find(|path| path.exists()).unwrap_or_else(|| {
        panic!(
            "no anvil in {}: run `npm ci` in contracts/, or set THUNDER_ANVIL",
            packages.display()
        )
    })
}

/// A chain of its own, ended with the value.
struct Anvil {
    process: Child,
    url: String,
}

impl Anvil {
    fn start() -> Self {
        let mut process = Process::new(anvil_program())
            .args(["--host", "127.0.0.1", "--port", "0", "--chain-id", "31337"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
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
}

impl Drop for Anvil {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn person(index: u32) -> Person {
    Person {
        wallet: signing_key_from_phrase(PHRASE, index).unwrap(),
        payment: signing_key_from_phrase(PHRASE, index + 5).unwrap(),
    }
}

/// One 32-byte word of an ABI encoding.
fn word(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits:0>64}")
}

async fn mined(
    node: &HttpProvider,
    wallet: &LocalWallet<HttpProvider>,
    transaction: Value,
) -> query::Receipt {
    let hash = wallet
        .request("eth_sendTransaction", json!([transaction]))
        .await
        .unwrap();
    let hash = serde_json::from_value(hash).unwrap();
    // Anvil mines each transaction at once, but answers before it has.
    for _ in 0..10_000 {
        if let Some(receipt) = node.ask(query::receipt(hash)).await.unwrap() {
            assert!(receipt.succeeded);
            return receipt;
        }
    }
    panic!("{hash:#x} is not mined");
}

/// The chain, the relay and two people with their drivers.
pub struct World {
    pub node: HttpProvider,
    pub domain: Domain,
    token: Address,
    pub people: PerSide<Person>,
    wallets: PerSide<Rc<MoodyWallet>>,
    hosts: PerSide<Host>,
    relay: ModelRelay,
    _anvil: Anvil,
}

impl World {
    pub async fn new() -> Self {
        let anvil = Anvil::start();
        let node = HttpProvider::new(&anvil.url).unwrap();
        let people = PerSide {
            alice: person(1),
            bob: person(2),
        };
        let deployer = LocalWallet::new(signing_key_from_phrase(PHRASE, 0).unwrap(), node.clone());
        let from = deployer.address();
        let data = format!("{}{}", code_of("ChannelHub"), word(&[0]));
        let receipt = mined(&node, &deployer, json!({ "from": from, "data": data })).await;
        let domain = Domain {
            chain_id: 31337,
            hub: receipt.contract.unwrap(),
        };
        let deployment_block = receipt.block;
        let supply = [
            word(from.as_bytes()),
            word(&1_000_000u64.to_be_bytes()),
            word(&[1]),
        ]
        .concat();
        let data = format!("{}{supply}", code_of("ThunderDollar"));
        let token = mined(&node, &deployer, json!({ "from": from, "data": data }))
            .await
            .contract
            .unwrap();
        for side in Side::BOTH {
            let transfer = Token::new(token).transfer(people[side].account(), amount(1_000));
            let data = format!(
                "0x{}",
                transfer
                    .data
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>()
            );
            mined(
                &node,
                &deployer,
                json!({ "from": from, "to": token, "data": data }),
            )
            .await;
        }
        let config = |person: &Person| Config {
            domain,
            tokens: vec![Address::zero(), token],
            deployment_block,
            accepted: Accepted {
                min_period: 1,
                max_period: 1_000,
                forfeit: true,
                channels: 100,
            },
            ..person.config()
        };
        let wallet = |person: &Person| {
            MoodyWallet::new(
                Rc::new(LocalWallet::new(person.wallet.clone(), node.clone())),
                Mood::Works,
            )
        };
        let wallets = PerSide {
            alice: wallet(&people.alice),
            bob: wallet(&people.bob),
        };
        let (chain, now_ms): (Rc<dyn Provider>, _) = (Rc::new(node.clone()), 4_000_000_000_000);
        let start = async |side: Side| {
            let store = Rc::new(MemoryStore::default());
            Host::start(
                config(&people[side]),
                store,
                chain.clone(),
                wallets[side].clone(),
                now_ms,
            )
            .await
            .unwrap()
        };
        let hosts = PerSide {
            alice: start(Side::Alice).await,
            bob: start(Side::Bob).await,
        };
        let relay = ModelRelay::new(domain);
        Self {
            node,
            domain,
            token,
            people,
            wallets,
            hosts,
            relay,
            _anvil: anvil,
        }
    }

    pub fn key(&self, token: Address, policy: Policy) -> ChannelKey {
        let PerSide { alice, bob } = &self.people;
        ChannelKey {
            alice: alice.account(),
            alice_signer: alice.payment.address(),
            bob: bob.account(),
            bob_signer: bob.payment.address(),
            token,
            finalization_period: PERIOD,
            policy,
            salt: 77,
        }
    }

    async fn command(&self, side: Side, command: Command) -> Result<Outcome, Refusal> {
        self.hosts[side].driver.command(command).await
    }

    fn view(&self, side: Side, id: ChannelId) -> ChannelView {
        self.hosts[side]
            .driver
            .views()
            .into_iter()
            .find(|view| view.id == id)
            .unwrap()
    }

    async fn read(&self) {
        self.hosts.alice.driver.read_chain().await;
        self.hosts.bob.driver.read_chain().await;
    }

    async fn connect(&mut self, side: Side, key: &ChannelKey) {
        self.relay.connect(side);
        let address = self.people[side].payment.address();
        for frame in self.hosts[side].sign_in(address).await {
            self.relay.hear(side, &frame, key);
        }
        self.deliver(key).await;
    }

    async fn deliver(&mut self, key: &ChannelKey) {
        loop {
            let mut quiet = true;
            for side in Side::BOTH {
                for frame in self.hosts[side].said() {
                    quiet = false;
                    self.relay.hear(side, &frame, key);
                }
                for frame in self.relay.take(side) {
                    quiet = false;
                    self.hosts[side].driver.relay_text(&frame.to_text()).await;
                }
            }
            if quiet {
                return;
            }
        }
    }

    async fn mine(&self, blocks: u64) {
        Chain::new(self.node.clone(), Hub::new(self.domain.hub))
            .mine(blocks)
            .await
            .unwrap();
        self.read().await;
    }

    async fn tokens(&self, side: Side) -> u128 {
        let chain = Chain::new(self.node.clone(), Hub::new(self.domain.hub));
        chain
            .token_balance(Token::new(self.token), self.people[side].account())
            .await
            .unwrap()
            .as_u128()
    }

    /// Alice opens with a deposit, bob joins, both are connected.
    async fn open(&mut self, key: &ChannelKey, units: u128) -> ChannelId {
        let opened = self
            .command(
                Side::Alice,
                Command::Open {
                    key: *key,
                    amount: amount(units),
                },
            )
            .await;
        assert!(matches!(opened, Ok(Outcome::Mined(_))), "{opened:?}");
        self.read().await;
        self.hosts.bob.driver.join(key.id(0)).await.unwrap();
        for side in Side::BOTH {
            self.connect(side, key).await;
        }
        key.id(0)
    }

    async fn pay(&mut self, side: Side, key: &ChannelKey, units: u128) {
        let channel = key.id(0);
        assert_eq!(
            self.command(
                side,
                Command::Pay {
                    channel,
                    amount: amount(units),
                    memo: None,
                    request: None
                }
            )
            .await,
            Ok(Outcome::Done)
        );
        self.deliver(key).await;
    }
}

/// Scenarios 1 to 4: opened with a permit, funded again, paid both ways, closed, settled.
#[tokio::test]
async fn the_life_of_a_channel_of_tokens() {
    let mut world = World::new().await;
    let key = world.key(world.token, Policy::Refute);
    let channel = world.open(&key, 100).await;
    assert_eq!(world.wallets.alice.asked.get(), 2, "one permit, one transaction");
    let asked: Vec<_> = world.hosts.alice.watcher.progress.take();
    assert!(
        matches!(asked[0], Progress::AskingWallet(WalletRequest::Permit(_))),
        "{asked:?}"
    );
    assert!(matches!(asked.last(), Some(Progress::Mined { .. })));
    assert_eq!(world.wallets.bob.asked.get(), 0, "joining opens no window");

    let deposit = Command::Deposit {
        channel,
        amount: amount(50),
    };
    assert!(matches!(
        world.command(Side::Bob, deposit).await,
        Ok(Outcome::Mined(_))
    ));
    world.read().await;
    world.pay(Side::Alice, &key, 20).await;
    world.pay(Side::Bob, &key, 5).await;
    for side in Side::BOTH {
        let view = world.view(side, channel);
        assert_eq!(
            (view.balances.alice, view.balances.bob),
            (amount(85), amount(65)),
            "{side}"
        );
        assert_eq!(
            view.deposits,
            PerSide {
                alice: amount(100),
                bob: amount(50)
            }
        );
        let opened = view
            .entries
            .iter()
            .any(|entry| matches!(entry.kind, EntryKind::Opened { .. }));
        assert!(opened && view.alarm.is_none());
    }

    assert!(matches!(
        world.command(Side::Bob, Command::Close { channel }).await,
        Ok(Outcome::Mined(_))
    ));
    world.read().await;
    let PhaseView::Closing { recorded, .. } = world.view(Side::Alice, channel).phase else {
        panic!()
    };
    assert_eq!((recorded.alice, recorded.bob), (amount(20), amount(5)));
    let early = world.command(Side::Alice, Command::Settle { channel }).await;
    assert_eq!(early, Err(Refusal::Phase(PhaseFault::Running)));
    world.mine(u64::from(PERIOD)).await;
    assert!(matches!(
        world.command(Side::Alice, Command::Settle { channel }).await,
        Ok(Outcome::Mined(_))
    ));
    world.read().await;
    assert_eq!(
        (world.tokens(Side::Alice).await, world.tokens(Side::Bob).await),
        (985, 1_015)
    );
    let PhaseView::Settled {
        paid_out: Some(paid_out),
    } = world.view(Side::Bob, channel).phase
    else {
        panic!()
    };
    assert_eq!(
        paid_out,
        PerSide {
            alice: amount(85),
            bob: amount(65)
        }
    );
}

/// Scenario 5 on the real hub: the lie, the alarm, the claim within the period.
#[tokio::test]
async fn a_cheat_is_caught() {
    for policy in [Policy::Refute, Policy::Forfeit] {
        let mut world = World::new().await;
        let key = world.key(world.token, policy);
        let channel = world.open(&key, 400).await;
        for (side, units) in [(Side::Alice, 200), (Side::Bob, 100), (Side::Alice, 300)] {
            world.pay(side, &key, units).await;
        }
        let cheat = Command::CloseUnderstating {
            channel,
            paid: amount(200),
        };
        assert!(matches!(
            world.command(Side::Alice, cheat).await,
            Ok(Outcome::Mined(_))
        ));
        world.read().await;
        assert!(matches!(
            world.view(Side::Bob, channel).alarm,
            Some(Alarm::Understated { .. })
        ));
        let claimed = world.command(Side::Bob, Command::Claim { channel }).await;
        assert!(matches!(claimed, Ok(Outcome::Mined(_))), "{claimed:?}");
        if policy == Policy::Refute {
            world.mine(u64::from(PERIOD)).await;
            world
                .command(Side::Bob, Command::Settle { channel })
                .await
                .unwrap();
        }
        assert_eq!(
            (world.tokens(Side::Alice).await, world.tokens(Side::Bob).await),
            (600, 1_400)
        );
    }
}

/// Scenario 6 and a withdrawal, in ether, with bob known by his address only.
#[tokio::test]
async fn ether_withdrawn_and_settled_together() {
    let mut world = World::new().await;
    let bob = world.people.bob.account();
    let key = ChannelKey {
        bob_signer: bob,
        ..world.key(Address::zero(), Policy::Refute)
    };
    let ether = 10u128.pow(18);
    let channel = world.open(&key, 3 * ether).await;
    assert_eq!(world.wallets.bob.asked.get(), 1, "one delegation");
    world.pay(Side::Alice, &key, 2 * ether).await;
    world.pay(Side::Bob, &key, ether / 2).await;
    assert_eq!(world.wallets.bob.asked.get(), 1, "nothing per payment");

    let propose = Command::ProposeWithdrawal {
        channel,
        amount: amount(ether),
    };
    world.command(Side::Bob, propose).await.unwrap();
    world.deliver(&key).await;
    let chain = Chain::new(world.node.clone(), Hub::new(world.domain.hub));
    let before = chain.balance(bob).await.unwrap();
    let agreed = world
        .command(Side::Alice, Command::AgreeWithdrawal { channel })
        .await;
    assert!(matches!(agreed, Ok(Outcome::Mined(_))), "{agreed:?}");
    assert_eq!(chain.balance(bob).await.unwrap() - before, ether.into());
    world.read().await;
    assert_eq!(world.view(Side::Bob, channel).balances.bob, amount(ether / 2));

    world
        .command(Side::Alice, Command::ProposeSettlement { channel })
        .await
        .unwrap();
    world.deliver(&key).await;
    let before = chain.balance(world.people.alice.account()).await.unwrap();
    let agreed = world
        .command(Side::Bob, Command::AgreeSettlement { channel })
        .await;
    assert!(matches!(agreed, Ok(Outcome::Mined(_))), "{agreed:?}");
    let after = chain.balance(world.people.alice.account()).await.unwrap();
    assert_eq!(after - before, (3 * ether / 2).into());
    world.read().await;
    assert!(matches!(
        world.view(Side::Alice, channel).phase,
        PhaseView::Settled { .. }
    ));
    assert_eq!(world.hosts.bob.driver.claimable().await, Ok(Vec::new()));
}

/// What a wallet refuses, and what the chain would refuse, is said before anything is paid for.
#[tokio::test]
async fn refusals_on_the_way_to_the_chain() {
    let mut world = World::new().await;
    let key = world.key(world.token, Policy::Refute);
    let poor = world
        .command(
            Side::Alice,
            Command::Open {
                key,
                amount: amount(1_001),
            },
        )
        .await;
    assert_eq!(poor, Err(Refusal::Chain(ChainFault::TooLittle)));
    assert_eq!(world.wallets.alice.asked.get(), 0);

    world.wallets.alice.mood.set(Mood::Rejects);
    let rejected = world
        .command(
            Side::Alice,
            Command::Open {
                key,
                amount: amount(10),
            },
        )
        .await;
    assert!(matches!(rejected, Err(Refusal::Wallet(_))), "{rejected:?}");
    assert!(world.hosts.alice.driver.views().is_empty());
    world.wallets.alice.mood.set(Mood::Works);
    let channel = world.open(&key, 10).await;
    assert!(world.view(Side::Alice, channel).alarm.is_none());

    world.wallets.alice.mood.set(Mood::Rejects);
    let rejected = world.command(Side::Alice, Command::Close { channel }).await;
    assert!(matches!(rejected, Err(Refusal::Wallet(_))), "{rejected:?}");
    let PhaseView::CloseSent { deadline } = world.view(Side::Alice, channel).phase else {
        panic!()
    };
    let pay = Command::Pay {
        channel,
        amount: amount(1),
        memo: None,
        request: None,
    };
    assert_eq!(
        world.command(Side::Alice, pay.clone()).await,
        Err(Refusal::ClosingSent { deadline })
    );
    let (_, clock) = world.hosts.alice.driver.head().unwrap();
    world.mine(deadline + 1 - clock).await;
    assert_eq!(world.command(Side::Alice, pay).await, Ok(Outcome::Done));

    let nothing = world
        .command(Side::Alice, Command::Collect { token: world.token })
        .await;
    assert!(matches!(nothing, Err(Refusal::Chain(_))), "{nothing:?}");
}

/// A new store, as after losing the browser: chain and relay give everything back.
#[tokio::test]
async fn a_lost_browser_comes_back() {
    let mut world = World::new().await;
    let key = world.key(world.token, Policy::Refute);
    let channel = world.open(&key, 100).await;
    world.pay(Side::Alice, &key, 30).await;
    let config = Config {
        domain: world.domain,
        tokens: vec![world.token],
        accepted: Accepted {
            min_period: 1,
            max_period: 1_000,
            forfeit: true,
            channels: 100,
        },
        ..world.people.alice.config()
    };
    let chain: Rc<dyn Provider> = Rc::new(world.node.clone());
    let wallet = world.wallets.alice.clone();
    let now_ms = world.hosts.alice.clock.now_ms.get();
    world.relay.disconnect(Side::Alice);
    world.hosts.alice = Host::start(config, Rc::default(), chain, wallet, now_ms)
        .await
        .unwrap();
    world.read().await;
    assert_eq!(world.view(Side::Alice, channel).alarm, Some(Alarm::Unsure));
    world.connect(Side::Alice, &key).await;
    let view = world.view(Side::Alice, channel);
    assert_eq!(
        (view.alarm, view.totals.alice, view.spendable),
        (None, amount(30), amount(70))
    );
    assert_eq!(view.balances.bob, amount(30));
    assert_ne!(view.balances.bob, Amount::ZERO);
}

/// A wallet without typed data approves first; then the same call goes through as it is.
#[tokio::test]
async fn without_a_permit_the_tokens_are_approved() {
    let world = World::new().await;
    let key = world.key(world.token, Policy::Refute);
    world.wallets.alice.mood.set(Mood::NoTypedData);
    let opened = world
        .command(
            Side::Alice,
            Command::Open {
                key,
                amount: amount(70),
            },
        )
        .await;
    assert!(matches!(opened, Ok(Outcome::Mined(_))), "{opened:?}");
    let asked = world.hosts.alice.watcher.progress.take();
    let approval =
        |progress: &Progress| matches!(progress, Progress::AskingWallet(WalletRequest::Approval(_)));
    assert!(asked.iter().any(approval), "{asked:?}");
    assert_eq!(world.view(Side::Alice, key.id(0)).balances.alice, amount(70));
}

/// Each payment by the wallet, as a choice: one window per payment, and a refused one pays nothing.
#[tokio::test]
async fn payments_signed_by_the_wallet() {
    let mut world = World::new().await;
    let alice = world.people.alice.account();
    let key = ChannelKey {
        alice_signer: alice,
        ..world.key(Address::zero(), Policy::Forfeit)
    };
    let channel = world.open(&key, 90).await;
    let before = world.wallets.alice.asked.get();
    world.pay(Side::Alice, &key, 30).await;
    assert_eq!(world.wallets.alice.asked.get(), before + 1);
    world.wallets.alice.mood.set(Mood::Rejects);
    let pay = Command::Pay {
        channel,
        amount: amount(1),
        memo: None,
        request: None,
    };
    assert!(matches!(
        world.command(Side::Alice, pay).await,
        Err(Refusal::Wallet(_))
    ));
    assert_eq!(world.view(Side::Alice, channel).spendable, amount(60));
    world.wallets.alice.mood.set(Mood::Works);
    world.pay(Side::Alice, &key, 10).await;
    assert_eq!(world.view(Side::Bob, channel).balances.bob, amount(40));
    assert!(matches!(
        world.command(Side::Bob, Command::Close { channel }).await,
        Ok(Outcome::Mined(_))
    ));
    world.read().await;
    assert!(matches!(
        world.command(Side::Alice, Command::Accept { channel }).await,
        Ok(Outcome::Mined(_))
    ));
    let PhaseView::Settled {
        paid_out: Some(paid_out),
    } = world.view(Side::Alice, channel).phase
    else {
        panic!()
    };
    assert_eq!(
        paid_out,
        PerSide {
            alice: amount(50),
            bob: amount(40)
        }
    );
}

/// A real reorganisation: the block that opened the channel is gone, and with it the money and the entry.
#[tokio::test]
async fn a_reorganisation_is_noticed() {
    let world = World::new().await;
    let key = world.key(Address::zero(), Policy::Refute);
    let open = Command::Open {
        key,
        amount: amount(90),
    };
    let before = world.node.request("evm_snapshot", json!([])).await.unwrap();
    world.command(Side::Alice, open.clone()).await.unwrap();
    world.read().await;
    assert_eq!(world.view(Side::Bob, key.id(0)).balances.alice, amount(90));
    world.node.request("evm_revert", json!([before])).await.unwrap();
    world.mine(3).await;
    for side in Side::BOTH {
        let view = world.view(side, key.id(0));
        assert_eq!(
            (view.phase, view.balances.alice),
            (PhaseView::Opening, Amount::ZERO)
        );
        assert!(view.entries.is_empty());
    }
    world.command(Side::Alice, open).await.unwrap();
    world.read().await;
    let view = world.view(Side::Bob, key.id(0));
    assert_eq!(
        (view.phase, view.balances.alice, view.entries.len()),
        (PhaseView::Open, amount(90), 1)
    );
}
