//! Bad frames, floods, silence and slowness: each bounded, answered and counted.

use crate::support::{Client, World, subscribe};
use relay::counters::Count;
use std::time::Duration;
use thunder_channel::{
    Side,
    wire::{ClientFrame, ErrorCode, MAX_CLIENT_FRAME, RelayFrame},
};

#[tokio::test]
async fn malformed_frames_are_answered_and_then_the_connection_is_closed() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let rubbish = [
        "",
        "null",
        "[]",
        "{}",
        "{\"type\":7}",
        "{\"type\":\"claim\"}",
        "{\"type\":\"subscribe\",\"key\":{},\"epoch\":-1}",
        "\u{0}\u{1F32A}",
    ];
    for text in rubbish {
        alice.say_text(text).await;
        assert_eq!(alice.hear_error().await, ErrorCode::Malformed, "{text:?}");
    }
    // Nesting as deep as a frame allows does not overflow anything.
    alice.say_text("[".repeat(MAX_CLIENT_FRAME)).await;
    assert_eq!(alice.hear_error().await, ErrorCode::Malformed);
    // It was heard out so far, and still works.
    alice
        .pay(Side::Alice, world.chain.claim(&key, Side::Alice, 1, 1))
        .await;
    alice.say_text("one more").await;
    assert_eq!(alice.hear_error().await, ErrorCode::Malformed);
    assert_eq!(alice.end().await, Some(1008));
    assert_eq!(world.relay.counters().get(Count::Malformed), 10);
    assert_eq!(world.relay.counters().get(Count::StruckOut), 1);
}

#[tokio::test]
async fn binary_frames_are_refused() {
    let world = World::with(|config| config.limits.strikes = 2).await;
    let mut alice = world.alice().await;
    for _ in 0..2 {
        alice.say_bytes(vec![0xff; 100]).await;
        assert_eq!(alice.hear_error().await, ErrorCode::Binary);
    }
    assert_eq!(alice.end().await, Some(1008));
    assert_eq!(world.relay.counters().get(Count::Binary), 2);
}

#[tokio::test]
async fn an_oversized_frame_ends_the_connection_with_a_code() {
    let world = World::new().await;
    for size in [MAX_CLIENT_FRAME + 1, 2 * 1024 * 1024] {
        let mut alice = world.alice().await;
        // Just at the bound it is read, and found to be no frame.
        alice.say_text("x".repeat(MAX_CLIENT_FRAME)).await;
        assert_eq!(alice.hear_error().await, ErrorCode::Malformed);
        if size < 100_000 {
            alice.say_text("x".repeat(size)).await;
            assert_eq!(alice.hear_error().await, ErrorCode::TooLarge);
            assert_eq!(alice.end().await, Some(1009));
        } else {
            // Larger than what the network holds: the relay hangs up in the middle, and reads none of it.
            alice.say_too_much("x".repeat(size)).await;
        }
    }
    let mut binary = world.alice().await;
    binary.say_bytes(vec![0; MAX_CLIENT_FRAME + 1]).await;
    assert_eq!(binary.hear_error().await, ErrorCode::TooLarge);
    assert_eq!(world.relay.counters().get(Count::TooLarge), 3);
}

#[tokio::test]
async fn too_many_subscriptions_are_refused() {
    let world = World::with(|config| config.limits.subscriptions = 1).await;
    let (key, other) = (world.chain.open(1, 400).await, world.chain.open(2, 400).await);
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    alice.say(&subscribe(&other, 0)).await;
    assert_eq!(alice.hear_error().await, ErrorCode::Limit);
    // The one it has, it may ask for again.
    alice.follow(&key).await;
    assert_eq!(world.relay.counters().get(Count::TooManySubscriptions), 1);
}

#[tokio::test]
async fn too_many_connections_are_refused_until_one_leaves() {
    let world = World::with(|config| config.limits.connections = 2).await;
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    alice.follow(&key).await;
    bob.follow(&key).await;
    assert_eq!(alice.hear_presence().await, (Side::Bob, true));
    assert_eq!(Client::dial_as(world.relay.addr, None).await.err(), Some(503));
    assert_eq!(world.relay.counters().get(Count::TooManyConnections), 1);
    bob.leave().await;
    assert_eq!(alice.hear_presence().await, (Side::Bob, false));
    world.bob().await.follow(&key).await;
}

#[tokio::test]
async fn a_fast_sender_is_slowed_down_told_and_loses_nothing() {
    let world = World::with(|config| {
        config.limits.burst = 20;
        config.limits.frames_per_second = 200;
    })
    .await;
    let key = world.chain.open(1, 10_000).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    for nonce in 1..=60 {
        alice
            .say(&ClientFrame::Claim(world.chain.claim(
                &key,
                Side::Alice,
                nonce.into(),
                nonce,
            )))
            .await;
    }
    let (mut acknowledged, mut notices) = (0, 0);
    while acknowledged < 60 {
        match alice.hear().await {
            RelayFrame::Ack { nonce, .. } => {
                assert!(nonce > acknowledged, "in order");
                acknowledged = nonce;
            }
            RelayFrame::Error {
                code: ErrorCode::Limit,
                ..
            } => notices += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(notices, 1);
    assert_eq!(world.relay.counters().get(Count::Throttled), 1);
}

#[tokio::test]
async fn who_never_signs_in_is_cut_off() {
    let world = World::with(|config| config.limits.handshake = Duration::from_millis(50)).await;
    let mut silent = Client::dial(world.relay.addr).await;
    assert_eq!(silent.hear_error().await, ErrorCode::SignInRefused);
    assert_eq!(silent.end().await, Some(1008));
    assert_eq!(world.relay.counters().get(Count::HandshakeTimeout), 1);
}

#[tokio::test]
async fn a_connection_without_a_sign_of_life_is_closed_and_one_that_answers_pings_is_not() {
    let world = World::with(|config| {
        config.limits.ping = Duration::from_millis(100);
        config.limits.idle = Duration::from_millis(1000);
    })
    .await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let mut half_open = world.bob().await;
    half_open.follow(&key).await;
    assert_eq!(alice.hear_presence().await, (Side::Bob, true));
    // Only alice's side of the network goes on answering; three times the idle limit pass.
    let mut told = None;
    for _ in 0..30 {
        if let Some(frame) = alice.hear_ping_or_frame().await {
            told = Some(frame);
        }
    }
    assert!(
        matches!(
            told,
            Some(RelayFrame::Presence {
                side: Side::Bob,
                online: false,
                ..
            })
        ),
        "{told:?}"
    );
    drop(half_open);
    assert_eq!(world.relay.counters().get(Count::Idle), 1);
    alice
        .pay(Side::Alice, world.chain.claim(&key, Side::Alice, 1, 1))
        .await;
}

#[tokio::test]
async fn a_slow_reader_skips_to_the_newest_and_holds_up_nobody() {
    let world = World::with(|config| {
        config.limits.frames_per_second = 1_000_000;
        config.limits.burst = 1_000_000;
    })
    .await;
    let key = world.chain.open(1, 1_000_000).await;
    let mut slow = Client::dial_narrow(world.relay.addr).await;
    slow.sign_in(&world.chain.bob, &world.chain.domain()).await;
    slow.follow(&key).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let last = 2000;
    for nonce in 1..=last {
        alice
            .pay(
                Side::Alice,
                world.chain.claim(&key, Side::Alice, nonce.into(), nonce),
            )
            .await;
    }
    // Bob reads only now.
    assert_eq!(slow.hear_presence().await, (Side::Alice, true));
    let mut heard = vec![slow.hear_claim().await.claim.nonce];
    while heard.last() != Some(&last) {
        heard.push(slow.hear_claim().await.claim.nonce);
    }
    assert!(heard.is_sorted_by(|earlier, later| earlier < later));
}

#[tokio::test]
async fn who_reads_nothing_at_all_is_cut_off_and_finds_everything_later() {
    let world = World::with(|config| {
        config.limits.write = Duration::from_millis(200);
        config.limits.frames_per_second = 1_000_000;
        config.limits.burst = 1_000_000;
    })
    .await;
    let key = world.chain.open(1, 1_000_000).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    for nonce in 1..=200 {
        alice
            .pay(
                Side::Alice,
                world.chain.claim(&key, Side::Alice, nonce.into(), nonce),
            )
            .await;
    }
    let mut deaf = Client::dial_narrow(world.relay.addr).await;
    deaf.sign_in(&world.chain.bob, &world.chain.domain()).await;
    // Each answer is a snapshot of some 10 KB that nobody reads.
    let asked = async { while deaf.try_say(&subscribe(&key, 0)).await {} };
    let (presence, ()) = tokio::join!(
        async {
            assert_eq!(alice.hear_presence().await, (Side::Bob, true));
            alice.hear_presence().await
        },
        asked
    );
    assert_eq!(presence, (Side::Bob, false));
    assert_eq!(world.relay.counters().get(Count::SlowReader), 1);
    let snapshot = world.bob().await.follow(&key).await;
    assert_eq!(snapshot.claims.alice.unwrap().claim.nonce, 200);
}
