//! A payment that is asked for by a reference happens once.

use crate::support::{Pair, amount};
use thunder_channel::Policy;
use thunder_client::{Command, Event, PaymentReference, Refusal};

fn once(pair: &Pair, reference: &str, units: u128) -> Command {
    Command::PayOnce {
        reference: PaymentReference::parse(reference).unwrap(),
        channel: pair.id(),
        amount: amount(units),
        memo: None,
        request: None,
    }
}

fn paid(pair: &Pair) -> u128 {
    pair.alice.view(pair.id()).totals.alice.units()
}

#[test]
fn asking_again_pays_nothing_more() {
    let mut pair = Pair::standard();
    for _ in 0..3 {
        pair.alice.command(once(&pair, "order-1", 5)).unwrap();
        assert_eq!(paid(&pair), 5);
    }
    pair.alice.command(once(&pair, "order-2", 5)).unwrap();
    assert_eq!(paid(&pair), 10);
    assert_eq!(
        pair.alice.command(once(&pair, "order-1", 6)),
        Err(Refusal::ReferenceUsed)
    );
    assert_eq!(paid(&pair), 10);
}

#[test]
fn a_reference_and_its_payment_survive_together_or_not_at_all() {
    let mut pair = Pair::standard();
    let pay = once(&pair, "order-1", 5);
    pair.alice.store_fails = true;
    pair.alice.command(pay.clone()).unwrap_err();
    pair.alice.store_fails = false;
    pair.alice.crash();
    pair.alice.read(&pair.hub);
    assert_eq!(paid(&pair), 0, "it could not be stored, so it never happened");
    pair.alice.apply_and_crash(Event::Command(pay.clone()));
    pair.alice.read(&pair.hub);
    assert_eq!(paid(&pair), 5);
    pair.alice.command(pay).unwrap();
    assert_eq!(
        paid(&pair),
        5,
        "what was stored before the crash is not paid again"
    );
}

#[test]
fn a_payment_that_the_wallet_signs_counts_once_it_is_signed() {
    let mut pair = Pair::with_bobs_wallet(Policy::Forfeit);
    pair.pay(thunder_channel::Side::Alice, 50);
    pair.deliver();
    let pay = once(&pair, "order-1", 5);
    let paid = |pair: &Pair| pair.bob.view(pair.id()).totals.bob.units();
    pair.bob.command(pay.clone()).unwrap();
    pair.bob.crash();
    pair.bob.read(&pair.hub);
    pair.connect();
    assert_eq!(paid(&pair), 0, "the wallet never answered");
    pair.bob.command(pay.clone()).unwrap();
    pair.bob.wallet_signs().unwrap();
    assert_eq!(paid(&pair), 5);
    pair.bob.command(pay).unwrap();
    assert!(pair.bob.to_sign.is_empty(), "the wallet is not asked again");
    assert_eq!(paid(&pair), 5);
}

#[test]
fn many_references_are_remembered_and_the_store_stays_bounded() {
    const MANY: u32 = 2_000;
    let mut pair = Pair::open(crate::support::key(), 0, 1_000_000);
    for number in 0..MANY {
        pair.alice.command(once(&pair, &format!("n{number}"), 1)).unwrap();
    }
    pair.alice.crash();
    pair.alice.read(&pair.hub);
    for number in 0..MANY {
        pair.alice.command(once(&pair, &format!("n{number}"), 1)).unwrap();
    }
    assert_eq!(paid(&pair), u128::from(MANY));
    let shelves = pair.alice.store.keys().filter(|key| key.starts_with("paid/"));
    assert!(shelves.count() <= 1_024);
}

#[test]
fn a_reference_is_a_short_visible_text() {
    for bad in ["", "with space", "tab\t", "umlaut-ä", &"x".repeat(65)] {
        assert!(PaymentReference::parse(bad).is_err(), "{bad:?}");
    }
    assert!(PaymentReference::parse(&"x".repeat(64)).is_ok());
}
