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

/// The real program, killed with the value.
pub struct Relay {
    process: Child,
    pub addr: SocketAddr,
}

impl Relay {
    /// Starts it over this directory.
    pub fn start(chain: &TestChain, directory: &Path, arguments: &[&str]) -> Self {
        Self::start_with(Command::new(PROGRAM), chain, directory, arguments)
    }

    /// Starts it by a command that takes its arguments.
    pub fn start_with(mut command: Command, chain: &TestChain, directory: &Path, arguments: &[&str]) -> Self {
        let book = directory.join("addresses.json");
        std::fs::write(&book, serde_json::to_string(&addresses(chain)).unwrap()).unwrap();
        let mut process = command
            .args(["--listen", "127.0.0.1:0", "--rpc", &chain.anvil.url])
            .arg("--addresses")
            .arg(book)
            .arg("--data")
            .arg(directory.join("relay"))
            .args(arguments)
            .env("RUST_LOG", "off")
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

    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // SIGKILL: no goodbye, no flush.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The program that operators run.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_thunder-relay");

/// How often something is killed: few times, or as often as `THUNDER_KILLS` says.
pub fn rounds(few: u64) -> u64 {
    let asked = std::env::var("THUNDER_KILLS").ok();
    asked.map_or(few, |rounds| rounds.parse().expect("THUNDER_KILLS is a number"))
}

#[tokio::test]
async fn no_acknowledged_claim_is_lost_when_the_process_is_killed_while_claims_flow() {
    const IN_FLIGHT: u64 = 60;
    let chain = TestChain::new().await;
    let keys = [chain.open(1, 1 << 40).await, chain.open(2, 1 << 40).await];
    let directory = TempDir::new().unwrap();
    let mut signed = 0_u64;
    // Of each channel.
    let mut acknowledged = [0; 2];
    for round in 0..rounds(5) {
        let relay = Relay::start(&chain, directory.path(), &[]);
        let mut alice = Client::signed_in(relay.addr, &chain.alice, &chain.domain()).await;
        for (key, acknowledged) in keys.iter().zip(acknowledged) {
            let snapshot = alice.follow(key).await;
            let kept = snapshot.claims.alice.map_or(0, |claim| claim.claim.nonce);
            assert!(
                kept >= acknowledged,
                "round {round}: {acknowledged} was acknowledged, {kept} was kept"
            );
            assert_eq!(
                snapshot.history.alice.last().map_or(0, |record| record.nonce),
                kept
            );
        }
        // The end comes after a different number of acknowledgements each time, with more claims on their way.
        for _ in 0..IN_FLIGHT {
            signed += 1;
            for key in &keys {
                let claim = chain.claim(key, Side::Alice, signed.into(), signed);
                alice.say(&ClientFrame::Claim(claim)).await;
            }
        }
        let enough = signed - IN_FLIGHT + 1 + round * 7 % (IN_FLIGHT - 1);
        while acknowledged.iter().any(|nonce| *nonce < enough) {
            match alice.hear().await {
                RelayFrame::Ack { channel, nonce, .. } => {
                    let place = keys.iter().position(|key| key.id(0) == channel).unwrap();
                    acknowledged[place] = nonce;
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
