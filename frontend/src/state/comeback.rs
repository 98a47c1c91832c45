//! When to connect to the relay again, after a connection was lost.

/// The first pause, in milliseconds, and the longest that this page chooses by itself.
const FIRST_MS: u32 = 250;
const LONGEST_MS: u32 = 8_000;
/// The longest that a relay may ask for. Whatever it says, payments are not kept from arriving for more than a minute.
const LONGEST_ASKED_MS: u32 = 60_000;
/// The close code of a relay that is being restarted.
const RESTART: u16 = 1012;
/// What its reason begins with; the number follows.
const RETRY_AFTER: &str = "retry-after-ms=";

/// How a connection ended, as the browser says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// The close code; 1006 if there was no goodbye.
    pub code: u16,
    /// The relay's words, to which this page is held in one case only.
    pub reason: String,
}

/// The pauses between attempts.
#[derive(Clone, Copy, Debug)]
pub struct Comeback {
    pause_ms: u32,
}

impl Default for Comeback {
    fn default() -> Self {
        Self { pause_ms: FIRST_MS }
    }
}

impl Comeback {
    /// A connection worked: the next pause is a short one.
    pub const fn worked(&mut self) {
        self.pause_ms = FIRST_MS;
    }

    /// How long to wait now, in milliseconds. `draw` is random, from 0 up to 1.
    pub fn pause(&mut self, end: &End, draw: f64) -> u32 {
        // A relay that goes has spread its clients over the time already; it is no failure that calls for longer pauses.
        if let Some(asked) = asked(end) {
            return asked;
        }
        let pause = self.pause_ms;
        self.pause_ms = (pause * 2).min(LONGEST_MS);
        // Spread, so that a relay that came back is not met by all its clients at once.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let spread = (draw.clamp(0.0, 1.0) * f64::from(pause / 2)) as u32;
        pause / 2 + spread
    }
}

/// What a relay that is being restarted asks for, if it can be understood.
fn asked(end: &End) -> Option<u32> {
    let digits = Some(&end.reason)
        .filter(|_| end.code == RESTART)?
        .strip_prefix(RETRY_AFTER)?;
    let digital = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than a number has are a long time too.
    digital.then(|| digits.parse().unwrap_or(u32::MAX).min(LONGEST_ASKED_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(code: u16, reason: &str) -> End {
        End {
            code,
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn a_relay_that_restarts_says_when() {
        for (reason, pause) in [
            ("retry-after-ms=0", 0),
            ("retry-after-ms=4999", 4_999),
            ("retry-after-ms=60001", LONGEST_ASKED_MS),
            ("retry-after-ms=99999999999999999999", LONGEST_ASKED_MS),
        ] {
            assert_eq!(
                Comeback::default().pause(&end(RESTART, reason), 0.5),
                pause,
                "{reason}"
            );
        }
        // It leaves the pauses after failures as they were.
        let mut comeback = Comeback::default();
        comeback.pause(&end(RESTART, "retry-after-ms=7"), 0.0);
        assert_eq!(comeback.pause(&End::default(), 0.0), FIRST_MS / 2);
    }

    #[test]
    fn anything_else_is_not_listened_to() {
        for (code, reason) in [
            (1001, "retry-after-ms=5000"),
            (RESTART, ""),
            (RESTART, "retry-after-ms="),
            (RESTART, "retry-after-ms=-5"),
            (RESTART, "retry-after-ms=+5000"),
            (RESTART, "retry-after-ms=5000 please"),
            (RESTART, "Retry-After-Ms=5000"),
        ] {
            let pause = Comeback::default().pause(&end(code, reason), 0.0);
            assert_eq!(pause, FIRST_MS / 2, "{code} {reason}");
        }
    }

    #[test]
    fn pauses_grow_to_a_bound_and_begin_anew() {
        let mut comeback = Comeback::default();
        let pauses: Vec<_> = (0..8).map(|_| comeback.pause(&End::default(), 1.0)).collect();
        assert_eq!(pauses, [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
        assert_eq!(
            comeback.pause(&End::default(), 0.0),
            LONGEST_MS / 2,
            "spread over half of it"
        );
        comeback.worked();
        assert_eq!(comeback.pause(&End::default(), 0.0), FIRST_MS / 2);
    }
}
