//! Closing against the other side's interest.

use crate::support::{World, until};
use serde_json::json;

const WHOLE: u128 = 10_u128.pow(18);

#[test]
fn who_understates_in_a_forfeit_channel_loses_it_all() {
    let world = World::new();
    let (alice, bob, id) = world.with_channel("forfeit");
    alice.pay("a", 10);
    alice.pay("b", 30);
    let before = world.holds(bob.account());
    let closed = alice.post(
        &format!("channels/{id}/close"),
        &json!({ "understate": (10 * WHOLE).to_string() }),
    );
    assert_eq!(closed["together"], false);
    // Nobody tells bob's node to.
    let channel = bob.wait_for(&id, "settled");
    until("the money", || {
        (world.holds(bob.account()) - before == 100 * WHOLE).then_some(())
    });
    assert_eq!(channel["phase"]["payout"]["mine"], (100 * WHOLE).to_string());
    let kinds = bob.get("history").to_string();
    assert!(kinds.contains("forfeited"), "{kinds}");
}

#[test]
fn a_sleeping_node_answers_when_it_wakes_in_time() {
    let world = World::new();
    let (alice, mut bob, id) = world.with_channel("refute");
    alice.pay("a", 10);
    alice.pay("b", 30);
    bob.kill();
    alice.post(
        &format!("channels/{id}/close"),
        &json!({ "understate": (10 * WHOLE).to_string() }),
    );
    world.mine(10);
    bob.restart();
    until("the higher claim", || {
        let payout = bob.channel(&id)["phase"]["payout"]["mine"].clone();
        (payout == (40 * WHOLE).to_string()).then_some(())
    });
    let challenged = bob.post(&format!("channels/{id}/challenge"), &json!({}));
    assert!(
        challenged["transaction"].is_null(),
        "the node had done it: {challenged}"
    );
    world.mine(30);
    until("the end of the period", || {
        let phase = bob.channel(&id)["phase"].clone();
        (phase["clock"].as_u64()? >= phase["closesAt"].as_u64()?).then_some(())
    });
    let before = world.holds(bob.account());
    let withdrawn = bob.post(&format!("channels/{id}/withdraw"), &json!({}));
    assert_eq!(withdrawn["transactions"].as_array().unwrap().len(), 1);
    assert_eq!(world.holds(bob.account()) - before, 40 * WHOLE);
}

#[test]
fn without_the_other_side_a_close_waits_its_period() {
    let world = World::new();
    let (alice, mut bob, id) = world.with_channel("forfeit");
    alice.pay("a", 40);
    bob.kill();
    until("the link's end", || (!alice.is_linked()).then_some(()));
    let closed = alice.post(&format!("channels/{id}/close"), &json!({}));
    assert_eq!(
        (closed["together"].clone(), &closed["channel"]["phase"]["name"]),
        (json!(false), &json!("closing"))
    );
    assert_eq!(
        alice.refused(&format!("channels/{id}/withdraw"), &json!({})),
        "wrong_phase"
    );
    world.mine(24);
    let before = world.holds(alice.account());
    alice.post(&format!("channels/{id}/withdraw"), &json!({}));
    assert_eq!(world.holds(alice.account()) - before, 60 * WHOLE);
}
