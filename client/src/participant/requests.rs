//! Asking to be paid. A request moves nothing: only the payer's own command pays.

use super::{
    channel::{Channel, Out, World},
    life::Life,
    notes::{Asked, Requested},
};
use crate::{Notice, Refusal, RequestFault, RequestState, RequestView, Statement};
use thunder_channel::{
    Amount, Authorization, Cancellation, MemoText, Note, PaymentRequest, RequestNumber, Side, SignedNote,
    wire::Message,
};

impl Channel {
    /// Asks the counterparty to pay `amount` until `expiry`.
    pub fn request(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        amount: Amount,
        expiry: u64,
        memo: MemoText,
    ) -> Result<(), Refusal> {
        self.require_own(world)?;
        self.require_open(world)?;
        // Another store may have given the next number to another request.
        self.require_sure()?;
        self.require_idle_wallet()?;
        if amount.is_zero() {
            return Err(Refusal::Zero);
        }
        if is_expired(expiry, world) {
            return Err(Refusal::Request(RequestFault::Past));
        }
        let number = RequestNumber::MIN.saturating_add(self.notes.last_number);
        if number.get() == self.notes.last_number {
            return Err(Refusal::Exhausted);
        }
        self.notes_mut().last_number = number.get();
        let request = PaymentRequest {
            channel: self.id,
            number,
            amount,
            expiry,
            memo,
        };
        self.sign(world, out, Statement::PaymentRequest(request), false)
    }

    pub fn request_signed(&mut self, out: &mut Out, request: PaymentRequest, authorization: Authorization) {
        let base = self.ledger().credited();
        let request = SignedNote {
            note: request,
            authorization,
        };
        self.notes_mut().ask(Asked {
            request: request.clone(),
            cancellation: None,
            base,
            answer: None,
        });
        self.send_message(out, Message::PaymentRequest(request));
    }

    /// Takes a request of the holder's back.
    pub fn cancel_request(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        number: RequestNumber,
    ) -> Result<(), Refusal> {
        self.require_own(world)?;
        if self.record.now == Life::Settled {
            return Err(Refusal::Phase(self.record.now.fault()));
        }
        self.require_idle_wallet()?;
        let asked = self
            .notes
            .asked
            .iter()
            .find(|asked| asked.number() == number)
            .ok_or(Refusal::Request(RequestFault::Unknown))?;
        match self.state_of_asked(world, asked) {
            RequestState::Cancelled => return Ok(()),
            RequestState::Answered { .. } => return Err(Refusal::Request(RequestFault::Paid)),
            RequestState::Open | RequestState::Declined | RequestState::Expired => (),
        }
        let cancellation = Cancellation {
            channel: self.id,
            number,
            expiry: asked.request.note.expiry,
        };
        self.sign(world, out, Statement::Cancellation(cancellation), false)
    }

    pub fn cancellation_signed(
        &mut self,
        out: &mut Out,
        cancellation: Cancellation,
        authorization: Authorization,
    ) {
        let signed = SignedNote {
            note: cancellation,
            authorization,
        };
        if let Some(asked) = self.notes_mut().asked_mut(cancellation.number) {
            asked.cancellation = Some(signed);
        }
        self.send_message(out, Message::Cancellation(signed));
    }

    /// A request that `amount` would pay.
    pub fn require_payable(
        &self,
        world: &World<'_>,
        number: RequestNumber,
        amount: Amount,
    ) -> Result<(), Refusal> {
        let view = self
            .requests_to_holder(world)
            .into_iter()
            .find(|view| view.number == number)
            .ok_or(Refusal::Request(RequestFault::Unknown))?;
        match view.state {
            RequestState::Open if amount >= view.amount => Ok(()),
            RequestState::Open => Err(Refusal::Request(RequestFault::Less)),
            RequestState::Expired => Err(Refusal::Request(RequestFault::Expired)),
            RequestState::Cancelled => Err(Refusal::Request(RequestFault::TakenBack)),
            RequestState::Declined => Err(Refusal::Request(RequestFault::DeclinedByYou)),
            RequestState::Answered { .. } => Err(Refusal::Request(RequestFault::PaidByYou)),
        }
    }

    /// The holder has paid a request with this total.
    pub fn answered(&mut self, number: RequestNumber, total: Amount) {
        if let Some(requested) = self.notes_mut().requested_mut(number) {
            requested.answer.get_or_insert(total);
        }
    }

    /// A request that somebody shows. The first with its number stays: a person may be about to pay it. `false` if it proves
    /// nothing.
    pub fn take_request(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        signed: &SignedNote<PaymentRequest>,
    ) -> bool {
        let request = &signed.note;
        match self.sender(world, signed) {
            None => return false,
            Some(side) if side == self.holder => {
                // Made in another store of the holder's.
                if self
                    .notes
                    .asked
                    .iter()
                    .all(|asked| asked.number() != request.number)
                {
                    self.notes_mut().ask(Asked {
                        request: signed.clone(),
                        cancellation: None,
                        base: Amount::ZERO,
                        answer: None,
                    });
                }
            }
            Some(_) if request.amount.is_zero() => (),
            Some(_) => {
                let id = self.id;
                if let Some(place) = self.notes_mut().requested_mut(request.number)
                    && place.request.is_none()
                {
                    place.request = Some(request.clone());
                    if !place.cancelled && !is_expired(request.expiry, world) {
                        out.notify(Notice::Requested {
                            channel: id,
                            amount: request.amount,
                        });
                    }
                }
            }
        }
        true
    }

    /// A cancellation that somebody shows. `false` if it proves nothing.
    pub fn take_cancellation(&mut self, world: &World<'_>, signed: &SignedNote<Cancellation>) -> bool {
        let number = signed.note.number;
        match self.sender(world, signed) {
            None => return false,
            Some(side) if side == self.holder => {
                let notes = self.notes_mut();
                notes.last_number = notes.last_number.max(number.get());
                if let Some(asked) = notes.asked_mut(number) {
                    asked.cancellation.get_or_insert(*signed);
                }
            }
            Some(_) => {
                if let Some(requested) = self.notes_mut().requested_mut(number) {
                    requested.cancelled = true;
                }
            }
        }
        true
    }

    /// Which side says a note, if any does.
    pub fn sender<N: Note>(&self, world: &World<'_>, signed: &SignedNote<N>) -> Option<Side> {
        let (key, epoch, domain) = (&self.record.key, self.record.epoch, &world.config.domain);
        let by = |side: &Side| signed.verify(*side, key, epoch, domain).is_ok();
        Side::BOTH.into_iter().find(by)
    }

    pub fn requests_by_holder(&self, world: &World<'_>) -> Vec<RequestView> {
        let view = |asked: &Asked| view_of(&asked.request.note, self.state_of_asked(world, asked));
        self.notes.asked.iter().map(view).collect()
    }

    pub fn requests_to_holder(&self, world: &World<'_>) -> Vec<RequestView> {
        let view = |requested: &Requested| {
            let request = requested.request.as_ref()?;
            let state = match requested.answer {
                Some(total) => RequestState::Answered { total },
                None if requested.cancelled => RequestState::Cancelled,
                None if self.has_declined(world, request) => RequestState::Declined,
                None if is_expired(request.expiry, world) => RequestState::Expired,
                None => RequestState::Open,
            };
            Some(view_of(request, state))
        };
        self.notes.requested.iter().filter_map(view).collect()
    }

    /// A payer's word that it has paid counts once the money does.
    pub fn state_of_asked(&self, world: &World<'_>, asked: &Asked) -> RequestState {
        let credited = self.ledger().credited();
        match asked.answer.filter(|total| *total <= credited) {
            Some(total) => RequestState::Answered { total },
            None if asked.cancellation.is_some() => RequestState::Cancelled,
            None if self.was_declined(world, &asked.request.note) => RequestState::Declined,
            None if is_expired(asked.request.note.expiry, world) => RequestState::Expired,
            None => RequestState::Open,
        }
    }
}

fn view_of(request: &PaymentRequest, state: RequestState) -> RequestView {
    RequestView {
        number: request.number,
        amount: request.amount,
        expiry: request.expiry,
        memo: request.memo.clone(),
        state,
    }
}

/// By this host's clock.
const fn is_expired(expiry: u64, world: &World<'_>) -> bool {
    world.now_ms / 1_000 >= expiry
}
