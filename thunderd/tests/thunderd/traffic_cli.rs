//! Traffic as a person uses it: every step by `thunder-cli`.

use crate::support::{
    Node, World,
    cli::{Running, Said, cli, json, start},
    thd,
    traffic::{PRICE, Server, download, provider, through},
    units, until,
};
use reqwest::blocking::Response;
use serde_json::{Value, json as object};

const FILE: u64 = 5_000_000;

/// Bob serves traffic at 0.01 THD; alice knows of nobody yet.
fn two(world: &World) -> (Node, Node) {
    (world.node("alice", 1), provider(world, "bob", 2, &[]))
}

fn place(node: &Node) -> String {
    format!("127.0.0.1:{}", node.port)
}

fn account(node: &Node) -> String {
    thunder_channel::checksummed(node.account())
}

fn handle(id: &Value) -> &str {
    &id.as_str().unwrap()[..10]
}

fn cost(bytes: u64) -> u128 {
    u128::from(bytes) * PRICE / 1_000_000
}

fn refused(said: &Said, code: i32, words: &[&str]) {
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    for word in words {
        assert!(said.err.contains(word), "{word} in {}", said.err);
    }
}

#[test]
fn a_route_in_the_background_is_looked_at_and_closed() {
    let world = World::new();
    let (alice, bob) = two(&world);
    let server = Server::start();
    let before = (world.holds(alice.account()), world.holds(bob.account()));

    let tariff = cli(&alice, &["tariff", &place(&bob)]).good();
    assert!(
        tariff.contains(&account(&bob)) && tariff.contains("0.01 THD for 1 MB"),
        "it was connected to, and says what it asks: {tariff}"
    );
    assert_eq!(cli(&alice, &["sessions"]).good(), "no sessions\n");
    let bobs = account(&bob);
    let wanted = [
        "use",
        &bobs,
        "--price",
        "0.01",
        "--limit",
        "2",
        "--deposit",
        "1",
        "--detach",
    ];
    let route = json(&alice, &wanted);
    download(&route, &server, FILE);
    let counted = until("both counts", || {
        let [hers, his] =
            [&alice, &bob].map(|node| json(node, &["session", "show", handle(&route["sessions"][0])]));
        let even =
            hers["theirs"] == his["counted"] && hers["counted"] == his["counted"] && hers["streams"] == 0;
        even.then(|| hers["counted"].as_u64().unwrap())
    });
    assert!((FILE..FILE + 2_000).contains(&counted), "{counted}");
    let id = handle(&route["sessions"][0]);
    let shown = cli(&alice, &["session", "show", id]).good();
    for words in [
        &format!("counted     {counted} bytes here (5.0 MB), {counted} there"),
        "difference  0 B, 0 ppm; 10000 ppm may be lost on the way",
        "0 THD burnt",
        "left of 1 THD",
        "pair",
    ] {
        assert!(shown.contains(words), "{words} in\n{shown}");
    }
    let evidence = json(&alice, &["session", "show", id, "--evidence"]);
    assert!(!evidence["pairs"].as_array().unwrap().is_empty(), "{evidence}");
    let listed = cli(&alice, &["sessions"]).good();
    let row = format!("{id}  client  0x3C44…93BC  active  5.0 MB");
    assert!(
        listed.contains(&row) && listed.contains(&route["port"].to_string()),
        "{listed}"
    );
    let theirs = cli(&bob, &["sessions"]).good();
    assert!(theirs.contains("provider"), "{theirs}");

    let deposited = cli(&alice, &["session", "deposit", id, "0.5"]).good();
    assert!(deposited.contains("0.5 THD"), "{deposited}");
    until("the deposit", || {
        let one = json(&alice, &["session", "show", id]);
        (units(&one["deposit"]) == units(&object!(thd(1))) * 3 / 2).then_some(())
    });
    refused(
        &cli(&alice, &["session", "deposit", id, "1"]),
        1,
        &["1.5 THD already", "1 THD more", "above the limit"],
    );
    // By the port that it has; there is only one, so it need not be named.
    let ended = cli(&alice, &["unuse"]).good();
    assert!(
        ended.contains("ended together:") && ended.contains("given back"),
        "{ended}"
    );
    let charged = units(&json(&alice, &["session", "show", id])["charged"]);
    assert_eq!(charged, cost(counted));
    assert_eq!(world.holds(alice.account()), before.0 - charged);
    assert_eq!(world.holds(bob.account()), before.1 + charged);
    refused(&cli(&alice, &["unuse"]), 1, &["no route"]);
    refused(&cli(&alice, &["session", "end", id]), 6, &["over"]);
}

#[test]
fn one_session_is_ended_and_its_port_named() {
    let world = World::new();
    let (alice, bob) = two(&world);
    let place = place(&bob);
    let opened = cli(
        &alice,
        &["use", &place, "--price", "0.02", "--limit", "1", "--detach"],
    )
    .good();
    assert!(opened.contains("curl --proxy socks5h://127.0.0.1:"), "{opened}");
    let sessions = json(&alice, &["sessions"]);
    let id = handle(&sessions["sessions"][0]["id"]);
    let port = sessions["routes"][0]["port"].to_string();
    let ended = cli(&alice, &["session", "end", id]).good();
    assert!(
        ended.contains("ended together:") && ended.contains(&format!("unuse {port}")),
        "{ended}"
    );
    cli(&alice, &["unuse", &port]).good();
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_what_runs_in_the_foreground() {
    let world = World::new();
    let (alice, bob) = two(&world);
    let server = Server::start();
    let before = (world.holds(alice.account()), world.holds(bob.account()));
    let place = place(&bob);
    let wanted = ["--json", "use", &place, "--price", "0.01", "--limit", "1"];
    let mut running: Running = start(&alice, &wanted);
    let route = running.line()["route"].clone();
    download(&route, &server, FILE);
    let counted = |object: &Value| object["sessions"][0]["counted"].as_u64();
    loop {
        let object = running.line();
        if counted(&object).unwrap() > FILE {
            break;
        }
    }
    running.interrupt();
    let ends = loop {
        let object = running.line();
        if counted(&object).is_none() {
            break object;
        }
    };
    assert_eq!(running.wait(), 0);
    assert_eq!(ends["ends"][0]["together"], true, "{ends}");
    let session = &ends["ends"][0]["session"];
    let charged = units(&session["charged"]);
    assert_eq!(
        (session["state"].as_str(), charged),
        (
            Some("ended"),
            cost(counted(&object!({ "sessions": [session] })).unwrap())
        )
    );
    assert_eq!(world.holds(alice.account()), before.0 - charged);
    assert_eq!(world.holds(bob.account()), before.1 + charged);
    assert_eq!(json(&alice, &["sessions"])["routes"], object!([]));
}

#[cfg(unix)]
#[test]
fn ctrl_c_cuts_a_download_off_and_what_came_is_paid() {
    const WHOLE: u64 = 200_000_000;
    let world = World::new();
    let (alice, bob) = two(&world);
    let server = Server::start();
    let before = (world.holds(alice.account()), world.holds(bob.account()));
    let place = place(&bob);
    let wanted = ["--json", "use", &place, "--price", "0.01", "--limit", "3"];
    let mut running = start(&alice, &wanted);
    let route = running.line()["route"].clone();
    let (client, url) = (through(&route), server.slow_url(WHOLE));
    let download = std::thread::spawn(move || client.get(url).send().and_then(Response::bytes).is_err());
    while running.line()["sessions"][0]["counted"].as_u64().unwrap() < 1_000_000 {}
    running.interrupt();
    let end = loop {
        let object = running.line();
        if object["ends"].is_array() {
            break object["ends"][0].clone();
        }
    };
    assert_eq!(running.wait(), 0);
    assert!(download.join().unwrap(), "it was cut off");
    assert_eq!(end["together"], true, "{end}");
    let counted = end["session"]["counted"].as_u64().unwrap();
    assert!(counted <= server.sent() + 2_000, "{counted}");
    let (charged, paid) = (units(&end["session"]["charged"]), units(&end["session"]["paid"]));
    assert_eq!(world.holds(alice.account()), before.0 - charged);
    assert_eq!(world.holds(bob.account()), before.1 + paid);
    assert!(charged - paid <= PRICE, "a unit at most is in dispute: {end}");
}

#[test]
fn what_makes_no_sense_costs_nothing() {
    let world = World::new();
    let (alice, bob) = two(&world);
    let carol = world.node("carol", 3);
    alice.connect(&bob);
    let before = world.holds(alice.account());
    let (bobs, stranger) = (
        account(&bob),
        "0x70997970C51812dc3A010C7d01b50e0d17dc79C9".to_lowercase(),
    );
    let tried = |provider: &str, price: &str, limit: &str| {
        cli(
            &alice,
            &["use", provider, "--price", price, "--limit", limit, "--detach"],
        )
    };
    refused(
        &tried(&bobs, "0.005", "1"),
        1,
        &["asks 0.01 THD", "allows 0.005 THD"],
    );
    refused(
        &tried(&bobs, "0.01", "0.001"),
        2,
        &["0.001 THD", "one unit of 1.0 MB", "0.01 THD at least"],
    );
    refused(&tried(&bobs, "cheap", "1"), 2, &["\"cheap\""]);
    refused(&tried(&stranger, "0.01", "1"), 5, &["connect"]);
    refused(&tried("127.0.0.1:1", "0.01", "1"), 5, &["127.0.0.1:1"]);
    refused(&tried(&place(&carol), "0.01", "1"), 1, &["serves no traffic"]);
    refused(
        &cli(&alice, &["session", "show", "0xabcd"]),
        1,
        &["no session", "0xabcd"],
    );
    refused(&cli(&alice, &["unuse", "1080"]), 1, &["no route"]);
    assert_eq!(world.holds(alice.account()), before);
    assert_eq!(json(&alice, &["sessions"])["sessions"], object!([]));
}
