//! The browser behind the client's ports. Whatever JavaScript hands over is parsed here, and nowhere else.

pub mod clock;
pub mod config;
pub mod demo_wallet;
pub mod dev_chain;
pub mod eip6963;
pub mod files;
pub mod frames;
pub mod gate;
pub mod indexed_db;
pub mod intl;
pub mod keeping;
pub mod names;
pub mod provider_socket;
pub mod rest;
pub mod sent;
pub mod session_memory;
pub mod session_store;
pub mod socket;
pub mod tasks;
pub mod vault;
pub mod visibility;
pub mod watched_store;
pub mod web;
pub mod web_lock;
pub mod windows;
