//! Asking the watchtower to settle: a request that binds nobody, is kept until it is heard, and is believed only if signed.

use crate::support::{PERIOD, Pair, alice, amount, bob, domain, key, node::Node};
use thunder_channel::{
    Authorization, ChannelId, ChannelKey, Policy, SettleForMe, Side, SignedRequest, SigningKey, TypedMessage,
    wire::{Message, RelayFrame},
};
use thunder_client::{Command, PhaseFault, Refusal};

fn request(key: &SigningKey, channel: ChannelId) -> Message {
    let request = SettleForMe { channel };
    Message::SettleForMe(SignedRequest {
        request,
        authorization: Authorization::direct(key.sign(&request.digest(&domain()))),
    })
}

/// A channel that alice has closed.
fn closing(key: ChannelKey) -> Pair {
    let mut pair = Pair::open(key, 0, 100);
    let channel = pair.id();
    pair.alice.command(Command::Close { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.read();
    pair
}

#[test]
fn the_watchtower_is_asked_while_closing_only() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    let ask = Command::SettleForMe { channel };
    assert_eq!(
        pair.alice.command(ask.clone()),
        Err(Refusal::Phase(PhaseFault::Open))
    );
    let mut pair = closing(key());
    pair.alice.command(ask.clone()).unwrap();
    assert!(pair.alice.view(channel).settle_for_me);
    pair.deliver();
    let asked = (Side::Alice, request(&alice().payment, channel));
    assert_eq!(pair.relay.messages, [asked]);
    // It is hers alone: bob can ask for himself.
    assert!(!pair.bob.view(channel).settle_for_me);
    // It binds nobody: the channel ends as it would have.
    pair.hub.mine(u64::from(PERIOD));
    pair.read();
    pair.bob.command(Command::Settle { channel }).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.read();
    assert_eq!(
        pair.alice.command(ask),
        Err(Refusal::Phase(PhaseFault::Settled)),
        "there is nothing left to ask for"
    );
}

#[test]
fn a_request_that_was_lost_on_the_way_is_said_again() {
    let mut pair = closing(key());
    let channel = pair.id();
    pair.relay.disconnect(Side::Alice);
    pair.alice.command(Command::SettleForMe { channel }).unwrap();
    pair.deliver();
    assert_eq!(pair.relay.messages, []);
    pair.alice.crash();
    pair.read();
    pair.connect();
    assert_eq!(pair.relay.messages.len(), 1);
    // A browser that lost everything sees that it was asked for.
    pair.alice = Node::new(alice(), alice().config());
    pair.read();
    assert!(!pair.alice.view(channel).settle_for_me);
    pair.connect();
    assert!(pair.alice.view(channel).settle_for_me);
}

#[test]
fn nobody_asks_in_anothers_name() {
    let mut pair = closing(key());
    let channel = pair.id();
    let hear = |pair: &mut Pair, message| {
        let before = pair.alice.participant.disbelieved();
        pair.alice.hear(RelayFrame::Message { channel, message });
        let believed = pair.alice.participant.disbelieved() == before;
        (believed, pair.alice.view(channel).settle_for_me)
    };
    assert_eq!(hear(&mut pair, request(&bob().payment, channel)), (true, false));
    let stranger = SigningKey::from_bytes(&[77; 32]).unwrap();
    assert_eq!(hear(&mut pair, request(&stranger, channel)), (false, false));
}

/// In a forfeit channel whose signer is the wallet, the wallet signs the request too: no delegation counts there.
#[test]
fn where_the_wallet_signs_it_signs_the_request() {
    let forfeit = ChannelKey {
        alice_signer: alice().account(),
        policy: Policy::Forfeit,
        ..key()
    };
    let mut pair = closing(forfeit);
    let channel = pair.id();
    pair.alice.command(Command::SettleForMe { channel }).unwrap();
    assert!(!pair.alice.view(channel).settle_for_me);
    pair.alice.wallet_signs().unwrap();
    assert!(pair.alice.view(channel).settle_for_me);
    pair.deliver();
    assert_eq!(
        pair.relay.messages,
        [(Side::Alice, request(&alice().wallet, channel))]
    );
    assert_eq!(pair.alice.view(channel).balances.alice, amount(100));
}
