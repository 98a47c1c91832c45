//! Who hears what: each channel is one current value, and each follower catches up to it from what it saw last.
//!
//! Nothing is queued per follower. A slow one skips to the newest, and between a snapshot and what follows it there is
//! neither a gap nor a repetition, because both are read from the same value.

use crate::store::{Best, Kept, tables::kind_of};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use thunder_channel::{
    Amount, ChannelId, ChannelKey, Epoch, Nonce, PerSide, Side, SignedClaim,
    wire::{MAX_HISTORY, MAX_MESSAGES, Message, Recorded, RelayFrame, Snapshot},
};
use tokio::sync::{OnceCell, watch};

/// Tells connections apart, so that none hears its own words.
pub type ConnectionId = u64;

/// A connection id that no connection has: what was read from the store came from nobody here.
const NOBODY: ConnectionId = 0;

type Channels = Arc<Mutex<HashMap<ChannelId, Weak<Channel>>>>;

/// The channels that somebody follows. Memory is bounded by connections times subscriptions.
#[derive(Clone, Default)]
pub struct Fanout {
    channels: Channels,
}

impl Fanout {
    /// The one place of this channel, shared by everyone who holds it.
    #[must_use]
    pub fn channel(&self, key: &ChannelKey, epoch: Epoch) -> Arc<Channel> {
        let id = key.id(epoch);
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(&id).and_then(Weak::upgrade) {
            return channel;
        }
        let channel = Arc::new(Channel {
            id,
            key: *key,
            epoch,
            live: OnceCell::new(),
            all: Arc::clone(&self.channels),
        });
        channels.insert(id, Arc::downgrade(&channel));
        channel
    }

    /// How many channels are followed now.
    #[must_use]
    pub fn followed(&self) -> usize {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// A channel that somebody follows or that a write is under way for.
///
/// A write holds its channel until it is published, so whoever loads the channel anew finds the write in the store.
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its key.
    pub key: ChannelKey,
    /// The life.
    pub epoch: Epoch,
    live: OnceCell<watch::Sender<Live>>,
    all: Channels,
}

impl Drop for Channel {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        // Another one may have taken the place already.
        if all.get(&self.id).is_some_and(|place| place.strong_count() == 0) {
            all.remove(&self.id);
        }
    }
}

impl Channel {
    /// Fills the value, once, by `load`.
    ///
    /// # Errors
    /// Those of `load`; the next one tries again.
    pub async fn load<E>(&self, load: impl Future<Output = Result<Kept, E>>) -> Result<(), E> {
        self.live
            .get_or_try_init(|| async { Ok(watch::Sender::new(Live::from(load.await?))) })
            .await
            .map(|_| ())
    }

    /// Lets `side` appear as connected for as long as the result lives. `None` before [`load`](Self::load).
    #[must_use]
    pub fn attend(self: &Arc<Self>, side: Side, connection: ConnectionId) -> Option<Attendance> {
        let live = self.live.get()?;
        live.send_if_modified(|live| {
            live.online[side] += 1;
            live.online[side] == 1
        });
        Some(Attendance {
            channel: Arc::clone(self),
            side,
            connection,
            seen: Seen::default(),
            changes: live.subscribe(),
        })
    }

    /// Makes a stored claim the current one, unless a better one is already.
    pub fn publish_claim(&self, payer: Side, claim: SignedClaim, at: u64, from: ConnectionId) {
        self.modify(|live| {
            let improves = live.claims[payer]
                .as_ref()
                .is_none_or(|present| claim.supersedes(&present.best.claim));
            if improves {
                live.claims[payer] = Some(Current {
                    best: Best { claim, at },
                    from,
                });
            }
            live.record(payer, &claim, at);
            improves
        });
    }

    /// Adds a stored message; an earlier one of the same kind by the same side gives way.
    pub fn publish_message(&self, side: Side, message: &Message, from: ConnectionId) {
        self.modify(|live| {
            live.messages
                .retain(|waiting| waiting.side != side || kind_of(&waiting.message) != kind_of(message));
            if live.messages.len() >= MAX_MESSAGES {
                live.messages.remove(0);
            }
            live.said += 1;
            live.messages.push(Waiting {
                place: live.said,
                side,
                message: message.clone(),
                from,
            });
            true
        });
    }

    /// The best claim that `payer` signed, with its date.
    #[must_use]
    pub fn best(&self, payer: Side) -> Option<Best> {
        let live = self.live.get()?.borrow();
        live.claims[payer].as_ref().map(|current| current.best)
    }

    fn modify(&self, change: impl FnOnce(&mut Live) -> bool) {
        if let Some(live) = self.live.get() {
            live.send_if_modified(change);
        }
    }
}

/// The current value of a channel.
#[derive(Debug, Default)]
struct Live {
    claims: PerSide<Option<Current>>,
    history: PerSide<Vec<Recorded>>,
    messages: Vec<Waiting>,
    /// How many messages were ever published here: the place of the newest.
    said: u64,
    online: PerSide<u32>,
}

#[derive(Debug)]
struct Current {
    best: Best,
    from: ConnectionId,
}

#[derive(Debug)]
struct Waiting {
    place: u64,
    side: Side,
    message: Message,
    from: ConnectionId,
}

impl From<Kept> for Live {
    fn from(kept: Kept) -> Self {
        let messages: Vec<_> = kept
            .messages
            .into_iter()
            .zip(1..)
            .map(|((side, message), place)| Waiting {
                place,
                side,
                message,
                from: NOBODY,
            })
            .collect();
        Self {
            claims: kept
                .claims
                .map(|best| best.map(|best| Current { best, from: NOBODY })),
            history: kept.history,
            said: messages.last().map_or(0, |newest| newest.place),
            messages,
            online: PerSide::default(),
        }
    }
}

impl Live {
    /// Keeps the history in order even if claims are published out of order.
    fn record(&mut self, payer: Side, claim: &SignedClaim, at: u64) {
        let history = &mut self.history[payer];
        let rank = (claim.claim.total, claim.claim.nonce);
        let place = history.partition_point(|earlier| (earlier.total, earlier.nonce) < rank);
        if history
            .get(place)
            .is_some_and(|same| (same.total, same.nonce) == rank)
        {
            return;
        }
        history.insert(
            place,
            Recorded {
                total: claim.claim.total,
                nonce: claim.claim.nonce,
                at,
            },
        );
        if history.len() > MAX_HISTORY {
            history.remove(0);
        }
    }

    fn rank(&self, side: Side) -> Option<(Amount, Nonce)> {
        let current = self.claims[side].as_ref()?;
        Some((current.best.claim.claim.total, current.best.claim.claim.nonce))
    }
}

/// What a follower was told last.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    claims: PerSide<Option<(Amount, Nonce)>>,
    message: u64,
    online: bool,
}

/// One connection's seat in a channel: while it lives, its side appears as connected.
pub struct Attendance {
    /// The channel.
    pub channel: Arc<Channel>,
    /// The side that this connection speaks for.
    pub side: Side,
    connection: ConnectionId,
    seen: Seen,
    changes: watch::Receiver<Live>,
}

impl Attendance {
    /// The channel as it is now; what [`news`](Self::news) tells later follows it without gap.
    #[must_use]
    pub fn snapshot(&mut self) -> Snapshot {
        let live = self.changes.borrow_and_update();
        self.seen = Seen {
            claims: PerSide::from_fn(|side| live.rank(side)),
            message: live.said,
            online: live.online[self.side.other()] > 0,
        };
        Snapshot {
            channel: self.channel.id,
            claims: PerSide::from_fn(|side| live.claims[side].as_ref().map(|current| current.best.claim)),
            history: PerSide::from_fn(|side| live.history[side].clone()),
            messages: live
                .messages
                .iter()
                .map(|waiting| waiting.message.clone())
                .collect(),
            online: live.online.map(|connections| connections > 0),
        }
    }

    /// What changed since the last look, newest values only, without this connection's own words.
    #[must_use]
    pub fn news(&mut self) -> Vec<RelayFrame> {
        let live = self.changes.borrow_and_update();
        let mut frames = Vec::new();
        for payer in Side::BOTH {
            let Some(current) = &live.claims[payer] else {
                continue;
            };
            let rank = live.rank(payer);
            if rank > self.seen.claims[payer] {
                self.seen.claims[payer] = rank;
                if current.from != self.connection {
                    frames.push(RelayFrame::Claim {
                        claim: current.best.claim,
                        at: current.best.at,
                    });
                }
            }
        }
        for waiting in live
            .messages
            .iter()
            .filter(|waiting| waiting.place > self.seen.message)
        {
            if waiting.from != self.connection {
                frames.push(RelayFrame::Message {
                    channel: self.channel.id,
                    message: waiting.message.clone(),
                });
            }
        }
        self.seen.message = live.said;
        let other = self.side.other();
        let online = live.online[other] > 0;
        if online != self.seen.online {
            self.seen.online = online;
            frames.push(RelayFrame::Presence {
                channel: self.channel.id,
                side: other,
                online,
            });
        }
        frames
    }

    /// Resolves when the channel has changed since this was last asked. Cancel-safe.
    pub fn watch(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut changes = self.changes.clone();
        async move {
            // The sender lives as long as the channel; without it there is nothing more to wait for.
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        if let Some(live) = self.channel.live.get() {
            live.send_if_modified(|live| {
                live.online[self.side] = live.online[self.side].saturating_sub(1);
                live.online[self.side] == 0
            });
        }
    }
}
