//! "Whose channel": address and signer are one's own, the token was chosen, period and policy are accepted.

use crate::support::{Pair, alice, amount, bob, domain, key};
use thunder_channel::{Address, Amount, ChannelKey, KeyFault, Policy, Side};
use thunder_client::{
    Accepted, ChannelView, Command, Config, Effect, Event, Notice, Participant, PhaseView, Refusal,
    TermsFault,
};

/// Bob's view of what alice opened with this key.
fn seen_by_bob(key: ChannelKey) -> (Pair, Option<ChannelView>) {
    let mut pair = Pair::new(key, 0);
    let call = thunder_ethereum::Hub::new(domain().hub).open(&key, amount(100));
    pair.hub.transact(alice().account(), &call).unwrap();
    pair.bob.read(&pair.hub);
    let view = pair.bob.find(key.id(0));
    (pair, view)
}

fn refused(key: ChannelKey) -> TermsFault {
    let (mut pair, view) = seen_by_bob(key);
    let view = view.unwrap();
    let fault = view.fault.unwrap();
    assert!(!view.joined && view.balances.alice.is_zero() && view.receivable.is_zero());
    assert_eq!((view.spendable, view.guaranteed), (Amount::ZERO, Amount::ZERO));
    let channel = key.id(0);
    assert_eq!(
        pair.bob.command(Command::Join { channel }),
        Err(Refusal::NotAccepted(fault))
    );
    let deposit = Command::Deposit {
        channel,
        amount: amount(1),
    };
    assert_eq!(pair.bob.command(deposit), Err(Refusal::NotAccepted(fault)));
    assert_eq!(pair.bob.notices, [], "nobody is told of what is not theirs");
    assert!(!fault.to_string().is_empty());
    fault
}

/// S18: alice knows bob's address and names a signer of her own for him.
#[test]
fn a_signer_that_is_not_ones_own_makes_it_no_money() {
    let stranger = Address::repeat_byte(9);
    assert_eq!(
        refused(ChannelKey {
            bob_signer: stranger,
            ..key()
        }),
        TermsFault::OtherSigner
    );
}

#[test]
fn a_token_that_was_not_chosen_by_address_is_refused() {
    let token = Address::repeat_byte(0x71);
    assert_eq!(refused(ChannelKey { token, ..key() }), TermsFault::Token);
}

#[test]
fn a_period_outside_what_was_accepted_is_refused() {
    for finalization_period in [9, 1_001, u32::MAX] {
        let fault = refused(ChannelKey {
            finalization_period,
            ..key()
        });
        assert_eq!(
            fault,
            TermsFault::Period {
                period: finalization_period,
                min: 10,
                max: 1_000
            }
        );
    }
}

#[test]
fn forfeit_has_to_be_accepted() {
    let forfeit = ChannelKey {
        policy: Policy::Forfeit,
        ..key()
    };
    let (_, view) = seen_by_bob(forfeit);
    assert_eq!(view.unwrap().fault, None);

    let config = Config {
        accepted: Accepted {
            forfeit: false,
            ..bob().config().accepted
        },
        ..bob().config()
    };
    assert_eq!(config.check_terms(&forfeit, Side::Bob), Err(TermsFault::Forfeit));
    assert_eq!(config.check_terms(&key(), Side::Bob), Ok(()));
}

#[test]
fn a_channel_of_others_is_not_there_at_all() {
    let key = ChannelKey {
        bob: Address::repeat_byte(9),
        ..key()
    };
    let (mut pair, view) = seen_by_bob(key);
    assert_eq!(view, None);
    assert_eq!(
        pair.bob.command(Command::Join { channel: key.id(0) }),
        Err(Refusal::UnknownChannel)
    );
}

#[test]
fn an_offer_is_told_once_and_costs_nothing_to_join() {
    let (mut pair, view) = seen_by_bob(key());
    let (channel, by) = (key().id(0), alice().account());
    assert_eq!(pair.bob.notices, [Notice::Offered { channel, by }]);
    let view = view.unwrap();
    assert!(!view.joined && view.phase == PhaseView::Open && view.fault.is_none());
    assert_eq!(
        (view.balances.alice, view.balances.bob),
        (amount(100), Amount::ZERO)
    );
    pair.bob.read(&pair.hub);
    pair.bob.crash();
    pair.bob.read(&pair.hub);
    assert_eq!(pair.bob.notices.len(), 1);
    assert_eq!(
        pair.bob.command(Command::Pay {
            channel,
            amount: amount(1),
            memo: None,
            request: None
        }),
        Err(Refusal::NotJoined)
    );
    pair.bob.command(Command::Join { channel }).unwrap();
    assert!(pair.bob.view(channel).joined && pair.bob.to_send.is_empty());
    pair.bob.crash();
    assert!(pair.bob.view(channel).joined);
}

#[test]
fn alice_opens_only_what_she_would_take_as_her_own() {
    let mut pair = Pair::new(key(), 0);
    let mut open = |key: ChannelKey| {
        pair.alice
            .command(Command::Open {
                key,
                amount: amount(5),
            })
            .unwrap_err()
    };
    let (me, stranger) = (alice().account(), Address::repeat_byte(9));
    assert_eq!(open(ChannelKey { bob: me, ..key() }), Refusal::OwnAddress);
    assert_eq!(
        open(ChannelKey {
            alice: stranger,
            ..key()
        }),
        Refusal::NotYours
    );
    assert_eq!(
        open(ChannelKey {
            alice_signer: stranger,
            ..key()
        }),
        Refusal::NotYours
    );
    let same = ChannelKey {
        bob_signer: key().alice_signer,
        ..key()
    };
    assert_eq!(open(same), Refusal::Key(KeyFault::SameSigners));
    assert_eq!(
        open(ChannelKey {
            bob: Address::zero(),
            ..key()
        }),
        Refusal::Key(KeyFault::ZeroAddress)
    );
    let token = ChannelKey {
        token: stranger,
        ..key()
    };
    assert_eq!(open(token), Refusal::NotAccepted(TermsFault::Token));
    assert_eq!(
        open(ChannelKey {
            finalization_period: 0,
            ..key()
        }),
        Refusal::Key(KeyFault::NoPeriod)
    );
    assert!(pair.alice.store.is_empty() && pair.alice.to_send.is_empty());
}

/// The hub and the chain come from the configuration: the same signatures are worth nothing under another.
#[test]
fn a_claim_for_another_hub_is_not_believed() {
    let mut pair = Pair::standard();
    let elsewhere = thunder_channel::Domain {
        hub: Address::repeat_byte(0xcd),
        ..domain()
    };
    let config = Config {
        domain: elsewhere,
        ..alice().config()
    };
    let mut other = crate::support::node::Node::new(alice(), config);
    let mut hub = crate::support::hub::ModelChain::new(elsewhere);
    other
        .command(Command::Open {
            key: key(),
            amount: amount(100),
        })
        .unwrap();
    let (call, _) = other.to_send.remove(0);
    hub.transact(alice().account(), &call).unwrap();
    other.read(&hub);
    other
        .command(Command::Pay {
            channel: pair.id(),
            amount: amount(30),
            memo: None,
            request: None,
        })
        .unwrap();
    let stored = other
        .store
        .values()
        .find(|value| value.contains("\"own\":{"))
        .unwrap();
    let record: serde_json::Value = serde_json::from_str(stored).unwrap();
    let claim = serde_json::from_value(record["own"].clone()).unwrap();
    pair.bob
        .hear(thunder_channel::wire::RelayFrame::Claim { claim, at: 0 });
    assert_eq!(pair.bob.view(pair.id()).balances.bob, Amount::ZERO);
    assert_eq!(pair.bob.participant.disbelieved(), 1);
}

/// S12: anybody can open channels with bob; that costs them gas and him a bounded number of records.
#[test]
fn offers_are_bounded() {
    let mut pair = Pair::new(key(), 0);
    for salt in 0..3 {
        let call = thunder_ethereum::Hub::new(domain().hub).open(&ChannelKey { salt, ..key() }, amount(1));
        pair.hub.transact(alice().account(), &call).unwrap();
    }
    let mut update = pair.hub.update(bob().account(), 0);
    let template = update.channels[0].clone();
    let limit = bob().config().accepted.channels;
    update.channels = (0..limit as u64 + 5)
        .map(|salt| thunder_client::ChannelOnChain {
            key: ChannelKey { salt, ..key() },
            ..template.clone()
        })
        .collect();
    let participant = Participant::new(bob().config(), &[]).unwrap();
    let step = participant.step(Event::Chain(Box::new(update)), 0).unwrap();
    assert_eq!((step.next.views(0).len(), step.next.left_out()), (limit, 5));
    assert!(
        step.effects
            .iter()
            .all(|effect| matches!(effect, Effect::Notify(Notice::Offered { .. })))
    );
}
