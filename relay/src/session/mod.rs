//! One connection: a challenge, a sign-in, subscriptions, then claims and messages in both directions.
//!
//! A session is one task. It holds no queue of what to say: what its channels have new is looked up when it can be sent.

mod pace;
mod sign_in;
mod wire;

use crate::{
    Limits,
    clock::Clock,
    counters::{Count, Counters},
    fanout::{Attendance, ConnectionId},
    register::{Proof, Refusal, Register},
};
use axum::extract::ws::WebSocket;
use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{FuturesOrdered, FuturesUnordered},
};
use pace::Pace;
use sign_in::{Challenge, SignInRefused};
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Instant,
};
use thunder_channel::{
    Address, ChannelId, ChannelKey, Domain, Epoch, Signature, SignedClaim,
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
    /// Ends every session politely.
    pub stop: CancellationToken,
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
    channels: HashMap<ChannelId, Attendance>,
    /// One future for each channel followed; it gives the channel when there may be news.
    changed: FuturesUnordered<BoxFuture<'static, ChannelId>>,
    /// Claims that wait for the disk, in the order in which they were handed in.
    pending: FuturesOrdered<BoxFuture<'static, Vec<RelayFrame>>>,
    pace: Pace,
    noticed: Option<Instant>,
    strikes: u32,
    began: Instant,
    heard: Instant,
}

/// Serves one connection until it ends. `origin` is what the client dialled.
pub async fn serve(socket: WebSocket, id: ConnectionId, origin: String, context: Arc<Context>) {
    let limits = &context.limits;
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
        pending: FuturesOrdered::new(),
        pace: Pace::new(limits.frames_per_second, limits.burst, now),
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
    let Session { wire, channels, .. } = session;
    // Its sides are offline from here, whatever the network still does.
    drop(channels);
    match ending {
        Ending::Idle => context.counters.add(Count::Idle),
        Ending::SlowReader => context.counters.add(Count::SlowReader),
        _ => (),
    }
    wire.close(ending, context.limits.farewell).await;
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
            let wait = self.pace.wait(Instant::now());
            let deadline = self.deadline();
            let resume = wait.unwrap_or(deadline);
            let listening = wait.is_none() && self.pending.len() < limits.pending_claims;
            tokio::select! {
                () = context.stop.cancelled() => return self.stop().await,
                Some(frames) = self.pending.next(), if !self.pending.is_empty() => self.say_all(frames).await?,
                Some(channel) = self.changed.next(), if !self.changed.is_empty() => self.tell_news(channel).await?,
                _ = pings.tick() => self.wire.ping().await?,
                () = sleep_until(deadline.into()) => return Err(self.overdue().await),
                () = sleep_until(resume.into()), if wait.is_some() => (),
                heard = self.wire.hear(), if listening => {
                    self.heard = Instant::now();
                    self.heed(heard).await?;
                }
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

    /// What is on its way to the disk is still acknowledged.
    async fn stop(&mut self) -> Result<Never, Ending> {
        while let Some(frames) = self.pending.next().await {
            self.say_all(frames).await?;
        }
        Err(Ending::Restart)
    }

    async fn heed(&mut self, heard: Heard) -> Result<(), Ending> {
        let counters = Arc::clone(&self.context.counters);
        match heard {
            Heard::Life => {
                self.pace.count(1, Instant::now());
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
                self.pace.count(1, Instant::now());
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
        self.pace
            .count(self.context.limits.chain_read_cost, Instant::now());
        let context = Arc::clone(&self.context);
        match context.register.join(who, self.id, key, epoch, proof).await {
            Ok(joined) => {
                let attendance = match self.channels.entry(id) {
                    // Asked again: the same seat, a new snapshot.
                    Entry::Occupied(present) => present.into_mut(),
                    Entry::Vacant(place) => {
                        let attendance = place.insert(joined);
                        self.changed.push(attendance.watch().map(move |()| id).boxed());
                        attendance
                    }
                };
                let snapshot = attendance.snapshot();
                self.wire.say(&RelayFrame::Snapshot(Box::new(snapshot))).await
            }
            Err(refusal) => self.refuse(refusal).await,
        }
    }

    async fn claim(&mut self, claim: SignedClaim) -> Result<(), Ending> {
        let id = claim.claim.channel;
        let Some(attendance) = self.channels.get(&id) else {
            return self.refuse(not_subscribed(id)).await;
        };
        let channel = Arc::clone(&attendance.channel);
        let context = Arc::clone(&self.context);
        match context.register.hand_in(&channel, claim, self.id).await {
            Ok(pending) => {
                self.pending.push_back(pending.settled().boxed());
                Ok(())
            }
            Err(refusal) => self.refuse(refusal).await,
        }
    }

    async fn message(&mut self, id: ChannelId, message: Message) -> Result<(), Ending> {
        let Some(attendance) = self.channels.get(&id) else {
            return self.refuse(not_subscribed(id)).await;
        };
        let (channel, side) = (Arc::clone(&attendance.channel), attendance.side);
        let context = Arc::clone(&self.context);
        match context.register.say(&channel, side, message, self.id).await {
            Ok(()) => Ok(()),
            Err(refusal) => self.refuse(refusal).await,
        }
    }

    async fn tell_news(&mut self, id: ChannelId) -> Result<(), Ending> {
        let Some(attendance) = self.channels.get_mut(&id) else {
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
            self.pace
                .count(self.context.limits.chain_read_cost, Instant::now());
        }
        self.context.counters.add(Count::Refused);
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
        self.pace.count(1, Instant::now());
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
        if self.pace.wait(now).is_none() {
            return Ok(());
        }
        let limits = &self.context.limits;
        if self.noticed.is_some_and(|noticed| now < noticed + limits.notice) {
            return Ok(());
        }
        self.noticed = Some(now);
        self.context.counters.add(Count::Throttled);
        let words = format!(
            "too many messages: the relay reads {} a second from one connection; nothing is lost, it takes longer",
            limits.frames_per_second
        );
        self.complain(ErrorCode::Limit, words).await
    }
}

fn not_subscribed(channel: ChannelId) -> Refusal {
    Refusal {
        code: ErrorCode::NotSubscribed,
        words: "subscribe to the channel first".to_owned(),
        channel,
    }
}
