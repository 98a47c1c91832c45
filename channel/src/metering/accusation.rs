//! What a side has signed against itself: evidence for a blacklist that anybody can check from the session alone.

use super::{Pair, Role, Session, SignedCount, StatementFault, is_beyond};
use crate::Bytes32;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Signatures that no honest side gives. Whoever subscribes to accusations checks them with
/// [`verify`](Self::verify) and believes nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
// They are rare.
#[allow(clippy::large_enum_variant)]
pub enum Accusation {
    /// The client acknowledged a count of the provider that its own is short of by more than the tolerance. An honest client
    /// acknowledges no such count, whoever of the two has counted wrong.
    Short {
        /// The two statements.
        pair: Pair,
    },
    /// A side's count fell: it signed `second` after `first`, with a lower count. That `second` is the later one, the side
    /// says itself: it acknowledges `between`, which acknowledges `first`.
    Fell {
        /// Of the accused, with the higher count.
        first: SignedCount,
        /// Of the other side.
        between: SignedCount,
        /// Of the accused, with the lower count.
        second: SignedCount,
    },
}

/// Why an accusation proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AccusationFault {
    /// One of its statements binds nobody.
    #[error(transparent)]
    Statement(#[from] StatementFault),
    /// The statements do not follow one another.
    #[error("the statements do not acknowledge one another")]
    NotLinked,
    /// They may all be true.
    #[error("the statements do not contradict the terms or each other")]
    Innocent,
}

impl Accusation {
    /// Who is guilty.
    ///
    /// # Errors
    /// [`AccusationFault`] if nobody is proven to be.
    pub fn verify(&self, session: &Session) -> Result<Role, AccusationFault> {
        match self {
            Self::Short { pair } => {
                let counts = pair.verify(session)?;
                if is_beyond(counts, session.key.terms.tolerance) {
                    Ok(Role::Client)
                } else {
                    Err(AccusationFault::Innocent)
                }
            }
            Self::Fell {
                first,
                between,
                second,
            } => {
                let accused = match first.verify(session, Role::Client) {
                    Ok(()) => Role::Client,
                    Err(_) => first.verify(session, Role::Provider).map(|()| Role::Provider)?,
                };
                between.verify(session, accused.other())?;
                second.verify(session, accused)?;
                let follows = |later: &SignedCount, earlier: &SignedCount| {
                    later.statement.acknowledged == earlier.name(&session.domain)
                };
                if !follows(between, first) || !follows(second, between) {
                    return Err(AccusationFault::NotLinked);
                }
                if second.count() < first.count() {
                    Ok(accused)
                } else {
                    Err(AccusationFault::Innocent)
                }
            }
        }
    }

    /// The statement that names it, so that one that is known already can be told from a new one.
    #[must_use]
    pub fn name(&self, session: &Session) -> Bytes32 {
        match self {
            Self::Short { pair } => pair.client.name(&session.domain),
            Self::Fell { second, .. } => second.name(&session.domain),
        }
    }
}
