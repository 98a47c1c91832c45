//! Proving who speaks on a connection: a challenge for this connection, this provider and one minute.

use super::wire::Said;
use crate::{clock::now_ms, data_dir::random};
use std::time::Duration;
use thunder_channel::{
    Address, Bytes32, Domain, SignIn, Signature, TypedMessage, metering::download::VERSION,
};

/// How long a challenge is good.
pub const VALID: Duration = Duration::from_secs(60);

/// The challenge of one connection. Answering uses it up.
pub struct Challenge(SignIn);

impl Challenge {
    /// A new one for who dialled `origin`.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn draw(origin: String) -> anyhow::Result<Self> {
        Ok(Self(SignIn {
            origin,
            challenge: Bytes32::from(random::<32>()?),
            expires_at: now_s().saturating_add(VALID.as_secs()),
        }))
    }

    /// The frame that asks it.
    pub fn frame(&self) -> Said {
        Said::Challenge {
            version: VERSION,
            origin: self.0.origin.clone(),
            challenge: self.0.challenge,
            expires_at: self.0.expires_at,
        }
    }

    /// Who answered. A signature over anything else is some other address's, for whom nothing opens; who signed notices by the answer.
    ///
    /// # Errors
    /// In words for the client.
    pub fn answered(self, signature: &Signature, domain: &Domain) -> Result<Address, &'static str> {
        if now_s() > self.0.expires_at {
            return Err("the challenge has expired: connect again and sign the new one");
        }
        signature
            .recover(&self.0.digest(domain))
            .map_err(|_| "the signature is none: connect again and sign the new challenge")
    }
}

fn now_s() -> u64 {
    now_ms() / 1_000
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use thunder_channel::SigningKey;

    #[test]
    fn an_answer_is_good_for_one_connection_one_origin_and_a_minute() {
        let key = SigningKey::from_bytes(&[7; 32]).unwrap();
        let domain = Domain {
            chain_id: 31_337,
            hub: Address::repeat_byte(9),
        };
        let drawn = || Challenge::draw("ws://here".to_owned()).unwrap();
        let sign = |challenge: &Challenge| key.sign(&challenge.0.digest(&domain));
        let challenge = drawn();
        let signature = sign(&challenge);
        assert_eq!(challenge.answered(&signature, &domain), Ok(key.address()));
        // Of another connection, and of another origin.
        assert_ne!(drawn().answered(&signature, &domain), Ok(key.address()));
        let mut other = drawn();
        let signature = sign(&other);
        other.0.origin = "ws://there".to_owned();
        assert_ne!(other.answered(&signature, &domain), Ok(key.address()));
        let mut late = drawn();
        late.0.expires_at = now_s() - 1;
        let signature = sign(&late);
        assert!(late.answered(&signature, &domain).is_err());
    }
}
