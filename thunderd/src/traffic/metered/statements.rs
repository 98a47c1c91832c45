//! What is said and heard of the counts, and what it amounts to in the end.

use super::Metered;
use std::{
    rc::Rc,
    time::{Duration, Instant},
};
use thunder_api::SessionState;
use thunder_channel::metering::{HearFault, Heard, Pair, Role, SessionSettlement, SignedCount};

/// After how long a silence the last bytes are acknowledged too.
const QUIET: Duration = Duration::from_millis(200);
/// After how long a statement that was not answered is sent again.
const UNANSWERED: Duration = Duration::from_secs(1);

impl Metered {
    pub(super) fn say_if_due(self: &Rc<Self>) {
        let due = self.meter.borrow().is_due();
        if due {
            self.say();
        }
    }

    /// Says what is counted by now, if that is news.
    pub fn say(self: &Rc<Self>) {
        if self.broken.get() || self.record.borrow().restored {
            return;
        }
        let said = self.meter.borrow_mut().say(&self.signer);
        if said.is_some() {
            self.keep_and_send(said);
        }
    }

    /// Writes the meter down, while bytes go on passing; what is sent, and who waits for room, comes after it.
    fn keep_and_send(self: &Rc<Self>, said: Option<SignedCount>) {
        let acknowledged = self.acknowledged();
        let text = match self.text() {
            Ok(text) => text,
            Err(error) => return self.fail(&error),
        };
        let said = said.map(|statement| {
            self.signed.set(self.signed.get() + 1);
            (self.signed.get(), statement)
        });
        let written = self.store.put(self.id.to_string(), text);
        let metered = self.clone();
        tokio::task::spawn_local(async move {
            match written.await {
                Ok(Ok(())) => {
                    metered.kept.set(metered.kept.get().max(acknowledged));
                    // Of two that were written together the later may be told first; then the earlier says nothing more.
                    if let Some((number, statement)) = said
                        && number > metered.sent.get()
                    {
                        metered.sent.set(number);
                        metered.send(statement);
                    }
                    metered.moved.notify_waiters();
                }
                Ok(Err(words)) => metered.fail(&anyhow::anyhow!(words)),
                Err(_) => metered.fail(&anyhow::anyhow!("the store is closed")),
            }
        });
    }

    fn send(&self, statement: SignedCount) {
        self.last_said.set(Some(statement));
        self.said_at.set(Instant::now());
        self.outlet.say(statement);
    }

    /// Sends the last statement again: it may have been lost with a link.
    pub fn repeat(&self) {
        if let (Some(last), false) = (self.last_said.get(), self.broken.get()) {
            self.send(last);
        }
    }

    /// Waits until what was signed last is sent, behind its write.
    pub async fn said(&self) {
        loop {
            let moved = self.moved.notified();
            if self.sent.get() == self.signed.get() || self.broken.get() {
                return;
            }
            moved.await;
        }
    }

    /// Looks after what is left unsaid or unanswered; called now and then.
    pub fn look_after(self: &Rc<Self>) {
        let live = matches!(
            self.record.borrow().state,
            SessionState::Active | SessionState::Closing
        );
        if !live || !self.outlet.is_up() {
            return;
        }
        let (news, unanswered) = {
            let meter = self.meter.borrow();
            let said = self.last_said.get().map_or(0, |said| said.count());
            let unanswered = self.role == Role::Provider && said > meter.counts().provider;
            (meter.has_news(), unanswered)
        };
        if news && self.passed_at.get().elapsed() >= QUIET {
            self.say();
        } else if unanswered && self.said_at.get().elapsed() >= UNANSWERED {
            self.repeat();
        }
    }

    /// Takes a statement of the other side; gives what it proves against its signer, if anything.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn hear(self: &Rc<Self>, statement: SignedCount) -> Result<bool, HearFault> {
        let heard = self.meter.borrow_mut().hear(statement)?;
        match heard {
            Heard::News => {
                let found = self.find_again();
                // What answers it is written down with it.
                let due = found || self.meter.borrow().is_due();
                let may = due && !self.record.borrow().restored;
                let said = may.then(|| self.meter.borrow_mut().say(&self.signer)).flatten();
                self.keep_and_send(said);
            }
            // Only a client answers a repetition, so that two do not answer each other for ever.
            Heard::Stale if self.role == Role::Client => self.repeat(),
            Heard::Stale => (),
            Heard::Guilty(_) => {
                self.keep().ok();
            }
        }
        self.moved.notify_waiters();
        Ok(matches!(heard, Heard::Guilty(_)))
    }

    // -------------------------------------------------------------------------------------------- end

    /// The end by agreement that this side's evidence amounts to.
    pub fn settlement(&self, expiry: u64) -> SessionSettlement {
        self.meter.borrow().settlement(expiry)
    }

    /// Whether this side should sign a settlement.
    pub fn agrees_to(&self, settlement: &SessionSettlement) -> bool {
        self.meter.borrow().agrees_to(settlement)
    }

    /// Whether everything that either side is known to have counted is acknowledged.
    pub fn is_even(&self) -> bool {
        let meter = self.meter.borrow();
        let proven = meter.counts().provider;
        match self.role {
            Role::Provider => meter.count() == proven,
            Role::Client => !meter.has_news() && meter.their_count().is_none_or(|theirs| theirs <= proven),
        }
    }

    /// For how long no byte has passed, or since the start.
    pub fn idle_for(&self) -> Duration {
        self.passed_at.get().elapsed()
    }

    /// What proves the counts.
    pub fn evidence(&self) -> Vec<Pair> {
        self.meter.borrow().evidence()
    }
}
