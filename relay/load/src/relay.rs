//! A relay of one measurement, over a store of its own.

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::Value;
use std::{net::SocketAddr, process::Command, time::Duration};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::{
    chain::LocalChain,
    programs::{self, Places, Program},
    usage::Usage,
};

/// Where a relay keeps its register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Store {
    /// In its own directory.
    Sqlite,
    /// In a NATS server.
    Nats,
}

/// How much a client may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// As the relay has them by default.
    Default,
    /// So high that only the machine slows anybody down. Sizes and numbers stay as they are.
    Raised,
}

/// The limits that would hold the load back.
const RAISED: [(&str, u32); 10] = [
    ("frames_per_second", 1_000_000),
    ("burst", 1_000_000),
    ("address_frames_per_second", 1_000_000),
    ("address_burst", 1_000_000),
    ("key_frames_per_second", 1_000_000),
    ("key_burst", 1_000_000),
    ("bytes_per_second", 1_000_000_000),
    ("bytes_burst", 1_000_000_000),
    ("address_bytes_per_second", 1_000_000_000),
    ("address_bytes_burst", 1_000_000_000),
];

/// A relay that uses less than a twentieth of a core for so long is at rest.
const LOOK: Duration = Duration::from_millis(500);
/// How often that is looked for.
const LOOKS: u32 = 60;

/// A running relay, with its NATS server if it has one.
pub struct Relay {
    // Ended in this order.
    program: Program,
    nats: Option<Program>,
    client: reqwest::Client,
    metrics: String,
    /// Where it listens.
    pub address: SocketAddr,
    _data: TempDir,
}

impl Relay {
    /// Starts one with an empty register.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(places: &Places, chain: &LocalChain, store: Store, bounds: Bounds) -> Result<Self> {
        let data = tempfile::Builder::new()
            .prefix("relay-")
            .tempdir_in(&places.scratch)?;
        let book = data.path().join("addresses.json");
        std::fs::write(&book, serde_json::to_string(&chain.address_book())?)?;
        let mut command = Command::new(&places.relay);
        command
            .args([
                "--listen",
                "127.0.0.1:0",
                "--metrics",
                "127.0.0.1:0",
                "--development",
                "--log",
                "json",
            ])
            .args(["--rpc", &chain.url])
            .arg("--addresses")
            .arg(&book)
            .arg("--data")
            .arg(data.path().join("register"))
            .env_remove("RUST_LOG");
        if bounds == Bounds::Raised {
            for (name, value) in RAISED {
                command.args(["--limit", &format!("{name}={value}")]);
            }
        }
        let mut nats = None;
        if store == Store::Nats {
            let program = places.nats.as_ref().context("there is no nats-server")?;
            let (server, address) = programs::nats(program, &data.path().join("nats")).await?;
            command.args(["--store", &format!("nats://{address}")]);
            nats = Some(server);
        }
        let mut program = Program::start("relay", &mut command)?;
        // One is printed, the other logged, so either can come first.
        let (mut address, mut metrics) = (None, None);
        let (address, metrics) = program
            .wait_for(|line| {
                address = address
                    .take()
                    .or_else(|| line.strip_prefix("listening on http://").map(str::to_owned));
                metrics = metrics.take().or_else(|| metrics_address(line));
                address.clone().zip(metrics.clone())
            })
            .await?;
        Ok(Self {
            program,
            nats,
            client: reqwest::Client::builder().no_proxy().build()?,
            metrics: format!("http://{metrics}/metrics"),
            address: address.parse()?,
            _data: data,
        })
    }

    /// Waits until it has read the chain, which is done in the background and takes memory of its own.
    ///
    /// # Errors
    /// If it ends, or does not come to rest.
    pub async fn rest(&self) -> Result<Usage> {
        let mut before = self.usage()?;
        for _ in 0..LOOKS {
            sleep(LOOK).await;
            let now = self.usage()?;
            if now.processor - before.processor < LOOK / 20 {
                return Ok(now);
            }
            before = now;
        }
        bail!("the relay does not come to rest")
    }

    /// What the relay uses.
    ///
    /// # Errors
    /// If it has ended.
    pub fn usage(&self) -> Result<Usage> {
        self.program.usage()
    }

    /// What the NATS server uses; nothing where there is none.
    ///
    /// # Errors
    /// If it has ended.
    pub fn store_usage(&self) -> Result<Usage> {
        self.nats.as_ref().map_or(Ok(Usage::default()), Program::usage)
    }

    /// One of its metrics, by its whole name with labels.
    ///
    /// # Errors
    /// If it does not answer, or has no such metric.
    pub async fn metric(&self, name: &str) -> Result<u64> {
        let page = self.client.get(&self.metrics).send().await?.text().await?;
        sample(&page, name).with_context(|| format!("the relay has no metric {name}"))
    }

    /// How often something happened, as the relay counts it.
    ///
    /// # Errors
    /// As [`metric`](Self::metric).
    pub async fn events(&self, event: &str) -> Result<u64> {
        self.metric(&format!("thunder_relay_events_total{{event=\"{event}\"}}"))
            .await
    }
}

/// The relay logs where the metrics are.
fn metrics_address(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let fields = &line["fields"];
    (fields["message"] == "metrics").then(|| fields["addr"].as_str().map(str::to_owned))?
}

fn sample(page: &str, name: &str) -> Option<u64> {
    let value = page
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_found_by_their_whole_name() {
        let page = "a_b 3\na{event=\"x\"} 4\na 5\n";
        assert_eq!(
            (sample(page, "a"), sample(page, "a{event=\"x\"}")),
            (Some(5), Some(4))
        );
        assert_eq!(sample(page, "c"), None);
        let line = r#"{"level":"INFO","fields":{"message":"metrics","addr":"127.0.0.1:7"}}"#;
        assert_eq!(metrics_address(line).as_deref(), Some("127.0.0.1:7"));
        assert_eq!(metrics_address("listening on http://127.0.0.1:7"), None);
    }
}
