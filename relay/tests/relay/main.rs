//! The relay over real sockets, a real chain and the real hub. Needs `npm ci` and `forge build` in contracts/; says so where
//! they are missing.

// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod app_files;
mod claims;
mod fleet;
mod flood;
// They come from a second loopback address, which not every system has.
#[cfg(target_os = "linux")]
mod hostile;
mod info;
mod limits;
mod logs;
mod messages;
mod metrics;
mod node_door;
mod notes;
mod notices;
mod origins;
mod proxies;
mod restart;
mod shutdown;
mod sign_in;
mod start;
mod storage;
mod subscribe;
mod support;
mod tls;
mod watchtower;
