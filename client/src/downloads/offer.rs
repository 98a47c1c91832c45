//! Whether an offer is taken, and the session that is proposed under it.

use thiserror::Error;
use thunder_channel::{
    Address, Amount, Domain,
    metering::{MAX_TOLERANCE, MEGABYTE, SessionKey, Terms, TermsFault, download::Offer},
};

/// The largest unit that is taken, in bytes: what can be lost.
pub const MAX_UNIT: u64 = 64 * MEGABYTE;
/// The highest tolerance that is taken, in parts per million: a tenth.
pub const HIGHEST_TOLERANCE: u32 = MAX_TOLERANCE / 10;

/// Who downloads, in which world, and under which terms at most.
#[derive(Clone, Debug)]
pub struct Accepts {
    /// The chain and the contract of sessions.
    pub domain: Domain,
    /// The wallet's account, which deposits.
    pub client: Address,
    /// The key that signs counts.
    pub client_signer: Address,
    /// Tokens that are known; zero is ether.
    pub tokens: Vec<Address>,
    /// The shortest finalization period, in the contract's clock: time enough to show a statement.
    pub least_period: u32,
    /// The longest, for which a deposit may be held up.
    pub most_period: u32,
}

/// Why an offer is not taken. Nothing was signed or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OfferFault {
    /// Deposits would go to another contract, or on another chain.
    #[error("the provider works on another chain, or with another contract, than this page")]
    OtherWorld,
    /// It wants to be paid in something else.
    #[error("the provider takes a token that is not known here")]
    Token,
    /// Too much would pass on trust.
    #[error("the provider wants to send {unit} bytes unacknowledged, which is more than this page risks")]
    Unit {
        /// How much.
        unit: u64,
    },
    /// Too much could be charged for nothing.
    #[error("the provider's tolerance is above a tenth: it could charge for too much that never came")]
    Tolerance,
    /// No time to show evidence in, or too much to wait for.
    #[error("the provider's finalization period of {period} is not between {least} and {most}")]
    Period {
        /// What it asks.
        period: u32,
        /// The shortest that is taken.
        least: u32,
        /// The longest.
        most: u32,
    },
    /// The contract would refuse the session.
    #[error("no session can run like this: {0}")]
    Terms(#[from] TermsFault),
    /// A megabyte costs more than the person said.
    #[error("the provider asks more for a megabyte than you said")]
    TooDear,
    /// Not even a unit would be paid.
    #[error("the deposit has to pay for one unit at least")]
    TooLittle {
        /// What that costs.
        least: Amount,
    },
    /// It is not what was shown before.
    #[error("the provider has changed its offer; look at it again")]
    Changed,
}

/// Whether a session can run under an offer at all.
///
/// # Errors
/// [`OfferFault`] says why not.
pub fn judge(offer: &Offer, accepts: &Accepts) -> Result<(), OfferFault> {
    if (offer.chain_id, offer.contract) != (accepts.domain.chain_id, accepts.domain.hub) {
        return Err(OfferFault::OtherWorld);
    }
    let terms = &offer.terms;
    if !accepts.tokens.contains(&terms.token) {
        return Err(OfferFault::Token);
    }
    if terms.unit > MAX_UNIT {
        return Err(OfferFault::Unit { unit: terms.unit });
    }
    if terms.tolerance > HIGHEST_TOLERANCE {
        return Err(OfferFault::Tolerance);
    }
    let (period, least, most) = (
        terms.finalization_period,
        accepts.least_period,
        accepts.most_period,
    );
    if !(least..=most).contains(&period) {
        return Err(OfferFault::Period { period, least, most });
    }
    key(offer, accepts, 0).check(accepts.domain.hub)?;
    Ok(())
}

/// The session that is proposed under an offer, with a deposit. `most` is what a megabyte may cost, if the person said; `salt` is
/// random.
///
/// # Errors
/// [`OfferFault`] says why none is.
pub fn propose(
    offer: &Offer,
    accepts: &Accepts,
    most: Option<Amount>,
    deposit: Amount,
    salt: u64,
) -> Result<SessionKey, OfferFault> {
    judge(offer, accepts)?;
    if most.is_some_and(|most| offer.terms.price > most) {
        return Err(OfferFault::TooDear);
    }
    let key = key(offer, accepts, salt);
    let least = key.terms.least_deposit();
    if deposit < least {
        return Err(OfferFault::TooLittle { least });
    }
    Ok(key)
}

/// As many bytes as a contract can hold the price of, so that a deposit can always be added to.
fn key(offer: &Offer, accepts: &Accepts, salt: u64) -> SessionKey {
    let quantity = offer.terms.covered(Amount::MAX);
    SessionKey {
        client: accepts.client,
        client_signer: accepts.client_signer,
        provider: offer.provider,
        provider_signer: offer.provider_signer,
        terms: Terms {
            quantity,
            ..offer.terms
        },
        salt,
    }
}
