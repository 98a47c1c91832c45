//! What was acknowledged is there after a restart, however the relay ended.

use crate::support::{Client, TestChain, World, addresses};
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;
use thunder_channel::{
    Side,
    wire::{ClientFrame, RelayFrame},
};

#[tokio::test]
async fn a_restart_keeps_claims_history_and_dates() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let (first, second) = (
        world.chain.claim(&key, Side::Alice, 10, 1),
        world.chain.claim(&key, Side::Alice, 20, 2),
    );
    let back = world.chain.claim(&key, Side::Bob, 5, 1);
    for (payer, claim) in [(Side::Alice, first), (Side::Bob, back), (Side::Alice, second)] {
        alice.pay(payer, claim).await;
    }
    let before = alice.follow(&key).await;
    drop(alice);
    let world = world.restarted().await;
    world.clock.advance(1000);
    let mut after = world.alice().await.follow(&key).await;
    after.online = before.online;
    assert_eq!(after, before);
    assert_eq!(
        after
            .history
            .alice
            .iter()
            .map(|record| record.at)
            .collect::<Vec<_>>(),
        [crate::support::NOW; 2]
    );
}

/// The real program.
struct Relay {
    process: Child,
    addr: SocketAddr,
}

impl Relay {
    fn start(chain: &TestChain, book: &Path, data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_thunder-relay"))
            .args([
                "--listen",
                "127.0.0.1:0",
                "--rpc",
                &chain.anvil.url,
                "--addresses",
            ])
            .arg(book)
            .arg("--data")
            .arg(data)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let addr = line
            .trim()
            .strip_prefix("listening on http://")
            .and_then(|addr| addr.parse().ok())
            .unwrap_or_else(|| panic!("the relay says where it listens, not {line:?}"));
        Self { process, addr }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // SIGKILL: no goodbye, no flush.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

#[tokio::test]
async fn no_acknowledged_claim_is_lost_when_the_process_is_killed_while_claims_flow() {
    let chain = TestChain::new().await;
    let key = chain.open(1, 1_000_000).await;
    let directory = TempDir::new().unwrap();
    let (book, data) = (
        directory.path().join("addresses.json"),
        directory.path().join("relay"),
    );
    std::fs::write(&book, serde_json::to_string(&addresses(&chain)).unwrap()).unwrap();
    let (mut signed, mut acknowledged) = (0_u64, 0);
    for round in 0..5 {
        let relay = Relay::start(&chain, &book, &data);
        let mut alice = Client::signed_in(relay.addr, &chain.alice, &chain.domain()).await;
        let snapshot = alice.follow(&key).await;
        let kept = snapshot.claims.alice.map_or(0, |claim| claim.claim.nonce);
        assert!(
            kept >= acknowledged,
            "round {round}: {acknowledged} was acknowledged, {kept} was kept"
        );
        assert_eq!(
            snapshot.history.alice.last().map_or(0, |record| record.nonce),
            kept
        );
        // More than are waited for, so that some are on their way when the end comes.
        for _ in 0..60 {
            signed += 1;
            alice
                .say(&ClientFrame::Claim(chain.claim(
                    &key,
                    Side::Alice,
                    signed.into(),
                    signed,
                )))
                .await;
        }
        while acknowledged < signed - 30 {
            match alice.hear().await {
                RelayFrame::Ack { nonce, .. } => acknowledged = nonce,
                other => panic!("{other:?}"),
            }
        }
    }
}
