//! Who may follow which channel, and what a follower hears.

use crate::support::{World, amount, subscribe};
use thunder_channel::{
    Policy, Reading, Side, TypedMessage,
    wire::{ClientFrame, ErrorCode, MAX_HISTORY, MAX_RELAY_FRAME, RelayFrame},
};

#[tokio::test]
async fn only_the_sides_their_signers_and_delegated_keys_follow_a_channel() {
    let world = World::new().await;
    let chain = &world.chain;
    let payment_key = thunder_channel::SigningKey::from_bytes(&[9; 32]).unwrap();
    let delegate = thunder_channel::SigningKey::from_bytes(&[8; 32]).unwrap();
    let mut key = chain.key(1, Policy::Refute);
    key.alice_signer = payment_key.address();
    chain.open_key(&key, 400).await;

    world.alice().await.follow(&key).await;
    world.bob().await.follow(&key).await;
    world.client(&payment_key).await.follow(&key).await;

    let mut delegated = world.client(&delegate).await;
    delegated.say(&subscribe(&key, 0)).await;
    assert_eq!(delegated.hear_error().await, ErrorCode::NotASide);
    let by = |signer| ClientFrame::Subscribe {
        key,
        epoch: 0,
        delegation: Some(chain.delegation(signer, &key, &delegate)),
        reading: None,
        known: None,
    };
    // Alice's wallet is not her signer here.
    delegated.say(&by(&chain.alice)).await;
    assert_eq!(delegated.hear_error().await, ErrorCode::NotASide);
    delegated.say(&by(&payment_key)).await;
    assert!(matches!(delegated.hear().await, RelayFrame::Snapshot(_)));

    let mut carol = world.client(&chain.carol).await;
    carol.say(&subscribe(&key, 0)).await;
    assert_eq!(carol.hear_error().await, ErrorCode::NotASide);
}

#[tokio::test]
async fn a_side_that_signs_with_its_wallet_lets_another_key_read_and_not_speak() {
    let world = World::new().await;
    let chain = &world.chain;
    let reader = thunder_channel::SigningKey::from_bytes(&[8; 32]).unwrap();
    let key = chain.key(1, Policy::Forfeit);
    chain.open_key(&key, 400).await;
    let by = |signer: &thunder_channel::SigningKey, epoch| {
        let reading = Reading {
            channel: key.id(epoch),
            key: reader.address(),
        };
        ClientFrame::Subscribe {
            key,
            epoch: 0,
            delegation: None,
            reading: Some(signer.sign(&reading.digest(&chain.domain()))),
            known: None,
        }
    };
    let mut page = world.client(&reader).await;
    // By a stranger, and for another life.
    page.say(&by(&chain.carol, 0)).await;
    assert_eq!(page.hear_error().await, ErrorCode::NotASide);
    page.say(&by(&chain.alice, 1)).await;
    assert_eq!(page.hear_error().await, ErrorCode::NotASide);
    page.say(&by(&chain.alice, 0)).await;
    assert!(matches!(page.hear().await, RelayFrame::Snapshot(_)));
}

#[tokio::test]
async fn only_channels_that_the_hub_knows_now_are_followed() {
    let world = World::new().await;
    let chain = &world.chain;
    let key = chain.key(1, Policy::Refute);
    let mut alice = world.alice().await;
    alice.say(&subscribe(&key, 0)).await;
    assert_eq!(alice.hear_error().await, ErrorCode::UnknownChannel);
    chain.open_key(&key, 400).await;
    // Another life, and a key that can never be a channel.
    alice.say(&subscribe(&key, 1)).await;
    assert_eq!(alice.hear_error().await, ErrorCode::UnknownChannel);
    let mut impossible = key;
    impossible.finalization_period = 0;
    alice.say(&subscribe(&impossible, 0)).await;
    assert_eq!(alice.hear_error().await, ErrorCode::UnknownChannel);

    alice.follow(&key).await;
    chain.settle(&key).await;
    alice.say(&subscribe(&key, 0)).await;
    assert_eq!(alice.hear_error().await, ErrorCode::UnknownChannel);
    // Opened again: the former life stays settled.
    chain.open_key(&key, 400).await;
    alice.say(&subscribe(&key, 0)).await;
    assert_eq!(alice.hear_error().await, ErrorCode::UnknownChannel);
    alice.say(&subscribe(&key, 1)).await;
    assert!(matches!(alice.hear().await, RelayFrame::Snapshot(_)));
}

#[tokio::test]
async fn a_channel_that_settles_takes_no_more_claims() {
    let world = World::with(|config| config.limits.chain_memory = std::time::Duration::ZERO).await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    world.chain.settle(&key).await;
    // Looked at anew by whoever subscribes; from then on it is known for everyone.
    let mut bob = world.bob().await;
    bob.say(&subscribe(&key, 0)).await;
    assert_eq!(bob.hear_error().await, ErrorCode::UnknownChannel);
    let claim = world.chain.claim(&key, Side::Alice, 100, 1);
    assert_eq!(alice.pay_in_vain(claim).await, ErrorCode::UnknownChannel);
}

#[tokio::test]
async fn a_claim_needs_a_subscription() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let claim = world.chain.claim(&key, Side::Alice, 100, 1);
    assert_eq!(
        world.alice().await.pay_in_vain(claim).await,
        ErrorCode::NotSubscribed
    );
}

#[tokio::test]
async fn snapshot_and_news_leave_no_gap_and_repeat_nothing() {
    let world = World::new().await;
    let key = world.chain.open(1, 10_000).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    // Bob joins anew again and again while claims flow.
    for round in 0..20_u64 {
        let mut bob = world.bob().await;
        let claims: Vec<_> = (1..=5)
            .map(|step| {
                world
                    .chain
                    .claim(&key, Side::Alice, u128::from(round * 5 + step), round * 5 + step)
            })
            .collect();
        for claim in &claims[..2] {
            alice.say(&ClientFrame::Claim(*claim)).await;
        }
        bob.say(&subscribe(&key, 0)).await;
        for claim in &claims[2..] {
            alice.say(&ClientFrame::Claim(*claim)).await;
        }
        let mut known = match bob.hear().await {
            RelayFrame::Snapshot(snapshot) => snapshot.claims.alice.map_or(0, |claim| claim.claim.nonce),
            other => panic!("{other:?}"),
        };
        let last = round * 5 + 5;
        while known < last {
            let claim = bob.hear_claim().await;
            assert!(claim.claim.nonce > known, "a repetition");
            known = claim.claim.nonce;
        }
        assert_eq!(known, last);
    }
}

#[tokio::test]
async fn a_second_window_of_the_same_side_hears_what_the_first_says() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let (mut window, mut other_window) = (world.alice().await, world.alice().await);
    window.follow(&key).await;
    other_window.follow(&key).await;
    let claim = world.chain.claim(&key, Side::Alice, 100, 1);
    window.pay(Side::Alice, claim).await;
    assert_eq!(other_window.hear_claim().await, claim);
}

#[tokio::test]
async fn presence_is_told_when_the_first_comes_and_the_last_leaves() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    let snapshot = alice.follow(&key).await;
    assert!(snapshot.online.alice && !snapshot.online.bob);
    let (mut bob, mut bobs_phone) = (world.bob().await, world.bob().await);
    bob.follow(&key).await;
    assert_eq!(alice.hear_presence().await, (Side::Bob, true));
    bobs_phone.follow(&key).await;
    drop(bob);
    // Still there with the other one: the next thing alice hears is a claim, not an absence.
    let claim = world.chain.claim(&key, Side::Alice, 100, 1);
    bobs_phone.pay(Side::Alice, claim).await;
    assert_eq!(alice.hear_claim().await, claim);
    drop(bobs_phone);
    assert_eq!(alice.hear_presence().await, (Side::Bob, false));
}

#[tokio::test]
async fn asking_again_gives_a_new_snapshot() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let claim = world.chain.claim(&key, Side::Alice, 100, 1);
    alice.pay(Side::Alice, claim).await;
    let snapshot = alice.follow(&key).await;
    assert_eq!(snapshot.claims.alice, Some(claim));
    assert_eq!(snapshot.history.alice[0].total, amount(100));
}

#[tokio::test]
async fn history_is_bounded_and_keeps_the_newest() {
    let world = World::new().await;
    let key = world.chain.open(1, 10_000).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let most = u64::try_from(MAX_HISTORY).unwrap() + 20;
    for nonce in 1..=most {
        alice
            .pay(
                Side::Alice,
                world.chain.claim(&key, Side::Alice, nonce.into(), nonce),
            )
            .await;
    }
    let check = |history: &[thunder_channel::wire::Recorded]| {
        assert_eq!(history.len(), MAX_HISTORY);
        assert_eq!(history[0].nonce, 21);
        assert_eq!(history.last().unwrap().nonce, most);
    };
    let snapshot = alice.follow(&key).await;
    check(&snapshot.history.alice);
    let text = RelayFrame::Snapshot(Box::new(snapshot)).to_text();
    assert!(text.len() < MAX_RELAY_FRAME / 4, "{} bytes", text.len());
    let world = world.restarted().await;
    check(&world.bob().await.follow(&key).await.history.alice);
}
