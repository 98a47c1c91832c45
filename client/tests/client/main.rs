//! The participant against the rules, bad input, faults, and a real chain.

// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod anvil;
mod bad_input;
mod crashes;
mod driver;
mod many_channels;
mod peers;
mod rules;
mod simulation;
mod support;
