//! Evidence: a statement of the provider, and the client's that acknowledges it.

use super::{Role, Session, SignedCount, StatementFault};
use serde::{Deserialize, Serialize};

/// What both sides counted, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    /// The client's.
    pub client: u64,
    /// The provider's, acknowledged by the client.
    pub provider: u64,
}

impl Counts {
    /// The higher of each: what evidence adds up to, in whatever order it is shown.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            client: self.client.max(other.client),
            provider: self.provider.max(other.provider),
        }
    }
}

/// A statement of the provider, and the statement of the client that acknowledges it.
///
/// Neither counts alone. The provider cannot raise its count without the client's acknowledgement, and each of the two
/// statements proves to its receiver that the other side stands by its count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// The provider's.
    pub provider: SignedCount,
    /// The client's; it acknowledges that.
    pub client: SignedCount,
}

impl Pair {
    /// What the two counted, if both signed it and the client's statement acknowledges the provider's.
    ///
    /// # Errors
    /// [`StatementFault`] says what is wrong; an acknowledgement of another statement is a
    /// [`WrongSigner`](StatementFault::WrongSigner), as it is to the contract.
    pub fn verify(&self, session: &Session) -> Result<Counts, StatementFault> {
        self.provider.verify(session, Role::Provider)?;
        if self.client.statement.acknowledged != self.provider.name(&session.domain) {
            return Err(StatementFault::WrongSigner);
        }
        self.client.verify(session, Role::Client)?;
        Ok(self.counts())
    }

    /// What the two say that they counted.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        Counts {
            client: self.client.count(),
            provider: self.provider.count(),
        }
    }
}

/// The best evidence so far: the pair with the highest count of each side. Mostly the two are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    highest_client: Option<Pair>,
    highest_provider: Option<Pair>,
}

impl Evidence {
    /// Takes a verified pair in, if it raises anything.
    pub fn add(&mut self, pair: Pair) -> bool {
        let (before, counts) = (self.counts(), pair.counts());
        let higher = |best: Option<Pair>, raises: bool| {
            if raises || best.is_none() {
                Some(pair)
            } else {
                best
            }
        };
        // Of pairs that raise both, one says it all.
        let both = counts.join(before) == counts;
        self.highest_client = higher(self.highest_client, both || counts.client > before.client);
        self.highest_provider = higher(self.highest_provider, both || counts.provider > before.provider);
        self.counts() != before
    }

    /// What it adds up to.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            client: self.highest_client.map_or(0, |pair| pair.client.count()),
            provider: self.highest_provider.map_or(0, |pair| pair.provider.count()),
        }
    }

    /// The pairs to show: none, one, or two. The first is for a close.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pair> {
        let mut pairs: Vec<_> = self.highest_provider.into_iter().collect();
        pairs.extend(
            self.highest_client
                .filter(|pair| Some(*pair) != self.highest_provider),
        );
        pairs
    }
}
