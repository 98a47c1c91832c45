//! What comes by itself: payments of the other side's, each soon after the one before, for longer than somebody presses a button.

use thunder_channel::Amount;

/// The longest time between two payments that belong together, in milliseconds: a stream pays every second.
pub const GAP_MS: u64 = 6_000;
/// For how long they have to come, in milliseconds, before they are called a stream.
const LASTS_MS: u64 = 3_000;

/// The payments of the other side's that came without a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The other side's total before the first of them.
    before: Amount,
    /// Its total with the last.
    total: Amount,
    /// When the first came, in milliseconds since 1970.
    since: u64,
    /// When the last came.
    last: u64,
}

impl Incoming {
    /// Nothing has come on top of this total.
    #[must_use]
    pub const fn after(total: Amount) -> Self {
        Self {
            before: total,
            total,
            since: 0,
            last: 0,
        }
    }

    /// The other side's total is this now.
    #[must_use]
    pub fn heard(self, total: Amount, now: u64) -> Self {
        if total <= self.total {
            return self;
        }
        let goes_on = now.abs_diff(self.last) <= GAP_MS;
        Self {
            before: if goes_on { self.before } else { self.total },
            since: if goes_on { self.since } else { now },
            total,
            last: now,
        }
    }

    /// What has come like this, while more is to be expected.
    #[must_use]
    pub fn flowing(&self, now: u64) -> Option<Amount> {
        let lasts = self.last.saturating_sub(self.since) >= LASTS_MS;
        (lasts && now.abs_diff(self.last) <= GAP_MS).then(|| self.total.saturating_sub(self.before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::standing::tests::units;

    #[test]
    fn what_comes_every_second_is_a_stream_until_it_stops() {
        let mut incoming = Incoming::after(units(5));
        for second in 11..=14 {
            assert_eq!(incoming.flowing(second * 1_000), None);
            incoming = incoming.heard(units(u128::from(second) - 5), second * 1_000);
        }
        assert_eq!(incoming.flowing(14_000), Some(units(4)));
        assert_eq!(incoming.heard(units(9), 15_000), incoming, "nothing new came");
        assert_eq!(incoming.flowing(14_000 + GAP_MS), Some(units(4)));
        assert_eq!(incoming.flowing(14_001 + GAP_MS), None);
        let later = incoming.heard(units(10), 60_000);
        assert_eq!(later.flowing(60_000), None, "another begins anew");
        let other = (1..=4_u32).fold(later, |incoming, second| {
            incoming.heard(units(10 + u128::from(second)), 60_000 + 1_000 * u64::from(second))
        });
        assert_eq!(other.flowing(64_000), Some(units(5)));
    }

    #[test]
    fn many_at_once_are_no_stream() {
        let burst = (1..=20_u32).fold(Incoming::default(), |incoming, payment| {
            incoming.heard(units(payment.into()), 100_000 + 100 * u64::from(payment))
        });
        assert_eq!(burst.flowing(102_000), None);
    }
}
