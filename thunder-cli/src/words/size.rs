//! Bytes, by the thousand, as prices count them.

use std::cmp::Ordering;

/// `532 B`, `12.3 kB`, `50.0 MB`, `1.25 GB`. Rounded down.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes / 100 % 10),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{:02} GB", bytes / 1_000_000_000, bytes / 10_000_000 % 100),
    }
}

/// How much more the other side has counted: `+1.0 kB`, `-532 B`, `0 B`.
#[must_use]
pub fn difference(mine: u64, theirs: u64) -> String {
    let sign = match theirs.cmp(&mine) {
        Ordering::Less => "-",
        Ordering::Equal => "",
        Ordering::Greater => "+",
    };
    format!("{sign}{}", size(theirs.abs_diff(mine)))
}

/// By which share of the larger count the two differ, in parts per million, rounded up.
#[must_use]
pub fn parts_per_million(mine: u64, theirs: u64) -> u128 {
    let parts = u128::from(theirs.abs_diff(mine)) * 1_000_000;
    parts.div_ceil(u128::from(mine.max(theirs).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_digits_or_so() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (12_399, "12.3 kB"),
            (999_999, "999.9 kB"),
            (50_000_312, "50.0 MB"),
            (1_259_999_999, "1.25 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn a_difference_has_a_sign_and_a_share() {
        assert_eq!(difference(1_000, 1_000), "0 B");
        assert_eq!(difference(1_500, 500), "-1.0 kB");
        assert_eq!(difference(500, 532), "+32 B");
        assert_eq!(parts_per_million(0, 0), 0);
        assert_eq!(parts_per_million(1_000_000, 999_999), 1);
        assert_eq!(parts_per_million(0, u64::MAX), 1_000_000);
    }
}
