//! The relay over real sockets, a real chain and the real hub. Needs `npm ci` and `forge build` in contracts/; says so where
//! they are missing.

// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod app_files;
mod claims;
mod limits;
mod messages;
mod origins;
mod restart;
mod shutdown;
mod sign_in;
mod start;
mod subscribe;
mod support;
