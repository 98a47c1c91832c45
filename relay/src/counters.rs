//! What was refused, dropped or cut off, counted by reason.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

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
    /// A subscription above the bound was refused.
    TooManySubscriptions => "too_many_subscriptions",
    /// A connection was closed for too many bad frames.
    StruckOut => "struck_out",
    /// A connection gave no sign of life.
    Idle => "idle",
    /// A connection took too long to read what was sent.
    SlowReader => "slow_reader",
    /// A claim, message or subscription was refused.
    Refused => "refused",
    /// A claim was stored.
    ClaimStored => "claim_stored",
    /// A claim was not higher than the stored one.
    ClaimNotHigher => "claim_not_higher",
    /// A message was stored.
    MessageStored => "message_stored",
    /// The store failed.
    StoreFailed => "store_failed",
    /// The chain could not be asked.
    ChainFailed => "chain_failed",
}

/// One number per [`Count`], since the start.
#[derive(Debug, Default)]
pub struct Counters([AtomicU64; NAMES.len()]);

impl Counters {
    /// Counts one more.
    pub fn add(&self, count: Count) {
        self.0[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often it happened.
    #[must_use]
    pub fn get(&self, count: Count) -> u64 {
        self.0[count as usize].load(Ordering::Relaxed)
    }

    /// All numbers by name.
    #[must_use]
    pub fn all(&self) -> BTreeMap<&'static str, u64> {
        NAMES
            .iter()
            .zip(&self.0)
            .map(|(name, number)| (*name, number.load(Ordering::Relaxed)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_has_its_name() {
        let counters = Counters::default();
        counters.add(Count::ChainFailed);
        assert_eq!(counters.get(Count::ChainFailed), 1);
        assert_eq!(counters.all().get("chain_failed"), Some(&1));
        assert_eq!(counters.all().values().sum::<u64>(), 1);
    }
}
