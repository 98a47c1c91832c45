//! "Closing": the intent is stored first, and from then on nothing is signed or credited until it is decided.

use crate::support::claims::signed;
use crate::support::{PERIOD, Pair, alice, amount, key};
use thunder_channel::{Amount, ChannelKey, Policy, Side, wire::RelayFrame};
use thunder_client::{
    Alarm, Command, Event, PhaseFault, PhaseView, ProposalFault, Refusal, TransactionPurpose, Waiting, limits,
};
use thunder_ethereum::{ClockMode, HubEvent};

#[test]
fn the_intent_is_stored_before_the_wallet_sees_it_and_freezes_the_channel() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 10);
    pair.deliver();
    pair.bob.store_fails = true;
    assert!(matches!(
        pair.bob.command(Command::Close { channel }),
        Err(Refusal::Store(_))
    ));
    assert!(pair.bob.to_send.is_empty(), "not stored, not handed out");
    pair.bob.store_fails = false;

    pair.bob.command(Command::Close { channel }).unwrap();
    let deadline = pair.hub.number() + limits::close_deadline(ClockMode::Blocks);
    let first = pair.bob.to_send.remove(0);
    assert_eq!(first.1, TransactionPurpose::Close(channel));
    pair.bob.crash();
    pair.bob.read(&pair.hub);
    pair.connect();
    assert_eq!(pair.bob.view(channel).phase, PhaseView::CloseSent { deadline });
    assert_eq!(
        pair.bob.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::ClosingSent { deadline })
    );
    // The other side's payment is kept but does not count.
    pair.pay(Side::Alice, 5);
    pair.deliver();
    let view = pair.bob.view(channel);
    assert_eq!(
        (view.waiting, view.balances.bob),
        (Some((amount(5), Waiting::Frozen)), amount(10))
    );

    // The wallet said no. It may have sent it all the same, so the same close is handed out again and nothing else.
    pair.bob.apply(Event::TransactionFailed(first.1)).unwrap();
    pair.bob.command(Command::Close { channel }).unwrap();
    assert_eq!(pair.bob.to_send.remove(0).0, first.0);

    // The deadline itself can still be mined; after it, never.
    pair.hub.mine(deadline - pair.hub.number());
    pair.bob.read(&pair.hub);
    assert_eq!(pair.bob.view(channel).phase, PhaseView::CloseSent { deadline });
    pair.hub.mine(1);
    pair.bob.read(&pair.hub);
    let view = pair.bob.view(channel);
    assert_eq!(
        (view.phase, view.waiting, view.balances.bob),
        (PhaseView::Open, None, amount(15))
    );
    assert!(
        pair.hub
            .transact(crate::support::bob().account(), &first.0)
            .is_err()
    );
}

/// "Certainly passed" is a matter of depth.
#[test]
fn a_deadline_has_passed_only_at_depth() {
    let mut pair = Pair::open(key(), 4, 100);
    let channel = pair.id();
    pair.alice.command(Command::Close { channel }).unwrap();
    pair.hub.mine(limits::close_deadline(ClockMode::Blocks) + 1);
    pair.alice.read(&pair.hub);
    assert!(matches!(
        pair.alice.view(channel).phase,
        PhaseView::CloseSent { .. }
    ));
    pair.hub.mine(4);
    pair.alice.read(&pair.hub);
    assert_eq!(pair.alice.view(channel).phase, PhaseView::Open);
}

/// A mined close that a reorganisation takes away may be mined again: the intent stays until it is deep.
#[test]
fn a_close_that_vanishes_still_freezes() {
    let mut pair = Pair::open(key(), 2, 100);
    let channel = pair.id();
    pair.alice.command(Command::Close { channel }).unwrap();
    pair.mine_sent();
    pair.alice.read(&pair.hub);
    assert!(matches!(
        pair.alice.view(channel).phase,
        PhaseView::Closing { .. }
    ));
    pair.hub.reorganise(1);
    pair.alice.read(&pair.hub);
    assert!(matches!(
        pair.alice.view(channel).phase,
        PhaseView::CloseSent { .. }
    ));
}

/// Scenario 4: bob closes with his best claim, and after the period anyone settles.
#[test]
fn bob_closes_with_his_best_claim() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 20);
    pair.deliver();
    pair.pay(Side::Bob, 5);
    pair.deliver();
    pair.bob.command(Command::Close { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.read();
    let PhaseView::Closing { recorded, payout, .. } = pair.alice.view(channel).phase else {
        panic!()
    };
    assert_eq!((recorded.alice, recorded.bob), (amount(20), amount(5)));
    assert_eq!((payout.alice, payout.bob), (amount(85), amount(15)));
    assert_eq!(pair.alice.view(channel).alarm, None);
    assert_eq!(
        pair.alice.command(Command::Claim { channel }),
        Err(Refusal::NothingToClaim)
    );
    assert_eq!(
        pair.bob.command(Command::Settle { channel }),
        Err(Refusal::Phase(PhaseFault::Running))
    );
    pair.hub.mine(u64::from(PERIOD));
    pair.read();
    pair.alice.command(Command::Settle { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.read();
    for side in Side::BOTH {
        let PhaseView::Settled {
            paid_out: Some(paid_out),
        } = pair.node(side).view(channel).phase
        else {
            panic!()
        };
        assert_eq!((paid_out.alice, paid_out.bob), (amount(85), amount(15)));
    }
    assert_eq!(pair.hub.paid_out(key().bob), 15);
}

/// Scenario 5: alice deposits 400, pays 200, gets 100 back, pays 300, and says that she paid 200 while bob is away.
fn the_cheat(policy: Policy) -> (Pair, u128, u128) {
    let key = ChannelKey { policy, ..key() };
    let mut pair = Pair::open(key, 0, 400);
    let channel = pair.id();
    for (side, units) in [(Side::Alice, 200), (Side::Bob, 100), (Side::Alice, 300)] {
        pair.pay(side, units);
        pair.deliver();
    }
    pair.relay.disconnect(Side::Bob);
    pair.bob.crash();
    pair.alice
        .command(Command::CloseUnderstating {
            channel,
            paid: amount(200),
        })
        .unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.hub.mine(30);
    pair.bob.read(&pair.hub);
    let view = pair.bob.view(channel);
    let PhaseView::Closing {
        payout, closes_at, ..
    } = view.phase
    else {
        panic!()
    };
    let loss = view.guaranteed.checked_sub(payout.bob).unwrap();
    assert_eq!(view.alarm, Some(Alarm::Understated { loss, closes_at }));
    assert_eq!(
        pair.bob.command(Command::Accept { channel }),
        Err(Refusal::Proposal(ProposalFault::LessThanYours))
    );
    pair.bob.command(Command::Claim { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.read();
    assert_eq!(pair.bob.view(channel).alarm, None);
    if policy == Policy::Refute {
        assert!(pair.hub.events().contains(&HubEvent::Claimed {
            payer: Side::Alice,
            total: amount(500)
        }));
        pair.hub.mine(u64::from(PERIOD));
        pair.read();
        pair.bob.command(Command::Settle { channel }).unwrap();
        assert_eq!(pair.mine_sent(), 0);
        pair.read();
    }
    let (alice, bob) = (pair.hub.paid_out(key.alice), pair.hub.paid_out(key.bob));
    (pair, alice, bob)
}

#[test]
fn a_cheat_is_corrected_under_refute() {
    let (_, alice, bob) = the_cheat(Policy::Refute);
    assert_eq!((alice, bob), (0, 400));
}

#[test]
fn a_cheat_forfeits_everything_under_forfeit() {
    let (pair, alice, bob) = the_cheat(Policy::Forfeit);
    assert_eq!((alice, bob), (0, 400));
    assert!(matches!(
        pair.alice.view(pair.id()).phase,
        PhaseView::Settled { .. }
    ));
}

#[test]
fn cheating_is_for_development_chains() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.alice.config.development = false;
    pair.alice.crash();
    pair.alice.read(&pair.hub);
    let cheat = Command::CloseUnderstating {
        channel,
        paid: Amount::ZERO,
    };
    assert_eq!(pair.alice.command(cheat), Err(Refusal::DevelopmentOnly));
}

/// A claim that came after the close is worth showing too, and up to the last block that can hold it.
#[test]
fn a_late_claim_is_shown_until_the_period_is_over() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.bob.command(Command::Close { channel }).unwrap();
    pair.mine_sent();
    pair.read();
    pair.bob.hear(RelayFrame::Claim {
        claim: signed(&alice().payment, Side::Bob, 40, 1),
        at: 0,
    });
    let PhaseView::Closing { closes_at, .. } = pair.bob.view(channel).phase else {
        panic!()
    };
    assert_eq!(
        pair.bob.view(channel).alarm,
        Some(Alarm::Understated {
            loss: amount(40),
            closes_at
        })
    );
    pair.hub.mine(closes_at - pair.hub.number() - 2);
    pair.bob.read(&pair.hub);
    pair.bob.command(Command::Claim { channel }).unwrap();
    assert_eq!(pair.bob.view(channel).guaranteed, amount(40));
    // The next block is the first that could hold it, and too late: so is all that would have come of it.
    pair.hub.mine(1);
    pair.bob.read(&pair.hub);
    let overdue = Err(Refusal::Phase(PhaseFault::Overdue));
    assert_eq!(pair.bob.command(Command::Claim { channel }), overdue);
    pair.alice.read(&pair.hub);
    assert_eq!(pair.alice.command(Command::Accept { channel }), overdue);
    let view = pair.bob.view(channel);
    assert_eq!(view.alarm, Some(Alarm::Missed { loss: amount(40) }));
    assert_eq!((view.guaranteed, view.balances.bob), (Amount::ZERO, Amount::ZERO));
    assert_eq!(view.balances.alice, amount(100));
}

/// Losing the payment key loses no money: the account itself can end a channel that it cannot sign in any more.
#[test]
fn an_account_can_end_a_channel_whose_signer_it_lost() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.alice.config.payment_key = thunder_channel::SigningKey::from_bytes(&[77; 32]).unwrap();
    pair.alice.store.clear();
    pair.alice.crash();
    pair.alice.read(&pair.hub);
    assert!(pair.alice.view(channel).fault.is_some());
    pair.alice.command(Command::Close { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.hub.mine(u64::from(PERIOD));
    pair.alice.read(&pair.hub);
    pair.alice.command(Command::Settle { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    assert_eq!(pair.hub.paid_out(key().alice), 100);
}
