//! Traffic through providers: real nodes, a real web server, real bytes; the money moved is the bytes moved.

use crate::support::{
    World, thd,
    traffic::{Server, bytes, close, cost, download, provider, route, session},
    units,
};

const FILE: u64 = 50_000_000;

#[test]
fn fifty_megabytes_through_a_provider_cost_what_fifty_megabytes_cost() {
    let world = World::new();
    let bob = provider(&world, "bob", 2, &[]);
    let alice = world.node("alice", 1);
    alice.connect(&bob);
    let server = Server::start();
    let before = (world.holds(alice.account()), world.holds(bob.account()));

    let way = route(&alice, &[&bob], 1);
    assert_eq!(
        before.0 - world.holds(alice.account()),
        units(&thd(1).into()),
        "the deposit"
    );
    download(&way, &server, FILE);
    let ends = close(&alice, &way);
    assert_eq!(ends[0]["together"], true, "{ends}");

    let (hers, his) = (session(&alice, &way, 0), session(&bob, &way, 0));
    let counted = bytes(&hers["counted"]);
    assert!(
        (FILE..FILE + 2_000).contains(&counted),
        "the answer, and some words around it: {counted}"
    );
    assert_eq!(his["counted"], counted, "both counted the same");
    assert_eq!(hers["state"], "ended");
    let (charged, paid) = (units(&hers["charged"]), units(&hers["paid"]));
    assert_eq!((charged, paid), (cost(counted), charged));
    assert_eq!(world.holds(alice.account()), before.0 - charged);
    assert_eq!(world.holds(bob.account()), before.1 + paid);
    assert_eq!(world.holds(world.sessions), 0, "nothing is burnt");
}

#[test]
fn a_node_may_have_several_sessions_with_a_provider() {
    let world = World::new();
    let bob = provider(&world, "bob", 2, &[]);
    let alice = world.node("alice", 1);
    alice.connect(&bob);
    let server = Server::start();
    // One after the other without a pause: a deposit counts as soon as the chain has it.
    let ways: Vec<_> = (0..5).map(|_| route(&alice, &[&bob], 1)).collect();
    for way in &ways {
        download(way, &server, 1_000_000);
        assert_eq!(close(&alice, way)[0]["together"], true);
    }
}

#[test]
fn through_two_providers_each_is_paid_for_what_it_carried() {
    let world = World::new();
    let (bob, carol) = (provider(&world, "bob", 2, &[]), provider(&world, "carol", 3, &[]));
    let alice = world.node("alice", 1);
    alice.connect(&bob);
    alice.connect(&carol);
    let server = Server::start();
    let (nodes, before) = (
        [&bob, &carol],
        [world.holds(bob.account()), world.holds(carol.account())],
    );

    let way = route(&alice, &nodes, 1);
    download(&way, &server, FILE);
    let ends = close(&alice, &way);
    for (place, node) in nodes.into_iter().enumerate() {
        assert_eq!(ends[place]["together"], true, "{ends}");
        let (hers, theirs) = (session(&alice, &way, place), session(node, &way, place));
        assert_eq!(hers["counted"], theirs["counted"], "both counted the same");
        let paid = world.holds(node.account()) - before[place];
        assert_eq!(paid, cost(bytes(&theirs["counted"])));
    }
    let [first, last] = [0, 1].map(|place| bytes(&session(&alice, &way, place)["counted"]));
    assert!((FILE..FILE + 2_000).contains(&last), "{last}");
    // What the last one carries, sealed once more: a kind, a length and a seal for each 60 KiB.
    assert!((last..last + FILE / 1_000).contains(&first), "{first}");
    assert_eq!(world.holds(world.sessions), 0, "nothing is burnt");
}
