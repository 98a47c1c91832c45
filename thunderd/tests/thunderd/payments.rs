//! Paying between two nodes that are linked to each other.

use crate::support::{World, thd, units, until};
use reqwest::Method;
use serde_json::json;

#[test]
fn two_nodes_pay_each_other_and_end_together() {
    let world = World::new();
    let (alice, bob, id) = world.with_channel("forfeit");
    assert_eq!(alice.channel(&id)["period"], 24);

    let paid = alice.pay("first", 5);
    assert_eq!(
        (&paid["delivery"], &paid["repeated"]),
        (&json!("delivered"), &json!(false))
    );
    assert_eq!(
        bob.channel(&id)["balance"]["mine"],
        thd(5),
        "delivered means that it is stored there"
    );
    let back = bob.pay("back", 2);
    assert_eq!(back["delivery"], "delivered");
    assert_eq!(alice.channel(&id)["balance"]["mine"], thd(97));

    let (before_a, before_b) = (world.holds(alice.account()), world.holds(bob.account()));
    let closed = alice.post(&format!("channels/{id}/close"), &json!({}));
    assert_eq!(closed["together"], true, "{closed}");
    bob.wait_for(&id, "settled");
    let whole = 10_u128.pow(18);
    assert_eq!(world.holds(alice.account()) - before_a, 97 * whole);
    assert_eq!(world.holds(bob.account()) - before_b, 3 * whole);
    let kinds: Vec<_> = bob
        .get("history")
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].clone())
        .collect();
    assert_eq!(kinds, ["settled", "paid", "received", "opened"]);
}

#[test]
fn what_is_paid_before_the_other_side_takes_part_arrives_when_it_does() {
    let world = World::new();
    let (alice, bob) = (world.node("alice", 1), world.node("bob", 2));
    alice.connect(&bob);
    let with = format!("{:#x}", bob.account());
    let opened = alice.post("channels", &json!({ "with": with, "amount": thd(100) }));
    let body = json!({ "amount": thd(5), "waitMs": 0 });
    let payment = alice
        .request(Method::POST, "payments")
        .header("idempotency-key", "early")
        .json(&body);
    let payment: serde_json::Value = payment.send().unwrap().json().unwrap();
    // There is no relay that could have it.
    assert_ne!(payment["delivery"], "relayed");
    until("the delivery", || {
        (alice.get("payments/early")["delivery"] == "delivered").then_some(())
    });
    let id = opened["channel"]["id"].as_str().unwrap();
    assert_eq!(bob.channel(id)["balance"]["mine"], thd(5));
}

#[test]
fn a_key_pays_once() {
    let world = World::new();
    let (mut alice, bob, id) = world.with_channel("refute");
    for repeated in [false, true, true] {
        assert_eq!(alice.pay("order", 5)["repeated"], repeated);
    }
    alice.kill_and_restart();
    assert_eq!(alice.pay("order", 5)["repeated"], true, "also after a restart");
    assert_eq!(alice.get("payments/order")["total"], thd(5));
    assert_eq!(alice.pay_units("order", 6).1["code"], "idempotency_mismatch");
    assert_eq!(alice.ask(Method::GET, "payments/other", None).0, 404);
    assert_eq!(bob.channel(&id)["balance"]["mine"], thd(5));
}

#[test]
fn payments_side_by_side_are_all_made_and_none_twice() {
    const EACH: u128 = 40;
    let world = World::new();
    let (alice, bob, id) = world.with_channel("refute");
    alice.pay("some", 50);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (alice, bob) = (&alice, &bob);
            scope.spawn(move || {
                for number in 0..EACH {
                    let key = format!("{thread}-{number}");
                    let payer = if thread % 2 == 0 { alice } else { bob };
                    let (status, answer) = payer.pay_units(&key, 1);
                    assert_eq!(status, 200, "{answer}");
                }
            });
        }
    });
    let paid = alice.channel(&id)["paid"].clone();
    let whole = 10_u128.pow(18);
    assert_eq!(units(&paid["mine"]), 50 * whole + 2 * EACH);
    until("bob's payments", || {
        (units(&alice.channel(&id)["paid"]["theirs"]) == 2 * EACH).then_some(())
    });
    assert_eq!(units(&bob.channel(&id)["paid"]["theirs"]), 50 * whole + 2 * EACH);
}

#[test]
fn requests_memos_and_events_arrive() {
    let world = World::new();
    let (alice, bob, id) = world.with_channel("refute");
    let asked = bob.post("requests", &json!({ "amount": thd(3), "memo": "lunch" }));
    assert_eq!(asked["state"], "open");
    let invoice = until("the request", || {
        alice.get("requests").as_array()?.first().cloned()
    });
    assert_eq!(
        (&invoice["memo"], &invoice["byMe"]),
        (&json!("lunch"), &json!(false))
    );
    let body = json!({ "amount": thd(3), "memo": "enjoy", "request": invoice["number"] });
    let paid = alice
        .request(Method::POST, "payments")
        .header("idempotency-key", "lunch")
        .json(&body)
        .send()
        .unwrap();
    assert_eq!(paid.status(), 200);
    until("the answer", || {
        (bob.get("requests")[0]["state"] == "paid").then_some(())
    });
    let entry = until("the memo", || {
        let entry = bob.get("history?limit=1")[0].clone();
        (entry["memos"] == json!(["enjoy"])).then_some(entry)
    });
    assert_eq!(
        (&entry["kind"], &entry["amount"]),
        (&json!("received"), &json!(thd(3)))
    );

    // Everything since the start, as server-sent events.
    let events = bob
        .request(Method::GET, "events")
        .header("last-event-id", "0")
        .send()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(events));
    let received = lines
        .find(|line| line.as_ref().unwrap().contains("\"received\""))
        .unwrap()
        .unwrap();
    let event: serde_json::Value = serde_json::from_str(received.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(
        (&event["channel"], &event["amount"]),
        (&json!(id), &json!(thd(3)))
    );
}

#[test]
fn what_cannot_be_paid_is_refused_in_words() {
    let world = World::new();
    let (alice, bob, id) = world.with_channel("refute");
    let (status, answer) = alice.pay_units("much", 10_u128.pow(21));
    assert_eq!(
        (status, &answer["code"]),
        (422, &json!("insufficient_funds")),
        "{answer}"
    );
    assert_eq!(alice.pay_units("nothing", 0).1["code"], "malformed");
    assert_eq!(bob.pay_units("broke", 1).1["code"], "insufficient_funds");
    let body = json!({ "amount": "1" });
    let unnamed = alice
        .request(Method::POST, "payments")
        .json(&body)
        .send()
        .unwrap();
    assert_eq!(unnamed.status(), 400);
    assert_eq!(
        alice.refused(&format!("channels/{id}/withdraw"), &json!({})),
        "wrong_phase"
    );
    assert_eq!(
        alice.refused(&format!("channels/{id}/challenge"), &json!({})),
        "wrong_phase"
    );
    assert_eq!(
        alice.refused("channels", &json!({ "with": "0x12", "amount": "1" })),
        "malformed"
    );
    assert_eq!(alice.refused("channels", &json!({ "amuont": "1" })), "malformed");
}
