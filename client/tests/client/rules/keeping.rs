//! "Keeping": claims are stored with their delegation and kept until the end is final; lives do not mix.

use crate::support::{PERIOD, Pair, alice, amount, bob, domain, key};
use thunder_channel::{Amount, ChannelKey, Delegation, Reading, Side, TypedMessage};
use thunder_client::{Command, EntryKind, PhaseView, Refusal, Signing};

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
    assert_eq!(pair.alice.command(again.clone()), Err(Refusal::Phase("closing")));
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
    pair.bob
        .hear(thunder_channel::wire::RelayFrame::Claim { claim: best, at: 0 });
    assert_eq!(pair.bob.view(second).balances.bob, Amount::ZERO);
}

/// The timeline is bounded and apart from the money: a payment rewrites no more than a page of it.
#[test]
fn a_long_timeline_does_not_slow_the_money() {
    let mut pair = Pair::open(key(), 0, 1_000_000);
    let channel = pair.id();
    let mut largest = 0;
    for _ in 0..1_200 {
        pair.pay(Side::Alice, 1);
        largest = largest.max(
            pair.alice
                .last_writes
                .iter()
                .map(|write| format!("{write:?}").len())
                .sum(),
        );
    }
    let entries = pair.alice.view(channel).entries;
    assert!(entries.len() <= thunder_client::limits::MAX_ENTRIES + thunder_client::limits::PAGE_ENTRIES);
    assert!(matches!(entries.last().unwrap().kind, EntryKind::Paid { total, .. } if total == amount(1_200)));
    assert!(largest < 16_000, "{largest} bytes in one write");
    assert!(pair.alice.store.len() < 20);
    pair.alice.crash();
    assert_eq!(pair.alice.view(channel).entries, entries);
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
