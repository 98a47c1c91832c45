//! How fast somebody may send: a bucket that refills steadily, kept as one moment in time.

use std::time::{Duration, Instant};

/// The pace of a connection, an address, a key or a socket (the generic cell rate algorithm).
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    per_unit: Duration,
    burst: Duration,
    /// When everything that was said would have been said at the steady pace.
    due: Instant,
}

impl Pace {
    /// `burst` units, frames or bytes, at once, then `per_second`.
    #[must_use]
    pub fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        let per_unit = Duration::from_secs(1) / per_second.max(1);
        Self {
            per_unit,
            burst: per_unit * burst,
            due: now,
        }
    }

    /// Counts so many.
    pub fn count(&mut self, units: u32, now: Instant) {
        self.due = self.due.max(now) + self.per_unit * units;
    }

    /// Until when nothing more is read; `None` while the connection keeps the pace.
    #[must_use]
    pub fn wait(&self, now: Instant) -> Option<Instant> {
        let ahead = self.due.saturating_duration_since(now);
        ahead
            .checked_sub(self.burst)
            .filter(|wait| !wait.is_zero())
            .map(|wait| now + wait)
    }

    /// Whether the pace would still be kept after so many more.
    #[must_use]
    pub fn would_keep(&self, units: u32, now: Instant) -> bool {
        let mut after = *self;
        after.count(units, now);
        after.wait(now).is_none()
    }

    /// Whether nothing is owed, so that a new pace would be the same.
    #[must_use]
    pub fn at_rest(&self, now: Instant) -> bool {
        self.due <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let start = Instant::now();
        let mut pace = Pace::new(100, 5, start);
        for _ in 0..5 {
            pace.count(1, start);
            assert_eq!(pace.wait(start), None);
        }
        pace.count(1, start);
        let later = start + Duration::from_millis(10);
        assert_eq!(pace.wait(start), Some(later));
        assert_eq!(pace.wait(later), None);
        pace.count(10, later);
        assert_eq!(pace.wait(later), Some(later + Duration::from_millis(100)));
        // A long silence saves up one burst, not more.
        let much_later = start + Duration::from_secs(60);
        pace.count(6, much_later);
        assert!(pace.wait(much_later).is_some());
    }
}
