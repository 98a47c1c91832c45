//! Ending a channel one-sidedly: close, claim, accept, settle.

use super::{
    channel::{Channel, Out, World},
    life::Life,
    limits,
    records::CloseIntent,
};
use crate::{Effect, PhaseFault, ProposalFault, Refusal, Statement, TransactionPurpose};
use thunder_channel::{
    Amount, Authorization, Funding, PerSide, SettleForMe, Side, SignedClaim, SignedRequest, Totals,
    balance_of, wire::Message,
};
use thunder_ethereum::{Call, Hub};

impl Channel {
    /// Closes with the best claims, or as a cheat would: `understated` is what to say was paid (development chains only).
    ///
    /// "Closing" is written down before the wallet sees it. From then on nothing is signed or credited here until the close
    /// is mined or its deadline has certainly passed, whatever the wallet says meanwhile: some say no and send all the same.
    pub fn close(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        understated: Option<Amount>,
    ) -> Result<(), Refusal> {
        if understated.is_some() && !world.config.development {
            return Err(Refusal::DevelopmentOnly);
        }
        let reading = self.require_open(world)?;
        self.require_idle_wallet()?;
        if self.is_forfeit() {
            self.require_sure()?;
        }
        let intent = self.record.closing.unwrap_or_else(|| CloseIntent {
            paid: understated.unwrap_or(self.paid()),
            received: self.record.received,
            deadline: reading.clock.saturating_add(limits::close_deadline(reading.mode)),
        });
        self.record.closing = Some(intent);
        let CloseIntent {
            paid,
            received,
            deadline,
        } = intent;
        let call = hub(world).close(
            &self.record.key,
            self.record.epoch,
            paid,
            received.as_ref(),
            deadline,
        );
        self.transact(out, call, TransactionPurpose::Close(self.id));
        Ok(())
    }

    /// Shows the hub the best received claim.
    pub fn claim(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        let (_, recorded, _, closes_at) = self.require_closing()?;
        world.fresh().ok_or(Refusal::ChainStale)?;
        if world.is_overdue(closes_at) {
            return Err(Refusal::Phase(PhaseFault::Overdue));
        }
        let best = self
            .record
            .received
            .filter(|best| best.claim.total > recorded[self.holder.other()]);
        let call = hub(world).claim(
            &self.record.key,
            self.record.epoch,
            &best.ok_or(Refusal::NothingToClaim)?,
        );
        self.transact(out, call, TransactionPurpose::Claim(self.id));
        Ok(())
    }

    /// Consents to the totals on record, if they are not worse than what a claim would bring.
    pub fn accept(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        let (funding, recorded, closer, closes_at) = self.require_closing()?;
        world.fresh().ok_or(Refusal::ChainStale)?;
        if closer == self.holder {
            return Err(Refusal::Phase(PhaseFault::ClosedByYou));
        }
        if world.is_overdue(closes_at) {
            return Err(Refusal::Phase(PhaseFault::Overdue));
        }
        if self.payout_by_claims() > balance_of(self.holder, &funding, &recorded) {
            return Err(Refusal::Proposal(ProposalFault::LessThanYours));
        }
        let call = hub(world).accept(&self.record.key, self.record.epoch, &recorded);
        self.transact(out, call, TransactionPurpose::Accept(self.id));
        Ok(())
    }

    /// Pays both sides out after the period.
    pub fn settle(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        let (_, _, _, closes_at) = self.require_closing()?;
        let reading = world.fresh().ok_or(Refusal::ChainStale)?;
        if reading.clock < closes_at {
            return Err(Refusal::Phase(PhaseFault::Running));
        }
        let call = hub(world).settle(&self.record.key, self.record.epoch);
        self.transact(out, call, TransactionPurpose::Settle(self.id));
        Ok(())
    }

    /// Asks the watchtower to settle once the period is over. Asking again says the same request again.
    pub fn settle_for_me(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        self.require_own(world)?;
        self.require_closing()?;
        self.require_idle_wallet()?;
        if let Some(request) = self.record.settle_for_me {
            self.send_message(out, Message::SettleForMe(request));
            return Ok(());
        }
        let request = SettleForMe { channel: self.id };
        self.sign(world, out, Statement::SettleForMe(request), false)
    }

    /// The holder's signature is there. It binds nobody to anything.
    pub fn settle_for_me_signed(
        &mut self,
        out: &mut Out,
        request: SettleForMe,
        authorization: Authorization,
    ) {
        let request = SignedRequest {
            request,
            authorization,
        };
        self.record.settle_for_me = Some(request);
        self.send_message(out, Message::SettleForMe(request));
    }

    /// A request that somebody shows: one of the holder's own that this store has forgotten is known again; the other side's is
    /// between it and the watchtower. `false` if it proves nothing.
    pub fn take_settle_for_me(&mut self, world: &World<'_>, request: SignedRequest) -> bool {
        let by = |side| {
            request
                .verify(side, &self.record.key, self.record.epoch, &world.config.domain)
                .is_ok()
        };
        if by(self.holder) {
            self.record.settle_for_me = Some(request);
            return true;
        }
        by(self.holder.other())
    }

    /// A close that was handed out is over once the chain has it for good, or can never have it.
    pub fn forget_close(&mut self, world: &World<'_>) {
        let Some(intent) = &self.record.closing else {
            return;
        };
        let mined = matches!(self.record.confirmed, Life::Closing { .. } | Life::Settled);
        let expired =
            world.passed(intent.deadline) && self.record.now.is_open() && self.record.confirmed.is_open();
        if mined || expired {
            self.record.closing = None;
        }
    }

    /// The hub's totals, raised by the claims that this side can show or has signed.
    pub fn best_totals(&self, recorded: Totals) -> Totals {
        PerSide::from_fn(|side| {
            let known = if side == self.holder {
                self.paid()
            } else {
                self.received()
            };
            recorded[side].max(known)
        })
    }

    /// What the holder would get at the end, by the chain's money and every claim that can be shown.
    pub fn payout_by_claims(&self) -> Amount {
        let funding = self.record.now.funding();
        match self.record.now {
            Life::Closing { recorded, closer, .. } => {
                let best = self.best_totals(recorded);
                let caught = self.is_forfeit() && closer != self.holder && best[closer] > recorded[closer];
                if caught {
                    funding.pot()
                } else {
                    balance_of(self.holder, &funding, &best)
                }
            }
            Life::Open { .. } => {
                balance_of(self.holder, &self.funding(), &self.best_totals(Totals::default()))
            }
            Life::Absent | Life::Settled => Amount::ZERO,
        }
    }

    /// What the holder gets of a channel that closes: by every claim that can be shown while one can be, then by those that were.
    pub fn payout_of_close(&self, world: &World<'_>) -> Amount {
        match self.record.now {
            Life::Closing {
                funding,
                recorded,
                closes_at,
                ..
            } if world.is_overdue(closes_at) => balance_of(self.holder, &funding, &recorded),
            _ => self.payout_by_claims(),
        }
    }

    /// The channel's closing, as the hub has it. Any account's own channel can be ended, taken as its own or not.
    pub fn require_closing(&self) -> Result<(Funding, Totals, Side, u64), Refusal> {
        match self.record.now {
            Life::Closing {
                funding,
                recorded,
                closer,
                closes_at,
            } => Ok((funding, recorded, closer, closes_at)),
            other => Err(Refusal::Phase(other.fault())),
        }
    }

    pub fn transact(&self, out: &mut Out, call: Call, purpose: TransactionPurpose) {
        out.effects.push(Effect::Transact {
            call,
            purpose,
            pull: None,
        });
    }

    /// What the counterparty's best claim says, above what the hub has on record.
    pub fn unshown(&self, recorded: &Totals) -> bool {
        SignedClaim::total_of(self.record.received.as_ref()) > recorded[self.holder.other()]
    }
}

pub const fn hub(world: &World<'_>) -> Hub {
    Hub::new(world.config.domain.hub)
}
