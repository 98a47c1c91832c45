//! Transactions on their way, in this browser's storage.

use super::{clock::now_ms, local};
use crate::state::{
    seat::Seat,
    sent::{Sent, parse},
};

fn name(seat: &Seat) -> String {
    format!("{}/sent", seat.name())
}

/// What is kept for a seat.
#[must_use]
pub fn load(seat: &Seat) -> Vec<Sent> {
    parse(&local::load(&name(seat)).unwrap_or_default(), now_ms())
}

/// Keeps it. Without it a reloaded page does not know what is under way, nothing else.
pub fn keep(seat: &Seat, kept: &[Sent]) {
    let text = serde_json::to_string(kept).ok().filter(|_| !kept.is_empty());
    local::keep(&name(seat), text.as_deref());
}
