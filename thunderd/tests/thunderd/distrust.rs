//! Who is known to be dishonest is dealt with no more, by nodes that have checked it themselves.

use crate::support::{
    Node, World,
    relay::Relay,
    traffic::{provider, wanted},
    until,
    world::PHRASE,
};
use reqwest::Method;
use serde_json::{Value, json};
use thunder_channel::{
    Address, Amount, Bytes32, Domain, SigningKey,
    metering::{Accusation, Count, Grounds, MEGABYTE, Pair, SessionKey, SignedCount, Terms},
};
use thunder_ethereum::signing_key_from_phrase;

fn key_of(index: u32) -> SigningKey {
    signing_key_from_phrase(PHRASE, index).unwrap()
}

/// What a client signs that acknowledges a megabyte and says that it has counted `client` bytes.
fn grounds(world: &World, guilty: &SigningKey, account: Address, client: u64) -> Grounds {
    let provider = key_of(9);
    let domain = Domain {
        chain_id: 31337,
        hub: world.sessions,
    };
    let key = SessionKey {
        client: account,
        client_signer: guilty.address(),
        provider: provider.address(),
        provider_signer: provider.address(),
        terms: Terms {
            token: world.token,
            price: Amount::new(1_000_000).unwrap(),
            quantity: 10 * MEGABYTE,
            unit: MEGABYTE,
            tolerance: 10_000,
            finalization_period: 10,
        },
        salt: 1,
    };
    let count = |count, acknowledged| Count {
        session: key.id(0),
        count,
        acknowledged,
    };
    let provider = SignedCount::sign(count(MEGABYTE, Bytes32::zero()), &provider, &domain);
    let client = SignedCount::sign(count(client, provider.name(&domain)), guilty, &domain);
    Grounds {
        key,
        epoch: 0,
        accusation: Accusation::Short {
            pair: Pair { provider, client },
        },
    }
}

fn said(account: Address, grounds: Option<Grounds>) -> Value {
    json!({ "account": account, "words": "counts low", "grounds": grounds })
}

/// What a node knows against an account.
fn against(node: &Node, account: Address) -> Option<Value> {
    let list = node.get("blacklist");
    let named = format!("{account:#x}");
    let mut all = list.as_array().unwrap().iter();
    all.find(|entry| entry["account"].as_str().unwrap().eq_ignore_ascii_case(&named))
        .cloned()
}

#[test]
fn proof_goes_from_node_to_node_and_ends_all_dealings() {
    let world = World::new();
    let alice = world.node("alice", 1);
    let bob = world.node("bob", 2);
    let mut carol = provider(&world, "carol", 3, &[]);
    alice.connect(&bob);
    bob.connect(&carol);
    let mallory = world.node("mallory", 6);
    mallory.connect(&carol);
    let (status, answer) = alice.ask(
        Method::POST,
        "blacklist",
        Some(&said(
            mallory.account(),
            Some(grounds(&world, &key_of(6), mallory.account(), 900_000)),
        )),
    );
    assert_eq!(status, 200, "{answer}");
    // Carol has it from bob, who only passed it on.
    let entry = until("the proof", || against(&carol, mallory.account()));
    assert_eq!(
        (&entry["proved"], &entry["refused"]),
        (&json!(true), &json!(true)),
        "{entry}"
    );
    let (status, problem) = mallory.ask(Method::POST, "routes", Some(&wanted(&[&carol], 1)));
    assert_eq!(status, 409);
    assert!(
        problem["detail"].as_str().unwrap().contains("blacklist"),
        "{problem}"
    );
    // It is still known after a restart, and told to who comes later.
    carol.kill_and_restart();
    assert_eq!(against(&carol, mallory.account()).unwrap()["refused"], true);
    let dave = world.node("dave", 5);
    dave.connect(&carol);
    until("the proof", || against(&dave, mallory.account()));
    // Each judges by itself.
    let (status, _) = carol.ask(
        Method::DELETE,
        &format!("blacklist/{:#x}", mallory.account()),
        None,
    );
    assert_eq!(status, 204);
    assert_eq!(against(&carol, mallory.account()).unwrap()["refused"], false);
    until("the link", || carol_knows(&carol, &mallory));
    mallory.post("routes", &wanted(&[&carol], 1));
}

#[test]
fn a_relay_carries_what_is_proved_between_nodes_that_are_not_linked() {
    let world = World::new();
    let relay = Relay::start(&world);
    let url = relay.url();
    let on_relay = |name, index| world.node_with(name, index, &["--relay", &url]);
    let (alice, mut carol) = (on_relay("alice", 1), on_relay("carol", 3));
    for node in [&alice, &carol] {
        until("the relay", || {
            (node.get("info")["relay"]["online"] == true).then_some(())
        });
    }
    let (doubted, guilty) = (key_of(7).address(), key_of(6).address());
    let opinion = said(doubted, None);
    let proof = said(guilty, Some(grounds(&world, &key_of(6), guilty, 900_000)));
    for said in [opinion, proof] {
        assert_eq!(alice.ask(Method::POST, "blacklist", Some(&said)).0, 200);
    }
    let entry = until("the proof", || against(&carol, guilty));
    assert_eq!(
        (&entry["proved"], &entry["refused"]),
        (&json!(true), &json!(true)),
        "{entry}"
    );
    assert_eq!(against(&carol, doubted), None, "an opinion goes over no relay");
    // Who comes later hears it from the relay: nobody is linked.
    let dave = on_relay("dave", 5);
    until("the proof", || against(&dave, guilty));
    // A relay that knows nothing is told by whoever connects to it next.
    let empty = Relay::start_in(&world, "another");
    let other = empty.url();
    let erin = world.node_with("erin", 4, &["--relay", &other]);
    carol.restart_with(&["--relay", &other]);
    until("the proof", || against(&erin, guilty));
}

fn carol_knows(carol: &Node, mallory: &Node) -> Option<()> {
    let named = format!("{:#x}", mallory.account());
    let peers = carol.get("peers");
    let mut all = peers.as_array().unwrap().iter();
    all.any(|peer| {
        peer["connected"] == true && peer["account"].as_str().unwrap().eq_ignore_ascii_case(&named)
    })
    .then_some(())
}

#[test]
fn what_proves_nothing_is_an_opinion_that_binds_nobody() {
    let world = World::new();
    let (alice, bob, carol) = (
        world.node("alice", 1),
        world.node("bob", 2),
        world.node("carol", 3),
    );
    alice.connect(&bob);
    bob.connect(&carol);
    let whom = key_of(7).address();
    // Of an honest account; of one that somebody else signs for; of the node's own.
    for (account, grounds) in [
        (whom, grounds(&world, &key_of(7), whom, 995_000)),
        (whom, grounds(&world, &key_of(8), whom, 900_000)),
        (
            alice.account(),
            grounds(&world, &key_of(1), alice.account(), 900_000),
        ),
    ] {
        assert_eq!(
            alice.refused("blacklist", &said(account, Some(grounds))),
            "malformed"
        );
    }
    let mut odd = said(whom, None);
    odd["grounds"] = json!({ "key": "nonsense" });
    assert_eq!(alice.refused("blacklist", &odd), "malformed");
    odd = said(whom, None);
    odd["words"] = json!("x".repeat(201));
    assert_eq!(alice.refused("blacklist", &odd), "malformed");

    let (status, _) = alice.ask(Method::POST, "blacklist", Some(&said(whom, None)));
    assert_eq!(status, 200);
    assert_eq!(
        against(&alice, whom).unwrap()["refused"],
        true,
        "her own word binds her"
    );
    let heard = until("the opinion", || against(&bob, whom));
    assert_eq!(
        (&heard["proved"], &heard["refused"]),
        (&json!(false), &json!(false)),
        "{heard}"
    );
    // Something that is proved goes the same way afterwards: the opinion would have come before it.
    let guilty = key_of(6).address();
    let proof = said(guilty, Some(grounds(&world, &key_of(6), guilty, 900_000)));
    assert_eq!(alice.ask(Method::POST, "blacklist", Some(&proof)).0, 200);
    until("the proof", || against(&carol, guilty));
    assert_eq!(
        against(&carol, whom),
        None,
        "an opinion goes no further than its hearer"
    );
}
