//! The Thunder app: pages and components over the client, and what a browser needs around it.
//!
//! The app decides nothing about money: every number on a page comes from [`thunder_client::ChannelView`]. `state` and
//! `components` know no browser and are tested natively; `adapters` reach for IndexedDB, locks, sockets and wallets.

// Yew hands props and events over by value.
#![allow(clippy::needless_pass_by_value)]

#[cfg(target_arch = "wasm32")]
pub mod adapters;
#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod components;
#[cfg(target_arch = "wasm32")]
pub mod desk;
pub mod hooks;
#[cfg(target_arch = "wasm32")]
pub mod pages;
pub mod state;
pub mod words;
