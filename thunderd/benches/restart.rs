//! Starting again with ten thousand open channels and a million past payments: from `kill -9` to answering, and to the next payment.
//!
//! The channels are real ones of a real chain. Only what would take hours is made instead of lived through: one channel lives, and
//! its record and history become the others', each with claims of its own that both sides have signed.
//!
//! `cargo xtask bench node` runs it; the last line is JSON. `CHANNELS` makes it another number.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../tests/thunderd/support/mod.rs"]
#[allow(dead_code)]
mod support;

use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::time::Instant;
use support::{Node, World, until, world::PHRASE};
use thunder_channel::{
    Address, Amount, Authorization, ChannelId, ChannelKey, Claim, Domain, PaymentKeyRequest, SignedClaim,
    SigningKey, TypedMessage,
};
use thunder_ethereum::{Call, Hub, Token, signing_key_from_phrase};

/// Entries of each channel's history, all of them payments.
const PAYMENTS: u64 = 100;
/// Openings in one block.
const IN_A_BLOCK: usize = 100;
/// Blocks since the last opening.
const LONG_AGO: u64 = 50;
/// Payments one after the other, once it runs again.
const AFTERWARDS: u64 = 500;

fn main() {
    let channels = std::env::var("CHANNELS").map_or(10_000, |text| text.parse().unwrap());
    let world = World::new();
    let (mut alice, bob) = (world.node("alice", 1), world.node("bob", 2));
    alice.connect(&bob);
    let id = alice.open_with(&bob, 1, "refute");
    for number in 0..PAYMENTS {
        // Different amounts, which no entry takes together; there and less of it back.
        let (payer, amount) = if number % 2 == 0 {
            (&alice, 1_000 + number)
        } else {
            (&bob, number)
        };
        let (status, paid) = payer.pay_units(&format!("past-{number}"), amount.into());
        assert_eq!((status, &paid["delivery"]), (200, &json!("delivered")), "{paid}");
    }
    assert!(alice.stop().success());
    multiply(&world, &alice, &id, channels - 1);

    let since = Instant::now();
    alice.restart();
    let started = alice.get("info");
    let restart = since.elapsed();
    assert_eq!(started["channels"].as_array().unwrap().len(), channels);
    assert_eq!(started["chain"]["fresh"], true);
    until("the link", || alice.is_linked().then_some(()));
    let first = pay(&alice, &id, 0);
    let paying = since.elapsed();
    let mut times: Vec<_> = (1..=AFTERWARDS).map(|number| pay(&alice, &id, number)).collect();
    times.sort_by(f64::total_cmp);

    let round = |figure: f64| (figure * 10.0).round() / 10.0;
    let figures = json!({
        "channels": channels, "past_payments": channels as u64 * PAYMENTS,
        "restart_with_channels_ms": restart.as_millis(), "restart_to_first_payment_ms": paying.as_millis(),
        "first_payment_ms": round(first), "payment_with_channels_ms_p50": round(times[times.len() / 2]),
        "resident_mib": resident_kib(&alice) / 1_024,
    });
    println!("{figures}");
}

/// Pays one unit; how long it took until the other node had it, in milliseconds.
fn pay(node: &Node, channel: &str, number: u64) -> f64 {
    let since = Instant::now();
    let request = node.request(reqwest::Method::POST, "payments");
    let request = request.header("idempotency-key", format!("after-{number}"));
    let answer: Value = request
        .json(&json!({ "amount": "1", "channel": channel }))
        .send()
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(answer["delivery"], "delivered", "{answer}");
    since.elapsed().as_secs_f64() * 1_000.0
}

/// The memory that a node holds, where the system says so.
fn resident_kib(node: &Node) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Opens as many more channels on the chain, and puts them into the store of a node that stands still.
fn multiply(world: &World, node: &Node, id: &str, more: usize) {
    let domain = Domain {
        chain_id: 31_337,
        hub: world.hub,
    };
    let account = signing_key_from_phrase(PHRASE, 1).unwrap();
    let mut store = Connection::open(the_store(node)).unwrap();
    let text = |key: String| -> String {
        let mut statement = store.prepare("select value from records where key = ?1").unwrap();
        statement.query_row([key], |row| row.get(0)).unwrap()
    };
    let template: Value = serde_json::from_str(&text(format!("channel/{id}"))).unwrap();
    let pages: Vec<(String, String)> = {
        let mut statement = store
            .prepare("select key, value from records where key like ?1")
            .unwrap();
        let rows = statement.query_map([format!("timeline/{id}/%")], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    };
    let key: ChannelKey = serde_json::from_value(template["key"].clone()).unwrap();
    let others: Vec<_> = (0..more).map(|number| other(number, &key)).collect();

    open_all(world, account.address(), others.iter().map(|(_, key)| key));

    let request = PaymentKeyRequest {
        account: account.address(),
    };
    let digest = request.digest(&domain);
    let payment_key = request.accept(&digest, &account.sign(&digest)).unwrap();
    let claim = |before: &Value, channel: ChannelId, to: Address, signer: &SigningKey| {
        let before: SignedClaim = serde_json::from_value(before.clone()).unwrap();
        let claim = Claim {
            channel,
            to,
            ..before.claim
        };
        let signature = signer.sign(&claim.digest(&domain));
        json!(SignedClaim {
            claim,
            authorization: Authorization {
                signature,
                delegation: None
            }
        })
    };
    let writing = store.transaction().unwrap();
    let put = "insert into records values (?1, ?2)";
    for (number, (bob, key)) in others.iter().enumerate() {
        let channel = key.id(0);
        let mut record = template.clone();
        record["key"] = json!(key);
        record["order"] = json!(number + 1);
        record["own"] = claim(&template["own"], channel, key.bob, &payment_key);
        record["received"] = claim(&template["received"], channel, key.alice, bob);
        let written = writing.execute(put, params![format!("channel/{channel}"), record.to_string()]);
        written.unwrap();
        for (place, page) in &pages {
            let place = place.replace(id, &channel.to_string());
            writing.execute(put, params![place, page]).unwrap();
        }
    }
    let head = world.ask("eth_blockNumber", json!([]));
    let head = u64::from_str_radix(head.as_str().unwrap().trim_start_matches("0x"), 16).unwrap();
    let scan = json!({ "to": head }).to_string();
    let written = writing.execute("update records set value = ?1 where key = 'scan'", [scan]);
    assert_eq!(written.unwrap(), 1);
    writing.commit().unwrap();
}

/// A channel like `key` with somebody else.
fn other(number: usize, key: &ChannelKey) -> (SigningKey, ChannelKey) {
    let mut secret = [1; 32];
    secret[..8].copy_from_slice(&(number as u64 + 1).to_be_bytes());
    let bob = SigningKey::from_bytes(&secret).unwrap();
    let key = ChannelKey {
        bob: bob.address(),
        bob_signer: bob.address(),
        salt: number as u64,
        ..*key
    };
    (bob, key)
}

fn the_store(node: &Node) -> std::path::PathBuf {
    let files = std::fs::read_dir(&node.data).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    let store = files.find(|file| file.extension().is_some_and(|extension| extension == "sqlite"));
    store.expect("the node's store")
}

/// Opens channels of one THD each.
fn open_all<'a>(world: &World, alice: Address, keys: impl ExactSizeIterator<Item = &'a ChannelKey>) {
    let deposit = Amount::new(10_u128.pow(18)).unwrap();
    for _ in 0..=keys.len() / 10_000 {
        world.give(alice, 10_000);
    }
    let send = |call: Call, gas: u64| {
        let data = format!("0x{}", hex::encode(&call.data));
        let transaction = json!({ "from": alice, "to": call.to, "data": data, "gas": format!("{gas:#x}") });
        world.ask("eth_sendTransaction", json!([transaction]));
    };
    send(Token::new(world.token).approve(world.hub, Amount::MAX), 100_000);
    world.ask("evm_setAutomine", json!([false]));
    for (number, key) in keys.enumerate() {
        send(Hub::new(world.hub).open(key, deposit), 250_000);
        if (number + 1) % IN_A_BLOCK == 0 {
            world.mine(1);
        }
    }
    world.ask("evm_setAutomine", json!([true]));
    // So that they were opened some time ago.
    world.mine(LONG_AGO);
}
