//! S1, S2: the page goes away after every single step, and right after every single write.

use crate::support::{Pair, amount, node::Node};
use thunder_channel::Side;
use thunder_client::{Command, Event};

/// Brings a side back from its store: it reads the chain and connects again.
fn come_back(pair: &mut Pair, side: Side) {
    pair.relay.disconnect(side);
    pair.node(side).crash();
    let account = pair.node(side).person.account();
    let update = pair.hub.update(account, 0);
    pair.node(side).apply(Event::Chain(Box::new(update))).unwrap();
    pair.relay.connect(side);
    pair.node(side).relay_up();
}

#[test]
fn a_crash_after_every_step_loses_and_doubles_nothing() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let (mut alice, mut bob) = (100, 0);
    for round in 1..=20u128 {
        pair.pay(Side::Alice, round % 5 + 2);
        (alice, bob) = (alice - (round % 5 + 2), bob + round % 5 + 2);
        come_back(&mut pair, Side::Alice);
        come_back(&mut pair, Side::Bob);
        pair.deliver();
        come_back(&mut pair, Side::Bob);
        pair.deliver();
        pair.pay(Side::Bob, 1);
        (alice, bob) = (alice + 1, bob - 1);
        come_back(&mut pair, Side::Bob);
        come_back(&mut pair, Side::Alice);
        pair.deliver();
        for side in Side::BOTH {
            let view = pair.node(side).view(channel);
            assert_eq!(
                (view.balances.alice, view.balances.bob),
                (amount(alice), amount(bob)),
                "round {round}, {side}"
            );
        }
    }
}

/// The store had it and the page died before it could be said: it is said on return, the very same bytes.
#[test]
fn what_was_stored_and_never_said_is_said_on_return() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let pay = Event::Command(Command::Pay {
        channel,
        amount: amount(10),
        memo: None,
        request: None,
    });
    let expected = pair
        .alice
        .participant
        .step(pay.clone(), pair.alice.now_ms)
        .unwrap();
    pair.alice.apply_and_crash(pay);
    assert_eq!(pair.bob.view(channel).balances.bob, amount(0));
    come_back(&mut pair, Side::Alice);
    pair.deliver();
    assert_eq!(pair.bob.view(channel).balances.bob, amount(10));
    let said = pair
        .alice
        .own_said
        .last()
        .copied()
        .map(thunder_channel::wire::ClientFrame::Claim);
    let thunder_client::Effect::Send(first) = &expected.effects[0] else {
        panic!()
    };
    assert_eq!(said.as_ref(), Some(first.as_ref()));
}

/// Every kind of intent, cut off right after its write, goes on from the store.
#[test]
fn intents_survive_a_crash_before_their_effects() {
    type Intent = fn(&mut Pair) -> Command;
    let intents: [(Side, Intent); 4] = [
        (Side::Alice, |pair| Command::Close { channel: pair.id() }),
        (Side::Alice, |pair| Command::ProposeSettlement {
            channel: pair.id(),
        }),
        (Side::Bob, |pair| Command::ProposeWithdrawal {
            channel: pair.id(),
            amount: amount(5),
        }),
        (Side::Bob, |pair| Command::Pay {
            channel: pair.id(),
            amount: amount(5),
            memo: None,
            request: None,
        }),
    ];
    for (side, intent) in intents {
        let mut pair = Pair::standard();
        let channel = pair.id();
        pair.pay(Side::Alice, 40);
        pair.deliver();
        let command = intent(&mut pair);
        let now = pair.alice.now_ms;
        let decided = pair
            .node(side)
            .participant
            .step(Event::Command(command.clone()), now)
            .unwrap()
            .next;
        pair.node(side).apply_and_crash(Event::Command(command));
        let node: &mut Node = pair.node(side);
        let (shown, stored) = (decided.views(now), node.participant.views(now));
        assert_eq!(
            (shown[0].phase, &shown[0].proposal),
            (stored[0].phase, &stored[0].proposal)
        );
        assert_eq!(
            (shown[0].balances, shown[0].totals),
            (stored[0].balances, stored[0].totals)
        );
        come_back(&mut pair, side);
        pair.deliver();
        let other = pair.node(side.other()).view(channel);
        assert_eq!(
            other.proposal.is_some(),
            stored[0].proposal.is_some(),
            "an offer is made again"
        );
    }
}
