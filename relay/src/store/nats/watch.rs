//! Hearing what other relays write.
//!
//! The watch is an ordered consumer, which notices gaps and closes them. When the connection was away, everything that is
//! followed is loaded anew all the same: a server that lost its newest writes counts revisions from before them again, and a
//! consumer that goes on from where it was would miss what comes then.

use super::{bucket::Bucket, entry::Entry, lane::Lanes};
use crate::{
    Limits,
    store::{Change, StoreError},
};
use async_nats::jetstream::kv::Operation;
use futures::StreamExt;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// Passes on what changes, until whoever listens is gone.
pub async fn follow(bucket: Arc<Bucket>, lanes: Arc<Lanes>, news: mpsc::Sender<Change>, limits: Limits) {
    let mut connects = bucket.connects();
    loop {
        connects.mark_unchanged();
        match follow_connection(&bucket, &lanes, &news, &mut connects).await {
            Ok(NobodyListens) => return,
            Err(error) => tracing::warn!(%error, "the watch on NATS ended and begins anew"),
        }
        tokio::time::sleep(limits.nats_retry).await;
    }
}

struct NobodyListens;

async fn follow_connection(
    bucket: &Bucket,
    lanes: &Lanes,
    news: &mpsc::Sender<Change>,
    connects: &mut watch::Receiver<u64>,
) -> Result<NobodyListens, StoreError> {
    let mut entries = bucket.watch().await?;
    // Only now, so that nothing falls between.
    lanes.forget_known();
    if news.send(Change::Missed).await.is_err() {
        return Ok(NobodyListens);
    }
    loop {
        let entry = tokio::select! {
            entry = entries.next() => entry,
            _ = connects.changed() => {
                return Err(StoreError::Failed("the connection was made anew".into()));
            }
        };
        let entry = match entry {
            Some(Ok(entry)) => entry,
            Some(Err(error)) => return Err(StoreError::Failed(error.to_string())),
            None => return Err(StoreError::Failed("the subscription ended".into())),
        };
        let Some(channel) = Bucket::channel_of(&entry.key) else {
            continue;
        };
        let may_be_new = lanes.changed(channel, entry.revision);
        if !may_be_new || entry.operation != Operation::Put {
            continue;
        }
        let bytes = entry.value;
        let read = Box::new(move || Entry::decode(channel, &bytes).map(Entry::kept));
        if news.send(Change::Channel { channel, read }).await.is_err() {
            return Ok(NobodyListens);
        }
    }
}
