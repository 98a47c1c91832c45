//! Swaps that this node has signed: what completes them, who is told, and what they hold back meanwhile.

use super::{
    book::NOTHING,
    frame::{AccountFrame, SignedSwap},
    machine::Machine,
    netting::PAUSE_MS,
    step::{State, Step, Swap, World},
};
use std::collections::BTreeSet;
use thunder_api::{AccountNews, Owned};
use thunder_channel::{Address, Amount, Bytes32, DebtSwap};

/// How long a swap whose end is not known takes room from others, in milliseconds: a week. Who has not been there for as long will hardly
/// come back with it.
const DOUBT_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
/// Swaps that are remembered; above it, the oldest are forgotten that all three have booked.
const MAX_SWAPS: usize = 10_000;

impl Machine {
    /// Somebody shows all three signatures.
    pub(super) fn completed(&self, step: &mut Step, peer: Address, signed: SignedSwap, world: &World<'_>) {
        let id = signed.swap.id(&world.domain);
        if signed.place(self.own).is_none() || signed.place(peer).is_none() {
            return;
        }
        let told: BTreeSet<_> = [peer].into();
        match self.swaps.get(&id).map(|swap| &swap.state) {
            Some(State::Complete { .. }) => self.booked(step, peer, id),
            // It may be one that was booked and forgotten.
            None if signed.swap.expiry <= self.forgotten => return,
            _ if signed.signed(&world.domain) != Some(3) => return,
            _ => self.complete(step, id, signed, told, world),
        }
        // Not before it is written down: the step is.
        step.says.push((peer, AccountFrame::Booked { swap: id }));
    }

    /// Books a swap that all three have signed, and tells who may not know.
    pub(super) fn complete(
        &self,
        step: &mut Step,
        id: Bytes32,
        signed: SignedSwap,
        told: BTreeSet<Address>,
        world: &World<'_>,
    ) {
        let Some(place) = signed.place(self.own) else {
            return;
        };
        let (creditor, debtor) = signed.neighbours(place);
        let amount = signed.swap.amount;
        let add = |to: Amount| to.checked_add(amount).unwrap_or(Amount::MAX);
        for (peer, mine) in [(creditor, true), (debtor, false)] {
            // Whatever became of the channel, the debt fell.
            if let Some(mut book) = self.book(step, peer) {
                if mine {
                    book.netted.mine = add(book.netted.mine);
                } else {
                    book.netted.theirs = add(book.netted.theirs);
                }
                step.tell(peer, book.channel, AccountNews::Netted, amount);
                step.books.insert(peer, book);
            }
        }
        if let Some(State::Refused { by, .. }) = self.swaps.get(&id).map(|swap| &swap.state) {
            step.liar = Some(*by);
            if let Some(mut book) = self.book(step, *by) {
                book.triggers.net_above = None;
                step.books.insert(*by, book);
            }
        }
        let state = State::Complete { told };
        let swap = Swap { signed, state };
        self.remind_of(step, &swap, |_| true, world);
        step.swaps.insert(id, swap);
    }

    /// Another node has booked a swap.
    pub(super) fn booked(&self, step: &mut Step, peer: Address, id: Bytes32) {
        let Some(swap) = self.swaps.get(&id) else {
            return;
        };
        if let State::Complete { told } = &swap.state
            && swap.signed.place(peer).is_some()
            && !told.contains(&peer)
        {
            let mut told = told.clone();
            told.insert(peer);
            let (signed, state) = (swap.signed, State::Complete { told });
            step.swaps.insert(id, Swap { signed, state });
        }
    }

    /// Forgets the oldest swaps if there are too many.
    pub(super) fn forget_old(&self, step: &mut Step) {
        let many = self.swaps.len().saturating_sub(MAX_SWAPS);
        if many == 0 {
            return;
        }
        let over = self.swaps.iter().filter(|(id, _)| !self.unsettled.contains(*id));
        let mut over: Vec<_> = over.map(|(id, swap)| (swap.signed.swap.expiry, *id)).collect();
        over.sort_unstable();
        over.truncate(many);
        if let Some((newest, _)) = over.last() {
            let forgotten = self.forgotten.max(*newest);
            step.forget = Some((over.iter().map(|(_, id)| *id).collect(), forgotten));
        }
    }

    pub(super) fn unsettled(&self) -> impl Iterator<Item = (&Bytes32, &Swap)> {
        let found = |id| self.swaps.get_key_value(id);
        self.unsettled.iter().filter_map(found)
    }

    /// Says again what others may have missed.
    pub(super) fn remind(&mut self, step: &mut Step, world: &World<'_>) {
        let now = world.now_ms;
        self.reminded.retain(|_, at| now.saturating_sub(*at) < PAUSE_MS);
        for (id, swap) in self.unsettled() {
            if !self.reminded.contains_key(id) {
                step.reminded.push(*id);
                self.remind_of(step, swap, |_| true, world);
            }
        }
        self.reminded.extend(step.reminded.iter().map(|id| (*id, now)));
    }

    /// Says what those who are meant may not know of a swap.
    pub(super) fn remind_of(
        &self,
        step: &mut Step,
        swap: &Swap,
        meant: impl Fn(Address) -> bool,
        world: &World<'_>,
    ) {
        let Some(place) = swap.signed.place(self.own) else {
            return;
        };
        let linked = |one: &Address| meant(*one) && (world.linked)(*one);
        match &swap.state {
            State::Signed => {
                let (creditor, _) = swap.signed.neighbours(place);
                if linked(&creditor) {
                    step.says.push((creditor, AccountFrame::Sign(swap.signed)));
                }
            }
            // Whoever still waits asks for a signature again, and is told.
            State::Refused { .. } => (),
            State::Complete { told } => {
                let others = self.others(&swap.signed).into_iter();
                for other in others.filter(linked).filter(|one| !told.contains(one)) {
                    step.says.push((other, AccountFrame::Complete(swap.signed)));
                }
            }
        }
    }

    pub(super) fn others(&self, signed: &SignedSwap) -> Vec<Address> {
        let ring = signed.swap.ring().into_iter();
        ring.filter(|one| *one != self.own).collect()
    }

    /// What this node has signed to swap with another one, and is neither complete nor refused: of its debt, and of the other one's.
    pub(super) fn open(&self, step: &Step, peer: Address, now_ms: u64) -> Owned {
        self.signed_with(step, peer, |swap| now_ms < swap.expiry.saturating_add(DOUBT_MS))
    }

    /// What is not paid to a node for now.
    pub fn held(&self, step: &Step, peer: Address, now_ms: u64) -> Amount {
        self.signed_with(step, peer, |swap| now_ms < swap.expiry).mine
    }

    fn signed_with(&self, step: &Step, peer: Address, counts: impl Fn(&DebtSwap) -> bool) -> Owned {
        let mut sum = NOTHING;
        let stored = self.unsettled().filter(|(id, _)| !step.swaps.contains_key(*id));
        for (_, swap) in stored.chain(&step.swaps) {
            let Some(place) = swap.signed.place(self.own) else {
                continue;
            };
            if swap.state != State::Signed || !counts(&swap.signed.swap) {
                continue;
            }
            let (creditor, debtor) = swap.signed.neighbours(place);
            let amount = swap.signed.swap.amount;
            if creditor == peer {
                sum.mine = sum.mine.checked_add(amount).unwrap_or(Amount::MAX);
            } else if debtor == peer {
                sum.theirs = sum.theirs.checked_add(amount).unwrap_or(Amount::MAX);
            }
        }
        sum
    }
}
