//! What the screen shows, as data: parsed at the edge, changed by pure reducers, tested natively.

pub mod activity;
pub mod config;
pub mod draft;
pub mod exhibits;
pub mod health;
pub mod plot;
pub mod route;
pub mod seat;
pub mod session;
pub mod snapshot;
pub mod standing;
pub mod wallet;
