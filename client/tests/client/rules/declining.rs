//! Declining: whoever asked is told, once and only by the other side; nothing that was signed is taken back by it.

use crate::support::{Pair, alice, amount, bob, domain, key};
use thunder_channel::{
    Authorization, Bytes32, Decline, MemoText, Policy, RequestNumber, Side, SignedNote, SigningKey,
    TypedMessage,
    wire::{Message, RelayFrame},
};
use thunder_client::{Command, Notice, Proposal, Refusal, RequestState, Wish, limits};
use thunder_ethereum::ClockMode;

/// What alice was told about her wishes.
fn told(pair: &Pair) -> Vec<Wish> {
    let wish = |notice: &Notice| match notice {
        Notice::Declined { wish, .. } => Some(*wish),
        _ => None,
    };
    pair.alice.notices.iter().filter_map(wish).collect()
}

fn alices(pair: &Pair) -> Option<Proposal> {
    pair.alice.view(pair.key.id(0)).proposal
}

fn declined(proposal: Option<Proposal>) -> bool {
    match proposal {
        Some(Proposal::Settlement { declined, .. } | Proposal::Withdrawal { declined, .. }) => declined,
        None => panic!("nothing is proposed"),
    }
}

fn decline_of(by: &SigningKey, statement: Bytes32) -> Message {
    let note = Decline {
        channel: key().id(0),
        statement,
    };
    Message::Decline(SignedNote {
        authorization: Authorization::direct(by.sign(&note.digest(&domain()))),
        note,
    })
}

fn reload(pair: &mut Pair) {
    pair.alice.crash();
    pair.bob.crash();
    pair.read();
    pair.connect();
}

#[test]
fn who_wants_to_end_together_is_told_and_stays_bound() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let decline = Command::DeclineSettlement { channel };
    assert!(matches!(
        pair.bob.command(decline.clone()),
        Err(Refusal::Proposal(_))
    ));
    pair.alice
        .command(Command::ProposeSettlement { channel })
        .unwrap();
    pair.deliver();
    assert!(!declined(alices(&pair)));
    pair.bob.command(decline).unwrap();
    assert_eq!(pair.bob.view(channel).proposal, None);
    pair.deliver();
    assert!(declined(alices(&pair)));
    reload(&mut pair);
    assert_eq!(pair.bob.view(channel).proposal, None);
    assert!(declined(alices(&pair)));
    assert_eq!(told(&pair), [Wish::Settlement], "once");
    assert_eq!(
        pair.alice.view(channel).spendable,
        amount(0),
        "her signature is out"
    );
    // He may still change his mind: both signatures are as good as ever.
    pair.bob.command(Command::AgreeSettlement { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
}

#[test]
fn who_wants_money_out_is_told_also_when_away() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let propose = Command::ProposeWithdrawal {
        channel,
        amount: amount(30),
    };
    pair.alice.command(propose.clone()).unwrap();
    pair.deliver();
    pair.relay.disconnect(Side::Alice);
    pair.bob.command(Command::DeclineWithdrawal { channel }).unwrap();
    pair.deliver();
    assert!(!declined(alices(&pair)));
    pair.connect();
    assert!(declined(alices(&pair)));
    assert_eq!(told(&pair), [Wish::Withdrawal(amount(30))]);
    assert_eq!(
        pair.alice.view(channel).spendable,
        amount(70),
        "on hold until it expires"
    );

    let expiry = pair.hub.number() + limits::withdrawal_expiry(ClockMode::Blocks);
    pair.hub.mine(expiry + 1 - pair.hub.number());
    pair.read();
    pair.alice.command(propose).unwrap();
    pair.deliver();
    assert!(!declined(alices(&pair)), "the next wish is another one");
    assert!(pair.bob.view(channel).proposal.is_some());
}

#[test]
fn who_asks_to_be_paid_is_told() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let ask = Command::Request {
        channel,
        amount: amount(7),
        expiry: pair.alice.now_ms / 1_000 + 3_600,
        memo: MemoText::default(),
    };
    let number = RequestNumber::MIN;
    let decline = Command::DeclineRequest { channel, number };
    assert!(matches!(
        pair.bob.command(decline.clone()),
        Err(Refusal::Request(_))
    ));
    pair.alice.command(ask).unwrap();
    pair.deliver();
    pair.bob.command(decline).unwrap();
    pair.deliver();
    reload(&mut pair);
    assert_eq!(told(&pair), [Wish::Request(amount(7))]);
    let asked = &pair.alice.view(channel).requests_by_me;
    assert_eq!(asked[0].state, RequestState::Declined);
    let requested = &pair.bob.view(channel).requests_to_me;
    assert_eq!(requested[0].state, RequestState::Declined);
    let pay = Command::Pay {
        channel,
        amount: amount(7),
        memo: None,
        request: Some(number),
    };
    assert!(matches!(pair.bob.command(pay), Err(Refusal::Request(_))));
}

#[test]
fn only_the_other_side_declines_and_only_what_waits() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.alice
        .command(Command::ProposeSettlement { channel })
        .unwrap();
    let Some(Message::Settlement(offer)) = pair.alice.said.iter().find_map(|frame| match frame {
        thunder_channel::wire::ClientFrame::Message { message, .. } => Some(message.clone()),
        _ => None,
    }) else {
        panic!("nothing was said");
    };
    let statement = offer.settlement.digest(&domain()).0.into();
    let stranger = SigningKey::from_bytes(&[77; 32]).unwrap();
    let hear = |pair: &mut Pair, message: Message| {
        pair.alice.hear(RelayFrame::Message { channel, message });
    };
    // Neither a stranger nor she herself answers for bob, and what he declines has to be hers.
    hear(&mut pair, decline_of(&stranger, statement));
    assert!(matches!(
        pair.alice.notices.last(),
        Some(Notice::Disbelieved { .. })
    ));
    hear(&mut pair, decline_of(&alice().payment, statement));
    for other in 0..=limits::MAX_DECLINES {
        let other = Bytes32::from_low_u64_be(other as u64);
        hear(&mut pair, decline_of(&bob().payment, other));
    }
    assert!(!declined(alices(&pair)));
    assert!(told(&pair).is_empty());
    hear(&mut pair, decline_of(&bob().payment, statement));
    assert!(declined(alices(&pair)));
}

#[test]
fn who_is_paid_can_ask_for_no_more() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let stop = Command::DeclinePayments { channel };
    assert!(matches!(
        pair.bob.command(stop.clone()),
        Err(Refusal::Proposal(_))
    ));
    let pay = |pair: &mut Pair| {
        let pay = Command::Pay {
            channel,
            amount: amount(2),
            memo: None,
            request: None,
        };
        pair.alice.command(pay).unwrap();
    };
    pay(&mut pair);
    pair.deliver();
    pair.bob.command(stop.clone()).unwrap();
    // Meanwhile she pays on: what he declined is not her newest claim when it comes.
    pay(&mut pair);
    pair.deliver();
    let unwelcome = |pair: &Pair| pair.alice.view(channel).unwelcome;
    assert_eq!(unwelcome(&pair), amount(2));
    assert_eq!(pair.bob.view(channel).unwelcome, amount(0), "it is hers alone");
    assert_eq!(
        pair.alice.view(channel).spendable,
        amount(96),
        "and frees or binds nothing"
    );
    assert!(told(&pair).is_empty());
    reload(&mut pair);
    assert_eq!(unwelcome(&pair), amount(2));
    pair.bob.command(stop).unwrap();
    pair.deliver();
    assert_eq!(
        unwelcome(&pair),
        amount(2),
        "after a reload she is paying nothing by herself"
    );
    // Nobody but he says so, and only of what she has paid.
    pay(&mut pair);
    pair.deliver();
    let claim = pair.bob.view(channel).totals.alice;
    let paid = thunder_channel::Claim {
        channel,
        to: key().bob,
        total: claim,
        nonce: 3,
    };
    let statement = paid.digest(&domain()).0.into();
    let stranger = SigningKey::from_bytes(&[77; 32]).unwrap();
    for by in [&stranger, &alice().payment] {
        let message = decline_of(by, statement);
        pair.alice.hear(RelayFrame::Message { channel, message });
    }
    assert_eq!(unwelcome(&pair), amount(2));
    let message = decline_of(&bob().payment, statement);
    pair.alice.hear(RelayFrame::Message { channel, message });
    assert_eq!(unwelcome(&pair), amount(6));
}

#[test]
fn the_oldest_of_many_declines_gives_way() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    for units in 0..=limits::MAX_DECLINES as u128 {
        let ask = Command::Request {
            channel,
            amount: amount(1 + units),
            expiry: pair.alice.now_ms / 1_000 + 3_600,
            memo: MemoText::default(),
        };
        pair.alice.command(ask).unwrap();
        pair.deliver();
        let number = pair.bob.view(channel).requests_to_me.last().unwrap().number;
        pair.bob
            .command(Command::DeclineRequest { channel, number })
            .unwrap();
        pair.deliver();
    }
    assert_eq!(told(&pair).len(), limits::MAX_DECLINES + 1);
    // What is stored is read back within its bounds.
    reload(&mut pair);
    let open = |request: &&thunder_client::RequestView| request.state == RequestState::Open;
    let view = pair.bob.view(channel);
    assert_eq!(view.requests_to_me.iter().filter(open).count(), 0);
}

#[test]
fn no_window_opens_to_decline() {
    for policy in [Policy::Refute, Policy::Forfeit] {
        let mut pair = Pair::with_bobs_wallet(policy);
        let channel = pair.id();
        pair.alice
            .command(Command::ProposeSettlement { channel })
            .unwrap();
        pair.deliver();
        pair.bob.command(Command::DeclineSettlement { channel }).unwrap();
        assert!(pair.bob.to_sign.is_empty() && pair.bob.said.is_empty());
        assert_eq!(
            pair.bob.view(channel).proposal,
            None,
            "it is not asked about again"
        );
        pair.bob.crash();
        pair.read();
        pair.connect();
        assert_eq!(pair.bob.view(channel).proposal, None);
        assert!(pair.bob.to_sign.is_empty() && told(&pair).is_empty());
    }
}
