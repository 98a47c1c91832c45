//! One model, two languages: sequences of calls run on the compiled hub and on the model in `thunder-channel`, and after
//! every call all that can be seen is the same: what the hub told and returned or why it refused, the channel, both balances,
//! what is held, and the money of everybody, the hub included.
//!
//! The sequences know nothing of each other: each has its own accounts, keys and channels. So they all advance by one turn in
//! each block, thousands at a time. What a turn is depends on the seed, the number of the sequence and the model alone, so
//! any sequence can be played again by itself.
//!
//! - `THUNDER_SEQUENCES`: how many to play; a long campaign is a large number.
//! - `THUNDER_SEED`: which ones.
//! - `THUNDER_SEQUENCE`: only the one of this number.
//!
//! Needs anvil and the built contracts, as `anvil.rs` does.

#![cfg(not(target_arch = "wasm32"))]
// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod author;
mod cast;
mod coverage;
mod dice;
mod purse;
mod roles;
mod run;
mod sequence;
mod signing;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod turn;

use run::Campaign;
use std::time::Instant;

/// How many are played where nobody says otherwise: half a minute on two cores that do nothing else.
const SEQUENCES: u64 = 3_000;
const SEED: u64 = 0x7468_756e_6465_7221;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable} is a whole number, not {text:?}")))
}

#[test]
fn the_hub_and_its_model_are_one() {
    let seed = number("THUNDER_SEED").unwrap_or(SEED);
    let only = number("THUNDER_SEQUENCE");
    let sequences = number("THUNDER_SEQUENCES").unwrap_or(SEQUENCES);
    let indices = only.map_or(0..sequences, |only| only..only + 1);
    let played = indices.end - indices.start;
    let started = Instant::now();
    let coverage = match (Campaign { seed }).run(indices) {
        Ok(coverage) => coverage,
        Err(difference) => panic!("{difference}"),
    };
    let took = started.elapsed().as_secs();
    println!("seed {seed}, {played} sequences, {took} s: {coverage}");
    // Fewer do not get everywhere.
    if played >= SEQUENCES {
        let missing = coverage.missing();
        assert!(missing.is_empty(), "hardly tried: {missing:?}");
    }
}
