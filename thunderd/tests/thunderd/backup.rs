//! Moving and restoring a node.

use crate::support::{Node, World, node::PASSWORD, thd, until};
use serde_json::json;

#[test]
fn an_old_backup_in_an_empty_node_ends_with_what_the_other_node_knows() {
    let world = World::new();
    let (mut alice, bob, id) = world.with_channel("forfeit");
    alice.pay("a", 10);
    let backup = alice.get("backup");
    assert!(!backup.to_string().contains("api-token"));
    alice.pay("b", 30);
    alice.kill();

    let moved = Node::start(&world, "moved", &[]);
    assert_eq!(moved.post("restore", &backup)["state"], "locked");
    moved.unlock();
    // It asks bob before it signs: he holds more than the backup has.
    until("what bob knows", || {
        (moved.channel(&id)["paid"]["mine"] == thd(40)).then_some(())
    });
    until("the alarm's end", || {
        moved.channel(&id)["alarm"].is_null().then_some(())
    });
    until("a payment", || (moved.pay_units("c", 1).0 == 200).then_some(()));
    // It is stored where it was paid, and is there as soon as the link is.
    let paid = format!("{}1", &thd(40)[..thd(40).len() - 1]);
    until("the payment at bob's", || {
        (bob.channel(&id)["paid"]["theirs"] == paid.as_str()).then_some(())
    });
}

#[test]
fn a_restored_node_that_hears_nobody_signs_nothing() {
    let world = World::new();
    let (mut alice, mut bob, id) = world.with_channel("forfeit");
    alice.pay("a", 10);
    let backup = alice.get("backup");
    alice.pay("b", 30);
    alice.kill();
    bob.kill();
    let moved = Node::start(&world, "moved", &[]);
    moved.post("restore", &backup);
    moved.unlock();
    let channel = until("the channel", || {
        let channels = moved.get("channels");
        channels.as_array()?.first().cloned()
    });
    assert_eq!(channel["id"], id);
    assert_eq!(moved.pay_units("c", 1).1["code"], "refused");
    let close = json!({ "alone": true });
    assert_eq!(moved.refused(&format!("channels/{id}/close"), &close), "refused");
}

#[test]
fn backups_of_others_and_of_elsewhere_are_refused() {
    let world = World::new();
    let (alice, bob, _) = world.with_channel("refute");
    let backup = alice.get("backup");
    assert_eq!(bob.refused("restore", &backup), "malformed");
    let mut elsewhere = backup.clone();
    elsewhere["world"] = json!("1-aaaa-bbbb-0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
    assert_eq!(alice.refused("restore", &elsewhere), "malformed");
    let mut newer = backup.clone();
    newer["version"] = json!(2);
    assert_eq!(alice.refused("restore", &newer), "malformed");
    assert_eq!(
        alice.post("restore", &backup)["state"],
        "open",
        "its own changes nothing"
    );
}

#[test]
fn a_locked_wallet_does_nothing_and_its_password_opens_it() {
    let world = World::new();
    let (alice, bob, _) = world.with_channel("refute");
    assert_eq!(alice.post("wallet/lock", &json!({}))["state"], "locked");
    assert_eq!(alice.pay_units("a", 1).1["code"], "locked");
    until("the link's end", || (!bob.is_linked()).then_some(()));
    assert_eq!(
        alice.refused("wallet/unlock", &json!({ "password": "wrong horse" })),
        "wrong_password"
    );
    until("the wallet", || {
        let body = json!({ "password": PASSWORD });
        let (status, _) = alice.ask(reqwest::Method::POST, "wallet/unlock", Some(&body));
        (status == 200).then_some(())
    });
    until("the link", || bob.is_linked().then_some(()));
    assert_eq!(alice.pay("a", 1)["delivery"], "delivered");
    let log = crate::support::node::log(&alice.data);
    assert!(
        !log.contains(PASSWORD) && !log.contains("59c6995e998f97a5"),
        "no secret is logged"
    );
}
