//! Two watchtowers with the same claim: one pays.

use super::stage::{GWEI, PAID, Stage, awake, tower_key};
use crate::support::config;
use relay::{Handle, Server, counters::Count};
use std::sync::Arc;
use tempfile::TempDir;

/// Another relay on the same chain, with the same claim and a watchtower of its own.
async fn second(stage: &Stage) -> (Handle, TempDir) {
    let data = TempDir::new().unwrap();
    let mut config = config(&stage.world.chain, &data, Arc::clone(&stage.world.clock) as _);
    awake(1)(&mut config);
    let relay = Server::spawn(config).await.unwrap();
    stage.hand_in(&relay, PAID).await;
    (relay, data)
}

#[tokio::test]
async fn the_second_one_sees_that_it_was_done() {
    let stage = Stage::new().await;
    let (other, _data) = second(&stage).await;
    stage.cheat().await;
    stage.look_and_mine().await;
    other.look().await.unwrap();
    assert_eq!(other.counters().get(Count::TowerSent), 0);
    assert_eq!(other.counters().get(Count::TowerDeferred), 0);
}

#[tokio::test]
async fn the_second_one_sees_that_it_is_about_to_be_done() {
    let stage = Stage::new().await;
    let (other, _data) = second(&stage).await;
    stage.cheat().await;
    let chain = &stage.world.chain;
    stage.look().await;
    for _ in 0..3 {
        other.look().await.unwrap();
    }
    // One trial run, and no gas.
    assert_eq!(other.counters().get(Count::TowerDeferred), 1);
    assert_eq!(other.counters().get(Count::TowerSent), 0);
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
    chain.mine(10).await;
    other.look().await.unwrap();
    assert_eq!(other.counters().get(Count::TowerDeferred), 1);
    assert_eq!(
        (chain.nonce(&tower_key(0)).await, chain.nonce(&tower_key(1)).await),
        (1, 0)
    );
}

#[tokio::test]
async fn the_second_one_does_not_rely_on_a_first_one_that_gets_nowhere() {
    let stage = Stage::new().await;
    let (other, _data) = second(&stage).await;
    stage.cheat().await;
    let chain = &stage.world.chain;
    stage.look().await;
    other.look().await.unwrap();
    assert_eq!(other.counters().get(Count::TowerDeferred), 1);
    // The first one's relay dies, and its offer is too low from now on.
    for _ in 0..3 {
        chain.next_base_fee(100 * GWEI).await;
        chain.mine(1).await;
        other.look().await.unwrap();
    }
    assert_eq!(other.counters().get(Count::TowerSent), 1);
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
    assert_eq!(
        (chain.nonce(&tower_key(0)).await, chain.nonce(&tower_key(1)).await),
        (0, 1)
    );
}

/// The first one's transaction would fail now: it is taken back, which costs half of that.
#[tokio::test]
async fn what_another_has_done_is_taken_back() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    stage.look().await;
    let (most, _) = chain.offer(&tower_key(0), 0).await.unwrap();
    let (other, _data) = second(&stage).await;
    chain.next_base_fee(most + 1).await;
    chain.mine(1).await;
    other.look().await.unwrap();
    assert_eq!(other.counters().get(Count::TowerSent), 1);
    chain.next_base_fee(most + 2).await;
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
    stage.look().await;
    chain.next_base_fee(most + 3).await;
    chain.mine(1).await;
    stage.look().await;
    assert_eq!(stage.count(Count::TowerCancelled), 1);
    chain.next_base_fee(GWEI).await;
    chain.mine(1).await;
    stage.look().await;
    assert_eq!(chain.nonce(&tower_key(0)).await, 1);
    assert_eq!(stage.count(Count::TowerReverted), 0);
}
