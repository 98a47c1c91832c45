//! Bytes: what may pass, what has, and under which streams.

use super::{Metered, Recognised};
use crate::clock::now_ms;
use std::{rc::Rc, time::Instant};
use thunder_channel::{Address, Bytes32, keccak256, metering::Role};

/// Streams of one session at once: more than a browser opens, and bounded memory (some 200 KiB each).
const MAX_STREAMS: u32 = 256;

/// That nothing may pass under a session any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over;

impl Metered {
    /// Takes room for up to `wanted` bytes, waiting for some, and counts them: they have to be passed on now.
    ///
    /// # Errors
    /// The session ends.
    pub async fn take_room(self: &Rc<Self>, wanted: u64) -> Result<u64, Over> {
        loop {
            // Before the look, so that nothing that happens after it is missed.
            let moved = self.moved.notified();
            if !self.is_open() {
                return Err(Over);
            }
            let taken = self.room().min(wanted);
            if taken > 0 {
                self.count(taken);
                return Ok(taken);
            }
            moved.await;
        }
    }

    /// Bytes that may pass now.
    pub(super) fn room(&self) -> u64 {
        let meter = self.meter.borrow();
        match self.role {
            Role::Client => meter.room(),
            Role::Provider => {
                let most = self.kept.get().saturating_add(self.session.key.terms.unit);
                let lent = meter.count().saturating_add(self.record.borrow().lost);
                let room = meter.room().min(most.saturating_sub(lent));
                room.saturating_sub(self.reserved.get())
            }
        }
    }

    /// Takes room for up to `wanted` bytes as [`take_room`](Self::take_room) does, and counts nothing yet: each byte has to be handed to
    /// [`came`](Self::came), [`did_not_come`](Self::did_not_come) or [`give_back`](Self::give_back).
    ///
    /// # Errors
    /// The session ends.
    pub async fn reserve(&self, wanted: u64) -> Result<u64, Over> {
        loop {
            let moved = self.moved.notified();
            if !self.is_open() {
                return Err(Over);
            }
            let taken = self.room().min(wanted);
            if taken > 0 {
                self.reserved.set(self.reserved.get() + taken);
                return Ok(taken);
            }
            moved.await;
        }
    }

    /// Reserved bytes have come to the client.
    pub fn came(self: &Rc<Self>, bytes: u64) {
        self.give_back(bytes);
        self.count(bytes);
    }

    /// Reserved bytes were sent, and did not come as far as is known. What a client gets again and again without a word costs its
    /// provider a unit in all, however often it hangs up.
    pub fn did_not_come(&self, bytes: u64) {
        if bytes > 0 {
            self.give_back(bytes);
            // If this is not kept, the session has stopped.
            self.set(|record| record.lost = record.lost.saturating_add(bytes))
                .ok();
        }
    }

    /// The client says that it has more than was counted: so what was given up as lost had come, as far as nothing else explains it.
    pub(super) fn find_again(&self) -> bool {
        let mut record = self.record.borrow_mut();
        if record.lost == 0 {
            return false;
        }
        let mut meter = self.meter.borrow_mut();
        let explained = meter.count().saturating_add(self.reserved.get());
        let theirs = meter.their_count().unwrap_or(0);
        let found = theirs
            .saturating_sub(explained)
            .min(record.lost)
            .min(meter.room());
        if found == 0 || meter.pass(found).is_err() {
            return false;
        }
        record.lost -= found;
        true
    }

    /// Reserved bytes were not sent.
    pub fn give_back(&self, bytes: u64) {
        self.reserved.set(self.reserved.get().saturating_sub(bytes));
        self.moved.notify_waiters();
    }

    /// Counts bytes that came: for a client, whatever came is the truth.
    pub fn count(self: &Rc<Self>, bytes: u64) {
        // A provider asks for room first.
        if self.meter.borrow_mut().pass(bytes).is_ok() {
            self.passed_at.set(Instant::now());
            self.say_if_due();
        }
    }

    /// Counts what others have counted, as far as there is room for it: a proxy carries no bytes itself.
    pub fn count_up_to(self: &Rc<Self>, total: u64) {
        let more = total.saturating_sub(self.meter.borrow().count());
        let more = match self.role {
            Role::Client => more,
            Role::Provider => more.min(self.room()),
        };
        if more > 0 {
            self.count(more);
        }
    }

    /// What the other side last said that it had counted.
    pub fn their_count(&self) -> u64 {
        self.meter.borrow().their_count().unwrap_or(0)
    }

    /// What the client has acknowledged of the provider's count.
    pub fn acknowledged(&self) -> u64 {
        self.meter.borrow().counts().provider
    }

    /// Whether a stream of somebody who proved this address is served under it.
    pub fn serves(&self, somebody: Address) -> bool {
        let known = |whom: Recognised| {
            whom.hash == Bytes32::from(keccak256(somebody.as_bytes())) && now_ms() < whom.until
        };
        self.role == Role::Provider
            && !self.is_page()
            && (self.with() == somebody || self.record.borrow().recognised.is_some_and(known))
    }

    /// A stream begins, if there is room for one more.
    pub fn enter(self: &Rc<Self>) -> Option<Stream> {
        if !self.is_open() || self.streams.get() >= MAX_STREAMS {
            return None;
        }
        if self.streams.get() == 0 && self.set(|record| record.at_rest = false).is_err() {
            return None;
        }
        self.streams.set(self.streams.get() + 1);
        Some(Stream { of: self.clone() })
    }

    fn leave(self: &Rc<Self>) {
        self.streams.set(self.streams.get() - 1);
        if self.streams.get() == 0 {
            self.say();
            // If this cannot be kept, a restart takes the other side's word for a unit.
            self.set(|record| record.at_rest = true).ok();
        }
        self.moved.notify_waiters();
    }
}

/// A stream that runs; ends with the value.
pub struct Stream {
    of: Rc<Metered>,
}

impl Stream {
    /// Under which session.
    pub const fn session(&self) -> &Rc<Metered> {
        &self.of
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.of.leave();
    }
}
