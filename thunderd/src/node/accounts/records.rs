//! Accounts and swaps on the disk: one record each, and all that one step changes in one transaction.

use super::{
    book::Book,
    machine::Machine,
    step::{Step, Swap},
};
use crate::store::SqliteStore;
use anyhow::Context;
use serde::Serialize;
use std::collections::BTreeMap;
use thunder_channel::{Address, Bytes32, parse_address};
use thunder_client::Write;

/// Where an account is stored: this and the other node. Not a participant's key.
const ACCOUNT: &str = "account/";
/// Where a swap is stored: this and its id.
const SWAP: &str = "swap/";
/// Up to which expiry swaps may have been forgotten.
const FORGOTTEN: &str = "swaps-forgotten";

/// What the store holds.
pub fn load(own: Address, store: &SqliteStore) -> anyhow::Result<Machine> {
    let (mut books, mut swaps) = (BTreeMap::new(), BTreeMap::new());
    for (key, value) in store.records_of(ACCOUNT)? {
        let peer = key.strip_prefix(ACCOUNT).unwrap_or(&key);
        let peer = parse_address(peer).context("an account's node")?;
        let book: Book = serde_json::from_str(&value).context("an account")?;
        books.insert(peer, book);
    }
    for (key, value) in store.records_of(SWAP)? {
        let id = key.strip_prefix(SWAP).unwrap_or(&key);
        let id: Bytes32 = id.parse().context("a swap's id")?;
        let swap: Swap = serde_json::from_str(&value).context("a swap")?;
        swaps.insert(id, swap);
    }
    let forgotten = store.record(FORGOTTEN)?;
    let forgotten = forgotten.map_or(Ok(0), |text| text.parse().context("which swaps are forgotten"))?;
    Ok(Machine::new(own, books, swaps, forgotten))
}

/// Writes down what a step changed, all of it or nothing.
pub fn write(store: &SqliteStore, step: &Step) -> anyhow::Result<()> {
    let mut writes = Vec::new();
    for (peer, book) in &step.books {
        writes.push(put(format!("{ACCOUNT}{peer:#x}"), book)?);
    }
    for (id, swap) in &step.swaps {
        writes.push(put(format!("{SWAP}{id:#x}"), swap)?);
    }
    if let Some((_, expiry)) = &step.forget {
        writes.push(put(FORGOTTEN.to_owned(), expiry)?);
    }
    if !writes.is_empty() {
        store.write(&writes)?;
    }
    // A swap that stays by a kill in between is forgotten next time.
    for id in step.forget.iter().flat_map(|(ids, _)| ids) {
        store.forget(&format!("{SWAP}{id:#x}"))?;
    }
    Ok(())
}

/// Takes in what a backup has and the store has not.
pub fn restore(store: &SqliteStore, backup: &[(String, String)]) -> anyhow::Result<()> {
    let mut writes = Vec::new();
    for (key, value) in backup {
        let account = |peer| parse_address(peer).is_ok() && serde_json::from_str::<Book>(value).is_ok();
        let swap = |id: &str| id.parse::<Bytes32>().is_ok() && serde_json::from_str::<Swap>(value).is_ok();
        let readable =
            key.strip_prefix(ACCOUNT).is_some_and(account) || key.strip_prefix(SWAP).is_some_and(swap);
        if readable && store.record(key)?.is_none() {
            let (key, value) = (key.clone(), value.clone());
            writes.push(Write::Put { key, value });
        }
    }
    if !writes.is_empty() {
        store.write(&writes)?;
    }
    Ok(())
}

fn put(key: String, value: &impl Serialize) -> anyhow::Result<Write> {
    let value = serde_json::to_string(value)?;
    Ok(Write::Put { key, value })
}
