//! Backups: what is better is taken, nothing is lowered, a restored channel is unsure, and a file is believed as a relay is.

use crate::support::{Pair, alice, amount, bob, key, node::Node};
use serde_json::{Value, json};
use thunder_channel::{Amount, ChannelId, Side};
use thunder_client::{
    Alarm, BackupFault, Command, Event, Notice, Participant, PhaseView, Refusal, Write, limits,
};
use thunder_ethereum::ClockMode;

type Records = Vec<(String, String)>;

fn backup(node: &Node) -> Records {
    node.store.clone().into_iter().collect()
}

fn restore(node: &mut Node, records: Records) -> Result<(u32, u32), Refusal> {
    node.apply(Event::Restore(records))?;
    match node.notices.last() {
        Some(&Notice::Restored { taken, kept }) => Ok((taken, kept)),
        other => panic!("{other:?}"),
    }
}

/// The records with one field of the money record changed.
fn changed(records: &Records, field: &str, value: &Value) -> Records {
    let change = |(key, text): &(String, String)| {
        let mut record: Value = serde_json::from_str(text).unwrap();
        if key.starts_with("channel/") {
            assert!(record.get(field).is_some(), "{field}");
            record[field] = value.clone();
        }
        (key.clone(), record.to_string())
    };
    records.iter().map(change).collect()
}

/// Both have paid; bob, whose page is restored in the tests, took part by his payment key.
fn pair() -> Pair {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    pair.pay(Side::Bob, 10);
    pair.deliver();
    pair
}

/// A browser that lost everything, after it has read the chain.
fn empty_bob(pair: &Pair) -> Node {
    let mut node = Node::new(bob(), bob().config());
    node.read(&pair.hub);
    node
}

/// The least payment.
fn one(channel: ChannelId) -> Command {
    Command::Pay {
        channel,
        amount: amount(1),
        memo: None,
        request: None,
    }
}

#[test]
fn an_empty_store_gets_claims_and_history_back_and_asks_before_it_signs() {
    let mut pair = pair();
    let channel = pair.id();
    let before = pair.bob.view(channel);
    let records = backup(&pair.bob);
    pair.bob = empty_bob(&pair);
    assert_eq!(restore(&mut pair.bob, records.clone()), Ok((1, 0)));
    let view = pair.bob.view(channel);
    assert_eq!(view.entries, before.entries);
    assert_eq!(
        (view.balances, view.guaranteed),
        (before.balances, before.guaranteed)
    );
    assert!(view.joined);
    assert_eq!((view.alarm, view.spendable), (Some(Alarm::Unsure), Amount::ZERO));
    let pay = one(channel);
    assert_eq!(pair.bob.command(pay.clone()), Err(Refusal::Unsure));
    let received = |notice: &Notice| matches!(notice, Notice::Received { .. });
    assert!(
        !pair.bob.notices.iter().any(received),
        "that was told when it came"
    );
    // It is durable, and the relay's word makes it sure.
    pair.bob.crash();
    pair.read();
    pair.connect();
    assert_eq!(pair.bob.view(channel).entries, before.entries);
    pair.bob.command(pay).unwrap();
    let own = pair.bob.own_said.last().unwrap().claim;
    assert_eq!((own.total, own.nonce), (amount(11), 2));
    // Taken in once more it has nothing new.
    assert_eq!(restore(&mut pair.bob, records), Ok((0, 1)));
    assert_eq!(pair.bob.view(channel).totals.bob, amount(11));
}

/// Somebody put an older copy of the store itself back.
#[test]
fn a_store_that_is_doubted_asks_before_it_signs() {
    let mut pair = pair();
    let channel = pair.id();
    let old = backup(&pair.bob);
    pair.pay(Side::Bob, 5);
    pair.deliver();
    pair.bob.store = old.clone().into_iter().collect();
    for Write::Put { key, value } in Participant::doubts(&bob().config(), &old).unwrap() {
        pair.bob.store.insert(key, value);
    }
    pair.bob.crash();
    pair.read();
    let view = pair.bob.view(channel);
    assert_eq!((view.totals.bob, view.alarm), (amount(10), Some(Alarm::Unsure)));
    let pay = one(channel);
    assert_eq!(pair.bob.command(pay.clone()), Err(Refusal::Unsure));
    pair.connect();
    pair.bob.command(pay).unwrap();
    let own = pair.bob.own_said.last().unwrap().claim;
    assert_eq!((own.total, own.nonce), (amount(16), 3));
    // Nothing is made of records that are not what was written.
    let broken = changed(&old, "lastNonce", &json!("no number"));
    assert!(Participant::doubts(&bob().config(), &broken).is_err());
}

#[test]
fn an_older_backup_lowers_nothing_and_a_newer_one_raises() {
    let mut pair = pair();
    let channel = pair.id();
    let old = backup(&pair.bob);
    let stale = Node::new(bob(), bob().config());
    let stale = std::mem::replace(&mut pair.bob, stale);
    pair.bob = stale;
    pair.pay(Side::Bob, 5);
    pair.deliver();
    let (now, new) = (pair.bob.view(channel), backup(&pair.bob));
    assert_eq!(restore(&mut pair.bob, old.clone()), Ok((0, 1)));
    let after = pair.bob.view(channel);
    assert_eq!((after.totals, after.entries), (now.totals, now.entries));

    // The store of an older state, such as another device's.
    let mut older = Node::new(bob(), bob().config());
    older.store = old.into_iter().collect();
    older.crash();
    older.read(&pair.hub);
    assert_eq!(older.view(channel).totals.bob, amount(10));
    assert_eq!(restore(&mut older, new), Ok((1, 0)));
    assert_eq!(older.view(channel).totals, now.totals);
    let adopted = Notice::OwnClaimAdopted {
        channel,
        total: amount(15),
    };
    assert!(older.notices.contains(&adopted));
}

#[test]
fn a_backup_is_believed_only_where_it_proves_itself() {
    let pair = pair();
    let records = backup(&pair.bob);
    let unreadable = Err(Refusal::Backup(BackupFault::Unreadable));
    let forged = {
        let claim = crate::support::claims::signed(&bob().payment, Side::Bob, 90, 9);
        serde_json::to_value(claim).unwrap()
    };
    for bad in [
        changed(&records, "received", &forged),
        changed(&records, "credited", &json!("1000")),
        changed(&records, "version", &json!(2)),
        changed(&records, "epoch", &json!(1)),
        vec![("channel/0x12".to_owned(), "{}".to_owned())],
        vec![("timeline/0x12/0".to_owned(), "[]".to_owned())],
    ] {
        let mut node = empty_bob(&pair);
        let before = node.store.clone();
        assert_eq!(restore(&mut node, bad), unreadable);
        assert_eq!(node.store, before);
    }
    let mut node = empty_bob(&pair);
    let many = vec![
        ("other".to_owned(), String::new());
        limits::backup_records(bob().config().accepted.channels) + 1
    ];
    assert!(matches!(restore(&mut node, many), Err(Refusal::Backup(_))));
    // Page numbers and the like are anybody's.
    let wild: Records = records
        .iter()
        .map(|(key, text)| {
            let text = if key.starts_with("timeline/") {
                text.replacen("\"number\":0", &format!("\"number\":{}", u64::MAX), 1)
            } else {
                text.clone()
            };
            (key.clone(), text)
        })
        .collect();
    assert_ne!(wild, records);
    assert_eq!(restore(&mut node, wild), Ok((1, 0)));
    assert_eq!(
        node.view(pair.key.id(0)).entries,
        pair.bob.view(pair.key.id(0)).entries
    );
    // And somebody else's channel is not even looked at.
    let mut stranger = Node::new(alice(), alice().config());
    stranger.read(&pair.hub);
    let theirs = changed(&records, "joined", &json!(true));
    assert!(
        restore(&mut stranger, theirs).is_err(),
        "bob's own claim is not alice's"
    );
}

#[test]
fn a_chain_that_was_not_read_comes_first() {
    let pair = pair();
    let mut node = Node::new(bob(), bob().config());
    assert_eq!(restore(&mut node, backup(&pair.bob)), Err(Refusal::ChainStale));
}

/// A close that the other store handed to a wallet may still be mined, so it binds here too; for as long as it can, not longer.
#[test]
fn what_the_other_store_handed_out_binds_here_too() {
    let mut pair = pair();
    let channel = pair.id();
    pair.bob.command(Command::Close { channel }).unwrap();
    let deadline = pair.hub.number() + limits::close_deadline(ClockMode::Blocks);
    let records = backup(&pair.bob);
    let mut node = empty_bob(&pair);
    restore(&mut node, records.clone()).unwrap();
    assert_eq!(node.view(channel).phase, PhaseView::CloseSent { deadline });

    let mut endless: Value = serde_json::from_str(
        &records
            .iter()
            .find(|(key, _)| key.starts_with("channel/"))
            .unwrap()
            .1,
    )
    .unwrap();
    endless["closing"]["deadline"] = json!(u64::MAX);
    let endless = changed(&records, "closing", &endless["closing"]);
    let endless = changed(&endless, "frozenUntil", &json!(u64::MAX));
    let mut node = empty_bob(&pair);
    restore(&mut node, endless).unwrap();
    assert_eq!(
        node.view(channel).phase,
        PhaseView::Open,
        "nobody is frozen for ever"
    );
}

#[test]
fn a_forged_permission_is_left_out() {
    let mut pair = pair();
    let channel = pair.id();
    let forged = bob().payment.sign(&thunder_channel::Digest([7; 32]));
    let records = changed(&backup(&pair.bob), "delegation", &json!(forged.to_string()));
    pair.bob = empty_bob(&pair);
    restore(&mut pair.bob, records).unwrap();
    pair.connect();
    pair.pay(Side::Bob, 1);
    assert_eq!(pair.bob.own_said.last().unwrap().authorization.delegation, None);
    assert_eq!(key().id(0), channel);
}
