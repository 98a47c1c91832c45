//! Blocks that were there are gone.

use super::stage::{PAID, Stage, tower_key};
use relay::counters::Count;
use serde_json::json;
use thunder_ethereum::HubChannel;

#[tokio::test]
async fn an_answer_that_is_undone_is_given_again() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    chain.mine(2).await;
    stage.look_and_mine().await;
    stage.look().await;
    assert_eq!(stage.count(Count::TowerAnswered), 1);
    // The answer's block and one before it are replaced by empty ones.
    chain.rpc("anvil_reorg", json!([2, []])).await;
    assert_eq!(stage.shown().await, 0);
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID);
    assert_eq!(stage.count(Count::Reorganised), 1);
    assert_eq!(chain.nonce(&tower_key(0)).await, 1);
}

#[tokio::test]
async fn a_close_that_is_undone_is_forgotten_and_answered_when_it_comes_again() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    stage.look().await;
    assert_eq!(stage.count(Count::TowerSent), 1);
    chain.rpc("anvil_reorg", json!([1, []])).await;
    assert!(matches!(chain.state(&stage.key).await, HubChannel::Open { .. }));
    chain.rpc("anvil_dropAllTransactions", json!([])).await;
    stage.look().await;
    assert_eq!(stage.count(Count::Reorganised), 1);
    chain.mine(1).await;
    stage.look().await;
    let before = chain.nonce(&tower_key(0)).await;
    stage.cheat().await;
    stage.look().await;
    chain.mine(1).await;
    stage.look().await;
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
    assert!(chain.nonce(&tower_key(0)).await <= before + 2);
    assert_eq!(stage.count(Count::TowerReverted), 0);
}

/// A development chain that was set back is shorter than what was read.
#[tokio::test]
async fn a_chain_that_was_set_back_is_read_again_from_there() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    let snapshot = chain.rpc("evm_snapshot", json!([])).await;
    stage.cheat().await;
    stage.look_and_mine().await;
    chain.mine(5).await;
    stage.look().await;
    chain.rpc("evm_revert", json!([snapshot])).await;
    let head = chain.block_number().await;
    assert_eq!(stage.look().await, head);
    assert_eq!(stage.count(Count::Reorganised), 1);
    assert!(matches!(chain.state(&stage.key).await, HubChannel::Open { .. }));
    stage.cheat().await;
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID);
}
