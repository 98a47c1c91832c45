//! The local chain.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::json;

use super::data::Data;
use super::rpc::Rpc;
use super::service::Service;
use crate::project::Project;

/// The chain id that wallets and the app take for a development chain.
pub const CHAIN_ID: u64 = 31337;

/// A chain on this machine.
#[derive(Debug, Clone)]
pub struct Chain {
    port: u16,
    /// How to ask it.
    pub rpc: Rpc,
}

impl Chain {
    /// The chain at a port, started or not.
    #[must_use]
    pub fn new(port: u16) -> Self {
        Self {
            port,
            rpc: Rpc(format!("http://127.0.0.1:{port}")),
        }
    }

    /// The address that a page on this machine uses.
    #[must_use]
    pub fn public_url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Starts it, with the state it had when it last ended. One block is mined per transaction, and none without.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(&self, project: &Project, data: &Data) -> Result<Service> {
        let genesis = genesis_time(data)?.to_string();
        let mut anvil = project.command(project.foundry("anvil"));
        anvil.args(["--host", "127.0.0.1", "--port", &self.port.to_string()]);
        anvil
            .args(["--chain-id", &CHAIN_ID.to_string(), "--timestamp", &genesis])
            .arg("--state")
            .arg(data.chain());
        Service::start("chain", &mut anvil, data.log("chain"))
    }

    /// Sets its clock to the present: it starts at the genesis block's time.
    ///
    /// # Errors
    /// If it does not answer.
    pub fn tell_time(&self) -> Result<()> {
        self.rpc.ask("evm_setTime", &json!([seconds_now()])).map(drop)
    }

    /// Whether it answers.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.rpc.chain_id().is_ok()
    }
}

/// When the genesis block was made, in seconds since 1970: noted beside the state. anvil makes that block anew at every
/// start, and everything that people's pages keep is tied to its hash, so its time has to be the same each time.
fn genesis_time(data: &Data) -> Result<u64> {
    let path = data.genesis();
    let noted = fs::read_to_string(&path).ok().filter(|_| data.chain().exists());
    if let Some(time) = noted.and_then(|text| text.trim().parse().ok()) {
        return Ok(time);
    }
    let now = seconds_now();
    fs::write(&path, now.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(now)
}

fn seconds_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}
