//! One connection: a challenge, a sign-in, subscriptions, then claims and messages in both directions.
//!
//! A session is one task. It holds no queue of what to say: what its channels have new is looked up when it can be sent. Nor
//! of what it heard: claims wait in one place per channel and direction.

mod ingest;
mod paces;
mod sign_in;
mod wire;

use crate::{
    Limits,
    clock::Clock,
    counters::{Count, Counters},
    fanout::{Attendance, Channel, ConnectionId},
    quota::{Followed, Quota, Quotas},
    register::{Proof, Refusal, Register},
};
use axum::extract::ws::WebSocket;
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use ingest::{Batch, Ingest};
use paces::Paces;
use sign_in::{Challenge, SignInRefused};
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Instant,
};
use thunder_channel::{
    Address, Amount, ChannelId, ChannelKey, Domain, Epoch, PerSide, Side, Signature, SignedClaim,
    wire::{ClientFrame, ErrorCode, FrameError, Message, RelayFrame},
};
use tokio::time::{MissedTickBehavior, interval_at, sleep_until};
use tokio_util::sync::CancellationToken;
use wire::{Ending, Heard, Wire};

/// What every session needs.
pub struct Context {
    /// The register.
    pub register: Register,
    /// Where signatures are good.
    pub domain: Domain,
    /// The bounds.
    pub limits: Limits,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// What is counted.
    pub counters: Arc<Counters>,
    /// What each key may do, over all of its connections.
    pub keys: Quotas<Address>,
    /// Ends every session politely.
    pub stop: CancellationToken,
}

/// A client that was let in.
pub struct Visitor {
    /// The connection's id.
    pub id: ConnectionId,
    /// What the client dialled.
    pub origin: String,
    /// What everything from its address may do.
    pub address: Arc<Quota>,
}

/// Who speaks on a connection.
enum Speaker {
    /// Nobody yet.
    Challenged(Challenge),
    /// This address.
    SignedIn(Address),
    /// Nobody any more; the connection is about to close.
    Refused,
}

struct Session {
    id: ConnectionId,
    context: Arc<Context>,
    wire: Wire,
    speaker: Speaker,
    channels: HashMap<ChannelId, Seat>,
    /// One future for each channel followed; it gives the channel when there may be news.
    changed: FuturesUnordered<BoxFuture<'static, ChannelId>>,
    /// Claims that were heard.
    ingest: Ingest,
    /// Claims that are being checked and written, one future per channel.
    handling: FuturesUnordered<BoxFuture<'static, Handled>>,
    paces: Paces,
    noticed: Option<Instant>,
    strikes: u32,
    began: Instant,
    heard: Instant,
}

/// A channel that is followed.
struct Seat {
    attendance: Attendance,
    _followed: Followed,
}

/// What became of a channel's claims.
struct Handled {
    channel: ChannelId,
    answers: PerSide<Option<Answer>>,
}

struct Answer {
    outcome: Result<Vec<RelayFrame>, Refusal>,
    heard: Instant,
}

/// Serves one connection until it ends.
pub async fn serve(socket: WebSocket, visitor: Visitor, context: Arc<Context>) {
    let limits = &context.limits;
    let Visitor { id, origin, address } = visitor;
    let now = Instant::now();
    let Ok(challenge) = Challenge::draw(origin, context.clock.as_ref(), limits.handshake) else {
        tracing::error!("the system gives no randomness; the connection is dropped");
        return;
    };
    let mut session = Session {
        id,
        wire: Wire::new(socket, limits.write),
        speaker: Speaker::Challenged(challenge),
        channels: HashMap::new(),
        changed: FuturesUnordered::new(),
        ingest: Ingest::default(),
        handling: FuturesUnordered::new(),
        paces: Paces::new(limits, address, now),
        noticed: None,
        strikes: 0,
        began: now,
        heard: now,
        context: Arc::clone(&context),
    };
    context.counters.add(Count::Connected);
    tracing::debug!(connection = id, "connected");
    let ending = match session.run().await {
        Ok(never) => match never {},
        Err(ending) => ending,
    };
    // What was heard is stored, whether or not somebody is left to be told.
    let ending = match session.finish(ending).await {
        Ok(()) => ending,
        Err(other) => other,
    };
    let Session { wire, channels, .. } = session;
    // Its sides are offline from here, whatever the network still does.
    drop(channels);
    match ending {
        Ending::Idle => context.counters.add(Count::Idle),
        Ending::SlowReader => context.counters.add(Count::SlowReader),
        _ => (),
    }
    wire.close(ending, &context.limits).await;
    tracing::debug!(connection = id, ?ending, "disconnected");
}

/// A session ends by an [`Ending`] only.
enum Never {}

impl Session {
    async fn run(&mut self) -> Result<Never, Ending> {
        if let Speaker::Challenged(challenge) = &self.speaker {
            let frame = challenge.frame();
            self.wire.say(&frame).await?;
        }
        let context = Arc::clone(&self.context);
        let limits = &context.limits;
        let mut pings = interval_at(tokio::time::Instant::now() + limits.ping, limits.ping);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.handle_claims();
            let wait = self.paces.wait(Instant::now()).map(|(until, _)| until);
            let deadline = self.deadline();
            let resume = wait.unwrap_or(deadline);
            tokio::select! {
                () = context.stop.cancelled() => return Err(Ending::Restart),
                Some(handled) = self.handling.next(), if !self.handling.is_empty() => self.answer(handled).await?,
                Some(channel) = self.changed.next(), if !self.changed.is_empty() => self.tell_news(channel).await?,
                _ = pings.tick() => self.wire.ping().await?,
                () = sleep_until(deadline.into()) => return Err(self.overdue().await),
                () = sleep_until(resume.into()), if wait.is_some() => (),
                heard = self.wire.hear(), if wait.is_none() => {
                    self.heed(heard).await?;
                    self.hear_out().await?;
                }
            }
        }
    }

    /// Reads what has arrived already, as far as one turn goes, so that claims collapse before they are checked.
    async fn hear_out(&mut self) -> Result<(), Ending> {
        for _ in 1..self.context.limits.frames_per_turn {
            if self.paces.wait(Instant::now()).is_some() {
                break;
            }
            let Some(heard) = self.wire.hear().now_or_never() else {
                break;
            };
            self.heed(heard).await?;
        }
        Ok(())
    }

    /// Stores what waits and, unless there is nobody left to read it, acknowledges it.
    async fn finish(&mut self, ending: Ending) -> Result<(), Ending> {
        let mut told = match ending {
            Ending::Gone | Ending::SlowReader | Ending::Idle => Err(ending),
            Ending::Restart | Ending::Policy | Ending::TooLarge => Ok(()),
        };
        loop {
            self.handle_claims();
            let Some(handled) = self.handling.next().await else {
                return told;
            };
            if told.is_ok() {
                told = self.answer(handled).await;
            } else {
                self.ingest.done(handled.channel);
            }
        }
    }

    /// When the client has to have signed in, or to have given a sign of life.
    fn deadline(&self) -> Instant {
        let limits = &self.context.limits;
        let life = self.heard + limits.idle;
        match self.speaker {
            Speaker::SignedIn(_) => life,
            Speaker::Challenged(_) | Speaker::Refused => life.min(self.began + limits.handshake),
        }
    }

    async fn overdue(&mut self) -> Ending {
        let now = Instant::now();
        if now < self.heard + self.context.limits.idle {
            self.context.counters.add(Count::HandshakeTimeout);
            let _ = self
                .complain(ErrorCode::SignInRefused, SignInRefused::Expired.to_string())
                .await;
            return Ending::Policy;
        }
        Ending::Idle
    }

    async fn heed(&mut self, heard: Heard) -> Result<(), Ending> {
        let counters = Arc::clone(&self.context.counters);
        self.heard = Instant::now();
        match heard {
            Heard::Life => {
                self.paces.count(1, Instant::now());
                Ok(())
            }
            Heard::Gone => Err(Ending::Gone),
            Heard::TooLarge => {
                counters.add(Count::TooLarge);
                let limit = thunder_channel::wire::MAX_CLIENT_FRAME;
                let words = format!("the message is too long; at most {limit} bytes are allowed");
                self.complain(ErrorCode::TooLarge, words).await?;
                Err(Ending::TooLarge)
            }
            Heard::Binary => {
                counters.add(Count::Binary);
                self.strike(
                    ErrorCode::Binary,
                    "this format is text; binary messages are not read".to_owned(),
                )
                .await
            }
            Heard::Text(text) => {
                self.paces.count(1, Instant::now());
                match ClientFrame::parse(&text) {
                    Ok(frame) => self.obey(frame).await?,
                    Err(error @ FrameError::Malformed(_)) => {
                        counters.add(Count::Malformed);
                        self.strike(ErrorCode::Malformed, error.to_string()).await?;
                    }
                    Err(error @ FrameError::TooLarge { .. }) => {
                        counters.add(Count::TooLarge);
                        self.strike(ErrorCode::TooLarge, error.to_string()).await?;
                    }
                }
                self.notice_pace().await
            }
        }
    }

    async fn obey(&mut self, frame: ClientFrame) -> Result<(), Ending> {
        match (frame, &self.speaker) {
            (ClientFrame::Unknown, _) => {
                self.context.counters.add(Count::UnknownKind);
                Ok(())
            }
            (ClientFrame::SignIn { signature }, _) => self.sign_in(&signature).await,
            (
                ClientFrame::Subscribe {
                    key,
                    epoch,
                    delegation,
                    reading,
                },
                Speaker::SignedIn(who),
            ) => {
                let who = *who;
                let proof = Proof {
                    delegation: delegation.as_ref(),
                    reading: reading.as_ref(),
                };
                self.subscribe(who, &key, epoch, proof).await
            }
            (ClientFrame::Claim(claim), Speaker::SignedIn(_)) => self.claim(claim).await,
            (ClientFrame::Message { channel, message }, Speaker::SignedIn(_)) => {
                self.message(channel, message).await
            }
            (_, Speaker::Challenged(_) | Speaker::Refused) => {
                self.strike(
                    ErrorCode::NotSignedIn,
                    "sign in first: answer the challenge".to_owned(),
                )
                .await
            }
        }
    }

    async fn sign_in(&mut self, signature: &Signature) -> Result<(), Ending> {
        let context = Arc::clone(&self.context);
        let answered = match std::mem::replace(&mut self.speaker, Speaker::Refused) {
            Speaker::Challenged(challenge) => {
                challenge.answered(signature, &context.domain, context.clock.as_ref())
            }
            Speaker::SignedIn(_) | Speaker::Refused => Err(SignInRefused::Used),
        };
        match answered {
            Ok(address) => {
                tracing::debug!(connection = self.id, address = %thunder_channel::checksummed(address), "signed in");
                self.speaker = Speaker::SignedIn(address);
                self.paces.sign_in(context.keys.of(address, Instant::now()));
                self.wire.say(&RelayFrame::SignedIn { address }).await
            }
            Err(refused) => {
                context.counters.add(Count::SignInRefused);
                self.complain(ErrorCode::SignInRefused, refused.to_string())
                    .await?;
                Err(Ending::Policy)
            }
        }
    }

    async fn subscribe(
        &mut self,
        who: Address,
        key: &ChannelKey,
        epoch: Epoch,
        proof: Proof<'_>,
    ) -> Result<(), Ending> {
        let id = key.id(epoch);
        let full = self.channels.len() >= self.context.limits.subscriptions;
        if full && !self.channels.contains_key(&id) {
            self.context.counters.add(Count::TooManySubscriptions);
            let limit = self.context.limits.subscriptions;
            return self
                .refuse(Refusal {
                    code: ErrorCode::Limit,
                    words: format!("a connection can follow {limit} channels; open another one for more"),
                    channel: id,
                })
                .await;
        }
        let now = Instant::now();
        self.paces.count(self.context.limits.chain_read_cost, now);
        let context = Arc::clone(&self.context);
        let most = context.limits.channels_per_key;
        let Some(followed) = context.keys.of(who, now).follow(id, most) else {
            context.counters.add(Count::TooManyChannels);
            return self
                .refuse(Refusal {
                    code: ErrorCode::Limit,
                    words: format!("a key can follow {most} channels at once, over all of its connections"),
                    channel: id,
                })
                .await;
        };
        match context.register.join(who, self.id, key, epoch, proof).await {
            Ok(joined) => {
                let seat = match self.channels.entry(id) {
                    // Asked again: the same seat, a new snapshot.
                    Entry::Occupied(present) => present.into_mut(),
                    Entry::Vacant(place) => {
                        let seat = place.insert(Seat {
                            attendance: joined,
                            _followed: followed,
                        });
                        self.changed
                            .push(seat.attendance.watch().map(move |()| id).boxed());
                        seat
                    }
                };
                let snapshot = seat.attendance.snapshot(context.clock.now_ms());
                self.wire.say(&RelayFrame::Snapshot(Box::new(snapshot))).await
            }
            Err(refusal) => self.refuse(refusal).await,
        }
    }

    /// Lets a claim wait for its turn.
    async fn claim(&mut self, claim: SignedClaim) -> Result<(), Ending> {
        let id = claim.claim.channel;
        let Some(seat) = self.channels.get(&id) else {
            return self.refuse(not_subscribed(id)).await;
        };
        // The payer is who is not paid, whoever signed: that is checked when its turn comes.
        let Some(payee) = seat.attendance.channel.key.side_of(claim.claim.to) else {
            return self
                .refuse(Refusal {
                    code: ErrorCode::WrongChannel,
                    words: "this claim pays neither side of the channel".to_owned(),
                    channel: id,
                })
                .await;
        };
        if self.ingest.put(payee.other(), claim, self.heard) {
            self.context.counters.add(Count::Collapsed);
        }
        Ok(())
    }

    /// Begins to check what waits, channel by channel. Those of one channel whose claims are being written wait on.
    fn handle_claims(&mut self) {
        while let Some((id, batch)) = self.ingest.take() {
            let Some(seat) = self.channels.get(&id) else {
                self.ingest.done(id);
                continue;
            };
            let (channel, context) = (Arc::clone(&seat.attendance.channel), Arc::clone(&self.context));
            self.handling
                .push(handle(context, channel, batch, self.id).boxed());
        }
    }

    async fn answer(&mut self, handled: Handled) -> Result<(), Ending> {
        self.ingest.done(handled.channel);
        let PerSide { alice, bob } = handled.answers;
        for answer in [alice, bob].into_iter().flatten() {
            match answer.outcome {
                Ok(frames) => {
                    let acknowledged = matches!(frames.first(), Some(RelayFrame::Ack { .. }));
                    self.say_all(frames).await?;
                    if acknowledged {
                        self.context.counters.ack_latency.observe(answer.heard.elapsed());
                    }
                }
                Err(refusal) => self.refuse(refusal).await?,
            }
        }
        Ok(())
    }

    async fn message(&mut self, id: ChannelId, message: Message) -> Result<(), Ending> {
        let Some(seat) = self.channels.get(&id) else {
            return self.refuse(not_subscribed(id)).await;
        };
        let (channel, side) = (Arc::clone(&seat.attendance.channel), seat.attendance.side);
        let context = Arc::clone(&self.context);
        let most = context.limits.message_bytes;
        // As it is stored: fields that this version does not know are gone by now.
        if serde_json::to_string(&message).is_ok_and(|text| text.len() > most) {
            context.counters.add(Count::MessageTooLong);
            return self
                .refuse(Refusal {
                    code: ErrorCode::Limit,
                    words: format!("a message can have {most} bytes"),
                    channel: id,
                })
                .await;
        }
        match context.register.say(&channel, side, message, self.id).await {
            Ok(()) => Ok(()),
            Err(refusal) => self.refuse(refusal).await,
        }
    }

    async fn tell_news(&mut self, id: ChannelId) -> Result<(), Ending> {
        let Some(Seat { attendance, .. }) = self.channels.get_mut(&id) else {
            return Ok(());
        };
        let news = attendance.news();
        self.changed.push(attendance.watch().map(move |()| id).boxed());
        self.say_all(news).await
    }

    async fn say_all(&mut self, frames: Vec<RelayFrame>) -> Result<(), Ending> {
        for frame in &frames {
            self.wire.say(frame).await?;
        }
        Ok(())
    }

    async fn refuse(&mut self, refusal: Refusal) -> Result<(), Ending> {
        let asked_the_chain = matches!(
            refusal.code,
            ErrorCode::AboveChannel | ErrorCode::UnknownChannel | ErrorCode::Unavailable
        );
        if asked_the_chain {
            self.paces
                .count(self.context.limits.chain_read_cost, Instant::now());
        }
        self.context.counters.add(Count::Refused);
        self.context.counters.refuse(refusal.code);
        tracing::debug!(connection = self.id, channel = %refusal.channel, code = ?refusal.code, "refused");
        self.wire
            .say(&RelayFrame::Error {
                code: refusal.code,
                words: refusal.words,
                channel: Some(refusal.channel),
            })
            .await
    }

    async fn complain(&mut self, code: ErrorCode, words: String) -> Result<(), Ending> {
        self.context.counters.refuse(code);
        self.wire
            .say(&RelayFrame::Error {
                code,
                words,
                channel: None,
            })
            .await
    }

    /// For frames that no client of this version sends.
    async fn strike(&mut self, code: ErrorCode, words: String) -> Result<(), Ending> {
        self.paces.count(1, Instant::now());
        self.strikes += 1;
        self.complain(code, words).await?;
        if self.strikes >= self.context.limits.strikes {
            self.context.counters.add(Count::StruckOut);
            return Err(Ending::Policy);
        }
        Ok(())
    }

    /// Nothing is dropped: the connection is read more slowly, and told why.
    async fn notice_pace(&mut self) -> Result<(), Ending> {
        let now = Instant::now();
        let Some((_, fast)) = self.paces.wait(now) else {
            return Ok(());
        };
        let limits = &self.context.limits;
        if self.noticed.is_some_and(|noticed| now < noticed + limits.notice) {
            return Ok(());
        }
        self.noticed = Some(now);
        self.context.counters.add(fast.count());
        let words = fast.words(limits);
        self.complain(ErrorCode::Limit, words).await
    }
}

/// Checks a channel's claims and has them written. Both directions together: each may be what justifies the other.
async fn handle(context: Arc<Context>, channel: Arc<Channel>, batch: Batch, from: ConnectionId) -> Handled {
    let register = &context.register;
    let verified = batch.map(|waiting| waiting.map(|waiting| register.verify(&channel, &waiting.claim)));
    let mut queued = PerSide::from_fn(|_| None);
    for side in Side::BOTH {
        let (Some(waiting), Some(outcome)) = (&batch[side], &verified[side]) else {
            continue;
        };
        let other = side.other();
        let beside = match (&batch[other], &verified[other]) {
            (Some(waiting), Some(Ok(_))) => waiting.claim.claim.total,
            _ => Amount::default(),
        };
        queued[side] = Some(match outcome {
            Ok(payer) => {
                register
                    .hand_in(&channel, *payer, waiting.claim, beside, from)
                    .await
            }
            Err(refusal) => Err(refusal.clone()),
        });
    }
    let mut answers = PerSide::from_fn(|_| None);
    for side in Side::BOTH {
        if let (Some(waiting), Some(queued)) = (batch[side], queued[side].take()) {
            let outcome = match queued {
                Ok(pending) => Ok(pending.settled().await),
                Err(refusal) => Err(refusal),
            };
            answers[side] = Some(Answer {
                outcome,
                heard: waiting.heard,
            });
        }
    }
    Handled {
        channel: channel.id,
        answers,
    }
}

fn not_subscribed(channel: ChannelId) -> Refusal {
    Refusal {
        code: ErrorCode::NotSubscribed,
        words: "subscribe to the channel first".to_owned(),
        channel,
    }
}
