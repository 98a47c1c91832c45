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
    frame::{AccountFrame, SignedSwap},
    machine::Machine,
    step::{State, Step, Swap, World},
};
use std::collections::BTreeSet;
use thunder_channel::{Address, Amount, Bytes32, DebtSwap, Signature, SwapRefusal, TypedMessage};

/// How long a swap can be signed, in milliseconds: three messages' time, and a node's restart.
const OPEN_MS: u64 = 20_000;
/// The longest that another node may want it, for clocks that differ.
const MAX_OPEN_MS: u64 = 2 * 60_000;
/// How often others are reminded of a swap, and how long one waits for a ring that another one may be looking for, in milliseconds.
pub(super) const PAUSE_MS: u64 = 1_000;
/// Rings that are looked for at once.
const MAX_SEEKS: usize = 16;
/// Swaps with one node whose end is not known, or not known to all.
const MAX_UNSETTLED: usize = 16;
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
                let nettable = book.nettable(way.paid, self.open(step, *peer, world.now_ms));
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
            fits.then(|| book.nettable(way.paid, self.open(step, peer, world.now_ms)))
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
}
