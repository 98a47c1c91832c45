//! A window whose account another one holds: it goes on by itself once the other is closed.

use super::Engine;
use crate::{
    adapters::web_lock::{Rivalry, acquire},
    state::{seat::Seat, wallet::Wallet},
};
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;
use yew::Callback;

/// For how long the account is left to the window that had it, in milliseconds: one that is loaded anew gives it up and comes back.
const LOADED_ANEW_MS: u32 = 3_000;

impl Engine {
    /// Takes the seat once nobody holds it any more, unless the person has gone elsewhere meanwhile.
    pub(super) fn wait_for(self: &Rc<Self>, attempt: u64, wallet: Wallet, seat: Seat) {
        let engine = Rc::downgrade(self);
        let waiting = async move {
            match acquire(&seat.name(), Rivalry::Wait, Callback::noop()).await {
                Ok(Some(free)) => drop(free),
                // Without locks there was no window to wait for.
                Ok(None) | Err(_) => return,
            }
            TimeoutFuture::new(LOADED_ANEW_MS).await;
            if let Some(engine) = engine.upgrade().filter(|engine| engine.is_current(attempt)) {
                engine.sit(attempt, wallet, seat.account, Rivalry::Yield).await;
            }
        };
        self.owned.borrow().tasks.spawn(waiting);
    }
}
