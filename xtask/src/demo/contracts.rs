//! The contracts on the local chain.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::chain::{CHAIN_ID, Chain};
use super::data::Data;
use crate::project::Project;
use crate::{report, run, stamp};

/// The accounts of the mnemonic that every development chain knows; their keys are public.
const DEPLOYER_KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const ALICE: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const BOB: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

/// Compiles what the deployment needs, so that it only has to send.
///
/// # Errors
/// If a contract does not compile.
pub fn build(project: &Project) -> Result<()> {
    let since = Instant::now();
    run::must("contracts", forge(project).args(["build", "src", "script"]))?;
    report::done(&format!("contracts ({})", report::time(since.elapsed())));
    Ok(())
}

/// Deploys hub and token and funds Alice and Bob, unless the address book fits the chain.
///
/// # Errors
/// If the chain does not answer or the deployment fails.
pub fn deploy_if_needed(project: &Project, data: &Data, chain: &Chain) -> Result<()> {
    let fingerprint = fingerprint(project)?;
    if fits(&data.addresses(), chain)? {
        if fs::read_to_string(data.contracts()).is_ok_and(|stamp| stamp != fingerprint) {
            report::say(
                "-- the contracts have changed since this chain got them; --fresh deploys the new ones",
            );
        }
        return Ok(());
    }
    let since = Instant::now();
    let mut forge = forge(project);
    forge
        .args([
            "script",
            "script/Deploy.s.sol",
            "--broadcast",
            // One transaction after the other: side by side, they wait for ever behind one that was lost on a busy machine.
            "--slow",
            "--rpc-url",
            &chain.rpc.0,
            "--private-key",
            DEPLOYER_KEY,
        ])
        .env("ADDRESS_BOOK", data.addresses())
        .env("ALICE", ALICE)
        .env("BOB", BOB);
    run::must("deploying the contracts", &mut forge)?;
    if !fits(&data.addresses(), chain)? {
        bail!(
            "the contracts were deployed, but {} does not fit the chain",
            data.addresses().display()
        );
    }
    fs::write(data.contracts(), fingerprint).context("cannot write into the data directory")?;
    report::done(&format!(
        "hub and THD deployed, Alice and Bob funded ({})",
        report::time(since.elapsed())
    ));
    Ok(())
}

/// Whether every contract in the address book is on this chain.
fn fits(book: &Path, chain: &Chain) -> Result<bool> {
    let Some(addresses) = fs::read(book).ok().and_then(|bytes| addresses(&bytes)) else {
        return Ok(false);
    };
    if chain.rpc.chain_id()? != CHAIN_ID {
        bail!(
            "the chain at {} is not the demo's; choose another port with --chain-port",
            chain.public_url()
        );
    }
    for address in addresses {
        if !chain.rpc.has_code(&address)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The hub and the tokens of an address book for the demo's chain; nothing if it is no such book.
fn addresses(book: &[u8]) -> Option<Vec<String>> {
    let book: Value = serde_json::from_slice(book).ok()?;
    if book["chainId"].as_u64() != Some(CHAIN_ID) {
        return None;
    }
    let tokens = book["tokens"]
        .as_array()?
        .iter()
        .map(|token| token["address"].as_str());
    std::iter::once(book["hub"].as_str())
        .chain(tokens)
        .map(|address| address.map(str::to_owned))
        .collect()
}

fn forge(project: &Project) -> Command {
    let mut command = project.command(project.foundry("forge"));
    command.current_dir(project.path("contracts"));
    command
}

fn fingerprint(project: &Project) -> Result<String> {
    let parts: Vec<PathBuf> = [
        "contracts/src",
        "contracts/script",
        "contracts/foundry.toml",
        "contracts/package-lock.json",
    ]
    .iter()
    .map(|part| project.path(part))
    .collect();
    stamp::of_contents(&parts, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_book_names_hub_and_tokens() {
        let book = br#"{"chainId":31337,"hub":"0xaa","tokens":[{"address":"0xbb","symbol":"THD"}]}"#;
        assert_eq!(addresses(book).unwrap(), ["0xaa", "0xbb"]);
    }

    #[test]
    fn another_chain_or_rubbish_is_no_address_book() {
        for book in [
            r#"{"chainId":1,"hub":"0xaa","tokens":[]}"#,
            r#"{"chainId":31337,"tokens":[]}"#,
            "",
            "[]",
        ] {
            assert_eq!(addresses(book.as_bytes()), None, "{book}");
        }
    }
}
