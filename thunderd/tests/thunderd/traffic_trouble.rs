//! Sessions in trouble: either side gone or killed, a deposit used up, a close that hides what was used, terms that make no sense.

use crate::support::{
    Node, PATIENCE, World,
    node::command,
    recorded::{key_of_only_session, until_shown},
    thd,
    traffic::{
        PRICE, Server, UNIT, begin, bytes, close, cost, download, provider, route, session, through, wanted,
    },
    units, until,
    world::PHRASE,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{io::Read, time::Duration};
use thunder_ethereum::{Chain, HttpProvider, Hub, LocalWallet, MeteredSessions, signing_key_from_phrase};

const MEGABYTE: u64 = 1_000_000;

fn linked(world: &World, more: &[&str]) -> (Node, Node) {
    let bob = provider(world, "bob", 2, more);
    let alice = world.node("alice", 1);
    alice.connect(&bob);
    (alice, bob)
}

/// Bytes that a provider has served and cannot prove.
fn at_stake(provider: &Value) -> u64 {
    bytes(&provider["counted"]) - bytes(&provider["proven"]["provider"])
}

fn wait_for_state(node: &Node, way: &Value, state: &str) -> Value {
    until(state, || {
        let session = session(node, way, 0);
        (session["state"] == state).then_some(session)
    })
}

#[test]
fn a_download_that_is_broken_off_leaves_no_difference() {
    let world = World::new();
    let (alice, bob) = linked(&world, &[]);
    let server = Server::start();
    let way = route(&alice, &[&bob], 1);
    for _ in 0..3 {
        drop(begin(&way, &server.slow_url(40 * MEGABYTE), 300_000));
    }
    until("the streams' end", || {
        (session(&bob, &way, 0)["streams"] == 0 && session(&alice, &way, 0)["streams"] == 0).then_some(())
    });
    assert!(
        server.sent() < 40 * MEGABYTE,
        "what nobody wants is not sent to its end"
    );
    let ends = close(&alice, &way);
    assert_eq!(ends[0]["together"], true, "{ends}");
    let (hers, his) = (session(&alice, &way, 0), session(&bob, &way, 0));
    assert_eq!(hers["counted"], his["counted"]);
    assert_eq!(hers["charged"], hers["paid"], "nothing is burnt");
}

#[test]
fn a_client_that_is_killed_goes_on_under_the_same_session() {
    let world = World::new();
    let (mut alice, bob) = linked(&world, &[]);
    let server = Server::start();
    let way = route(&alice, &[&bob], 1);
    let broken = begin(&way, &server.slow_url(20 * MEGABYTE), 3_000_000);
    alice.kill_and_restart();
    drop(broken);
    assert!(at_stake(&session(&bob, &way, 0)) <= UNIT);
    until("the link", || alice.is_linked().then_some(()));
    until("the route", || {
        alice.get("routes").as_array().unwrap().first().cloned()
    });
    download(&way, &server, 2 * MEGABYTE);
    let ends = close(&alice, &way);
    assert_eq!(ends[0]["together"], true, "{ends}");
    let his = session(&bob, &way, 0);
    assert!(at_stake(&his) <= UNIT, "{his}");
    let proven = bytes(&his["proven"]["provider"]);
    assert!(proven >= 4 * MEGABYTE, "{his}");
    assert_eq!(units(&his["charged"]), cost(proven));
}

#[test]
fn a_provider_that_is_killed_goes_on_under_the_same_session() {
    let world = World::new();
    let (alice, mut bob) = linked(&world, &[]);
    let server = Server::start();
    let way = route(&alice, &[&bob], 1);
    let mut broken = begin(&way, &server.slow_url(20 * MEGABYTE), 3_000_000);
    bob.kill_and_restart();
    let mut rest = Vec::new();
    assert!(broken.read_to_end(&mut rest).is_err(), "its stream is gone");
    until("the link", || alice.is_linked().then_some(()));
    download(&way, &server, 2 * MEGABYTE);
    let ends = close(&alice, &way);
    assert_eq!(ends[0]["together"], true, "{ends}");
    let (hers, his) = (session(&alice, &way, 0), session(&bob, &way, 0));
    let lost = bytes(&hers["counted"]) - bytes(&his["counted"]);
    assert!(lost <= UNIT, "what a kill makes a provider forget: {lost}");
    assert_eq!(units(&his["paid"]), cost(bytes(&his["proven"]["provider"])));
}

#[test]
fn a_provider_whose_client_is_gone_closes_alone_and_is_paid_what_it_can_prove() {
    let world = World::new();
    let (mut alice, bob) = linked(&world, &[]);
    let server = Server::start();
    let way = route(&alice, &[&bob], 1);
    let before = world.holds(bob.account());
    let broken = begin(&way, &server.slow_url(20 * MEGABYTE), 3_000_000);
    alice.kill();
    drop(broken);
    let his = until("the stream's end", || {
        let his = session(&bob, &way, 0);
        (his["streams"] == 0).then_some(his)
    });
    assert!(
        at_stake(&his) <= UNIT,
        "served and not proven: at most a unit, {his}"
    );
    let end = bob.post(
        &format!("sessions/{}/end", his["id"].as_str().unwrap()),
        &json!({}),
    );
    assert_eq!(
        (&end["together"], &end["session"]["state"]),
        (&json!(false), &json!("closing"))
    );
    world.mine(24);
    let his = wait_for_state(&bob, &way, "ended");
    let paid = units(&his["paid"]);
    assert_eq!(paid, cost(bytes(&his["proven"]["provider"])), "{his}");
    assert_eq!(world.holds(bob.account()) - before, paid);
    // Who comes back finds it settled, and the rest in its wallet.
    alice.restart();
    let hers = wait_for_state(&alice, &way, "ended");
    assert_eq!(units(&hers["paid"]), paid);
}

#[test]
fn a_client_whose_provider_is_gone_closes_alone_and_has_the_rest_back() {
    let world = World::new();
    let (alice, mut bob) = linked(&world, &[]);
    let server = Server::start();
    let before = world.holds(alice.account());
    let way = route(&alice, &[&bob], 1);
    download(&way, &server, 2 * MEGABYTE);
    bob.kill();
    let ends = close(&alice, &way);
    assert_eq!(ends[0]["together"], false, "{ends}");
    assert_eq!(ends[0]["session"]["state"], "closing", "{ends}");
    world.mine(30);
    let hers = wait_for_state(&alice, &way, "ended");
    assert_eq!(before - world.holds(alice.account()), units(&hers["charged"]));
    assert!(units(&hers["charged"]) <= cost(2 * MEGABYTE + 2_000));
}

#[test]
fn a_close_that_hides_what_was_used_is_answered_by_the_provider_itself() {
    let world = World::new();
    let (mut alice, mut bob) = linked(&world, &[]);
    let server = Server::start();
    let way = route(&alice, &[&bob], 1);
    download(&way, &server, 3 * MEGABYTE);
    until("the last word", || {
        (at_stake(&session(&bob, &way, 0)) == 0).then_some(())
    });
    let before = world.holds(bob.account());
    // Both are away while alice's key closes as if nothing had been used; then bob comes back.
    alice.kill();
    bob.kill();
    let wallet = LocalWallet::new(
        signing_key_from_phrase(PHRASE, 1).unwrap(),
        HttpProvider::new(&world.anvil.url).unwrap(),
    );
    let contract = MeteredSessions::new(world.sessions);
    let chain = Chain::new(
        HttpProvider::new(&world.anvil.url).unwrap(),
        Hub::new(world.sessions),
    );
    let call = contract.close(&key_of_only_session(&world), 0, None);
    world
        .block_on(chain.send(&wallet, &call, wallet.address()))
        .unwrap();
    bob.restart();
    wait_for_state(&bob, &way, "closing");
    let known = bytes(&session(&bob, &way, 0)["proven"]["provider"]);
    assert!(known > 3 * MEGABYTE);
    until_shown(&world, known);
    world.mine(24);
    let his = wait_for_state(&bob, &way, "ended");
    assert!(units(&his["paid"]) >= cost(3 * MEGABYTE), "{his}");
    assert_eq!(world.holds(bob.account()) - before, units(&his["paid"]));
}

#[test]
fn a_deposit_that_is_used_up_stops_the_traffic_or_is_topped_up_to_the_limit() {
    let world = World::new();
    let (alice, bob) = linked(&world, &[]);
    let server = Server::start();
    // 5 MB are paid for at a time.
    let with = |when_low: &str| {
        let mut wanted = wanted(&[&bob], 1);
        wanted["deposit"] = json!(cost(5 * MEGABYTE).to_string());
        wanted["limit"] = json!(cost(12 * MEGABYTE).to_string());
        wanted["whenLow"] = json!(when_low);
        alice.post("routes", &wanted)
    };
    let way = with("stop");
    let mut answer = begin(&way, &server.url(9 * MEGABYTE), 1_000_000);
    until("the deposit's end", || {
        (bytes(&session(&alice, &way, 0)["counted"]) == 5 * MEGABYTE).then_some(())
    });
    let stopped = session(&alice, &way, 0);
    assert_eq!(
        (&stopped["room"], &stopped["state"]),
        (&json!(0), &json!("active"))
    );
    // By hand it goes on where it stopped.
    let id = stopped["id"].as_str().unwrap();
    alice.post(
        &format!("sessions/{id}/deposit"),
        &json!({ "amount": cost(7 * MEGABYTE).to_string() }),
    );
    let mut rest = Vec::new();
    answer.read_to_end(&mut rest).unwrap();
    assert_eq!(rest.len(), 8_000_000);
    let more = json!({ "amount": cost(MEGABYTE).to_string() });
    assert_eq!(
        alice.refused(&format!("sessions/{id}/deposit"), &more),
        "above_limit"
    );
    assert_eq!(close(&alice, &way)[0]["together"], true);

    let way = with("top_up");
    download(&way, &server, 9 * MEGABYTE);
    until("5, 10, and the limit", || {
        let deposit = units(&session(&alice, &way, 0)["deposit"]);
        (deposit == cost(12 * MEGABYTE)).then_some(())
    });
    assert_eq!(close(&alice, &way)[0]["together"], true);
    let events = alice.events();
    assert!(events.contains("session_low"), "{events}");
}

#[test]
fn a_provider_ends_a_session_too_and_takes_no_more_than_it_offers() {
    let world = World::new();
    let (alice, bob) = linked(&world, &["--provide-sessions", "1"]);
    let carol = world.node("carol", 3);
    carol.connect(&bob);
    let server = Server::start();
    let way = route(&alice, &[&bob], 1);
    download(&way, &server, MEGABYTE);
    assert_eq!(carol.refused("routes", &wanted(&[&bob], 1)), "refused");
    let id = way["sessions"][0].as_str().unwrap();
    let end = bob.post(&format!("sessions/{id}/end"), &json!({}));
    assert_eq!(end["together"], true, "{end}");
    wait_for_state(&alice, &way, "ended");
    assert!(
        through(&way).get(server.url(1)).send().is_err(),
        "nothing passes any more"
    );
    let again = route(&carol, &[&bob], 1);
    download(&again, &server, MEGABYTE);
}

#[test]
fn both_may_end_a_session_at_once() {
    let world = World::new();
    let (alice, bob) = linked(&world, &[]);
    let server = Server::start();
    let before = world.holds(bob.account());
    let way = route(&alice, &[&bob], 1);
    download(&way, &server, MEGABYTE);
    let path = format!("sessions/{}/end", way["sessions"][0].as_str().unwrap());
    let (hers, his) = std::thread::scope(|scope| {
        let his = scope.spawn(|| bob.ask(Method::POST, &path, None));
        let hers = alice.ask(Method::POST, &path, None);
        (hers, his.join().unwrap())
    });
    for (status, answer) in [&hers, &his] {
        // Who came second may find that it is over.
        assert!([200, 409].contains(status), "{answer}");
    }
    assert!(hers.0 == 200 || his.0 == 200);
    wait_for_state(&alice, &way, "ended");
    let his = wait_for_state(&bob, &way, "ended");
    assert_eq!(world.holds(bob.account()) - before, cost(bytes(&his["counted"])));
}

#[test]
fn a_session_that_nobody_uses_is_ended_by_its_provider() {
    let world = World::new();
    let (alice, bob) = linked(&world, &["--provide-idle", "2"]);
    let server = Server::start();
    let before = world.holds(bob.account());
    let way = route(&alice, &[&bob], 1);
    download(&way, &server, MEGABYTE);
    // A block comes now and then, as it does everywhere.
    until("the end", || {
        world.mine(1);
        (session(&bob, &way, 0)["state"] == "ended").then_some(())
    });
    let his = session(&bob, &way, 0);
    assert!(bytes(&his["counted"]) > MEGABYTE);
    assert_eq!(world.holds(bob.account()) - before, cost(bytes(&his["counted"])));
}

#[test]
fn what_makes_no_sense_is_refused_and_costs_nothing() {
    let world = World::new();
    let bob = world.node_with("bob", 2, &["--provide", "--provide-price", "0.01"]);
    let alice = world.node("alice", 1);
    alice.connect(&bob);
    let before = world.holds(alice.account());
    let good = wanted(&[&bob], 1);
    let with = |field: &str, value: Value| {
        let mut wanted = good.clone();
        wanted[field] = value;
        wanted
    };
    let own = format!("{:#x}", alice.account());
    let his = &good["providers"][0];
    for (wanted, code) in [
        (with("providers", json!([])), "malformed"),
        (with("providers", json!([his, his])), "malformed"),
        (with("providers", json!([own])), "peer_unreachable"),
        (
            with("providers", json!(["0x00000000000000000000000000000000000000aa"])),
            "peer_unreachable",
        ),
        (with("maxPrice", json!("0")), "malformed"),
        (with("maxPrice", json!((PRICE - 1).to_string())), "refused"),
        (with("limit", json!("0")), "malformed"),
        (with("deposit", json!(cost(UNIT - 1).to_string())), "malformed"),
        (with("deposit", json!(thd(2))), "malformed"),
        (with("limit", json!(thd(2_000))), "insufficient_funds"),
        (with("port", json!(alice.port)), "refused"),
        (with("whenLow", json!("later")), "malformed"),
    ] {
        assert_eq!(alice.refused("routes", &wanted), code, "{wanted}");
    }
    assert_eq!(world.holds(alice.account()), before);
    let carol = world.node("carol", 3);
    alice.connect(&carol);
    assert_eq!(
        alice.refused("routes", &wanted(&[&carol], 1)),
        "refused",
        "she serves none"
    );

    // Who was refused for want of money is not kept waiting for what it did not deposit; private networks are not reached.
    until("the place", || {
        let (status, _) = alice.ask(Method::POST, "routes", Some(&good));
        world.mine(1);
        (status == 201).then_some(())
    });
    let way = alice.get("routes")[0].clone();
    let server = Server::start();
    let refused = through(&way).get(server.url(1)).send();
    assert!(refused.is_err(), "{refused:?}");
    let counted = &session(&alice, &way, 0)["counted"];
    assert_eq!(counted, 0, "and cost nothing");
}

#[test]
fn an_offer_that_makes_no_sense_stops_the_node_at_its_start() {
    let world = World::new();
    for (arguments, says) in [
        (&["--provide"][..], "--provide-price"),
        (&["--provide", "--provide-price", "0"], "price is zero"),
        (&["--provide", "--provide-price", "much"], "--provide-price"),
        (
            &["--provide", "--provide-price", "1", "--provide-unit", "0"],
            "unit is zero",
        ),
        (
            &["--provide", "--provide-price", "1", "--provide-token", "GOLD"],
            "--provide-token",
        ),
        (
            &["--provide", "--provide-price", "1", "--provide-period", "0"],
            "period",
        ),
        (
            &[
                "--provide",
                "--provide-price",
                "1",
                "--provide-tolerance",
                "1000000",
            ],
            "tolerance",
        ),
    ] {
        let data = world.directory.path().join("odd");
        let mut node = command(&data, &world.book(), &world.anvil.url, 0);
        node.args(arguments).stdout(std::process::Stdio::null());
        let mut node = node.spawn().unwrap();
        let since = std::time::Instant::now();
        let ended = loop {
            match node.try_wait().unwrap() {
                None if since.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
                ended => break ended,
            }
        };
        node.kill().ok();
        assert!(ended.is_some_and(|status| !status.success()), "{arguments:?}");
        let log = crate::support::node::log(&data);
        assert!(log.contains(says), "{arguments:?}: {log}");
    }
}
