//! `thd`: play money for a node or a wallet on a development chain.

mod calls;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::demo::{CHAIN_ID, Rpc};
use crate::project::Project;
use crate::report;
use calls::{Account, Units};

/// The first account of the mnemonic that every development chain knows. The node signs for it, so no key is needed here.
const GIVER: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
/// What one call of the faucet gives at most, in whole THD; the contract's own bound.
const FAUCET_LIMIT: u128 = 10_000;
/// A development chain mines a transaction when it comes; one that has not by then is told to wait for something else.
const MINED: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);

/// What can be done with THD.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Give an account THD from the token's faucet, and print what it has then.
    Give(Give),
}

/// Who gets how much.
#[derive(Debug, clap::Args)]
pub struct Give {
    /// The account.
    #[arg(value_parser = Account::parse)]
    address: Account,
    /// How many THD, such as 100 or 0.5; at most 10000.
    #[arg(value_parser = Units::parse, allow_negative_numbers = true)]
    amount: Units,
    /// Ether besides, for gas, such as 1; the accounts of the development chain's own mnemonic have plenty.
    #[arg(long, value_parser = Units::parse, allow_negative_numbers = true)]
    ether: Option<Units>,
    /// The chain.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8545")]
    rpc: String,
    /// The address book that the deployment wrote [default: the demo's, .thunder/addresses.json in the repository]
    #[arg(long, value_name = "FILE")]
    addresses: Option<PathBuf>,
}

/// The command.
///
/// # Errors
/// If the chain is not a development chain, THD is not on it, or the faucet refuses.
pub fn command(project: &Project, command: &Command) -> Result<()> {
    let Command::Give(give) = command;
    let rpc = Rpc(give.rpc.clone());
    let chain = rpc
        .chain_id()
        .with_context(|| format!("no chain answers at {}; `cargo xtask demo` starts one", give.rpc))?;
    if chain != CHAIN_ID {
        bail!(
            "the chain at {} has the id {chain}; THD is given away on development chains only, whose id is {CHAIN_ID}",
            give.rpc
        );
    }
    if give.amount.0 > FAUCET_LIMIT * calls::ONE {
        bail!("the faucet gives at most {FAUCET_LIMIT} THD at a time; ask for less, or several times");
    }
    let book = give
        .addresses
        .clone()
        .unwrap_or_else(|| project.path(".thunder/addresses.json"));
    let thd = token(&book)?;
    if !rpc.has_code(&thd)? {
        bail!(
            "{} is of another chain than the one at {}: there is no THD at {thd}. Name the right one with --addresses",
            book.display(),
            give.rpc
        );
    }
    if let Some(ether) = give.ether {
        send(
            &rpc,
            &json!({"from": GIVER, "to": give.address.to_string(), "value": ether.hex()}),
        )?;
    }
    send(
        &rpc,
        &json!({"from": GIVER, "to": thd, "data": calls::faucet(&give.address, give.amount)}),
    )?;
    let data = calls::balance_of(&give.address);
    let balance = rpc.ask("eth_call", &json!([{"to": thd, "data": data}, "latest"]))?;
    let balance = Units::of_word(&balance).context("THD does not say what the account has")?;
    report::done(&format!("{} THD given to {}", give.amount, give.address));
    println!("{balance} THD");
    Ok(())
}

/// THD's address in an address book.
fn token(book: &Path) -> Result<String> {
    let text = fs::read(book).with_context(|| {
        format!(
            "cannot read {}; `cargo xtask demo` writes it, or name another with --addresses",
            book.display()
        )
    })?;
    thd_in(&text).with_context(|| format!("{} names no THD", book.display()))
}

fn thd_in(book: &[u8]) -> Option<String> {
    let book: Value = serde_json::from_slice(book).ok()?;
    let tokens = book["tokens"].as_array()?;
    let thd = tokens.iter().find(|token| token["symbol"] == "THD")?;
    thd["address"].as_str().map(str::to_owned)
}

/// Has the node sign and send, and waits until it is mined.
fn send(rpc: &Rpc, transaction: &Value) -> Result<()> {
    let hash = rpc
        .ask("eth_sendTransaction", &json!([transaction]))
        .context("the chain does not send from the public development account; `cargo xtask demo` starts one that does")?;
    let since = Instant::now();
    loop {
        let receipt = rpc.ask("eth_getTransactionReceipt", &json!([hash]))?;
        match receipt["status"].as_str() {
            Some("0x1") => return Ok(()),
            Some(_) => bail!("the transaction {hash} was reverted"),
            None if since.elapsed() > MINED => bail!(
                "the transaction {hash} was not mined within {}; does the chain mine by itself?",
                report::time(MINED)
            ),
            None => thread::sleep(POLL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thd_is_found_by_its_sign() {
        let book = br#"{"tokens":[{"address":"0xaa","symbol":"X"},{"address":"0xbb","symbol":"THD"}]}"#;
        assert_eq!(thd_in(book).unwrap(), "0xbb");
        for book in ["", "{}", r#"{"tokens":[]}"#, r#"{"tokens":[{"symbol":"THD"}]}"#] {
            assert_eq!(thd_in(book.as_bytes()), None, "{book}");
        }
    }

    #[test]
    fn the_bound_is_the_contracts() {
        let contract = include_str!("../../../contracts/src/ThunderDollar.sol");
        let (_, after) = contract.split_once("FAUCET_LIMIT = ").unwrap();
        let (limit, _) = after.split_once("e18;").unwrap();
        assert_eq!(limit.replace('_', "").parse(), Ok(FAUCET_LIMIT));
    }

    #[test]
    fn a_missing_book_says_where_it_comes_from() {
        let error = format!("{:#}", token(Path::new("/nowhere/book.json")).unwrap_err());
        assert!(
            error.contains("/nowhere/book.json") && error.contains("cargo xtask demo"),
            "{error}"
        );
    }
}
