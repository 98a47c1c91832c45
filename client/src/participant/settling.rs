//! Ending a channel by agreement: one statement with both totals, signed by both sides.

use super::{
    channel::{Channel, Out, Subscription, World},
    closing::hub,
    limits,
};
use crate::{ProposalFault, Refusal, Statement, TransactionPurpose};
use thunder_channel::{
    Authorization, PerSide, Settlement, SignedSettlement,
    wire::{ClientFrame, Message},
};

impl Channel {
    /// Offers the counterparty to end the channel now. From here on nothing is signed or credited until the offer expires.
    pub fn propose_settlement(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        self.require_own(world)?;
        let reading = self.require_open(world)?;
        if let Some(offer) = self.record.settlement {
            // Already signed: saying it again costs nothing.
            self.send_message(out, Message::Settlement(offer));
            return Ok(());
        }
        self.require_sure()?;
        self.require_free()?;
        if !self.is_all_credited() {
            return Err(Refusal::Proposal(ProposalFault::NotCounted));
        }
        let expiry = reading
            .clock
            .saturating_add(limits::settlement_expiry(reading.mode));
        let totals = PerSide::from_fn(|side| {
            if side == self.holder {
                self.paid()
            } else {
                self.received()
            }
        });
        let settlement = Settlement {
            channel: self.id,
            alice_total: totals.alice,
            bob_total: totals.bob,
            expiry,
        };
        self.sign(world, out, Statement::Settlement(settlement), false)
    }

    /// Signs the counterparty's settlement, if both totals are the best known here, and hands both signatures to the hub.
    pub fn agree_settlement(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        self.require_own(world)?;
        let reading = self.require_open(world)?;
        self.require_sure()?;
        if let Some(close) = &self.record.closing {
            return Err(Refusal::ClosingSent {
                deadline: close.deadline,
            });
        }
        self.require_idle_wallet()?;
        let offer = self
            .record
            .settlement_offer
            .ok_or(Refusal::Proposal(ProposalFault::Nothing))?
            .settlement;
        if reading.clock > offer.expiry {
            return Err(Refusal::Proposal(ProposalFault::Expired));
        }
        let longest = limits::settlement_expiry(reading.mode).saturating_mul(limits::MAX_EXPIRY_FACTOR);
        if offer.expiry > reading.clock.saturating_add(longest) {
            return Err(Refusal::Proposal(ProposalFault::HoldsChannel));
        }
        let totals = PerSide {
            alice: offer.alice_total,
            bob: offer.bob_total,
        };
        if totals[self.holder] != self.paid() || totals[self.holder.other()] != self.received() {
            return Err(Refusal::Proposal(ProposalFault::OldTotals));
        }
        if !self.is_all_credited() {
            return Err(Refusal::Proposal(ProposalFault::NotCounted));
        }
        self.sign(world, out, Statement::Settlement(offer), true)
    }

    /// The holder's signature is there: nothing else is signed or credited until it expires.
    pub fn settlement_signed(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        settlement: Settlement,
        authorization: Authorization,
        agreeing: bool,
    ) -> Result<(), Refusal> {
        self.freeze_until(settlement.expiry);
        if !agreeing {
            let offer = SignedSettlement {
                settlement,
                authorization,
            };
            self.record.settlement = Some(offer);
            self.send_message(out, Message::Settlement(offer));
            return Ok(());
        }
        let theirs = self
            .record
            .settlement_offer
            .filter(|offer| offer.settlement == settlement);
        let theirs = theirs
            .ok_or(Refusal::Proposal(ProposalFault::Changed))?
            .authorization;
        let both = PerSide::from_fn(|side| {
            if side == self.holder {
                authorization
            } else {
                theirs
            }
        });
        let call = hub(world).settle_together(&self.record.key, self.record.epoch, &settlement, &both);
        self.transact(out, call, TransactionPurpose::SettleTogether(self.id));
        Ok(())
    }

    /// A settlement that somebody shows: the counterparty's is an offer; one of the holder's own that this store has forgotten
    /// still binds. `false` if it proves nothing.
    pub fn take_settlement(&mut self, world: &World<'_>, offer: SignedSettlement) -> bool {
        let by = |side| {
            offer
                .verify(side, &self.record.key, self.record.epoch, &world.config.domain)
                .is_ok()
        };
        if self.record.settlement == Some(offer) || self.record.settlement_offer == Some(offer) {
            return true;
        }
        if by(self.holder.other()) {
            if !world.passed(offer.settlement.expiry) {
                self.record.settlement_offer = Some(offer);
            }
            return true;
        }
        if !by(self.holder) {
            return false;
        }
        if !world.passed(offer.settlement.expiry) {
            self.freeze_until(offer.settlement.expiry);
        }
        true
    }

    /// Offers and promises whose time has certainly passed bind nobody any more.
    pub fn forget_settlements(&mut self, world: &World<'_>) {
        let record = &mut self.record;
        record.frozen_until = record.frozen_until.filter(|expiry| !world.passed(*expiry));
        record.settlement = record
            .settlement
            .filter(|offer| !world.passed(offer.settlement.expiry));
        record.settlement_offer = record
            .settlement_offer
            .filter(|offer| !world.passed(offer.settlement.expiry));
    }

    fn freeze_until(&mut self, expiry: u64) {
        self.record.frozen_until = self.record.frozen_until.max(Some(expiry));
    }

    /// Says a message, if the relay is listening to this channel; if not, it is said after the next snapshot.
    pub fn send_message(&self, out: &mut Out, message: Message) {
        if self.link.subscription == Subscription::Live {
            out.send(ClientFrame::Message {
                channel: self.id,
                message,
            });
        }
    }
}
