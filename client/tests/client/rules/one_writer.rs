//! "One writer": higher own claims are adopted, and a restored or second store is unsure.

use crate::support::claims::signed;
use crate::support::{Pair, alice, amount, key, node::Node};
use thunder_channel::{Amount, ChannelKey, Policy, Side, wire::RelayFrame};
use thunder_client::{Alarm, Command, Event, Notice, Refusal};

/// S4, S5: everything is lost but the wallet; the relay gives both best claims back.
#[test]
fn a_lost_store_gets_its_claims_back_before_it_signs() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 60);
    pair.deliver();
    pair.pay(Side::Bob, 10);
    pair.deliver();

    pair.alice = Node::new(alice(), alice().config());
    pair.alice.read(&pair.hub);
    let view = pair.alice.view(channel);
    assert!(view.joined, "alice's own are joined");
    assert_eq!((view.alarm, view.spendable), (Some(Alarm::Unsure), Amount::ZERO));
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::Unsure)
    );
    assert_eq!(
        pair.alice.command(Command::ProposeSettlement { channel }),
        Err(Refusal::Unsure)
    );
    let withdrawal = Command::ProposeWithdrawal {
        channel,
        amount: amount(1),
    };
    assert_eq!(pair.alice.command(withdrawal), Err(Refusal::Unsure));

    pair.connect();
    let view = pair.alice.view(channel);
    assert_eq!((view.alarm, view.spendable), (None, amount(50)));
    let adopted = Notice::OwnClaimAdopted {
        channel,
        total: amount(60),
    };
    assert!(pair.alice.notices.contains(&adopted));
    pair.pay(Side::Alice, 1);
    let own = pair.alice.own_said.last().unwrap().claim;
    assert_eq!(
        (own.total, own.nonce),
        (amount(61), 2),
        "never a nonce or total below what was signed before"
    );
}

/// S6: without a valid signature of one's own, a higher claim is a lie.
#[test]
fn a_forged_own_claim_is_not_adopted() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let forged = signed(&crate::support::bob().payment, Side::Bob, 90, 9);
    pair.alice.hear(RelayFrame::Claim { claim: forged, at: 0 });
    assert_eq!(pair.alice.view(channel).balances.alice, amount(100));
    assert!(matches!(
        pair.alice.notices.last(),
        Some(Notice::Disbelieved { .. })
    ));
}

/// A snapshot with a forged own claim does not make an unsure store sure.
#[test]
fn a_lying_snapshot_leaves_an_unsure_store_unsure() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.alice = Node::new(alice(), alice().config());
    pair.alice.read(&pair.hub);
    pair.alice.relay_up();
    let mut snapshot = pair.relay.snapshot(&key());
    snapshot.claims.alice = Some(signed(&crate::support::bob().payment, Side::Bob, 90, 9));
    pair.alice.hear(RelayFrame::Snapshot(Box::new(snapshot.clone())));
    assert_eq!(pair.alice.view(channel).alarm, Some(Alarm::Unsure));
    // A real claim in the wrong place is no better.
    snapshot.claims.alice = Some(signed(&crate::support::bob().payment, Side::Alice, 5, 1));
    pair.alice.hear(RelayFrame::Snapshot(Box::new(snapshot)));
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::Unsure)
    );
}

/// A higher own claim that arrives while running (a second device) is adopted at once.
#[test]
fn a_second_devices_claim_is_adopted_while_running() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 5);
    pair.alice.hear(RelayFrame::Claim {
        claim: signed(&alice().payment, Side::Bob, 40, 7),
        at: 0,
    });
    pair.pay(Side::Alice, 1);
    let own = pair.alice.own_said.last().unwrap().claim;
    assert_eq!((own.total, own.nonce), (amount(41), 8));
    assert_eq!(pair.alice.view(channel).spendable, amount(59));
}

#[test]
fn an_unsure_store_never_closes_a_forfeit_channel() {
    let forfeit = ChannelKey {
        policy: Policy::Forfeit,
        ..key()
    };
    for key in [forfeit, key()] {
        let mut pair = Pair::open(key, 0, 100);
        let channel = pair.id();
        pair.pay(Side::Alice, 60);
        pair.alice = Node::new(alice(), alice().config());
        pair.alice.read(&pair.hub);
        let closed = pair.alice.command(Command::Close { channel });
        if key.policy == Policy::Forfeit {
            assert_eq!(closed, Err(Refusal::Unsure));
            assert!(pair.alice.to_send.is_empty());
        } else {
            // A claim corrects it, and losing a store loses no money.
            assert_eq!(closed, Ok(()));
        }
    }
}

/// What began here cannot have been signed elsewhere: no waiting for the relay.
#[test]
fn a_channel_opened_here_is_sure_without_a_relay() {
    let mut pair = Pair::new(key(), 0);
    pair.alice
        .command(Command::Open {
            key: key(),
            amount: amount(9),
        })
        .unwrap();
    let (call, _) = pair.alice.to_send.remove(0);
    pair.alice.crash();
    pair.hub.transact(alice().account(), &call).unwrap();
    pair.alice.read(&pair.hub);
    assert_eq!(pair.alice.view(pair.id()).alarm, None);
    pair.pay(Side::Alice, 9);
}

/// What is signed by the wallet one by one is asked for once at a time, and an answer that comes late changes nothing.
#[test]
fn one_pending_wallet_statement() {
    let key = ChannelKey {
        alice_signer: alice().account(),
        ..key()
    };
    let mut pair = Pair::open(key, 0, 100);
    let channel = pair.id();
    pair.pay(Side::Alice, 10);
    assert_eq!(
        pair.alice.view(channel).delivery,
        thunder_client::Delivery::Signing
    );
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::WalletBusy)
    );
    assert_eq!(
        pair.alice.command(Command::Close { channel }),
        Err(Refusal::WalletBusy)
    );
    assert_eq!(
        pair.alice.view(channel).balances.alice,
        amount(100),
        "not paid before it is signed"
    );
    let statement = pair.alice.to_sign.remove(0);
    pair.alice.apply(Event::WalletRefused { channel }).unwrap();
    let signature = alice().wallet.sign(&statement.digest(&crate::support::domain()));
    assert!(matches!(
        pair.alice.apply(Event::WalletSigned { channel, signature }),
        Err(Refusal::Wallet(_))
    ));
    pair.pay(Side::Alice, 10);
    let foreign = crate::support::bob()
        .wallet
        .sign(&statement.digest(&crate::support::domain()));
    assert!(matches!(
        pair.alice.apply(Event::WalletSigned {
            channel,
            signature: foreign
        }),
        Err(Refusal::Wallet(_))
    ));
    pair.alice.wallet_signs().unwrap();
    pair.deliver();
    assert_eq!(pair.bob.view(channel).balances.bob, amount(10));
    assert_eq!(
        pair.alice.own_said[0].claim.nonce, 2,
        "a nonce that was handed out is not used again"
    );
}
