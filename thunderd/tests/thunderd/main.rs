//! Real daemons on a real chain: two people's nodes, a relay in between or none, and everything that can go wrong.

// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod accounts;
mod api;
mod backup;
mod cheat;
mod crashes;
mod distrust;
mod downloads;
mod downloads_trouble;
mod fees;
mod links;
mod payments;
mod paywall;
mod service;
mod session;
mod support;
mod traffic;
mod traffic_cli;
mod traffic_proxy;
mod traffic_trouble;
