//! Coming back to a channel after a dropped connection: the client says what it has, and is sent what it lacks.

use super::{Message, Snapshot};
use crate::{Amount, Nonce, PerSide, Side, Signature, SignedClaim};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

/// What a client has of a channel when it subscribes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The best claim that each side has signed, as the client has it.
    pub claims: PerSide<Option<Rank>>,
    /// The small messages that the client has heard, at most [`super::MAX_MESSAGES`].
    pub messages: Vec<Fingerprint>,
}

/// Which of a side's claims: the higher total is the better one, at an equal total the higher nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rank {
    /// Its total.
    pub total: Amount,
    /// Its nonce. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub nonce: Nonce,
}

impl From<&SignedClaim> for Rank {
    fn from(signed: &SignedClaim) -> Self {
        Self {
            total: signed.claim.total,
            nonce: signed.claim.nonce,
        }
    }
}

/// Tells a signed message from others of its channel, whoever computes it: the first 8 bytes of its signature's `r`. Text form:
/// `0x` and 16 hexadecimal digits.
///
/// A signer that gives two statements the same `r` has published its key, so nobody but a sender can make two messages look the
/// same, and only its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 8]);

impl From<&Signature> for Fingerprint {
    fn from(signature: &Signature) -> Self {
        let mut first = [0; 8];
        first.copy_from_slice(&signature.r_and_s().0[..8]);
        Self(first)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let mut first = [0; 8];
        text.strip_prefix("0x")
            .and_then(|digits| hex::decode_to_slice(digits, &mut first).ok())
            .map(|()| Self(first))
            .ok_or_else(|| D::Error::custom("a fingerprint is 0x and 16 hexadecimal digits"))
    }
}

impl Snapshot {
    /// Leaves out what the one who asked has: the same claims, the history up to them, and messages that it has heard.
    #[must_use]
    pub fn since(mut self, known: &Known) -> Self {
        for payer in Side::BOTH {
            let Some(rank) = known.claims[payer] else {
                continue;
            };
            if self.claims[payer].as_ref().map(Rank::from) == Some(rank) {
                self.claims[payer] = None;
                self.unchanged[payer] = true;
            }
            self.history[payer].retain(|record| record.rank() > rank);
        }
        let standing = &mut self.standing;
        self.messages.retain(|message| {
            let same = message.fingerprint().filter(|same| known.messages.contains(same));
            standing.extend(same);
            same.is_none()
        });
        self
    }

    /// Whether the relay has this message, be it in the snapshot or left out as known.
    #[must_use]
    pub fn has(&self, message: &Message) -> bool {
        let stands = |same| self.standing.contains(&same);
        message.fingerprint().is_some_and(stands) || self.messages.contains(message)
    }
}
