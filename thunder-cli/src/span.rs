//! Spans of time as people type them: `10s`, `1h`.

use std::time::Duration;

/// Reads a number and a unit.
///
/// # Errors
/// Words for whoever typed it.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || "write a number and a unit: 500ms, 10s, 15m, 1h or 2d".to_owned();
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit_at);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number
        .checked_mul(millis)
        .map(Duration::from_millis)
        .ok_or_else(|| "that is longer than anything lasts".to_owned())
}

/// In milliseconds, as the API has it.
#[must_use]
pub fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        for (text, seconds) in [
            ("10s", 10),
            ("15m", 900),
            ("1h", 3_600),
            ("2d", 172_800),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse("500ms").map(millis), Ok(500));
        for text in ["", "10", "s", "-1s", "1.5h", "1 h", "1w", "99999999999999999d"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
