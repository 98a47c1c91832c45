//! How fast one connection may send: a bucket that refills steadily, kept as one moment in time.

use std::time::{Duration, Instant};

/// The pace of one connection (the generic cell rate algorithm).
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    per_frame: Duration,
    burst: Duration,
    /// When everything that was said would have been said at the steady pace.
    due: Instant,
}

impl Pace {
    /// `burst` frames at once, then `per_second`.
    #[must_use]
    pub fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        let per_frame = Duration::from_secs(1) / per_second.max(1);
        Self {
            per_frame,
            burst: per_frame * burst,
            due: now,
        }
    }

    /// Counts `frames` frames.
    pub fn count(&mut self, frames: u32, now: Instant) {
        self.due = self.due.max(now) + self.per_frame * frames;
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
