//! The bucket: one key for each channel, read from the leader and written by compare-and-set.

use crate::{
    Limits,
    store::{NatsAddress, StoreError, World},
};
use anyhow::{Context as _, bail};
use async_nats::{
    Client, ConnectOptions, Event, ServerAddr,
    connection::State,
    jetstream::{
        self,
        kv::{self, UpdateErrorKind, Watch},
        stream::{self, Info, LastRawMessageErrorKind, StorageType},
    },
};
use bytes::Bytes;
use std::time::Duration;
use thunder_channel::{Bytes32, ChannelId};
use tokio::sync::watch;

/// The bucket of one world.
pub struct Bucket {
    /// The connection; it reconnects by itself.
    pub client: Client,
    /// Its name.
    pub name: String,
    store: kv::Store,
    connects: watch::Receiver<u64>,
}

/// A value with what it takes to replace it.
pub struct Found {
    /// 0 if there never was one.
    pub revision: u64,
    /// Nothing where there is none, or it was deleted.
    pub value: Option<Bytes>,
}

/// Why a value was not replaced, as far as is known.
pub enum PutError {
    /// Another revision is there by now.
    Conflict,
    /// No answer, or none that tells. It may have been replaced, or still be.
    Unknown(String),
}

impl Bucket {
    /// Connects, and makes the bucket if there is none.
    pub async fn open(address: &NatsAddress, world: &World, limits: &Limits) -> anyhow::Result<Self> {
        let servers = address
            .servers
            .iter()
            .map(|server| ServerAddr::from_url(server.clone()))
            .collect::<Result<Vec<_>, _>>()?;
        let (connected, mut connects) = watch::channel(0_u64);
        let longest = limits.nats_reconnect;
        let client = ConnectOptions::new()
            .name("thunder-relay")
            .connection_timeout(limits.nats_request)
            .request_timeout(Some(limits.nats_request))
            .ping_interval(limits.nats_ping)
            .subscription_capacity(limits.nats_changes)
            .reconnect_delay_callback(move |attempt| reconnect_delay(attempt, longest))
            .event_callback(move |event| {
                match &event {
                    Event::Connected => connected.send_modify(|connects| *connects += 1),
                    Event::Disconnected => tracing::warn!("the connection to NATS is lost"),
                    other => tracing::warn!(event = %other, "NATS"),
                }
                std::future::ready(())
            })
            .connect(servers)
            .await
            .with_context(|| format!("NATS cannot be reached at {}; is it running?", address.hosts()))?;
        // This one is told of as well; it is not to be taken for a second one later.
        tokio::time::timeout(limits.nats_request, connects.wait_for(|connects| *connects > 0))
            .await
            .context("NATS does not answer")??;
        let context = jetstream::context::ContextBuilder::new()
            .timeout(limits.nats_request)
            .build(client.clone());
        let name = format!("{}-{}", address.bucket, world.name());
        let store = match context.get_key_value(&name).await {
            Ok(store) => store,
            Err(missing) => {
                let made = context.create_stream(stream_of(&name, address.replicas)).await;
                made.with_context(|| {
                    format!(
                        "the bucket {name} is not there ({missing}) and cannot be made; does the server run with JetStream \
                         (nats-server -js), and {} of them in a cluster?",
                        address.replicas
                    )
                })?;
                context.get_key_value(&name).await?
            }
        };
        let bucket = Self {
            client,
            name,
            store,
            connects,
        };
        bucket.keeps(&bucket.store.stream.cached_info().config)?;
        Ok(bucket)
    }

    /// Somebody may have made the bucket by hand.
    fn keeps(&self, config: &stream::Config) -> anyhow::Result<()> {
        let name = &self.name;
        if config.max_age != Duration::ZERO {
            bail!(
                "the bucket {name} forgets what is {:?} old; make it without a max-age",
                config.max_age
            );
        }
        if config.storage != StorageType::File {
            bail!(
                "the bucket {name} is kept in memory, and would be lost with the server; make it with file storage"
            );
        }
        let version = &self.client.server_info().version;
        if config.num_replicas < 2 {
            tracing::info!(
                bucket = name,
                server = version,
                "NATS keeps one copy: what is acknowledged survives killed processes; a lost power supply only if the server \
                 runs with `sync_interval: always` (from 2.10 on)"
            );
        }
        Ok(())
    }

    /// The key of a channel; also a token of a subject.
    pub fn key_of(channel: ChannelId) -> String {
        channel
            .0
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The channel of a key.
    pub fn channel_of(key: &str) -> Option<ChannelId> {
        if key.len() != 64 || !key.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(key.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(ChannelId(Bytes32::from(bytes)))
    }

    /// The current value, as the leader has it: another server of a cluster might not know yet what was acknowledged.
    pub async fn get(&self, channel: ChannelId) -> Result<Found, StoreError> {
        let subject = format!("{}{}", self.store.prefix, Self::key_of(channel));
        let found = self
            .answered(self.store.stream.get_last_raw_message_by_subject(&subject))
            .await
            .ok_or_else(|| StoreError::Failed(LOST.to_owned()))?;
        match found {
            Ok(message) => {
                // Deleted by hand; the revision counts on.
                let deleted = message.headers.get("KV-Operation").is_some();
                Ok(Found {
                    revision: message.sequence,
                    value: (!deleted).then_some(message.payload),
                })
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(Found {
                revision: 0,
                value: None,
            }),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Replaces the value if it has that revision still, and gives the new one.
    pub async fn put(&self, channel: ChannelId, value: Vec<u8>, revision: u64) -> Result<u64, PutError> {
        self.answered(self.store.update(Self::key_of(channel), value.into(), revision))
            .await
            .ok_or_else(|| PutError::Unknown(LOST.to_owned()))?
            .map_err(|error| match error.kind() {
                UpdateErrorKind::WrongLastRevision => PutError::Conflict,
                _ => PutError::Unknown(chain_of(&error)),
            })
    }

    /// `None` if the connection was made anew in the meantime: the answer went to the one before, and waiting for it would
    /// only cost the time that a request has.
    async fn answered<T>(&self, request: impl Future<Output = T>) -> Option<T> {
        let mut connects = self.connects.clone();
        connects.mark_unchanged();
        tokio::select! {
            answer = request => Some(answer),
            _ = connects.changed() => None,
        }
    }

    /// Leaves nothing of the channel, not even the mark that a deleted key leaves.
    pub async fn purge(&self, channel: ChannelId) -> Result<(), StoreError> {
        let subject = format!("{}{}", self.store.prefix, Self::key_of(channel));
        self.store
            .stream
            .purge()
            .filter(subject)
            .await
            .map(|_| ())
            .map_err(|error| failed(&error))
    }

    /// What the server says of the bucket.
    pub async fn info(&self) -> Result<Info, StoreError> {
        self.store.stream.get_info().await.map_err(|error| failed(&error))
    }

    /// Everything that changes from now on.
    pub async fn watch(&self) -> Result<Watch, StoreError> {
        let last = self.info().await?.state.last_sequence;
        self.store
            .watch_all_from_revision(last + 1)
            .await
            .map_err(|error| failed(&error))
    }

    /// Counts the connections that were made, the first included.
    pub fn connects(&self) -> watch::Receiver<u64> {
        self.connects.clone()
    }

    /// Whether there is a connection now.
    pub fn connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }
}

/// What a key-value bucket is made of, as all of NATS's clients make it; made by hand because servers before 2.10 do not answer
/// all that this library's own way asks.
fn stream_of(name: &str, replicas: usize) -> stream::Config {
    stream::Config {
        name: format!("KV_{name}"),
        description: Some("Thunder: the best claim per channel and direction".to_owned()),
        subjects: vec![format!("$KV.{name}.>")],
        max_messages_per_subject: 1,
        max_bytes: -1,
        max_message_size: -1,
        storage: StorageType::File,
        discard: stream::DiscardPolicy::New,
        allow_rollup: true,
        deny_delete: true,
        allow_direct: true,
        num_replicas: replicas,
        ..stream::Config::default()
    }
}

const LOST: &str = "the connection to NATS was lost and made anew";

/// At once, then ever slower: a server that restarts is back within a second, one that is gone should not be pestered.
fn reconnect_delay(attempt: usize, longest: Duration) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1))
        .unwrap_or(u32::MAX)
        .min(10);
    (Duration::from_millis(10) * 2_u32.pow(doublings)).min(longest)
}

fn failed(error: &(dyn std::error::Error + 'static)) -> StoreError {
    StoreError::Failed(chain_of(error))
}

/// The library's errors say the reason in their sources only.
fn chain_of(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        source = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_channel() {
        let channel = ChannelId(Bytes32::from(std::array::from_fn(|place| {
            u8::try_from(place).unwrap() * 8 + 1
        })));
        let key = Bucket::key_of(channel);
        assert!(key.starts_with("01091119"), "{key}");
        assert_eq!(Bucket::channel_of(&key), Some(channel));
        for wrong in [
            "",
            "world",
            &key[1..],
            &format!("{}zz", &key[2..]),
            &"é".repeat(32),
        ] {
            assert_eq!(Bucket::channel_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn reconnecting_slows_down_to_a_bound() {
        let longest = Duration::from_secs(1);
        assert_eq!(reconnect_delay(0, longest), Duration::from_millis(10));
        assert_eq!(reconnect_delay(3, longest), Duration::from_millis(40));
        assert_eq!(reconnect_delay(usize::MAX, longest), longest);
    }
}
