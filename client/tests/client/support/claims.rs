//! Claims made by hand, for telling participants things.

use super::{amount, domain, key};
use thunder_channel::{Authorization, Claim, Side, SignedClaim, SigningKey, TypedMessage, wire::RelayFrame};
use thunder_client::Event;

/// A claim in the standard channel.
pub fn signed(by: &SigningKey, to: Side, total: u128, nonce: u64) -> SignedClaim {
    let claim = Claim {
        channel: key().id(0),
        to: key().address(to),
        total: amount(total),
        nonce,
    };
    SignedClaim {
        claim,
        authorization: Authorization::direct(by.sign(&claim.digest(&domain()))),
    }
}

/// The relay passes a claim on.
pub fn heard(claim: SignedClaim) -> Event {
    Event::Relay(Box::new(RelayFrame::Claim { claim, at: 0 }))
}
