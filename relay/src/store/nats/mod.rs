//! The store of a fleet: a key-value bucket of NATS JetStream, in which each channel is one entry.
//!
//! Any number of relays use one bucket. A write reads the entry, changes it and puts it back under the condition that nobody
//! else has in the meantime; otherwise it begins anew. So writes of one relay to one channel are taken in together, and those
//! of different channels go on side by side. What other relays write is heard by watching the bucket.

mod bucket;
mod entry;
mod lane;
mod presence;
mod watch;

#[cfg(test)]
pub(super) use entry::Entry;

use super::{Changes, Done, Kept, NatsAddress, Presence, RelayId, Store, StoreError, World, Write};
use crate::{Limits, counters::Counters};
use anyhow::Context;
use async_trait::async_trait;
use bucket::Bucket;
use lane::{Job, Lanes};
use presence::Announcement;
use std::sync::{Arc, Mutex, PoisonError};
use thunder_channel::ChannelId;
use tokio::sync::{mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The store in a NATS bucket.
pub struct NatsStore {
    bucket: Arc<Bucket>,
    lanes: Arc<Lanes>,
    announcements: mpsc::Sender<Announcement>,
    changes: Mutex<Option<Changes>>,
    tasks: TaskTracker,
    stop: CancellationToken,
    limits: Limits,
}

impl NatsStore {
    /// Connects and opens the bucket of this world, which is made if it is missing.
    ///
    /// # Errors
    /// In words for the operator: no server answers, it has no JetStream, or the bucket would not keep what it is given.
    pub async fn open(
        address: &NatsAddress,
        world: &World,
        limits: &Limits,
        counters: Arc<Counters>,
    ) -> anyhow::Result<Self> {
        let bucket = Arc::new(Bucket::open(address, world, limits).await?);
        let mut id = [0; 8];
        getrandom::getrandom(&mut id).context("the system gives no randomness")?;
        let id: RelayId = u64::from_be_bytes(id);
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let (news, changes) = mpsc::channel(limits.nats_changes);
        let (announcements, announced) = mpsc::channel(limits.nats_changes);
        let lanes = Arc::new(Lanes::new(Arc::clone(&bucket), limits, counters, stop.clone()));
        let watching = watch::follow(
            Arc::clone(&bucket),
            Arc::clone(&lanes),
            news.clone(),
            limits.clone(),
        );
        tasks.spawn(stop.clone().run_until_cancelled_owned(watching));
        let presence = presence::exchange(Arc::clone(&bucket), id, announced, news, limits.clone());
        tasks.spawn(stop.clone().run_until_cancelled_owned(presence));
        tracing::info!(
            bucket = bucket.name,
            servers = address.hosts(),
            "the register is in NATS"
        );
        Ok(Self {
            bucket,
            lanes,
            announcements,
            changes: Mutex::new(Some(changes)),
            tasks,
            stop,
            limits: limits.clone(),
        })
    }
}

#[async_trait]
impl Store for NatsStore {
    async fn load(&self, channel: ChannelId) -> Result<Kept, StoreError> {
        let (sender, receiver) = oneshot::channel();
        self.lanes
            .queue(channel, |place| Job::Load(sender, place))
            .await?;
        receiver.await.map_err(|_| StoreError::Closed)?
    }

    async fn submit(&self, write: Write, done: Done) -> Result<(), StoreError> {
        let channel = write.channel();
        self.lanes
            .queue(channel, |place| Job::Write(Box::new(write), done, place))
            .await
    }

    async fn forget(&self, channel: ChannelId) -> Result<(), StoreError> {
        let (sender, receiver) = oneshot::channel();
        self.lanes
            .queue(channel, |place| Job::Forget(sender, place))
            .await?;
        receiver.await.map_err(|_| StoreError::Closed)?
    }

    fn changes(&self) -> Option<Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn attend(&self, presence: Presence, ask: bool) {
        // A full queue means that the connection is away; when it is back, everything is announced again.
        let _ = self.announcements.try_send(Announcement { presence, ask });
    }

    async fn check(&self) -> Result<(), StoreError> {
        if !self.bucket.connected() {
            return Err(StoreError::Failed("there is no connection to NATS".into()));
        }
        tokio::time::timeout(self.limits.store_answer, self.bucket.info())
            .await
            .unwrap_or_else(|_| Err(StoreError::Failed("NATS does not answer".into())))
            .map(|_| ())
    }

    async fn close(&self) {
        // What is under way gets the time of one request; what has no answer then is refused.
        let finished = tokio::time::timeout(self.limits.nats_request, self.lanes.close()).await;
        self.stop.cancel();
        if finished.is_err() {
            tracing::warn!("NATS does not answer; what it did not confirm was not acknowledged");
            self.lanes.close().await;
        }
        self.tasks.close();
        self.tasks.wait().await;
        let _ = tokio::time::timeout(self.limits.nats_request, self.bucket.client.drain()).await;
    }
}
