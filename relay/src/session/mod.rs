//! One connection: a challenge, a sign-in, subscriptions, then claims and messages in both directions.
//!
//! A session is one task. It holds no queue of what to say: what its channels have new is looked up when it can be sent. Nor
//! of what it heard: claims wait in one place per channel and direction.

mod asked;
mod handled;
mod ingest;
mod paces;
mod sign_in;
mod told;
mod wire;

use crate::{
    Limits,
    board::Board,
    clock::Clock,
    counters::{Count, Counters},
    fanout::{Attendance, ConnectionId},
    quota::{Followed, Quota, Quotas},
    register::Register,
};
use axum::extract::ws::WebSocket;
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use handled::Handled;
use ingest::Ingest;
use paces::Paces;
use sign_in::{Challenge, SignInRefused};
use std::{collections::HashMap, sync::Arc, time::Instant};
use thunder_channel::{
    Address, ChannelId, Domain,
    metering::Notice,
    wire::{ClientFrame, ErrorCode, FrameError},
};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{MissedTickBehavior, interval_at, sleep_until},
};
use tokio_util::sync::CancellationToken;
use wire::{Ending, Heard, Wire};

/// What every session needs.
pub struct Context {
    /// The register.
    pub register: Register,
    /// Who is proved to be dishonest.
    pub board: Board,
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
    /// Notices that come, if this client wants to hear them.
    notices: Option<broadcast::Receiver<Arc<Notice>>>,
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
        notices: None,
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

/// The next notice. A client that was too slow has missed some, which it may ask for again.
async fn next(notices: &mut Option<broadcast::Receiver<Arc<Notice>>>) -> Arc<Notice> {
    while let Some(news) = notices {
        match news.recv().await {
            Ok(notice) => return notice,
            Err(RecvError::Lagged(_)) => (),
            // The board lives as long as its sessions.
            Err(RecvError::Closed) => *notices = None,
        }
    }
    std::future::pending().await
}

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
            self.wire.flush().await?;
            let wait = self.paces.wait(Instant::now()).map(|(until, _)| until);
            let deadline = self.deadline();
            let resume = wait.unwrap_or(deadline);
            tokio::select! {
                () = context.stop.cancelled() => return Err(Ending::Restart),
                Some(handled) = self.handling.next(), if !self.handling.is_empty() => self.answer_all(handled).await?,
                Some(channel) = self.changed.next(), if !self.changed.is_empty() => self.tell_all_news(channel).await?,
                notice = next(&mut self.notices), if self.notices.is_some() => self.tell_of(&notice).await?,
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
                return match told {
                    Ok(()) => self.wire.flush().await,
                    Err(ending) => Err(ending),
                };
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
}
