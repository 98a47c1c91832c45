//! Transactions on their way, in this browser's storage.

use super::{clock::now_ms, shelf::Shelf};
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
    parse(&Shelf::Browser.text(&name(seat)).unwrap_or_default(), now_ms())
}

/// Keeps it. Without it a reloaded page does not know what is under way, nothing else.
pub fn keep(seat: &Seat, kept: &[Sent]) {
    let text = serde_json::to_string(kept).ok().filter(|_| !kept.is_empty());
    match text {
        Some(text) => Shelf::Browser.keep_text(&name(seat), &text),
        None => Shelf::Browser.remove(&name(seat)),
    }
}
