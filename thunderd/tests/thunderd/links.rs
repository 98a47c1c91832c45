//! Links between nodes: found again, and closed to who is not what it says.

use crate::support::{Node, World, thd, until};
use serde_json::json;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

#[test]
fn nodes_find_each_other_again_and_deliver_what_waited() {
    let world = World::new();
    let (mut alice, mut bob, id) = world.with_channel("refute");
    bob.kill();
    until("the link's end", || (!alice.is_linked()).then_some(()));
    assert_eq!(alice.pay("waiting", 7)["delivery"], "stored");
    bob.restart();
    until("the payment", || {
        (bob.channel(&id)["balance"]["mine"] == thd(7)).then_some(())
    });
    until("the acknowledgement", || {
        (alice.get("payments/waiting")["delivery"] == "delivered").then_some(())
    });

    // Also the other way round: who was dialled knows where to dial.
    alice.kill_and_restart();
    assert_eq!(bob.pay("back", 1)["total"], thd(1));
    until("the payment", || {
        (alice.channel(&id)["paid"]["theirs"] == thd(1)).then_some(())
    });
}

#[test]
fn a_node_that_moved_is_followed() {
    let world = World::new();
    let (alice, mut bob, id) = world.with_channel("refute");
    bob.kill();
    // The same directory on another port; it knows alice, and tells her.
    let moved = Node::start(&world, "bob", &[]);
    assert_ne!(moved.port, bob.port);
    until("the link", || alice.is_linked().then_some(()));
    assert_eq!(alice.pay("there", 3)["delivery"], "delivered");
    assert_eq!(moved.channel(&id)["balance"]["mine"], thd(3));
    let known = alice.get("peers")[0]["address"].clone();
    assert_eq!(known, format!("127.0.0.1:{}", moved.port));
}

#[test]
fn what_is_no_node_gets_nowhere_and_harms_nobody() {
    let world = World::new();
    let (alice, bob, _) = world.with_channel("refute");
    let knock = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(("127.0.0.1", alice.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // Cut off, whether by an end or by a reset.
        let _ = stream.read_to_end(&mut answer);
        answer
    };
    assert!(knock(&[0, 32, 1, 2, 3, 4]).is_empty() || knock(&[0, 1, 7]).len() < 100);
    assert!(knock(&[0x16, 3, 1, 0, 5]).len() < 200, "TLS is not spoken here");
    assert_eq!(
        alice.refused(
            "peers",
            &json!({ "address": format!("127.0.0.1:{}", alice.port) })
        ),
        "peer_unreachable"
    );
    assert_eq!(
        alice.refused("peers", &json!({ "address": "127.0.0.1:1" })),
        "peer_unreachable"
    );
    assert_eq!(
        alice.refused("peers", &json!({ "address": "nonsense" })),
        "malformed"
    );
    assert_eq!(alice.pay("still", 1)["delivery"], "delivered");
    drop(bob);
}

#[test]
fn a_forgotten_node_is_not_dialled_again() {
    let world = World::new();
    let (alice, bob, _) = world.with_channel("refute");
    let path = format!("peers/{:#x}", bob.account());
    assert_eq!(alice.ask(reqwest::Method::DELETE, &path, None).0, 204);
    assert_eq!(alice.ask(reqwest::Method::DELETE, &path, None).0, 404);
}
