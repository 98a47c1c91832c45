//! Transactions on their way, in this browser's storage.

use super::clock::now_ms;
use crate::state::{
    seat::Seat,
    sent::{Sent, parse},
};
use gloo::utils::window;

fn name(seat: &Seat) -> String {
    format!("{}/sent", seat.name())
}

/// What is kept for a seat; nothing where the browser forbids it.
#[must_use]
pub fn load(seat: &Seat) -> Vec<Sent> {
    let stored = window().local_storage().ok().flatten();
    let text = stored.and_then(|storage| storage.get_item(&name(seat)).ok().flatten());
    parse(&text.unwrap_or_default(), now_ms())
}

/// Keeps it. A full storage costs a reloaded page the knowledge of what is under way, nothing else.
pub fn keep(seat: &Seat, kept: &[Sent]) {
    let Ok(Some(storage)) = window().local_storage() else {
        return;
    };
    drop(match serde_json::to_string(kept) {
        Ok(text) if !kept.is_empty() => storage.set_item(&name(seat), &text),
        _ => storage.remove_item(&name(seat)),
    });
}
