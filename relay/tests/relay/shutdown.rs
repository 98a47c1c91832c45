//! How the relay ends: politely, quickly, and with nothing lost.

use crate::support::{Client, Program, World, subscribe};
use std::{
    collections::BTreeSet,
    process::Command,
    time::{Duration, Instant},
};
use thunder_channel::{
    Side,
    wire::{ClientFrame, RelayFrame},
};

/// 1012: service restart.
const RESTART: Option<u16> = Some(1012);

#[tokio::test]
async fn open_sockets_are_told_to_come_back_and_what_was_handed_in_is_acknowledged() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob, mut unsigned) = (
        world.alice().await,
        world.bob().await,
        Client::dial(world.relay.addr).await,
    );
    alice.follow(&key).await;
    bob.follow(&key).await;
    assert_eq!(alice.hear_presence().await, (Side::Bob, true));
    let claim = world.chain.claim(&key, Side::Alice, 100, 1);
    alice.say(&ClientFrame::Claim(claim)).await;
    assert!(matches!(alice.hear().await, RelayFrame::Ack { .. }));
    let addr = world.relay.addr;
    let began = Instant::now();
    let (alices, bobs, unsigneds, ()) =
        tokio::join!(alice.end(), bob.end(), unsigned.end(), world.relay.shutdown());
    assert_eq!((alices, bobs, unsigneds), (RESTART, RESTART, RESTART));
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(
        tokio::net::TcpStream::connect(addr).await.is_err(),
        "it still listens"
    );
}

#[tokio::test]
async fn a_client_that_does_not_read_cannot_hold_up_the_end() {
    let world = World::with(|config| {
        config.limits.goodbye = Duration::from_millis(500);
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
    // Far more snapshots than the network holds, so that the relay is stuck in writing one.
    let asking = async { while deaf.try_say(&subscribe(&key, 0)).await {} };
    let began = Instant::now();
    let stopping = async {
        assert_eq!(alice.hear_presence().await, (Side::Bob, true));
        world.relay.shutdown().await;
    };
    tokio::join!(asking, stopping);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn each_client_is_told_its_own_time_to_come_back() {
    let world = World::with(|config| config.limits.comeback = Duration::from_secs(3)).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(Client::dial(world.relay.addr).await);
    }
    let goodbyes = futures::future::join_all(clients.iter_mut().map(Client::goodbye));
    let (goodbyes, ()) = tokio::join!(goodbyes, world.relay.shutdown());
    let times: BTreeSet<u64> = goodbyes
        .into_iter()
        .map(|goodbye| {
            let (code, reason) = goodbye.unwrap();
            assert_eq!(Some(code), RESTART);
            let time = reason.strip_prefix("retry-after-ms=").unwrap().parse().unwrap();
            assert!(time < 3000, "{time}");
            time
        })
        .collect();
    assert!(times.len() > 1, "all at once: {times:?}");
}

/// Everything at once: claims under way, somebody who does not read, somebody who did not sign in, sockets without a request.
#[cfg(unix)]
#[tokio::test]
async fn the_program_drains_by_signal_within_its_time_and_loses_nothing() {
    let world = World::new().await;
    let key = world.chain.open(1, 1_000_000).await;
    let idle = |program: &Program| tokio::net::TcpStream::connect(program.addr);
    for signal in ["TERM", "INT"] {
        let arguments = [
            "--limit",
            "goodbye_ms=2000,address_burst=1000000,key_burst=1000000",
        ];
        let program = Program::start(&world, &arguments);
        let addr = program.addr;
        let domain = world.chain.domain();
        let mut alice = Client::signed_in(addr, &world.chain.alice, &domain).await;
        let before = alice
            .follow(&key)
            .await
            .claims
            .alice
            .map_or(0, |best| best.claim.nonce);
        for nonce in before + 1..=before + 100 {
            let claim = world.chain.claim(&key, Side::Alice, nonce.into(), nonce);
            alice.pay(Side::Alice, claim).await;
        }
        let mut deaf = Client::dial_narrow(addr).await;
        deaf.sign_in(&world.chain.bob, &domain).await;
        let (mut unsigned, silent) = (Client::dial(addr).await, idle(&program).await.unwrap());
        let shouting = tokio::spawn(async move { deaf.say_for_ever(&subscribe(&key, 0)).await });
        assert_eq!(alice.hear_presence().await, (Side::Bob, true));
        let mut acknowledged = before + 100;
        let began = Instant::now();
        for nonce in acknowledged + 1..acknowledged + 1000 {
            let claim = world.chain.claim(&key, Side::Alice, nonce.into(), nonce);
            if nonce == before + 110 {
                program.signal(signal);
            }
            // The relay stops in the middle of it.
            if !alice.try_say(&ClientFrame::Claim(claim)).await {
                break;
            }
        }
        let code = loop {
            match alice.hear_or_end().await {
                Ok(RelayFrame::Ack { nonce, .. }) => acknowledged = nonce,
                Ok(RelayFrame::Presence { .. }) => (),
                Ok(other) => panic!("{other:?}"),
                Err(code) => break code,
            }
        };
        // It said goodbye after the last acknowledgement, unless what alice was still saying got in the way.
        assert!(code.is_none() || code == RESTART, "{code:?}");
        assert_eq!(unsigned.end().await, RESTART);
        let (status, log) = program.wait();
        assert!(status.success(), "{status}\n{log}");
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        assert!(log.contains("\"stopped\""), "{log}");
        shouting.await.unwrap();
        drop(silent);
        // Nothing acknowledged is lost.
        let again = Program::start(&world, &[]);
        let mut bob = Client::signed_in(again.addr, &world.chain.bob, &domain).await;
        let kept = bob.follow(&key).await.claims.alice.unwrap().claim.nonce;
        assert!(
            kept >= acknowledged,
            "{acknowledged} was acknowledged, {kept} is kept"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_program_says_in_words_why_it_does_not_start() {
    let output = Command::new(env!("CARGO_BIN_EXE_thunder-relay"))
        .args([
            "--listen",
            "127.0.0.1:0",
            "--addresses",
            "/nowhere/addresses.json",
            "--data",
            "/nowhere/data",
        ])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.contains("/nowhere/addresses.json") && words.contains("deploy first"),
        "{words}"
    );
    assert_eq!(words.lines().count(), 1, "{words}");
}
