//! Taking money out of an open channel, signed for by both sides.

use super::{
    channel::{Channel, Out, World},
    closing::hub,
    limits,
};
use crate::{Notice, ProposalFault, Refusal, Statement, TransactionPurpose};
use thunder_channel::{Amount, Authorization, PerSide, SignedWithdrawal, Withdrawal, wire::Message};

impl Channel {
    /// Offers to take `amount` out. It is on hold from here until the offer is used or has expired.
    pub fn propose_withdrawal(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        amount: Amount,
    ) -> Result<(), Refusal> {
        self.require_own(world)?;
        let reading = self.require_open(world)?;
        self.require_sure()?;
        self.require_free()?;
        if let Some(offer) = self.record.withdrawal {
            self.send_message(out, Message::Withdrawal(offer));
            return Err(Refusal::Proposal(ProposalFault::AlreadyProposed));
        }
        if amount.is_zero() {
            return Err(Refusal::Zero);
        }
        let ledger = self.ledger();
        let above = Refusal::AboveSpendable {
            spendable: ledger.spendable(),
        };
        if amount > ledger.spendable() {
            return Err(above);
        }
        let total = ledger.funding.withdrawn[self.holder]
            .checked_add(amount)
            .ok_or(Refusal::Exhausted)?;
        let expiry = reading
            .clock
            .saturating_add(limits::withdrawal_expiry(reading.mode));
        let to = self.record.key.address(self.holder);
        self.require_room()?;
        let withdrawal = Withdrawal {
            channel: self.id,
            to,
            total,
            expiry,
        };
        self.sign(world, out, Statement::Withdrawal(withdrawal), false)
    }

    /// Signs the counterparty's withdrawal, if it is covered, and hands both signatures to the hub.
    pub fn agree_withdrawal(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        self.require_own(world)?;
        let reading = self.require_open(world)?;
        self.require_sure()?;
        self.require_free()?;
        let offer = self
            .record
            .withdrawal_offer
            .ok_or(Refusal::Proposal(ProposalFault::Nothing))?
            .withdrawal;
        if reading.clock > offer.expiry {
            return Err(Refusal::Proposal(ProposalFault::Expired));
        }
        let longest = limits::withdrawal_expiry(reading.mode).saturating_mul(limits::MAX_EXPIRY_FACTOR);
        if offer.expiry > reading.clock.saturating_add(longest) {
            return Err(Refusal::Proposal(ProposalFault::HoldsMoney));
        }
        if !self.record.signed_withdrawals.contains(&offer) {
            let ledger = self.ledger();
            let rise = offer
                .total
                .saturating_sub(ledger.funding.withdrawn[self.holder.other()]);
            if rise.is_zero() {
                return Err(Refusal::Proposal(ProposalFault::TakenOut));
            }
            if rise > ledger.receivable() || !self.is_all_credited() {
                return Err(Refusal::Proposal(ProposalFault::AboveTheirs));
            }
            self.require_room()?;
        }
        self.sign(world, out, Statement::Withdrawal(offer), true)
    }

    /// The holder's signature is there: the amount is on hold.
    pub fn withdrawal_signed(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        withdrawal: Withdrawal,
        authorization: Authorization,
        agreeing: bool,
    ) -> Result<(), Refusal> {
        self.hold(withdrawal);
        if !agreeing {
            let offer = SignedWithdrawal {
                withdrawal,
                authorization,
            };
            self.record.withdrawal = Some(offer);
            self.send_message(out, Message::Withdrawal(offer));
            return Ok(());
        }
        let theirs = self
            .record
            .withdrawal_offer
            .filter(|offer| offer.withdrawal == withdrawal);
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
        let (key, epoch) = (&self.record.key, self.record.epoch);
        let Withdrawal { total, expiry, .. } = withdrawal;
        let call = hub(world).withdraw(key, epoch, self.holder.other(), total, expiry, &both);
        self.transact(out, call, TransactionPurpose::Withdraw(self.id));
        Ok(())
    }

    /// A withdrawal that somebody shows: the counterparty's own is an offer; one that the holder signed and this store has
    /// forgotten is on hold. `false` if it proves nothing.
    pub fn take_withdrawal(&mut self, world: &World<'_>, offer: SignedWithdrawal) -> bool {
        if self.record.withdrawal == Some(offer) || self.record.withdrawal_offer == Some(offer) {
            return true;
        }
        let by = |side| {
            offer
                .verify(side, &self.record.key, self.record.epoch, &world.config.domain)
                .is_ok()
        };
        let current = !world.passed(offer.withdrawal.expiry);
        let to = self.record.key.side_of(offer.withdrawal.to);
        if to == Some(self.holder.other()) && by(self.holder.other()) {
            if current {
                self.record.withdrawal_offer = Some(offer);
            }
            true
        } else if by(self.holder) {
            if current && self.record.signed_withdrawals.len() < limits::MAX_SIGNED_WITHDRAWALS {
                self.hold(offer.withdrawal);
            }
            true
        } else {
            false
        }
    }

    /// Offers that were used or have certainly expired hold nothing any more. Of the holder's own that the other side let
    /// expire, it is told.
    pub fn forget_withdrawals(&mut self, world: &World<'_>, out: &mut Out) {
        let taken = self.record.confirmed.funding().withdrawn;
        let key = self.record.key;
        let over = |withdrawal: &Withdrawal| {
            let used = key
                .side_of(withdrawal.to)
                .is_none_or(|side| taken[side] >= withdrawal.total);
            used || world.passed(withdrawal.expiry)
        };
        let lapsed = self
            .record
            .withdrawal
            .filter(|_| self.record.now.is_open())
            .map(|offer| offer.withdrawal)
            .filter(|own| world.passed(own.expiry) && taken[self.holder] < own.total);
        if let Some(own) = lapsed {
            out.notify(Notice::WithdrawalLapsed {
                channel: self.id,
                amount: own.total.saturating_sub(taken[self.holder]),
            });
        }
        let record = &mut self.record;
        record.signed_withdrawals.retain(|withdrawal| !over(withdrawal));
        record.withdrawal = record.withdrawal.filter(|offer| !over(&offer.withdrawal));
        record.withdrawal_offer = record.withdrawal_offer.filter(|offer| !over(&offer.withdrawal));
    }

    fn hold(&mut self, withdrawal: Withdrawal) {
        if !self.record.signed_withdrawals.contains(&withdrawal) {
            self.record.signed_withdrawals.push(withdrawal);
        }
    }

    const fn require_room(&self) -> Result<(), Refusal> {
        if self.record.signed_withdrawals.len() < limits::MAX_SIGNED_WITHDRAWALS {
            Ok(())
        } else {
            Err(Refusal::Proposal(ProposalFault::TooMany))
        }
    }
}
