//! "Order": the total alone decides, the nonce labels, and at the maximum nothing is signed.

use crate::support::{
    Pair, alice, amount, bob,
    claims::{heard, signed},
    key,
};
use thunder_channel::{Amount, MAX_AMOUNT, Side};
use thunder_client::{Command, Refusal};

#[test]
fn a_lower_total_never_wins_whatever_its_nonce() {
    let mut pair = Pair::standard();
    let (channel, by) = (pair.id(), alice().payment);
    for (total, nonce) in [(30, 1), (20, u64::MAX), (30, 0), (29, 5)] {
        pair.bob
            .apply(heard(signed(&by, Side::Bob, total, nonce)))
            .unwrap();
        assert_eq!(pair.bob.view(channel).balances.bob, amount(30));
    }
    assert_eq!(
        pair.bob.participant.disbelieved(),
        0,
        "late and repeated is no lie"
    );
}

#[test]
fn a_nonce_need_not_rise_on_receipt() {
    let mut pair = Pair::standard();
    let (channel, by) = (pair.id(), alice().payment);
    pair.bob.apply(heard(signed(&by, Side::Bob, 10, 900))).unwrap();
    pair.bob.apply(heard(signed(&by, Side::Bob, 11, 3))).unwrap();
    assert_eq!(pair.bob.view(channel).balances.bob, amount(11));
}

#[test]
fn at_an_equal_total_the_higher_nonce_stays_and_nothing_is_received_twice() {
    let mut pair = Pair::standard();
    let by = alice().payment;
    pair.bob.apply(heard(signed(&by, Side::Bob, 10, 1))).unwrap();
    let notices = pair.bob.notices.len();
    pair.bob.apply(heard(signed(&by, Side::Bob, 10, 2))).unwrap();
    assert!(
        pair.bob
            .store
            .values()
            .any(|record| record.contains("\"nonce\":\"2\""))
    );
    assert_eq!(pair.bob.notices.len(), notices);
    pair.bob.last_writes.clear();
    pair.bob.apply(heard(signed(&by, Side::Bob, 10, 1))).unwrap();
    assert_eq!(pair.bob.last_writes, [], "what is not better is not written");
}

#[test]
fn nothing_is_signed_at_the_last_nonce() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    // Another store of alice's has used it up.
    pair.alice
        .apply(heard(signed(&alice().payment, Side::Bob, 10, u64::MAX)))
        .unwrap();
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::Exhausted)
    );
}

#[test]
fn nothing_is_signed_at_the_highest_total() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.alice
        .apply(heard(signed(&alice().payment, Side::Bob, MAX_AMOUNT, 4)))
        .unwrap();
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::Exhausted)
    );
    // And the payee's view of it: covered for 100 only.
    pair.bob
        .apply(heard(signed(&alice().payment, Side::Bob, MAX_AMOUNT, 4)))
        .unwrap();
    let view = pair.bob.view(channel);
    assert_eq!(view.balances.bob, amount(100));
    assert_eq!(view.waiting.unwrap().0, amount(MAX_AMOUNT - 100));
    // Near the maximum, what would overflow is refused and not wrapped.
    let mut near = Pair::open(key(), 0, MAX_AMOUNT);
    near.pay(Side::Alice, MAX_AMOUNT);
    near.deliver();
    near.pay(Side::Bob, MAX_AMOUNT);
    near.deliver();
    assert_eq!(near.alice.view(channel).balances.alice, Amount::MAX);
    assert_eq!(near.alice.view(channel).spendable, Amount::ZERO);
    assert_eq!(
        near.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::Exhausted)
    );
}

#[test]
fn own_nonces_rise_by_one_and_totals_rise() {
    let mut pair = Pair::standard();
    for units in [5, 1, 7] {
        pair.pay(Side::Alice, units);
    }
    let said: Vec<_> = pair
        .alice
        .own_said
        .iter()
        .map(|own| (own.claim.total.units(), own.claim.nonce))
        .collect();
    assert_eq!(said, [(5, 1), (6, 2), (13, 3)]);
    assert_eq!(bob().payment.address(), key().bob_signer);
}
