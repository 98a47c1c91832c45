//! The driver: signing in, rubbish on the socket, stores that fail, wallets that do not answer.

use crate::support::{
    Pair, alice, amount, bob, domain, key,
    ports::{Away, Host, MemoryStore, Mood, MoodyWallet},
};
use std::rc::Rc;
use thunder_channel::{
    Address, Bytes32, ChannelKey, Side, SignIn, TypedMessage,
    wire::{ClientFrame, MAX_RELAY_FRAME, RelayFrame, VERSION},
};
use thunder_client::{
    ChannelView, Command, Notice, Outcome, Progress, Refusal, Signing, StartError, StoreError, WalletRequest,
    limits,
};
use thunder_ethereum::{LocalWallet, Provider};

const NOW_MS: u64 = 1_700_000_000_000;

/// A node that knows its chain's id and nothing else: enough for a wallet to sign.
struct Quiet;

#[async_trait::async_trait(?Send)]
impl Provider for Quiet {
    async fn request(
        &self,
        method: &str,
        _: serde_json::Value,
    ) -> Result<serde_json::Value, thunder_ethereum::RpcError> {
        match method {
            "eth_chainId" => Ok("0x7a69".into()),
            _ => Away.request(method, serde_json::Value::Null).await,
        }
    }
}

/// Bob, with what the machine had stored of a channel, and a wallet in some mood.
async fn bob_with(pair: &Pair, mood: Mood) -> (Host, Rc<MoodyWallet>) {
    let wallet = MoodyWallet::new(Rc::new(LocalWallet::new(bob().wallet, Quiet)), mood);
    let store = Rc::new(MemoryStore::default());
    store.records.replace(pair.bob.store.clone());
    let host = Host::start(bob().config(), store, Rc::new(Away), wallet.clone(), NOW_MS)
        .await
        .unwrap();
    (host, wallet)
}

/// A channel that was offered to bob under his wallet's address.
fn offered() -> Pair {
    let key = ChannelKey {
        bob_signer: bob().account(),
        ..key()
    };
    let mut pair = Pair::new(key, 0);
    let call = thunder_ethereum::Hub::new(domain().hub).open(&key, amount(100));
    pair.hub.transact(alice().account(), &call).unwrap();
    pair.bob.read(&pair.hub);
    pair
}

fn challenge(origin: &str, expires_at: u64, version: u32) -> String {
    let frame = RelayFrame::Challenge {
        version,
        origin: origin.into(),
        challenge: Bytes32::repeat_byte(5),
        expires_at,
    };
    frame.to_text()
}

fn only(host: &Host) -> ChannelView {
    host.driver.views().remove(0)
}

#[tokio::test]
async fn signs_in_to_the_relay_that_was_dialled_and_to_no_other() {
    let pair = Pair::standard();
    let (host, _) = bob_with(&pair, Mood::Works).await;
    let now = NOW_MS / 1_000;
    for lie in [
        challenge("http://evil.example", now + 60, VERSION),
        challenge("http://localhost:8080", now, VERSION),
        challenge("http://localhost:8080", now + 86_400, VERSION),
        challenge("http://localhost:8080", now + 60, VERSION + 1),
    ] {
        host.driver.relay_text(&lie).await;
        assert!(host.said().is_empty(), "{lie}");
    }
    assert_eq!(host.watcher.notices.borrow().len(), 4);

    host.driver
        .relay_text(&challenge("http://localhost:8080", now + 60, VERSION))
        .await;
    let said = host.said();
    let [ClientFrame::SignIn { signature }, ClientFrame::Subscribe { .. }] = said[..] else {
        panic!("{said:?}")
    };
    let sign_in = SignIn {
        origin: "http://localhost:8080".into(),
        challenge: Bytes32::repeat_byte(5),
        expires_at: now + 60,
    };
    assert_eq!(
        signature.recover(&sign_in.digest(&domain())),
        Ok(bob().payment.address())
    );

    host.driver
        .relay_text(
            &RelayFrame::SignedIn {
                address: Address::repeat_byte(9),
            }
            .to_text(),
        )
        .await;
    assert!(!host.driver.relay_online() && host.said().is_empty());
    host.driver
        .relay_text(
            &RelayFrame::SignedIn {
                address: bob().payment.address(),
            }
            .to_text(),
        )
        .await;
    assert!(host.driver.relay_online());
    assert_eq!(host.said(), [], "all was asked along with the sign-in");
    host.driver.relay_down().await;
    assert!(!host.driver.relay_online());
}

#[tokio::test]
async fn rubbish_on_the_socket_changes_nothing() {
    let pair = Pair::standard();
    let (host, _) = bob_with(&pair, Mood::Works).await;
    let before = (host.store.records.borrow().clone(), host.driver.views());
    let huge = format!("{{\"type\":\"claim\",\"x\":\"{}\"}}", "x".repeat(MAX_RELAY_FRAME));
    for text in [
        "",
        "{",
        "null",
        "[]",
        "\u{0}\u{1}",
        "{\"type\":\"claim\"}",
        "{\"type\":7}",
        &huge,
        "{\"type\":\"of tomorrow\"}",
    ] {
        for _ in 0..5 {
            host.driver.relay_text(text).await;
        }
    }
    assert_eq!((host.store.records.borrow().clone(), host.driver.views()), before);
    let notices = host.watcher.notices.borrow();
    assert_eq!(notices.len(), limits::MAX_RELAY_NOTICES as usize);
    assert!(
        notices
            .iter()
            .all(|notice| matches!(notice, Notice::Disbelieved { words } if !words.is_empty()))
    );
}

#[tokio::test]
async fn a_corrupt_store_does_not_start() {
    let store = Rc::new(MemoryStore::default());
    let at = format!("channel/{}", key().id(0));
    store
        .records
        .borrow_mut()
        .insert(at.clone(), "{\"version\":1}".into());
    let started = Host::start(
        bob().config(),
        store.clone(),
        Rc::new(Away),
        Rc::new(Away),
        NOW_MS,
    )
    .await;
    let error = started.err().unwrap();
    assert_eq!(error, StartError::Store(StoreError::Corrupt { key: at }));
    assert!(error.to_string().contains("nothing was changed"));
    assert_eq!(store.records.borrow().len(), 1);
}

#[tokio::test]
async fn what_could_not_be_stored_is_told_and_asked_for_again() {
    let mut pair = Pair::standard();
    let (host, _) = bob_with(&pair, Mood::Works).await;
    host.sign_in(bob().payment.address()).await;
    pair.pay(Side::Alice, 10);
    let claim = RelayFrame::Claim {
        claim: pair.alice.claims_said()[0],
        at: 0,
    };
    host.store.fails.set(true);
    host.driver.relay_text(&claim.to_text()).await;
    assert!(matches!(
        host.watcher.notices.borrow().last(),
        Some(Notice::StoreFailed { .. })
    ));
    assert_eq!(only(&host).waiting, None);
    host.store.fails.set(false);
    host.driver.read_chain().await;
    assert!(
        matches!(host.said()[..], [ClientFrame::Subscribe { .. }]),
        "asked for again"
    );
    let snapshot = {
        pair.deliver();
        pair.relay.snapshot(&key())
    };
    host.driver
        .relay_text(&RelayFrame::Snapshot(Box::new(snapshot)).to_text())
        .await;
    // Stored, but the chain has not been read here yet.
    assert_eq!(only(&host).waiting.map(|(amount, _)| amount), Some(amount(10)));
    assert!(!host.driver.chain_fresh());
}

#[tokio::test]
async fn a_wallet_that_never_answers_is_given_up() {
    let pair = offered();
    let (host, wallet) = bob_with(&pair, Mood::Silent).await;
    host.clock.impatient.set(true);
    let refused = host.driver.join(pair.id()).await;
    let Err(Refusal::Wallet(words)) = refused else {
        panic!("{refused:?}")
    };
    assert!(words.to_string().contains("has not answered"), "{words}");
    let view = only(&host);
    assert!(
        view.joined && view.signing == Signing::WalletOrDelegate,
        "joined, and the question can be asked again"
    );
    wallet.mood.set(Mood::Works);
    host.clock.impatient.set(false);
    host.driver.join(pair.id()).await.unwrap();
    assert_eq!(only(&host).signing, Signing::PaymentKey);
    assert_eq!(wallet.asked.get(), 2);
}

#[tokio::test]
async fn a_person_can_stop_waiting_and_a_second_request_is_refused() {
    let pair = offered();
    let (host, wallet) = bob_with(&pair, Mood::Silent).await;
    let (joined, ()) = futures::join!(host.driver.join(pair.id()), async {
        let busy = host.driver.command(Command::Settle { channel: pair.id() }).await;
        assert_eq!(busy, Err(Refusal::WalletBusy));
        host.driver.stop_waiting_for_wallet();
    });
    let Err(Refusal::Wallet(words)) = joined else {
        panic!("{joined:?}")
    };
    assert!(words.to_string().contains("stopped waiting"), "{words}");
    let progress = host.watcher.progress.take();
    assert_eq!(
        progress,
        [
            Progress::AskingWallet(WalletRequest::Delegation(pair.id())),
            Progress::WalletDone
        ]
    );
    // Nothing is left locked.
    wallet.mood.set(Mood::Works);
    host.driver.join(pair.id()).await.unwrap();
}

#[tokio::test]
async fn a_wallet_that_says_no_changes_nothing_but_the_intent() {
    let pair = offered();
    let (host, wallet) = bob_with(&pair, Mood::Rejects).await;
    let refused = host.driver.join(pair.id()).await;
    let Err(Refusal::Wallet(words)) = refused else {
        panic!("{refused:?}")
    };
    assert!(words.to_string().contains("rejected"), "{words}");
    wallet.mood.set(Mood::Works);
    // A wallet with another account selected signs with that one.
    let other = MoodyWallet::new(Rc::new(LocalWallet::new(alice().wallet, Quiet)), Mood::Works);
    let host = Host::start(bob().config(), host.store, Rc::new(Away), other, NOW_MS)
        .await
        .unwrap();
    assert!(matches!(
        host.driver.join(pair.id()).await,
        Err(Refusal::Wallet(_))
    ));
}

#[tokio::test]
async fn without_a_chain_nothing_is_sent_and_the_words_say_so() {
    let pair = Pair::standard();
    let (host, wallet) = bob_with(&pair, Mood::Works).await;
    host.driver.read_chain().await;
    assert!(!host.driver.chain_fresh() && host.driver.head().is_none());
    let pay = Command::Pay {
        channel: pair.id(),
        amount: amount(1),
        memo: None,
        request: None,
    };
    assert_eq!(host.driver.command(pay).await, Err(Refusal::ChainStale));
    let open = ChannelKey {
        alice: bob().account(),
        alice_signer: bob().payment.address(),
        bob: alice().account(),
        bob_signer: alice().account(),
        ..key()
    };
    let refused: Result<Outcome, Refusal> = host
        .driver
        .command(Command::Open {
            key: open,
            amount: amount(5),
        })
        .await;
    let Err(Refusal::Chain(words)) = refused else {
        panic!("{refused:?}")
    };
    assert!(words.to_string().contains("cannot be reached"), "{words}");
    assert_eq!(wallet.asked.get(), 0, "no window for what cannot be sent");
    assert_eq!(
        host.driver.views().len(),
        1,
        "an opening that failed is not shown"
    );
    assert!(matches!(
        host.watcher.progress.borrow().last(),
        Some(Progress::Failed { .. })
    ));
}

/// Whoever waited for a step went away in the middle of its write: the store decides whether it happened.
#[tokio::test]
async fn a_step_that_was_cut_off_is_taken_from_the_store() {
    let pair = offered();
    let (host, _) = bob_with(&pair, Mood::Works).await;
    let channel = pair.id();
    host.store.hangs.set(true);
    {
        let mut joining = Box::pin(host.driver.command(Command::Join { channel }));
        assert!(futures::poll!(&mut joining).is_pending());
    }
    assert!(!only(&host).joined, "not known to be durable");
    host.store.hangs.set(false);
    host.driver.relay_down().await;
    assert!(only(&host).joined, "but it was");

    // A write that failed is looked up too, and was not made.
    let (host, _) = bob_with(&offered(), Mood::Works).await;
    host.store.fails.set(true);
    let refused = host.driver.command(Command::Join { channel }).await;
    assert!(matches!(refused, Err(Refusal::Store(_))));
    host.store.fails.set(false);
    host.driver.relay_down().await;
    assert!(!only(&host).joined);
}

/// A node that answers, but never the question.
struct Babbling(serde_json::Value);

#[async_trait::async_trait(?Send)]
impl Provider for Babbling {
    async fn request(
        &self,
        method: &str,
        _: serde_json::Value,
    ) -> Result<serde_json::Value, thunder_ethereum::RpcError> {
        match method {
            "eth_chainId" if self.0.is_object() => Ok("0x7a69".into()),
            _ => Ok(self.0.clone()),
        }
    }
}

#[tokio::test]
async fn a_node_that_talks_rubbish_is_a_node_that_did_not_answer() {
    let pair = Pair::standard();
    let deep = serde_json::json!({ "number": format!("0x{}", "f".repeat(64)), "hash": [], "data": "0x" });
    let other_chain = serde_json::json!("0x1");
    for answer in [
        serde_json::Value::Null,
        "0xzz".into(),
        7.into(),
        serde_json::json!([[], {}]),
        deep,
        other_chain,
    ] {
        let store = Rc::new(MemoryStore::default());
        store.records.replace(pair.bob.store.clone());
        let node = Rc::new(Babbling(answer));
        let host = Host::start(bob().config(), store, node, Rc::new(Away), NOW_MS)
            .await
            .unwrap();
        let before = (host.store.records.borrow().clone(), host.driver.views());
        host.driver.read_chain().await;
        assert!(!host.driver.chain_fresh() && host.driver.head().is_none());
        assert_eq!((host.store.records.borrow().clone(), host.driver.views()), before);
        assert!(matches!(host.driver.claimable().await, Err(Refusal::Chain(_))));
    }
}
