//! What happens to a claim: verified, stored, acknowledged, delivered; or refused with a code.

use crate::support::{World, amount};
use relay::counters::Count;
use thunder_channel::{
    Address, Amount, Authorization, Bytes32, ChannelId, ChannelKey, Claim, MAX_AMOUNT, Policy, Side,
    SignedClaim, TypedMessage,
    wire::{ClientFrame, ErrorCode, RelayFrame},
};

#[tokio::test]
async fn a_claim_is_acknowledged_and_delivered_and_both_sides_can_pay() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    alice.follow(&key).await;
    let snapshot = bob.follow(&key).await;
    assert!(snapshot.online.alice && snapshot.online.bob);
    assert_eq!(alice.hear_presence().await, (Side::Bob, true));

    let first = world.chain.claim(&key, Side::Alice, 200, 1);
    alice.pay(Side::Alice, first).await;
    assert_eq!(
        bob.hear().await,
        RelayFrame::Claim {
            claim: first,
            at: crate::support::NOW
        }
    );
    let back = world.chain.claim(&key, Side::Bob, 100, 1);
    bob.pay(Side::Bob, back).await;
    assert_eq!(alice.hear_claim().await, back);
    // 400 and the 100 that came back: more than was ever deposited.
    let second = world.chain.claim(&key, Side::Alice, 500, 2);
    alice.pay(Side::Alice, second).await;
    assert_eq!(bob.hear_claim().await, second);
    assert_eq!(world.relay.counters().get(Count::ClaimStored), 3);
}

#[tokio::test]
async fn a_repeated_claim_is_acknowledged_again_and_delivered_once() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    bob.follow(&key).await;
    alice.follow(&key).await;
    assert_eq!(bob.hear_presence().await, (Side::Alice, true));
    let claim = world.chain.claim(&key, Side::Alice, 200, 1);
    alice.pay(Side::Alice, claim).await;
    alice.pay(Side::Alice, claim).await;
    let next = world.chain.claim(&key, Side::Alice, 201, 2);
    alice.pay(Side::Alice, next).await;
    let mut heard = Vec::new();
    while heard.last() != Some(&next) {
        heard.push(bob.hear_claim().await);
    }
    assert!(heard == [claim, next] || heard == [next], "{heard:?}");
    assert_eq!(world.relay.counters().get(Count::ClaimStored), 2);
}

#[tokio::test]
async fn a_payee_can_hand_in_what_it_was_paid() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut bob = world.bob().await;
    bob.follow(&key).await;
    let claim = world.chain.claim(&key, Side::Alice, 200, 1);
    bob.pay(Side::Alice, claim).await;
    let snapshot = world.alice().await.follow(&key).await;
    assert_eq!(snapshot.claims.alice, Some(claim));
}

#[tokio::test]
async fn a_lower_total_gets_the_better_claim_to_adopt() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let best = world.chain.claim(&key, Side::Alice, 200, 5);
    alice.pay(Side::Alice, best).await;
    for lower in [(199, 9), (200, 4)] {
        let lower = world.chain.claim(&key, Side::Alice, lower.0, lower.1);
        assert_eq!(alice.pay_in_vain(lower).await, ErrorCode::NotHigher);
        assert_eq!(alice.hear_claim().await, best);
    }
    // At an equal total the higher nonce decides.
    let relabelled = world.chain.claim(&key, Side::Alice, 200, 6);
    alice.pay(Side::Alice, relabelled).await;
    assert_eq!(world.relay.counters().get(Count::ClaimNotHigher), 2);
    assert_eq!(
        world.bob().await.follow(&key).await.claims.alice,
        Some(relabelled)
    );
}

/// What the README says of a payer that signs twice: the better claim is all there is to keep.
#[tokio::test]
async fn of_two_claims_with_one_nonce_the_higher_is_kept_whichever_comes_first() {
    let world = World::new().await;
    for (salt, totals) in [(1, [100, 150]), (2, [150, 100])] {
        let key = world.chain.open(salt, 400).await;
        let mut bob = world.bob().await;
        bob.follow(&key).await;
        let mut claims = totals.map(|total| world.chain.claim(&key, Side::Alice, total, 5));
        bob.pay(Side::Alice, claims[0]).await;
        if totals[0] < totals[1] {
            bob.pay(Side::Alice, claims[1]).await;
        } else {
            assert_eq!(bob.pay_in_vain(claims[1]).await, ErrorCode::NotHigher);
            assert_eq!(bob.hear_claim().await, claims[0]);
        }
        claims.sort_by_key(|claim| claim.claim.total);
        assert_eq!(bob.follow(&key).await.claims.alice, Some(claims[1]));
    }
}

#[tokio::test]
async fn forged_and_misdirected_claims_are_refused_and_change_nothing() {
    let world = World::new().await;
    let chain = &world.chain;
    let key = chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let good = chain.claim(&key, Side::Alice, 200, 1);

    let by_the_wrong_key = chain.claim_by(&chain.bob, &key, Side::Alice, 200, 1);
    assert_eq!(alice.pay_in_vain(by_the_wrong_key).await, ErrorCode::BadSignature);
    let mut raised = good;
    raised.claim.total = amount(201);
    assert_eq!(alice.pay_in_vain(raised).await, ErrorCode::BadSignature);
    let mut other_hub = good;
    let elsewhere = thunder_channel::Domain {
        chain_id: 1,
        ..chain.domain()
    };
    other_hub.authorization.signature = chain.alice.sign(&good.claim.digest(&elsewhere));
    assert_eq!(alice.pay_in_vain(other_hub).await, ErrorCode::BadSignature);

    let to_a_stranger = signed(
        &world,
        Claim {
            to: chain.carol.address(),
            ..good.claim
        },
    );
    assert_eq!(alice.pay_in_vain(to_a_stranger).await, ErrorCode::WrongChannel);
    let to_nobody = signed(
        &world,
        Claim {
            to: Address::zero(),
            ..good.claim
        },
    );
    assert_eq!(alice.pay_in_vain(to_nobody).await, ErrorCode::WrongChannel);
    let elsewhere = ChannelId(Bytes32::repeat_byte(7));
    let other_channel = signed(
        &world,
        Claim {
            channel: elsewhere,
            ..good.claim
        },
    );
    assert_eq!(alice.pay_in_vain(other_channel).await, ErrorCode::NotSubscribed);
    // The next life of the same key is another channel.
    let next_life = signed(
        &world,
        Claim {
            channel: key.id(1),
            ..good.claim
        },
    );
    assert_eq!(alice.pay_in_vain(next_life).await, ErrorCode::NotSubscribed);

    let snapshot = world.bob().await.follow(&key).await;
    assert_eq!((snapshot.claims.alice, snapshot.claims.bob), (None, None));
    assert!(snapshot.history.alice.is_empty());
}

#[tokio::test]
async fn more_than_the_channel_can_have_moved_is_refused_until_a_deposit_justifies_it() {
    let world = World::new().await;
    let chain = &world.chain;
    let key = chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let above = chain.claim(&key, Side::Alice, 401, 1);
    assert_eq!(alice.pay_in_vain(above).await, ErrorCode::AboveChannel);
    let most = chain.claim(&key, Side::Alice, MAX_AMOUNT, 1);
    assert_eq!(alice.pay_in_vain(most).await, ErrorCode::AboveChannel);
    // A deposit newer than what the relay remembers.
    chain
        .send(Side::Alice, &chain.hub.deposit(&key, 0, Side::Alice, amount(1)))
        .await;
    alice.pay(Side::Alice, above).await;
    // What came back counts from the moment it is handed in, even right behind it.
    let back = chain.claim(&key, Side::Bob, 10, 1);
    let again = chain.claim(&key, Side::Alice, 411, 2);
    alice.say(&ClientFrame::Claim(back)).await;
    alice.say(&ClientFrame::Claim(again)).await;
    // They are of two payers: which of them is stored first is the store's affair.
    let mut stored = Vec::new();
    while stored.len() < 2 {
        match alice.hear().await {
            RelayFrame::Ack { payer, total, .. } => stored.push((total, payer)),
            other => panic!("not acknowledged: {other:?}"),
        }
    }
    stored.sort_unstable_by_key(|(total, _)| *total);
    assert_eq!(stored, [(amount(10), Side::Bob), (amount(411), Side::Alice)]);
}

#[tokio::test]
async fn a_delegated_key_signs_for_its_side_but_not_in_a_forfeit_channel() {
    let world = World::new().await;
    let chain = &world.chain;
    let key = chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;

    let alone = chain.claim_by(&chain.carol, &key, Side::Alice, 200, 1);
    assert_eq!(alice.pay_in_vain(alone).await, ErrorCode::BadSignature);
    let by_bob = delegated(&alone, chain.delegation(&chain.bob, &key, &chain.carol));
    assert_eq!(alice.pay_in_vain(by_bob).await, ErrorCode::BadSignature);
    let delegated_claim = delegated(&alone, chain.delegation(&chain.alice, &key, &chain.carol));
    alice.pay(Side::Alice, delegated_claim).await;

    let strict = chain.key(2, Policy::Forfeit);
    chain.open_key(&strict, 400).await;
    alice.follow(&strict).await;
    let alone = chain.claim_by(&chain.carol, &strict, Side::Alice, 200, 1);
    let refused = delegated(&alone, chain.delegation(&chain.alice, &strict, &chain.carol));
    assert_eq!(alice.pay_in_vain(refused).await, ErrorCode::BadSignature);
    alice
        .pay(Side::Alice, chain.claim(&strict, Side::Alice, 200, 1))
        .await;
    // The delegation is kept with the claim: bob needs both at the hub.
    assert_eq!(
        world.bob().await.follow(&key).await.claims.alice,
        Some(delegated_claim)
    );
}

#[tokio::test]
async fn all_of_the_range_of_totals_and_nonces_survives_the_store() {
    let world = World::new().await;
    let chain = &world.chain;
    let deposit = 5_000_000_000_000_000_000_000;
    let key: ChannelKey = chain.open(1, deposit).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let steps = [(1, 1), (1, u64::MAX), (1 << 64, 0), (deposit, 1 << 63)];
    for (total, nonce) in steps {
        alice
            .pay(Side::Alice, chain.claim(&key, Side::Alice, total, nonce))
            .await;
    }
    let world = world.restarted().await;
    let snapshot = world.bob().await.follow(&key).await;
    let recorded: Vec<_> = snapshot
        .history
        .alice
        .iter()
        .map(|record| (record.total.units(), record.nonce))
        .collect();
    assert_eq!(recorded, steps);
    let best = world.chain.claim(&key, Side::Alice, deposit, 1 << 63);
    assert_eq!(snapshot.claims.alice, Some(best));
    assert!(best.claim.total < Amount::MAX);
}

#[tokio::test]
async fn claims_go_on_while_the_chain_is_unreachable() {
    let mut world = World::with(|config| config.limits.chain_memory = std::time::Duration::ZERO).await;
    let key = world.chain.open(1, 400).await;
    let unseen = world.chain.open(2, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    alice.follow(&key).await;
    world.chain.anvil.stop();
    let claim = world.chain.claim(&key, Side::Alice, 200, 1);
    alice.pay(Side::Alice, claim).await;
    // Even somebody who comes only now.
    assert_eq!(bob.follow(&key).await.claims.alice, Some(claim));
    bob.say(&crate::support::subscribe(&unseen, 0)).await;
    assert_eq!(bob.hear_error().await, ErrorCode::Unavailable);
    let health = crate::support::get(world.relay.addr, "/health").await;
    assert_eq!(
        (health.status, &health.json()["chain"]),
        (200, &"unreachable".into())
    );
    assert!(world.relay.counters().get(Count::ChainFailed) > 0);
}

fn signed(world: &World, claim: Claim) -> SignedClaim {
    let signature = world.chain.alice.sign(&claim.digest(&world.chain.domain()));
    SignedClaim {
        claim,
        authorization: Authorization::direct(signature),
    }
}

fn delegated(claim: &SignedClaim, delegation: thunder_channel::Signature) -> SignedClaim {
    let mut claim = *claim;
    claim.authorization.delegation = Some(delegation);
    claim
}
