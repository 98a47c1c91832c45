//! The Thunder relay: a register of the best claim per channel and direction, and the host of the app.
//!
//! It can delay or drop; it can never alter or forge to anyone's loss. It verifies a claim before it stores it, stores it before
//! it acknowledges it, and keeps one value per direction, so its memory is bounded by channels, not by payments. The wire
//! format is described in `PROTOCOL.md`. It knows no keys of anybody and signs nothing.

mod app_files;
mod chain;
pub mod clock;
pub mod config;
pub mod counters;
mod fanout;
mod headers;
mod health;
pub mod limits;
mod origin;
mod public_config;
mod register;
mod server;
mod session;
mod store;

pub use config::{AddressBook, Config};
pub use limits::Limits;
pub use server::{App, Handle, Server, app};
