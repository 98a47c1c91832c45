//! The channel key, its checks, and the id that binds every signature to one life of one channel.

use crate::{Address, Side, eip712::keccak256};
use ethers_core::types::H256;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// How many times a key has been opened before. The hub keeps 24 bits of it.
pub type Epoch = u32;

/// What happens to a closer that understated what it paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// A higher claim corrects the closer.
    #[default]
    Refute,
    /// A claim signed by the closer above what it declared pays the whole channel to the other side.
    Forfeit,
}

impl Policy {
    /// The value of the hub's `Policy` enum.
    #[must_use]
    pub const fn index(self) -> u8 {
        match self {
            Self::Refute => 0,
            Self::Forfeit => 1,
        }
    }

    /// Reads the hub's `Policy` enum; `None` for any other number.
    #[must_use]
    pub const fn from_index(index: u8) -> Option<Self> {
        match index {
            0 => Some(Self::Refute),
            1 => Some(Self::Forfeit),
            _ => None,
        }
    }
}

/// keccak-256 of the ABI-encoded key and epoch: names one life of one channel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelId(pub H256);

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Debug for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// The immutable parameters of a channel, in the order of the hub's `ChannelKey`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelKey {
    /// The side that opened the channel.
    pub alice: Address,
    /// The address whose signatures bind alice.
    pub alice_signer: Address,
    /// The other side.
    pub bob: Address,
    /// The address whose signatures bind bob.
    pub bob_signer: Address,
    /// The ERC-20 token; the zero address is ether.
    pub token: Address,
    /// Units of the hub's clock (blocks, on most deployments) in which a higher claim may be shown after a close.
    pub finalization_period: u32,
    /// What an understating closer loses.
    pub policy: Policy,
    /// Random, so that nobody can know the key before it is opened. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub salt: u64,
}

/// Why a key can never be a channel. The hub refuses the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// A side or a signer is the zero address.
    #[error("a side or its signer is the zero address")]
    ZeroAddress,
    /// Alice and bob are one.
    #[error("both sides are the same address: a channel needs two people")]
    SameSides,
    /// One signer would bind both sides.
    #[error("both sides have the same signer")]
    SameSigners,
    /// A side or a signer is the hub itself.
    #[error("the hub itself cannot take part in a channel")]
    HubAsParty,
    /// The token is the hub itself.
    #[error("the hub itself is no token")]
    HubAsToken,
    /// No time to answer a close.
    #[error("the finalization period must be at least 1")]
    NoPeriod,
}

impl ChannelKey {
    /// The address of a side.
    #[must_use]
    pub const fn address(&self, side: Side) -> Address {
        match side {
            Side::Alice => self.alice,
            Side::Bob => self.bob,
        }
    }

    /// The signer of a side.
    #[must_use]
    pub const fn signer(&self, side: Side) -> Address {
        match side {
            Side::Alice => self.alice_signer,
            Side::Bob => self.bob_signer,
        }
    }

    /// The side an address is, if any.
    #[must_use]
    pub fn side_of(&self, address: Address) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.address(*side) == address)
    }

    /// Whether the channel is in ether.
    #[must_use]
    pub fn is_ether(&self) -> bool {
        self.token.is_zero()
    }

    /// The id of one life: `keccak256(abi.encode(key, epoch))`.
    #[must_use]
    pub fn id(&self, epoch: Epoch) -> ChannelId {
        ChannelId(H256(keccak256(&self.abi_words(epoch))))
    }

    /// Checks what the hub checks when the key is opened.
    ///
    /// # Errors
    /// The first [`KeyFault`] found.
    pub fn check(&self, hub: Address) -> Result<(), KeyFault> {
        let people = [self.alice, self.alice_signer, self.bob, self.bob_signer];
        if people.iter().any(Address::is_zero) {
            return Err(KeyFault::ZeroAddress);
        }
        if self.alice == self.bob {
            return Err(KeyFault::SameSides);
        }
        if self.alice_signer == self.bob_signer {
            return Err(KeyFault::SameSigners);
        }
        if people.contains(&hub) {
            return Err(KeyFault::HubAsParty);
        }
        if self.token == hub {
            return Err(KeyFault::HubAsToken);
        }
        if self.finalization_period == 0 {
            return Err(KeyFault::NoPeriod);
        }
        Ok(())
    }

    /// Solidity ABI encoding of the static struct and the epoch: nine words of 32 bytes.
    fn abi_words(&self, epoch: Epoch) -> [u8; 9 * 32] {
        let mut words = [0; 9 * 32];
        let mut put = |index: usize, value: &[u8]| {
            let end = (index + 1) * 32;
            words[end - value.len()..end].copy_from_slice(value);
        };
        put(0, self.alice.as_bytes());
        put(1, self.alice_signer.as_bytes());
        put(2, self.bob.as_bytes());
        put(3, self.bob_signer.as_bytes());
        put(4, self.token.as_bytes());
        put(5, &self.finalization_period.to_be_bytes());
        put(6, &[self.policy.index()]);
        put(7, &self.salt.to_be_bytes());
        put(8, &epoch.to_be_bytes());
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ethers_core::abi::{Token, encode};

    fn key() -> ChannelKey {
        ChannelKey {
            alice: Address::repeat_byte(1),
            alice_signer: Address::repeat_byte(2),
            bob: Address::repeat_byte(3),
            bob_signer: Address::repeat_byte(4),
            token: Address::repeat_byte(5),
            finalization_period: 100,
            policy: Policy::Forfeit,
            salt: u64::MAX - 1,
        }
    }

    #[test]
    fn id_is_the_hash_of_the_abi_encoding() {
        let key = key();
        let encoded = encode(&[
            Token::Address(key.alice),
            Token::Address(key.alice_signer),
            Token::Address(key.bob),
            Token::Address(key.bob_signer),
            Token::Address(key.token),
            Token::Uint(key.finalization_period.into()),
            Token::Uint(key.policy.index().into()),
            Token::Uint(key.salt.into()),
            Token::Uint(7.into()),
        ]);
        assert_eq!(key.id(7).0.0, ethers_core::utils::keccak256(encoded));
        assert_ne!(key.id(7), key.id(8));
    }

    #[test]
    fn refuses_keys_that_can_never_be_a_channel() {
        let hub = Address::repeat_byte(9);
        assert_eq!(key().check(hub), Ok(()));
        assert_eq!(
            ChannelKey {
                bob: Address::zero(),
                ..key()
            }
            .check(hub),
            Err(KeyFault::ZeroAddress)
        );
        assert_eq!(
            ChannelKey {
                bob: key().alice,
                ..key()
            }
            .check(hub),
            Err(KeyFault::SameSides)
        );
        assert_eq!(
            ChannelKey {
                bob_signer: key().alice_signer,
                ..key()
            }
            .check(hub),
            Err(KeyFault::SameSigners)
        );
        assert_eq!(
            ChannelKey { bob: hub, ..key() }.check(hub),
            Err(KeyFault::HubAsParty)
        );
        assert_eq!(
            ChannelKey { token: hub, ..key() }.check(hub),
            Err(KeyFault::HubAsToken)
        );
        assert_eq!(
            ChannelKey {
                finalization_period: 0,
                ..key()
            }
            .check(hub),
            Err(KeyFault::NoPeriod)
        );
    }
}
