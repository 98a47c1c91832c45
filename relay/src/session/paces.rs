//! How fast a connection is read: by its own pace, and by what everything of its address and of its key sends.

use crate::{Limits, counters::Count, pace::Pace, quota::Quota};
use std::{sync::Arc, time::Instant};

/// The paces that one connection keeps.
pub struct Paces {
    own: Pace,
    address: Shared,
    key: Option<Shared>,
}

/// A quota that others use too.
struct Shared {
    quota: Arc<Quota>,
    /// When this connection may go on: as the quota stood after what it counted itself. Asked again only then; otherwise all
    /// that wait would wake for each frame that one of them may send.
    until: Option<Instant>,
}

/// What is too fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fast {
    /// The connection.
    Connection,
    /// All of its address.
    Address,
    /// All of its key.
    Key,
}

impl Paces {
    /// Of a connection from there, on which nobody has signed in yet.
    #[must_use]
    pub fn new(limits: &Limits, address: Arc<Quota>, now: Instant) -> Self {
        Self {
            own: Pace::new(limits.frames_per_second, limits.burst, now),
            address: Shared::new(address),
            key: None,
        }
    }

    /// Who speaks is known from here.
    pub fn sign_in(&mut self, key: Arc<Quota>) {
        self.key = Some(Shared::new(key));
    }

    /// Counts so many frames.
    pub fn count(&mut self, frames: u32, now: Instant) {
        self.own.count(frames, now);
        self.address.count(frames, now);
        if let Some(key) = &mut self.key {
            key.count(frames, now);
        }
    }

    /// Until when nothing more is read, and because of what; `None` while every pace is kept.
    #[must_use]
    pub fn wait(&self, now: Instant) -> Option<(Instant, Fast)> {
        let key = self.key.as_ref().and_then(|key| key.wait(now));
        [
            (self.own.wait(now), Fast::Connection),
            (self.address.wait(now), Fast::Address),
            (key, Fast::Key),
        ]
        .into_iter()
        .filter_map(|(until, fast)| Some((until?, fast)))
        .max_by_key(|(until, _)| *until)
    }
}

impl Shared {
    const fn new(quota: Arc<Quota>) -> Self {
        Self { quota, until: None }
    }

    fn count(&mut self, frames: u32, now: Instant) {
        self.quota.count(frames, now);
        self.until = self.quota.wait(now);
    }

    fn wait(&self, now: Instant) -> Option<Instant> {
        self.until.filter(|until| *until > now)
    }
}

impl Fast {
    /// Under which name it is counted.
    #[must_use]
    pub const fn count(self) -> Count {
        match self {
            Self::Connection => Count::Throttled,
            Self::Address => Count::ThrottledAddress,
            Self::Key => Count::ThrottledKey,
        }
    }

    /// What the client is told.
    #[must_use]
    pub fn words(self, limits: &Limits) -> String {
        let (rate, whom) = match self {
            Self::Connection => (limits.frames_per_second, "one connection"),
            Self::Address => (limits.address_frames_per_second, "all connections of one address"),
            Self::Key => (limits.key_frames_per_second, "all connections of one key"),
        };
        format!(
            "too many messages: the relay reads {rate} a second from {whom}; nothing is lost, it takes longer"
        )
    }
}
