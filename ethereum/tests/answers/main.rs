//! What nodes and wallets can answer, right and wrong. No network: the other end is a script.

#![cfg(not(target_arch = "wasm32"))]
// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod abi;
mod errors;
mod hub;
mod nodes;
mod script;
mod wallets;
