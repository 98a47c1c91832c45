//! Accounts between nodes that serve each other: nothing is sent below the payment threshold, debtors pay by themselves above it,
//! service stops at the disconnect threshold, and three in a ring swap their debts.

use crate::support::{Node, World, cli::cli, thd, units, until};
use reqwest::Method;
use serde_json::{Value, json};

const WHOLE: u128 = 10_u128.pow(18);

fn with(other: &Node) -> String {
    format!("accounts/{:#x}", other.account())
}

/// Nothing is sent up to 10, service stops at 20.
fn triggers() -> Value {
    json!({ "paymentThreshold": thd(10), "disconnectThreshold": thd(20) })
}

fn set(node: &Node, other: &Node, triggers: &Value) -> (u16, Value) {
    let wanted = json!({ "triggers": triggers });
    node.ask(Method::PUT, &with(other), Some(&wanted))
}

/// Both open the account.
fn open(one: &Node, other: &Node, triggers: &Value) {
    for (node, peer) in [(one, other), (other, one)] {
        let (status, answer) = set(node, peer, triggers);
        assert_eq!(status, 200, "{answer}");
    }
}

/// A channel that both can pay in, with 100 THD of each.
fn channel(one: &Node, other: &Node) -> String {
    let id = one.open_with(other, 100, "refute");
    other.post(&format!("channels/{id}/deposit"), &json!({ "amount": thd(100) }));
    until("the deposit", || {
        (one.channel(&id)["deposit"]["theirs"] == thd(100)).then_some(())
    });
    id
}

fn two() -> (World, Node, Node, String) {
    let world = World::new();
    let (alice, bob) = (world.node("alice", 1), world.node("bob", 2));
    alice.connect(&bob);
    let id = channel(&alice, &bob);
    open(&alice, &bob, &triggers());
    (world, alice, bob, id)
}

/// Books so much in all for what was served.
fn book(server: &Node, served: &Node, whole: u64) -> (u16, Value) {
    let booking = json!({ "total": thd(whole) });
    server.ask(
        Method::POST,
        &format!("{}/bookings", with(served)),
        Some(&booking),
    )
}

/// Books, and waits until the other node knows.
fn serve(server: &Node, served: &Node, whole: u64) {
    let (status, answer) = book(server, served, whole);
    assert_eq!(status, 200, "{answer}");
    until("the booking", || {
        (served.get(&with(server))["served"]["theirs"] == thd(whole)).then_some(())
    });
}

/// What `debtor` owes, in whole tokens.
fn debt(debtor: &Node, creditor: &Node) -> u128 {
    units(&debtor.get(&with(creditor))["owes"]["mine"]) / WHOLE
}

fn paid(payer: &Node, payee: &Node) -> u128 {
    units(&payer.get(&with(payee))["paid"]["mine"]) / WHOLE
}

fn wait_paid(payer: &Node, payee: &Node, whole: u64) {
    until("the payment", || {
        let here = payer.get(&with(payee))["paid"]["mine"] == thd(whole);
        let there = payee.get(&with(payer))["paid"]["theirs"] == thd(whole);
        (here && there).then_some(())
    });
}

/// Long enough for what should not come: each node has read the chain three times, and done its duties in between.
fn settle(world: &World, nodes: &[&Node]) {
    for _ in 0..3 {
        let block = |node: &Node| node.get("info")["chain"]["block"].as_u64();
        let before: Vec<_> = nodes.iter().map(|node| block(node)).collect();
        world.mine(1);
        for (node, before) in nodes.iter().zip(before) {
            until("the block", || (block(node) > before).then_some(()));
        }
    }
}

fn news(node: &Node) -> Vec<String> {
    let events = node
        .request(Method::GET, "events")
        .header("last-event-id", "0")
        .timeout(std::time::Duration::from_millis(500))
        .send()
        .unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(events));
    let data = lines
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data:")?.trim()).ok());
    let accounts = data.filter(|event| event["kind"] == "account");
    accounts
        .map(|event| event["news"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn two_that_serve_each_other_pay_the_difference_and_only_when_it_is_worth_it() {
    let (world, alice, bob, id) = two();
    // 9 one way and 4 the other: nothing is sent.
    serve(&bob, &alice, 9);
    serve(&alice, &bob, 4);
    settle(&world, &[&alice, &bob]);
    assert_eq!((debt(&alice, &bob), paid(&alice, &bob)), (5, 0));
    assert_eq!(alice.channel(&id)["paid"]["mine"], "0");
    // Bob serves 6 more: 11 are owed, and paid at once and whole.
    let since = std::time::Instant::now();
    serve(&bob, &alice, 15);
    wait_paid(&alice, &bob, 11);
    println!("from the booking to the payment: {:?}", since.elapsed());
    // It is the first one, so below the threshold there was none.
    let history = alice.get(&format!("history?channel={id}"));
    let payments = history.as_array().unwrap().iter();
    let payments: Vec<_> = payments.filter(|entry| entry["kind"] == "paid").collect();
    assert_eq!(payments.len(), 1, "{history}");
    assert_eq!(
        (&payments[0]["amount"], &payments[0]["payments"]),
        (&json!(thd(11)), &json!(1))
    );
    assert_eq!((debt(&alice, &bob), debt(&bob, &alice)), (0, 0));
    // What is said again is nothing new, and what was booked never falls.
    assert_eq!(book(&bob, &alice, 15).0, 200);
    assert_eq!(book(&bob, &alice, 14).1["code"], "idempotency_mismatch");
    // The other way round.
    serve(&alice, &bob, 20);
    wait_paid(&bob, &alice, 16);
    assert_eq!((paid(&alice, &bob), paid(&bob, &alice)), (11, 16));

    // Only the last claims go to the chain: 100 - 11 + 16.
    let before = (world.holds(alice.account()), world.holds(bob.account()));
    let sent = world.ask("eth_getTransactionCount", json!([alice.account(), "latest"]));
    alice.post(&format!("channels/{id}/close"), &json!({ "alone": true }));
    bob.wait_for(&id, "closing");
    world.mine(30);
    alice.post(&format!("channels/{id}/withdraw"), &json!({}));
    until("the money", || {
        let now = (world.holds(alice.account()), world.holds(bob.account()));
        (now.0 - before.0 == 105 * WHOLE && now.1 - before.1 == 95 * WHOLE).then_some(())
    });
    let number = |text: &Value| u64::from_str_radix(&text.as_str().unwrap()[2..], 16).unwrap();
    let after = world.ask("eth_getTransactionCount", json!([alice.account(), "latest"]));
    assert_eq!(number(&after) - number(&sent), 2, "a close and a settlement");
    assert_eq!(alice.get(&with(&bob))["state"], "paused");
    assert_eq!(book(&alice, &bob, 21).1["code"], "wrong_phase");
}

#[test]
fn service_stops_at_the_disconnect_threshold_and_goes_on_once_it_is_paid() {
    let (_world, mut alice, bob, _) = two();
    alice.kill();
    until("the link's end", || (!bob.is_linked()).then_some(()));
    let path = bob.get("accounts")[0]["with"].as_str().unwrap().to_owned();
    let book_by_path = |whole| {
        let booking = json!({ "total": thd(whole) });
        bob.ask(Method::POST, &format!("accounts/{path}/bookings"), Some(&booking))
    };
    assert_eq!(book_by_path(17).0, 200);
    let (status, refusal) = book_by_path(21);
    assert_eq!((status, &refusal["code"]), (422, &json!("above_limit")));
    assert!(refusal["detail"].as_str().unwrap().contains("service stops"));
    assert_eq!(bob.get("accounts")[0]["state"], "stopped");
    alice.restart();
    wait_paid(&alice, &bob, 17);
    until("service", || {
        (bob.get("accounts")[0]["state"] == "open").then_some(())
    });
    assert_eq!(book_by_path(21).0, 200);
    let news = news(&bob);
    for one in ["stopped", "resumed"] {
        assert!(news.iter().any(|news| news == one), "{news:?}");
    }
}

#[test]
fn who_lets_less_be_owed_than_the_other_pays_at_once_is_paid_when_it_stops() {
    let world = World::new();
    let (alice, bob) = (world.node("alice", 1), world.node("bob", 2));
    alice.connect(&bob);
    channel(&alice, &bob);
    let wary = json!({ "paymentThreshold": thd(2), "disconnectThreshold": thd(6) });
    assert_eq!(set(&bob, &alice, &wary).0, 200);
    until("the offer", || {
        news(&alice).iter().any(|news| news == "offered").then_some(())
    });
    assert_eq!(set(&alice, &bob, &triggers()).0, 200);
    serve(&bob, &alice, 5);
    assert_eq!(book(&bob, &alice, 7).1["code"], "above_limit");
    wait_paid(&alice, &bob, 5);
    serve(&bob, &alice, 7);
}

#[test]
fn a_debtor_that_is_killed_while_it_pays_pays_once() {
    let (world, mut alice, bob, _) = two();
    let mut total = 0;
    for round in 0..6 {
        total += 11;
        assert_eq!(book(&bob, &alice, total).0, 200);
        std::thread::sleep(std::time::Duration::from_millis(round * 7));
        alice.kill_and_restart();
        wait_paid(&alice, &bob, total);
    }
    settle(&world, &[&alice, &bob]);
    assert_eq!(u128::from(total), paid(&alice, &bob));
    assert_eq!((debt(&alice, &bob), debt(&bob, &alice)), (0, 0));
}

/// Changes what a node that is not running has booked for another one.
fn forge(node: &Node, served: u64) {
    let files = std::fs::read_dir(&node.data).unwrap();
    let store = files
        .map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|kind| kind == "sqlite"));
    let store = rusqlite::Connection::open(store.unwrap()).unwrap();
    let (key, value): (String, String) = store
        .query_row(
            "select key, value from records where key like 'account/%'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    let mut book: Value = serde_json::from_str(&value).unwrap();
    book["served"]["mine"] = json!(thd(served));
    store
        .execute(
            "update records set value = ?1 where key = ?2",
            [book.to_string(), key],
        )
        .unwrap();
}

#[test]
fn a_creditor_that_books_more_than_may_be_owed_is_not_believed() {
    let (world, alice, mut bob, _) = two();
    serve(&bob, &alice, 8);
    bob.kill();
    forge(&bob, 1_000_000);
    bob.restart();
    until("the dispute", || {
        (alice.get(&with(&bob))["disputed"] == thd(999_992)).then_some(())
    });
    settle(&world, &[&alice, &bob]);
    assert_eq!((debt(&alice, &bob), paid(&alice, &bob)), (8, 0));
    assert!(news(&alice).iter().any(|news| news == "disputed"));
    // Within the bound it is believed: so much a creditor that lies can take at once.
    bob.kill();
    forge(&bob, 20);
    bob.restart();
    settle(&world, &[&alice, &bob]);
    assert_eq!(paid(&alice, &bob), 0, "what it said before stands against it");
}

#[test]
fn a_restored_node_has_its_accounts_again_and_hears_what_it_had_booked() {
    let (world, mut alice, bob, _) = two();
    serve(&bob, &alice, 8);
    serve(&alice, &bob, 2);
    let backup = alice.get("backup");
    serve(&alice, &bob, 5);
    serve(&bob, &alice, 14);
    alice.kill();
    let moved = Node::start(&world, "moved", &[]);
    moved.post("restore", &backup);
    moved.unlock();
    until("what bob knows", || {
        let account = moved.get("accounts")[0].clone();
        let served = [&account["served"]["mine"], &account["served"]["theirs"]];
        (served == [&json!(thd(5)), &json!(thd(14))]).then_some(())
    });
    assert_eq!((debt(&moved, &bob), paid(&moved, &bob)), (9, 0));
}

#[test]
fn triggers_and_channels_that_make_no_sense_are_refused() {
    let world = World::new();
    let (alice, bob, _) = world.with_channel("refute");
    alice.pay("something-else", 1);
    let code = |triggers: &Value| set(&alice, &bob, triggers).1["code"].clone();
    assert_eq!(code(&triggers()), "wrong_phase", "something was paid in it");
    for (field, value) in [
        ("paymentThreshold", json!("0")),
        ("paymentThreshold", json!(thd(20))),
        ("netAbove", json!(thd(10))),
        ("trust", json!({ "percent": 0, "most": thd(50) })),
        ("trust", json!({ "percent": 10, "most": thd(19) })),
        ("trusts", json!(1)),
    ] {
        let mut bad = triggers();
        bad[field] = value;
        assert_eq!(code(&bad), "malformed", "{field}");
    }
    let known = bob.account();
    drop(bob);
    assert_eq!(
        alice.ask(Method::GET, &format!("accounts/{known:#x}"), None).0,
        404
    );
    let missing = format!("accounts/{known:#x}/bookings");
    assert_eq!(alice.refused(&missing, &json!({ "total": "1" })), "not_found");
}

#[test]
fn trust_widens_what_may_be_owed() {
    let (_world, alice, bob, _) = two();
    let mut widening = triggers();
    widening["trust"] = json!({ "percent": 50, "most": thd(30) });
    for (node, other) in [(&alice, &bob), (&bob, &alice)] {
        assert_eq!(set(node, other, &widening).0, 200);
    }
    assert_eq!(book(&bob, &alice, 21).1["code"], "above_limit");
    serve(&bob, &alice, 12);
    wait_paid(&alice, &bob, 12);
    until("trust", || {
        (bob.get(&with(&alice))["threshold"] == thd(26)).then_some(())
    });
    serve(&bob, &alice, 38);
    wait_paid(&alice, &bob, 38);
    until("more trust", || {
        (bob.get(&with(&alice))["threshold"] == thd(30)).then_some(())
    });
    assert_eq!(book(&bob, &alice, 69).1["code"], "above_limit", "and no further");
}

/// Three nodes with accounts between each two of them. The first owes the second 8, the second the third 7, the third the first 9, as
/// far as `last` says.
fn ring(world: &World, net: [Option<u64>; 3]) -> [Node; 3] {
    let nodes = [("a", 1), ("b", 2), ("c", 3)].map(|(name, index)| world.node(name, index));
    let [a, b, c] = &nodes;
    for (one, other) in [(a, b), (b, c), (c, a)] {
        one.connect(other);
        channel(one, other);
    }
    for (index, node) in nodes.iter().enumerate() {
        let mut triggers = triggers();
        if let Some(above) = net[index] {
            triggers["netAbove"] = json!(thd(above));
        }
        for other in nodes.iter().filter(|other| other.port != node.port) {
            assert_eq!(set(node, other, &triggers).0, 200);
        }
    }
    serve(b, a, 8);
    serve(c, b, 7);
    nodes
}

fn debts([a, b, c]: &[Node; 3]) -> [u128; 3] {
    [debt(a, b), debt(b, c), debt(c, a)]
}

/// What is owed round the ring, as the creditors have it.
fn claims([a, b, c]: &[Node; 3]) -> [u128; 3] {
    [(b, a), (c, b), (a, c)]
        .map(|(creditor, debtor)| units(&creditor.get(&with(debtor))["owes"]["theirs"]) / WHOLE)
}

#[test]
fn three_in_a_ring_swap_their_debts_and_nothing_is_paid_for_them() {
    let world = World::new();
    let nodes = ring(&world, [Some(5); 3]);
    let [a, b, c] = &nodes;
    // The last of the three debts closes the ring.
    let since = std::time::Instant::now();
    serve(a, c, 9);
    until("the swap", || {
        (debts(&nodes) == [1, 0, 2] && claims(&nodes) == [1, 0, 2]).then_some(())
    });
    println!("from the third booking to the swap: {:?}", since.elapsed());
    for node in &nodes {
        let swaps = node.get("swaps");
        assert_eq!(
            (&swaps[0]["amount"], &swaps[0]["state"]),
            (&json!(thd(7)), &json!("complete"))
        );
        assert_eq!(swaps.as_array().unwrap().len(), 1);
        assert!(news(node).iter().any(|news| news == "netted"));
        for channel in node.get("channels").as_array().unwrap() {
            assert_eq!(channel["paid"]["mine"], "0", "nothing was sent");
        }
    }
    // On the chain: what is owed beyond the ring is paid in one claim, and that is all.
    serve(b, a, 18);
    wait_paid(a, b, 11);
    let id = a.get(&with(b))["channel"].as_str().unwrap().to_owned();
    let before = world.holds(b.account());
    b.post(&format!("channels/{id}/close"), &json!({}));
    until("the money", || {
        (world.holds(b.account()) - before == 111 * WHOLE).then_some(())
    });
}

#[test]
fn where_one_does_not_agree_nothing_is_swapped() {
    let world = World::new();
    let nodes = ring(&world, [Some(5), Some(5), None]);
    let [a, b, c] = &nodes;
    serve(a, c, 9);
    settle(&world, &[a, b, c]);
    assert_eq!(debts(&nodes), [8, 7, 9]);
    // By hand neither: whom it owes is asked nothing.
    let refused = c.refused(&format!("{}/net", with(a)), &json!({}));
    assert_eq!(refused, "refused");
    // The other two ask it by themselves, and it refuses.
    until("the refusal", || {
        let swaps = b.get("swaps");
        (swaps[0]["state"] == "refused").then_some(())
    });
    for node in &nodes {
        let swaps = node.get("swaps");
        let all = swaps.as_array().unwrap();
        assert!(all.iter().all(|swap| swap["state"] == "refused"), "{swaps}");
    }
    assert_eq!(debts(&nodes), [8, 7, 9]);

    // It agrees, but nobody looks for a ring by itself: no debt is above 9. Then it is asked to.
    for (node, other) in [(a, b), (a, c), (b, a), (b, c), (c, a), (c, b)] {
        let account = format!("{:#x}", other.account());
        let shown = cli(node, &["account", &account, "--net-above", "9"]).good();
        assert!(shown.contains("debts above 9 THD"), "{shown}");
    }
    settle(&world, &[a, b, c]);
    assert_eq!(debts(&nodes), [8, 7, 9]);
    let shown = cli(c, &["account", &format!("{:#x}", a.account()), "--net"]).good();
    assert!(shown.contains("9 THD by this node"), "{shown}");
    until("the swap", || (debts(&nodes) == [1, 0, 2]).then_some(()));
    let swaps = cli(c, &["swaps"]).good();
    assert!(swaps.contains("7 THD") && swaps.contains("complete"), "{swaps}");
    let accounts = cli(c, &["accounts"]).good();
    assert!(accounts.contains("2 THD"), "{accounts}");
}

#[test]
fn killing_one_in_the_middle_of_a_swap_loses_nothing() {
    let world = World::new();
    let mut nodes = ring(&world, [Some(5); 3]);
    let mut served = [8, 7, 2];
    for round in 0..9 {
        // Round the ring, each debt rises by 7: the last one closes it.
        if round > 0 {
            served[0] += 7;
            served[1] += 7;
            serve(&nodes[1], &nodes[0], served[0]);
            serve(&nodes[2], &nodes[1], served[1]);
        }
        served[2] += 7;
        assert_eq!(book(&nodes[0], &nodes[2], served[2]).0, 200);
        std::thread::sleep(std::time::Duration::from_millis([0, 12, 25][round / 3]));
        nodes[round % 3].kill_and_restart();
        until("the swap", || {
            (debts(&nodes) == [1, 0, 2] && claims(&nodes) == [1, 0, 2]).then_some(())
        });
    }
    for node in &nodes {
        for account in node.get("accounts").as_array().unwrap() {
            assert_eq!(account["paid"]["mine"], "0", "nothing was sent");
            let netted = [&account["netted"]["mine"], &account["netted"]["theirs"]].map(units);
            assert_eq!(netted.iter().sum::<u128>(), 63 * WHOLE);
        }
    }
}
