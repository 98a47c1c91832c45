//! "On hold": the larger of the chain's withdrawn total and every unexpired signed one.

use crate::support::{Pair, alice, amount, key};
use thunder_channel::{
    Authorization, Side, SignedWithdrawal, TypedMessage, Withdrawal,
    wire::{Message, RelayFrame},
};
use thunder_client::{Command, Notice, Proposal, ProposalFault, Refusal, limits};
use thunder_ethereum::ClockMode;

#[test]
fn money_is_taken_out_of_an_open_channel() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    // Bob, who never deposited, takes out of what he was paid.
    pair.bob
        .command(Command::ProposeWithdrawal {
            channel,
            amount: amount(30),
        })
        .unwrap();
    assert_eq!(
        pair.bob.view(channel).spendable,
        amount(10),
        "on hold from the signature on"
    );
    let view = pair.bob.view(channel);
    assert_eq!(
        view.balances[Side::Bob],
        amount(10),
        "what is asked for is beside the balances, as the bar draws it"
    );
    assert_eq!(view.on_hold[Side::Bob], amount(30));
    pair.deliver();
    let Some(Proposal::Withdrawal {
        by: Side::Bob,
        amount: asked,
        ..
    }) = pair.alice.view(channel).proposal
    else {
        panic!()
    };
    assert_eq!(asked, amount(30));
    pair.alice.command(Command::AgreeWithdrawal { channel }).unwrap();
    assert_eq!(
        pair.alice.view(channel).receivable,
        amount(10),
        "on hold for the one who agreed, too"
    );
    assert_eq!(pair.mine_sent(), 0);
    pair.read();
    assert_eq!(pair.hub.paid_out(key().bob), 30);
    for side in Side::BOTH {
        let view = pair.node(side).view(channel);
        assert_eq!(
            (view.balances.alice, view.balances.bob, view.proposal),
            (amount(60), amount(10), None)
        );
    }
    pair.pay(Side::Bob, 10);
    pair.deliver();
    assert_eq!(pair.alice.view(channel).balances.alice, amount(70));
}

/// A hold ends when the withdrawal has certainly expired unused: at depth.
#[test]
fn a_hold_ends_at_depth_after_the_expiry() {
    let mut pair = Pair::open(key(), 3, 100);
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeWithdrawal {
            channel,
            amount: amount(70),
        })
        .unwrap();
    pair.deliver();
    pair.bob.command(Command::AgreeWithdrawal { channel }).unwrap();
    pair.bob.to_send.clear();
    let expiry = pair.hub.number() + limits::withdrawal_expiry(ClockMode::Blocks);
    pair.hub.mine(expiry + 1 - pair.hub.number());
    pair.read();
    assert_eq!(
        (
            pair.alice.view(channel).spendable,
            pair.bob.view(channel).receivable
        ),
        (amount(30), amount(30))
    );
    pair.hub.mine(3);
    pair.read();
    assert_eq!(
        (
            pair.alice.view(channel).spendable,
            pair.bob.view(channel).receivable
        ),
        (amount(100), amount(100))
    );
}

/// The payment and the withdrawal of the same money cross: only one of them counts.
#[test]
fn money_on_hold_cannot_be_paid_as_well() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeWithdrawal {
            channel,
            amount: amount(70),
        })
        .unwrap();
    let pay = Command::Pay {
        channel,
        amount: amount(31),
        memo: None,
        request: None,
    };
    assert_eq!(
        pair.alice.command(pay),
        Err(Refusal::AboveSpendable {
            spendable: amount(30)
        })
    );
    pair.deliver();
    pair.bob.command(Command::AgreeWithdrawal { channel }).unwrap();
    // A cheating alice signs all the same.
    let claim = crate::support::claims::signed(&alice().payment, Side::Bob, 100, 9);
    pair.bob.hear(RelayFrame::Claim { claim, at: 0 });
    assert_eq!(pair.bob.view(channel).balances.bob, amount(30));
    assert_eq!(pair.mine_sent(), 0);
}

#[test]
fn more_than_the_other_side_owns_is_not_agreed_to() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 60);
    pair.deliver();
    let clock = pair.hub.number();
    let longest = limits::withdrawal_expiry(ClockMode::Blocks) * limits::MAX_EXPIRY_FACTOR;
    for (total, expiry, fault) in [
        (41, clock + 5, ProposalFault::AboveTheirs),
        (40, clock + longest + 1, ProposalFault::HoldsMoney),
        (0, clock + 5, ProposalFault::TakenOut),
    ] {
        let withdrawal = Withdrawal {
            channel,
            to: key().alice,
            total: amount(total),
            expiry,
        };
        let signature = alice()
            .payment
            .sign(&withdrawal.digest(&crate::support::domain()));
        let offer = SignedWithdrawal {
            withdrawal,
            authorization: Authorization::direct(signature),
        };
        pair.bob.hear(RelayFrame::Message {
            channel,
            message: Message::Withdrawal(offer),
        });
        // A total of nothing is used up before it is made, and not even kept.
        let agreed = pair.bob.command(Command::AgreeWithdrawal { channel });
        assert_eq!(agreed, Err(Refusal::Proposal(fault)));
    }
    assert!(pair.bob.to_send.is_empty());
    assert_eq!(pair.bob.view(channel).balances.bob, amount(60));
}

#[test]
fn one_proposal_at_a_time_and_not_above_what_is_there() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let propose = |units| Command::ProposeWithdrawal {
        channel,
        amount: amount(units),
    };
    assert_eq!(
        pair.alice.command(propose(101)),
        Err(Refusal::AboveSpendable {
            spendable: amount(100)
        })
    );
    assert_eq!(pair.alice.command(propose(0)), Err(Refusal::Zero));
    pair.alice.command(propose(10)).unwrap();
    assert!(matches!(
        pair.alice.command(propose(10)),
        Err(Refusal::Proposal(_))
    ));
    assert_eq!(pair.alice.view(channel).spendable, amount(90));
}

/// Declining signs nothing and holds nothing; it lasts over a reload and a reconnection, and a newer proposal is asked about.
#[test]
fn a_declined_withdrawal_is_not_asked_about_again() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let propose = |units| Command::ProposeWithdrawal {
        channel,
        amount: amount(units),
    };
    let decline = Command::DeclineWithdrawal { channel };
    assert!(matches!(
        pair.bob.command(decline.clone()),
        Err(Refusal::Proposal(_))
    ));
    pair.alice.command(propose(70)).unwrap();
    pair.deliver();
    pair.bob.command(decline).unwrap();
    assert_eq!(pair.bob.view(channel).proposal, None);
    assert_eq!(
        pair.bob.view(channel).receivable,
        amount(100),
        "nothing is on hold"
    );
    pair.bob.crash();
    pair.read();
    pair.connect();
    assert_eq!(pair.bob.view(channel).proposal, None);

    let expiry = pair.hub.number() + limits::withdrawal_expiry(ClockMode::Blocks);
    pair.hub.mine(expiry + 1 - pair.hub.number());
    pair.read();
    pair.alice.command(propose(5)).unwrap();
    pair.deliver();
    let asked = pair.bob.view(channel).proposal;
    assert!(matches!(asked, Some(Proposal::Withdrawal { amount: five, .. }) if five == amount(5)));
}

/// Whoever proposed is told once that it came to nothing, also if the page was away when it expired.
#[test]
fn a_withdrawal_that_expires_unused_is_told_once() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let propose = |units| Command::ProposeWithdrawal {
        channel,
        amount: amount(units),
    };
    let lapsed = |pair: &Pair| {
        let about = |notice: &&Notice| matches!(notice, Notice::WithdrawalLapsed { .. });
        pair.alice
            .notices
            .iter()
            .filter(about)
            .cloned()
            .collect::<Vec<_>>()
    };
    // One that is used is no news.
    pair.alice.command(propose(10)).unwrap();
    pair.deliver();
    pair.bob.command(Command::AgreeWithdrawal { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.hub.mine(limits::withdrawal_expiry(ClockMode::Blocks) + 1);
    pair.read();
    assert_eq!(lapsed(&pair), []);

    pair.alice.command(propose(70)).unwrap();
    pair.hub.mine(limits::withdrawal_expiry(ClockMode::Blocks) + 1);
    pair.alice.crash();
    pair.read();
    pair.read();
    let told = Notice::WithdrawalLapsed {
        channel,
        amount: amount(70),
    };
    assert_eq!(lapsed(&pair), [told]);
    assert_eq!(pair.alice.view(channel).spendable, amount(90));
}
