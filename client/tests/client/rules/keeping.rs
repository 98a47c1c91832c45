//! "Keeping": claims are stored with their delegation and kept until the end is final; lives do not mix.

use crate::support::{PERIOD, Pair, alice, amount, bob, domain, key};
use thunder_channel::{
    Amount, ChannelKey, Delegation, PerSide, Reading, Side, TypedMessage,
    wire::{ClientFrame, Known, Rank, RelayFrame},
};
use thunder_client::{Command, EntryKind, Event, History, PhaseFault, PhaseView, Refusal, Signing, limits};

fn delegated_pair() -> Pair {
    // Alice knows bob's address only.
    let key = ChannelKey {
        bob_signer: bob().account(),
        ..key()
    };
    let mut pair = Pair::open(key, 0, 100);
    let channel = pair.id();
    assert_eq!(pair.bob.view(channel).signing, Signing::WalletOrDelegate);
    let digest = Delegation {
        channel,
        key: bob().payment.address(),
    }
    .digest(&domain());
    let wrong = alice().wallet.sign(&digest);
    assert_eq!(
        pair.bob.command(Command::Delegate {
            channel,
            delegation: wrong
        }),
        Err(Refusal::BadDelegation)
    );
    pair.bob
        .command(Command::Delegate {
            channel,
            delegation: bob().wallet.sign(&digest),
        })
        .unwrap();
    pair.connect();
    pair.pay(Side::Alice, 50);
    pair.deliver();
    pair
}

#[test]
fn a_delegated_claim_carries_its_delegation_to_the_hub() {
    let mut pair = delegated_pair();
    let channel = pair.id();
    assert_eq!(pair.bob.view(channel).signing, Signing::PaymentKey);
    pair.pay(Side::Bob, 20);
    assert!(pair.bob.to_sign.is_empty(), "no wallet window");
    pair.deliver();
    pair.alice.crash();
    pair.alice.read(&pair.hub);
    assert_eq!(pair.alice.view(channel).balances.alice, amount(70));
    pair.alice.command(Command::Close { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0, "the hub believes what alice kept");
    pair.read();
    let PhaseView::Closing { recorded, .. } = pair.bob.view(channel).phase else {
        panic!()
    };
    assert_eq!((recorded.alice, recorded.bob), (amount(50), amount(20)));
}

#[test]
fn a_forfeit_channel_takes_no_delegation() {
    let key = ChannelKey {
        bob_signer: bob().account(),
        policy: thunder_channel::Policy::Forfeit,
        ..key()
    };
    let mut pair = Pair::open(key, 0, 100);
    let channel = pair.id();
    assert_eq!(pair.bob.view(channel).signing, Signing::WalletOnly);
    let digest = Delegation {
        channel,
        key: bob().payment.address(),
    }
    .digest(&domain());
    let delegation = bob().wallet.sign(&digest);
    assert_eq!(
        pair.bob.command(Command::Delegate { channel, delegation }),
        Err(Refusal::ForfeitDelegation)
    );
    pair.pay(Side::Alice, 50);
    pair.deliver();
    pair.pay(Side::Bob, 20);
    pair.bob.wallet_signs().unwrap();
    pair.deliver();
    assert_eq!(pair.alice.view(channel).balances.alice, amount(70));
}

/// C1, C2: the same key opened again is another channel, where nothing of the former life counts.
#[test]
fn a_reopened_key_is_another_channel() {
    let mut pair = Pair::standard();
    let (first, second) = (key().id(0), key().id(1));
    pair.pay(Side::Alice, 30);
    pair.deliver();
    pair.alice.command(Command::Close { channel: first }).unwrap();
    pair.mine_sent();
    let again = Command::Open {
        key: key(),
        amount: amount(7),
    };
    pair.read();
    assert_eq!(
        pair.alice.command(again.clone()),
        Err(Refusal::Phase(PhaseFault::Closing))
    );
    pair.hub.mine(u64::from(PERIOD));
    pair.read();
    pair.alice.command(Command::Settle { channel: first }).unwrap();
    pair.mine_sent();
    pair.read();
    pair.alice.command(again).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.read();
    assert!(matches!(pair.bob.view(first).phase, PhaseView::Settled { .. }));
    let view = pair.bob.view(second);
    assert_eq!(
        (view.phase, view.joined, view.totals.alice),
        (PhaseView::Open, false, Amount::ZERO)
    );
    // Another of alice's stores may have opened it again, so the relay is asked first.
    let pay = Command::Pay {
        channel: second,
        amount: amount(7),
        memo: None,
        request: None,
    };
    assert_eq!(pair.alice.command(pay), Err(Refusal::Unsure));
    assert_eq!(pair.alice.view(second).balances.alice, amount(7));
    assert_eq!(pair.alice.participant.views(0)[0].id, second, "newest first");
    let best = pair.alice.own_said.last().copied().unwrap();
    pair.bob.command(Command::Join { channel: second }).unwrap();
    pair.bob.hear(RelayFrame::Claim { claim: best, at: 0 });
    assert_eq!(pair.bob.view(second).balances.bob, Amount::ZERO);
}

/// The timeline is bounded and apart from the money: a payment rewrites no more than a page of it.
#[test]
fn a_long_timeline_does_not_slow_the_money() {
    let mut pair = Pair::open(key(), 0, 1_000_000);
    let channel = pair.id();
    let mut largest = 0;
    for step in 0..1_200 {
        // No two are equal in a row, which would make them one entry.
        pair.pay(Side::Alice, 1 + step % 2);
        largest = largest.max(
            pair.alice
                .last_writes
                .iter()
                .map(|write| format!("{write:?}").len())
                .sum(),
        );
    }
    let entries = pair.alice.view(channel).entries;
    assert_eq!(entries.len(), 1_201, "opened, and paid");
    let last = entries.iter().next_back().unwrap();
    assert!(matches!(last.kind, EntryKind::Paid { total, .. } if total == amount(1_800)));
    assert!(largest < 16_000, "{largest} bytes in one write");
    assert!(pair.alice.store.len() < 1_201 / limits::PAGE_ENTRIES + 10);
    pair.alice.crash();
    assert_eq!(pair.alice.view(channel).entries, entries);
}

/// A stream pays the same every second: it must not wash everything else out of the timeline.
#[test]
fn a_run_of_equal_payments_is_one_entry() {
    let mut pair = Pair::open(key(), 0, 1_000_000);
    let channel = pair.id();
    let pay = |pair: &mut Pair, units, after_ms| {
        pair.alice.now_ms += after_ms;
        pair.bob.now_ms += after_ms;
        pair.pay(Side::Alice, units);
        pair.deliver();
    };
    let paid = |pair: &mut Pair| {
        let seen = |entries: &History| {
            entries
                .iter()
                .filter_map(|entry| match entry.kind {
                    EntryKind::Paid { amount, payments, .. } => Some((amount.units(), payments)),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        let (alice, bob) = (pair.alice.view(channel).entries, pair.bob.view(channel).entries);
        assert_eq!(seen(&alice), seen(&bob));
        seen(&alice)
    };
    for _ in 0..4 {
        pay(&mut pair, 2, 1_000);
    }
    assert_eq!(paid(&mut pair), [(2, 1); 4], "by hand");
    for _ in 0..100 {
        pay(&mut pair, 2, 1_000);
    }
    assert_eq!(paid(&mut pair), [(2, 1), (2, 1), (2, 1), (202, 101)]);
    // Another amount is no part of it, and a pause ends it.
    pay(&mut pair, 3, 1_000);
    pay(&mut pair, 2, 1_000);
    pay(&mut pair, 2, limits::RUN_GAP_MS + 1);
    assert_eq!(paid(&mut pair)[3..], [(202, 101), (3, 1), (2, 1), (2, 1)]);
    let before = pair.alice.view(channel).entries;
    pair.alice.crash();
    assert_eq!(pair.alice.view(channel).entries, before);
}

/// The relay listens to the payment key only where somebody has let it read: the account does, and it may still not sign.
#[test]
fn a_wallets_channel_is_followed_with_its_permission_to_read() {
    let key = ChannelKey {
        bob_signer: bob().account(),
        ..key()
    };
    let mut pair = Pair::open(key, 0, 100);
    let channel = pair.id();
    let view = pair.bob.view(channel);
    assert!(view.followed && view.signing == Signing::WalletOrDelegate);
    pair.bob.crash();
    assert!(pair.bob.view(channel).followed);

    let mut alone = Pair::new(key, 0);
    let call = thunder_ethereum::Hub::new(domain().hub).open(&key, amount(100));
    alone.hub.transact(alice().account(), &call).unwrap();
    alone.bob.read(&alone.hub);
    alone.bob.relay_up();
    alone.bob.command(Command::Join { channel }).unwrap();
    assert!(alone.bob.said.is_empty() && !alone.bob.view(channel).followed);
    let digest = Reading {
        channel,
        key: bob().payment.address(),
    }
    .digest(&domain());
    let by = |key: thunder_channel::SigningKey| Command::Follow {
        channel,
        reading: key.sign(&digest),
    };
    for stranger in [alice().wallet, bob().payment] {
        assert_eq!(alone.bob.command(by(stranger)), Err(Refusal::BadDelegation));
    }
    alone.bob.command(by(bob().wallet)).unwrap();
    assert_eq!(alone.bob.said.len(), 1, "subscribed");
}

/// A relay that lost everything gets both best claims back from whoever has them.
#[test]
fn a_relay_that_forgot_is_reminded_by_the_payee() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 30);
    pair.deliver();
    pair.pay(Side::Bob, 10);
    pair.deliver();
    let best = pair.relay.best;
    pair.relay = crate::support::relay::ModelRelay::new(domain());
    pair.relay.connect(Side::Bob);
    pair.bob.relay_up();
    pair.deliver();
    assert_eq!(pair.relay.best, best, "bob alone has both");
}

/// After a dropped connection only what changed is sent, and nothing that is known is said again.
#[test]
fn coming_back_costs_what_changed() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 30);
    pair.deliver();
    let reconnect = |pair: &mut Pair| {
        pair.relay.disconnect(Side::Bob);
        pair.bob.apply(Event::RelayDown).unwrap();
        pair.bob.said.clear();
        pair.relay.connect(Side::Bob);
        pair.bob.relay_up();
        let subscribe = pair.bob.said.remove(0);
        pair.relay.hear(Side::Bob, &subscribe, &key());
        let [RelayFrame::Snapshot(snapshot)] = &pair.relay.take(Side::Bob)[..] else {
            panic!("one question, one answer")
        };
        pair.bob.hear(RelayFrame::Snapshot(snapshot.clone()));
        *snapshot.clone()
    };
    let snapshot = reconnect(&mut pair);
    assert_eq!(snapshot.claims, PerSide::default());
    assert!(snapshot.unchanged.alice && !snapshot.unchanged.bob);
    assert_eq!(pair.bob.said, [], "the relay has all of it");

    // What was paid meanwhile comes; what was signed between question and answer is handed in.
    pair.relay.disconnect(Side::Bob);
    pair.pay(Side::Alice, 5);
    pair.deliver();
    let snapshot = reconnect(&mut pair);
    assert_eq!(
        snapshot.claims.alice.map(|claim| claim.claim.total),
        Some(amount(35))
    );
    pair.bob.apply(Event::RelayDown).unwrap();
    pair.bob.said.clear();
    pair.bob.relay_up();
    let subscribe = pair.bob.said.remove(0);
    pair.pay(Side::Bob, 7);
    pair.bob.said.clear();
    pair.relay.hear(Side::Bob, &subscribe, &key());
    for frame in pair.relay.take(Side::Bob) {
        pair.bob.hear(frame);
    }
    assert_eq!(pair.bob.claims_said().len(), 1, "handed in");
    pair.deliver();
    assert_eq!(
        pair.relay.best.bob.map(|claim| claim.claim.total),
        Some(amount(7))
    );

    // A relay that lost something meanwhile is given it again, whatever was known.
    let best = pair.relay.best;
    pair.relay.best = PerSide::default();
    let snapshot = reconnect(&mut pair);
    assert_eq!(snapshot.unchanged, PerSide::default());
    pair.deliver();
    assert_eq!(pair.relay.best, best);
}

/// Two answers can be under way to a question that was asked twice: neither may be read as the other.
#[test]
fn a_question_asked_again_says_nothing_is_known() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    pair.pay(Side::Bob, 5);
    pair.deliver();
    pair.bob.apply(Event::RelayDown).unwrap();
    pair.bob.said.clear();
    pair.bob.relay_up();
    pair.pay(Side::Bob, 5);
    pair.bob.relay_up();
    let known: Vec<_> = pair
        .bob
        .said
        .iter()
        .filter_map(|frame| match frame {
            ClientFrame::Subscribe { known, .. } => Some(known.is_some()),
            _ => None,
        })
        .collect();
    assert_eq!(known, [true, false]);
    // The first answer, late: the relay has 5, and is not taken to have 10.
    pair.bob.said.clear();
    let first = pair.relay.snapshot(&key()).since(&Known {
        claims: pair.relay.best.map(|claim| claim.as_ref().map(Rank::from)),
        messages: Vec::new(),
    });
    assert!(first.unchanged.bob);
    pair.bob.hear(RelayFrame::Snapshot(Box::new(first)));
    assert_eq!(
        pair.bob.claims_said().last().map(|claim| claim.claim.total),
        Some(amount(10))
    );
}

/// A withdrawal that this store never signed for, because it is new, lowers what counts as soon as it is seen.
#[test]
fn a_withdrawal_is_seen_at_once() {
    let mut pair = Pair::open(key(), 3, 100);
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeWithdrawal {
            channel,
            amount: amount(40),
        })
        .unwrap();
    pair.deliver();
    pair.bob.command(Command::AgreeWithdrawal { channel }).unwrap();
    pair.mine_sent();
    pair.bob.store.clear();
    pair.bob.crash();
    pair.bob.read(&pair.hub);
    assert_eq!(pair.bob.view(channel).receivable, amount(60));
}
