//! Transactions that were sent and are not known to be mined. They outlive the page, so that nobody sends one twice.

use super::act::{Act, Subject};
use serde::{Deserialize, Serialize};
use thunder_channel::Bytes32;

/// How many are kept; the oldest gives way. A person has one or two.
const MAX_KEPT: usize = 20;
/// How long one is waited for, in milliseconds. After an hour whoever sent it has looked elsewhere.
pub const MAX_AGE_MS: u64 = 60 * 60 * 1_000;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// What it does.
    pub act: Act,
    /// To what.
    pub to: Subject,
    /// What the wallet called it. It may have replaced it since.
    pub hash: Bytes32,
    /// When, in milliseconds since 1970.
    pub at: u64,
}

/// What was kept, as far as it is to be waited for at `now_ms`. What cannot be read is nothing: the chain knows what was mined.
#[must_use]
pub fn parse(text: &str, now_ms: u64) -> Vec<Sent> {
    let mut kept: Vec<Sent> = serde_json::from_str(text).unwrap_or_default();
    kept.retain(|sent| now_ms.saturating_sub(sent.at) < MAX_AGE_MS);
    kept.truncate(MAX_KEPT);
    kept
}

/// With one more, the newest first.
#[must_use]
pub fn with(mut kept: Vec<Sent>, sent: Sent) -> Vec<Sent> {
    kept.insert(0, sent);
    kept.truncate(MAX_KEPT);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::Address;

    fn sent(at: u64) -> Sent {
        Sent {
            act: Act::Collect,
            to: Subject::Token(Address::zero()),
            hash: Bytes32::from_low_u64_be(at),
            at,
        }
    }

    #[test]
    fn what_was_sent_is_known_after_a_reload_and_not_for_ever() {
        let kept = with(with(Vec::new(), sent(5)), sent(MAX_AGE_MS));
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(parse(&text, MAX_AGE_MS), kept);
        assert_eq!(parse(&text, MAX_AGE_MS + 5), [sent(MAX_AGE_MS)]);
        assert_eq!(parse("[{}]", 0), []);
        assert_eq!(parse("", 0), []);
    }

    #[test]
    fn memory_is_bounded() {
        let kept = (0..100).fold(Vec::new(), |kept, at| with(kept, sent(at)));
        assert_eq!((kept.len(), kept[0]), (MAX_KEPT, sent(99)));
    }
}
