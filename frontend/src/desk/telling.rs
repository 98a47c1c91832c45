//! Windows of this account that wait are told of its channels as they change, while one of them looks.

use crate::{
    adapters::{clock::now_ms, windows::Windows},
    state::{
        mirror::channels::{Lookers, Shown, TOLD_EVERY_MS, name},
        seat::Seat,
    },
};
use gloo::timers::future::TimeoutFuture;
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};
use thunder_client::Driver;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

/// Tells of one client, until it is dropped.
pub struct Telling {
    driver: Rc<Driver>,
    windows: RefCell<Option<Windows>>,
    lookers: RefCell<Lookers>,
    told_at_ms: Cell<u64>,
    /// Something has changed since, and is told soon.
    due: Cell<bool>,
    myself: Weak<Self>,
}

impl Telling {
    /// Listens for windows that look.
    #[must_use]
    pub fn start(driver: Rc<Driver>, seat: &Seat) -> Rc<Self> {
        let telling = Rc::new_cyclic(|myself| Self {
            driver,
            windows: RefCell::default(),
            lookers: RefCell::default(),
            told_at_ms: Cell::default(),
            due: Cell::default(),
            myself: myself.clone(),
        });
        let heard = {
            let telling = Rc::downgrade(&telling);
            Callback::from(move |text: String| {
                let Some(telling) = telling.upgrade() else { return };
                let looked = telling.lookers.borrow_mut().hear(&text, now_ms());
                if looked {
                    telling.changed();
                }
            })
        };
        telling.windows.replace(Windows::join(&name(&seat.name()), heard));
        telling
    }

    /// Something may have changed. It is told at once, unless something was told just now. Timers come late in a window that
    /// nobody sees, as this one may be while somebody looks at the other.
    pub fn changed(&self) {
        let now = now_ms();
        if !self.lookers.borrow().are_there(now) {
            return;
        }
        if now.abs_diff(self.told_at_ms.get()) >= u64::from(TOLD_EVERY_MS) {
            self.told_at_ms.set(now);
            return self.tell();
        }
        if self.due.replace(true) {
            return;
        }
        let telling = self.myself.clone();
        spawn_local(async move {
            TimeoutFuture::new(TOLD_EVERY_MS).await;
            if let Some(telling) = telling.upgrade() {
                telling.due.set(false);
                telling.changed();
            }
        });
    }

    fn tell(&self) {
        if let Some(windows) = &*self.windows.borrow() {
            let shown = Shown {
                clock: self.driver.head().map(|(_, clock)| clock),
                views: self.driver.views(),
            };
            windows.say(&shown.to_text(&self.lookers.borrow()));
        }
    }
}
