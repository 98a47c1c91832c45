//! What was refused, dropped or cut off, counted by reason.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use thunder_channel::wire::ErrorCode;

macro_rules! counters {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)*) => {
        /// Something that is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Count { $($(#[$doc])* $variant,)* }

        const NAMES: &[&str] = &[$($name),*];
    };
}

counters! {
    /// A WebSocket connection was accepted.
    Connected => "connected",
    /// An upgrade from a foreign origin was refused.
    ForeignOrigin => "foreign_origin",
    /// An upgrade above the number of connections was refused.
    TooManyConnections => "too_many_connections",
    /// An upgrade above the number of connections of one address was refused.
    TooManyOfAddress => "too_many_connections_of_address",
    /// A socket above the number of sockets was closed.
    TooManySockets => "too_many_sockets",
    /// A socket above the number of sockets of one address was closed.
    TooManySocketsOfAddress => "too_many_sockets_of_address",
    /// A socket of an address that opens them too fast was closed.
    TooFastSockets => "too_fast_sockets_of_address",
    /// A connection could not be accepted: the system had no descriptor left, or the client was gone.
    AcceptFailed => "accept_failed",
    /// A TLS handshake failed or took too long.
    TlsFailed => "tls_failed",
    /// The head of a request took too long.
    HeaderTimeout => "header_timeout",
    /// A request was not HTTP.
    BadRequest => "bad_request",
    /// A connection that did not become a WebSocket lasted too long.
    HttpTimeout => "http_timeout",
    /// A request of an address that asks too fast was refused.
    TooManyRequests => "too_many_requests",
    /// An upgrade was refused because the relay is stopping.
    Stopping => "stopping",
    /// A connection never signed in.
    HandshakeTimeout => "handshake_timeout",
    /// A sign-in was refused.
    SignInRefused => "sign_in_refused",
    /// A frame was not of the format.
    Malformed => "malformed",
    /// A frame was too long.
    TooLarge => "too_large",
    /// A binary frame.
    Binary => "binary",
    /// A frame or message of an unknown kind was ignored.
    UnknownKind => "unknown_kind",
    /// A connection was slowed down.
    Throttled => "throttled",
    /// A connection was slowed down for all that its address sends.
    ThrottledAddress => "throttled_address",
    /// A connection was slowed down for all that its key sends.
    ThrottledKey => "throttled_key",
    /// A socket was slowed down for its bytes.
    ThrottledBytes => "throttled_bytes",
    /// A claim gave way to a newer one before it was checked.
    Collapsed => "collapsed",
    /// A subscription above the bound was refused.
    TooManySubscriptions => "too_many_subscriptions",
    /// A subscription above what one key may follow was refused.
    TooManyChannels => "too_many_channels_of_key",
    /// A message above the bound was refused.
    MessageTooLong => "message_too_long",
    /// A connection was closed for too many bad frames.
    StruckOut => "struck_out",
    /// A connection gave no sign of life.
    Idle => "idle",
    /// A connection took too long to read what was sent.
    SlowReader => "slow_reader",
    /// A notice of distrust was refused: it proves nothing, or is not signed.
    NoticeRefused => "notice_refused",
    /// A claim, message or subscription was refused; by code in [`Counters::refusals`].
    Refused => "refused",
    /// A connection did not end in time at shutdown and was cut off.
    CutOff => "cut_off",
    /// A claim was stored.
    ClaimStored => "claim_stored",
    /// A claim was not higher than the stored one.
    ClaimNotHigher => "claim_not_higher",
    /// A message was stored.
    MessageStored => "message_stored",
    /// A message was ignored, because what is kept has overtaken it or its time is over.
    MessageOutdated => "message_outdated",
    /// The store failed.
    StoreFailed => "store_failed",
    /// Another relay wrote the same channel at the same time; the write began anew.
    StoreConflict => "store_conflict",
    /// The store gave no clear answer; the write was tried again.
    StoreRetried => "store_retried",
    /// What other relays changed may have been missed; what is followed was loaded anew.
    Reloaded => "reloaded",
    /// The store had lost an acknowledged claim; it was given back.
    Restored => "restored",
    /// The chain could not be asked.
    ChainFailed => "chain_failed",
    /// A node did not answer, or not usably.
    NodeFailed => "node_failed",
    /// A node was far behind another.
    NodeStale => "node_stale",
    /// Blocks that had been read were replaced.
    Reorganised => "reorganised",
    /// A look at the chain failed as a whole; the next one goes on.
    LookFailed => "look_failed",
    /// A closing channel above the bound is not watched.
    ClosingOverlooked => "closing_overlooked",
    /// The claims of a channel settled long ago were deleted.
    ChannelForgotten => "channel_forgotten",
    /// The watchtower's claim was mined: a closer that understated what it paid was answered.
    TowerAnswered => "tower_answered",
    /// The watchtower settled a channel for a side that asked for it.
    TowerSettled => "tower_settled",
    /// The period of a channel ended before the watchtower's claim was mined.
    TowerMissed => "tower_missed",
    /// A claim was not shown because gas would take more of it than the operator allows.
    TowerNotWorth => "tower_not_worth",
    /// The watchtower's account has too little ether for a transaction.
    TowerPoor => "tower_poor",
    /// The watchtower's account has less ether than the operator wants it to have.
    TowerLow => "tower_low",
    /// The watchtower sent a transaction.
    TowerSent => "tower_sent",
    /// The watchtower raised the fee of a transaction that was not mined.
    TowerRaised => "tower_raised",
    /// The fee of a transaction that was not mined cannot be raised: it is as high as it may be.
    TowerCapped => "tower_capped",
    /// The watchtower took a transaction back that had lost its purpose.
    TowerCancelled => "tower_cancelled",
    /// A transaction would fail and was not sent: another one is about to do the same, or the channel has moved on.
    TowerDeferred => "tower_deferred",
    /// A transaction of the watchtower was mined and failed.
    TowerReverted => "tower_reverted",
    /// No node took a transaction of the watchtower.
    TowerRefused => "tower_refused",
}

/// Every [`Count`].
const COUNTS: usize = NAMES.len();

/// One number per [`Count`], since the start; refusals by code; and how long acknowledgements take.
#[derive(Debug, Default)]
pub struct Counters {
    events: Events,
    refusals: Mutex<HashMap<ErrorCode, u64>>,
    /// From a claim's arrival to its acknowledgement.
    pub ack_latency: Histogram,
}

/// An array of this length has no `Default` of its own.
#[derive(Debug)]
struct Events([AtomicU64; COUNTS]);

impl Default for Events {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::default()))
    }
}

impl Counters {
    /// Counts one more.
    pub fn add(&self, count: Count) {
        self.events.0[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often it happened.
    #[must_use]
    pub fn get(&self, count: Count) -> u64 {
        self.events.0[count as usize].load(Ordering::Relaxed)
    }

    /// All numbers by name.
    #[must_use]
    pub fn all(&self) -> BTreeMap<&'static str, u64> {
        NAMES
            .iter()
            .zip(&self.events.0)
            .map(|(name, number)| (*name, number.load(Ordering::Relaxed)))
            .collect()
    }

    /// Counts a refusal that a client was told.
    pub fn refuse(&self, code: ErrorCode) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals.entry(code).or_default() += 1;
    }

    /// What clients were told, by the code's name on the wire.
    #[must_use]
    pub fn refusals(&self) -> BTreeMap<String, u64> {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let name = |code: &ErrorCode| match serde_json::to_value(code) {
            Ok(serde_json::Value::String(name)) => name,
            _ => format!("{code:?}"),
        };
        refusals
            .iter()
            .map(|(code, number)| (name(code), *number))
            .collect()
    }
}

/// The upper ends of a [`Histogram`]'s buckets in microseconds: from one sync of a fast disk to a client's patience.
pub const BUCKETS_US: [u64; 13] = [
    500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000,
    5_000_000,
];

/// How often something took how long.
#[derive(Debug, Default)]
pub struct Histogram {
    /// Each is of its own bucket alone; the last is of everything above.
    buckets: [AtomicU64; BUCKETS_US.len() + 1],
    sum_us: AtomicU64,
}

impl Histogram {
    /// Counts one that took so long.
    pub fn observe(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS_US.partition_point(|end| *end < took);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(took, Ordering::Relaxed);
    }

    /// How many took at most as long as each bucket's end, then how many there were in all.
    #[must_use]
    pub fn cumulative(&self) -> Vec<u64> {
        self.buckets
            .iter()
            .scan(0, |sum, bucket| {
                *sum += bucket.load(Ordering::Relaxed);
                Some(*sum)
            })
            .collect()
    }

    /// How long all took together, in seconds.
    #[must_use]
    pub fn sum(&self) -> f64 {
        Duration::from_micros(self.sum_us.load(Ordering::Relaxed)).as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_the_names_of_the_wire() {
        let counters = Counters::default();
        counters.refuse(ErrorCode::BadSignature);
        counters.refuse(ErrorCode::BadSignature);
        assert_eq!(counters.refusals().get("bad_signature"), Some(&2));
    }

    #[test]
    fn a_histogram_counts_up_to_each_end() {
        let histogram = Histogram::default();
        for us in [0, 500, 501, 10_000, 60_000_000] {
            histogram.observe(Duration::from_micros(us));
        }
        let counts = histogram.cumulative();
        assert_eq!(counts.len(), BUCKETS_US.len() + 1);
        assert_eq!((counts[0], counts[1], counts[4]), (2, 3, 4));
        assert_eq!((counts[12], counts[13]), (4, 5));
        assert!((histogram.sum() - 60.011_001).abs() < 1e-9);
    }

    #[test]
    fn every_count_has_its_name() {
        let counters = Counters::default();
        counters.add(Count::ChainFailed);
        assert_eq!(counters.get(Count::ChainFailed), 1);
        assert_eq!(counters.all().get("chain_failed"), Some(&1));
        assert_eq!(counters.all().values().sum::<u64>(), 1);
    }
}
