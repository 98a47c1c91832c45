//! What the client tells, as snapshots for pages and sentences for people.

use super::{engine::Stores, telling::Telling};
use crate::{
    adapters::{clock::now_ms, names},
    state::{
        activity::{Tell, Tone},
        config::AppConfig,
        snapshot::{Reading, Snapshot},
    },
    words::{Said, Thing, counted, money, say, sentence},
};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};
use thunder_channel::{Amount, ChannelId};
use thunder_client::{Driver, Notice, Observer, Progress, TransactionPurpose, Wish};
use wasm_bindgen_futures::spawn_local;

/// Watches one client.
#[derive(Clone)]
pub struct Watcher(Rc<Inner>);

struct Inner {
    config: Rc<AppConfig>,
    stores: Stores,
    driver: RefCell<Weak<Driver>>,
    /// Tells windows that wait.
    telling: RefCell<Weak<Telling>>,
    due: Cell<bool>,
    /// What is to be told when it is next drawn.
    told: RefCell<Vec<Tell>>,
}

impl Watcher {
    /// A watcher that has not been given its client yet.
    pub fn new(config: Rc<AppConfig>, stores: Stores) -> Self {
        Self(Rc::new(Inner {
            config,
            stores,
            driver: RefCell::default(),
            telling: RefCell::default(),
            due: Cell::new(false),
            told: RefCell::default(),
        }))
    }

    /// From now on it reads this client, and has windows that wait told of it.
    pub fn watch(&self, driver: &Rc<Driver>, telling: &Rc<Telling>) {
        *self.0.driver.borrow_mut() = Rc::downgrade(driver);
        *self.0.telling.borrow_mut() = Rc::downgrade(telling);
        self.changed();
    }

    fn read(&self) {
        let Some(driver) = self.0.driver.borrow().upgrade() else {
            return;
        };
        let read = Snapshot {
            views: driver.views(),
            head: driver.head(),
            chain_fresh: driver.chain_fresh(),
            relay_online: driver.relay_online(),
            spending: driver.spending(),
            ..Snapshot::default()
        };
        self.0.stores.latest.dispatch(Reading::Client(Box::new(read)));
        if let Some(telling) = self.0.telling.borrow().upgrade() {
            telling.changed();
        }
    }

    /// Says it with the change that it belongs to, so that both are drawn at once.
    fn tell(&self, tone: Tone, words: String, detail: Option<String>) {
        self.0.told.borrow_mut().push(Tell::Say {
            at: now_ms(),
            tone,
            words,
            detail,
        });
        self.changed();
    }

    fn money(&self, channel: ChannelId, amount: Amount) -> String {
        let driver = self.0.driver.borrow().upgrade();
        let view = driver.and_then(|driver| driver.summary(channel));
        let token = view.map(|view| view.key.token);
        money(amount, &self.0.config.token(token.unwrap_or_default()))
    }
}

impl Observer for Watcher {
    fn changed(&self) {
        // A burst of changes is drawn once.
        if self.0.due.replace(true) {
            return;
        }
        let watcher = self.clone();
        spawn_local(async move {
            watcher.0.due.set(false);
            for told in watcher.0.told.take() {
                watcher.0.stores.activity.dispatch(told);
            }
            watcher.read();
        });
    }

    fn notice(&self, notice: Notice) {
        match notice {
            Notice::Received { channel, amount } => {
                self.tell(Tone::Good, say::received(&self.money(channel, amount)), None);
            }
            Notice::Requested { channel, amount } => {
                self.tell(Tone::Info, say::asks_for(&self.money(channel, amount)), None);
            }
            Notice::Declined { channel, wish } => {
                let words = match wish {
                    Wish::Settlement => say::told_declined_end().to_owned(),
                    Wish::Withdrawal(amount) => say::told_declined_out(&self.money(channel, amount)),
                    Wish::Request(amount) => say::told_declined_pay(&self.money(channel, amount)),
                };
                self.tell(Tone::Info, words, None);
            }
            Notice::Offered { by, .. } => {
                self.tell(Tone::Info, say::opened_a_channel(&names::load().call(by)), None);
            }
            Notice::WithdrawalLapsed { channel, amount } => self.tell(
                Tone::Info,
                say::withdrawal_lapsed(&self.money(channel, amount)),
                None,
            ),
            Notice::Restored { taken, kept } => self.tell(
                Tone::Good,
                say::restored(
                    &counted(taken.into(), Thing::Channel),
                    &counted(kept.into(), Thing::Channel),
                ),
                None,
            ),
            Notice::RelayRefused { words } => {
                self.tell(Tone::Bad, sentence(&say::relay_refused(&words)), None);
            }
            Notice::OwnClaimAdopted { channel, total } => {
                self.tell(Tone::Info, say::total_adopted(&self.money(channel, total)), None);
            }
            Notice::StoreFailed { why } => self.tell(Tone::Bad, sentence(&why.said()), None),
            Notice::Disbelieved { words } => {
                self.tell(Tone::Bad, sentence(&say::not_believed(&words)), None);
            }
        }
    }

    fn progress(&self, progress: Progress) {
        match progress {
            // The gate shows when the wallet's window is open.
            Progress::AskingWallet(_) | Progress::WalletDone => (),
            Progress::Sent { purpose, hash } => self.tell(
                Tone::Info,
                say::sent_to_chain(doing(&purpose)),
                Some(format!("{hash:#x}")),
            ),
            Progress::Mined { purpose, hash } => {
                self.tell(Tone::Good, done(&purpose).to_owned(), Some(format!("{hash:#x}")));
            }
            Progress::Failed { purpose, why } => {
                self.tell(
                    Tone::Bad,
                    say::did_not_work(doing(&purpose), &sentence(&why.said())),
                    None,
                );
            }
        }
    }
}

fn doing(purpose: &TransactionPurpose) -> &'static str {
    match purpose {
        TransactionPurpose::Open { .. } => say::doing_open(),
        TransactionPurpose::Deposit { .. } => say::doing_deposit(),
        TransactionPurpose::Close(_) => say::doing_close(),
        TransactionPurpose::Claim(_) => say::doing_claim(),
        TransactionPurpose::Settle(_) => say::doing_settle(),
        TransactionPurpose::Accept(_) => say::doing_accept(),
        TransactionPurpose::SettleTogether(_) => say::doing_end(),
        TransactionPurpose::Withdraw(_) => say::doing_withdraw(),
        TransactionPurpose::Collect(_) => say::doing_collect(),
    }
}

fn done(purpose: &TransactionPurpose) -> &'static str {
    match purpose {
        TransactionPurpose::Open { .. } => say::done_open(),
        TransactionPurpose::Deposit { .. } => say::done_deposit(),
        TransactionPurpose::Close(_) => say::done_close(),
        TransactionPurpose::Claim(_) => say::done_claim(),
        TransactionPurpose::Settle(_) => say::done_settle(),
        TransactionPurpose::Accept(_) => say::done_accept(),
        TransactionPurpose::SettleTogether(_) => say::done_end(),
        TransactionPurpose::Withdraw(_) => say::done_withdraw(),
        TransactionPurpose::Collect(_) => say::done_collect(),
    }
}
