//! Two hops and a proxy who pays: alice reaches the world through bob and carol, carol is paid by frank, and carol does not learn
//! who alice is.

use crate::support::{
    Node, World,
    traffic::{PRICE, Server, UNIT, begin, bytes, close, cost, download, provider, route, session, wanted},
    units, until,
};
use reqwest::Method;
use serde_json::{Value, json};

const FILE: u64 = 20_000_000;

struct Four {
    alice: Node,
    bob: Node,
    carol: Node,
    frank: Node,
}

impl Four {
    fn new(world: &World, at_carol: &[&str]) -> Self {
        let four = Self {
            alice: world.node("alice", 1),
            bob: provider(world, "bob", 2, &[]),
            carol: provider(world, "carol", 3, at_carol),
            frank: world.node_with("frank", 4, &["--proxy"]),
        };
        four.alice.connect(&four.bob);
        four.alice.connect(&four.frank);
        four.frank.connect(&four.carol);
        four
    }

    fn wanted(&self) -> Value {
        let mut wanted = wanted(&[&self.bob], 1);
        wanted["maxPrice"] = json!((PRICE * 11 / 10).to_string());
        wanted["behind"] = json!({
            "proxy": format!("{:#x}", self.frank.account()),
            "provider": format!("{:#x}", self.carol.account()),
            "address": format!("127.0.0.1:{}", self.carol.port),
        });
        wanted
    }
}

/// The only session of a node with this state.
fn only(node: &Node, state: &str) -> Value {
    until(state, || {
        let sessions = node.get("sessions");
        let mut found = sessions
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["state"] == state);
        let only = found.next().cloned();
        assert!(found.next().is_none(), "{sessions}");
        only
    })
}

#[test]
fn traffic_arrives_everybody_is_paid_and_the_proxy_keeps_a_tenth() {
    let world = World::new();
    let four = Four::new(&world, &[]);
    let Four {
        alice,
        bob,
        carol,
        frank,
    } = &four;
    let server = Server::start();
    let accounts = [alice, bob, carol, frank].map(Node::account);
    let before = accounts.map(|account| world.holds(account));

    let way = alice.post("routes", &four.wanted());
    download(&way, &server, FILE);
    let ends = close(alice, &way);
    assert_eq!(
        (&ends[0]["together"], &ends[1]["together"]),
        (&json!(true), &json!(true)),
        "{ends}"
    );
    let at_carol = only(carol, "ended");
    let served = bytes(&at_carol["counted"]);
    assert!((FILE..FILE + 2_000).contains(&served), "{at_carol}");

    let after = accounts.map(|account| world.holds(account));
    let through_bob = cost(bytes(&session(alice, &way, 0)["counted"]));
    let to_frank = cost(served) * 11 / 10;
    assert_eq!(after[1] - before[1], through_bob, "bob has what he carried");
    assert_eq!(after[2] - before[2], cost(served), "carol has her price");
    assert_eq!(
        after[3] - before[3],
        to_frank - cost(served),
        "frank has his tenth"
    );
    assert_eq!(before[0] - after[0], through_bob + to_frank);

    // Carol has never heard of alice.
    assert_eq!(at_carol["with"], frank.get("info")["wallet"]["account"]);
    let hers = format!("{:x}", alice.account());
    for path in ["sessions", "peers", "info"] {
        let known = carol.get(path).to_string().to_lowercase();
        assert!(!known.contains(&hers), "{path}: {known}");
    }
}

#[test]
fn a_proxy_that_takes_the_money_and_does_nothing_has_to_give_it_back() {
    let world = World::new();
    let mut four = Four::new(&world, &[]);
    let before = world.holds(four.alice.account());
    let wanted = four.wanted();
    let opened = std::thread::scope(|scope| {
        let (alice, asked) = (&four.alice, &wanted);
        let opening = scope.spawn(move || alice.ask(Method::POST, "routes", Some(asked)));
        let paid = format!("{:#x}", four.frank.account()).to_lowercase();
        until("the deposit", || {
            let sessions = alice.get("sessions");
            let mut all = sessions.as_array().unwrap().iter();
            all.any(|one| one["with"].as_str().unwrap().to_lowercase() == paid)
                .then_some(())
        });
        four.frank.kill();
        opening.join().unwrap()
    });
    assert!(opened.0 >= 400, "{opened:?}");
    until("the way back", || {
        world.mine(10);
        (world.holds(four.alice.account()) == before).then_some(())
    });
    assert_eq!(four.alice.get("routes"), json!([]));
}

#[test]
fn a_provider_that_refuses_the_proxy_costs_nothing() {
    let world = World::new();
    let four = Four::new(&world, &["--provide-sessions", "1"]);
    let dave = world.node("dave", 5);
    dave.connect(&four.carol);
    route(&dave, &[&four.carol], 1);
    let before = [&four.alice, &four.frank].map(|node| world.holds(node.account()));
    let (status, problem) = four.alice.ask(Method::POST, "routes", Some(&four.wanted()));
    assert_eq!(status, 409, "{problem}");
    let words = problem["detail"].as_str().unwrap();
    assert!(words.contains("as many sessions run"), "{words}");
    let after = [&four.alice, &four.frank].map(|node| world.holds(node.account()));
    assert_eq!(after, before, "by agreement, at once");
}

#[test]
fn a_carrier_that_drops_out_costs_a_unit_at_most() {
    let world = World::new();
    let mut four = Four::new(&world, &[]);
    let server = Server::start();
    let before = world.holds(four.alice.account());
    let way = four.alice.post("routes", &four.wanted());
    let broken = begin(&way, &server.slow_url(FILE), 3_000_000);
    four.bob.kill();
    drop(broken);
    until("the streams' end", || {
        (session(&four.alice, &way, 1)["streams"] == 0).then_some(())
    });
    let ends = close(&four.alice, &way);
    assert_eq!(
        (&ends[0]["together"], &ends[1]["together"]),
        (&json!(false), &json!(true)),
        "{ends}"
    );
    let counted = [0, 1].map(|place| bytes(&session(&four.alice, &way, place)["counted"]));
    until("the end with bob", || {
        world.mine(10);
        (session(&four.alice, &way, 0)["state"] == "ended").then_some(())
    });
    let spent = before - world.holds(four.alice.account());
    let most = cost(counted[0] + UNIT) + cost(counted[1] + UNIT) * 11 / 10;
    assert!(spent <= most, "{spent} for {counted:?}");
    let at_carol = only(&four.carol, "ended");
    let unpaid = bytes(&at_carol["counted"]) - bytes(&at_carol["proven"]["provider"]);
    assert!(unpaid <= UNIT, "{at_carol}");
    assert_eq!(
        units(&at_carol["paid"]),
        cost(bytes(&at_carol["proven"]["provider"]))
    );
}
