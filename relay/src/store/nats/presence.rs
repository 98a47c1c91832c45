//! Who is connected to which relay: hints over plain NATS, kept by nobody.
//!
//! Each relay says what changes, answers who asks, and gives a sign of life; of one that gives none for a while, nothing
//! counts any more.

use super::bucket::Bucket;
use crate::{
    Limits,
    store::{Change, Presence, RelayId},
};
use futures::StreamExt;
use std::{collections::HashMap, sync::Arc};
use thunder_channel::{Bytes32, ChannelId, PerSide};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval},
};

/// Something to tell the other relays.
pub struct Announcement {
    /// Who is connected here.
    pub presence: Presence,
    /// Whether to answer likewise.
    pub ask: bool,
}

/// Tells and hears until the store is closed.
pub async fn exchange(
    bucket: Arc<Bucket>,
    id: RelayId,
    mut announced: mpsc::Receiver<Announcement>,
    news: mpsc::Sender<Change>,
    limits: Limits,
) {
    let subject = format!("{}.presence", bucket.name);
    let client = &bucket.client;
    let mut others = Others::default();
    let mut beats = interval(limits.nats_beat);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = match client.subscribe(subject.clone()).await {
        Ok(heard) => heard,
        // Only a name that is no subject is refused; the bucket's name is one.
        Err(error) => return tracing::error!(%error, "who is connected elsewhere cannot be heard"),
    };
    loop {
        let told = tokio::select! {
            Some(message) = heard.next() => match Hint::decode(&message.payload) {
                Some((relay, hint)) if relay != id => others.hear(relay, hint, Instant::now()),
                _ => Vec::new(),
            },
            Some(Announcement { presence, ask }) = announced.recv() => {
                let hint = if ask { Hint::Ask(presence) } else { Hint::Tell(presence) };
                let _ = client.publish(subject.clone(), hint.encode(id).into()).await;
                Vec::new()
            }
            now = beats.tick() => {
                let _ = client.publish(subject.clone(), Hint::Alive.encode(id).into()).await;
                others.forget_silent(now, limits.nats_silence)
            }
        };
        for change in told {
            if news.send(change).await.is_err() {
                return;
            }
        }
    }
}

/// When each of the other relays was heard last.
#[derive(Default)]
struct Others(HashMap<RelayId, Instant>);

impl Others {
    fn hear(&mut self, relay: RelayId, hint: Hint, now: Instant) -> Vec<Change> {
        self.0.insert(relay, now);
        match hint {
            Hint::Alive => Vec::new(),
            Hint::Tell(presence) => vec![Change::Presence { relay, presence }],
            Hint::Ask(presence) => vec![
                Change::Presence { relay, presence },
                Change::Asked(presence.channel),
            ],
        }
    }

    fn forget_silent(&mut self, now: Instant, silence: std::time::Duration) -> Vec<Change> {
        let silent = |heard: &Instant| now.duration_since(*heard) > silence;
        self.0
            .extract_if(|_, heard| silent(heard))
            .map(|(relay, _)| Change::Gone(relay))
            .collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hint {
    Alive,
    Tell(Presence),
    Ask(Presence),
}

impl Hint {
    fn encode(self, from: RelayId) -> Vec<u8> {
        let (kind, presence) = match self {
            Self::Alive => (0, None),
            Self::Tell(presence) => (1, Some(presence)),
            Self::Ask(presence) => (2, Some(presence)),
        };
        let mut out = from.to_be_bytes().to_vec();
        out.push(kind);
        if let Some(Presence { channel, online }) = presence {
            out.extend_from_slice(channel.0.as_bytes());
            out.push(u8::from(online.alice) | u8::from(online.bob) << 1);
        }
        out
    }

    /// `None` for what is not of this format: anyone with access to the server may say anything.
    fn decode(bytes: &[u8]) -> Option<(RelayId, Self)> {
        let (from, rest) = bytes.split_first_chunk()?;
        let (kind, rest) = rest.split_first()?;
        let presence = || {
            let (channel, online) = rest.split_first_chunk::<32>()?;
            let [online] = online else { return None };
            Some(Presence {
                channel: ChannelId(Bytes32::from(*channel)),
                online: PerSide {
                    alice: online & 1 != 0,
                    bob: online & 2 != 0,
                },
            })
        };
        let hint = match kind {
            0 => Self::Alive,
            1 => Self::Tell(presence()?),
            2 => Self::Ask(presence()?),
            _ => return None,
        };
        Some((u64::from_be_bytes(*from), hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn presence(alice: bool, bob: bool) -> Presence {
        Presence {
            channel: ChannelId(Bytes32::repeat_byte(7)),
            online: PerSide { alice, bob },
        }
    }

    #[test]
    fn hints_are_read_as_they_were_written() {
        for hint in [
            Hint::Alive,
            Hint::Tell(presence(true, false)),
            Hint::Ask(presence(false, true)),
        ] {
            let bytes = hint.encode(5);
            assert_eq!(Hint::decode(&bytes), Some((5, hint)));
            assert_eq!(Hint::decode(&bytes[..bytes.len() - 1]), None);
        }
        assert_eq!(Hint::decode(&[0, 0, 0, 0, 0, 0, 0, 1, 9]), None);
    }

    #[test]
    fn a_relay_that_falls_silent_is_gone_once() {
        let (mut others, start) = (Others::default(), Instant::now());
        let silence = Duration::from_secs(3);
        assert!(others.hear(1, Hint::Alive, start).is_empty());
        assert_eq!(others.hear(2, Hint::Ask(presence(true, true)), start).len(), 2);
        assert!(others.hear(2, Hint::Alive, start + silence).is_empty());
        assert!(others.forget_silent(start + silence, silence).is_empty());
        let gone = others.forget_silent(start + silence + Duration::from_millis(1), silence);
        assert!(matches!(gone[..], [Change::Gone(1)]));
        assert!(others.forget_silent(start + 2 * silence, silence).is_empty());
    }
}
