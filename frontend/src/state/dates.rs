//! Dates for files, in UTC: the same wherever they are made.

/// `2026-11-21`, of milliseconds since 1970.
#[must_use]
pub fn date(at_ms: u64) -> String {
    let (year, month, day) = civil(at_ms / DAY_MS);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-11-21T14:03:22Z`, of milliseconds since 1970.
#[must_use]
pub fn date_time(at_ms: u64) -> String {
    let seconds = at_ms % DAY_MS / 1_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", date(at_ms))
}

const DAY_MS: u64 = 86_400_000;
/// Days of 400 years, after which the calendar repeats.
const ERA: u64 = 146_097;

/// Year, month and day of a count of days since 1970. Years begin in March here, so that a leap day is a year's last.
const fn civil(days: u64) -> (u64, u64, u64) {
    // From 1 March of year 0.
    let days = days + 719_468;
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let january = month >= 10;
    let calendar = if january { month - 9 } else { month + 3 };
    let year = era * 400 + year;
    (if january { year + 1 } else { year }, calendar, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_the_calendars() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_735_689_600, "2025-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(date_time(seconds * 1_000 + 7), text);
        }
        assert_eq!(date(1_795_274_607_000), "2026-11-21");
    }
}
