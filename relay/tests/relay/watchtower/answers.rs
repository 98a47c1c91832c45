//! Whom the watchtower answers, when, and whom not.

use super::stage::{ETHER, PAID, PERIOD, Stage, awake, tower_key};
use crate::support::{Client, PATIENCE, Program, World, amount, subscribe};
use relay::counters::Count;
use thunder_channel::{Authorization, Policy, Side, SignedClaim, wire::ClientFrame};
use thunder_ethereum::HubChannel;

#[tokio::test]
async fn a_cheat_while_the_victim_sleeps_is_answered_in_the_next_block() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    let closed_in = chain.block_number().await;
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID);
    assert_eq!(chain.block_number().await, closed_in + 1);
    stage.look().await;
    assert_eq!(
        (stage.count(Count::TowerSent), stage.count(Count::TowerAnswered)),
        (1, 1)
    );
    // Nothing further happens, however often it looks.
    chain.mine(3).await;
    stage.look().await;
    stage.look().await;
    assert_eq!(chain.nonce(&tower_key(0)).await, 1);
    assert_eq!(stage.count(Count::TowerDeferred), 0);
}

#[tokio::test]
async fn bob_cheating_is_answered_as_well() {
    let stage = Stage::with(Policy::Refute, Side::Bob, |_| ()).await;
    stage.cheat().await;
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID);
}

#[tokio::test]
async fn an_honest_closer_is_left_alone() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    chain.close(&stage.key, Side::Alice, PAID).await;
    stage.look().await;
    chain.mine(u64::from(PERIOD)).await;
    stage.look().await;
    assert_eq!(chain.nonce(&tower_key(0)).await, 0);
    assert_eq!(stage.count(Count::TowerMissed), 0);
}

/// The payee closes without showing what it was paid: its own loss, and it is awake.
#[tokio::test]
async fn a_closer_that_shows_too_little_is_not_helped() {
    let stage = Stage::new().await;
    stage.world.chain.close(&stage.key, Side::Bob, 0).await;
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, 0);
    assert_eq!(stage.world.chain.nonce(&tower_key(0)).await, 0);
}

#[tokio::test]
async fn under_forfeit_the_victim_gets_everything_at_once() {
    let stage = Stage::with(Policy::Forfeit, Side::Alice, |_| ()).await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    let before = chain.chain.balance(chain.bob.address()).await.unwrap();
    stage.look_and_mine().await;
    assert_eq!(chain.state(&stage.key).await, HubChannel::Settled { epoch: 0 });
    let after = chain.chain.balance(chain.bob.address()).await.unwrap();
    assert_eq!((after - before).as_u128(), 2 * ETHER);
    stage.look().await;
    assert_eq!(stage.count(Count::TowerAnswered), 1);
}

#[tokio::test]
async fn a_delegated_claim_is_shown_with_its_delegation() {
    let world = World::with(awake(0)).await;
    let chain = &world.chain;
    let key = chain.open_both(1, Policy::Refute, ETHER).await;
    let by_carol = chain.claim_by(&chain.carol, &key, Side::Alice, PAID, 1);
    let claim = SignedClaim {
        authorization: Authorization {
            delegation: Some(chain.delegation(&chain.alice, &key, &chain.carol)),
            ..by_carol.authorization
        },
        ..by_carol
    };
    let mut bob = world.bob().await;
    bob.follow(&key).await;
    bob.pay(Side::Alice, claim).await;
    chain.close(&key, Side::Alice, 0).await;
    world.relay.look().await.unwrap();
    chain.mine(1).await;
    assert_eq!(chain.totals(&key).await.alice, amount(PAID));
}

#[tokio::test]
async fn a_claim_that_is_handed_in_during_the_period_is_shown_too() {
    let stage = Stage::new().await;
    stage.cheat().await;
    stage.look_and_mine().await;
    stage.hand_in(&stage.world.relay, PAID + ETHER / 10).await;
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID + ETHER / 10);
    assert_eq!(stage.world.chain.nonce(&tower_key(0)).await, 2);
}

#[tokio::test]
async fn it_settles_after_the_period_for_a_side_that_asked() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.ask_to_settle(Side::Bob).await;
    stage.cheat().await;
    stage.look_and_mine().await;
    let left = chain.closes_at(&stage.key).await - chain.block_number().await;
    chain.mine(left - 1).await;
    stage.look().await;
    assert_eq!(stage.shown().await, PAID);
    chain.mine(1).await;
    stage.look_and_mine().await;
    assert_eq!(chain.state(&stage.key).await, HubChannel::Settled { epoch: 0 });
    stage.look().await;
    assert_eq!(
        (
            stage.count(Count::TowerAnswered),
            stage.count(Count::TowerSettled)
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn it_settles_for_nobody_else() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    chain.close(&stage.key, Side::Alice, PAID).await;
    chain.mine(u64::from(PERIOD) + 5).await;
    stage.look().await;
    assert_eq!(chain.nonce(&tower_key(0)).await, 0);
    assert!(matches!(
        chain.state(&stage.key).await,
        HubChannel::Closing { .. }
    ));
}

#[tokio::test]
async fn the_last_block_of_the_period_is_early_enough_and_the_next_too_late() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    let closes_at = chain.closes_at(&stage.key).await;
    let snapshot = chain.rpc("evm_snapshot", serde_json::json!([])).await;
    chain.mine(closes_at - 2 - chain.block_number().await).await;
    stage.look_and_mine().await;
    assert_eq!(chain.block_number().await, closes_at - 1);
    assert_eq!(stage.shown().await, PAID);

    chain.rpc("evm_revert", serde_json::json!([snapshot])).await;
    chain.mine(closes_at - 1 - chain.block_number().await).await;
    stage.look().await;
    stage.look().await;
    assert_eq!(stage.shown().await, 0);
    assert_eq!(stage.count(Count::TowerMissed), 1);
}

/// The closing was seen by a former run, and only the note of it says so.
#[tokio::test]
async fn a_restart_in_the_middle_forgets_nothing() {
    let mut stage = Stage::with(Policy::Refute, Side::Alice, |config| {
        config.limits.reorganisation_blocks = 1;
        config.limits.checkpoint_blocks = 1;
    })
    .await;
    stage.cheat().await;
    stage.look().await;
    assert_eq!(stage.count(Count::TowerSent), 1);
    let offered = stage.world.chain.offer(&tower_key(0), 0).await.unwrap();
    for _ in 0..3 {
        // Empty blocks: nobody takes the answer.
        stage.world.chain.next_base_fee(offered.0 + 1).await;
        stage.world.chain.mine(1).await;
        stage.look().await;
    }
    // It would not find the close by itself any more.
    stage.world.config.addresses.deployment_block = stage.world.chain.block_number().await + 1;
    let stage = stage.restarted().await;
    stage.look().await;
    stage.world.chain.next_base_fee(1_000_000_000).await;
    stage.world.chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
    // Sent by both runs, and paid for once.
    stage.look().await;
    assert_eq!(stage.world.chain.nonce(&tower_key(0)).await, 1);
    assert_eq!(stage.count(Count::TowerReverted), 0);
}

#[tokio::test]
async fn a_request_that_nobody_signed_is_refused() {
    use thunder_channel::{SettleForMe, SignedRequest, TypedMessage, wire::Message};
    let world = World::with(awake(0)).await;
    let chain = &world.chain;
    let key = chain.open_both(1, Policy::Refute, ETHER).await;
    let mut bob = world.bob().await;
    bob.say(&subscribe(&key, 0)).await;
    bob.hear().await;
    let request = SettleForMe { channel: key.id(0) };
    let by_carol = chain.carol.sign(&request.digest(&chain.domain()));
    bob.say(&ClientFrame::Message {
        channel: key.id(0),
        message: Message::SettleForMe(SignedRequest {
            request,
            authorization: Authorization::direct(by_carol),
        }),
    })
    .await;
    assert_eq!(
        bob.hear_error().await,
        thunder_channel::wire::ErrorCode::BadSignature
    );
}

/// The real program with a real keystore, looking when it likes.
#[tokio::test]
async fn the_program_does_it_by_itself() {
    let world = World::new().await;
    let chain = &world.chain;
    let password = world.data.path().join("password");
    std::fs::write(&password, "correct horse\n").unwrap();
    let keystore = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/relay/watchtower/keystore.json"
    );
    let arguments = [
        "--watchtower",
        keystore,
        "--watchtower-password-file",
        password.to_str().unwrap(),
        "--limit",
        "look_ms=20",
    ];
    let program = Program::start(&world, &arguments);
    let key = chain.open_both(1, Policy::Refute, ETHER).await;
    let mut bob = Client::signed_in(program.addr, &chain.bob, &chain.domain()).await;
    bob.follow(&key).await;
    bob.pay(Side::Alice, chain.claim(&key, Side::Alice, PAID, 1))
        .await;
    bob.leave().await;
    chain.close(&key, Side::Alice, 0).await;
    chain.automine(true).await;
    let answered = async { while chain.totals(&key).await.alice != amount(PAID) {} };
    tokio::time::timeout(PATIENCE, answered)
        .await
        .expect("it is awake");
    assert_eq!(chain.nonce(&tower_key(0)).await, 1);
}
