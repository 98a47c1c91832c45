//! Moving and restoring a node.

use crate::support::{
    Node, World,
    node::PASSWORD,
    recorded::until_shown,
    thd,
    traffic::{Server, bytes, cost, download, provider, route, session},
    units, until,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const MEGABYTE: u64 = 1_000_000;

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

/// The files of a directory, beside it.
fn copy_of(data: &Path) -> PathBuf {
    let copy = data.with_extension("copy");
    copy_files(data, &copy);
    copy
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// How yesterday's files come back: in the place of today's, or over them.
fn put_back(copy: &Path, data: &Path, over: bool) {
    if !over {
        std::fs::remove_dir_all(data).unwrap();
    }
    copy_files(copy, data);
}

#[test]
fn a_directory_that_is_put_back_by_hand_signs_nothing_old() {
    let world = World::new();
    let (mut alice, mut bob, id) = world.with_channel("forfeit");
    for (round, before, over) in [(0, 0, false), (1, 40, true)] {
        alice.pay(&format!("a{round}"), 10);
        alice.stop();
        let copy = copy_of(&alice.data);
        alice.restart();
        alice.pay(&format!("b{round}"), 30);
        alice.stop();
        bob.kill();
        put_back(&copy, &alice.data, over);
        alice.restart();
        assert_eq!(alice.channel(&id)["paid"]["mine"], thd(before + 10));
        assert!(alice.channel(&id)["alarm"].is_string());
        assert_eq!(alice.pay_units(&format!("c{round}"), 1).1["code"], "refused");
        let close = json!({ "alone": true });
        assert_eq!(alice.refused(&format!("channels/{id}/close"), &close), "refused");
        // It is known where it is now, and as unsure as before.
        alice.kill_and_restart();
        assert!(alice.channel(&id)["alarm"].is_string());
        bob.restart();
        until("what bob knows", || {
            let channel = alice.channel(&id);
            (channel["paid"]["mine"] == thd(before + 40) && channel["alarm"].is_null()).then_some(())
        });
    }
    // Nobody doubts what stayed where it was.
    alice.kill_and_restart();
    assert!(alice.channel(&id)["alarm"].is_null());
}

/// Everything that is said is proved, so that no statement is on its way.
fn settle_down(node: &Node, way: &Value) {
    until("the last words", || {
        let session = session(node, way, 0);
        (session["counted"] == session["proven"]["provider"] && session["streams"] == 0).then_some(())
    });
}

fn ended(world: &World, node: &Node, way: &Value) -> Value {
    until("the end", || {
        world.mine(2);
        let session = session(node, way, 0);
        (session["state"] == "ended").then_some(session)
    })
}

/// A client, its provider, their route through which something came, and what the provider held before.
fn begun(world: &World, server: &Server) -> (Node, Node, Value, u128) {
    let bob = provider(world, "bob", 2, &[]);
    let alice = world.node("alice", 1);
    alice.connect(&bob);
    let way = route(&alice, &[&bob], 1);
    let held = world.holds(bob.account());
    download(&way, server, 2 * MEGABYTE);
    settle_down(&bob, &way);
    (alice, bob, way, held)
}

#[test]
fn a_client_that_is_restored_signs_no_old_count_and_gets_the_rest_of_its_deposit() {
    let world = World::new();
    let server = Server::start();
    let (mut alice, bob, way, held) = begun(&world, &server);
    let backup = alice.get("backup");
    download(&way, &server, 3 * MEGABYTE);
    settle_down(&bob, &way);
    let used = bytes(&session(&bob, &way, 0)["counted"]);
    alice.kill();

    let moved = Node::start(&world, "moved", &[]);
    moved.post("restore", &backup);
    moved.unlock();
    ends_only(&world, &moved, &bob, &way, used);
    assert_eq!(world.holds(bob.account()) - held, cost(used));
    // They may have another one.
    moved.connect(&bob);
    route(&moved, &[&bob], 1);
}

#[test]
fn a_client_whose_files_are_put_back_signs_no_old_count() {
    let world = World::new();
    let server = Server::start();
    let (mut alice, bob, way, held) = begun(&world, &server);
    alice.stop();
    let copy = copy_of(&alice.data);
    alice.restart();
    download(&way, &server, 3 * MEGABYTE);
    settle_down(&bob, &way);
    let used = bytes(&session(&bob, &way, 0)["counted"]);
    alice.stop();
    put_back(&copy, &alice.data, true);
    alice.restart();
    ends_only(&world, &alice, &bob, &way, used);
    assert_eq!(world.holds(bob.account()) - held, cost(used));
}

/// A client's node that may know less than it has signed ends the session, and pays for all that was used.
fn ends_only(world: &World, moved: &Node, bob: &Node, way: &Value, used: u64) {
    until("the session", || {
        let sessions = moved.get("sessions");
        (sessions.as_array()?.len() == 1).then_some(())
    });
    assert_eq!(
        moved.get("routes"),
        json!([]),
        "no port leads into a session that only ends"
    );
    // She closes with what is known there; he shows the rest, for which he has the whole period.
    until_shown(world, used);
    let hers = ended(world, moved, way);
    assert_eq!(units(&hers["charged"]), cost(used), "{hers}");
    let his = ended(world, bob, way);
    assert_eq!(
        (&his["accused"], units(&his["paid"])),
        (&json!(false), cost(used)),
        "{his}"
    );
}

#[test]
fn a_provider_that_is_restored_is_paid_what_its_backup_proves() {
    let world = World::new();
    let mut bob = provider(&world, "bob", 2, &[]);
    let alice = world.node("alice", 1);
    alice.connect(&bob);
    let server = Server::start();
    let way = route(&alice, &[&bob], 1);
    let held = world.holds(bob.account());
    download(&way, &server, 2 * MEGABYTE);
    settle_down(&bob, &way);
    let proven = bytes(&session(&bob, &way, 0)["proven"]["provider"]);
    // Whom he distrusts moves with him; a notice in a file that is not signed does not.
    let (status, _) = bob.ask(
        reqwest::Method::POST,
        "blacklist",
        Some(&json!({ "account": "0x00000000000000000000000000000000000000aa", "words": "late" })),
    );
    assert_eq!(status, 200);
    let mut backup = bob.get("backup");
    let records = backup["sessions"].as_object_mut().unwrap();
    let (name, notice) = records
        .iter()
        .find(|(name, _)| name.starts_with("distrust/"))
        .unwrap();
    let forged = notice.as_str().unwrap().replace("00aa", "00bb");
    let name = name.replace("00aa", "00bb");
    records.insert(name, json!(forged));
    records.insert("0x00".to_owned(), json!("{}"));
    bob.kill();

    let moved = Node::start(&world, "moved", &["--provide", "--provide-price", "0.01"]);
    moved.post("restore", &backup);
    moved.unlock();
    let his = until("the session", || {
        let sessions = moved.get("sessions");
        sessions.as_array()?.first().cloned()
    });
    assert!(his["words"].as_str().unwrap().contains("backup"), "{his}");
    let his = ended(&world, &moved, &way);
    assert_eq!(units(&his["paid"]), cost(proven), "{his}");
    assert_eq!(world.holds(moved.account()) - held, cost(proven));
    let list = moved.get("blacklist");
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
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
