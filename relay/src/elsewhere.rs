//! What other relays over the same store do, told to those who are connected here.

use crate::{
    Limits,
    clock::Clock,
    counters::{Count, Counters},
    fanout::{Channel, Fanout},
    store::{Change, Changes, RelayId, Store, StoreError, Write},
};
use futures::StreamExt;
use std::sync::Arc;
use thunder_channel::{ChannelId, PerSide, Side};
use tokio::task::JoinSet;

/// Hears the other relays until the store is closed.
#[derive(Clone)]
pub struct Listener {
    /// Who follows what here.
    pub fanout: Fanout,
    /// What is shared with the others.
    pub store: Arc<dyn Store>,
    /// What is counted.
    pub counters: Arc<Counters>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// The bounds.
    pub limits: Limits,
}

impl Listener {
    /// Passes on what is heard.
    pub async fn listen(self, mut changes: Changes) {
        // Ends with this.
        let mut reloading = JoinSet::new();
        while let Some(change) = changes.recv().await {
            match change {
                Change::Channel { channel, read } => {
                    if let Some(channel) = self.fanout.find(channel) {
                        self.take_in(&channel, read);
                    }
                }
                Change::Missed => {
                    // One that is under way may have read what was there before.
                    reloading.shutdown().await;
                    reloading.spawn(self.clone().reload());
                }
                Change::Presence { relay, presence } => {
                    if let Some(channel) = self.fanout.find(presence.channel) {
                        channel.present_at(relay, presence.online);
                    }
                }
                Change::Asked(channel) => {
                    if let Some(channel) = self.fanout.find(channel) {
                        channel.announce(false);
                    }
                }
                Change::Gone(relay) => self.gone(relay),
            }
        }
    }

    fn take_in(&self, channel: &Channel, read: impl FnOnce() -> Result<crate::store::Kept, StoreError>) {
        match read() {
            Ok(kept) => {
                channel.merge(kept, self.clock.now_ms());
            }
            Err(error) => {
                self.counters.add(Count::StoreFailed);
                tracing::error!(%error, channel = %channel.id, "what another relay stored cannot be read");
            }
        }
    }

    fn gone(&self, relay: RelayId) {
        for channel in self.fanout.all() {
            channel.present_at(relay, PerSide::default());
        }
    }

    /// Loads everything that is followed, again until it has come.
    async fn reload(self) {
        let mut left: Vec<ChannelId> = self.fanout.all().iter().map(|channel| channel.id).collect();
        while !left.is_empty() {
            self.counters.add(Count::Reloaded);
            let this = &self;
            let all = futures::stream::iter(left)
                .map(|id| async move { this.reload_one(id).await.err().map(|_| id) })
                .buffer_unordered(self.limits.reloads)
                .filter_map(std::future::ready);
            left = all.collect().await;
            if !left.is_empty() {
                tokio::time::sleep(self.limits.nats_retry).await;
            }
        }
    }

    async fn reload_one(&self, id: ChannelId) -> Result<(), StoreError> {
        let Some(channel) = self.fanout.find(id) else {
            return Ok(());
        };
        let kept = self.store.load(id).await?;
        let better = channel.merge(kept, self.clock.now_ms());
        for payer in Side::BOTH {
            // Acknowledged, and lost by the store since: a server that lost power may forget its newest writes.
            if let Some(best) = better[payer] {
                let write = Write::Claim {
                    key: channel.key,
                    epoch: channel.epoch,
                    payer,
                    claim: best.claim,
                    at: best.at,
                };
                let counters = Arc::clone(&self.counters);
                let done = Box::new(move |outcome| match outcome {
                    Ok(_) => counters.add(Count::Restored),
                    Err(_) => counters.add(Count::StoreFailed),
                });
                self.store.submit(write, done).await?;
            }
        }
        channel.announce(true);
        Ok(())
    }
}
