//! Counterparties on a link of their own: each is to the other what a relay is, and believed no more.

use crate::support::{
    Pair, amount, bob, key,
    ports::{Away, Host, MemoryStore},
};
use std::rc::Rc;
use thunder_channel::{
    Address, ChannelKey, Side,
    wire::{ClientFrame, ErrorCode, RelayFrame},
};
use thunder_client::{Delivery, Event, Waiting};

const NOW_MS: u64 = 1_700_000_000_000;

/// A side's driver with what the machine had stored of a channel.
async fn host(pair: &mut Pair, side: Side) -> Host {
    let node = pair.node(side);
    let store = Rc::new(MemoryStore::default());
    store.records.replace(node.store.clone());
    let config = node.config.clone();
    Host::start(config, store, Rc::new(Away), Rc::new(Away), NOW_MS)
        .await
        .unwrap()
}

/// Carries what both say until nobody says anything. Everything travels as text.
async fn talk(alice: &Host, bob: &Host, accounts: (Address, Address)) {
    for _ in 0..100 {
        let mut quiet = true;
        for (from, to, speaker, listener) in [
            (alice, bob, accounts.0, accounts.1),
            (bob, alice, accounts.1, accounts.0),
        ] {
            for frame in from.said() {
                quiet = false;
                let frame = ClientFrame::parse(&frame.to_text()).unwrap();
                if let Some(answer) = to.driver.peer_says(speaker, frame).await {
                    let answer = RelayFrame::parse(&answer.to_text()).unwrap();
                    from.driver.peer_answers(listener, answer).await;
                }
            }
        }
        if quiet {
            return;
        }
    }
    panic!("the conversation never ends");
}

#[tokio::test]
async fn what_one_has_and_the_other_lacks_comes_over_without_a_relay() {
    let mut pair = Pair::standard();
    let id = pair.id();
    pair.pay(Side::Alice, 30);
    pair.alice.said.clear();
    let (alice, bob) = (
        host(&mut pair, Side::Alice).await,
        host(&mut pair, Side::Bob).await,
    );
    let accounts = (pair.alice.config.account, pair.bob.config.account);
    assert_eq!(bob.driver.view(id).unwrap().waiting, None);
    alice.driver.peer_up(accounts.1).await;
    bob.driver.peer_up(accounts.0).await;
    talk(&alice, &bob, accounts).await;
    // It is stored; it counts once bob has read the chain again.
    assert_eq!(
        bob.driver.view(id).unwrap().waiting,
        Some((amount(30), Waiting::ChainStale))
    );
    assert_eq!(alice.driver.delivery(id), Some((accounts.1, Delivery::Relayed)));
    assert!(alice.driver.view(id).unwrap().peer_online);

    alice.driver.peer_down(accounts.1).await;
    assert!(!alice.driver.view(id).unwrap().peer_online);
    // The same again changes nothing.
    alice.driver.peer_up(accounts.1).await;
    talk(&alice, &bob, accounts).await;
    assert_eq!(
        bob.driver.view(id).unwrap().waiting,
        Some((amount(30), Waiting::ChainStale))
    );
}

#[tokio::test]
async fn a_peer_speaks_of_its_own_channels_and_proves_what_it_says() {
    let mut pair = Pair::standard();
    let id = pair.id();
    pair.pay(Side::Alice, 30);
    let claim = pair.alice.claims_said().pop().unwrap();
    let bob = host(&mut pair, Side::Bob).await;
    let (alice, stranger) = (pair.alice.config.account, Address::repeat_byte(0x66));
    let code = |answer: Option<RelayFrame>| match answer {
        Some(RelayFrame::Error { code, .. }) => Some(code),
        _ => None,
    };
    let ask = |key: ChannelKey| ClientFrame::Subscribe {
        key,
        epoch: 0,
        delegation: None,
        reading: None,
        known: None,
    };

    // Somebody else neither reads nor writes it, whatever it shows.
    for frame in [ask(key()), ClientFrame::Claim(claim)] {
        assert_eq!(
            code(bob.driver.peer_says(stranger, frame).await),
            Some(ErrorCode::UnknownChannel)
        );
    }
    let other = ChannelKey { salt: 99, ..key() };
    assert_eq!(
        code(bob.driver.peer_says(alice, ask(other)).await),
        Some(ErrorCode::UnknownChannel)
    );
    // Alice cannot say more than she has signed.
    let mut forged = claim;
    forged.claim.total = amount(90);
    let answer = bob.driver.peer_says(alice, ClientFrame::Claim(forged)).await;
    assert_eq!(code(answer), Some(ErrorCode::BadSignature));
    assert_eq!(bob.driver.view(id).unwrap().waiting, None);
    // Nor answer for others' channels.
    let heard = RelayFrame::Claim { claim, at: 0 };
    bob.driver.peer_answers(stranger, heard.clone()).await;
    assert_eq!(bob.driver.view(id).unwrap().waiting, None);
    bob.driver.peer_answers(alice, heard).await;
    assert_eq!(
        bob.driver.view(id).unwrap().waiting,
        Some((amount(30), Waiting::ChainStale))
    );
}

#[tokio::test]
async fn a_claim_that_cannot_be_stored_is_not_acknowledged() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 30);
    let claim = pair.alice.claims_said().pop().unwrap();
    let host = host(&mut pair, Side::Bob).await;
    let alice = pair.alice.config.account;
    host.store.fails.set(true);
    let answer = host.driver.peer_says(alice, ClientFrame::Claim(claim)).await;
    assert!(
        matches!(
            answer,
            Some(RelayFrame::Error {
                code: ErrorCode::Unavailable,
                ..
            })
        ),
        "{answer:?}"
    );
    host.store.fails.set(false);
    let answer = host.driver.peer_says(alice, ClientFrame::Claim(claim)).await;
    assert!(
        matches!(
            answer,
            Some(RelayFrame::Ack {
                payer: Side::Alice,
                ..
            })
        ),
        "{answer:?}"
    );
    assert_eq!(
        host.driver.records().await.unwrap().len(),
        host.store.records.borrow().len()
    );
}

#[test]
fn losing_the_relay_loses_nothing_while_the_counterparty_listens() {
    let mut pair = Pair::standard();
    let (id, peer) = (pair.id(), bob().account());
    pair.alice.apply(Event::PeerUp(peer)).unwrap();
    pair.alice.apply(Event::RelayDown).unwrap();
    pair.alice.said.clear();
    assert!(pair.alice.participant.delivery(id).is_some());
    pair.alice.apply(Event::PeerDown(peer)).unwrap();
    pair.alice.apply(Event::PeerUp(peer)).unwrap();
    assert!(
        matches!(pair.alice.said[..], [ClientFrame::Subscribe { .. }]),
        "{:?}",
        pair.alice.said
    );
    // A question of just now has crossed; one that was refused a while ago is asked again.
    pair.alice.said.clear();
    pair.alice.apply(Event::PeerAsks(id)).unwrap();
    assert!(pair.alice.said.is_empty());
    pair.alice.now_ms += 200;
    pair.alice.apply(Event::PeerAsks(id)).unwrap();
    assert!(matches!(pair.alice.said[..], [ClientFrame::Subscribe { .. }]));
}
