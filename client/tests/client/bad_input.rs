//! Input that is wrong ends in words and changes nothing: from a person, the relay, the store.

use crate::support::{
    Pair, alice, amount, bob,
    claims::{heard, signed},
    domain, key,
};
use thunder_channel::{
    Address, Amount, ChannelId, Claim, MAX_AMOUNT, Side, SignedClaim, TypedMessage,
    wire::{ErrorCode, Message, RelayFrame},
};
use thunder_client::{Command, Event, Notice, Participant, PhaseFault, Refusal, StoreError, limits};

/// Runs `act` and checks that bob's store and views are as before.
fn changes_nothing(pair: &mut Pair, act: impl FnOnce(&mut Pair)) {
    let (store, views) = (
        pair.bob.store.clone(),
        pair.bob.participant.views(pair.bob.now_ms),
    );
    act(pair);
    assert_eq!(
        (&pair.bob.store, pair.bob.participant.views(pair.bob.now_ms)),
        (&store, views)
    );
}

#[test]
fn amounts_that_cannot_be_paid() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 10);
    pair.deliver();
    changes_nothing(&mut pair, |pair| {
        let spendable = amount(10);
        for (amount, refusal) in [
            (Amount::ZERO, Refusal::Zero),
            (amount(11), Refusal::AboveSpendable { spendable }),
            (Amount::MAX, Refusal::AboveSpendable { spendable }),
        ] {
            assert_eq!(
                pair.bob.command(Command::Pay {
                    channel,
                    amount,
                    memo: None,
                    request: None
                }),
                Err(refusal.clone())
            );
            assert!(!refusal.to_string().is_empty());
        }
        let deposit = |units| Command::Deposit {
            channel,
            amount: amount(units),
        };
        assert_eq!(pair.bob.command(deposit(0)), Err(Refusal::Zero));
        assert_eq!(
            pair.bob.command(deposit(MAX_AMOUNT - 99)),
            Err(Refusal::AboveChannel)
        );
        assert!(pair.bob.to_send.is_empty());
    });
    assert!(Amount::new(MAX_AMOUNT + 1).is_err());
}

#[test]
fn commands_about_nothing() {
    let mut pair = Pair::standard();
    let channel = ChannelId([3; 32].into());
    for command in [
        Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None,
        },
        Command::Close { channel },
        Command::Settle { channel },
        Command::Join { channel },
    ] {
        assert_eq!(pair.alice.command(command), Err(Refusal::UnknownChannel));
    }
    let channel = pair.id();
    for command in [
        Command::Claim { channel },
        Command::Settle { channel },
        Command::Accept { channel },
    ] {
        assert_eq!(pair.alice.command(command), Err(Refusal::Phase(PhaseFault::Open)));
    }
}

#[test]
fn claims_that_prove_nothing() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 10);
    pair.deliver();
    let by = alice().payment;
    let good = signed(&by, Side::Bob, 50, 5);
    let with = |change: &dyn Fn(&mut Claim)| {
        let mut claim = good;
        change(&mut claim.claim);
        claim
    };
    let resigned = |mut claim: SignedClaim| {
        claim.authorization.signature = by.sign(&claim.claim.digest(&domain()));
        claim
    };
    let other = ChannelId([3; 32].into());
    let lies = [
        with(&|claim| claim.total = amount(51)),
        with(&|claim| claim.nonce = 6),
        with(&|claim| claim.channel = other),
        resigned(with(&|claim| claim.channel = other)),
        resigned(with(&|claim| claim.to = Address::repeat_byte(9))),
        // Alice's signature on a claim that would have bob pay her.
        resigned(with(&|claim| claim.to = key().alice)),
        signed(&bob().payment, Side::Bob, 50, 5),
        signed(&alice().wallet, Side::Bob, 50, 5),
    ];
    changes_nothing(&mut pair, |pair| {
        for claim in lies {
            pair.bob.apply(heard(claim)).unwrap();
            let mut snapshot = pair.relay.snapshot(&key());
            snapshot.claims.alice = Some(claim);
            pair.bob
                .apply(Event::Relay(Box::new(RelayFrame::Snapshot(Box::new(snapshot)))))
                .unwrap();
        }
        // Lower and equal ones are late, not lies.
        for claim in [signed(&by, Side::Bob, 9, 9), signed(&by, Side::Bob, 10, 1)] {
            pair.bob.apply(heard(claim)).unwrap();
        }
    });
    assert!(pair.bob.participant.disbelieved() >= 8);
    pair.bob.apply(heard(good)).unwrap();
    assert_eq!(
        pair.bob.view(channel).balances.bob,
        amount(50),
        "and the truth is still believed"
    );
}

/// A delegation by somebody else, or in a channel that takes none.
#[test]
fn delegations_that_prove_nothing() {
    let mut pair = Pair::standard();
    let digest = thunder_channel::Delegation {
        channel: pair.id(),
        key: alice().wallet.address(),
    }
    .digest(&domain());
    changes_nothing(&mut pair, |pair| {
        for delegator in [bob().payment, bob().wallet, alice().wallet] {
            let mut claim = signed(&alice().wallet, Side::Bob, 50, 5);
            claim.authorization.delegation = Some(delegator.sign(&digest));
            pair.bob.apply(heard(claim)).unwrap();
        }
    });
    let mut claim = signed(&alice().wallet, Side::Bob, 50, 5);
    claim.authorization.delegation = Some(alice().payment.sign(&digest));
    pair.bob.apply(heard(claim)).unwrap();
    assert_eq!(pair.bob.view(pair.id()).balances.bob, amount(50));
}

#[test]
fn a_relay_that_talks_rubbish_is_told_about_a_few_times_only() {
    let mut pair = Pair::standard();
    let (channel, nowhere) = (pair.id(), ChannelId([3; 32].into()));
    let notices = pair.bob.notices.len();
    changes_nothing(&mut pair, |pair| {
        let rubbish = || {
            let mut snapshot = crate::support::relay::ModelRelay::new(domain()).snapshot(&key());
            snapshot.channel = nowhere;
            vec![
                Event::RelayGarbled("the message has 300000 bytes".repeat(50)),
                Event::Relay(Box::new(RelayFrame::Snapshot(Box::new(snapshot)))),
                Event::Relay(Box::new(RelayFrame::Ack {
                    channel: nowhere,
                    payer: Side::Bob,
                    nonce: 1,
                    total: amount(1),
                })),
                Event::Relay(Box::new(RelayFrame::Message {
                    channel: nowhere,
                    message: Message::Unknown,
                })),
                Event::Relay(Box::new(RelayFrame::Presence {
                    channel: nowhere,
                    side: Side::Alice,
                    online: true,
                })),
                Event::Relay(Box::new(RelayFrame::Error {
                    code: ErrorCode::Limit,
                    words: "no\n".repeat(10_000),
                    channel: None,
                })),
                Event::Relay(Box::new(RelayFrame::Unknown)),
                Event::Relay(Box::new(RelayFrame::SignedIn {
                    address: Address::zero(),
                })),
            ]
        };
        for _ in 0..50 {
            for event in rubbish() {
                pair.bob.apply(event).unwrap();
            }
        }
    });
    let told = &pair.bob.notices[notices..];
    assert!(told.len() <= limits::MAX_RELAY_NOTICES as usize, "{}", told.len());
    for notice in told {
        let (Notice::Disbelieved { words } | Notice::RelayRefused { words }) = notice else {
            panic!("{notice:?}")
        };
        assert!(words.chars().count() <= limits::MAX_WORDS && !words.contains('\n'));
    }
    assert!(pair.bob.participant.disbelieved() >= 250);
    assert!(pair.bob.view(channel).joined);
}

/// An acknowledgement that was never earned shows at most a wrong tick: it changes no money.
#[test]
fn a_false_acknowledgement_is_harmless() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.relay.disconnect(Side::Bob);
    pair.pay(Side::Alice, 10);
    pair.alice.said.clear();
    pair.alice.hear(RelayFrame::Ack {
        channel,
        payer: Side::Alice,
        nonce: 1,
        total: amount(10),
    });
    pair.connect();
    assert_eq!(
        pair.bob.view(channel).balances.bob,
        amount(10),
        "a new connection compares anew"
    );
}

#[test]
fn a_full_store_stops_paying_and_keeps_what_it_has() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 10);
    pair.deliver();
    pair.bob.store_fails = true;
    pair.alice.store_fails = true;
    let refused = pair.alice.command(Command::Pay {
        channel,
        amount: amount(1),
        memo: None,
        request: None,
    });
    assert!(matches!(refused, Err(Refusal::Store(_))));
    assert!(pair.alice.said.is_empty(), "not stored, not said");
    changes_nothing(&mut pair, |pair| {
        let claim = signed(&alice().payment, Side::Bob, 30, 3);
        assert!(
            matches!(pair.bob.apply(heard(claim)), Err(Refusal::Store(_))),
            "not stored, not shown"
        );
    });
    pair.alice.store_fails = false;
    pair.bob.store_fails = false;
    pair.pay(Side::Alice, 5);
    pair.deliver();
    assert_eq!(pair.bob.view(channel).balances.bob, amount(15));
}

#[test]
fn a_corrupt_store_is_named_and_nothing_is_computed_from_it() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 10);
    pair.deliver();
    let at = format!("channel/{}", pair.id());
    let good = pair.bob.store[&at].clone();
    let corrupt = |value: String| {
        let records = [(at.clone(), value)];
        Participant::new(bob().config(), &records).map(drop)
    };
    assert_eq!(corrupt(good.clone()), Ok(()));
    let bad = Err(StoreError::Corrupt { key: at.clone() });
    assert_eq!(corrupt(good[..good.len() / 2].to_owned()), bad);
    assert_eq!(corrupt(String::new()), bad);
    assert_eq!(corrupt("{}".into()), bad);
    assert_eq!(corrupt(good.replace("\"version\":1", "\"version\":2")), bad);
    assert_eq!(
        corrupt(good.replace("\"total\":\"10\"", "\"total\":\"11\"")),
        bad,
        "a claim that proves nothing"
    );
    assert_eq!(
        corrupt(good.replace("\"credited\":\"10\"", "\"credited\":\"11\"")),
        bad,
        "more than was signed"
    );
    assert_eq!(
        corrupt(good.replace("\"epoch\":0", "\"epoch\":1")),
        bad,
        "another channel's record"
    );
    // Another account's records are not this one's.
    let records = [(at.clone(), good)];
    let stranger = crate::support::Person::new(9).config();
    assert_eq!(Participant::new(stranger, &records).map(drop), bad);
    // What the host keeps beside them is none of the participant's business.
    let host = [("payment_key".to_owned(), "not JSON".to_owned())];
    assert!(Participant::new(bob().config(), &host).is_ok());
    assert!(matches!(
        Participant::new(bob().config(), &[("scan".to_owned(), "?".to_owned())]),
        Err(StoreError::Corrupt { .. })
    ));
}
