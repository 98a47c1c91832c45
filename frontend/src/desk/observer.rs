//! What the client tells, as snapshots for pages and sentences for people.

use super::engine::Stores;
use crate::{
    adapters::{clock::now_ms, names},
    state::{
        activity::{Tell, Tone},
        config::AppConfig,
        snapshot::{Reading, Snapshot},
    },
    words::{money, plural, sentence},
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
    due: Cell<bool>,
}

impl Watcher {
    /// A watcher that has not been given its client yet.
    pub fn new(config: Rc<AppConfig>, stores: Stores) -> Self {
        Self(Rc::new(Inner {
            config,
            stores,
            driver: RefCell::default(),
            due: Cell::new(false),
        }))
    }

    /// From now on it reads this client.
    pub fn watch(&self, driver: &Rc<Driver>) {
        *self.0.driver.borrow_mut() = Rc::downgrade(driver);
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
    }

    fn tell(&self, tone: Tone, words: String, detail: Option<String>) {
        self.0.stores.activity.dispatch(Tell::Say {
            at: now_ms(),
            tone,
            words,
            detail,
        });
    }

    fn money(&self, channel: ChannelId, amount: Amount) -> String {
        let views = self
            .0
            .driver
            .borrow()
            .upgrade()
            .map(|driver| driver.views())
            .unwrap_or_default();
        let token = views
            .iter()
            .find(|view| view.id == channel)
            .map(|view| view.key.token);
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
            watcher.read();
        });
    }

    fn notice(&self, notice: Notice) {
        match notice {
            Notice::Received { channel, amount } => {
                self.tell(
                    Tone::Good,
                    format!("Received {}", self.money(channel, amount)),
                    None,
                );
            }
            Notice::Requested { channel, amount } => self.tell(
                Tone::Info,
                format!("The other side asks for {}", self.money(channel, amount)),
                None,
            ),
            Notice::Declined { channel, wish } => {
                let words = match wish {
                    Wish::Settlement => "The other side declined to end together".to_owned(),
                    Wish::Withdrawal(amount) => {
                        format!(
                            "The other side declined your taking out {}",
                            self.money(channel, amount)
                        )
                    }
                    Wish::Request(amount) => {
                        format!("The other side declined to pay {}", self.money(channel, amount))
                    }
                };
                self.tell(Tone::Info, words, None);
            }
            Notice::Offered { by, .. } => {
                self.tell(
                    Tone::Info,
                    format!("{} opened a channel with you", names::load().call(by)),
                    None,
                );
            }
            Notice::WithdrawalLapsed { channel, amount } => self.tell(
                Tone::Info,
                format!(
                    "The other side did not agree to your taking out {}: it is yours to pay again",
                    self.money(channel, amount)
                ),
                None,
            ),
            Notice::Restored { taken, kept } => self.tell(
                Tone::Good,
                format!(
                    "Backup taken in: {} restored, {} as new or newer here",
                    plural(taken.into(), "channel"),
                    plural(kept.into(), "channel")
                ),
                None,
            ),
            Notice::RelayRefused { words } => {
                self.tell(Tone::Bad, sentence(&format!("the relay refused: {words}")), None);
            }
            Notice::OwnClaimAdopted { channel, total } => self.tell(
                Tone::Info,
                format!(
                    "This browser had forgotten payments of yours: your total is {} again",
                    self.money(channel, total)
                ),
                None,
            ),
            Notice::StoreFailed { words } => self.tell(Tone::Bad, sentence(&words), None),
            Notice::Disbelieved { words } => {
                self.tell(
                    Tone::Bad,
                    sentence(&format!("something that was not believed: {words}")),
                    None,
                );
            }
        }
    }

    fn progress(&self, progress: Progress) {
        match progress {
            // The gate shows when the wallet's window is open.
            Progress::AskingWallet(_) | Progress::WalletDone => (),
            Progress::Sent { purpose, hash } => self.tell(
                Tone::Info,
                format!("{}: sent to the chain", doing(&purpose)),
                Some(format!("{hash:#x}")),
            ),
            Progress::Mined { purpose, hash } => {
                self.tell(Tone::Good, done(&purpose).to_owned(), Some(format!("{hash:#x}")));
            }
            Progress::Failed { purpose, words } => {
                self.tell(
                    Tone::Bad,
                    format!("{} did not work. {}", doing(&purpose), sentence(&words)),
                    None,
                );
            }
        }
    }
}

const fn doing(purpose: &TransactionPurpose) -> &'static str {
    match purpose {
        TransactionPurpose::Open { .. } => "Opening the channel",
        TransactionPurpose::Deposit { .. } => "Depositing",
        TransactionPurpose::Close(_) => "Closing",
        TransactionPurpose::Claim(_) => "Claiming",
        TransactionPurpose::Settle(_) => "Settling",
        TransactionPurpose::Accept(_) => "Accepting",
        TransactionPurpose::SettleTogether(_) => "Ending together",
        TransactionPurpose::Withdraw(_) => "Taking money out",
        TransactionPurpose::Collect(_) => "Collecting",
    }
}

const fn done(purpose: &TransactionPurpose) -> &'static str {
    match purpose {
        TransactionPurpose::Open { .. } => "The channel is open",
        TransactionPurpose::Deposit { .. } => "Your deposit arrived",
        TransactionPurpose::Close(_) => "The channel is closing",
        TransactionPurpose::Claim(_) => "The hub knows your claim",
        TransactionPurpose::Settle(_) => "The channel is settled",
        TransactionPurpose::Accept(_) => "Accepted: both sides are paid",
        TransactionPurpose::SettleTogether(_) => "Ended together: both sides are paid",
        TransactionPurpose::Withdraw(_) => "The money was taken out",
        TransactionPurpose::Collect(_) => "Collected",
    }
}
