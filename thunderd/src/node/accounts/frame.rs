//! What nodes say to each other about their accounts, and a swap with its signatures.

use serde::{Deserialize, Serialize};
use thunder_channel::{
    Address, Amount, Bytes32, ChannelId, DebtSwap, Domain, Signature, SigningKey, TypedMessage,
};

/// What nodes say to each other about their accounts. The link says who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountFrame {
    /// How the account stands at the end that speaks.
    Stand {
        /// The channel that it is paid in.
        channel: ChannelId,
        /// What the speaker has served in all.
        served: Amount,
        /// What it believes the listener has.
        believed: Amount,
        /// What it is ready to owe, and lets be owed.
        limit: Amount,
        /// It serves no more before it is paid.
        stopped: bool,
    },
    /// The speaker owes the listener, and is owed by `debtor`: does the listener owe the debtor?
    Seek {
        number: Bytes32,
        debtor: Address,
        token: Address,
        amount: Amount,
    },
    /// A swap that waits for the listener's signature.
    Sign(SignedSwap),
    /// A swap that all three have signed.
    Complete(SignedSwap),
    /// The speaker has booked it.
    Booked { swap: Bytes32 },
    /// One of the three will not sign it.
    Refused {
        swap: Bytes32,
        by: Address,
        signature: Signature,
    },
}

/// A swap and the signatures that there are, in the ring's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedSwap {
    /// What was signed.
    pub swap: DebtSwap,
    /// By the first, the second, the third.
    pub signatures: [Option<Signature>; 3],
}

impl SignedSwap {
    /// One that nobody has signed.
    pub const fn new(swap: DebtSwap) -> Self {
        Self {
            swap,
            signatures: [None; 3],
        }
    }

    /// An account's place in the ring.
    pub fn place(&self, account: Address) -> Option<usize> {
        self.swap.ring().iter().position(|one| *one == account)
    }

    /// Signs for the account of a place.
    pub fn sign(&mut self, place: usize, key: &SigningKey, domain: &Domain) {
        if let Some(signature) = self.signatures.get_mut(place) {
            *signature = Some(key.sign(&self.swap.digest(domain)));
        }
    }

    /// How many have signed, one after the other. `None` if a signature is somebody else's, one is missing in between, or the ring is
    /// not of three.
    pub fn signed(&self, domain: &Domain) -> Option<usize> {
        let ring = self.swap.ring();
        let [a, b, c] = ring;
        if a == b || b == c || c == a {
            return None;
        }
        let digest = self.swap.digest(domain);
        let count = self.signatures.iter().take_while(|one| one.is_some()).count();
        let (signed, missing) = self.signatures.split_at(count);
        let good = signed
            .iter()
            .flatten()
            .zip(ring)
            .all(|(signature, account)| signature.recover(&digest) == Ok(account));
        (good && missing.iter().all(Option::is_none)).then_some(count)
    }

    /// The account that the one of a place owes, and the one that owes it.
    pub fn neighbours(&self, place: usize) -> (Address, Address) {
        let ring = self.swap.ring();
        let at = |index: usize| ring[index % 3];
        (at(place + 1), at(place + 2))
    }
}
