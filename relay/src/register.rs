//! The register of best claims: verify, then store, then acknowledge, then tell everyone.

use crate::{
    Limits,
    chain::{Chain, NotLive},
    clock::Clock,
    counters::{Count, Counters},
    elsewhere::Listener,
    fanout::{Attendance, Channel, ConnectionId, Fanout, NOBODY},
    store::{Best, Outcome, Said, Store, StoreError, Write},
};
use std::sync::Arc;
use thunder_channel::{
    Address, Amount, ChannelId, ChannelKey, ClaimError, Delegation, Domain, Epoch, Policy, Reading, Side,
    Signature, SignedClaim, TypedMessage,
    wire::{ErrorCode, Message, RelayFrame},
};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

/// The register, shared by all connections.
pub struct Register {
    domain: Domain,
    chain: Arc<Chain>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    fanout: Fanout,
    counters: Arc<Counters>,
    tasks: TaskTracker,
}

/// Why something was not taken: what the client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub words: String,
    /// The channel concerned.
    pub channel: ChannelId,
}

/// A claim on its way to the disk.
pub struct Pending {
    channel: Arc<Channel>,
    payer: Side,
    claim: SignedClaim,
    outcome: oneshot::Receiver<Result<Outcome, StoreError>>,
}

impl Register {
    /// A register over this store and chain. It hears other relays over the same store until the store is closed.
    #[must_use]
    pub fn new(
        domain: Domain,
        chain: Arc<Chain>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        counters: Arc<Counters>,
        limits: &Limits,
    ) -> Self {
        let shared = Arc::clone(&store);
        let fanout = Fanout::new(Arc::new(move |presence, ask| shared.attend(presence, ask)));
        let tasks = TaskTracker::new();
        if let Some(changes) = store.changes() {
            let listener = Listener {
                fanout: fanout.clone(),
                store: Arc::clone(&store),
                counters: Arc::clone(&counters),
                clock: Arc::clone(&clock),
                limits: limits.clone(),
            };
            tasks.spawn(listener.listen(changes));
        }
        Self {
            domain,
            chain,
            store,
            clock,
            fanout,
            counters,
            tasks,
        }
    }

    /// Waits until nothing is heard of other relays any more; the store has to be closed.
    pub async fn close(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// How many channels are followed now.
    #[must_use]
    pub fn followed(&self) -> usize {
        self.fanout.followed()
    }

    /// Lets `who` follow a channel that it is a side of.
    ///
    /// # Errors
    /// [`Refusal`] if it is none, or the hub knows no such channel.
    pub async fn join(
        &self,
        who: Address,
        connection: ConnectionId,
        key: &ChannelKey,
        epoch: Epoch,
        proof: Proof<'_>,
    ) -> Result<Attendance, Refusal> {
        let id = key.id(epoch);
        let refuse = |code, words| Refusal {
            code,
            words,
            channel: id,
        };
        key.check(self.domain.hub).map_err(|fault| {
            refuse(
                ErrorCode::UnknownChannel,
                format!("such a channel cannot exist: {fault}"),
            )
        })?;
        let side = self
            .side_of(who, key, id, proof)
            .ok_or_else(|| refuse(ErrorCode::NotASide, NOT_A_SIDE.to_owned()))?;
        self.chain
            .knows(key, epoch)
            .await
            .map_err(|why| not_live(id, &why))?;
        let channel = self.fanout.channel(key, epoch);
        channel
            .load(self.store.load(id), self.clock.now_ms())
            .await
            .map_err(|error| self.unavailable(id, &error))?;
        channel
            .attend(side, connection)
            .ok_or_else(|| self.unavailable(id, &StoreError::Closed))
    }

    /// Who signed a claim of this channel.
    ///
    /// # Errors
    /// [`Refusal`] if it was not the side that pays by it.
    pub fn verify(&self, channel: &Channel, claim: &SignedClaim) -> Result<Side, Refusal> {
        claim
            .verify(&channel.key, channel.epoch, &self.domain)
            .map_err(|why| unproven(channel.id, why))
    }

    /// Queues a verified claim of `payer`'s for the store. `beside` is the total of a verified claim by the other side that is
    /// handed in together with it: each may be what justifies the other.
    ///
    /// # Errors
    /// [`Refusal`]; nothing was stored then.
    pub async fn hand_in(
        &self,
        channel: &Arc<Channel>,
        payer: Side,
        claim: SignedClaim,
        beside: Amount,
        from: ConnectionId,
    ) -> Result<Pending, Refusal> {
        self.check_possible(channel, payer, claim.claim.total, beside)
            .await?;
        let at = self.clock.now_ms();
        let (answer, outcome) = oneshot::channel();
        let (held, counters) = (Arc::clone(channel), Arc::clone(&self.counters));
        let done = Box::new(move |outcome: Result<Outcome, StoreError>| {
            // Told to everyone even if the one who handed it in is gone.
            match &outcome {
                Ok(Outcome::Stored) => {
                    counters.add(Count::ClaimStored);
                    held.publish_claim(payer, Best { claim, at }, from);
                }
                Ok(Outcome::NotHigher(best)) => {
                    counters.add(Count::ClaimNotHigher);
                    // It may be another relay's, and not have been heard of here yet.
                    held.publish_claim(payer, **best, NOBODY);
                }
                Ok(Outcome::Repeated | Outcome::Said(_) | Outcome::Outdated) => (),
                Err(_) => counters.add(Count::StoreFailed),
            }
            let _ = answer.send(outcome);
        });
        let write = Write::Claim {
            key: channel.key,
            epoch: channel.epoch,
            payer,
            claim,
            at,
        };
        self.store
            .submit(write, done)
            .await
            .map_err(|error| self.unavailable(channel.id, &error))?;
        Ok(Pending {
            channel: Arc::clone(channel),
            payer,
            claim,
            outcome,
        })
    }

    /// Verifies a message by the side that sends it, stores it and passes it on. Kinds that this version does not know are
    /// ignored, and so is, counted, what has been overtaken.
    ///
    /// # Errors
    /// [`Refusal`]; nothing was stored then.
    pub async fn say(
        &self,
        channel: &Arc<Channel>,
        side: Side,
        message: Message,
        from: ConnectionId,
    ) -> Result<(), Refusal> {
        let (key, epoch, domain) = (&channel.key, channel.epoch, &self.domain);
        match &message {
            Message::Settlement(signed) => signed.verify(side, key, epoch, domain),
            Message::Withdrawal(signed) => signed.verify(side, key, epoch, domain),
            Message::SettleForMe(signed) => signed.verify(side, key, epoch, domain),
            Message::PaymentRequest(signed) => signed.verify(side, key, epoch, domain),
            Message::Cancellation(signed) => signed.verify(side, key, epoch, domain),
            Message::Memo(signed) => signed.verify(side, key, epoch, domain),
            Message::ReadMark(signed) => signed.verify(side, key, epoch, domain),
            Message::Decline(signed) => signed.verify(side, key, epoch, domain),
            Message::Unknown => {
                self.counters.add(Count::UnknownKind);
                return Ok(());
            }
        }
        .map_err(|why| unproven(channel.id, why))?;
        self.chain
            .deposits(key, epoch)
            .await
            .map_err(|why| not_live(channel.id, &why))?;
        let at = self.clock.now_ms();
        let (answer, outcome) = oneshot::channel();
        let (held, counters, passed_on) = (Arc::clone(channel), Arc::clone(&self.counters), message.clone());
        let done = Box::new(move |outcome: Result<Outcome, StoreError>| {
            match &outcome {
                Ok(Outcome::Said(place)) => {
                    counters.add(Count::MessageStored);
                    let said = Said {
                        place: *place,
                        side,
                        message: passed_on,
                    };
                    held.publish_message(said, from, at);
                }
                Ok(Outcome::Outdated) => counters.add(Count::MessageOutdated),
                Ok(_) => (),
                Err(_) => counters.add(Count::StoreFailed),
            }
            let _ = answer.send(outcome);
        });
        let write = Write::Message {
            key: *key,
            epoch,
            side,
            message,
            at,
        };
        let stored = async {
            self.store.submit(write, done).await?;
            outcome.await.map_err(|_| StoreError::Closed)?
        };
        stored
            .await
            .map_err(|error| self.unavailable(channel.id, &error))?;
        Ok(())
    }

    fn side_of(&self, who: Address, key: &ChannelKey, channel: ChannelId, proof: Proof<'_>) -> Option<Side> {
        let by_signer = || Side::BOTH.into_iter().find(|side| key.signer(*side) == who);
        let by_delegation = || {
            // The hub takes no delegated signatures under this policy, so such a key speaks for nobody.
            if key.policy == Policy::Forfeit {
                return None;
            }
            let digest = Delegation { channel, key: who }.digest(&self.domain);
            let signer = proof.delegation?.recover(&digest).ok()?;
            Side::BOTH.into_iter().find(|side| key.signer(*side) == signer)
        };
        let by_reading = || {
            let digest = Reading { channel, key: who }.digest(&self.domain);
            let reader = proof.reading?.recover(&digest).ok()?;
            let speaks = |side: &Side| key.signer(*side) == reader || key.address(*side) == reader;
            Side::BOTH.into_iter().find(speaks)
        };
        key.side_of(who)
            .or_else(by_signer)
            .or_else(by_delegation)
            .or_else(by_reading)
    }

    /// No side can have paid more than everything that was ever put in and all that it was paid back. That is looser than what
    /// the payee will credit: the relay keeps every claim that may turn out good.
    async fn check_possible(
        &self,
        channel: &Channel,
        payer: Side,
        total: Amount,
        beside: Amount,
    ) -> Result<(), Refusal> {
        let (key, epoch, id) = (&channel.key, channel.epoch, channel.id);
        let total_of = |best: Option<Best>| {
            let best = best.map_or(0, |best| best.claim.claim.total.units());
            best.max(beside.units())
        };
        let paid_back = total_of(channel.best(payer.other()));
        let remembered = self.chain.deposits(key, epoch).await;
        if let Err(why @ NotLive::Shallow(_)) = &remembered {
            return Err(not_live(id, why));
        }
        if remembered.is_ok_and(|deposits| total.units() <= deposits.saturating_add(paid_back)) {
            return Ok(());
        }
        // A deposit may be newer than what is remembered, and the other side's claim may still wait for the disk.
        let deposits = self
            .chain
            .look(key, epoch)
            .await
            .map_err(|why| not_live(id, &why))?;
        let kept = self
            .store
            .load(id)
            .await
            .map_err(|error| self.unavailable(id, &error))?;
        let paid_back = total_of(kept.claims[payer.other()]);
        if total.units() <= deposits.saturating_add(paid_back) {
            return Ok(());
        }
        Err(Refusal {
            code: ErrorCode::AboveChannel,
            words: format!(
                "a total of {total} is more than this channel can have moved: {deposits} were put in and the other \
                 side has paid {paid_back}. If the other side has paid more, hand in its claim first"
            ),
            channel: id,
        })
    }

    fn unavailable(&self, channel: ChannelId, error: &StoreError) -> Refusal {
        // The details are the operator's business.
        tracing::error!(%error, %channel, "the store refused");
        Refusal {
            code: ErrorCode::Unavailable,
            words: "the relay could not store this; nothing was acknowledged, try again later".to_owned(),
            channel,
        }
    }
}

impl Pending {
    /// What to tell the one who handed it in, once it is durable.
    pub async fn settled(mut self) -> Vec<RelayFrame> {
        let channel = self.channel.id;
        match (&mut self.outcome).await {
            Ok(Ok(Outcome::Stored | Outcome::Repeated | Outcome::Said(_) | Outcome::Outdated)) => {
                vec![RelayFrame::Ack {
                    channel,
                    payer: self.payer,
                    nonce: self.claim.claim.nonce,
                    total: self.claim.claim.total,
                }]
            }
            Ok(Ok(Outcome::NotHigher(best))) => self.not_higher(*best),
            Ok(Err(_)) | Err(_) => vec![RelayFrame::Error {
                code: ErrorCode::Unavailable,
                words: "the relay could not store this claim; hand it in again later".to_owned(),
                channel: Some(channel),
            }],
        }
    }

    /// The better claim goes along, so that a client that is behind can adopt it.
    fn not_higher(&self, stored: Best) -> Vec<RelayFrame> {
        let channel = self.channel.id;
        // Published by now, unless a better one was.
        let best = self.channel.best(self.payer).unwrap_or(stored);
        let (total, nonce) = (best.claim.claim.total, best.claim.claim.nonce);
        let error = RelayFrame::Error {
            code: ErrorCode::NotHigher,
            words: format!(
                "the relay has a total of {total} (nonce {nonce}) by {} already",
                self.payer
            ),
            channel: Some(channel),
        };
        let better = RelayFrame::Claim {
            claim: best.claim,
            at: best.at,
        };
        vec![error, better]
    }
}

const NOT_A_SIDE: &str = "only the two sides of a channel can follow it; sign in with a side's account, its signer, or a \
                          key that the side delegated to or lets read (and send that signature)";

/// What lets somebody who is neither a side's account nor its signer follow a channel.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The signer's delegation to it.
    pub delegation: Option<&'a Signature>,
    /// The side's permission to read.
    pub reading: Option<&'a Signature>,
}

fn unproven(channel: ChannelId, why: ClaimError) -> Refusal {
    let code = match why {
        ClaimError::WrongChannel | ClaimError::WrongRecipient => ErrorCode::WrongChannel,
        ClaimError::WrongSigner | ClaimError::DelegationRefused | ClaimError::Signature(_) => {
            ErrorCode::BadSignature
        }
    };
    Refusal {
        code,
        words: format!("this was not taken: {why}"),
        channel,
    }
}

fn not_live(channel: ChannelId, why: &NotLive) -> Refusal {
    let code = match why {
        NotLive::Unknown | NotLive::Shallow(_) | NotLive::Settled => ErrorCode::UnknownChannel,
        NotLive::Unavailable(_) => ErrorCode::Unavailable,
    };
    Refusal {
        code,
        words: why.to_string(),
        channel,
    }
}
