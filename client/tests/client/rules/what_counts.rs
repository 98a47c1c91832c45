//! "What counts" and "what an amount is": coverage, depth, freshness.

use crate::support::{PERIOD, Pair, alice, amount, key};
use thunder_channel::{Amount, Side};
use thunder_client::{Command, EntryKind, Event, Notice, PhaseFault, PhaseView, Refusal, Waiting, limits};

#[test]
fn a_payment_shows_at_once_on_both_sides_and_needs_no_block() {
    let mut pair = Pair::standard();
    let block = pair.hub.number();
    pair.pay(Side::Alice, 20);
    pair.deliver();
    pair.pay(Side::Bob, 5);
    pair.deliver();
    let channel = pair.id();
    for side in Side::BOTH {
        let view = pair.node(side).view(channel);
        assert_eq!(
            (view.balances.alice, view.balances.bob),
            (amount(85), amount(15)),
            "{side}"
        );
        assert_eq!((view.totals.alice, view.totals.bob), (amount(20), amount(5)));
        assert_eq!(view.delivery, thunder_client::Delivery::Relayed);
    }
    assert_eq!(
        pair.bob.notices.last(),
        Some(&Notice::Received {
            channel,
            amount: amount(20)
        })
    );
    assert_eq!(pair.hub.number(), block);
}

#[test]
fn both_can_pay_at_the_same_moment() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 50);
    pair.deliver();
    for _ in 0..5 {
        pair.pay(Side::Alice, 3);
        pair.pay(Side::Bob, 2);
    }
    pair.deliver();
    let channel = pair.id();
    for side in Side::BOTH {
        let view = pair.node(side).view(channel);
        assert_eq!((view.balances.alice, view.balances.bob), (amount(45), amount(55)));
    }
}

/// A claim above what the payer has put in is kept and waits; a deposit makes it money.
#[test]
fn an_uncovered_claim_is_kept_and_counts_once_it_is_covered() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    // Alice deposits and pays from it before bob has read the chain.
    pair.alice
        .command(Command::Deposit {
            channel,
            amount: amount(40),
        })
        .unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.alice.read(&pair.hub);
    pair.pay(Side::Alice, 130);
    pair.deliver();
    let view = pair.bob.view(channel);
    assert_eq!(view.waiting, Some((amount(30), Waiting::Uncovered)));
    assert_eq!((view.balances.bob, view.guaranteed), (amount(100), amount(100)));
    assert_eq!(
        pair.bob.notices.last(),
        Some(&Notice::Received {
            channel,
            amount: amount(100)
        })
    );
    pair.bob.crash();
    pair.bob.read(&pair.hub);
    let view = pair.bob.view(channel);
    assert_eq!((view.waiting, view.balances.bob), (None, amount(130)));
    assert_eq!(
        pair.bob.notices.last(),
        Some(&Notice::Received {
            channel,
            amount: amount(30)
        })
    );
    let paid = view.entries.iter().filter_map(|entry| match entry.kind {
        EntryKind::Paid { amount, .. } => Some(amount),
        _ => None,
    });
    assert_eq!(
        paid.collect::<Vec<_>>(),
        [amount(100), amount(30)],
        "an amount is the rise of the credited total"
    );
}

/// What raises a capacity counts at the configured depth, for payee and payer alike.
#[test]
fn deposits_count_at_depth() {
    let mut pair = Pair::new(key(), 3);
    let key = key();
    pair.alice
        .command(Command::Open {
            key,
            amount: amount(100),
        })
        .unwrap();
    pair.mine_sent();
    pair.read();
    let channel = pair.id();
    assert_eq!(pair.alice.view(channel).phase, PhaseView::Opening);
    assert_eq!(pair.alice.view(channel).unconfirmed.alice, amount(100));
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::AboveSpendable {
            spendable: Amount::ZERO
        })
    );
    pair.hub.mine(3);
    pair.read();
    assert_eq!(pair.alice.view(channel).phase, PhaseView::Open);
    assert_eq!(pair.alice.view(channel).spendable, amount(100));
    pair.bob.command(Command::Join { channel }).unwrap();
    pair.connect();

    pair.alice
        .command(Command::Deposit {
            channel,
            amount: amount(50),
        })
        .unwrap();
    pair.mine_sent();
    pair.read();
    let view = pair.bob.view(channel);
    assert_eq!(
        (view.unconfirmed.alice, view.receivable, view.deposits.alice),
        (amount(50), amount(100), amount(150))
    );
    assert_eq!(pair.alice.view(channel).spendable, amount(100));
    pair.hub.mine(3);
    pair.read();
    assert_eq!(pair.bob.view(channel).receivable, amount(150));
    assert_eq!(pair.alice.view(channel).spendable, amount(150));
}

/// What lowers one counts at once: a close is seen before it is deep.
#[test]
fn a_close_counts_at_once() {
    let mut pair = Pair::open(key(), 3, 100);
    let channel = pair.id();
    pair.pay(Side::Alice, 10);
    pair.alice.command(Command::Close { channel }).unwrap();
    pair.mine_sent();
    pair.bob.read(&pair.hub);
    let view = pair.bob.view(channel);
    let PhaseView::Closing {
        closer,
        recorded,
        closes_at,
        ..
    } = view.phase
    else {
        panic!("{:?}", view.phase)
    };
    assert_eq!((closer, recorded.alice), (Side::Alice, amount(10)));
    assert_eq!(closes_at, pair.hub.number() + u64::from(PERIOD));
    assert_eq!(view.spendable, Amount::ZERO);
    pair.deliver();
    assert_eq!(
        pair.bob.notices.len(),
        1,
        "nothing is credited while closing: only the offer was told"
    );
    assert_eq!(
        pair.bob.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::Phase(PhaseFault::Closing))
    );
}

/// The chain was read as open recently, or nothing is signed and nothing counts.
#[test]
fn a_chain_that_is_silent_for_too_long_stops_paying_and_crediting() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 10);
    pair.bob.now_ms += limits::MAX_READING_AGE_MS + 1;
    pair.bob
        .apply(Event::ChainUnreachable("no answer".into()))
        .unwrap();
    assert!(!pair.bob.participant.chain_fresh(pair.bob.now_ms));
    pair.deliver();
    let view = pair.bob.view(channel);
    assert_eq!(view.waiting, Some((amount(10), Waiting::ChainStale)));
    assert_eq!((view.balances.bob, view.spendable), (Amount::ZERO, Amount::ZERO));
    assert_eq!(
        pair.bob.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::ChainStale)
    );
    pair.bob.read(&pair.hub);
    let view = pair.bob.view(channel);
    assert_eq!(
        (view.waiting, view.balances.bob, view.spendable),
        (None, amount(10), amount(10))
    );
}

/// A participant that starts has read nothing recently, whatever its store says.
#[test]
fn after_a_start_the_chain_has_to_be_read_first() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.alice.crash();
    let view = pair.alice.view(channel);
    assert_eq!((view.phase, view.balances.alice), (PhaseView::Open, amount(100)));
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::ChainStale)
    );
    pair.alice.read(&pair.hub);
    pair.pay(Side::Alice, 1);
}

/// S11: a block that is replaced takes its deposit with it; the claims stay, and count again once it is mined again.
#[test]
fn a_reorganisation_takes_the_money_and_gives_it_back() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 30);
    pair.deliver();
    pair.hub.reorganise(1);
    pair.read();
    let view = pair.bob.view(channel);
    assert_eq!(
        (view.phase, view.balances.bob, view.guaranteed),
        (PhaseView::Opening, Amount::ZERO, Amount::ZERO)
    );
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::Phase(PhaseFault::Absent))
    );
    assert!(
        !view
            .entries
            .iter()
            .any(|entry| matches!(entry.kind, EntryKind::Opened { .. }))
    );

    let call = thunder_ethereum::Hub::new(crate::support::domain().hub).open(&key(), amount(100));
    pair.hub.transact(alice().account(), &call).unwrap();
    pair.read();
    let view = pair.bob.view(channel);
    assert_eq!((view.phase, view.balances.bob), (PhaseView::Open, amount(30)));
    let received = pair
        .bob
        .notices
        .iter()
        .filter(|notice| matches!(notice, Notice::Received { .. }));
    assert_eq!(received.count(), 1, "the same money is not received twice");
}

/// What a burst or an absence collapsed is one rise, standing for several payments.
#[test]
fn an_absence_collapses_into_one_entry() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.relay.disconnect(Side::Bob);
    pair.bob.apply(Event::RelayDown).unwrap();
    for units in [3, 4, 5] {
        pair.pay(Side::Alice, units);
    }
    pair.deliver();
    assert_eq!(pair.bob.view(channel).balances.bob, Amount::ZERO);
    pair.connect();
    let entries = pair.bob.view(channel).entries;
    let EntryKind::Paid {
        amount: sum,
        payments,
        ..
    } = entries.iter().next_back().unwrap().kind
    else {
        panic!()
    };
    assert_eq!((sum, payments), (amount(12), 3));
}

/// Bob's window is closed while alice pays; he opens it and has the money.
#[test]
fn what_was_paid_while_away_is_there_on_return() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.relay.disconnect(Side::Bob);
    pair.bob.crash();
    pair.pay(Side::Alice, 25);
    pair.deliver();
    pair.bob.read(&pair.hub);
    pair.connect();
    assert_eq!(pair.bob.view(channel).balances.bob, amount(25));
}
