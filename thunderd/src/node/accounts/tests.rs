//! Three nodes and everything that can happen between them: messages are lost, doubled and late, nodes are killed before and after they
//! have written something down. In the end, the accounts are one.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::{
    book::Book,
    frame::{AccountFrame, SignedSwap},
    machine::{Machine, State, Step, Way, World},
};
use proptest::prelude::*;
use std::cell::Cell;
use thunder_api::{Owned, Triggers};
use thunder_channel::{Address, Amount, Bytes32, ChannelId, DebtSwap, Domain, SigningKey};

const PAYMENT: u128 = 10;
const DISCONNECT: u128 = 20;
const DOMAIN: Domain = Domain {
    chain_id: 31337,
    hub: Address::zero(),
};

fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap()
}

fn key(node: usize) -> SigningKey {
    SigningKey::from_bytes(&[u8::try_from(node).unwrap() + 1; 32]).unwrap()
}

fn channel(one: usize, other: usize) -> ChannelId {
    ChannelId(Bytes32::from_low_u64_be(
        (10 * one.min(other) + one.max(other)) as u64,
    ))
}

/// When a node is killed, if it is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kill {
    No,
    BeforeWriting,
    BeforeSaying,
}

#[derive(Clone, Debug)]
enum Deed {
    Serve(usize, usize, u128),
    Look(usize, Kill),
    Deliver(usize, Kill),
    Double(usize),
    Lose(usize),
    Credit(usize, usize),
    Wait(u64),
}

struct Ring {
    machines: Vec<Machine>,
    /// What each has signed to each, and what that one has of it.
    paid: [[u128; 3]; 3],
    credited: [[u128; 3]; 3],
    wire: Vec<(usize, usize, AccountFrame)>,
    now_ms: u64,
    numbers: Cell<u64>,
}

impl Ring {
    fn new(net_above: Option<u128>) -> Self {
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

    fn totals(&self, node: usize, other: usize) -> Owned {
        Owned {
            mine: amount(self.paid[node][other]),
            theirs: amount(self.credited[other][node]),
        }
    }

    fn book(&self, node: usize, other: usize) -> &Book {
        &self.machines[node].books()[&key(other).address()]
    }

    fn act<T>(&mut self, node: usize, act: impl FnOnce(&mut Machine, &World<'_>) -> T) -> T {
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

    fn end(&mut self, node: usize, step: Step, kill: Kill) {
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

    fn serve(&mut self, node: usize, to: usize, more: u128) {
        let total = self.book(node, to).served.mine.units() + more;
        let done = self.act(node, |machine, world| {
            machine.serve(key(to).address(), amount(total), world)
        });
        self.end(node, done.0, Kill::No);
    }

    fn look(&mut self, node: usize, kill: Kill) {
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

    fn deliver(&mut self, index: usize, kill: Kill) {
        let (from, to, frame) = self.wire.remove(index);
        let step = self.act(to, |machine, world| {
            machine.hear(key(from).address(), frame, world)
        });
        self.end(to, step, kill);
    }

    fn does(&mut self, deed: &Deed) {
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
    fn heal(&mut self) {
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

    fn check_bounds(&self) {
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

    fn check_end(&self) {
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

fn kill() -> impl Strategy<Value = Kill> {
    prop_oneof![8 => Just(Kill::No), 1 => Just(Kill::BeforeWriting), 1 => Just(Kill::BeforeSaying)]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (0..3_usize, 0..3_usize, 1..12_u128).prop_map(|(a, b, n)| Deed::Serve(a, b, n)),
        // Mostly round the ring.
        4 => (0..3_usize, 1..9_u128).prop_map(|(a, n)| Deed::Serve(a, (a + 1) % 3, n)),
        6 => (0..3_usize, kill()).prop_map(|(a, kill)| Deed::Look(a, kill)),
        16 => (any::<usize>(), kill()).prop_map(|(a, kill)| Deed::Deliver(a, kill)),
        1 => any::<usize>().prop_map(Deed::Double),
        2 => any::<usize>().prop_map(Deed::Lose),
        2 => (0..3_usize, 0..3_usize).prop_map(|(a, b)| Deed::Credit(a, b)),
        2 => (0..9_000_u64).prop_map(Deed::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is lost, doubled, late or killed: no debt is above its bound, and in the end all accounts agree, every debt above the
    /// payment threshold is paid, and swaps have made nobody richer.
    #[test]
    fn accounts_agree_in_the_end(deeds in prop::collection::vec(deed(), 1..150), net in prop::option::of(0..5_u128)) {
        let mut ring = Ring::new(net);
        for deed in &deeds {
            ring.does(deed);
            ring.check_bounds();
        }
        ring.heal();
        ring.check_end();
    }
}

/// Everybody owes the next one 8, and nothing is paid: 8 is below the payment threshold.
fn in_a_ring(net_above: Option<u128>) -> Ring {
    let mut ring = Ring::new(net_above);
    for (node, owed_by, more) in [(1, 0, 8), (2, 1, 7), (0, 2, 9)] {
        ring.serve(node, owed_by, more);
    }
    ring.heal();
    ring
}

#[test]
fn three_debts_fall_by_the_least_of_them_and_nothing_is_paid() {
    let ring = in_a_ring(Some(5));
    for (node, other, left) in [(0, 1, 1), (1, 2, 0), (2, 0, 2)] {
        let owes = ring.book(node, other).owes(ring.totals(node, other));
        assert_eq!(owes.mine, amount(left), "{node}");
    }
    assert_eq!(ring.paid, [[0; 3]; 3]);
    ring.check_end();
}

#[test]
fn without_a_trigger_nothing_is_swapped() {
    let ring = in_a_ring(None);
    assert!(ring.machines.iter().all(|machine| machine.swaps().is_empty()));
}

/// The three, all of whom have signed a swap of 7 but the last, which says that it will not.
fn last_keeps_back() -> (Ring, SignedSwap) {
    let mut ring = in_a_ring(None);
    for machine in &mut ring.machines {
        for book in machine.books.values_mut() {
            book.triggers.net_above = Some(amount(5));
        }
    }
    // Node 2 is in the middle of 1 and 0: it would sign last.
    let first = key(0).address();
    let step = ring.act(2, |machine, world| machine.seek_now(first, world));
    ring.end(2, step.unwrap(), Kill::No);
    let mut signed = None;
    while let Some((from, to, frame)) = ring.wire.pop() {
        if let (AccountFrame::Sign(one), 2) = (&frame, to) {
            signed = Some(*one);
            continue;
        }
        let step = ring.act(to, |machine, world| {
            machine.hear(key(from).address(), frame, world)
        });
        ring.end(to, step, Kill::No);
    }
    (ring, signed.unwrap())
}

#[test]
fn what_is_signed_is_neither_paid_nor_swapped_again_until_it_expires() {
    let (mut ring, _) = last_keeps_back();
    // 0 owes 1 another 10: without the swap, 18.
    ring.serve(1, 0, 10);
    let sign = |frame: &AccountFrame| matches!(frame, AccountFrame::Sign(_));
    ring.wire.retain(|(_, _, frame)| !sign(frame));
    while !ring.wire.is_empty() {
        ring.deliver(0, Kill::No);
    }
    ring.look(0, Kill::No);
    assert_eq!(ring.paid[0][1], 11, "7 of 18 are held");
    ring.now_ms += 60_000;
    ring.credited = ring.paid;
    ring.serve(1, 0, 4);
    ring.wire.retain(|(_, _, frame)| !sign(frame));
    while !ring.wire.is_empty() {
        ring.deliver(0, Kill::No);
    }
    ring.look(0, Kill::No);
    assert_eq!(ring.paid[0][1], 22, "it has expired");
}

#[test]
fn who_says_it_will_not_sign_and_has_is_found_out_and_takes_nothing() {
    let (mut ring, mut signed) = last_keeps_back();
    let id = signed.swap.id(&DOMAIN);
    let refusal = thunder_channel::SwapRefusal { swap: id };
    let signature = key(2).sign(&thunder_channel::TypedMessage::digest(&refusal, &DOMAIN));
    let by = key(2).address();
    for node in [0, 1] {
        let frame = AccountFrame::Refused {
            swap: id,
            by,
            signature,
        };
        ring.wire.push((2, node, frame));
        let last = ring.wire.len() - 1;
        ring.deliver(last, Kill::No);
        assert!(matches!(
            ring.machines[node].swaps()[&id].state,
            State::Refused { .. }
        ));
    }
    signed.sign(2, &key(2), &DOMAIN);
    ring.wire = vec![(2, 0, AccountFrame::Complete(signed))];
    let (_, _, frame) = ring.wire[0];
    let step = ring.act(0, |machine, world| machine.hear(by, frame, world));
    assert_eq!(step.liar, Some(by));
    ring.end(0, step, Kill::No);
    assert_eq!(ring.book(0, 2).triggers.net_above, None);
    while !ring.wire.is_empty() {
        ring.deliver(0, Kill::No);
    }
    let (first, second) = (ring.book(0, 1), ring.book(1, 0));
    assert_eq!(
        (first.netted.mine, second.netted.theirs),
        (amount(7), amount(7)),
        "told by the first"
    );
}

#[test]
fn what_is_not_signed_by_all_three_is_nothing() {
    let (mut ring, signed) = last_keeps_back();
    let mut forged = signed;
    forged.signatures[2] = forged.signatures[0];
    let mut dearer = SignedSwap::new(DebtSwap {
        amount: amount(9),
        ..signed.swap
    });
    dearer.signatures = signed.signatures;
    dearer.sign(2, &key(2), &DOMAIN);
    for bad in [signed, forged, dearer] {
        let step = ring.act(0, |machine, world| {
            machine.hear(key(2).address(), AccountFrame::Complete(bad), world)
        });
        assert!(step.books.is_empty() && step.swaps.is_empty() && step.says.is_empty());
    }
    // Nor does a stranger's swap get a signature of this node.
    let mut strange = SignedSwap::new(DebtSwap {
        first: key(7).address(),
        ..signed.swap
    });
    strange.sign(0, &key(7), &DOMAIN);
    let step = ring.act(1, |machine, world| {
        machine.hear(key(2).address(), AccountFrame::Sign(strange), world)
    });
    assert!(step.swaps.is_empty());
}
