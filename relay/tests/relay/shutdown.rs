//! How the relay ends: politely, quickly, and with nothing lost.

use crate::support::{Client, World, addresses, get, subscribe};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
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

#[cfg(unix)]
#[tokio::test]
async fn the_program_ends_by_signal_with_success() {
    let world = World::new().await;
    let directory = tempfile::TempDir::new().unwrap();
    let book = directory.path().join("addresses.json");
    std::fs::write(&book, serde_json::to_string(&addresses(&world.chain)).unwrap()).unwrap();
    for signal in ["TERM", "INT"] {
        let mut process = Command::new(env!("CARGO_BIN_EXE_thunder-relay"))
            .args([
                "--listen",
                "127.0.0.1:0",
                "--rpc",
                &world.chain.anvil.url,
                "--addresses",
            ])
            .arg(&book)
            .arg("--data")
            .arg(directory.path().join("relay"))
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let addr = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(get(addr, "/health").await.status, 200);
        let mut client = Client::signed_in(addr, &world.chain.alice, &world.chain.domain()).await;
        let key = world.chain.open(u64::from(process.id()), 400).await;
        client.follow(&key).await;
        let claim = world.chain.claim(&key, Side::Alice, 100, 1);
        client.pay(Side::Alice, claim).await;
        let began = Instant::now();
        let killed = Command::new("kill")
            .args(["-s", signal, &process.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        assert_eq!(client.end().await, RESTART);
        drop(client);
        let status = process.wait().unwrap();
        assert!(status.success(), "{status}");
        assert!(began.elapsed() < Duration::from_secs(10));
        // Off a terminal each line of the log is JSON, and none has a signature in it.
        let mut log = String::new();
        process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(log.lines().count() > 1);
        for line in log.lines() {
            serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON");
        }
        assert!(!log.contains(&claim.authorization.signature.to_string()[2..]));
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
