//! Serving for money: conditions, contracts, bookings, and what happens when the deposit is used up.

use crate::support::{Node, World, thd, units, until};
use reqwest::Method;
use serde_json::{Value, json};

fn conditions(world: &World, when_used_up: &str) -> Value {
    json!({
        "price": thd(1), "token": world.token, "unit": "MB", "model": "pay_per_use",
        "minDeposit": thd(5), "maxBooking": thd(3), "whenUsedUp": when_used_up,
    })
}

/// A client and a provider that are linked, and what the provider offers.
fn two(when_used_up: &str, automatic: bool) -> (World, Node, Node, Value) {
    let world = World::new();
    let (client, provider) = (world.node("client", 1), world.node("provider", 2));
    client.connect(&provider);
    let conditions = conditions(&world, when_used_up);
    let offer = json!({ "conditions": conditions, "maxContracts": 1, "automatic": automatic });
    let (status, answer) = provider.ask(Method::PUT, "offer", Some(&offer));
    assert_eq!(status, 200, "{answer}");
    (world, client, provider, conditions)
}

fn establish(client: &Node, provider: &Node, conditions: &Value, deposit: u64) -> String {
    let provider = format!("{:#x}", provider.account());
    let wanted = json!({ "provider": provider, "conditions": conditions, "deposit": thd(deposit) });
    client.post("contracts", &wanted)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn wait_for(node: &Node, id: &str, state: &str) -> Value {
    until(state, || {
        let (status, contract) = node.ask(Method::GET, &format!("contracts/{id}"), None);
        (status == 200 && contract["state"] == state).then_some(contract)
    })
}

fn book(provider: &Node, id: &str, whole: u64) -> (u16, Value) {
    let booking = json!({ "total": thd(whole) });
    provider.ask(Method::POST, &format!("contracts/{id}/bookings"), Some(&booking))
}

fn wait_paid(provider: &Node, id: &str, whole: u64) {
    until("the payment", || {
        let account = provider.get(&format!("contracts/{id}/account"));
        (account["paid"] == thd(whole)).then_some(())
    });
}

#[test]
fn a_client_reads_the_conditions_agrees_is_served_and_gets_the_rest_back() {
    let (world, client, provider, conditions) = two("close", true);
    let shown = client.get(&format!("peers/{:#x}/conditions", provider.account()));
    assert_eq!(shown, conditions);
    let before = world.holds(client.account());
    let id = establish(&client, &provider, &shown, 10);
    wait_for(&client, &id, "active");
    wait_for(&provider, &id, "active");

    for total in [2, 4, 4, 6] {
        assert_eq!(book(&provider, &id, total).0, 200);
        wait_paid(&provider, &id, total);
    }
    assert_eq!(
        book(&provider, &id, 5).1["code"],
        "idempotency_mismatch",
        "what was booked never falls"
    );
    let account = client.get(&format!("contracts/{id}/account"));
    assert_eq!(
        (&account["paid"], &account["left"]),
        (&json!(thd(6)), &json!(thd(4)))
    );

    let ended = client.post(&format!("contracts/{id}/close"), &json!({}));
    assert_eq!(ended["state"], "ended");
    wait_for(&provider, &id, "ended");
    assert_eq!(before - world.holds(client.account()), 6 * 10_u128.pow(18));
    assert_eq!(book(&provider, &id, 7).1["code"], "wrong_phase");
}

#[test]
fn a_client_hears_in_time_that_little_is_left_and_deposits_more() {
    let (_world, client, provider, conditions) = two("free_tier", true);
    let id = establish(&client, &provider, &conditions, 5);
    wait_for(&provider, &id, "active");
    wait_for(&client, &id, "active");
    for total in [3, 5] {
        assert_eq!(book(&provider, &id, total).0, 200);
        wait_paid(&provider, &id, total);
    }
    let low = until("the event", || {
        let events = client
            .request(Method::GET, "events")
            .header("last-event-id", "0")
            .send()
            .ok()?;
        let lines = std::io::BufRead::lines(std::io::BufReader::new(events));
        lines
            .map_while(Result::ok)
            .find(|line| line.contains("low_balance"))
    });
    assert!(low.contains(&id));
    wait_for(&provider, &id, "free_tier");
    assert_eq!(book(&provider, &id, 6).1["code"], "insufficient_funds");
    client.post(&format!("contracts/{id}/deposit"), &json!({ "amount": thd(4) }));
    wait_for(&provider, &id, "active");
    assert_eq!(book(&provider, &id, 6).0, 200);
    wait_paid(&provider, &id, 6);
}

#[test]
fn a_used_up_deposit_closes_the_channel_and_is_collected() {
    let (world, client, provider, conditions) = two("close", true);
    let before = world.holds(provider.account());
    let id = establish(&client, &provider, &conditions, 5);
    wait_for(&provider, &id, "active");
    wait_for(&client, &id, "active");
    for total in [3, 5] {
        assert_eq!(book(&provider, &id, total).0, 200);
        wait_paid(&provider, &id, total);
    }
    wait_for(&provider, &id, "ended");
    wait_for(&client, &id, "ended");
    until("the money", || {
        (world.holds(provider.account()) - before == 5 * 10_u128.pow(18)).then_some(())
    });
}

#[test]
fn a_provider_decides_and_serves_no_more_than_it_offers() {
    let (_world, client, provider, conditions) = two("close", false);
    let first = establish(&client, &provider, &conditions, 5);
    wait_for(&provider, &first, "proposed");
    provider.post(&format!("contracts/{first}/decline"), &json!({}));
    wait_for(&client, &first, "declined");

    let second = establish(&client, &provider, &conditions, 5);
    wait_for(&provider, &second, "proposed");
    provider.post(&format!("contracts/{second}/accept"), &json!({}));
    wait_for(&client, &second, "active");
    // The one place is taken.
    let third = establish(&client, &provider, &conditions, 5);
    wait_for(&client, &third, "declined");
    // Other conditions than the published ones buy nothing.
    let mut cheap = conditions.clone();
    cheap["price"] = json!("1");
    let cheap = establish(&client, &provider, &cheap, 5);
    wait_for(&client, &cheap, "declined");
    assert_eq!(
        client.refused(&format!("contracts/{second}/accept"), &json!({})),
        "wrong_phase"
    );
}

#[test]
fn a_provider_gets_no_more_at_once_than_was_agreed_and_a_restart_pays_nothing_twice() {
    let (_world, mut client, mut provider, conditions) = two("close", true);
    let id = establish(&client, &provider, &conditions, 10);
    wait_for(&provider, &id, "active");
    wait_for(&client, &id, "active");
    assert_eq!(book(&provider, &id, 4).1["code"], "above_limit");
    client.kill();
    until("the link's end", || (!provider.is_linked()).then_some(()));
    assert_eq!(book(&provider, &id, 3).0, 200);
    assert_eq!(
        book(&provider, &id, 6).1["code"],
        "above_limit",
        "nothing more before that is paid"
    );
    provider.kill_and_restart();
    client.restart();
    wait_paid(&provider, &id, 3);
    client.kill_and_restart();
    until("the link", || client.is_linked().then_some(()));
    assert_eq!(book(&provider, &id, 4).0, 200);
    wait_paid(&provider, &id, 4);
    let paid = client.get(&format!("contracts/{id}/account"))["paid"].clone();
    assert_eq!(units(&paid), 4 * 10_u128.pow(18));
}

#[test]
fn conditions_that_make_no_sense_are_not_published() {
    let world = World::new();
    let node = world.node("node", 1);
    for (field, value) in [
        ("price", json!("0")),
        ("unit", json!("")),
        ("maxBooking", json!("1")),
        ("token", json!(format!("0x{}", "7".repeat(40)))),
    ] {
        let mut bad = conditions(&world, "close");
        bad[field] = value;
        let offer = json!({ "conditions": bad, "maxContracts": 1, "automatic": true });
        let (status, answer) = node.ask(Method::PUT, "offer", Some(&offer));
        assert_eq!((status, &answer["code"]), (400, &json!("malformed")), "{field}");
    }
    assert_eq!(node.ask(Method::GET, "offer", None).0, 404);
    let stranger = format!("peers/0x{}/conditions", "1".repeat(40));
    assert_eq!(
        node.ask(Method::GET, &stranger, None).1["code"],
        "peer_unreachable"
    );
}
