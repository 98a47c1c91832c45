//! Cuts the app's wasm in two: what the first page takes, and the rest, which is fetched when it is needed.
//!
//! Both halves share one memory, one table and one stack. A function of the rest that the first half may call stands there as
//! a few instructions: they see that the rest is there, and call what it has put into the table. So no call can go wrong,
//! whatever was put into which half; a wrong choice costs a wait.

mod facts;
mod first;
mod later;
mod plan;
mod rest;

use anyhow::{Context, Result};

use facts::Facts;
pub use later::is_later;
use plan::Plan;

/// What the app exports to fetch the rest, for a call that came before it. It has no parameters and no result.
const FETCH: &str = "fetchRestNow";

/// The two halves.
#[derive(Debug)]
pub struct Halves {
    /// Starts by itself.
    pub first: Vec<u8>,
    /// Imports everything that it shares from the exports of `first`, as the module with the empty name.
    pub rest: Vec<u8>,
}

/// Cuts a module with names in two. `is_later` says which functions belong to the rest, by their names.
///
/// # Errors
/// If the module cannot be read, has no names, or has something that this does not know how to share.
pub fn halves(wasm: &[u8], is_later: impl Fn(&str) -> bool) -> Result<Halves> {
    let facts = Facts::read(wasm).context("the app's wasm cannot be read")?;
    let plan = Plan::new(&facts, is_later)?;
    Ok(Halves {
        first: first::write(wasm, &facts, &plan)?,
        rest: rest::write(wasm, &facts, &plan)?,
    })
}
