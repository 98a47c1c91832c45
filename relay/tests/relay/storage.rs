//! Where the disk fails: full, or damaged; and backups by the program.

use crate::{
    restart::{PROGRAM, Relay},
    support::{Client, TestChain, World, get},
};
use relay::Server;
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;
use thunder_channel::{
    Side,
    wire::{ClientFrame, ErrorCode, RelayFrame},
};

fn register(directory: &Path) -> PathBuf {
    let is_register = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "sqlite");
    std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(is_register)
        .expect("a register")
}

/// No file may grow above 256 KB, as if the disk were full then; without the signal that would end the process.
fn on_a_small_disk() -> Command {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "trap '' XFSZ; ulimit -S -f 512; exec \"$0\" \"$@\"",
        PROGRAM,
    ]);
    command
}

#[tokio::test]
async fn a_full_disk_is_told_loses_nothing_and_is_over_when_there_is_room() {
    let chain = TestChain::new().await;
    let key = chain.open(1, 1 << 40).await;
    let directory = TempDir::new().unwrap();
    let relay = Relay::start_with(on_a_small_disk(), &chain, directory.path(), &[]);
    let mut alice = Client::signed_in(relay.addr, &chain.alice, &chain.domain()).await;
    alice.follow(&key).await;
    let (mut signed, mut acknowledged) = (0, 0);
    // One after the other, so that each takes its part of the disk.
    let refused = loop {
        signed += 1;
        assert!(signed < 1000, "the disk is not small");
        let claim = chain.claim(&key, Side::Alice, signed.into(), signed);
        alice.say(&ClientFrame::Claim(claim)).await;
        match alice.hear().await {
            RelayFrame::Ack { nonce, .. } => acknowledged = nonce,
            RelayFrame::Error { code, .. } => {
                assert_eq!(code, ErrorCode::Unavailable);
                break claim;
            }
            other => panic!("{other:?}"),
        }
    };
    assert!(acknowledged > 1);
    assert_eq!(get(relay.addr, "/health").await.status, 503);
    // What it shows is what it has.
    let kept = alice.follow(&key).await.claims.alice.unwrap();
    assert_eq!(kept.claim.nonce, acknowledged);
    let made_room = Command::new("prlimit")
        .args(["--pid", &relay.id().to_string(), "--fsize=unlimited:unlimited"])
        .status()
        .expect("prlimit, of util-linux");
    assert!(made_room.success());
    assert_eq!(get(relay.addr, "/health").await.status, 200);
    alice.pay(Side::Alice, refused).await;
    drop(relay);
    let relay = Relay::start(&chain, directory.path(), &[]);
    let mut alice = Client::signed_in(relay.addr, &chain.alice, &chain.domain()).await;
    assert_eq!(alice.follow(&key).await.claims.alice, Some(refused));
}

#[tokio::test]
async fn a_relay_killed_on_a_full_disk_starts_again_with_everything_acknowledged() {
    let chain = TestChain::new().await;
    let key = chain.open(1, 1 << 40).await;
    let directory = TempDir::new().unwrap();
    let mut acknowledged = 0;
    for round in 1..=3 {
        let relay = Relay::start_with(on_a_small_disk(), &chain, directory.path(), &[]);
        let mut alice = Client::signed_in(relay.addr, &chain.alice, &chain.domain()).await;
        let kept = alice
            .follow(&key)
            .await
            .claims
            .alice
            .map_or(0, |claim| claim.claim.nonce);
        assert_eq!(kept, acknowledged, "round {round}");
        for number in kept + 1.. {
            let claim = chain.claim(&key, Side::Alice, number.into(), number);
            alice.say(&ClientFrame::Claim(claim)).await;
            match alice.hear().await {
                RelayFrame::Ack { nonce, .. } => acknowledged = nonce,
                _ => break,
            }
        }
    }
}

#[tokio::test]
async fn a_damaged_register_keeps_the_relay_from_starting_and_is_left_alone() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let claim = world.chain.claim(&key, Side::Alice, 10, 1);
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    alice.pay(Side::Alice, claim).await;
    drop(alice);
    let World {
        chain,
        relay,
        clock: _clock,
        data,
        config,
    } = world;
    relay.shutdown().await;
    let path = register(data.path());
    let whole = std::fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    damaged[4096..12_288].fill(0xa5);
    std::fs::write(&path, &damaged).unwrap();
    let refused = Server::spawn(config.clone()).await.err().expect("refused");
    let words = format!("{refused:#}");
    assert!(
        words.contains("damaged") && words.contains(path.to_str().unwrap()),
        "{words}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), damaged);
    // The words say what helps: another file in its place.
    std::fs::rename(&path, path.with_extension("damaged")).unwrap();
    let relay = Server::spawn(config.clone()).await.unwrap();
    let mut alice = Client::signed_in(relay.addr, &chain.alice, &chain.domain()).await;
    assert_eq!(alice.follow(&key).await.claims.alice, None);
    alice.pay(Side::Alice, claim).await;
    drop(alice);
    relay.shutdown().await;
}

#[tokio::test]
async fn the_program_makes_a_backup_of_a_running_relay() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let claim = world.chain.claim(&key, Side::Alice, 10, 1);
    alice.pay(Side::Alice, claim).await;
    let copies = TempDir::new().unwrap();
    let backup = |from: &Path| {
        Command::new(PROGRAM)
            .args(["backup", "--data"])
            .arg(from)
            .arg(copies.path())
            .output()
            .unwrap()
    };
    let made = backup(world.data.path());
    assert!(made.status.success(), "{made:?}");
    let copy = register(copies.path());
    assert_eq!(
        String::from_utf8(made.stdout).unwrap().trim(),
        copy.to_str().unwrap()
    );
    // It still takes claims.
    alice
        .pay(Side::Alice, world.chain.claim(&key, Side::Alice, 11, 2))
        .await;
    let mut config = world.config.clone();
    config.data = copies.path().to_owned();
    let second = Server::spawn(config).await.unwrap();
    let mut alice = Client::signed_in(second.addr, &world.chain.alice, &world.chain.domain()).await;
    assert_eq!(alice.follow(&key).await.claims.alice, Some(claim));
    second.shutdown().await;

    let empty = TempDir::new().unwrap();
    let nothing = backup(empty.path());
    assert!(!nothing.status.success());
    assert!(
        String::from_utf8(nothing.stderr)
            .unwrap()
            .contains("there is no register")
    );
}
