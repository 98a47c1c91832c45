//! "Settling by agreement": both totals are the best known, and nothing else is signed until it expires.

use crate::support::{Pair, amount, key};
use thunder_channel::{
    Authorization, Settlement, Side, SignedSettlement, TypedMessage,
    wire::{Message, RelayFrame},
};
use thunder_client::{Command, PhaseView, Proposal, ProposalFault, Refusal, Waiting, limits};
use thunder_ethereum::ClockMode;

fn paid_pair() -> Pair {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 30);
    pair.deliver();
    pair.pay(Side::Bob, 10);
    pair.deliver();
    pair
}

/// Scenario 6: both agree, one transaction, no waiting.
#[test]
fn both_agree_and_are_paid_at_once() {
    let mut pair = paid_pair();
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeSettlement { channel })
        .unwrap();
    pair.deliver();
    let Some(Proposal::Settlement {
        by: Side::Alice,
        payout,
        ..
    }) = pair.bob.view(channel).proposal
    else {
        panic!()
    };
    assert_eq!((payout.alice, payout.bob), (amount(80), amount(20)));
    pair.bob.command(Command::AgreeSettlement { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.read();
    assert!(matches!(
        pair.alice.view(channel).phase,
        PhaseView::Settled { .. }
    ));
    assert_eq!(
        (pair.hub.paid_out(key().alice), pair.hub.paid_out(key().bob)),
        (80, 20)
    );
}

#[test]
fn the_signer_signs_and_credits_nothing_until_it_expires() {
    let mut pair = paid_pair();
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeSettlement { channel })
        .unwrap();
    let expiry = pair.hub.number() + limits::settlement_expiry(ClockMode::Blocks);
    pair.alice.crash();
    pair.read();
    pair.connect();
    let refused = Err(Refusal::SettlementSigned { expiry });
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        refused
    );
    let withdrawal = Command::ProposeWithdrawal {
        channel,
        amount: amount(1),
    };
    assert_eq!(pair.alice.command(withdrawal), refused);
    pair.pay(Side::Bob, 2);
    pair.deliver();
    assert_eq!(
        pair.alice.view(channel).waiting,
        Some((amount(2), Waiting::Frozen))
    );
    assert!(
        pair.alice.view(channel).receivable.is_zero(),
        "nothing that she is paid counts"
    );
    pair.hub.mine(expiry - pair.hub.number());
    pair.read();
    assert_eq!(
        pair.alice.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        refused,
        "it is still good in its last block"
    );
    pair.hub.mine(1);
    pair.read();
    assert_eq!(
        (
            pair.alice.view(channel).waiting,
            pair.alice.view(channel).proposal
        ),
        (None, None)
    );
    pair.pay(Side::Alice, 1);
}

/// The counterparty paid after the proposal: it is not signed.
#[test]
fn totals_that_are_not_the_best_known_are_not_signed() {
    let mut pair = paid_pair();
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeSettlement { channel })
        .unwrap();
    pair.deliver();
    pair.pay(Side::Bob, 1);
    let refused = pair.bob.command(Command::AgreeSettlement { channel });
    assert_eq!(refused, Err(Refusal::Proposal(ProposalFault::OldTotals)));
    assert!(pair.bob.to_send.is_empty());
    pair.pay(Side::Bob, 1);
}

/// Nor one that understates what the proposer paid, or that would freeze the channel for days.
#[test]
fn a_lying_or_long_proposal_is_not_signed() {
    let mut pair = paid_pair();
    let channel = pair.id();
    let clock = pair.hub.number();
    let longest = limits::settlement_expiry(ClockMode::Blocks) * limits::MAX_EXPIRY_FACTOR;
    for (alice_total, expiry, fault) in [
        (29, clock + 5, Some(ProposalFault::OldTotals)),
        (31, clock + 5, Some(ProposalFault::OldTotals)),
        (30, clock + longest + 1, Some(ProposalFault::HoldsChannel)),
        (30, clock, None),
    ] {
        let settlement = Settlement {
            channel,
            alice_total: amount(alice_total),
            bob_total: amount(10),
            expiry,
        };
        let signature = crate::support::alice()
            .payment
            .sign(&settlement.digest(&crate::support::domain()));
        let offer = SignedSettlement {
            settlement,
            authorization: Authorization::direct(signature),
        };
        pair.bob.hear(RelayFrame::Message {
            channel,
            message: Message::Settlement(offer),
        });
        let agreed = pair.bob.command(Command::AgreeSettlement { channel });
        match fault {
            None => assert_eq!(agreed, Ok(()), "the last block of an offer is still good"),
            Some(fault) => assert_eq!(agreed, Err(Refusal::Proposal(fault))),
        }
    }
}

#[test]
fn nobody_agrees_to_nothing_or_to_their_own_word() {
    let mut pair = paid_pair();
    let channel = pair.id();
    let nothing = Err(Refusal::Proposal(ProposalFault::Nothing));
    assert_eq!(pair.bob.command(Command::AgreeSettlement { channel }), nothing);
    pair.alice
        .command(Command::ProposeSettlement { channel })
        .unwrap();
    pair.deliver();
    assert_eq!(pair.alice.command(Command::AgreeSettlement { channel }), nothing);
    assert!(matches!(
        pair.alice.view(channel).proposal,
        Some(Proposal::Settlement { by: Side::Alice, .. })
    ));
}

/// Both propose at the same moment: both totals are frozen and equal, so either can go on.
#[test]
fn crossing_proposals_still_end_the_channel() {
    let mut pair = paid_pair();
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeSettlement { channel })
        .unwrap();
    pair.bob.command(Command::ProposeSettlement { channel }).unwrap();
    pair.deliver();
    pair.alice.command(Command::AgreeSettlement { channel }).unwrap();
    pair.bob.command(Command::AgreeSettlement { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 1, "the second one finds the channel settled");
    assert_eq!(
        (pair.hub.paid_out(key().alice), pair.hub.paid_out(key().bob)),
        (80, 20)
    );
}

/// A store that forgot its own signed settlement is told by the relay, and is bound by it.
#[test]
fn a_forgotten_settlement_still_binds() {
    let mut pair = paid_pair();
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeSettlement { channel })
        .unwrap();
    pair.deliver();
    pair.alice = crate::support::node::Node::new(crate::support::alice(), crate::support::alice().config());
    pair.alice.read(&pair.hub);
    pair.connect();
    let refused = pair.alice.command(Command::Pay {
        channel,
        amount: amount(1),
        memo: None,
        request: None,
    });
    assert!(
        matches!(refused, Err(Refusal::SettlementSigned { .. })),
        "{refused:?}"
    );
}
