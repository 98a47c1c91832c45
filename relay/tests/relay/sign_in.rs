//! Who may speak: the challenge and its answer.

use crate::support::{Client, World, subscribe};
use relay::counters::Count;
use thunder_channel::{
    SignIn, Signature, TypedMessage,
    wire::{ClientFrame, ErrorCode, RelayFrame},
};

/// 1008: policy.
const POLICY: Option<u16> = Some(1008);

#[tokio::test]
async fn the_challenge_names_the_relay_and_a_minute() {
    let world = World::new().await;
    let (one, other) = (
        Client::dial(world.relay.addr).await,
        Client::dial(world.relay.addr).await,
    );
    assert_eq!(one.challenge.origin, format!("http://{}", world.relay.addr));
    assert_eq!(one.challenge.expires_at, crate::support::NOW / 1000 + 60);
    assert_ne!(one.challenge.challenge, other.challenge.challenge);
}

#[tokio::test]
async fn nothing_is_done_before_the_sign_in() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut stranger = Client::dial(world.relay.addr).await;
    stranger.say(&subscribe(&key, 0)).await;
    assert_eq!(stranger.hear_error().await, ErrorCode::NotSignedIn);
    let claim = world.chain.claim(&key, thunder_channel::Side::Alice, 1, 1);
    assert_eq!(stranger.pay_in_vain(claim).await, ErrorCode::NotSignedIn);
    // The challenge is still good.
    let address = stranger.sign_in(&world.chain.alice, &world.chain.domain()).await;
    assert_eq!(address, world.chain.alice.address());
}

#[tokio::test]
async fn an_expired_challenge_is_refused() {
    let world = World::new().await;
    let mut late = Client::dial(world.relay.addr).await;
    world.clock.advance(61_000);
    let signature = world
        .chain
        .alice
        .sign(&late.challenge.digest(&world.chain.domain()));
    late.say(&ClientFrame::SignIn { signature }).await;
    assert_eq!(late.hear_error().await, ErrorCode::SignInRefused);
    assert_eq!(late.end().await, POLICY);
    assert_eq!(world.relay.counters().get(Count::SignInRefused), 1);
}

#[tokio::test]
async fn a_challenge_is_good_for_one_answer() {
    let world = World::new().await;
    let mut client = world.alice().await;
    let signature = world
        .chain
        .alice
        .sign(&client.challenge.digest(&world.chain.domain()));
    client.say(&ClientFrame::SignIn { signature }).await;
    assert_eq!(client.hear_error().await, ErrorCode::SignInRefused);
    assert_eq!(client.end().await, POLICY);
}

#[tokio::test]
async fn a_signature_that_no_key_made_is_refused() {
    let world = World::new().await;
    let mut client = Client::dial(world.relay.addr).await;
    let mut bytes = [0; 65];
    bytes[63] = 1;
    bytes[64] = 27;
    let signature = Signature::from_bytes(&bytes).unwrap();
    client.say(&ClientFrame::SignIn { signature }).await;
    assert_eq!(client.hear_error().await, ErrorCode::SignInRefused);
    assert_eq!(client.end().await, POLICY);
}

/// A signature over anything but this very challenge is a stranger's, and a stranger reads nothing.
#[tokio::test]
async fn answers_to_other_challenges_do_not_speak_for_the_signer() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let domain = world.chain.domain();
    let alice = &world.chain.alice;

    let replayed = {
        let earlier = Client::dial(world.relay.addr).await;
        alice.sign(&earlier.challenge.digest(&domain))
    };
    let mut client = Client::dial(world.relay.addr).await;
    assert_stranger(&mut client, &key, replayed, alice.address()).await;

    let mut client = Client::dial(world.relay.addr).await;
    let elsewhere = SignIn {
        origin: "https://evil.example".into(),
        ..client.challenge.clone()
    };
    assert_stranger(
        &mut client,
        &key,
        alice.sign(&elsewhere.digest(&domain)),
        alice.address(),
    )
    .await;

    let mut client = Client::dial(world.relay.addr).await;
    let other_chain = thunder_channel::Domain {
        chain_id: 1,
        ..domain
    };
    let signature = alice.sign(&client.challenge.digest(&other_chain));
    assert_stranger(&mut client, &key, signature, alice.address()).await;
}

async fn assert_stranger(
    client: &mut Client,
    key: &thunder_channel::ChannelKey,
    signature: Signature,
    signer: thunder_channel::Address,
) {
    client.say(&ClientFrame::SignIn { signature }).await;
    match client.hear().await {
        RelayFrame::SignedIn { address } => assert_ne!(address, signer),
        other => panic!("{other:?}"),
    }
    client.say(&subscribe(key, 0)).await;
    assert_eq!(client.hear_error().await, ErrorCode::NotASide);
}
