//! What the client tells, as snapshots for pages and sentences for people.

use super::{engine::Stores, telling::Telling};
use crate::{
    adapters::{clock::now_ms, names, sent},
    state::{
        act::Act,
        activity::{Tell, Tone},
        config::AppConfig,
        seat::Seat,
        sent::{Sent, with},
        snapshot::{Reading, Snapshot},
    },
    words::{Said, Thing, counted, money, say, sentence},
};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};
use thunder_channel::{Amount, ChannelId};
use thunder_client::{ChainFault, Driver, Notice, Observer, Progress, Refusal, Wish};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

/// Watches one client.
#[derive(Clone)]
pub struct Watcher(Rc<Inner>);

struct Inner {
    config: Rc<AppConfig>,
    seat: Seat,
    stores: Stores,
    driver: RefCell<Weak<Driver>>,
    /// Tells windows that wait.
    telling: RefCell<Weak<Telling>>,
    due: Cell<bool>,
    /// What is to be told when it is next drawn.
    told: RefCell<Vec<Tell>>,
    /// Told of transactions that nobody waits for any more and that may still be mined.
    followed: RefCell<Option<Callback<Sent>>>,
    /// Another client, or none, is shown by now.
    retired: Cell<bool>,
}

impl Watcher {
    /// A watcher that has not been given its client yet.
    pub fn new(config: Rc<AppConfig>, seat: Seat, stores: Stores) -> Self {
        Self(Rc::new(Inner {
            config,
            seat,
            stores,
            driver: RefCell::default(),
            telling: RefCell::default(),
            due: Cell::new(false),
            told: RefCell::default(),
            followed: RefCell::default(),
            retired: Cell::default(),
        }))
    }

    /// Who is told of transactions that nobody waits for any more and that may still be mined.
    pub fn give_up_to(&self, followed: Callback<Sent>) {
        *self.0.followed.borrow_mut() = Some(followed);
    }

    /// Nothing of this client is shown from now on. What it still does is written down.
    pub fn retire(&self) {
        self.0.retired.set(true);
        self.0.followed.take();
    }

    /// From now on it reads this client, and has windows that wait told of it.
    pub fn watch(&self, driver: &Rc<Driver>, telling: &Rc<Telling>) {
        *self.0.driver.borrow_mut() = Rc::downgrade(driver);
        *self.0.telling.borrow_mut() = Rc::downgrade(telling);
        self.changed();
    }

    fn read(&self) {
        if self.0.retired.get() {
            return;
        }
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

    /// A transaction worked.
    pub fn well(&self, act: Act, hash: Option<String>) {
        self.tell(Tone::Good, done(act).to_owned(), hash);
    }

    /// A transaction did not.
    pub fn badly(&self, act: Act, why: &str, hash: Option<String>) {
        self.tell(Tone::Bad, say::did_not_work(doing(act), &sentence(why)), hash);
    }

    /// Of a transaction nobody knows whether it will be mined.
    pub fn unknown(&self, act: Act, hash: Option<String>) {
        self.tell(Tone::Info, say::sent_unknown(doing(act)), hash);
    }

    /// What is on its way is this from now on.
    pub fn on_its_way(&self, kept: Vec<Sent>) {
        sent::keep(&self.0.seat, &kept);
        if !self.0.retired.get() {
            self.0.stores.latest.dispatch(Reading::Sent(kept));
        }
    }

    /// What is over is no longer on its way.
    pub fn over(&self, is_over: impl Fn(&Sent) -> bool) {
        let mut kept = sent::load(&self.0.seat);
        kept.retain(|sent| !is_over(sent));
        self.on_its_way(kept);
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
            Progress::Sent { purpose, hash } => {
                let (act, to) = Act::of(&purpose);
                let at = now_ms();
                let sent = Sent { act, to, hash, at };
                self.on_its_way(with(sent::load(&self.0.seat), sent));
                let words = say::sent_to_chain(doing(act));
                self.tell(Tone::Info, words, Some(format!("{hash:#x}")));
            }
            Progress::Mined { purpose, hash } => {
                let (act, to) = Act::of(&purpose);
                self.over(|sent| (sent.act, sent.to) == (act, to));
                self.well(act, Some(format!("{hash:#x}")));
            }
            Progress::Failed { purpose, why } => {
                let (act, to) = Act::of(&purpose);
                let is_this = |sent: &Sent| (sent.act, sent.to) == (act, to);
                let sent = sent::load(&self.0.seat).into_iter().find(is_this);
                let followed = self.0.followed.borrow().clone();
                match (sent.filter(|_| may_still_come(&why)), followed) {
                    (Some(sent), Some(followed)) => followed.emit(sent),
                    // The next page asks the chain for it.
                    (Some(_), None) => (),
                    (None, _) => self.over(is_this),
                }
                self.badly(act, &why.said(), None);
            }
        }
    }
}

/// Whether a transaction that was sent can be mined although it was given up.
const fn may_still_come(why: &Refusal) -> bool {
    matches!(why, Refusal::Chain(fault) if !matches!(fault, ChainFault::Refused))
}

fn doing(act: Act) -> &'static str {
    match act {
        Act::Open => say::doing_open(),
        Act::Deposit => say::doing_deposit(),
        Act::Close => say::doing_close(),
        Act::Claim => say::doing_claim(),
        Act::Settle => say::doing_settle(),
        Act::Accept => say::doing_accept(),
        Act::End => say::doing_end(),
        Act::Withdraw => say::doing_withdraw(),
        Act::Collect => say::doing_collect(),
    }
}

fn done(act: Act) -> &'static str {
    match act {
        Act::Open => say::done_open(),
        Act::Deposit => say::done_deposit(),
        Act::Close => say::done_close(),
        Act::Claim => say::done_claim(),
        Act::Settle => say::done_settle(),
        Act::Accept => say::done_accept(),
        Act::End => say::done_end(),
        Act::Withdraw => say::done_withdraw(),
        Act::Collect => say::done_collect(),
    }
}
