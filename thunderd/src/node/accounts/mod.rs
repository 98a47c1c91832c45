//! Accounts between nodes that serve each other: each books what it served, what is owed is a difference, and the debtor pays by itself
//! once it is worth a payment.
//!
//! An account has a channel of its own, and everything that is paid there is paid for the account: so what was paid is what the claims
//! say, nothing has to be attributed, and nothing can be paid or counted twice. [`machine`] decides; this module writes down, says and
//! pays.

mod book;
mod frame;
mod machine;
mod netting;
mod records;
#[cfg(test)]
mod ring;
mod setting;
mod step;
mod swaps;
#[cfg(test)]
mod tests;

pub use frame::AccountFrame;
pub use setting::set;

use super::{Account, Core};
use crate::{clock::now_ms, data_dir::random, keystore::disk, peer::PeerFrame, store::SqliteStore};
use book::{Book, NotBooked};
use machine::Machine;
use std::{cell::RefCell, collections::BTreeSet, rc::Rc};
use step::{Due, State, Step, Way, World};
use thunder_api::{
    Code, EventKind, Owned, PeerAccount, PeerAccountState, Problem, Swap as SwapShown, SwapState,
};
use thunder_channel::{Address, Amount, Bytes32, ChannelId, checksummed};
use thunder_client::{ChannelView, Command, PaymentReference, PhaseView};

/// The accounts of one node.
pub struct Accounts {
    store: Rc<SqliteStore>,
    machine: RefCell<Machine>,
    /// Who is being paid.
    paying: RefCell<BTreeSet<Address>>,
}

impl Accounts {
    /// What the store holds.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn load(own: Address, store: Rc<SqliteStore>) -> anyhow::Result<Self> {
        let machine = RefCell::new(records::load(own, &store)?);
        Ok(Self {
            store,
            machine,
            paying: RefCell::default(),
        })
    }

    /// The account with a node.
    ///
    /// # Errors
    /// [`Code::NotFound`]
    fn book(&self, peer: Address) -> Result<Book, Problem> {
        let none = || {
            let words = "there is no account with this node: set its triggers first";
            Problem::new(Code::NotFound, words)
        };
        let found = self.machine.borrow().books().get(&peer).cloned();
        found.ok_or_else(none)
    }

    /// Takes accounts in from a backup that this node does not know.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn restore(&self, own: Address, backup: &[(String, String)]) -> Result<(), Problem> {
        records::restore(&self.store, backup).map_err(|error| disk(&error))?;
        let machine = records::load(own, &self.store).map_err(|error| disk(&error))?;
        self.machine.replace(machine);
        Ok(())
    }
}

/// All accounts.
pub fn list(account: &Account) -> Vec<PeerAccount> {
    let books: Vec<_> = account
        .accounts
        .machine
        .borrow()
        .books()
        .iter()
        .map(|(peer, book)| (*peer, book.clone()))
        .collect();
    let shown = books
        .into_iter()
        .filter_map(|(peer, book)| shown(account, peer, &book));
    shown.collect()
}

/// One account.
///
/// # Errors
/// There is none with this node.
pub fn one(account: &Account, peer: Address) -> Result<PeerAccount, Problem> {
    let book = account.accounts.book(peer)?;
    let gone = || {
        Problem::new(
            Code::UnknownChannel,
            "the account's channel is not known here any more",
        )
    };
    shown(account, peer, &book).ok_or_else(gone)
}

fn shown(account: &Account, peer: Address, book: &Book) -> Option<PeerAccount> {
    let way = way(account, book.channel)?;
    let owes = book.owes(way.paid);
    let machine = account.accounts.machine.borrow();
    let held = machine.held(&Step::default(), peer, now_ms());
    let state = match book.stopped {
        _ if !way.open => PeerAccountState::Paused,
        Some(_) => PeerAccountState::Stopped,
        None => PeerAccountState::Open,
    };
    Some(PeerAccount {
        with: peer,
        channel: book.channel,
        token: way.token,
        state,
        triggers: book.triggers.clone(),
        threshold: book.threshold(way.paid),
        served: book.served,
        paid: book.paid(way.paid),
        netted: book.netted,
        owes,
        disputed: book.disputed(),
        room: if way.open {
            book.room(way.paid)
        } else {
            Amount::ZERO
        },
        held: held.min(owes.mine),
    })
}

/// The swaps that this node has signed, those that can be signed longest first.
pub fn swaps(account: &Account) -> Vec<SwapShown> {
    let machine = account.accounts.machine.borrow();
    let shown = machine.swaps().iter().map(|(id, swap)| {
        let signed = swap.signed.swap;
        SwapShown {
            id: *id,
            ring: signed.ring().to_vec(),
            token: signed.token,
            amount: signed.amount,
            expiry: signed.expiry,
            state: match swap.state {
                State::Signed => SwapState::Signed,
                State::Refused { .. } => SwapState::Refused,
                State::Complete { .. } => SwapState::Complete,
            },
        }
    });
    let mut shown: Vec<_> = shown.collect();
    shown.sort_by_key(|swap| std::cmp::Reverse(swap.expiry));
    shown
}

/// Books what was served to a node, `total` in all.
///
/// # Errors
/// There is no account, its channel is not open, what was booked falls, or too much would be owed.
pub fn book(core: &Core, account: &Account, peer: Address, total: Amount) -> Result<PeerAccount, Problem> {
    let known = account.accounts.book(peer)?;
    let Some(way) = way(account, known.channel).filter(|way| way.open) else {
        return Err(Problem::new(
            Code::WrongPhase,
            "the account's channel is not open: name another one before anything is booked",
        ));
    };
    let (step, booked) = act(core, account, |machine, world| machine.serve(peer, total, world));
    end(core, account, &step)?;
    booked.map_err(|why| not_booked(why, |amount| core.world.money(amount, way.token)))?;
    one(account, peer)
}

fn not_booked(why: NotBooked, money: impl Fn(Amount) -> String) -> Problem {
    match why {
        NotBooked::Falls(booked) => Problem::new(
            Code::IdempotencyMismatch,
            format!("so much was booked already: {} in all", money(booked)),
        ),
        NotBooked::Above(threshold) => Problem::new(
            Code::AboveLimit,
            format!(
                "service stops: this node would be owed more than {}. It goes on once the other one has paid",
                money(threshold)
            ),
        ),
    }
}

/// Looks for a ring that takes something off the debt to a node.
///
/// # Errors
/// There is no account, or nothing can be swapped.
pub fn net(core: &Core, account: &Account, creditor: Address) -> Result<PeerAccount, Problem> {
    account.accounts.book(creditor)?;
    let none = || {
        let words = "nothing can be swapped: this node has to owe that one something, a third one has to owe this one something in the same token, both have to be connected, and both accounts need a netting threshold";
        Problem::new(Code::Refused, words)
    };
    let found = act(core, account, |machine, world| machine.seek_now(creditor, world));
    end(core, account, &found.ok_or_else(none)?)?;
    one(account, creditor)
}

/// A node is linked: it is told what it may have missed.
pub fn greet(core: &Core, account: &Account, peer: Address) {
    let step = act(core, account, |machine, world| machine.greet(peer, world));
    heard(end(core, account, &step));
}

/// What another node says about accounts.
pub fn hear(core: &Core, account: &Account, peer: Address, frame: AccountFrame) {
    let step = act(core, account, |machine, world| machine.hear(peer, frame, world));
    if !step.books.is_empty() || !step.swaps.is_empty() {
        account.duty.notify_one();
    }
    heard(end(core, account, &step));
}

fn heard(done: Result<(), Problem>) {
    if let Err(problem) = done {
        tracing::warn!(%problem, "an account");
    }
}

/// Looks after accounts whenever something has happened, and pays what is due.
pub fn attend(core: &Rc<Core>, account: &Rc<Account>) {
    if account.accounts.machine.borrow().books().is_empty() {
        return;
    }
    let step = act(core, account, Machine::look_after);
    heard(end(core, account, &step));
    for due in act(core, account, |machine, world| machine.due(world)) {
        if account.accounts.paying.borrow_mut().insert(due.to) {
            let (core, doer) = (core.clone(), account.clone());
            account.run(async move {
                heard(pay(&core, &doer, due).await);
                doer.accounts.paying.borrow_mut().remove(&due.to);
            });
        }
    }
}

async fn pay(core: &Core, account: &Account, due: Due) -> Result<(), Problem> {
    let Due {
        channel,
        amount,
        total,
        ..
    } = due;
    // This node's total names the payment: whoever asks for it again, and however late, it is made once.
    let name = channel.to_string();
    let name = format!("account-{}-{total}", name.get(..18).unwrap_or(&name));
    let reference =
        PaymentReference::parse(&name).map_err(|error| Problem::new(Code::Malformed, error.to_string()))?;
    let command = Command::PayOnce {
        reference,
        channel,
        amount,
        memo: None,
        request: None,
    };
    account.command(command).await?;
    core.events.tell(EventKind::Paid { channel, amount });
    account.duty.notify_one();
    Ok(())
}

/// Has the machine decide something.
fn act<T>(core: &Core, account: &Account, decide: impl FnOnce(&mut Machine, &World<'_>) -> T) -> T {
    let way = |channel| way(account, channel);
    let linked = |peer| account.links.is_linked(peer);
    let world = World {
        key: account.key(),
        domain: core.world.domain,
        now_ms: now_ms(),
        // Without randomness two swaps could be one; then the second is not made.
        number: Bytes32::from(random::<32>().unwrap_or_default()),
        way: &way,
        linked: &linked,
    };
    decide(&mut account.accounts.machine.borrow_mut(), &world)
}

fn way(account: &Account, channel: ChannelId) -> Option<Way> {
    let view = account.driver.summary(channel)?;
    Some(Way {
        token: view.key.token,
        open: view.joined && view.phase == PhaseView::Open,
        paid: totals(&view),
        spendable: view.spendable,
    })
}

fn totals(view: &ChannelView) -> Owned {
    Owned {
        mine: view.totals[view.holder],
        theirs: view.totals[view.holder.other()],
    }
}

/// Writes down what was decided; then it counts, and is said.
fn end(core: &Core, account: &Account, step: &Step) -> Result<(), Problem> {
    records::write(&account.accounts.store, step).map_err(|error| disk(&error))?;
    account.accounts.machine.borrow_mut().take(step);
    for (peer, frame) in &step.says {
        account.links.say(*peer, PeerFrame::Account(Box::new(*frame)));
    }
    for one in &step.news {
        core.events.tell(EventKind::Account {
            with: one.with,
            token: way(account, one.channel).map_or_else(Address::zero, |way| way.token),
            news: one.news,
            amount: one.amount,
        });
    }
    if let Some(liar) = step.liar {
        let words = format!(
            "{} said that it would not sign a swap of debts, and then had: no debt is swapped with it any more",
            checksummed(liar)
        );
        tracing::warn!("{words}");
        core.events.tell(EventKind::Warning { words });
    }
    Ok(())
}
