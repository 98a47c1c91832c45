//! Not taking part in what the counterparty asks for, and hearing that it does not. A courtesy between people: nothing is signed
//! away by it, and what was signed before is good until it expires.

use super::{
    channel::{Channel, Out, World},
    notes::remember,
};
use crate::{Notice, ProposalFault, Refusal, RequestFault, RequestState, Wish};
use thunder_channel::{
    Amount, Bytes32, Claim, Decline, RequestNumber, SignedNote, TypedMessage, wire::Message,
};

impl Channel {
    /// Does not end the channel together. A newer offer is asked about again.
    pub fn decline_settlement(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        let offer = self.record.settlement_offer.ok_or(NOTHING)?;
        self.decline(world, out, &offer.settlement)
    }

    /// Does not let the counterparty take money out. A newer offer is asked about again.
    pub fn decline_withdrawal(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        let offer = self.record.withdrawal_offer.ok_or(NOTHING)?;
        self.decline(world, out, &offer.withdrawal)
    }

    /// Does not pay a request.
    pub fn decline_request(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        number: RequestNumber,
    ) -> Result<(), Refusal> {
        let requested = self.notes.requested.iter().find(|other| other.number == number);
        let request = requested.and_then(|requested| requested.request.clone());
        let request = request.ok_or(Refusal::Request(RequestFault::Unknown))?;
        self.decline(world, out, &request)
    }

    /// Wants no more payments that the counterparty makes by itself. They are named by the newest of them.
    pub fn decline_payments(&mut self, world: &World<'_>, out: &mut Out) -> Result<(), Refusal> {
        let newest = self.record.received.ok_or(NOTHING)?;
        self.decline(world, out, &newest.claim)
    }

    fn decline(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        statement: &impl TypedMessage,
    ) -> Result<(), Refusal> {
        self.require_own(world)?;
        let statement = name_of(world, statement);
        remember(&mut self.notes_mut().declined, statement);
        if self.can_note(world) {
            let message = self.signed_decline(world, statement);
            self.send_message(out, message);
        }
        Ok(())
    }

    /// Whether the holder does not want to be asked about a statement of the counterparty's.
    pub fn has_declined(&self, world: &World<'_>, statement: &impl TypedMessage) -> bool {
        self.notes.declined.contains(&name_of(world, statement))
    }

    /// Whether the counterparty says that it will not take part in a statement of the holder's.
    pub fn was_declined(&self, world: &World<'_>, statement: &impl TypedMessage) -> bool {
        self.notes.turned_down.contains(&name_of(world, statement))
    }

    /// A decline that somebody shows. `false` if it proves nothing.
    pub fn take_decline(&mut self, world: &World<'_>, out: &mut Out, signed: &SignedNote<Decline>) -> bool {
        let statement = signed.note.statement;
        match self.sender(world, signed) {
            None => return false,
            // Said in another store of the holder's.
            Some(side) if side == self.holder => remember(&mut self.notes_mut().declined, statement),
            Some(_) if self.notes.turned_down.contains(&statement) => (),
            Some(_) => {
                // What nobody waits for is nobody's news.
                if let Some(wish) = self.wish(world, statement) {
                    remember(&mut self.notes_mut().turned_down, statement);
                    out.notify(Notice::Declined {
                        channel: self.id,
                        wish,
                    });
                } else if let Some(total) = self.recent_total(world, statement)
                    && total > self.notes.unwelcome
                {
                    self.notes_mut().unwelcome = total;
                }
            }
        }
        true
    }

    /// The newest decline of the holder's, as the relay should have it.
    pub fn newest_decline(&self, world: &World<'_>) -> Option<Message> {
        let statement = self.notes.declined.last()?;
        Some(self.signed_decline(world, *statement))
    }

    /// Which wish of the holder's a statement is, while the counterparty could still fulfil it.
    fn wish(&self, world: &World<'_>, statement: Bytes32) -> Option<Wish> {
        if let Some(offer) = self.record.settlement
            && name_of(world, &offer.settlement) == statement
        {
            return Some(Wish::Settlement);
        }
        if let Some(offer) = self.record.withdrawal
            && name_of(world, &offer.withdrawal) == statement
        {
            let taken = self.record.now.funding().withdrawn[self.holder];
            return Some(Wish::Withdrawal(offer.withdrawal.total.saturating_sub(taken)));
        }
        let asked = self
            .notes
            .asked
            .iter()
            .find(|asked| name_of(world, &asked.request.note) == statement)?;
        (self.state_of_asked(world, asked) == RequestState::Open)
            .then_some(Wish::Request(asked.request.note.amount))
    }

    /// The total of the holder's recent payment that a statement is.
    fn recent_total(&self, world: &World<'_>, statement: Bytes32) -> Option<Amount> {
        let named = |claim: &&Claim| name_of(world, *claim) == statement;
        self.recent.iter().rev().find(named).map(|claim| claim.total)
    }

    fn signed_decline(&self, world: &World<'_>, statement: Bytes32) -> Message {
        let decline = Decline {
            channel: self.id,
            statement,
        };
        Message::Decline(SignedNote {
            authorization: self.authorize(world, &decline),
            note: decline,
        })
    }
}

const NOTHING: Refusal = Refusal::Proposal(ProposalFault::Nothing);

fn name_of(world: &World<'_>, statement: &impl TypedMessage) -> Bytes32 {
    statement.digest(&world.config.domain).0.into()
}
