//! What the screen shows, as data: parsed at the edge, changed by pure reducers, tested natively.

pub mod activity;
pub mod backup;
pub mod comeback;
pub mod config;
pub mod dates;
pub mod demo;
pub mod draft;
pub mod exhibits;
pub mod explorer;
pub mod fetching;
pub mod half_done;
pub mod health;
pub mod history;
pub mod incoming;
pub mod names;
pub mod plot;
pub mod price;
pub mod requests;
pub mod route;
pub mod seat;
pub mod session;
pub mod snapshot;
pub mod standing;
pub mod stream;
pub mod theme;
pub mod wallet;
