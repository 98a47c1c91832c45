//! How the program ends when things are not as they should be: exit codes, words, and objects for programs. What it does with a real
//! daemon is tested with the daemon.

// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod daemon;
mod failures;
mod files;
mod fixtures;
mod payments;
mod shell;
mod streams;
mod traffic;
mod usage;
