//! What was measured, as JSON.

use hdrhistogram::Histogram;
use serde::Serialize;
use std::time::Duration;

use crate::{relay::Store, usage::Usage};

/// One run.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Processors of this machine.
    pub cores: usize,
    /// Processes that wanted one while this began, this run's own apart: above nought, every figure is worse than it need be.
    pub other_load: f64,
    /// How long opening the channels took, in seconds, and how many there were.
    pub opened: Opened,
    /// Claims, by store and number of channels.
    pub claims: Vec<Claims>,
    /// Silent connections, by store.
    pub idle: Vec<Idle>,
    /// Small messages through a relay, by store.
    pub messages: Vec<Messages>,
    /// The bare forwarder.
    pub forwarder: Option<Forwarder>,
    /// One channel flooded, another one watched.
    pub flood: Vec<Flood>,
}

/// The chain's part.
#[derive(Debug, Default, Serialize)]
pub struct Opened {
    /// Channels.
    pub channels: usize,
    /// How long it took.
    pub seconds: f64,
}

/// Claims of so many channels.
#[derive(Debug, Serialize)]
pub struct Claims {
    /// Where they are kept.
    pub store: Store,
    /// How many channels pay at once.
    pub channels: usize,
    /// On how many connections.
    pub connections: usize,
    /// Verified, stored and acknowledged, each by itself: one under way in each channel.
    pub claims_per_second: f64,
    /// The relay's own count of them, over the whole of that time.
    pub relay_stored: u64,
    /// Claims of that time that gave way unverified; none is expected.
    pub relay_collapsed: u64,
    /// What the relay used in that time.
    pub busy: Load,
    /// Of the relay's processor time, microseconds for each claim.
    pub processor_us_per_claim: f64,
    /// With several under way in each channel: so many are covered by an acknowledgement.
    pub covered_per_second: f64,
    /// Of these, so many were verified and stored. The others gave way to a higher one.
    pub covered_stored_per_second: f64,
    /// How many were under way in each channel then.
    pub ahead: usize,
    /// What was handed in for the latencies: half of `claims_per_second`.
    pub half_load_per_second: f64,
    /// From the moment a claim was meant to be handed in until the other side had it.
    pub p50_ms_at_half_load: f64,
    /// Likewise.
    pub p99_ms_at_half_load: f64,
    /// Likewise.
    pub p999_ms_at_half_load: f64,
    /// The same connections while they are silent.
    pub idle: Load,
    /// Resident memory that these connections took, for each.
    pub bytes_per_connection: u64,
}

/// What the relay used.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Load {
    /// Percent of one core.
    pub processor_percent: f64,
    /// The NATS server's, where there is one.
    pub store_processor_percent: f64,
    /// Resident bytes of the relay at the end.
    pub memory: u64,
}

/// Silent connections.
#[derive(Debug, Serialize)]
pub struct Idle {
    /// Where the register is kept.
    pub store: Store,
    /// How many the relay counted at the end.
    pub connections: u64,
    /// Resident memory that they took, for each.
    pub bytes_per_connection: u64,
    /// What the relay used, pings included.
    pub load: Load,
}

/// Small messages, signed and stored.
#[derive(Debug, Serialize)]
pub struct Messages {
    /// Where they are kept.
    pub store: Store,
    /// In how many channels.
    pub channels: usize,
    /// Verified, stored and passed on: one under way in each channel.
    pub messages_per_second: f64,
}

/// The bare forwarder.
#[derive(Debug, Serialize)]
pub struct Forwarder {
    /// On as many pairs of connections as in `claims`, one frame under way on each.
    pub frames_per_second: f64,
    /// How many pairs these were.
    pub pairs: usize,
    /// On a few pairs, with many frames under way: what batching makes of it.
    pub packed_frames_per_second: f64,
    /// How many pairs these were.
    pub packed_pairs: usize,
}

/// A flood beside a steady payer.
#[derive(Debug, Serialize)]
pub struct Flood {
    /// Where they are kept.
    pub store: Store,
    /// Whether the relay's limits held the flood back, or only that its claims collapse.
    pub limited: bool,
    /// Claims of the flood that were handed in and covered, each second.
    pub flood_per_second: f64,
    /// How often the flooding client was told that it is too fast.
    pub slowed: u64,
    /// The steady payer's delivery alone.
    pub alone_p99_ms: f64,
    /// Beside the flood.
    pub beside_p99_ms: f64,
    /// The one over the other.
    pub ratio: f64,
}

impl Load {
    /// Between two looks.
    #[must_use]
    pub fn between(before: [Usage; 2], after: [Usage; 2], time: Duration) -> Self {
        let percent = |before: Usage, after: Usage| {
            let used = after.processor.saturating_sub(before.processor);
            100.0 * used.as_secs_f64() / time.as_secs_f64().max(f64::EPSILON)
        };
        let ([relay, store], [relay_after, store_after]) = (before, after);
        Self {
            processor_percent: percent(relay, relay_after),
            store_processor_percent: percent(store, store_after),
            memory: relay_after.memory,
        }
    }
}

/// A quantile of waits in microseconds, in milliseconds.
#[must_use]
pub fn milliseconds(waits: &Histogram<u64>, quantile: f64) -> f64 {
    let wait = Duration::from_micros(waits.value_at_quantile(quantile));
    wait.as_secs_f64() * 1000.0
}

/// The growth of memory, for each of so many.
#[must_use]
pub fn bytes_each(before: Usage, after: Usage, count: usize) -> u64 {
    let grown = after.memory.saturating_sub(before.memory);
    u64::try_from(count).map_or(0, |count| grown / count.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_quantiles() {
        let at = |seconds, memory| Usage {
            processor: Duration::from_secs(seconds),
            memory,
        };
        let load = Load::between(
            [at(1, 0), at(0, 0)],
            [at(4, 50), at(1, 7)],
            Duration::from_secs(2),
        );
        assert!((load.processor_percent - 150.0).abs() < 1e-9);
        assert!((load.store_processor_percent - 50.0).abs() < 1e-9);
        assert_eq!((load.memory, bytes_each(at(0, 100), at(0, 400), 3)), (50, 100));
        let mut waits = Histogram::new_with_max(60_000_000, 3).unwrap();
        (1..=1000).for_each(|wait| waits.saturating_record(wait * 1000));
        assert!((milliseconds(&waits, 0.99) - 990.0).abs() < 1.0);
    }
}
