//! The compiled hub on a real chain. Needs `npm ci` and `forge build` in contracts/; says so where they are missing.

#![cfg(not(target_arch = "wasm32"))]
// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use ethers_core::{abi::Token as AbiToken, types::H256};
use serde_json::{Value, json};
use std::time::Duration;
use support::{Anvil, built_in};
use thunder_channel::{
    Address, Amount, Authorization, Bytes32, ChannelKey, Claim, Delegation, Domain, Funding, KeyFault,
    PerSide, Policy, Settlement, Side, SignedClaim, SigningKey, TypedMessage, Withdrawal,
};
use thunder_ethereum::{
    At, BlockRange, Call, Chain, ChainError, ChainParams, ChainRequest, ClockMode, Currency, HttpProvider,
    Hub, HubChannel, HubEvent, HubRefusal, LocalWallet, Phase, Provider, Receipt, Revert, RpcErrorKind,
    Token, ensure_chain, request_accounts, sign_permit, signing_key_from_phrase,
};

const PHRASE: &str = "test test test test test test test test test test test junk";
const NEVER: u64 = u64::MAX;

fn built(name: &str) -> Value {
    built_in(&format!("{name}.sol"), name)
}

#[test]
fn the_copy_of_the_abi_is_the_builds() {
    let copy: Value = serde_json::from_str(include_str!("../abi/ChannelHub.json")).unwrap();
    assert_eq!(
        copy,
        built("ChannelHub")["abi"],
        "ethereum/abi/ChannelHub.json is out of date: copy the `abi` of contracts/out/ChannelHub.sol/ChannelHub.json"
    );
}

fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap()
}

/// A chain with the hub and THD; Alice and Bob have ether, and a thousand of the token's smallest units each.
struct World {
    chain: Chain<HttpProvider>,
    alice: LocalWallet<HttpProvider>,
    bob: LocalWallet<HttpProvider>,
    keys: PerSide<SigningKey>,
    token: Token,
    domain: Domain,
    anvil: Anvil,
}

impl World {
    async fn new() -> Self {
        let anvil = Anvil::start(&[]);
        let node = HttpProvider::new(&anvil.url).unwrap();
        let key = |index| signing_key_from_phrase(PHRASE, index).unwrap();
        let deployer = LocalWallet::new(key(0), node.clone());
        let hub = deploy(&deployer, &built("ChannelHub"), &[AbiToken::Bool(false)]).await;
        let supply = [
            AbiToken::Address(deployer.address()),
            AbiToken::Uint(1_000_000.into()),
            AbiToken::Bool(true),
        ];
        let token = Token::new(deploy(&deployer, &built("ThunderDollar"), &supply).await);
        let world = Self {
            chain: Chain::new(node.clone(), Hub::new(hub)),
            alice: LocalWallet::new(key(1), node.clone()),
            bob: LocalWallet::new(key(2), node),
            keys: PerSide {
                alice: key(1),
                bob: key(2),
            },
            token,
            domain: Domain { chain_id: 31337, hub },
            anvil,
        };
        for to in [world.alice.address(), world.bob.address()] {
            world.done(&deployer, &token.transfer(to, amount(1000))).await;
        }
        world
    }

    fn key(&self, token: Address, policy: Policy) -> ChannelKey {
        ChannelKey {
            alice: self.alice.address(),
            alice_signer: self.alice.address(),
            bob: self.bob.address(),
            bob_signer: self.bob.address(),
            token,
            finalization_period: 10,
            policy,
            salt: 7,
        }
    }

    /// Sends a call that has to succeed.
    async fn done(&self, wallet: &LocalWallet<HttpProvider>, call: &Call) -> Receipt {
        let hash = self.chain.send(wallet, call, wallet.address()).await.unwrap();
        let receipt = mined(&self.chain.provider, hash).await;
        assert!(receipt.succeeded);
        assert!(self.chain.knows_transaction(hash).await.unwrap());
        receipt
    }

    /// Sends a call that the hub has to refuse.
    async fn refused(&self, wallet: &LocalWallet<HttpProvider>, call: &Call) -> HubRefusal {
        match self.chain.send(wallet, call, wallet.address()).await {
            Err(ChainError::Reverted(Revert::Hub(refusal))) => refusal,
            other => panic!("not refused by the hub: {other:?}"),
        }
    }

    fn claim(&self, key: &ChannelKey, payer: Side, total: u128) -> SignedClaim {
        let claim = Claim {
            channel: key.id(0),
            to: key.address(payer.other()),
            total: amount(total),
            nonce: 1,
        };
        let signature = self.keys[payer].sign(&claim.digest(&self.domain));
        SignedClaim {
            claim,
            authorization: Authorization::direct(signature),
        }
    }

    fn both(&self, message: &impl TypedMessage) -> PerSide<Authorization> {
        PerSide::from_fn(|side| Authorization::direct(self.keys[side].sign(&message.digest(&self.domain))))
    }

    async fn tokens(&self, account: Address) -> u128 {
        self.chain
            .token_balance(self.token, account)
            .await
            .unwrap()
            .as_u128()
    }

    async fn state(&self, key: &ChannelKey) -> HubChannel {
        self.chain.hub_channel(key, At::Latest).await.unwrap()
    }

    async fn events(&self) -> Vec<HubEvent> {
        let to = self.chain.block_number().await.unwrap();
        let filter = self.chain.hub.all_logs(BlockRange { from: 0, to });
        let events = self.chain.channel_events(&filter).await.unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }
}

/// Anvil mines each transaction at once, but answers before it has. Asks until it is mined; each time is a round trip.
async fn mined(node: &HttpProvider, transaction: Bytes32) -> Receipt {
    for _ in 0..10_000 {
        if let Some(receipt) = node
            .ask(thunder_ethereum::query::receipt(transaction))
            .await
            .unwrap()
        {
            return receipt;
        }
    }
    panic!("{transaction:#x} is not mined");
}

async fn deploy(wallet: &LocalWallet<HttpProvider>, built: &Value, arguments: &[AbiToken]) -> Address {
    let code = built["bytecode"]["object"].as_str().unwrap();
    let data = format!("{code}{}", hex::encode(ethers_core::abi::encode(arguments)));
    let transaction = json!({ "from": wallet.address(), "data": data });
    let hash = wallet
        .request("eth_sendTransaction", json!([transaction]))
        .await
        .unwrap();
    let hash: H256 = serde_json::from_value(hash).unwrap();
    let receipt = mined(wallet.node(), hash).await;
    assert!(receipt.succeeded);
    receipt.contract.expect("a contract was created")
}

#[tokio::test]
async fn the_life_of_a_channel_of_tokens() {
    let world = World::new().await;
    let (chain, hub) = (&world.chain, world.chain.hub);
    let key = world.key(world.token.address, Policy::Refute);
    let (alice, bob) = (world.alice.address(), world.bob.address());
    assert_eq!(world.state(&key).await, HubChannel::Empty);

    // Opened in one transaction, by permit.
    let request = chain
        .permit_request(world.token, alice, amount(400), NEVER)
        .await
        .unwrap();
    let permit = sign_permit(&world.alice, &request.expect("THD takes permits"))
        .await
        .unwrap();
    let receipt = world
        .done(&world.alice, &hub.open_with_permit(&key, amount(400), &permit))
        .await;
    let opened = HubEvent::Opened {
        key,
        epoch: 0,
        amount: amount(400),
    };
    let hub_logs: Vec<_> = receipt
        .logs
        .iter()
        .filter(|log| log.address == hub.address)
        .cloned()
        .collect();
    let events = hub.channel_events(&hub_logs).unwrap();
    assert_eq!((events[0].channel, events[0].kind), (key.id(0), opened));
    assert_eq!(chain.channel_id(&key, At::Latest).await.unwrap(), key.id(0));

    // Bob approves and adds to his own side.
    world
        .done(&world.bob, &world.token.approve(hub.address, amount(100)))
        .await;
    assert_eq!(chain.allowance(world.token, bob).await.unwrap(), 100.into());
    world
        .done(&world.bob, &hub.deposit(&key, 0, Side::Bob, amount(100)))
        .await;
    let funding = Funding {
        deposit: PerSide {
            alice: amount(400),
            bob: amount(100),
        },
        ..Funding::default()
    };
    assert_eq!(world.state(&key).await, HubChannel::Open { epoch: 0, funding });

    // Bob takes 30 out by agreement.
    let withdrawal = Withdrawal {
        channel: key.id(0),
        to: bob,
        total: amount(30),
        expiry: NEVER,
    };
    let withdraw = hub.withdraw(&key, 0, Side::Bob, amount(30), NEVER, &world.both(&withdrawal));
    world.done(&world.alice, &withdraw).await;
    let funding = Funding {
        withdrawn: PerSide {
            alice: Amount::ZERO,
            bob: amount(30),
        },
        ..funding
    };

    // Alice closes and says that she paid less than she did; Bob shows the claim.
    let close = hub.close(
        &key,
        0,
        amount(200),
        Some(&world.claim(&key, Side::Bob, 50)),
        NEVER,
    );
    let closed_in = world.done(&world.alice, &close).await.block;
    let closes_at = closed_in + 10;
    let totals = PerSide {
        alice: amount(200),
        bob: amount(50),
    };
    let closing = |totals| HubChannel::Closing {
        epoch: 0,
        funding,
        totals,
        closer: Side::Alice,
        closes_at,
    };
    assert_eq!(world.state(&key).await, closing(totals));
    world
        .done(
            &world.bob,
            &hub.claim(&key, 0, &world.claim(&key, Side::Alice, 300)),
        )
        .await;
    let totals = PerSide {
        alice: amount(300),
        ..totals
    };
    assert_eq!(world.state(&key).await, closing(totals));
    let balances = PerSide {
        alice: amount(150),
        bob: amount(320),
    };
    assert_eq!(chain.hub_balances(&key, At::Latest).await.unwrap(), balances);

    let settle = hub.settle(&key, 0);
    assert_eq!(
        world.refused(&world.bob, &settle).await,
        HubRefusal::PeriodRunning { closes_at }
    );
    let now = chain.clock(At::Latest).await.unwrap();
    chain.mine(closes_at - now).await.unwrap();
    assert_eq!(chain.clock(At::Latest).await.unwrap(), closes_at);
    world.done(&world.bob, &settle).await;
    assert_eq!(world.state(&key).await, HubChannel::Settled { epoch: 0 });
    assert_eq!((world.tokens(alice).await, world.tokens(bob).await), (750, 1250));

    assert_eq!(
        world.events().await,
        [
            opened,
            HubEvent::Deposited {
                side: Side::Bob,
                amount: amount(100),
                total: amount(100)
            },
            HubEvent::Withdrawn {
                side: Side::Bob,
                amount: amount(30),
                total: amount(30)
            },
            HubEvent::Closing {
                closer: Side::Alice,
                totals: PerSide {
                    alice: amount(200),
                    bob: amount(50)
                },
                closes_at
            },
            HubEvent::Claimed {
                payer: Side::Alice,
                total: amount(300)
            },
            HubEvent::Settled { amounts: balances },
        ]
    );
    let range = BlockRange {
        from: 0,
        to: chain.block_number().await.unwrap(),
    };
    let [as_alice, as_bob] = hub.opened_logs(range, bob);
    assert_eq!(chain.channel_events(&as_alice).await.unwrap(), []);
    assert_eq!(chain.channel_events(&as_bob).await.unwrap().len(), 1);
    let of_channel = hub.channel_logs(range, &[key.id(0), key.id(1)]);
    assert_eq!(chain.channel_events(&of_channel).await.unwrap().len(), 6);
}

#[tokio::test]
async fn ether_agreement_acceptance_and_forfeit() {
    let world = World::new().await;
    let hub = world.chain.hub;
    let ether = world.key(Address::zero(), Policy::Refute);

    // One settlement, signed by both; then the same key again, as its next life, ended by acceptance.
    world.done(&world.alice, &hub.open(&ether, amount(1000))).await;
    let totals = PerSide {
        alice: amount(200),
        bob: Amount::ZERO,
    };
    let settlement = Settlement {
        channel: ether.id(0),
        alice_total: totals.alice,
        bob_total: totals.bob,
        expiry: NEVER,
    };
    let together = hub.settle_together(&ether, 0, &settlement, &world.both(&settlement));
    world.done(&world.bob, &together).await;
    world.done(&world.alice, &hub.open(&ether, amount(500))).await;
    assert_eq!(world.state(&ether).await.epoch(), 1);
    assert_eq!(
        world.refused(&world.bob, &together).await,
        HubRefusal::WrongEpoch { current: 1 }
    );
    world
        .done(&world.alice, &hub.close(&ether, 1, amount(200), None, NEVER))
        .await;
    let other = PerSide {
        alice: amount(201),
        bob: Amount::ZERO,
    };
    assert_eq!(
        world.refused(&world.bob, &hub.accept(&ether, 1, &other)).await,
        HubRefusal::TotalsChanged {
            alice_total: amount(200),
            bob_total: Amount::ZERO
        }
    );
    world.done(&world.bob, &hub.accept(&ether, 1, &totals)).await;
    assert_eq!(world.state(&ether).await, HubChannel::Settled { epoch: 1 });
    assert_eq!(world.chain.balance(hub.address).await.unwrap(), 0.into());

    // The lie costs everything.
    let forfeit = world.key(Address::zero(), Policy::Forfeit);
    world.done(&world.alice, &hub.open(&forfeit, amount(400))).await;
    world
        .done(&world.alice, &hub.close(&forfeit, 0, amount(100), None, NEVER))
        .await;
    world
        .done(
            &world.bob,
            &hub.claim(&forfeit, 0, &world.claim(&forfeit, Side::Alice, 101)),
        )
        .await;
    let events = world.events().await;
    assert_eq!(
        events[events.len() - 2..],
        [
            HubEvent::Forfeited {
                closer: Side::Alice,
                total: amount(101)
            },
            HubEvent::Settled {
                amounts: PerSide {
                    alice: Amount::ZERO,
                    bob: amount(400)
                }
            },
        ]
    );
}

#[tokio::test]
async fn the_hub_hashes_what_is_signed() {
    let world = World::new().await;
    let (chain, hub, key) = (
        &world.chain,
        world.chain.hub,
        world.key(Address::zero(), Policy::Refute),
    );
    let read = async |call: Call| {
        hub.read_word(&chain.call(&call, None, At::Latest).await.unwrap())
            .unwrap()
    };
    let (total, expiry) = (Amount::MAX, u64::MAX);
    let claim = Claim {
        channel: key.id(3),
        to: key.bob,
        total,
        nonce: 9,
    };
    assert_eq!(
        read(hub.claim_hash(&key, 3, &claim)).await,
        claim.digest(&world.domain).0
    );
    let withdrawal = Withdrawal {
        channel: key.id(3),
        to: key.bob,
        total,
        expiry,
    };
    let hash = hub.withdrawal_hash(&key, 3, Side::Bob, total, expiry);
    assert_eq!(read(hash).await, withdrawal.digest(&world.domain).0);
    let settlement = Settlement {
        channel: key.id(3),
        alice_total: amount(1),
        bob_total: amount(2),
        expiry,
    };
    assert_eq!(
        read(hub.settlement_hash(&key, 3, &settlement)).await,
        settlement.digest(&world.domain).0
    );
    let delegation = Delegation {
        channel: key.id(3),
        key: Address::repeat_byte(1),
    };
    let hash = hub.delegation_hash(&key, 3, delegation.key);
    assert_eq!(read(hash).await, delegation.digest(&world.domain).0);
}

#[tokio::test]
async fn a_delegated_claim_is_taken() {
    let world = World::new().await;
    let (hub, key) = (world.chain.hub, world.key(Address::zero(), Policy::Refute));
    let payment_key = SigningKey::from_bytes(&[3; 32]).unwrap();
    let delegation = Delegation {
        channel: key.id(0),
        key: payment_key.address(),
    };
    let mut signed = world.claim(&key, Side::Alice, 70);
    signed.authorization = Authorization {
        signature: payment_key.sign(&signed.claim.digest(&world.domain)),
        delegation: Some(world.keys.alice.sign(&delegation.digest(&world.domain))),
    };
    signed.verify(&key, 0, &world.domain).unwrap();
    world.done(&world.alice, &hub.open(&key, amount(100))).await;
    world
        .done(
            &world.bob,
            &hub.close(&key, 0, Amount::ZERO, Some(&signed), NEVER),
        )
        .await;
    let HubChannel::Closing { totals, closer, .. } = world.state(&key).await else {
        panic!("not closing");
    };
    assert_eq!((totals.alice, closer), (amount(70), Side::Bob));
}

#[tokio::test]
async fn refusals_of_the_hub_come_in_its_words() {
    let world = World::new().await;
    let hub = world.chain.hub;
    let key = world.key(Address::zero(), Policy::Refute);
    let same = ChannelKey {
        bob: key.alice,
        ..key
    };
    assert_eq!(
        world.refused(&world.alice, &hub.open(&same, amount(1))).await,
        HubRefusal::BadKey(KeyFault::SameSides)
    );
    assert_eq!(
        world.refused(&world.bob, &hub.open(&key, amount(1))).await,
        HubRefusal::NotAlice
    );
    assert_eq!(
        world.refused(&world.alice, &hub.settle(&key, 0)).await,
        HubRefusal::WrongPhase(Phase::Empty)
    );
    let unpaid = Call {
        value: 0,
        ..hub.open(&key, amount(1))
    };
    assert_eq!(
        world.refused(&world.alice, &unpaid).await,
        HubRefusal::AmountMismatch
    );
    let tokens = world.key(world.token.address, Policy::Refute);
    let unapproved = hub.open(&tokens, amount(1));
    assert_eq!(
        world.refused(&world.alice, &unapproved).await,
        HubRefusal::TokenTransferFailed
    );
    world.done(&world.alice, &hub.open(&key, amount(100))).await;
    let forged = SignedClaim {
        authorization: world.claim(&key, Side::Bob, 6).authorization,
        ..world.claim(&key, Side::Bob, 5)
    };
    let close = hub.close(&key, 0, Amount::ZERO, Some(&forged), NEVER);
    assert_eq!(
        world.refused(&world.alice, &close).await,
        HubRefusal::BadSignature
    );
    let late = hub.close(&key, 0, Amount::ZERO, None, 1);
    assert_eq!(
        world.refused(&world.alice, &late).await,
        HubRefusal::Expired { at: 1 }
    );
    let collect = hub.collect(Address::zero(), key.bob);
    assert_eq!(world.refused(&world.bob, &collect).await, HubRefusal::NothingOwed);
    assert_eq!(
        world.chain.owed(Address::zero(), key.bob).await.unwrap(),
        0.into()
    );

    // The token refuses in its own words, and a plain account refuses nothing.
    let too_much = world.token.transfer(key.bob, amount(1_000_000));
    let error = world.chain.simulate(&too_much, key.alice).await.unwrap_err();
    assert!(
        matches!(error, ChainError::Reverted(Revert::InsufficientBalance { balance, .. }) if balance == 1000.into())
    );
    let no_hub = Chain::new(world.chain.provider.clone(), Hub::new(key.bob));
    assert!(matches!(
        no_hub.hub_channel(&key, At::Latest).await,
        Err(ChainError::Malformed(_))
    ));
    // More ether than anyone has.
    let rich = hub.deposit(&key, 0, Side::Alice, amount(10_u128.pow(27)));
    let error = world
        .chain
        .send(&world.alice, &rich, key.alice)
        .await
        .unwrap_err();
    let ChainError::Rpc(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.kind, RpcErrorKind::InsufficientFunds);
}

#[tokio::test]
async fn what_the_chain_and_the_token_are() {
    let world = World::new().await;
    let chain = &world.chain;
    assert_eq!(chain.chain_id().await.unwrap(), 31337);
    assert_eq!(chain.clock_mode().await.unwrap(), ClockMode::Blocks);
    assert!(!chain.code_at(chain.hub.address).await.unwrap().is_empty());
    assert!(chain.code_at(world.bob.address()).await.unwrap().is_empty());
    let info = chain.token_info(world.token).await.unwrap();
    assert_eq!(
        (info.name.as_str(), info.symbol.as_str(), info.decimals),
        ("Thunder Dollar", "THD", 18)
    );
    // The hub is no token, and takes no permits.
    let hub = Token::new(chain.hub.address);
    let request = chain
        .permit_request(hub, world.bob.address(), amount(1), NEVER)
        .await;
    assert_eq!(request, Ok(None));
    world
        .done(&world.bob, &world.token.faucet(world.bob.address(), amount(5)))
        .await;
    assert_eq!(world.tokens(world.bob.address()).await, 1005);
    assert_eq!(
        chain.genesis_hash().await.unwrap(),
        chain.block_hash(0).await.unwrap().unwrap()
    );
    assert_eq!(chain.block(1_000_000).await.unwrap(), None);
    assert_eq!(chain.receipt(Bytes32::repeat_byte(1)).await.unwrap(), None);
    assert!(!chain.knows_transaction(Bytes32::repeat_byte(1)).await.unwrap());
    assert_eq!(
        request_accounts(&world.alice).await.unwrap(),
        [world.alice.address()]
    );
    let params = ChainParams {
        chain_id: 31337,
        name: "Thunder".to_owned(),
        rpc_url: world.anvil.url.clone(),
        currency: Currency::default(),
        explorer: world.anvil.url.clone(),
    };
    assert_eq!(
        ensure_chain(&world.alice, &params, ChainRequest::Switch).await,
        Ok(())
    );
    assert!(
        ensure_chain(
            &world.alice,
            &ChainParams {
                chain_id: 1,
                ..params
            },
            ChainRequest::Switch,
        )
        .await
        .is_err()
    );
}

#[tokio::test]
async fn a_reorganised_chain_is_noticed() {
    let world = World::new().await;
    let (chain, key) = (&world.chain, world.key(Address::zero(), Policy::Refute));
    let snapshot = chain.provider.call("evm_snapshot", json!([])).await.unwrap();
    let opened = world.done(&world.alice, &chain.hub.open(&key, amount(1))).await;
    let seen = chain.latest_block().await.unwrap();
    assert_eq!((seen.number, seen.hash), (opened.block, opened.block_hash));
    assert!(matches!(
        chain.hub_channel(&key, At::Hash(seen.hash)).await,
        Ok(HubChannel::Open { .. })
    ));
    assert_eq!(chain.expect_block(seen.number, seen.hash).await, Ok(()));

    chain
        .provider
        .call("evm_revert", json!([snapshot]))
        .await
        .unwrap();
    let reorganised = Err(ChainError::Reorganised { number: seen.number });
    assert_eq!(chain.expect_block(seen.number, seen.hash).await, reorganised);
    chain
        .provider
        .call("evm_increaseTime", json!(["0x64"]))
        .await
        .unwrap();
    chain.mine(1).await.unwrap();
    assert_eq!(chain.block_number().await.unwrap(), seen.number);
    assert_eq!(chain.expect_block(seen.number, seen.hash).await, reorganised);
    assert!(chain.hub_channel(&key, At::Hash(seen.hash)).await.is_err());
    assert_eq!(
        chain.hub_channel(&key, At::Number(seen.number)).await,
        Ok(HubChannel::Empty)
    );
}

#[tokio::test]
async fn nodes_that_do_not_answer_well() {
    let world = World::new().await;
    let ask = async |node: HttpProvider| Chain::new(node, world.chain.hub).latest_block().await;
    let kind = |result: Result<_, ChainError>| match result {
        Err(ChainError::Rpc(error)) => error.kind,
        other => panic!("{other:?}"),
    };
    let node = || world.chain.provider.clone();
    assert!(ask(node()).await.is_ok());
    assert_eq!(
        kind(ask(node().with_max_response(100)).await),
        RpcErrorKind::Malformed
    );
    // Takes the connection and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let hanging = HttpProvider::new(&url)
        .unwrap()
        .with_timeout(Duration::from_millis(50));
    assert_eq!(kind(ask(hanging).await), RpcErrorKind::Timeout);
    drop(silent);
    assert_eq!(
        kind(ask(HttpProvider::new(&url).unwrap()).await),
        RpcErrorKind::Unreachable
    );
    let unknown = node().call("thunder_nothing", Value::Null).await.unwrap_err();
    assert_eq!(unknown.kind, RpcErrorKind::UnsupportedMethod);
}
