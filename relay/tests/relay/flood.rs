//! Claims that come faster than they can be handled: the newest of a channel is checked, the others are not.

use crate::support::{World, amount};
use relay::counters::Count;
use std::collections::BTreeSet;
use thunder_channel::{
    Side, SignedClaim,
    wire::{ClientFrame, ErrorCode, RelayFrame},
};

fn unhurried(config: &mut relay::Config) {
    config.limits.frames_per_second = 1_000_000;
    config.limits.burst = 1_000_000;
    config.limits.address_burst = 1_000_000;
    config.limits.key_burst = 1_000_000;
    config.limits.bytes_burst = 100_000_000;
    config.limits.address_bytes_burst = 1_000_000_000;
}

#[tokio::test]
async fn a_flood_is_stored_as_its_newest_claim_which_acknowledges_all_of_it() {
    let world = World::with(unhurried).await;
    let key = world.chain.open(1, 10_000).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    alice.follow(&key).await;
    let all = 500;
    let claims = (1..=all).map(|nonce| world.chain.claim(&key, Side::Alice, nonce.into(), nonce));
    alice.say_all(claims.map(ClientFrame::Claim)).await;
    let mut acknowledged = vec![0];
    while acknowledged.last() != Some(&all) {
        match alice.hear().await {
            RelayFrame::Ack { nonce, total, .. } => {
                assert_eq!(total, amount(nonce.into()));
                acknowledged.push(nonce);
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(acknowledged.is_sorted_by(|earlier, later| earlier < later));
    let counters = world.relay.counters();
    let (stored, collapsed) = (counters.get(Count::ClaimStored), counters.get(Count::Collapsed));
    assert_eq!(stored + collapsed, all, "each was stored or gave way");
    assert_eq!(stored, acknowledged.len() as u64 - 1);
    assert!(stored <= all / 2, "{stored} of {all} were stored");
    let snapshot = bob.follow(&key).await;
    assert_eq!(snapshot.claims.alice.unwrap().claim.nonce, all);
    assert_eq!(snapshot.history.alice.len() as u64, stored.min(200));
}

#[tokio::test]
async fn forged_claims_are_checked_per_channel_and_not_per_message() {
    let world = World::with(unhurried).await;
    let key = world.chain.open(1, 10_000).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let all = 600;
    let forged = (1..=all)
        .map(|nonce| {
            world
                .chain
                .claim_by(&world.chain.carol, &key, Side::Alice, nonce.into(), nonce)
        })
        .map(ClientFrame::Claim);
    alice.say_all(forged).await;
    alice
        .say_all([ClientFrame::Claim(world.chain.claim(&key, Side::Bob, 1, 1))])
        .await;
    let mut checked = 0;
    // The last one's answer, of the other direction, may come before or after the last refusal.
    let (mut paid, counters) = (false, world.relay.counters());
    while !paid || checked + counters.get(Count::Collapsed) < all {
        match alice.hear().await {
            RelayFrame::Ack { payer: Side::Bob, .. } => paid = true,
            RelayFrame::Error {
                code: ErrorCode::BadSignature,
                ..
            } => checked += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(checked + counters.get(Count::Collapsed), all);
    assert!(checked <= all / 4, "{checked} of {all} were checked");
    assert_eq!(counters.refusals().get("bad_signature"), Some(&checked));
}

/// Bob hands in forged claims of Alice's, higher than any; they wait in his connection's places, not in hers.
#[tokio::test]
async fn nobody_but_the_payer_displaces_its_waiting_claims() {
    let world = World::with(unhurried).await;
    let key = world.chain.open(1, 10_000).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    alice.follow(&key).await;
    bob.follow(&key).await;
    assert_eq!(alice.hear_presence().await, (Side::Bob, true));
    let forge = |nonce: u64| {
        world.chain.claim_by(
            &world.chain.bob,
            &key,
            Side::Alice,
            9_000 + u128::from(nonce),
            nonce + 1000,
        )
    };
    for round in 1..=20 {
        let flood = (0..30)
            .map(|turn| forge(30 * round + turn))
            .map(ClientFrame::Claim);
        let claim = world.chain.claim(&key, Side::Alice, round.into(), round);
        tokio::join!(bob.say_all(flood), alice.pay(Side::Alice, claim));
    }
    let stored: BTreeSet<u64> = {
        let snapshot = alice.follow(&key).await;
        snapshot
            .history
            .alice
            .iter()
            .map(|recorded| recorded.nonce)
            .collect()
    };
    assert_eq!(stored, (1..=20).collect());
}

/// A newest that turns out bad takes only its own sender's waiting claims with it, and those can be handed in again.
#[tokio::test]
async fn after_a_bad_newest_the_good_one_is_taken() {
    let world = World::with(unhurried).await;
    let key = world.chain.open(1, 10_000).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let good: SignedClaim = world.chain.claim(&key, Side::Alice, 10, 10);
    let bad = world
        .chain
        .claim_by(&world.chain.carol, &key, Side::Alice, 11, 11);
    alice.say_all([good, bad].map(ClientFrame::Claim)).await;
    let mut error = None;
    while error.is_none() {
        match alice.hear().await {
            // The network may have carried them one by one.
            RelayFrame::Ack { nonce: 10, .. } => (),
            RelayFrame::Error { code, .. } => error = Some(code),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(error, Some(ErrorCode::BadSignature));
    alice.pay(Side::Alice, good).await;
}

/// Each of two totals is only possible because of the other; a relay that heard neither takes them together.
#[tokio::test]
async fn claims_that_justify_each_other_are_taken_together() {
    let world = World::with(unhurried).await;
    let key = world.chain.open(1, 10).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let claims = [(Side::Alice, 110, 11), (Side::Bob, 100, 10)];
    // Until they arrive in one turn; the network may carry them one by one, and then the first is refused.
    let mut acknowledged = BTreeSet::new();
    while acknowledged.len() < 2 {
        let both = claims.map(|(payer, total, nonce)| world.chain.claim(&key, payer, total, nonce));
        alice.say_all(both.map(ClientFrame::Claim)).await;
        for _ in 0..2 {
            match alice.hear().await {
                RelayFrame::Ack { nonce, .. } => acknowledged.insert(nonce),
                RelayFrame::Error {
                    code: ErrorCode::AboveChannel,
                    ..
                } => true,
                other => panic!("{other:?}"),
            };
        }
    }
}

/// What was handed in is stored even if its sender is gone before its turn came.
#[tokio::test]
async fn who_hands_in_a_claim_and_leaves_has_handed_it_in() {
    let world = World::with(unhurried).await;
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    bob.follow(&key).await;
    alice.follow(&key).await;
    assert_eq!(bob.hear_presence().await, (Side::Alice, true));
    let claim = world.chain.claim(&key, Side::Alice, 7, 7);
    alice.say_all([ClientFrame::Claim(claim)]).await;
    alice.leave().await;
    let mut frames = [bob.hear().await, bob.hear().await];
    frames.sort_by_key(|frame| matches!(frame, RelayFrame::Presence { .. }));
    assert!(
        matches!(frames[0], RelayFrame::Claim { claim: heard, .. } if heard == claim),
        "{frames:?}"
    );
}
