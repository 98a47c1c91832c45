//! One session's conversation: what is heard and counted, what has to be stored, and what may be said.

use super::{Accepts, DownloadFault, Outcome, Phase, Progress, Record, SessionEvidence};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use thunder_channel::{
    Amount, Bytes32, SigningKey,
    metering::{
        Meter, MeterState, Role, Session, SessionId, SessionKey, SessionState,
        download::{Asked, File, MAX_PIECE, Said},
    },
};

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// There is none.
    Down,
    /// The provider's challenge is waited for.
    Opened,
    /// Its offer is waited for.
    Challenged {
        /// What it drew.
        challenge: Bytes32,
        /// Until when it takes the answer, in seconds since 1970.
        expires_at: u64,
    },
    /// The sign-in was sent.
    SigningIn,
    /// It was accepted; nothing is asked.
    SignedIn,
    /// The session was proposed.
    Proposing,
    /// It was asked to look at the chain.
    Resuming,
    /// Bytes may pass.
    Running,
    /// It was asked for its last statement.
    Finishing,
    /// An end was proposed.
    Settling,
}

/// How far a file has come on this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Transfer {
    /// None is wanted.
    Idle,
    /// It was asked for.
    Asked,
    /// Its bytes come.
    Coming,
    /// It was asked to stop; what is on its way comes.
    Stopping,
}

/// What has to be stored, durably, before [`Download::kept`] is told its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionWrite {
    /// Rises with each write.
    pub number: u64,
    /// The session.
    pub record: Record,
    /// Whether the bytes of a former file are to be forgotten first: those of another one follow.
    pub anew: bool,
}

/// A session with a provider, seen by the client.
#[derive(Debug)]
pub struct Download {
    pub(super) session: Session,
    pub(super) accepts: Accepts,
    pub(super) signer: SigningKey,
    pub(super) record: Record,
    pub(super) meter: Meter,
    pub(super) link: Link,
    /// Whether the provider was asked to look at the chain again while bytes may pass.
    pub(super) looking: bool,
    pub(super) transfer: Transfer,
    /// The end that is wanted is good until then, in the contract's clock.
    pub(super) ending: Option<u64>,
    pub(super) files: Vec<File>,
    pub(super) refused: Option<String>,
    pub(super) anew: bool,
    /// The newest write that something waits for, the one that was handed out, and the one that is done.
    pub(super) wanted: u64,
    pub(super) handed: u64,
    pub(super) done: u64,
    /// What is to be said, and after which write.
    pub(super) outbox: VecDeque<(u64, Asked)>,
}

impl Download {
    /// A session that is to be proposed to the provider at `origin`.
    #[must_use]
    pub fn propose(
        key: SessionKey,
        deposit: Amount,
        origin: String,
        now_ms: u64,
        accepts: Accepts,
        signer: SigningKey,
    ) -> Self {
        let record = Record {
            key,
            epoch: 0,
            origin,
            deposit,
            acceptance: None,
            phase: Phase::Proposed,
            meter: MeterState::default(),
            at_rest: true,
            going: false,
            file: None,
            since: now_ms,
            copy: false,
        };
        Self::resume(record, accepts, signer)
    }

    /// Goes on from what was stored.
    #[must_use]
    pub fn resume(record: Record, accepts: Accepts, signer: SigningKey) -> Self {
        let session = record.session(accepts.domain);
        let meter = Meter::resume(
            session,
            Role::Client,
            record.deposit,
            record.meter.clone(),
            !record.at_rest,
        );
        Self {
            session,
            accepts,
            signer,
            record,
            meter,
            link: Link::Down,
            looking: false,
            transfer: Transfer::Idle,
            ending: None,
            files: Vec::new(),
            refused: None,
            anew: false,
            wanted: 0,
            handed: 0,
            done: 0,
            outbox: VecDeque::new(),
        }
    }

    // ------------------------------------------------------------------------------------- connection

    /// A connection to the session's provider is open.
    pub fn opened(&mut self) {
        self.down();
        self.link = Link::Opened;
    }

    /// The connection is gone. What was to be said is said again on the next one, as far as it still matters.
    pub fn down(&mut self) {
        if self.transfer != Transfer::Idle {
            // What comes after it comes on another connection.
            self.record.at_rest = true;
            self.store();
        }
        self.link = Link::Down;
        self.looking = false;
        self.transfer = Transfer::Idle;
        self.outbox.clear();
    }

    /// The provider says something.
    ///
    /// # Errors
    /// [`DownloadFault`]: the connection is given up, and what follows on it is not looked at.
    pub fn hear(&mut self, text: &str) -> Result<(), DownloadFault> {
        let said = Said::parse(text)?;
        let heard = self.take(said);
        if heard.is_err() {
            self.give_up();
        }
        heard
    }

    /// So many bytes of the file came.
    ///
    /// # Errors
    /// [`DownloadFault::Bytes`] if nothing, or less, was on its way. They are not counted.
    pub fn bytes(&mut self, came: u64) -> Result<(), DownloadFault> {
        let most = u64::try_from(MAX_PIECE).unwrap_or(u64::MAX);
        let fits =
            matches!(self.transfer, Transfer::Coming | Transfer::Stopping) && (1..=most).contains(&came);
        let here = self.record.file.as_ref().and_then(|file| {
            let here = file.here.checked_add(came)?;
            (fits && here <= file.length).then_some(here)
        });
        let (Some(here), Some(file)) = (here, self.record.file.as_mut()) else {
            self.give_up();
            return Err(DownloadFault::Bytes);
        };
        file.here = here;
        // A client counts whatever came.
        if self.meter.pass(came).is_ok() && self.meter.is_due() {
            self.say();
        }
        Ok(())
    }

    fn give_up(&mut self) {
        self.down();
        // A provider that was given up is not asked for more by itself.
        self.ending = None;
        if self.record.going {
            self.record.going = false;
            self.store();
        }
    }

    // ----------------------------------------------------------------------------------- what is wanted

    /// The deposit is on its way, or there: the provider may be asked to look.
    pub fn look_again(&mut self) {
        match self.link {
            Link::SignedIn => self.go_on(),
            Link::Running if !self.looking => {
                self.looking = true;
                self.ask(Asked::Resume { session: self.id() });
            }
            _ => (),
        }
    }

    /// Asks for a file of the offer, from where it is here already.
    pub fn get(&mut self, name: &str) {
        let file = self.files.iter().find(|file| file.name == name);
        let (Some(file), Link::Running, Transfer::Idle) = (file, self.link, self.transfer) else {
            return;
        };
        if self.record.phase != Phase::Active || self.ending.is_some() || self.meter.accusation().is_some() {
            return;
        }
        let known = self.record.file.as_ref();
        let same = known
            .is_some_and(|known| known.name == file.name && known.length == file.length && !known.is_whole());
        if !same {
            self.anew = true;
            self.record.file = Some(Progress {
                name: file.name.clone(),
                length: file.length,
                here: 0,
            });
        }
        let (file, from) = (
            name.to_owned(),
            self.record.file.as_ref().map_or(0, |file| file.here),
        );
        self.record.at_rest = false;
        self.record.going = true;
        self.refused = None;
        self.transfer = Transfer::Asked;
        let session = self.id();
        self.store();
        self.ask(Asked::Get { session, file, from });
    }

    /// Wants no more of the file for now.
    pub fn stop(&mut self) {
        if self.record.going {
            self.record.going = false;
            self.store();
        }
        if matches!(self.transfer, Transfer::Coming | Transfer::Asked) {
            self.transfer = Transfer::Stopping;
            self.ask(Asked::Stop);
        }
    }

    /// Wants to end together; the end is good until `expiry`, in the contract's clock.
    pub fn finish(&mut self, expiry: u64) {
        self.ending = Some(expiry);
        self.refused = None;
        self.stop();
        if self.transfer == Transfer::Idle {
            self.go_on();
        }
    }

    /// No longer wants to end together: the provider could not be asked.
    pub fn leave_open(&mut self) {
        self.ending = None;
    }

    /// What the chain says of the session, and what its clock says.
    pub fn read(&mut self, state: SessionState, clock: u64) {
        let before = (self.record.phase, self.record.deposit);
        let mine = state.epoch() == self.record.epoch;
        let phase = match (self.record.phase, state) {
            (over @ (Phase::Ended { .. } | Phase::Void), _) => over,
            (Phase::Agreed | Phase::Proposed, SessionState::Empty) => {
                let lapsed = self
                    .record
                    .acceptance
                    .is_some_and(|accepted| clock > accepted.acceptance.expiry);
                if lapsed { Phase::Void } else { self.record.phase }
            }
            (phase, SessionState::Empty | SessionState::Proposed { .. }) => phase,
            (settling @ Phase::Settling { .. }, SessionState::Active { .. }) if mine => settling,
            (_, SessionState::Active { .. }) if mine => Phase::Active,
            (
                _,
                SessionState::Closing {
                    counts, closes_at, ..
                },
            ) if mine => Phase::Closing {
                client: counts.client,
                provider: counts.provider,
                closes_at,
            },
            _ => Phase::Ended { outcome: None },
        };
        if mine && !state.deposit().is_zero() {
            self.record.deposit = state.deposit();
            self.meter.set_deposit(state.deposit());
        }
        self.record.phase = phase;
        if before != (self.record.phase, self.record.deposit) {
            self.store();
            self.look_again();
        }
    }

    /// What became of the deposit, as the chain told.
    pub fn ended(&mut self, outcome: Outcome) {
        if matches!(self.record.phase, Phase::Ended { outcome: None }) {
            self.record.phase = Phase::Ended {
                outcome: Some(outcome),
            };
            self.store();
        }
    }

    /// The saved file is no longer needed here.
    pub fn forget_file(&mut self) {
        if self.transfer == Transfer::Idle {
            self.record.file = None;
            self.anew = true;
            self.store();
        }
    }

    // ----------------------------------------------------------------------------------------- outputs

    /// What has to be stored now; one at a time.
    pub fn poll_write(&mut self) -> Option<SessionWrite> {
        let waits = self.handed > self.done;
        if waits || self.wanted == self.handed || self.record.phase == Phase::Proposed {
            return None;
        }
        self.handed = self.wanted;
        self.record.meter = self.meter.state().clone();
        Some(SessionWrite {
            number: self.handed,
            record: self.record.clone(),
            anew: std::mem::take(&mut self.anew),
        })
    }

    /// A write is durable.
    pub fn kept(&mut self, number: u64) {
        self.done = self.done.max(number);
    }

    /// What can be said now.
    pub fn poll_send(&mut self) -> Option<Asked> {
        let (after, _) = self.outbox.front()?;
        if *after > self.done {
            return None;
        }
        self.outbox.pop_front().map(|(_, asked)| asked)
    }

    // ----------------------------------------------------------------------------------------- to look at

    /// The session's name.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.session.id()
    }

    /// The session, with the world that it is in.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// What is stored, or is about to be.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// The counts.
    #[must_use]
    pub const fn meter(&self) -> &Meter {
        &self.meter
    }

    /// How far the connection has come.
    #[must_use]
    pub const fn link(&self) -> Link {
        self.link
    }

    /// How far the file has come.
    #[must_use]
    pub const fn transfer(&self) -> Transfer {
        self.transfer
    }

    /// Whether a connection is wanted: something is to go on by itself.
    #[must_use]
    pub const fn is_unfinished(&self) -> bool {
        self.record.going || self.ending.is_some()
    }

    /// Whether an end is wanted.
    #[must_use]
    pub const fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    /// What the provider has, as it said on this connection or the last.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Why it refused what was asked last, in its words.
    #[must_use]
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Everything that proves the client's money.
    #[must_use]
    pub fn evidence(&self) -> SessionEvidence {
        SessionEvidence::of(
            &self.session,
            self.meter.evidence(),
            self.meter.accusation().copied(),
        )
    }
}
