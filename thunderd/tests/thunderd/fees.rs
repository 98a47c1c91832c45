//! Transactions that blocks leave out: the node offers more, in the same place, and never above what it may.

use crate::support::{Node, World, thd, until};
use serde_json::{Value, json};

const GWEI: u128 = 1_000_000_000;

/// Mines a block in which gas costs at least so much.
fn mine_dear(world: &World, gwei: u128) {
    world.ask(
        "anvil_setNextBlockBaseFeePerGas",
        json!([format!("{:#x}", gwei * GWEI)]),
    );
    world.mine(1);
}

fn number(value: &Value) -> u128 {
    u128::from_str_radix(value.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

/// The only transaction of an account that waits: its place, and what it offers for a unit of gas, in wei.
fn waiting(world: &World, node: &Node) -> Option<(u64, u128)> {
    let pool = world.ask("txpool_content", json!([]));
    let mut accounts = pool["pending"].as_object()?.iter();
    let own = format!("{:#x}", node.account());
    let (_, places) = accounts.find(|(account, _)| account.to_lowercase() == own)?;
    let mut transactions = places.as_object()?.values();
    let transaction = transactions.next()?;
    assert!(transactions.next().is_none(), "one place only: {places}");
    let place = u64::try_from(number(&transaction["nonce"])).unwrap();
    Some((place, number(&transaction["maxFeePerGas"])))
}

/// Two linked nodes, of which the first has its own options.
fn pair(world: &World, arguments: &[&str]) -> (Node, Node) {
    let alice = Node::start(world, "alice", arguments);
    let account = alice.import(1);
    world.give(account, 1_000);
    let bob = world.node("bob", 2);
    alice.connect(&bob);
    (alice, bob)
}

#[test]
fn a_deposit_that_gas_overtook_is_raised_and_mined_once() {
    let world = World::new();
    let (alice, bob) = pair(&world, &[]);
    let id = alice.open_with(&bob, 10, "forfeit");
    world.ask("evm_setAutomine", json!([false]));
    let body = json!({ "amount": thd(5) });
    let (place, sent) = std::thread::scope(|scope| {
        let deposit = scope.spawn(|| alice.post(&format!("channels/{id}/deposit"), &body));
        let (place, first) = until("the transaction", || waiting(&world, &alice));
        assert!(first < 100 * GWEI);
        mine_dear(&world, 100);
        let (same, raised) = until("a better offer", || {
            waiting(&world, &alice).filter(|(_, offer)| *offer >= 100 * GWEI)
        });
        assert_eq!(same, place, "only one of the offers can be mined");
        assert!(raised <= 500 * GWEI);
        mine_dear(&world, 100);
        (place, deposit.join().unwrap())
    });
    let receipt = world.ask("eth_getTransactionReceipt", json!([sent["transaction"]]));
    assert_eq!(
        receipt["status"], "0x1",
        "the answer names the one that was mined"
    );
    until("the deposit", || {
        (alice.channel(&id)["deposit"]["mine"] == thd(15).as_str()).then_some(())
    });
    assert_eq!(waiting(&world, &alice), None);
    let count = world.ask("eth_getTransactionCount", json!([alice.account(), "latest"]));
    assert_eq!(number(&count), u128::from(place) + 1, "nothing else was sent");
}

#[test]
fn a_cheat_is_answered_although_gas_got_dear_and_the_node_was_killed() {
    let world = World::new();
    let (alice, mut bob) = pair(&world, &[]);
    let id = alice.open_with(&bob, 100, "forfeit");
    alice.pay("a", 10);
    alice.pay("b", 30);
    let before = world.holds(bob.account());
    world.ask("evm_setAutomine", json!([false]));
    let cheat = json!({ "understate": thd(10) });
    std::thread::scope(|scope| {
        let close = scope.spawn(|| alice.post(&format!("channels/{id}/close"), &cheat));
        until("the close", || waiting(&world, &alice));
        world.mine(1);
        close.join().unwrap();
    });
    let (place, _) = until("bob's claim", || waiting(&world, &bob));
    bob.kill();
    mine_dear(&world, 100);
    bob.restart();
    until("a better offer in the same place", || {
        waiting(&world, &bob).filter(|found| found.0 == place && found.1 >= 100 * GWEI)
    });
    mine_dear(&world, 100);
    bob.wait_for(&id, "settled");
    assert_eq!(world.holds(bob.account()) - before, 100 * 10_u128.pow(18));
}

#[test]
fn gas_above_what_the_operator_allows_is_not_paid() {
    let world = World::new();
    let (alice, bob) = pair(&world, &["--max-fee-gwei", "50"]);
    let id = alice.open_with(&bob, 10, "forfeit");
    mine_dear(&world, 80);
    let call = format!("channels/{id}/deposit");
    let body = json!({ "amount": thd(5) });
    let (status, problem) = alice.ask(reqwest::Method::POST, &call, Some(&body));
    assert!(status >= 400, "{problem}");
    let words = problem["detail"].as_str().unwrap();
    assert!(words.contains("--max-fee-gwei"), "{words}");
    assert_eq!(waiting(&world, &alice), None);
}
