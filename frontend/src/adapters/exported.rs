//! When a seat's last backup was made here.

use super::local;
use crate::state::seat::Seat;

fn name(seat: &Seat) -> String {
    format!("{}/exported", seat.name())
}

/// In milliseconds since 1970.
#[must_use]
pub fn load(seat: &Seat) -> Option<u64> {
    local::load(&name(seat))?.parse().ok()
}

/// A backup was made.
pub fn keep(seat: &Seat, at: u64) {
    local::keep(&name(seat), Some(&at.to_string()));
}
