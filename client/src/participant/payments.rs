//! Paying: one signature over a total that is higher.

use super::{
    channel::{Channel, Out, Subscription, World},
    limits::RECENT_CLAIMS,
};
use crate::{EntryKind, PaidOnce, PaymentReference, Refusal, Statement, WalletFault};
use std::rc::Rc;
use thunder_channel::{
    Amount, Authorization, Claim, MemoText, RequestNumber, SignedClaim, wire::ClientFrame,
};

impl Channel {
    /// Pays `amount` more, and says what for.
    pub fn pay(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        reference: Option<PaymentReference>,
        amount: Amount,
        memo: Option<MemoText>,
        request: Option<RequestNumber>,
    ) -> Result<(), Refusal> {
        self.require_own(world)?;
        self.require_open(world)?;
        self.require_sure()?;
        self.require_free()?;
        if amount.is_zero() {
            return Err(Refusal::Zero);
        }
        if self.paid() == Amount::MAX {
            return Err(Refusal::Exhausted);
        }
        if memo.is_some() && !self.can_note(world) {
            return Err(Refusal::MemoByWallet);
        }
        if let Some(number) = request {
            self.require_payable(world, number, amount)?;
        }
        let total = self.payable(amount)?;
        let nonce = self.record.last_nonce.checked_add(1).ok_or(Refusal::Exhausted)?;
        let to = self.record.key.address(self.holder.other());
        let claim = Claim {
            channel: self.id,
            to,
            total,
            nonce,
        };
        self.sign(world, out, Statement::Claim(claim), false)?;
        if let Some(pending) = &mut self.record.pending {
            pending.request = request;
            pending.once = reference.map(|reference| (reference, amount));
            return Ok(());
        }
        out.paid = reference.map(|reference| (reference, PaidOnce::by(&claim, amount, world.now_ms)));
        if let Some(number) = request {
            self.answered(number, total);
        }
        if memo.is_some() || request.is_some() {
            self.say_memo(world, out, &claim, request, memo.unwrap_or_default());
        }
        Ok(())
    }

    /// The total that pays `amount` more.
    fn payable(&self, amount: Amount) -> Result<Amount, Refusal> {
        let ledger = self.ledger();
        ledger.total_after(amount).ok_or(Refusal::AboveSpendable {
            spendable: ledger.spendable(),
        })
    }

    /// A claim of the holder's is signed: it counts from here, and is stored before it is sent.
    pub fn claim_signed(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        claim: Claim,
        authorization: Authorization,
    ) -> Result<(), Refusal> {
        // A wallet takes its time; meanwhile the total may have risen or what covers it may be gone.
        let amount = claim
            .total
            .checked_sub(self.paid())
            .filter(|amount| !amount.is_zero());
        self.payable(amount.ok_or(Refusal::Wallet(WalletFault::Overtaken))?)?;
        let signed = SignedClaim { claim, authorization };
        self.raise_own(world, signed, 1);
        // Paying raises what the counterparty can pay.
        self.credit(world, out);
        self.send_own(world, out);
        Ok(())
    }

    /// Takes a better claim of the holder's own, from here or from elsewhere. It stands for so many payments.
    pub fn raise_own(&mut self, world: &World<'_>, signed: SignedClaim, payments: u64) {
        let amount = signed.claim.total.saturating_sub(self.paid());
        self.record.own = Some(signed);
        self.record.last_nonce = self.record.last_nonce.max(signed.claim.nonce);
        let recent = Rc::make_mut(&mut self.recent);
        recent.push_back(signed.claim);
        if recent.len() > RECENT_CLAIMS {
            recent.pop_front();
        }
        if !amount.is_zero() {
            let kind = EntryKind::Paid {
                by: self.holder,
                amount,
                total: signed.claim.total,
                nonce: signed.claim.nonce.to_string(),
                payments,
            };
            self.tell(world, kind);
        }
    }

    /// Sends the best own claim, if the relay is listening to this channel; if not, the next snapshot brings it about.
    pub fn send_own(&mut self, world: &World<'_>, out: &mut Out) {
        if let (Some(own), Subscription::Live) = (self.record.own, self.link.subscription) {
            self.link.sent_at = world.now_ms;
            out.send(ClientFrame::Claim(own));
        }
    }
}
