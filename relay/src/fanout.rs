//! Who hears what: each channel is one current value, and each follower catches up to it from what it saw last.
//!
//! Nothing is queued per follower. A slow one skips to the newest, and between a snapshot and what follows it there is
//! neither a gap nor a repetition, because both are read from the same value.
//!
//! What comes from the store, from here and from other relays is merged: of each direction the higher claim counts, of each
//! slot of messages the later place. So it does not matter in which order it comes, or how often.

use crate::store::{Best, Kept, Presence, RelayId, Said, Slot, is_over};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use thunder_channel::{
    Amount, ChannelId, ChannelKey, Epoch, Nonce, PerSide, Side,
    wire::{MAX_HISTORY, Recorded, RelayFrame, Snapshot},
};
use tokio::sync::{OnceCell, watch};

/// Tells connections apart, so that none hears its own words.
pub type ConnectionId = u64;

/// A connection id that no connection has: what was read from the store came from nobody here.
pub const NOBODY: ConnectionId = 0;

type Channels = Arc<Mutex<HashMap<ChannelId, Weak<Channel>>>>;

/// Told who is connected here when that changes, and whether to ask who is connected elsewhere.
pub type Announce = Arc<dyn Fn(Presence, bool) + Send + Sync>;

/// The channels that somebody follows. Memory is bounded by connections times subscriptions.
#[derive(Clone)]
pub struct Fanout {
    channels: Channels,
    announce: Announce,
}

impl Fanout {
    /// Nobody follows anything yet.
    #[must_use]
    pub fn new(announce: Announce) -> Self {
        Self {
            channels: Channels::default(),
            announce,
        }
    }

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
            live: watch::Sender::new(Live::default()),
            loaded: OnceCell::new(),
            all: Arc::clone(&self.channels),
            announce: Arc::clone(&self.announce),
        });
        channels.insert(id, Arc::downgrade(&channel));
        channel
    }

    /// The channel, if somebody follows it.
    #[must_use]
    pub fn find(&self, id: ChannelId) -> Option<Arc<Channel>> {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.get(&id).and_then(Weak::upgrade)
    }

    /// All channels that somebody follows.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Channel>> {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.values().filter_map(Weak::upgrade).collect()
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
    live: watch::Sender<Live>,
    /// Whether everything that was stored before is in `live`.
    loaded: OnceCell<()>,
    all: Channels,
    announce: Announce,
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
    /// Fills the value, once, by `load`. `now_ms` is in milliseconds since 1970, here and below.
    ///
    /// # Errors
    /// Those of `load`; the next one tries again.
    pub async fn load<E>(&self, load: impl Future<Output = Result<Kept, E>>, now_ms: u64) -> Result<(), E> {
        self.loaded
            .get_or_try_init(|| async {
                self.merge(load.await?, now_ms);
                Ok(())
            })
            .await
            .map(|_| ())
    }

    /// Takes in what is stored, by whichever relay. Gives the claims that are better here: acknowledged, and not in the store.
    pub fn merge(&self, kept: Kept, now_ms: u64) -> PerSide<Option<Best>> {
        let mut better = PerSide::default();
        self.live.send_if_modified(|live| {
            let mut changed = false;
            for payer in Side::BOTH {
                let stored = kept.claims[payer];
                let present = live.claims[payer].as_ref().map(|current| current.best);
                better[payer] = present
                    .filter(|present| stored.is_none_or(|stored| present.claim.supersedes(&stored.claim)));
                if let Some(best) = stored {
                    changed |= live.improve(payer, best, NOBODY);
                }
            }
            for (payer, records) in [(Side::Alice, kept.history.alice), (Side::Bob, kept.history.bob)] {
                for record in records {
                    live.record(payer, record);
                }
            }
            for said in kept.messages {
                changed |= live.say(said, NOBODY, now_ms);
            }
            changed
        });
        better
    }

    /// Lets `side` appear as connected for as long as the result lives. `None` before [`load`](Self::load).
    #[must_use]
    pub fn attend(self: &Arc<Self>, side: Side, connection: ConnectionId) -> Option<Attendance> {
        self.loaded.get()?;
        self.live.send_if_modified(|live| {
            let alone = live.here.alice + live.here.bob == 0;
            live.here[side] += 1;
            let news = live.here[side] == 1;
            if news {
                // Inside, so that what is told later is what was so later.
                (self.announce)(live.presence(self.id), alone);
            }
            news
        });
        Some(Attendance {
            channel: Arc::clone(self),
            side,
            connection,
            seen: Seen::default(),
            changes: self.live.subscribe(),
        })
    }

    /// Tells other relays who is connected here, and may ask the same of them.
    pub fn announce(&self, ask: bool) {
        self.live.send_if_modified(|live| {
            (self.announce)(live.presence(self.id), ask);
            false
        });
    }

    /// Who is connected to another relay.
    pub fn present_at(&self, relay: RelayId, online: PerSide<bool>) {
        self.live.send_if_modified(|live| {
            let before = live.online();
            live.elsewhere.retain(|(other, _)| *other != relay);
            if online.alice || online.bob {
                live.elsewhere.push((relay, online));
            }
            live.online() != before
        });
    }

    /// Makes a stored claim the current one, unless a better one is already.
    pub fn publish_claim(&self, payer: Side, best: Best, from: ConnectionId) {
        self.live.send_if_modified(|live| {
            live.record(
                payer,
                Recorded {
                    total: best.claim.claim.total,
                    nonce: best.claim.claim.nonce,
                    at: best.at,
                },
            );
            live.improve(payer, best, from)
        });
    }

    /// Adds a stored message; what it displaced in the store gives way here too.
    pub fn publish_message(&self, said: Said, from: ConnectionId, now_ms: u64) {
        self.live.send_if_modified(|live| live.say(said, from, now_ms));
    }

    /// The best claim that `payer` signed, with its date.
    #[must_use]
    pub fn best(&self, payer: Side) -> Option<Best> {
        self.live.borrow().claims[payer]
            .as_ref()
            .map(|current| current.best)
    }
}

/// The current value of a channel.
#[derive(Debug, Default)]
struct Live {
    claims: PerSide<Option<Current>>,
    history: PerSide<Vec<Recorded>>,
    /// In the order of their places in the store.
    messages: Vec<Waiting>,
    /// How many messages ever came here.
    heard: u64,
    /// Connections to this relay.
    here: PerSide<u32>,
    /// Who is connected to other relays.
    elsewhere: Vec<(RelayId, PerSide<bool>)>,
}

#[derive(Debug)]
struct Current {
    best: Best,
    from: ConnectionId,
}

#[derive(Debug)]
struct Waiting {
    said: Said,
    slot: Slot,
    /// Counts messages as they came here, which is not always the order of their places.
    heard: u64,
    from: ConnectionId,
}

impl Live {
    fn improve(&mut self, payer: Side, best: Best, from: ConnectionId) -> bool {
        let improves = self.claims[payer]
            .as_ref()
            .is_none_or(|present| best.claim.supersedes(&present.best.claim));
        if improves {
            self.claims[payer] = Some(Current { best, from });
        }
        improves
    }

    /// Keeps the history in order even if claims are published out of order.
    fn record(&mut self, payer: Side, record: Recorded) {
        let history = &mut self.history[payer];
        let rank = |record: &Recorded| (record.total, record.nonce);
        let place = history.partition_point(|earlier| rank(earlier) < rank(&record));
        if history.get(place).is_some_and(|same| rank(same) == rank(&record)) {
            return;
        }
        if history.len() >= MAX_HISTORY {
            if place == 0 {
                return;
            }
            history.remove(0);
            history.insert(place - 1, record);
        } else {
            history.insert(place, record);
        }
    }

    fn say(&mut self, said: Said, from: ConnectionId, now_ms: u64) -> bool {
        let Some(slot) = Slot::of(&said.message).filter(|_| !is_over(&said.message, now_ms)) else {
            return false;
        };
        self.messages
            .retain(|waiting| !is_over(&waiting.said.message, now_ms));
        let of_side = |waiting: &&Waiting| waiting.said.side == said.side;
        if let Some(same) = self
            .messages
            .iter()
            .filter(of_side)
            .find(|waiting| waiting.slot == slot)
        {
            let place = same.said.place;
            if place >= said.place {
                return false;
            }
            self.messages.retain(|waiting| waiting.said.place != place);
        }
        let family: Vec<_> = self
            .messages
            .iter()
            .filter(of_side)
            .filter(|waiting| waiting.slot.family() == slot.family())
            .collect();
        if family.len() >= slot.capacity()
            && let Some(lowest) = family.iter().min_by_key(|waiting| &waiting.slot)
        {
            // It came late: in the store it has given way to those that are here.
            if slot < lowest.slot {
                return false;
            }
            let place = lowest.said.place;
            self.messages.retain(|waiting| waiting.said.place != place);
        }
        self.heard += 1;
        let place = self
            .messages
            .partition_point(|earlier| earlier.said.place < said.place);
        let heard = self.heard;
        self.messages.insert(
            place,
            Waiting {
                said,
                slot,
                heard,
                from,
            },
        );
        true
    }

    fn presence(&self, channel: ChannelId) -> Presence {
        Presence {
            channel,
            online: self.here.map(|connections| connections > 0),
        }
    }

    /// Who is connected, to this relay or another.
    fn online(&self) -> PerSide<bool> {
        PerSide::from_fn(|side| self.here[side] > 0 || self.elsewhere.iter().any(|(_, online)| online[side]))
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
    pub fn snapshot(&mut self, now_ms: u64) -> Snapshot {
        let live = self.changes.borrow_and_update();
        self.seen = Seen {
            claims: PerSide::from_fn(|side| live.rank(side)),
            message: live.heard,
            online: live.online()[self.side.other()],
        };
        Snapshot {
            channel: self.channel.id,
            claims: PerSide::from_fn(|side| live.claims[side].as_ref().map(|current| current.best.claim)),
            history: PerSide::from_fn(|side| live.history[side].clone()),
            messages: live
                .messages
                .iter()
                .map(|waiting| &waiting.said.message)
                .filter(|message| !is_over(message, now_ms))
                .cloned()
                .collect(),
            online: live.online(),
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
            .filter(|waiting| waiting.heard > self.seen.message)
        {
            if waiting.from != self.connection {
                frames.push(RelayFrame::Message {
                    channel: self.channel.id,
                    message: waiting.said.message.clone(),
                });
            }
        }
        self.seen.message = live.heard;
        let other = self.side.other();
        let online = live.online()[other];
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
        self.channel.live.send_if_modified(|live| {
            live.here[self.side] = live.here[self.side].saturating_sub(1);
            let last = live.here[self.side] == 0;
            if last {
                (self.channel.announce)(live.presence(self.channel.id), false);
            }
            last
        });
    }
}
