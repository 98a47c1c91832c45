//! Proving who speaks: a challenge for one connection, one relay and one minute.

use crate::clock::Clock;
use std::time::Duration;
use thiserror::Error;
use thunder_channel::{
    Address, Bytes32, Domain, SignIn, Signature, TypedMessage,
    wire::{RelayFrame, VERSION},
};

/// The challenge of one connection. Answering uses it up.
#[derive(Debug)]
pub struct Challenge(SignIn);

/// Why a sign-in was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignInRefused {
    /// Too late.
    #[error("the challenge has expired; connect again and sign the new one")]
    Expired,
    /// No key made this signature.
    #[error("the signature does not fit the challenge; connect again and sign the new one")]
    BadSignature,
    /// This connection signed in, or failed to, before.
    #[error("a challenge is good for one sign-in; connect again to sign in anew")]
    Used,
}

impl Challenge {
    /// A new challenge for a client that reached the relay as `origin`.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn draw(origin: String, clock: &dyn Clock, valid: Duration) -> Result<Self, getrandom::Error> {
        let mut drawn = [0; 32];
        getrandom::getrandom(&mut drawn)?;
        Ok(Self(SignIn {
            origin,
            challenge: Bytes32::from(drawn),
            expires_at: clock.now_seconds().saturating_add(valid.as_secs()),
        }))
    }

    /// The frame that opens the connection.
    #[must_use]
    pub fn frame(&self) -> RelayFrame {
        RelayFrame::Challenge {
            version: VERSION,
            origin: self.0.origin.clone(),
            challenge: self.0.challenge,
            expires_at: self.0.expires_at,
        }
    }

    /// Who answered.
    ///
    /// A signature over anything else, such as another relay's challenge, is some other address's: nobody's, for whom no channel
    /// opens. The one who signed notices by the address in the answer.
    ///
    /// # Errors
    /// [`SignInRefused`]
    pub fn answered(
        self,
        signature: &Signature,
        domain: &Domain,
        clock: &dyn Clock,
    ) -> Result<Address, SignInRefused> {
        if clock.now_seconds() > self.0.expires_at {
            return Err(SignInRefused::Expired);
        }
        signature
            .recover(&self.0.digest(domain))
            .map_err(|_| SignInRefused::BadSignature)
    }
}
