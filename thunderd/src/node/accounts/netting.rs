//! Rings of three: A owes B, B owes C, C owes A, and each debt falls by the least of them.
//!
//! Who is in the middle asks its creditor whether it owes the debtor. If so, the creditor signs first, the debtor second, and the one in
//! the middle last; it then has all three signatures, writes them down together with what they do to its accounts, and tells the other
//! two. A swap with three signatures counts for ever, whoever shows it and when, so accounts can not come to differ, whoever is killed
//! and wherever. What a signature costs before that is known:
//!
//! - until the swap's expiry, its signer does not pay the amount to its creditor, and does not count on being relieved of it either;
//! - afterwards it pays, and if the swap turns up complete after all, its creditor owes it what its debtor did: nothing is lost, but who
//!   owes it may have changed. All such amounts together stay within the payment threshold.
//!
//! So a member of the ring that keeps the last signature back gains nothing in the books; it can make one of the others the creditor of
//! another one, for at most a payment threshold, once: who says that it will not sign and then has is not netted with again.

use super::{
    book::NOTHING,
    frame::{AccountFrame, SignedSwap},
    machine::{Machine, State, Step, Swap, World},
};
use std::collections::BTreeSet;
use thunder_api::{AccountNews, Owned};
use thunder_channel::{Address, Amount, Bytes32, DebtSwap, Signature, SwapRefusal, TypedMessage};

/// How long a swap can be signed, in milliseconds: three messages' time, and a node's restart.
const OPEN_MS: u64 = 20_000;
/// The longest that another node may want it, for clocks that differ.
const MAX_OPEN_MS: u64 = 2 * 60_000;
/// How often others are reminded of a swap, and how long one waits for a ring that another one may be looking for, in milliseconds.
const PAUSE_MS: u64 = 1_000;
/// Rings that are looked for at once.
const MAX_SEEKS: usize = 16;
/// Swaps with one node whose end is not known, or not known to all.
const MAX_UNSETTLED: usize = 16;
/// Swaps that are remembered; above it, the oldest are forgotten that all three have booked.
const MAX_SWAPS: usize = 10_000;
/// Refusals that are remembered: of a swap that was refused and comes again before it expires.
const MAX_REFUSED: usize = 1_024;

/// Whom this node owes, who owes it, and how much of both could be swapped.
struct Middle {
    creditor: Address,
    debtor: Address,
    token: Address,
    amount: Amount,
}

impl Middle {
    const fn pair(&self) -> (Address, Address) {
        (self.creditor, self.debtor)
    }
}

impl Machine {
    /// Looks for rings that this node is in the middle of.
    pub(super) fn seek(&mut self, step: &mut Step, world: &World<'_>) {
        let found = self.middles(step, world, false);
        self.ask(step, &found, world);
    }

    /// Looks for rings that would take something off the debt to `creditor`, whatever the trigger. `None` if there can be none.
    pub fn seek_now(&mut self, creditor: Address, world: &World<'_>) -> Option<Step> {
        let mut step = Step::default();
        let mut found = self.middles(&step, world, true);
        found.retain(|one| one.creditor == creditor);
        for one in &found {
            self.sought.insert(one.pair(), world.now_ms);
        }
        self.ask(&mut step, &found, world);
        (!found.is_empty()).then_some(step)
    }

    /// Where this node is in the middle: it owes one and is owed by another.
    fn middles(&self, step: &Step, world: &World<'_>, now: bool) -> Vec<Middle> {
        let mut found = Vec::new();
        let mut known = Vec::new();
        for peer in self.books.keys().filter(|peer| (world.linked)(**peer)) {
            if let Some((book, way)) = self.look(step, *peer, world) {
                let nettable = book.nettable(way.paid, self.open(step, *peer));
                let above = book.triggers.net_above.unwrap_or(Amount::MAX);
                let asks = !nettable.mine.is_zero() && (now || book.owes(way.paid).mine > above);
                known.push((*peer, way.token, nettable, asks));
            }
        }
        for (creditor, token, debt, _) in known.iter().filter(|(.., asks)| *asks) {
            for (debtor, other, claim, _) in &known {
                let amount = debt.mine.min(claim.theirs);
                if token == other && creditor != debtor && !amount.is_zero() {
                    found.push(Middle {
                        creditor: *creditor,
                        debtor: *debtor,
                        token: *token,
                        amount,
                    });
                }
            }
        }
        found
    }

    /// Asks the creditors whose turn it is. All three of a ring can be in the middle of it at once: the lowest account asks first, and the
    /// others only where that has led to nothing.
    fn ask(&mut self, step: &mut Step, found: &[Middle], world: &World<'_>) {
        self.sought
            .retain(|pair, _| found.iter().any(|one| one.pair() == *pair));
        for one in found.iter().take(MAX_SEEKS) {
            let before_own = [one.creditor, one.debtor].map(|other| u64::from(other < self.own));
            let turn = before_own.iter().sum::<u64>() * PAUSE_MS;
            let due = self.sought.entry(one.pair()).or_insert(world.now_ms + turn);
            if *due > world.now_ms {
                continue;
            }
            *due = world.now_ms + 3 * PAUSE_MS;
            let frame = AccountFrame::Seek {
                number: world.number,
                debtor: one.debtor,
                token: one.token,
                amount: one.amount,
            };
            step.says.push((one.creditor, frame));
        }
    }

    /// Another node owes this one, and is owed by `debtor`. If this node owes the debtor, it signs first.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn sought_by(
        &self,
        step: &mut Step,
        peer: Address,
        number: Bytes32,
        debtor: Address,
        token: Address,
        amount: Amount,
        world: &World<'_>,
    ) {
        if peer == debtor || debtor == self.own {
            return;
        }
        let most = self.can_net(step, debtor, peer, token, world);
        let amount = amount.min(most);
        if amount.is_zero() {
            return;
        }
        let swap = DebtSwap {
            number,
            token,
            first: self.own,
            second: debtor,
            third: peer,
            amount,
            expiry: world.now_ms.saturating_add(OPEN_MS),
        };
        let id = swap.id(&world.domain);
        if self.swaps.contains_key(&id) {
            return;
        }
        let mut signed = SignedSwap::new(swap);
        signed.sign(0, world.key, &world.domain);
        let state = State::Signed;
        step.swaps.insert(id, Swap { signed, state });
        step.says.push((debtor, AccountFrame::Sign(signed)));
    }

    /// What this node can swap of its debt to one and of another one's debt to it.
    fn can_net(
        &self,
        step: &Step,
        creditor: Address,
        debtor: Address,
        token: Address,
        world: &World<'_>,
    ) -> Amount {
        let side = |peer: Address| {
            let (book, way) = self.look(step, peer, world)?;
            let fits = way.token == token && (world.linked)(peer);
            fits.then(|| book.nettable(way.paid, self.open(step, peer)))
        };
        let many = |peer: Address| {
            let with = self
                .unsettled()
                .filter(|(_, swap)| swap.signed.place(peer).is_some());
            with.count() >= MAX_UNSETTLED
        };
        match (side(creditor), side(debtor)) {
            (Some(debt), Some(claim)) if !many(creditor) && !many(debtor) => debt.mine.min(claim.theirs),
            _ => Amount::ZERO,
        }
    }

    /// A swap waits for this node's signature.
    pub(super) fn asked_to_sign(
        &mut self,
        step: &mut Step,
        peer: Address,
        signed: SignedSwap,
        world: &World<'_>,
    ) {
        let id = signed.swap.id(&world.domain);
        let Some(place) = signed.place(self.own) else {
            return;
        };
        if signed.place(peer).is_none() || signed.signed(&world.domain) != Some(place) || place == 0 {
            return;
        }
        if let Some(known) = self.swaps.get(&id) {
            // Said again: what it is waiting for may be here.
            match &known.state {
                State::Signed => (),
                State::Complete { .. } => step.says.push((peer, AccountFrame::Complete(known.signed))),
                State::Refused { by, signature } => {
                    let (by, signature) = (*by, *signature);
                    let frame = AccountFrame::Refused {
                        swap: id,
                        by,
                        signature,
                    };
                    step.says.push((peer, frame));
                }
            }
            return;
        }
        let (creditor, debtor) = signed.neighbours(place);
        let now = world.now_ms;
        let in_time = now < signed.swap.expiry && signed.swap.expiry <= now.saturating_add(MAX_OPEN_MS);
        let most = self.can_net(step, creditor, debtor, signed.swap.token, world);
        let good = in_time && !signed.swap.amount.is_zero() && signed.swap.amount <= most;
        if !good || self.refused.contains(&id) {
            self.refuse(step, id, &signed, world);
            return;
        }
        let mut signed = signed;
        signed.sign(place, world.key, &world.domain);
        if place == 2 {
            self.complete(step, id, signed, BTreeSet::new(), world);
        } else {
            let state = State::Signed;
            step.swaps.insert(id, Swap { signed, state });
            step.says.push((creditor, AccountFrame::Sign(signed)));
        }
    }

    /// Says to the other two that this node will not sign, and will not.
    fn refuse(&mut self, step: &mut Step, id: Bytes32, signed: &SignedSwap, world: &World<'_>) {
        if !self.refused.contains(&id) {
            if self.refused.len() == MAX_REFUSED {
                self.refused.pop_front();
            }
            self.refused.push_back(id);
        }
        let refusal = SwapRefusal { swap: id };
        let signature = world.key.sign(&refusal.digest(&world.domain));
        let by = self.own;
        for other in signed.swap.ring().into_iter().filter(|one| *one != by) {
            let frame = AccountFrame::Refused {
                swap: id,
                by,
                signature,
            };
            step.says.push((other, frame));
        }
    }

    /// One of the three will not sign: this node need not wait for it any more.
    pub(super) fn was_refused(
        &self,
        step: &mut Step,
        id: Bytes32,
        by: Address,
        signature: Signature,
        world: &World<'_>,
    ) {
        let Some(swap) = self.swaps.get(&id).filter(|swap| swap.state == State::Signed) else {
            return;
        };
        let refusal = SwapRefusal { swap: id };
        let Some(place) = swap.signed.place(by) else {
            return;
        };
        // Who has signed cannot take it back.
        let has_signed = swap.signed.signatures[place].is_some();
        if has_signed || signature.recover(&refusal.digest(&world.domain)) != Ok(by) {
            return;
        }
        let state = State::Refused { by, signature };
        let signed = swap.signed;
        step.swaps.insert(id, Swap { signed, state });
        for other in self.others(&signed).into_iter().filter(|one| *one != by) {
            let frame = AccountFrame::Refused {
                swap: id,
                by,
                signature,
            };
            step.says.push((other, frame));
        }
    }

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
    fn complete(
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
                step.books.insert(peer, book);
                step.news.push((peer, AccountNews::Netted, amount));
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

    /// Forgets the oldest swap if there are too many.
    pub(super) fn forget_old(&self, step: &mut Step) {
        if self.swaps.len() <= MAX_SWAPS {
            return;
        }
        let over = self.swaps.iter().filter(|(id, _)| !self.unsettled.contains(*id));
        if let Some((id, swap)) = over.min_by_key(|(_, swap)| swap.signed.swap.expiry) {
            step.forget = Some((*id, swap.signed.swap.expiry.max(self.forgotten)));
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

    fn others(&self, signed: &SignedSwap) -> Vec<Address> {
        let ring = signed.swap.ring().into_iter();
        ring.filter(|one| *one != self.own).collect()
    }

    /// What this node has signed to swap with another one, and is neither complete nor refused: of its debt, and of the other one's.
    fn open(&self, step: &Step, peer: Address) -> Owned {
        self.signed_with(step, peer, |_| true)
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
