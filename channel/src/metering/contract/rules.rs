//! What each call does to one session, and what it refuses, in the contract's order.

use super::{SessionCall, SessionEvent, SessionRefusal, SessionState};
use crate::{
    Amount, Domain, Epoch, LAST_EPOCH, LAST_MOMENT, Sent, Signature, TypedMessage,
    metering::{
        Count, Counts, Pair, Role, Session, SessionKey, SessionSettlement, Shares, SignedAcceptance,
        SignedCount, is_beyond, shares, statements::verify,
    },
};

/// What an accepted call comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOutcome {
    /// The session after it.
    pub state: SessionState,
    /// What the contract tells of it, in order.
    pub events: Vec<SessionEvent>,
    /// What it takes from the caller. If it cannot, the call is refused after all.
    pub taken: Amount,
    /// What it pays the client.
    pub refund: Amount,
    /// What it pays the provider.
    pub paid: Amount,
}

impl SessionOutcome {
    const fn new(state: SessionState, events: Vec<SessionEvent>) -> Self {
        Self {
            state,
            events,
            taken: Amount::ZERO,
            refund: Amount::ZERO,
            paid: Amount::ZERO,
        }
    }
}

impl SessionState {
    /// What becomes of the session of `key`, which is in this state, by one call. `reached` is the limit
    /// of its provider, if as many sessions of the provider are active.
    ///
    /// # Errors
    /// The [`SessionRefusal`] that the contract reverts with; then nothing has changed. Where several apply it is the first
    /// that the contract comes to.
    pub fn apply(
        &self,
        key: &SessionKey,
        call: &SessionCall,
        sent: &Sent,
        domain: &Domain,
        reached: Option<u32>,
    ) -> Result<SessionOutcome, SessionRefusal> {
        let rules = Rules {
            key,
            sent,
            domain,
            reached,
        };
        match call {
            SessionCall::Propose { amount, accept_by } => rules.propose(self, *amount, *accept_by),
            SessionCall::Open { amount, acceptance } => rules.open(self, *amount, acceptance),
            SessionCall::Accept { epoch } => {
                let (deposit, accept_by) = self.proposed_in(*epoch)?;
                rules.accept(*epoch, deposit, accept_by)
            }
            SessionCall::Decline { epoch } => {
                let (deposit, _) = self.proposed_in(*epoch)?;
                rules.require(Role::Provider)?;
                let declined = SessionEvent::Declined { refund: deposit };
                Ok(given_back(*epoch, deposit, declined))
            }
            SessionCall::WithdrawProposal { epoch } => {
                let (deposit, accept_by) = self.proposed_in(*epoch)?;
                if sent.clock <= accept_by {
                    return Err(SessionRefusal::ProposalStands { accept_by });
                }
                let withdrawn = SessionEvent::ProposalWithdrawn { refund: deposit };
                Ok(given_back(*epoch, deposit, withdrawn))
            }
            SessionCall::TopUp { epoch, amount } => rules.top_up(*epoch, self.active_in(*epoch)?, *amount),
            SessionCall::Close { epoch, pair } => rules.close(*epoch, self.active_in(*epoch)?, pair.as_ref()),
            SessionCall::Show { epoch, pair } => rules.show(&self.closing_in(*epoch)?, pair),
            SessionCall::Settle { epoch } => rules.settle(&self.closing_in(*epoch)?),
            SessionCall::SettleTogether {
                epoch,
                settlement,
                signatures,
            } => {
                self.require_epoch(*epoch)?;
                let (Self::Active { deposit, .. } | Self::Closing { deposit, .. }) = *self else {
                    return Err(SessionRefusal::WrongPhase(self.phase()));
                };
                rules.settle_together(*epoch, deposit, settlement, signatures)
            }
        }
    }

    fn require_epoch(&self, epoch: Epoch) -> Result<(), SessionRefusal> {
        let current = self.epoch();
        if epoch == current {
            Ok(())
        } else {
            Err(SessionRefusal::WrongEpoch { current })
        }
    }

    fn proposed_in(&self, epoch: Epoch) -> Result<(Amount, u64), SessionRefusal> {
        self.require_epoch(epoch)?;
        match *self {
            Self::Proposed {
                deposit, accept_by, ..
            } => Ok((deposit, accept_by)),
            ref other => Err(SessionRefusal::WrongPhase(other.phase())),
        }
    }

    fn active_in(&self, epoch: Epoch) -> Result<Amount, SessionRefusal> {
        self.require_epoch(epoch)?;
        match *self {
            Self::Active { deposit, .. } => Ok(deposit),
            ref other => Err(SessionRefusal::WrongPhase(other.phase())),
        }
    }

    fn closing_in(&self, epoch: Epoch) -> Result<Closing, SessionRefusal> {
        self.require_epoch(epoch)?;
        match *self {
            Self::Closing {
                deposit,
                counts,
                closes_at,
                ..
            } => Ok(Closing {
                epoch,
                deposit,
                counts,
                closes_at,
            }),
            ref other => Err(SessionRefusal::WrongPhase(other.phase())),
        }
    }
}

/// A session that is known to be closing.
struct Closing {
    epoch: Epoch,
    deposit: Amount,
    counts: Counts,
    closes_at: u64,
}

/// What every call can look at besides the session's state.
struct Rules<'a> {
    key: &'a SessionKey,
    sent: &'a Sent,
    domain: &'a Domain,
    reached: Option<u32>,
}

impl Rules<'_> {
    fn propose(
        &self,
        before: &SessionState,
        amount: Amount,
        accept_by: u64,
    ) -> Result<SessionOutcome, SessionRefusal> {
        let epoch = self.begin(before, amount, accept_by)?;
        if accept_by > LAST_MOMENT {
            return Err(SessionRefusal::PeriodTooLong);
        }
        self.require_value(amount)?;
        let state = SessionState::Proposed {
            epoch,
            deposit: amount,
            accept_by,
        };
        Ok(self.taking(state, epoch, amount, accept_by))
    }

    fn open(
        &self,
        before: &SessionState,
        amount: Amount,
        signed: &SignedAcceptance,
    ) -> Result<SessionOutcome, SessionRefusal> {
        let expiry = signed.acceptance.expiry;
        let epoch = self.begin(before, amount, expiry)?;
        let session = self.session(epoch);
        let mut read = *signed;
        (read.acceptance.session, read.acceptance.deposit) = (session.id(), amount);
        read.verify(&session).map_err(|_| SessionRefusal::BadSignature)?;
        self.require_room()?;
        self.require_value(amount)?;
        let state = SessionState::Active {
            epoch,
            deposit: amount,
        };
        let mut outcome = self.taking(state, epoch, amount, expiry);
        outcome.events.push(SessionEvent::Accepted);
        Ok(outcome)
    }

    /// The life that begins.
    fn begin(&self, before: &SessionState, amount: Amount, accept_by: u64) -> Result<Epoch, SessionRefusal> {
        self.require(Role::Client)?;
        self.key
            .check(self.domain.hub)
            .map_err(SessionRefusal::BadTerms)?;
        self.closes_at()?; // money that could not be closed for
        self.require_not_past(accept_by)?;
        let least = self.key.terms.least_deposit();
        if amount < least {
            return Err(SessionRefusal::DepositTooSmall { least });
        }
        self.require_usable(amount)?;
        match before {
            SessionState::Empty => Ok(0),
            SessionState::Ended { epoch: LAST_EPOCH } => Err(SessionRefusal::NoMoreEpochs),
            SessionState::Ended { epoch } => Ok(epoch + 1),
            other => Err(SessionRefusal::WrongPhase(other.phase())),
        }
    }

    fn taking(&self, state: SessionState, epoch: Epoch, amount: Amount, accept_by: u64) -> SessionOutcome {
        let proposed = SessionEvent::Proposed {
            key: *self.key,
            epoch,
            amount,
            accept_by,
        };
        SessionOutcome {
            taken: amount,
            ..SessionOutcome::new(state, vec![proposed])
        }
    }

    fn accept(
        &self,
        epoch: Epoch,
        deposit: Amount,
        accept_by: u64,
    ) -> Result<SessionOutcome, SessionRefusal> {
        self.require(Role::Provider)?;
        self.require_not_past(accept_by)?;
        self.require_room()?;
        let state = SessionState::Active { epoch, deposit };
        Ok(SessionOutcome::new(state, vec![SessionEvent::Accepted]))
    }

    fn top_up(&self, epoch: Epoch, before: Amount, amount: Amount) -> Result<SessionOutcome, SessionRefusal> {
        self.require(Role::Client)?;
        if amount.is_zero() {
            return Err(SessionRefusal::ZeroAmount);
        }
        let most = self.key.terms.most_deposit();
        let deposit = before
            .checked_add(amount)
            .ok_or(SessionRefusal::DepositAbovePrice { most })?;
        self.require_usable(deposit)?;
        self.require_value(amount)?;
        let topped = SessionEvent::ToppedUp { amount, deposit };
        Ok(SessionOutcome {
            taken: amount,
            ..SessionOutcome::new(SessionState::Active { epoch, deposit }, vec![topped])
        })
    }

    fn close(
        &self,
        epoch: Epoch,
        deposit: Amount,
        pair: Option<&Pair>,
    ) -> Result<SessionOutcome, SessionRefusal> {
        let closer = self
            .key
            .role_of(self.sent.caller)
            .ok_or(SessionRefusal::NotASide)?;
        let mut counts = Counts::default();
        if let Some(pair) = pair.filter(|pair| pair.counts() != Counts::default()) {
            self.require_signed(epoch, pair)?;
            counts = pair.counts();
        }
        let closes_at = self.closes_at()?;
        let state = SessionState::Closing {
            epoch,
            deposit,
            counts,
            closes_at,
        };
        let closing = SessionEvent::Closing {
            closer,
            counts,
            closes_at,
        };
        Ok(SessionOutcome::new(state, vec![closing]))
    }

    fn show(&self, closing: &Closing, pair: &Pair) -> Result<SessionOutcome, SessionRefusal> {
        let closes_at = closing.closes_at;
        if self.sent.clock >= closes_at {
            return Err(SessionRefusal::PeriodOver { closes_at });
        }
        let counts = closing.counts.join(pair.counts());
        if counts == closing.counts {
            return Err(SessionRefusal::NothingHigher {
                recorded: closing.counts,
            });
        }
        self.require_signed(closing.epoch, pair)?;
        let state = SessionState::Closing {
            epoch: closing.epoch,
            deposit: closing.deposit,
            counts,
            closes_at,
        };
        Ok(SessionOutcome::new(state, vec![SessionEvent::Shown { counts }]))
    }

    fn settle(&self, closing: &Closing) -> Result<SessionOutcome, SessionRefusal> {
        let closes_at = closing.closes_at;
        if self.sent.clock < closes_at {
            return Err(SessionRefusal::PeriodRunning { closes_at });
        }
        let terms = &self.key.terms;
        let split = shares(terms, closing.deposit, closing.counts);
        Ok(settled(
            closing.epoch,
            split,
            is_beyond(closing.counts, terms.tolerance),
        ))
    }

    fn settle_together(
        &self,
        epoch: Epoch,
        deposit: Amount,
        settlement: &SessionSettlement,
        signatures: &[Signature; 2],
    ) -> Result<SessionOutcome, SessionRefusal> {
        self.require_not_past(settlement.expiry)?;
        let split = Shares::of(deposit, settlement.charged, settlement.paid);
        let split = split.ok_or(SessionRefusal::BadAmounts { deposit })?;
        let read = SessionSettlement {
            session: self.key.id(epoch),
            ..*settlement
        };
        let digest = read.digest(self.domain);
        for (role, signature) in [Role::Client, Role::Provider].into_iter().zip(signatures) {
            verify(signature, &digest, self.key.signer(role)).map_err(|_| SessionRefusal::BadSignature)?;
        }
        Ok(settled(epoch, split, false))
    }

    fn require(&self, role: Role) -> Result<(), SessionRefusal> {
        if self.sent.caller == self.key.address(role) {
            return Ok(());
        }
        Err(match role {
            Role::Client => SessionRefusal::NotClient,
            Role::Provider => SessionRefusal::NotProvider,
        })
    }

    const fn require_room(&self) -> Result<(), SessionRefusal> {
        match self.reached {
            None => Ok(()),
            Some(limit) => Err(SessionRefusal::LimitReached { limit }),
        }
    }

    fn require_usable(&self, deposit: Amount) -> Result<(), SessionRefusal> {
        let most = self.key.terms.most_deposit();
        if deposit > most {
            Err(SessionRefusal::DepositAbovePrice { most })
        } else {
            Ok(())
        }
    }

    fn require_value(&self, amount: Amount) -> Result<(), SessionRefusal> {
        let due = if self.key.terms.token.is_zero() {
            amount.units()
        } else {
            0
        };
        if self.sent.value == due {
            Ok(())
        } else {
            Err(SessionRefusal::AmountMismatch)
        }
    }

    fn require_not_past(&self, at: u64) -> Result<(), SessionRefusal> {
        if self.sent.clock > at {
            Err(SessionRefusal::Expired { at })
        } else {
            Ok(())
        }
    }

    fn closes_at(&self) -> Result<u64, SessionRefusal> {
        let period = u64::from(self.key.terms.finalization_period);
        let at = self.sent.clock.saturating_add(period);
        if at > LAST_MOMENT {
            Err(SessionRefusal::PeriodTooLong)
        } else {
            Ok(at)
        }
    }

    /// The pair as the contract reads it: about this session, and the client's statement about the provider's beside it.
    fn require_signed(&self, epoch: Epoch, pair: &Pair) -> Result<(), SessionRefusal> {
        let session = self.session(epoch);
        let id = session.id();
        let provider = SignedCount {
            statement: Count {
                session: id,
                ..pair.provider.statement
            },
            ..pair.provider
        };
        let client = SignedCount {
            statement: Count {
                session: id,
                count: pair.client.count(),
                acknowledged: provider.name(self.domain),
            },
            ..pair.client
        };
        let verdict = Pair { provider, client }.verify(&session);
        verdict.map(|_| ()).map_err(|_| SessionRefusal::BadSignature)
    }

    const fn session(&self, epoch: Epoch) -> Session {
        Session {
            key: *self.key,
            epoch,
            domain: *self.domain,
        }
    }
}

fn given_back(epoch: Epoch, refund: Amount, event: SessionEvent) -> SessionOutcome {
    SessionOutcome {
        refund,
        ..SessionOutcome::new(SessionState::Ended { epoch }, vec![event])
    }
}

fn settled(epoch: Epoch, shares: Shares, beyond_tolerance: bool) -> SessionOutcome {
    let event = SessionEvent::Settled {
        shares,
        beyond_tolerance,
    };
    SessionOutcome {
        refund: shares.refund,
        paid: shares.paid,
        ..SessionOutcome::new(SessionState::Ended { epoch }, vec![event])
    }
}
