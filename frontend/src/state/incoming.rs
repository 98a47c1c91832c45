//! What comes by itself: payments of the other side's, each soon after the one before, for longer than somebody presses a button.

use super::stream::MAX_GAP_MS;
use thunder_channel::Amount;

/// The longest time between two payments that belong together, in milliseconds: a stream pays every second.
const GAP_MS: u64 = 6_000;
/// The longest one where the later payment is for all the time since the earlier one: a window in the background pays once a minute.
const LONG_GAP_MS: u64 = MAX_GAP_MS + GAP_MS;
/// For how long they have to come, in milliseconds, before they are called a stream.
const LASTS_MS: u64 = 3_000;

/// The payments of the other side's that came without a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The other side's total before the first of them.
    before: Amount,
    /// Its total with the first.
    first: Amount,
    /// Its total with the last.
    total: Amount,
    /// When the first came, in milliseconds since 1970.
    since: u64,
    /// When the last came.
    last: u64,
    /// What came last, and how long after the one before it.
    pace: Option<(Amount, u64)>,
}

impl Incoming {
    /// Nothing has come on top of this total.
    #[must_use]
    pub const fn after(total: Amount) -> Self {
        Self {
            before: total,
            first: total,
            total,
            since: 0,
            last: 0,
            pace: None,
        }
    }

    /// The other side's total is this now.
    #[must_use]
    pub fn heard(self, total: Amount, now: u64) -> Self {
        if total <= self.total {
            return self;
        }
        let came = (total.saturating_sub(self.total), now.abs_diff(self.last));
        let goes_on = came.1 <= GAP_MS || (came.1 <= LONG_GAP_MS && self.keeps_pace(came));
        Self {
            before: if goes_on { self.before } else { self.total },
            first: if goes_on { self.first } else { total },
            since: if goes_on { self.since } else { now },
            total,
            last: now,
            pace: (came.1 <= LONG_GAP_MS).then_some(came),
        }
    }

    /// Whether so much after so long is, but for an eighth, what has come until now in a second.
    fn keeps_pace(&self, (amount, gap): (Amount, u64)) -> bool {
        let run = (
            self.total.saturating_sub(self.first),
            self.last.saturating_sub(self.since),
        );
        let Some((former, over)) = (run.1 >= LASTS_MS).then_some(run).or(self.pace) else {
            return false;
        };
        let is = amount.units().saturating_mul(over.into());
        let would_be = former.units().saturating_mul(gap.into());
        is.abs_diff(would_be) <= would_be / 8
    }

    /// For how long more is to be expected after the last of them, in milliseconds.
    #[must_use]
    pub fn patience(&self) -> u64 {
        match self.pace {
            Some((_, gap)) if gap > GAP_MS => LONG_GAP_MS,
            _ => GAP_MS,
        }
    }

    /// What has come like this, while more is to be expected.
    #[must_use]
    pub fn flowing(&self, now: u64) -> Option<Amount> {
        let lasts = self.last.saturating_sub(self.since) >= LASTS_MS;
        (lasts && now.abs_diff(self.last) <= self.patience()).then(|| self.total.saturating_sub(self.before))
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

    /// One payment every `every` seconds from `from` on, of a unit for each of them.
    fn paid(incoming: Incoming, from: u64, every: u64, payments: u64) -> Incoming {
        (1..=payments).fold(incoming, |incoming, payment| {
            let total = incoming.total.checked_add(units(every.into())).unwrap();
            // A timer is never quite in time.
            incoming.heard(total, (from + payment * every) * 1_000 + payment * 371 % 900)
        })
    }

    #[test]
    fn a_stream_whose_window_is_hidden_goes_on_once_a_minute() {
        let stream = paid(Incoming::after(units(5)), 100, 1, 10);
        assert_eq!(stream.flowing(111_000), Some(units(10)));
        let hidden = paid(stream, 110, 60, 1);
        assert_eq!(hidden.flowing(171_000), Some(units(70)), "it is the same one");
        assert_eq!(
            hidden.flowing(170_000 + MAX_GAP_MS),
            Some(units(70)),
            "the next is due in a minute"
        );
        assert_eq!(hidden.flowing(172_000 + LONG_GAP_MS), None);
        let back = paid(hidden, 170, 1, 5);
        assert_eq!(back.flowing(176_000), Some(units(75)));
        assert_eq!(back.flowing(177_000 + GAP_MS), None, "it pays every second again");
        let later = paid(stream, 110, 120, 1);
        assert_eq!(
            later.flowing(231_000),
            None,
            "nothing is paid for so long at once"
        );
    }

    #[test]
    fn what_comes_once_a_minute_from_the_first_is_a_stream_if_its_amounts_say_so() {
        let twice = paid(Incoming::default(), 1_000, 60, 2);
        assert_eq!(twice.flowing(1_121_000), None);
        let thrice = paid(twice, 1_120, 60, 1);
        assert_eq!(
            thrice.flowing(1_181_000),
            Some(units(120)),
            "since the first that was measured"
        );
        let by_hand = twice.heard(units(127), 1_180_000);
        assert_eq!(by_hand.flowing(1_180_000), None);
    }
}
