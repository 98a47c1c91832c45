//! What payments are for, and how far they were looked at. For people: money never depends on it, and no wallet window opens
//! for it.

use super::{
    channel::{Channel, Out, Subscription, World},
    limits,
    timeline::Placed,
};
use crate::{EntryMemo, Refusal, Signing};
use thunder_channel::{
    Amount, Claim, Memo, MemoText, ReadMark, RequestNumber, Side, SignedNote,
    wire::{Message, REQUEST_GRACE_S, Snapshot},
};

impl Channel {
    /// Whether the holder's notes are signed without a window.
    pub fn can_note(&self, world: &World<'_>) -> bool {
        self.signing(world) == Signing::PaymentKey
    }

    /// Says what a payment of the holder's, just signed by the payment key, is for.
    pub fn say_memo(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        claim: &Claim,
        request: Option<RequestNumber>,
        text: MemoText,
    ) {
        let memo = Memo {
            channel: self.id,
            nonce: claim.nonce,
            total: claim.total,
            request,
            text,
        };
        self.place_memo(out, self.holder, &memo);
        self.notes_mut().remember(memo.clone());
        let message = self.signed_memo(world, memo);
        self.send_message(out, message);
    }

    /// The holder has been shown what the counterparty paid, up to `total`.
    pub fn mark_read(&mut self, world: &World<'_>, out: &mut Out, total: Amount) -> Result<(), Refusal> {
        self.require_own(world)?;
        // Nothing can have been shown that was not credited.
        let total = total.min(self.ledger().credited());
        if self.can_note(world) && total > self.notes.read {
            self.notes_mut().read = total;
            self.send_read_mark(world, out);
        }
        Ok(())
    }

    /// Sends the read mark if it is news to the relay, but not more often than anybody can see.
    pub fn send_read_mark(&mut self, world: &World<'_>, out: &mut Out) {
        let due = world.now_ms.saturating_sub(self.link.marked_at) >= limits::READ_MARK_MS;
        let total = self.notes.read;
        if due
            && total > self.link.marked
            && self.can_note(world)
            && self.link.subscription == Subscription::Live
        {
            self.link.marked = total;
            self.link.marked_at = world.now_ms;
            let message = self.signed_read_mark(world);
            self.send_message(out, message);
        }
    }

    /// A memo that somebody shows. `false` if it proves nothing.
    pub fn take_memo(&mut self, world: &World<'_>, out: &mut Out, signed: &SignedNote<Memo>) -> bool {
        let line = line_of(&signed.note);
        let known = self.timeline.entries().any(|entry| entry.memos.contains(&line))
            || self.notes.waiting.alice.contains(&line)
            || self.notes.waiting.bob.contains(&line);
        if known {
            return true;
        }
        let Some(payer) = self.sender(world, signed) else {
            return false;
        };
        self.place_memo(out, payer, &signed.note);
        true
    }

    /// A read mark that somebody shows. `false` if it proves nothing.
    pub fn take_read_mark(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        signed: &SignedNote<ReadMark>,
    ) -> bool {
        let total = signed.note.total;
        match self.sender(world, signed) {
            None => return false,
            Some(side) if side == self.holder => {
                let total = total.min(self.ledger().credited());
                let notes = self.notes_mut();
                notes.read = notes.read.max(total);
                self.link.marked = self.link.marked.max(total);
            }
            // Nobody can have been shown what was never paid.
            Some(_) if total > self.paid() => out.left_out += 1,
            Some(_) => {
                let notes = self.notes_mut();
                notes.seen = notes.seen.max(total);
            }
        }
        true
    }

    /// The holder's own notes that still say something.
    pub fn own_notes(&self, world: &World<'_>) -> Vec<Message> {
        let mut own = Vec::new();
        let over = |expiry: u64| world.now_ms / 1_000 > expiry.saturating_add(REQUEST_GRACE_S);
        for asked in self
            .notes
            .asked
            .iter()
            .filter(|asked| !over(asked.request.note.expiry))
        {
            own.push(match asked.cancellation {
                Some(cancellation) => Message::Cancellation(cancellation),
                None => Message::PaymentRequest(asked.request.clone()),
            });
        }
        if self.can_note(world) {
            let memos = self.notes.unconfirmed.iter();
            own.extend(memos.map(|memo| self.signed_memo(world, memo.clone())));
            if !self.notes.read.is_zero() {
                own.push(self.signed_read_mark(world));
            }
            own.extend(self.newest_decline(world));
        }
        own
    }

    /// The holder's notes that a snapshot lacks.
    pub fn lacking_notes(&mut self, world: &World<'_>, snapshot: &Snapshot) -> Vec<Message> {
        let mut own = self.own_notes(world);
        own.retain(|message| !snapshot.has(message));
        if self.can_note(world) {
            // Signatures repeat, so what the relay has is what is made here.
            let mut lacking = self.notes.unconfirmed.clone();
            lacking.retain(|memo| !snapshot.has(&self.signed_memo(world, memo.clone())));
            if lacking.len() < self.notes.unconfirmed.len() {
                self.notes_mut().unconfirmed = lacking;
            }
        }
        own
    }

    /// Puts memos that waited for a payment of `payer`'s to the entry that has just come.
    pub fn place_waiting_memos(&mut self, payer: Side, total: Amount) {
        if self.notes.waiting[payer]
            .first()
            .is_none_or(|memo| memo.total > total)
        {
            return;
        }
        let waiting = std::mem::take(&mut self.notes_mut().waiting[payer]);
        let (due, still): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|memo| memo.total <= total);
        self.notes_mut().waiting[payer] = still;
        for memo in due {
            self.timeline.place(payer, memo);
        }
    }

    fn place_memo(&mut self, out: &mut Out, payer: Side, memo: &Memo) {
        if let Some(number) = memo.request {
            self.note_answer(payer, number, memo.total);
        }
        let line = line_of(memo);
        match self.timeline.place(payer, line.clone()) {
            Placed::There => (),
            Placed::LeftOut => out.left_out += 1,
            Placed::Ahead => {
                let waiting = &mut self.notes_mut().waiting[payer];
                let place = waiting.partition_point(|other| other.total < line.total);
                // The first stays, as in the timeline.
                if waiting.get(place).is_none_or(|other| other.total != line.total) {
                    waiting.insert(place, line);
                }
                if waiting.len() > limits::MAX_WAITING_MEMOS {
                    waiting.remove(0);
                    out.left_out += 1;
                }
            }
        }
    }

    /// A payer says that it has paid a request with this total.
    fn note_answer(&mut self, payer: Side, number: RequestNumber, total: Amount) {
        if payer == self.holder {
            if total <= self.paid() {
                self.answered(number, total);
            }
        } else if let Some(asked) = self.notes_mut().asked_mut(number) {
            let enough = asked.base.checked_add(asked.request.note.amount);
            if enough.is_some_and(|enough| total >= enough) {
                asked.answer = Some(asked.answer.map_or(total, |earlier| earlier.min(total)));
            }
        }
    }

    fn signed_memo(&self, world: &World<'_>, memo: Memo) -> Message {
        Message::Memo(SignedNote {
            authorization: self.authorize(world, &memo),
            note: memo,
        })
    }

    fn signed_read_mark(&self, world: &World<'_>) -> Message {
        let mark = ReadMark {
            channel: self.id,
            total: self.notes.read,
        };
        Message::ReadMark(SignedNote {
            authorization: self.authorize(world, &mark),
            note: mark,
        })
    }
}

fn line_of(memo: &Memo) -> EntryMemo {
    EntryMemo {
        total: memo.total,
        request: memo.request,
        text: memo.text.clone(),
    }
}
