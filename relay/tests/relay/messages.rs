//! Small messages between the sides: settlements and withdrawals to co-sign.

use crate::support::{World, amount};
use relay::counters::Count;
use thunder_channel::{
    Authorization, ChannelKey, Settlement, Side, SignedSettlement, SignedWithdrawal, SigningKey,
    TypedMessage, Withdrawal,
    wire::{ClientFrame, ErrorCode, Message, RelayFrame},
};

fn settlement(world: &World, signer: &SigningKey, key: &ChannelKey, alice_total: u128) -> Message {
    let settlement = Settlement {
        channel: key.id(0),
        alice_total: amount(alice_total),
        bob_total: amount(0),
        expiry: 1000,
    };
    let signature = signer.sign(&settlement.digest(&world.chain.domain()));
    Message::Settlement(SignedSettlement {
        settlement,
        authorization: Authorization::direct(signature),
    })
}

fn withdrawal(world: &World, signer: &SigningKey, key: &ChannelKey, to: Side) -> Message {
    let withdrawal = Withdrawal {
        channel: key.id(0),
        to: key.address(to),
        total: amount(5),
        expiry: 1000,
    };
    let signature = signer.sign(&withdrawal.digest(&world.chain.domain()));
    Message::Withdrawal(SignedWithdrawal {
        withdrawal,
        authorization: Authorization::direct(signature),
    })
}

#[tokio::test]
async fn a_message_reaches_the_other_side_now_or_later() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut alices_phone, mut bob) =
        (world.alice().await, world.alice().await, world.bob().await);
    alice.follow(&key).await;
    alices_phone.follow(&key).await;
    bob.follow(&key).await;
    assert_eq!(alice.hear_presence().await, (Side::Bob, true));
    assert_eq!(alices_phone.hear_presence().await, (Side::Bob, true));

    let proposal = settlement(&world, &world.chain.alice, &key, 100);
    alice.tell(&key, &proposal).await;
    assert_eq!(bob.hear_message().await, proposal);
    assert_eq!(alices_phone.hear_message().await, proposal);
    // Alice herself hears only what others say.
    let request = withdrawal(&world, &world.chain.bob, &key, Side::Bob);
    bob.tell(&key, &request).await;
    assert_eq!(alice.hear_message().await, request);

    // It waits over a restart, and a newer one of the same kind and side takes its place.
    let better = settlement(&world, &world.chain.alice, &key, 150);
    alice.tell(&key, &better).await;
    assert_eq!(bob.hear_message().await, better);
    let waiting = vec![request, better];
    assert_eq!(bob.follow(&key).await.messages, waiting);
    let world = world.restarted().await;
    assert_eq!(world.bob().await.follow(&key).await.messages, waiting);
}

#[tokio::test]
async fn a_message_has_to_be_signed_by_the_side_that_sends_it() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    for forged in [
        settlement(&world, &world.chain.bob, &key, 100),
        settlement(&world, &world.chain.carol, &key, 100),
        withdrawal(&world, &world.chain.bob, &key, Side::Alice),
    ] {
        alice.tell(&key, &forged).await;
        assert_eq!(alice.hear_error().await, ErrorCode::BadSignature);
    }
    let other = world.chain.key(2, thunder_channel::Policy::Refute);
    let misplaced = ClientFrame::Message {
        channel: key.id(0),
        message: settlement(&world, &world.chain.alice, &other, 100),
    };
    alice.say(&misplaced).await;
    assert_eq!(alice.hear_error().await, ErrorCode::WrongChannel);
    let message = settlement(&world, &world.chain.alice, &other, 100);
    alice.tell(&other, &message).await;
    assert_eq!(alice.hear_error().await, ErrorCode::NotSubscribed);
    assert!(alice.follow(&key).await.messages.is_empty());
}

#[tokio::test]
async fn unknown_kinds_and_fields_are_ignored() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    bob.follow(&key).await;
    alice.follow(&key).await;
    assert_eq!(bob.hear_presence().await, (Side::Alice, true));
    let channel = key.id(0);
    alice.say_text(r#"{"type":"dance","steps":3}"#).await;
    let unknown =
        format!(r#"{{"type":"message","channel":"{channel}","message":{{"kind":"song","notes":[1]}}}}"#);
    alice.say_text(unknown).await;
    let claim = world.chain.claim(&key, Side::Alice, 100, 1);
    let mut text: serde_json::Value = serde_json::from_str(&ClientFrame::Claim(claim).to_text()).unwrap();
    text["mood"] = "cheerful".into();
    alice.say_text(text.to_string()).await;
    // The first answer is to the claim, and the first that bob hears is the claim.
    assert!(matches!(alice.hear().await, RelayFrame::Ack { .. }));
    assert_eq!(bob.hear_claim().await, claim);
    assert_eq!(world.relay.counters().get(Count::UnknownKind), 2);
    assert!(bob.follow(&key).await.messages.is_empty());
}
