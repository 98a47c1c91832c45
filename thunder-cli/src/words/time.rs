//! Times of day, and the hub's clock, which counts blocks or seconds.

use thunder_api::ChainInfo;

const DAY: u64 = 24 * 60 * 60;

/// `2026-07-04 12:31:05 UTC`, from milliseconds since 1970.
#[must_use]
pub fn at(millis: u64) -> String {
    let seconds = millis / 1000;
    let (year, month, day) = date(seconds / DAY);
    let of_day = seconds % DAY;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// What the hub's periods and deadlines count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Blocks.
    Blocks,
    /// Seconds since 1970.
    Seconds,
}

impl Clock {
    /// The clock of the chain's hub.
    #[must_use]
    pub fn of(chain: &ChainInfo) -> Self {
        if chain.clock_mode == "seconds" {
            Self::Seconds
        } else {
            Self::Blocks
        }
    }

    /// A moment: `block 124`, or a time of day.
    #[must_use]
    pub fn moment(self, moment: u64) -> String {
        match self {
            Self::Blocks => format!("block {moment}"),
            Self::Seconds => at(moment.saturating_mul(1000)),
        }
    }

    /// A span: `6 blocks`, `90 s`.
    #[must_use]
    pub fn span(self, span: u64) -> String {
        match self {
            Self::Blocks if span == 1 => "1 block".to_owned(),
            Self::Blocks => format!("{span} blocks"),
            Self::Seconds => format!("{span} s"),
        }
    }
}

/// Year, month and day of the Gregorian calendar. Years are counted from March, so that the leap day is a year's last.
fn date(days_since_1970: u64) -> (u64, u64, u64) {
    // 719,468 days lie between the first of March of the year 0 and 1970; 146,097 are 400 years.
    let days = days_since_1970 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (951_868_800, "2000-03-01 00:00:00 UTC"),
            (1_783_168_265, "2026-07-04 12:31:05 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(at(seconds * 1000 + 999), text);
        }
        // No clock says so, but a daemon may.
        assert!(at(u64::MAX).ends_with("UTC"));
    }

    #[test]
    fn the_hubs_clock_counts_blocks_or_seconds() {
        assert_eq!(
            (Clock::Blocks.moment(124), Clock::Blocks.span(1)),
            ("block 124".to_owned(), "1 block".to_owned())
        );
        assert_eq!(Clock::Blocks.span(6), "6 blocks");
        assert_eq!(Clock::Seconds.moment(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(Clock::Seconds.span(90), "90 s");
    }
}
