//! What a screen may show.

use super::{
    channel::{Channel, World},
    life::Life,
};
use crate::{Alarm, ChannelView, Delivery, History, PhaseView, Proposal, Waiting};
use thunder_channel::{Amount, PerSide, Side, SignedSettlement, SignedWithdrawal, Totals, balance_of};

impl Channel {
    pub fn view(&self, world: &World<'_>) -> ChannelView {
        ChannelView {
            entries: self.timeline.history().clone(),
            ..self.summary(world)
        }
    }

    /// A view without the timeline, which is most of it.
    pub fn summary(&self, world: &World<'_>) -> ChannelView {
        let record = &self.record;
        let fault = self.fault(world);
        let money = fault.is_none();
        let own = |amount: Amount| if money { amount } else { Amount::ZERO };
        let (now, confirmed) = (record.now.funding(), record.confirmed.funding());
        let ledger = self.ledger();
        let free = self.may_sign(world);
        ChannelView {
            id: self.id,
            key: record.key,
            epoch: record.epoch,
            holder: self.holder,
            phase: self.phase(world),
            joined: record.joined,
            fault,
            balances: self.balances(world).map(own),
            spendable: if free { ledger.spendable() } else { Amount::ZERO },
            receivable: if record.now.is_open() && !self.is_frozen() {
                own(ledger.receivable())
            } else {
                Amount::ZERO
            },
            unconfirmed: PerSide::from_fn(|side| {
                own(now.deposit[side].saturating_sub(confirmed.deposit[side]))
            }),
            on_hold: PerSide::from_fn(|side| {
                own(self.funding().withdrawn[side].saturating_sub(now.withdrawn[side]))
            }),
            deposits: now.deposit,
            totals: self.totals(),
            waiting: self.waiting_view(world).filter(|_| money),
            guaranteed: own(self.guaranteed(world)),
            signing: self.signing(world),
            followed: self.can_read(world),
            delivery: self.delivery(),
            peer_online: self.is_heard(world) && self.link.peer_online,
            alarm: self.alarm(world),
            proposal: self.proposal(world).filter(|_| money),
            settle_for_me: record.settle_for_me.is_some(),
            requests_to_me: if money {
                self.requests_to_holder(world)
            } else {
                Vec::new()
            },
            requests_by_me: if money {
                self.requests_by_holder(world)
            } else {
                Vec::new()
            },
            can_note: self.can_note(world),
            read: self.notes.read,
            seen: self.notes.seen,
            unwelcome: self.notes.unwelcome,
            entries: History::default(),
        }
    }

    fn phase(&self, world: &World<'_>) -> PhaseView {
        match self.record.now {
            Life::Absent => PhaseView::Opening,
            Life::Open { .. } => match &self.record.closing {
                Some(close) => PhaseView::CloseSent {
                    deadline: close.deadline,
                },
                None if self.record.confirmed.is_open() => PhaseView::Open,
                None => PhaseView::Opening,
            },
            Life::Closing {
                funding,
                recorded,
                closer,
                closes_at,
            } => PhaseView::Closing {
                closer,
                closes_at,
                clock: world.chain.map_or(0, |reading| reading.clock),
                recorded,
                payout: PerSide::from_fn(|side| balance_of(side, &funding, &recorded)),
            },
            Life::Settled => PhaseView::Settled {
                paid_out: self.record.paid_out,
            },
        }
    }

    /// Everything that paying needs, but an amount.
    fn may_sign(&self, world: &World<'_>) -> bool {
        self.require_own(world).is_ok()
            && self.require_open(world).is_ok()
            && self.require_sure().is_ok()
            && self.require_free().is_ok()
    }

    fn balances(&self, world: &World<'_>) -> PerSide<Amount> {
        match self.record.now {
            Life::Absent | Life::Settled => PerSide::default(),
            // By the hub's own rule: what is left to sign (`spendable`) can be less than what is owned.
            Life::Open { .. } => {
                let ledger = self.ledger();
                PerSide::from_fn(|side| balance_of(side, &ledger.funding, &ledger.totals()))
            }
            Life::Closing { funding, .. } => {
                let mine = self.payout_of_close(world);
                PerSide::from_fn(|side| {
                    if side == self.holder {
                        mine
                    } else {
                        funding.pot().saturating_sub(mine)
                    }
                })
            }
        }
    }

    fn totals(&self) -> Totals {
        match self.record.now {
            Life::Closing { recorded, .. } => self.best_totals(recorded),
            _ => self.ledger().totals(),
        }
    }

    fn guaranteed(&self, world: &World<'_>) -> Amount {
        match self.record.now {
            Life::Open { .. } => self.balances(world)[self.holder],
            Life::Closing { .. } => self.payout_of_close(world),
            Life::Absent | Life::Settled => Amount::ZERO,
        }
    }

    fn waiting_view(&self, world: &World<'_>) -> Option<(Amount, Waiting)> {
        let amount = self.waiting();
        if amount.is_zero() || matches!(self.record.now, Life::Closing { .. } | Life::Settled) {
            return None;
        }
        let why = if !self.record.joined {
            Waiting::NotJoined
        } else if self.is_frozen() {
            Waiting::Frozen
        } else if world.fresh().is_none() {
            Waiting::ChainStale
        } else {
            Waiting::Uncovered
        };
        Some((amount, why))
    }

    pub fn delivery(&self) -> Delivery {
        let own = self.record.own.map(|own| (own.claim.total, own.claim.nonce));
        let pending = self.record.pending.as_ref();
        match own {
            _ if pending.is_some_and(|pending| !pending.statement.is_note()) => Delivery::Signing,
            None => Delivery::Nothing,
            Some(_) if self.link.acknowledged >= own => Delivery::Relayed,
            Some(_) => Delivery::Stored,
        }
    }

    fn alarm(&self, world: &World<'_>) -> Option<Alarm> {
        if let Life::Closing {
            funding,
            recorded,
            closes_at,
            ..
        } = self.record.now
        {
            let left = balance_of(self.holder, &funding, &recorded);
            let alarm = if world.is_overdue(closes_at) {
                // The forfeit, which nobody will get, was never the holder's.
                let owned = balance_of(self.holder, &funding, &self.best_totals(recorded));
                let loss = owned.saturating_sub(left);
                Alarm::Missed { loss }
            } else {
                let loss = self.payout_by_claims().saturating_sub(left);
                Alarm::Understated { loss, closes_at }
            };
            let (Alarm::Missed { loss } | Alarm::Understated { loss, .. }) = alarm else {
                return None;
            };
            return (self.unshown(&recorded) && !loss.is_zero()).then_some(alarm);
        }
        (self.is_live(world) && !self.record.sure).then_some(Alarm::Unsure)
    }

    /// The counterparty's offer needs an answer, so it comes before one's own.
    fn proposal(&self, world: &World<'_>) -> Option<Proposal> {
        if !self.record.now.is_open() {
            return None;
        }
        let record = &self.record;
        let settlement = |by: Side| {
            let offer = if by == self.holder {
                record.settlement
            } else {
                let open = |offer: &SignedSettlement| !self.has_declined(world, &offer.settlement);
                record.settlement_offer.filter(open)
            }?
            .settlement;
            let totals = PerSide {
                alice: offer.alice_total,
                bob: offer.bob_total,
            };
            let payout = PerSide::from_fn(|side| balance_of(side, &record.now.funding(), &totals));
            Some(Proposal::Settlement {
                by,
                payout,
                expiry: offer.expiry,
                declined: self.was_declined(world, &offer),
            })
        };
        let withdrawal = |by: Side| {
            let offer = if by == self.holder {
                record.withdrawal
            } else {
                let open = |offer: &SignedWithdrawal| !self.has_declined(world, &offer.withdrawal);
                record.withdrawal_offer.filter(open)
            }?
            .withdrawal;
            let amount = offer.total.saturating_sub(record.now.funding().withdrawn[by]);
            (!amount.is_zero()).then_some(Proposal::Withdrawal {
                by,
                amount,
                expiry: offer.expiry,
                declined: self.was_declined(world, &offer),
            })
        };
        let (mine, other) = (self.holder, self.holder.other());
        settlement(other)
            .or_else(|| withdrawal(other))
            .or_else(|| settlement(mine))
            .or_else(|| withdrawal(mine))
    }
}
