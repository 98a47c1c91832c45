//! What the watchtower pays: more and more until it is mined, and never more than it is worth.

use super::stage::{ETHER, GWEI, PAID, Stage, tower_key};
use relay::counters::Count;
use serde_json::json;
use thunder_channel::{Policy, Side};
use thunder_ethereum::sending::{Fee, Transaction, nothing};

#[tokio::test]
async fn a_fee_spike_is_outbid_and_no_offer_is_ever_lower() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    stage.look().await;
    let mut last = chain.offer(&tower_key(0), 0).await.unwrap();
    for spike in [50 * GWEI, 200 * GWEI, 900 * GWEI] {
        chain.next_base_fee(spike).await;
        chain.mine(1).await;
        assert_eq!(stage.shown().await, 0, "mined below the base fee");
        stage.look().await;
        let offer = chain.offer(&tower_key(0), 0).await.unwrap();
        assert!(
            offer.0 * 8 >= last.0 * 9 && offer.1 * 8 >= last.1 * 9,
            "{last:?}, then {offer:?}"
        );
        assert!(offer.0 > spike);
        last = offer;
    }
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
    stage.look().await;
    assert_eq!(
        (stage.count(Count::TowerRaised), stage.count(Count::TowerAnswered)),
        (3, 1)
    );
}

/// Somebody bids just a little more, block after block.
#[tokio::test]
async fn an_offer_that_is_outbid_is_raised_at_every_block() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    stage.look().await;
    let mut offers = vec![chain.offer(&tower_key(0), 0).await.unwrap()];
    for _ in 0..4 {
        // Just above what is offered, so that the block stays empty.
        chain.next_base_fee(offers.last().unwrap().0 + 1).await;
        chain.mine(1).await;
        stage.look().await;
        offers.push(chain.offer(&tower_key(0), 0).await.unwrap());
    }
    assert!(offers.windows(2).all(|pair| pair[0] < pair[1]), "{offers:?}");
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
}

#[tokio::test]
async fn a_claim_that_is_not_worth_the_gas_is_counted_and_not_shown() {
    let stage = Stage::with(Policy::Refute, Side::Alice, |config| {
        // Gas here costs some 0.0002 ether, of half an ether.
        config.watchtower.as_mut().unwrap().ether_percent = 0;
    })
    .await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    stage.look().await;
    chain.mine(2).await;
    stage.look().await;
    assert_eq!(stage.shown().await, 0);
    assert_eq!(chain.nonce(&tower_key(0)).await, 0);
    assert_eq!(stage.count(Count::TowerNotWorth), 1);
}

#[tokio::test]
async fn it_waits_for_gas_to_be_worth_it_again() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    // Half of half an ether buys 100,000 gas at 2,500 gwei.
    chain.next_base_fee(20_000 * GWEI).await;
    chain.mine(1).await;
    stage.look().await;
    assert_eq!(
        (stage.count(Count::TowerNotWorth), stage.count(Count::TowerSent)),
        (1, 0)
    );
    chain.next_base_fee(GWEI).await;
    chain.mine(1).await;
    stage.look().await;
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
}

#[tokio::test]
async fn the_budget_ends_the_bidding() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    stage.look().await;
    let before = chain.chain.balance(tower_key(0).address()).await.unwrap();
    for _ in 0..4 {
        chain.next_base_fee(50_000 * GWEI).await;
        chain.mine(1).await;
        stage.look().await;
    }
    assert_eq!(
        (stage.count(Count::TowerCapped), stage.count(Count::TowerRaised)),
        (1, 0)
    );
    // Cheap gas again, and the node has dropped the offer meanwhile.
    assert_eq!(chain.offer(&tower_key(0), 0).await, None);
    chain.next_base_fee(GWEI).await;
    chain.mine(1).await;
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID);
    let after = chain.chain.balance(tower_key(0).address()).await.unwrap();
    assert!((before - after).as_u128() <= PAID / 2);
}

/// Something of the tower's own account waits in the place that it needs, and pays more than the tower would offer.
#[tokio::test]
async fn a_stuck_transaction_is_replaced() {
    let stage = Stage::new().await;
    let chain = &stage.world.chain;
    stage.cheat().await;
    let stuck = Transaction {
        chain_id: 31337,
        nonce: 0,
        call: nothing(tower_key(0).address()),
        gas: 21_000,
        fee: Fee {
            most: 40 * GWEI,
            tip: 30 * GWEI,
        },
    }
    .sign(&tower_key(0));
    let raw = format!(
        "0x{}",
        stuck
            .raw
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    );
    chain.rpc("eth_sendRawTransaction", json!([raw])).await;
    stage.look().await;
    let (most, tip) = chain.offer(&tower_key(0), 0).await.unwrap();
    assert!(most > 40 * GWEI && tip > 30 * GWEI);
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
    assert_eq!(chain.nonce(&tower_key(0)).await, 1);
}

#[tokio::test]
async fn an_empty_account_is_noticed() {
    let stage = Stage::with(Policy::Refute, Side::Alice, |config| {
        config.watchtower.as_mut().unwrap().low_wei = ETHER;
    })
    .await;
    let chain = &stage.world.chain;
    let set = async |wei: u128| {
        let account = tower_key(0).address();
        chain
            .rpc("anvil_setBalance", json!([account, format!("{wei:#x}")]))
            .await;
    };
    set(1000).await;
    stage.look().await;
    assert_eq!(stage.count(Count::TowerLow), 1);
    stage.cheat().await;
    stage.look().await;
    assert_eq!(
        (stage.count(Count::TowerPoor), stage.count(Count::TowerSent)),
        (1, 0)
    );
    set(2 * ETHER).await;
    chain.mine(1).await;
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID);
    assert_eq!(stage.count(Count::TowerLow), 1);
}
