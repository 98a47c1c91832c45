//! What each call does to one channel, and what it refuses, in the hub's order.

use super::{ChannelCall, HubChannel, HubEvent, HubRefusal, LAST_EPOCH, LAST_MOMENT, Sent, channel::split};
use crate::{
    Amount, Authorization, ChannelKey, Claim, ClaimError, Digest, Domain, Epoch, Funding, PerSide, Policy,
    Settlement, Side, SignedClaim, Totals, TypedMessage, Withdrawal,
};

/// What an accepted call comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The channel after it.
    pub channel: HubChannel,
    /// What the hub tells of the channel, in order.
    pub events: Vec<HubEvent>,
    /// What the hub takes from the caller. If it cannot, the call is refused after all.
    pub taken: Amount,
    /// What the hub pays out, alice first. What cannot be paid is held.
    pub paid: PerSide<Amount>,
}

impl Outcome {
    const fn new(channel: HubChannel, events: Vec<HubEvent>) -> Self {
        let (taken, paid) = (
            Amount::ZERO,
            PerSide {
                alice: Amount::ZERO,
                bob: Amount::ZERO,
            },
        );
        Self {
            channel,
            events,
            taken,
            paid,
        }
    }

    fn taking(self, taken: Amount) -> Self {
        Self { taken, ..self }
    }

    fn paying(self, paid: PerSide<Amount>) -> Self {
        Self { paid, ..self }
    }
}

impl HubChannel {
    /// What becomes of the channel of `key`, which is in this state, by one call.
    ///
    /// # Errors
    /// The [`HubRefusal`] that the hub reverts with; then nothing has changed. Where several apply it is the first that
    /// the hub comes to.
    pub fn apply(
        &self,
        key: &ChannelKey,
        call: &ChannelCall,
        sent: &Sent,
        domain: &Domain,
    ) -> Result<Outcome, HubRefusal> {
        let rules = Rules { key, sent, domain };
        match call {
            ChannelCall::Open { amount } => rules.open(self, *amount),
            ChannelCall::Deposit { epoch, side, amount } => {
                rules.deposit(self.open_in(*epoch)?, *epoch, *side, *amount)
            }
            ChannelCall::Withdraw {
                epoch,
                side,
                total,
                expiry,
                authorizations,
            } => {
                let funding = self.open_in(*epoch)?;
                rules.withdraw(funding, *epoch, *side, *total, *expiry, authorizations)
            }
            ChannelCall::Close {
                epoch,
                paid,
                received,
                deadline,
            } => {
                let funding = self.open_in(*epoch)?;
                rules.close(funding, *epoch, *paid, received.as_ref(), *deadline)
            }
            ChannelCall::Claim { epoch, claim } => rules.claim(&self.closing_in(*epoch)?, claim),
            ChannelCall::Settle { epoch } => rules.settle(&self.closing_in(*epoch)?),
            ChannelCall::Accept { epoch, totals } => rules.accept(&self.closing_in(*epoch)?, totals),
            ChannelCall::SettleTogether {
                epoch,
                settlement,
                authorizations,
            } => rules.settle_together(self.open_in(*epoch)?, *epoch, settlement, authorizations),
        }
    }

    fn require_epoch(&self, epoch: Epoch) -> Result<(), HubRefusal> {
        let current = self.epoch();
        if epoch == current {
            Ok(())
        } else {
            Err(HubRefusal::WrongEpoch { current })
        }
    }

    fn open_in(&self, epoch: Epoch) -> Result<Funding, HubRefusal> {
        self.require_epoch(epoch)?;
        match self {
            Self::Open { funding, .. } => Ok(*funding),
            other => Err(HubRefusal::WrongPhase(other.phase())),
        }
    }

    fn closing_in(&self, epoch: Epoch) -> Result<Closing, HubRefusal> {
        self.require_epoch(epoch)?;
        match *self {
            Self::Closing {
                epoch,
                funding,
                totals,
                closer,
                closes_at,
            } => Ok(Closing {
                epoch,
                funding,
                totals,
                closer,
                closes_at,
            }),
            ref other => Err(HubRefusal::WrongPhase(other.phase())),
        }
    }
}

/// A channel that is known to be closing.
#[derive(Clone, Copy)]
struct Closing {
    epoch: Epoch,
    funding: Funding,
    totals: Totals,
    closer: Side,
    closes_at: u64,
}

impl Closing {
    const fn state(self) -> HubChannel {
        HubChannel::Closing {
            epoch: self.epoch,
            funding: self.funding,
            totals: self.totals,
            closer: self.closer,
            closes_at: self.closes_at,
        }
    }
}

/// What every call can look at besides the channel's state.
struct Rules<'a> {
    key: &'a ChannelKey,
    sent: &'a Sent,
    domain: &'a Domain,
}

impl Rules<'_> {
    fn open(&self, before: &HubChannel, amount: Amount) -> Result<Outcome, HubRefusal> {
        if self.sent.caller != self.key.alice {
            return Err(HubRefusal::NotAlice);
        }
        self.key.check(self.domain.hub).map_err(HubRefusal::BadKey)?;
        self.closes_at()?; // money that could not be closed for
        let epoch = match before {
            HubChannel::Empty => 0,
            HubChannel::Settled { epoch: LAST_EPOCH } => return Err(HubRefusal::NoMoreEpochs),
            HubChannel::Settled { epoch } => epoch + 1,
            other => return Err(HubRefusal::WrongPhase(other.phase())),
        };
        self.require_value(amount)?;
        let mut funding = Funding::default();
        funding.deposit.alice = amount;
        let opened = HubEvent::Opened {
            key: *self.key,
            epoch,
            amount,
        };
        Ok(Outcome::new(HubChannel::Open { epoch, funding }, vec![opened]).taking(amount))
    }

    fn deposit(
        &self,
        mut funding: Funding,
        epoch: Epoch,
        side: Side,
        amount: Amount,
    ) -> Result<Outcome, HubRefusal> {
        if amount.is_zero() {
            return Err(HubRefusal::ZeroAmount);
        }
        let both = funding.deposit.alice.checked_add(funding.deposit.bob);
        if both.and_then(|both| both.checked_add(amount)).is_none() {
            return Err(HubRefusal::DepositTooLarge);
        }
        let total = funding.deposit[side]
            .checked_add(amount)
            .ok_or(HubRefusal::DepositTooLarge)?;
        self.require_value(amount)?;
        funding.deposit[side] = total;
        let deposited = HubEvent::Deposited { side, amount, total };
        Ok(Outcome::new(HubChannel::Open { epoch, funding }, vec![deposited]).taking(amount))
    }

    fn withdraw(
        &self,
        mut funding: Funding,
        epoch: Epoch,
        side: Side,
        total: Amount,
        expiry: u64,
        authorizations: &PerSide<Authorization>,
    ) -> Result<Outcome, HubRefusal> {
        self.require_not_past(expiry)?;
        let recorded = funding.withdrawn[side];
        let amount = total
            .checked_sub(recorded)
            .filter(|amount| !amount.is_zero())
            .ok_or(HubRefusal::TotalNotHigher { recorded })?;
        let pot = funding.pot();
        if amount > pot {
            return Err(HubRefusal::AbovePot { pot });
        }
        let withdrawal = Withdrawal {
            channel: self.key.id(epoch),
            to: self.key.address(side),
            total,
            expiry,
        };
        self.require_both(&withdrawal.digest(self.domain), epoch, authorizations)?;
        funding.withdrawn[side] = total;
        let mut paid = PerSide::default();
        paid[side] = amount;
        let withdrawn = HubEvent::Withdrawn { side, amount, total };
        Ok(Outcome::new(HubChannel::Open { epoch, funding }, vec![withdrawn]).paying(paid))
    }

    fn close(
        &self,
        funding: Funding,
        epoch: Epoch,
        paid: Amount,
        received: Option<&SignedClaim>,
        deadline: u64,
    ) -> Result<Outcome, HubRefusal> {
        let closer = self.caller()?;
        self.require_not_past(deadline)?;
        let mut totals = Totals::default();
        totals[closer] = paid;
        if let Some(signed) = received.filter(|signed| !signed.claim.total.is_zero()) {
            if signed.claim.to != self.sent.caller {
                return Err(HubRefusal::NotForCloser);
            }
            self.require_claim(signed, epoch, closer.other())?;
            totals[closer.other()] = signed.claim.total;
        }
        let closes_at = self.closes_at()?;
        let closing = Closing {
            epoch,
            funding,
            totals,
            closer,
            closes_at,
        };
        let closed = HubEvent::Closing {
            closer,
            totals,
            closes_at,
        };
        Ok(Outcome::new(closing.state(), vec![closed]))
    }

    fn claim(&self, closing: &Closing, signed: &SignedClaim) -> Result<Outcome, HubRefusal> {
        self.require_running(closing)?;
        let total = signed.claim.total;
        let payee = self.key.side_of(signed.claim.to).ok_or(HubRefusal::NotASide)?;
        let payer = payee.other();
        let recorded = closing.totals[payer];
        if total <= recorded {
            return Err(HubRefusal::TotalNotHigher { recorded });
        }
        self.require_claim(signed, closing.epoch, payer)?;
        if self.key.policy == Policy::Forfeit && payer == closing.closer {
            let forfeited = HubEvent::Forfeited { closer: payer, total };
            let mut amounts = PerSide::default();
            amounts[payee] = closing.funding.pot();
            return Ok(end(closing.epoch, amounts, vec![forfeited]));
        }
        let mut after = *closing;
        after.totals[payer] = total;
        Ok(Outcome::new(
            after.state(),
            vec![HubEvent::Claimed { payer, total }],
        ))
    }

    fn settle(&self, closing: &Closing) -> Result<Outcome, HubRefusal> {
        let closes_at = closing.closes_at;
        if self.sent.clock < closes_at {
            return Err(HubRefusal::PeriodRunning { closes_at });
        }
        Ok(end(
            closing.epoch,
            split(&closing.funding, &closing.totals),
            Vec::new(),
        ))
    }

    fn accept(&self, closing: &Closing, totals: &Totals) -> Result<Outcome, HubRefusal> {
        if self.caller()? == closing.closer {
            return Err(HubRefusal::CloserCannotAccept);
        }
        self.require_running(closing)?;
        if *totals != closing.totals {
            return Err(HubRefusal::TotalsChanged {
                alice_total: closing.totals.alice,
                bob_total: closing.totals.bob,
            });
        }
        Ok(end(closing.epoch, split(&closing.funding, totals), Vec::new()))
    }

    fn settle_together(
        &self,
        funding: Funding,
        epoch: Epoch,
        settlement: &Settlement,
        authorizations: &PerSide<Authorization>,
    ) -> Result<Outcome, HubRefusal> {
        self.require_not_past(settlement.expiry)?;
        let settlement = Settlement {
            channel: self.key.id(epoch),
            ..*settlement
        };
        self.require_both(&settlement.digest(self.domain), epoch, authorizations)?;
        let totals = Totals {
            alice: settlement.alice_total,
            bob: settlement.bob_total,
        };
        Ok(end(epoch, split(&funding, &totals), Vec::new()))
    }

    fn caller(&self) -> Result<Side, HubRefusal> {
        self.key.side_of(self.sent.caller).ok_or(HubRefusal::NotASide)
    }

    fn closes_at(&self) -> Result<u64, HubRefusal> {
        let at = self
            .sent
            .clock
            .saturating_add(u64::from(self.key.finalization_period));
        if at > LAST_MOMENT {
            Err(HubRefusal::PeriodTooLong)
        } else {
            Ok(at)
        }
    }

    fn require_not_past(&self, at: u64) -> Result<(), HubRefusal> {
        if self.sent.clock > at {
            Err(HubRefusal::Expired { at })
        } else {
            Ok(())
        }
    }

    fn require_running(&self, closing: &Closing) -> Result<(), HubRefusal> {
        let closes_at = closing.closes_at;
        if self.sent.clock >= closes_at {
            Err(HubRefusal::PeriodOver { closes_at })
        } else {
            Ok(())
        }
    }

    fn require_value(&self, amount: Amount) -> Result<(), HubRefusal> {
        let due = if self.key.is_ether() { amount.units() } else { 0 };
        if self.sent.value == due {
            Ok(())
        } else {
            Err(HubRefusal::AmountMismatch)
        }
    }

    fn require_both(
        &self,
        digest: &Digest,
        epoch: Epoch,
        authorizations: &PerSide<Authorization>,
    ) -> Result<(), HubRefusal> {
        for side in Side::BOTH {
            self.require_signed(digest, epoch, side, &authorizations[side])?;
        }
        Ok(())
    }

    fn require_claim(&self, signed: &SignedClaim, epoch: Epoch, payer: Side) -> Result<(), HubRefusal> {
        let claim = Claim {
            channel: self.key.id(epoch),
            ..signed.claim
        };
        self.require_signed(&claim.digest(self.domain), epoch, payer, &signed.authorization)
    }

    fn require_signed(
        &self,
        digest: &Digest,
        epoch: Epoch,
        side: Side,
        authorization: &Authorization,
    ) -> Result<(), HubRefusal> {
        let channel = self.key.id(epoch);
        let verdict = authorization.verify(digest, side, self.key, channel, self.domain);
        verdict.map_err(|error| match error {
            ClaimError::DelegationRefused => HubRefusal::DelegationRefused,
            ClaimError::WrongSigner
            | ClaimError::Signature(_)
            | ClaimError::WrongChannel
            | ClaimError::WrongRecipient => HubRefusal::BadSignature,
        })
    }
}

fn end(epoch: Epoch, amounts: PerSide<Amount>, mut events: Vec<HubEvent>) -> Outcome {
    events.push(HubEvent::Settled { amounts });
    Outcome::new(HubChannel::Settled { epoch }, events).paying(amounts)
}
