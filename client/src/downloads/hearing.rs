//! What is heard of a provider, and what is said to it next.

use super::{Download, DownloadFault, Link, OfferFault, Phase, Transfer, judge};
use thunder_channel::{
    Bytes32, SignIn, Signature, TypedMessage,
    metering::{
        Counts, Heard, SessionId, SignedAcceptance, SignedCount, StatementFault, Terms,
        download::{Asked, Offer, Said, VERSION},
        is_beyond,
    },
};

/// The longest words of a provider that are shown, in letters.
const MAX_WORDS: usize = 200;

/// A provider's words, as they can be shown: one line, and not too long.
fn printable(words: &str) -> String {
    let shown = words.chars().filter(|letter| !letter.is_control());
    shown.take(MAX_WORDS).collect()
}

impl Download {
    pub(super) fn take(&mut self, said: Said) -> Result<(), DownloadFault> {
        match (said, self.link) {
            (Said::Unknown, _) => Ok(()),
            (Said::Challenge { version, .. }, Link::Opened) if version != VERSION => {
                Err(DownloadFault::Version(version))
            }
            (
                Said::Challenge {
                    origin,
                    challenge,
                    expires_at,
                    ..
                },
                Link::Opened,
            ) => {
                if origin != self.record.origin {
                    return Err(DownloadFault::Origin(origin));
                }
                self.link = Link::Challenged {
                    challenge,
                    expires_at,
                };
                Ok(())
            }
            (
                Said::Offer(offer),
                Link::Challenged {
                    challenge,
                    expires_at,
                },
            ) => {
                self.offered(*offer)?;
                self.sign_in(challenge, expires_at);
                Ok(())
            }
            (Said::SignedIn { address }, Link::SigningIn) => {
                if address != self.signer.address() {
                    return Err(DownloadFault::SignIn);
                }
                self.link = Link::SignedIn;
                self.go_on();
                Ok(())
            }
            (Said::Accepted(accepted), Link::Proposing) => self.accepted(*accepted),
            (Said::Running { session, .. }, Link::Resuming | Link::Running) => self.running(session),
            (
                Said::Count(statement),
                Link::SignedIn | Link::Resuming | Link::Running | Link::Finishing | Link::Settling,
            ) => self.counted(statement),
            (Said::Sending { file, from, length }, Link::Running) => self.sending(&file, from, length),
            (Said::Sent, Link::Running) => self.sent(),
            (Said::Finished { session }, Link::Finishing) => self.finished(session),
            (Said::Settled { session, signature }, Link::Settling) => self.settled(session, signature),
            (Said::Refused { words }, _) => self.no(&words),
            _ => Err(DownloadFault::OutOfOrder),
        }
    }

    fn offered(&mut self, offer: Offer) -> Result<(), DownloadFault> {
        let key = &self.record.key;
        if (offer.provider, offer.provider_signer) != (key.provider, key.provider_signer) {
            return Err(DownloadFault::OtherProvider);
        }
        if self.record.phase == Phase::Proposed {
            judge(&offer, &self.accepts)?;
            let quantity = key.terms.quantity;
            let same = Terms {
                quantity,
                ..offer.terms
            } == key.terms;
            if !same || quantity > offer.terms.quantity {
                return Err(OfferFault::Changed.into());
            }
        }
        self.files = offer.files;
        Ok(())
    }

    fn sign_in(&mut self, challenge: Bytes32, expires_at: u64) {
        let message = SignIn {
            origin: self.record.origin.clone(),
            challenge,
            expires_at,
        };
        let signature = self.signer.sign(&message.digest(&self.session.domain));
        self.link = Link::SigningIn;
        self.ask(Asked::SignIn { signature });
    }

    /// Asks what is to be asked next, where nothing is being asked.
    pub(super) fn go_on(&mut self) {
        let session = self.id();
        if !matches!(self.link, Link::SignedIn | Link::Running) || self.looking || self.record.copy {
            return;
        }
        match (self.record.phase, self.ending) {
            (Phase::Proposed, _) => {
                self.link = Link::Proposing;
                self.ask(Asked::Propose {
                    key: Box::new(self.record.key),
                    deposit: self.record.deposit,
                });
            }
            (Phase::Active | Phase::Settling { .. }, Some(_)) => {
                self.link = Link::Finishing;
                self.ask(Asked::Finish { session });
            }
            (Phase::Active, None) if self.link == Link::SignedIn => {
                self.link = Link::Resuming;
                self.ask(Asked::Resume { session });
            }
            _ => (),
        }
    }

    fn accepted(&mut self, accepted: SignedAcceptance) -> Result<(), DownloadFault> {
        let agreed = accepted.acceptance.deposit == self.record.deposit;
        if !agreed || accepted.verify(&self.session).is_err() {
            return Err(DownloadFault::Acceptance);
        }
        self.record.acceptance = Some(accepted);
        self.record.phase = Phase::Agreed;
        self.link = Link::SignedIn;
        self.store();
        Ok(())
    }

    fn running(&mut self, session: SessionId) -> Result<(), DownloadFault> {
        if session != self.id() {
            return Err(DownloadFault::OutOfOrder);
        }
        let anew = self.link == Link::Resuming;
        self.link = Link::Running;
        self.looking = false;
        if anew {
            // It may have been lost with the last connection.
            self.repeat();
        }
        if self.ending.is_some() && self.transfer == Transfer::Idle {
            self.go_on();
        } else if anew && self.record.going {
            let name = self.record.file.as_ref().map(|file| file.name.clone());
            if let Some(name) = name {
                self.get(&name);
            }
        }
        Ok(())
    }

    fn counted(&mut self, statement: SignedCount) -> Result<(), DownloadFault> {
        match self.meter.hear(statement).map_err(DownloadFault::Statement)? {
            Heard::News => {
                self.store();
                if self.meter.is_due() {
                    self.say();
                }
                // No statement overtakes the bytes that it counts: what is missing now does not come.
                let (ours, theirs) = (self.meter.count(), self.meter.their_count().unwrap_or(0));
                let counts = Counts {
                    client: ours,
                    provider: theirs,
                };
                if is_beyond(counts, self.record.key.terms.tolerance) {
                    return Err(DownloadFault::Overcounted { theirs, ours });
                }
            }
            // Only a client answers a repetition, so that two do not answer each other for ever.
            Heard::Stale => self.repeat(),
            Heard::Guilty(_) => {
                self.store();
                return Err(DownloadFault::Guilty);
            }
        }
        Ok(())
    }

    fn sending(&mut self, name: &str, from: u64, length: u64) -> Result<(), DownloadFault> {
        if !matches!(self.transfer, Transfer::Asked | Transfer::Stopping) {
            return Err(DownloadFault::OutOfOrder);
        }
        let Some(file) = self.record.file.as_ref() else {
            return Err(DownloadFault::OutOfOrder);
        };
        if file.name != name || file.here != from {
            return Err(DownloadFault::OutOfOrder);
        }
        if file.length != length {
            return Err(DownloadFault::OtherFile);
        }
        if self.transfer == Transfer::Asked {
            self.transfer = Transfer::Coming;
        }
        Ok(())
    }

    fn sent(&mut self) -> Result<(), DownloadFault> {
        if !matches!(self.transfer, Transfer::Coming | Transfer::Stopping) {
            return Err(DownloadFault::OutOfOrder);
        }
        self.transfer = Transfer::Idle;
        self.record.at_rest = true;
        self.record.going = false;
        self.store();
        self.say();
        self.go_on();
        Ok(())
    }

    fn finished(&mut self, session: SessionId) -> Result<(), DownloadFault> {
        let (Some(expiry), true) = (self.ending, session == self.id()) else {
            return Err(DownloadFault::OutOfOrder);
        };
        self.say();
        let settlement = self.meter.settlement(expiry);
        let ours = self.signer.sign(&settlement.digest(&self.session.domain));
        self.record.phase = Phase::Settling {
            settlement,
            ours,
            theirs: None,
        };
        self.link = Link::Settling;
        self.store();
        self.ask(Asked::Settle {
            settlement: Box::new(settlement),
            signature: ours,
        });
        Ok(())
    }

    fn settled(&mut self, session: SessionId, signature: Signature) -> Result<(), DownloadFault> {
        let Phase::Settling { settlement, ours, .. } = self.record.phase else {
            return Err(DownloadFault::OutOfOrder);
        };
        if session != self.id() {
            return Err(DownloadFault::OutOfOrder);
        }
        let by = signature
            .recover(&settlement.digest(&self.session.domain))
            .map_err(|error| DownloadFault::Settlement(error.into()))?;
        if by != self.record.key.provider_signer {
            return Err(DownloadFault::Settlement(StatementFault::WrongSigner));
        }
        self.record.phase = Phase::Settling {
            settlement,
            ours,
            theirs: Some(signature),
        };
        self.ending = None;
        self.link = Link::SignedIn;
        self.store();
        Ok(())
    }

    /// The provider says no to what was asked last.
    fn no(&mut self, words: &str) -> Result<(), DownloadFault> {
        let words = printable(words);
        match (self.link, self.transfer) {
            // The deposit may not be deep enough yet: it is asked again when the chain is read.
            (Link::Resuming, _) => self.link = Link::SignedIn,
            (Link::Running, _) if self.looking => self.looking = false,
            (Link::Running, Transfer::Asked) => {
                self.transfer = Transfer::Idle;
                self.record.at_rest = true;
                self.record.going = false;
                self.store();
            }
            (Link::Running, Transfer::Stopping) => return self.sent(),
            (Link::Running, _) => (),
            _ => return Err(DownloadFault::Refused(words)),
        }
        self.refused = Some(words);
        Ok(())
    }

    /// Says what is counted by now, if that is news.
    pub(super) fn say(&mut self) {
        if self.record.copy {
            return;
        }
        if let Some(statement) = self.meter.say(&self.signer) {
            self.store();
            self.ask(Asked::Count(statement));
        }
    }

    pub(super) fn repeat(&mut self) {
        if let Some(last) = self.meter.last_said().filter(|_| !self.record.copy) {
            self.ask(Asked::Count(last));
        }
    }

    /// Has the record written before anything is said from here on.
    pub(super) fn store(&mut self) {
        self.wanted += 1;
    }

    pub(super) fn ask(&mut self, asked: Asked) {
        self.outbox.push_back((self.wanted, asked));
    }
}
