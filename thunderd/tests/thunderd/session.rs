//! The manual's session in a terminal: two daemons, one chain, every step by `thunder-cli`.

use crate::support::{
    Node, World,
    cli::{cli, json},
    until,
    world::PHRASE,
};

const WHOLE: u128 = 10_u128.pow(18);

/// Two nodes with wallets and 100 THD each, linked.
fn two_linked(world: &World) -> (Node, Node) {
    let (alice, bob) = (Node::start(world, "alice", &[]), Node::start(world, "bob", &[]));
    for (node, index) in [(&alice, "1"), (&bob, "2")] {
        let imported = cli(node, &["importwallet", PHRASE, "--index", index]).good();
        assert!(
            imported.contains(&thunder_channel::checksummed(node.account())),
            "{imported}"
        );
        world.give(node.account(), 100);
    }
    let connected = cli(&alice, &["connect", &format!("127.0.0.1:{}", bob.port)]).good();
    assert!(connected.contains("0x3C44"), "{connected}");
    (alice, bob)
}

fn open(alice: &Node, bob: &Node, amount: &str) -> String {
    let opened = json(alice, &["openchannel", "--amount", amount]);
    let id = opened["channel"]["id"].as_str().unwrap().to_owned();
    until("bob's part in it", || {
        let channels = json(bob, &["channels"]);
        let channel = channels
            .as_array()?
            .iter()
            .find(|channel| channel["id"] == id.as_str())?;
        (channel["joined"] == true).then_some(())
    });
    until("bob's word", || {
        (alice.channel(&id)["counterpartyOnline"] == true).then_some(())
    });
    id
}

#[test]
fn two_people_open_pay_both_ways_close_wait_and_withdraw() {
    let world = World::new();
    let (alice, bob) = two_linked(&world);
    let infos = cli(&alice, &["infos"]).good();
    assert!(
        infos.contains(&alice.port.to_string()) && infos.contains("31337"),
        "{infos}"
    );

    let id = open(&alice, &bob, "50");
    let short = &id[..10];
    let channel = cli(&alice, &["channel", short]).good();
    assert!(
        channel.contains("forfeit") && channel.contains("24"),
        "the terminal's defaults: {channel}"
    );
    let paid = cli(&alice, &["pay", "5"]).good();
    assert!(
        paid.contains("5 THD") && paid.contains("the other node has it"),
        "{paid}"
    );
    let back = cli(&bob, &["pay", "1.5", "--memo", "change"]).good();
    assert!(back.contains("1.5 THD"), "{back}");
    let asked = cli(&bob, &["request", "2", "--memo", "tea"]).good();
    assert!(asked.contains("2 THD"), "{asked}");
    until("the request", || {
        cli(&alice, &["invoices"]).good().contains("tea").then_some(())
    });
    cli(&alice, &["pay", "2", "--request", "1"]).good();
    let history = cli(&alice, &["history"]).good();
    assert!(
        history.contains("change") && history.contains("1.5 THD"),
        "{history}"
    );
    let balance = cli(&alice, &["balance"]).good();
    assert!(balance.contains("44.5"), "{balance}");

    // Alone, as if bob had gone: the period has to pass.
    let closed = cli(&alice, &["closechannel", "--alone"]).good();
    assert!(closed.contains("withdraw"), "it says what to do next: {closed}");
    let early = cli(&alice, &["withdraw"]);
    assert_eq!(early.code, 6, "{}{}", early.out, early.err);
    world.mine(24);
    let before = (world.holds(alice.account()), world.holds(bob.account()));
    cli(&alice, &["withdraw", "--wait"]).good();
    assert_eq!(world.holds(alice.account()) - before.0, 445 * WHOLE / 10);
    assert_eq!(world.holds(bob.account()) - before.1, 55 * WHOLE / 10);

    // Together: at once.
    open(&alice, &bob, "20");
    cli(&alice, &["pay", "3"]).good();
    let together = cli(&alice, &["closechannel"]).good();
    assert!(together.contains("together"), "{together}");
}

#[test]
fn the_cheat_is_punished() {
    let world = World::new();
    let (alice, bob) = two_linked(&world);
    let id = open(&alice, &bob, "50");
    cli(&alice, &["pay", "10"]).good();
    cli(&alice, &["pay", "15"]).good();
    let before = world.holds(bob.account());
    cli(&alice, &["closechannel", "--understate", "10"]).good();
    bob.wait_for(&id, "settled");
    until("the money", || {
        (world.holds(bob.account()) - before == 50 * WHOLE).then_some(())
    });
    let history = cli(&bob, &["history"]).good();
    assert!(
        history.contains("forfeit") || history.contains("lost"),
        "{history}"
    );
}

#[test]
fn a_node_is_moved_by_a_file() {
    let world = World::new();
    let (mut alice, bob) = two_linked(&world);
    open(&alice, &bob, "50");
    cli(&alice, &["pay", "10"]).good();
    let file = world.directory.path().join("alice.backup");
    let file = file.to_str().unwrap();
    cli(&alice, &["export", file]).good();
    assert_eq!(
        cli(&alice, &["export", file]).code,
        1,
        "an existing file is not overwritten"
    );
    cli(&alice, &["pay", "1"]).good();
    alice.kill();
    let moved = Node::start(&world, "moved", &[]);
    cli(&moved, &["import", file]).good();
    assert_eq!(cli(&moved, &["pay", "1"]).code, 4, "the wallet is locked");
    cli(&moved, &["unlock"]).good();
    until("a payment", || {
        (cli(&moved, &["pay", "1"]).code == 0).then_some(())
    });
    assert!(
        cli(&moved, &["channels"]).good().contains("38"),
        "50 less 10, 1 and 1"
    );
}

#[test]
fn exit_codes_say_what_is_wrong() {
    let world = World::new();
    let mut node = Node::start(&world, "node", &[]);
    assert_eq!(cli(&node, &["balance"]).code, 4, "no wallet");
    assert_eq!(
        cli(&node, &["pay", "five"]).code,
        4,
        "no wallet, so no token to count in"
    );
    cli(&node, &["importwallet", "--generate"]).good();
    let refused = cli(&node, &["connect", "127.0.0.1:1"]);
    assert_eq!(refused.code, 5, "{}", refused.err);
    assert_eq!(cli(&node, &["pay"]).code, 2);
    assert_eq!(cli(&node, &["pay", "5"]).code, 1, "no channel");
    node.kill();
    let gone = cli(&node, &["infos"]);
    assert_eq!(gone.code, 3);
    assert!(gone.err.contains("thunderd"), "{}", gone.err);
}
