//! Three nodes with accounts between each two, and a wire on which anything can happen.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::{
    book::Book,
    frame::AccountFrame,
    machine::Machine,
    step::{State, Step, Way, World},
};
use std::cell::Cell;
use thunder_api::{Owned, Triggers};
use thunder_channel::{Address, Amount, Bytes32, ChannelId, Domain, SigningKey};

pub const PAYMENT: u128 = 10;
pub const DISCONNECT: u128 = 20;
pub const DOMAIN: Domain = Domain {
    chain_id: 31337,
    hub: Address::zero(),
};

pub fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap()
}

pub fn key(node: usize) -> SigningKey {
    SigningKey::from_bytes(&[u8::try_from(node).unwrap() + 1; 32]).unwrap()
}

pub fn channel(one: usize, other: usize) -> ChannelId {
    ChannelId(Bytes32::from_low_u64_be(
        (10 * one.min(other) + one.max(other)) as u64,
    ))
}

/// When a node is killed, if it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kill {
    No,
    BeforeWriting,
    BeforeSaying,
}

#[derive(Clone, Debug)]
pub enum Deed {
    Serve(usize, usize, u128),
    Look(usize, Kill),
    Deliver(usize, Kill),
    Double(usize),
    Lose(usize),
    Credit(usize, usize),
    Wait(u64),
}

pub struct Ring {
    pub machines: Vec<Machine>,
    /// What each has signed to each, and what that one has of it.
    pub paid: [[u128; 3]; 3],
    pub credited: [[u128; 3]; 3],
    pub wire: Vec<(usize, usize, AccountFrame)>,
    pub now_ms: u64,
    numbers: Cell<u64>,
}

impl Ring {
    pub fn new(net_above: Option<u128>) -> Self {
        let triggers = Triggers {
            payment_threshold: amount(PAYMENT),
            disconnect_threshold: amount(DISCONNECT),
            trust: None,
            net_above: net_above.map(amount),
        };
        let machines = (0..3).map(|node| {
            let others = (0..3).filter(|other| *other != node);
            let books = others.map(|other| {
                (
                    key(other).address(),
                    Book::new(channel(node, other), triggers.clone()),
                )
            });
            Machine::new(key(node).address(), books.collect(), Default::default(), 0)
        });
        Self {
            machines: machines.collect(),
            paid: [[0; 3]; 3],
            credited: [[0; 3]; 3],
            wire: Vec::new(),
            now_ms: 1_000_000,
            numbers: Cell::new(0),
        }
    }

    pub fn totals(&self, node: usize, other: usize) -> Owned {
        Owned {
            mine: amount(self.paid[node][other]),
            theirs: amount(self.credited[other][node]),
        }
    }

    pub fn book(&self, node: usize, other: usize) -> &Book {
        &self.machines[node].books()[&key(other).address()]
    }

    pub fn act<T>(&mut self, node: usize, act: impl FnOnce(&mut Machine, &World<'_>) -> T) -> T {
        let nothing = || Machine::new(Address::zero(), Default::default(), Default::default(), 0);
        let mut machine = std::mem::replace(&mut self.machines[node], nothing());
        self.numbers.set(self.numbers.get() + 1);
        let way = |id: ChannelId| {
            let other = (0..3).find(|other| *other != node && channel(node, *other) == id)?;
            Some(Way {
                token: Address::zero(),
                open: true,
                paid: self.totals(node, other),
                spendable: Amount::MAX,
            })
        };
        let world = World {
            key: &key(node),
            domain: DOMAIN,
            now_ms: self.now_ms,
            number: Bytes32::from_low_u64_be(self.numbers.get()),
            way: &way,
            linked: &|_| true,
        };
        let done = act(&mut machine, &world);
        self.machines[node] = machine;
        done
    }

    pub fn end(&mut self, node: usize, step: Step, kill: Kill) {
        if kill != Kill::BeforeWriting {
            self.machines[node].take(&step);
        }
        if kill == Kill::No {
            let index = |account| (0..3).find(|one| key(*one).address() == account).unwrap();
            let says = step.says.into_iter().map(|(to, frame)| (node, index(to), frame));
            self.wire.extend(says);
        } else {
            let machine = &self.machines[node];
            let (books, swaps) = (machine.books().clone(), machine.swaps().clone());
            self.machines[node] = Machine::new(key(node).address(), books, swaps, 0);
        }
    }

    pub fn serve(&mut self, node: usize, to: usize, more: u128) {
        let total = self.book(node, to).served.mine.units() + more;
        let done = self.act(node, |machine, world| {
            machine.serve(key(to).address(), amount(total), world)
        });
        self.end(node, done.0, Kill::No);
    }

    pub fn look(&mut self, node: usize, kill: Kill) {
        let (step, dues) = self.act(node, |machine, world| {
            let step = machine.look_after(world);
            machine.take(&step);
            let dues = machine.due(world);
            (step, dues)
        });
        for due in dues {
            let to = (0..3).find(|one| key(*one).address() == due.to).unwrap();
            assert_eq!(due.total.units(), self.paid[node][to] + due.amount.units());
            self.paid[node][to] = due.total.units();
        }
        self.end(node, step, kill);
    }

    pub fn deliver(&mut self, index: usize, kill: Kill) {
        let (from, to, frame) = self.wire.remove(index);
        let step = self.act(to, |machine, world| {
            machine.hear(key(from).address(), frame, world)
        });
        self.end(to, step, kill);
    }

    pub fn does(&mut self, deed: &Deed) {
        let index = |index: &usize| (!self.wire.is_empty()).then(|| index % self.wire.len());
        match deed {
            Deed::Serve(node, to, more) if node != to => self.serve(*node, *to, *more),
            Deed::Serve(..) => (),
            Deed::Look(node, kill) => self.look(*node, *kill),
            Deed::Deliver(at, kill) => {
                if let Some(at) = index(at) {
                    self.deliver(at, *kill);
                }
            }
            Deed::Double(at) => {
                if let Some(at) = index(at) {
                    self.wire.push(self.wire[at]);
                }
            }
            Deed::Lose(at) => {
                if let Some(at) = index(at) {
                    self.wire.remove(at);
                }
            }
            Deed::Credit(node, to) => self.credited[*node][*to] = self.paid[*node][*to],
            Deed::Wait(ms) => self.now_ms += ms,
        }
    }

    /// Everybody is there, everything arrives, and time passes.
    pub fn heal(&mut self) {
        for _ in 0..40 {
            self.credited = self.paid;
            for node in 0..3 {
                for other in (0..3).filter(|other| *other != node) {
                    let step = self.act(node, |machine, world| machine.greet(key(other).address(), world));
                    self.end(node, step, Kill::No);
                }
                self.look(node, Kill::No);
            }
            while !self.wire.is_empty() {
                self.deliver(0, Kill::No);
            }
            self.now_ms += 5_000;
        }
    }

    pub fn check_bounds(&self) {
        for node in 0..3 {
            for other in (0..3).filter(|other| *other != node) {
                let book = self.book(node, other);
                let owes = book.owes(self.totals(node, other));
                // A payment threshold more where a swap came late.
                let most = DISCONNECT + PAYMENT;
                assert!(owes.theirs.units() <= most, "{node} {other}: {owes:?}");
                assert!(owes.mine.units() <= most, "{node} {other}: {owes:?}");
            }
        }
    }

    pub fn check_end(&self) {
        for node in 0..3 {
            let (mut relieved, mut gave) = (0, 0);
            for other in (0..3).filter(|other| *other != node) {
                let (here, there) = (self.book(node, other), self.book(other, node));
                assert_eq!(here.served.mine, there.served.theirs, "nothing is disputed");
                assert_eq!(here.netted.mine, there.netted.theirs);
                let (ours, theirs) = (
                    here.owes(self.totals(node, other)),
                    there.owes(self.totals(other, node)),
                );
                assert_eq!((ours.mine, ours.theirs), (theirs.theirs, theirs.mine));
                assert!(ours.mine.units() <= PAYMENT, "what is above it is paid: {ours:?}");
                relieved += here.netted.mine.units();
                gave += here.netted.theirs.units();
            }
            assert_eq!(relieved, gave, "a swap is nothing to everybody");
            let swaps = self.machines[node].swaps().values();
            assert!(swaps.into_iter().all(|swap| swap.state != State::Signed));
        }
    }
}
