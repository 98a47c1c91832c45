//! The Thunder relay: a register of the best claim per channel and direction, and the host of the app.
//!
//! It can delay or drop; it can never alter or forge to anyone's loss. It verifies a claim before it stores it, stores it before
//! it acknowledges it, and keeps one value per direction, so its memory is bounded by channels, not by payments. The wire
//! format is described in `PROTOCOL.md`. It knows no keys of anybody and signs nothing.

mod accept;
mod app_files;
pub mod beside;
pub mod board;
mod chain;
mod client_address;
pub mod clock;
pub mod config;
pub mod counters;
mod elsewhere;
mod fanout;
pub mod files;
pub mod follow;
mod headers;
mod health;
mod info;
pub mod limits;
mod metered;
mod metrics;
mod node_door;
mod origin;
mod pace;
mod public_config;
mod quota;
mod register;
mod server;
mod session;
pub mod settings;
pub mod store;
mod tls;
pub mod watchtower;

pub use config::{AddressBook, Config};
pub use limits::Limits;
pub use server::{App, Handle, Server, app};
