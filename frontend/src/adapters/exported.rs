//! When a seat's last backup was made here.

use super::shelf::Shelf;
use crate::state::seat::Seat;

fn name(seat: &Seat) -> String {
    format!("{}/exported", seat.name())
}

/// In milliseconds since 1970.
#[must_use]
pub fn load(seat: &Seat) -> Option<u64> {
    Shelf::Browser.text(&name(seat))?.parse().ok()
}

/// A backup was made.
pub fn keep(seat: &Seat, at: u64) {
    Shelf::Browser.keep_text(&name(seat), &at.to_string());
}
