//! The terms of a session, the key that adds who takes part, and the id that binds every signature to one life of it.

use crate::{Address, Amount, Domain, Epoch, MAX_AMOUNT, eip712::keccak256};
use ethers_core::types::H256;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// The bytes that a price is for.
pub const MEGABYTE: u64 = 1_000_000;
/// All of something in parts per million: a tolerance is below it.
pub const MAX_TOLERANCE: u32 = 1_000_000;

/// One of the two sides of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Proposes, deposits, is charged.
    Client,
    /// Serves, is paid.
    Provider,
}

impl Role {
    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Provider,
            Self::Provider => Self::Client,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Provider => "provider",
        })
    }
}

/// What the two sides agree on. Numbers of bytes are decimal strings in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// The ERC-20 token; the zero address is ether.
    pub token: Address,
    /// What 1,000,000 bytes cost, in the token's smallest unit.
    pub price: Amount,
    /// How many bytes the session is about, sent and received together.
    #[serde(with = "crate::statements::decimal_u64")]
    pub quantity: u64,
    /// How many bytes pass unacknowledged, at most.
    #[serde(with = "crate::statements::decimal_u64")]
    pub unit: u64,
    /// Which share of the bytes may be lost on the way, in parts per million.
    pub tolerance: u32,
    /// Units of the contract's clock in which a later pair may be shown after a close.
    pub finalization_period: u32,
}

/// Why no session can run under terms, or with a key. The contract refuses the same, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TermsFault {
    /// A side or a signer is the zero address.
    #[error("a side or its signer is the zero address")]
    ZeroAddress,
    /// The client is the provider.
    #[error("client and provider are the same address: a session needs two")]
    SameSides,
    /// One key would sign both counts.
    #[error("both sides have the same signer")]
    SameSigners,
    /// A side or a signer is the contract of sessions.
    #[error("the contract of sessions cannot take part in a session")]
    ContractAsParty,
    /// The token is the contract of sessions.
    #[error("the contract of sessions is no token")]
    ContractAsToken,
    /// No time to show a later pair.
    #[error("the finalization period must be at least 1")]
    ZeroPeriod,
    /// Nothing would ever be owed.
    #[error("the price is zero; name one")]
    ZeroPrice,
    /// Statements would be due always.
    #[error("the unit is zero; it needs at least one byte")]
    ZeroUnit,
    /// The session would be over before its first statement.
    #[error("the quantity is below one unit")]
    QuantityBelowUnit,
    /// Every difference would be within the tolerance.
    #[error("the tolerance has to be below a million parts of a million")]
    ToleranceTooHigh,
    /// A unit costs less than the token's smallest unit.
    #[error("a unit costs nothing at this price; take a larger unit or a higher price")]
    FreeUnit,
    /// The quantity costs more than 96 bits can say.
    #[error("the whole quantity costs more than a session can hold")]
    PriceTooHigh,
}

impl Terms {
    /// What `count` bytes cost, rounded down; `None` above [`MAX_AMOUNT`].
    ///
    /// Of a running count, so rounding never adds up.
    #[must_use]
    pub fn cost(&self, count: u64) -> Option<Amount> {
        // A product above 128 bits is, divided, far above 96.
        let product = self.price.units().checked_mul(u128::from(count))?;
        Amount::new(product / u128::from(MEGABYTE)).ok()
    }

    /// What `count` bytes cost, or the largest amount where it is more: for what a deposit caps anyway.
    #[must_use]
    pub fn cost_at_most(&self, count: u64) -> Amount {
        self.cost(count).unwrap_or(Amount::MAX)
    }

    /// The least that can be deposited: the price of a unit. At most what terms that pass [`check`](Self::check) cost.
    #[must_use]
    pub fn least_deposit(&self) -> Amount {
        self.cost_at_most(self.unit)
    }

    /// The most that can be deposited: the price of the whole quantity.
    #[must_use]
    pub fn most_deposit(&self) -> Amount {
        self.cost_at_most(self.quantity)
    }

    /// How many bytes a deposit pays for in full: the highest count that costs no more, up to the quantity.
    #[must_use]
    pub fn covered(&self, deposit: Amount) -> u64 {
        // cost(n) ≤ d  ⇔  price · n < (d + 1) · 1,000,000
        let beyond = (deposit.units() + 1) * u128::from(MEGABYTE) - 1;
        let bytes = beyond.checked_div(self.price.units()).unwrap_or(u128::MAX);
        u64::try_from(bytes).unwrap_or(u64::MAX).min(self.quantity)
    }

    /// Checks what the contract checks of terms.
    ///
    /// # Errors
    /// The first [`TermsFault`] found.
    pub fn check(&self) -> Result<(), TermsFault> {
        if self.finalization_period == 0 {
            return Err(TermsFault::ZeroPeriod);
        }
        if self.price.is_zero() {
            return Err(TermsFault::ZeroPrice);
        }
        if self.unit == 0 {
            return Err(TermsFault::ZeroUnit);
        }
        if self.quantity < self.unit {
            return Err(TermsFault::QuantityBelowUnit);
        }
        if self.tolerance >= MAX_TOLERANCE {
            return Err(TermsFault::ToleranceTooHigh);
        }
        if self.cost(self.unit).is_some_and(Amount::is_zero) {
            return Err(TermsFault::FreeUnit);
        }
        if self.cost(self.quantity).is_none() {
            return Err(TermsFault::PriceTooHigh);
        }
        Ok(())
    }
}

/// The immutable parameters of a session, in the order of the contract's `SessionKey`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionKey {
    /// The side that proposes and deposits.
    pub client: Address,
    /// The address whose signatures bind the client.
    pub client_signer: Address,
    /// The side that serves.
    pub provider: Address,
    /// The address whose signatures bind the provider, but for accepting: that takes the provider's own account. The client
    /// chooses this key, so a provider looks at it before it accepts.
    pub provider_signer: Address,
    /// What they agree on.
    #[serde(flatten)]
    pub terms: Terms,
    /// Any number; tells sessions of otherwise equal parameters apart. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub salt: u64,
}

/// keccak-256 of the ABI-encoded key and epoch: names one life of one session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub H256);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl SessionKey {
    /// The account of a side.
    #[must_use]
    pub const fn address(&self, role: Role) -> Address {
        match role {
            Role::Client => self.client,
            Role::Provider => self.provider,
        }
    }

    /// Whose signature a side's counts need.
    #[must_use]
    pub const fn signer(&self, role: Role) -> Address {
        match role {
            Role::Client => self.client_signer,
            Role::Provider => self.provider_signer,
        }
    }

    /// The side that an account is, if any.
    #[must_use]
    pub fn role_of(&self, account: Address) -> Option<Role> {
        let mut roles = [Role::Client, Role::Provider].into_iter();
        roles.find(|role| self.address(*role) == account)
    }

    /// The id of one life: `keccak256(abi.encode(key, epoch))`.
    #[must_use]
    pub fn id(&self, epoch: Epoch) -> SessionId {
        SessionId(H256(keccak256(&self.abi_words(epoch))))
    }

    /// Checks what the contract at `contract` checks when the session is proposed.
    ///
    /// # Errors
    /// The first [`TermsFault`] found.
    pub fn check(&self, contract: Address) -> Result<(), TermsFault> {
        let people = [
            self.client,
            self.provider,
            self.client_signer,
            self.provider_signer,
        ];
        if people.iter().any(Address::is_zero) {
            return Err(TermsFault::ZeroAddress);
        }
        if self.client == self.provider {
            return Err(TermsFault::SameSides);
        }
        if self.client_signer == self.provider_signer {
            return Err(TermsFault::SameSigners);
        }
        if people.contains(&contract) {
            return Err(TermsFault::ContractAsParty);
        }
        if self.terms.token == contract {
            return Err(TermsFault::ContractAsToken);
        }
        self.terms.check()
    }

    /// Solidity ABI encoding of the static struct and the epoch: twelve words of 32 bytes.
    fn abi_words(&self, epoch: Epoch) -> [u8; 12 * 32] {
        let mut words = [0; 12 * 32];
        let mut put = |index: usize, value: &[u8]| {
            let end = (index + 1) * 32;
            words[end - value.len()..end].copy_from_slice(value);
        };
        let terms = &self.terms;
        put(0, self.client.as_bytes());
        put(1, self.client_signer.as_bytes());
        put(2, self.provider.as_bytes());
        put(3, self.provider_signer.as_bytes());
        put(4, terms.token.as_bytes());
        put(5, &terms.price.units().to_be_bytes());
        put(6, &terms.quantity.to_be_bytes());
        put(7, &terms.unit.to_be_bytes());
        put(8, &terms.tolerance.to_be_bytes());
        put(9, &terms.finalization_period.to_be_bytes());
        put(10, &self.salt.to_be_bytes());
        put(11, &epoch.to_be_bytes());
        words
    }
}

/// One life of a session, at one contract on one chain: everything that a signature in it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// Its parameters.
    pub key: SessionKey,
    /// Which life.
    pub epoch: Epoch,
    /// The chain, and the contract of sessions in the place of the hub.
    pub domain: Domain,
}

impl Session {
    /// What statements in it name.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.key.id(self.epoch)
    }
}

const _: () = assert!(
    MAX_AMOUNT.checked_mul(MEGABYTE as u128).is_some(),
    "covered() does not overflow"
);

#[cfg(test)]
mod tests {
    use super::*;
    use ethers_core::abi::{Token, encode};

    fn key() -> SessionKey {
        SessionKey {
            client: Address::repeat_byte(1),
            client_signer: Address::repeat_byte(2),
            provider: Address::repeat_byte(3),
            provider_signer: Address::repeat_byte(4),
            terms: Terms {
                token: Address::repeat_byte(5),
                price: Amount::new(3_000_000).unwrap(),
                quantity: 100 * MEGABYTE,
                unit: MEGABYTE,
                tolerance: 10_000,
                finalization_period: 100,
            },
            salt: u64::MAX - 1,
        }
    }

    fn with(change: impl FnOnce(&mut SessionKey)) -> SessionKey {
        let mut key = key();
        change(&mut key);
        key
    }

    #[test]
    fn id_is_the_hash_of_the_abi_encoding() {
        let key = key();
        let terms = &key.terms;
        let encoded = encode(&[
            Token::Address(key.client),
            Token::Address(key.client_signer),
            Token::Address(key.provider),
            Token::Address(key.provider_signer),
            Token::Address(terms.token),
            Token::Uint(terms.price.units().into()),
            Token::Uint(terms.quantity.into()),
            Token::Uint(terms.unit.into()),
            Token::Uint(terms.tolerance.into()),
            Token::Uint(terms.finalization_period.into()),
            Token::Uint(key.salt.into()),
            Token::Uint(7.into()),
        ]);
        assert_eq!(key.id(7).0.0, ethers_core::utils::keccak256(encoded));
        assert_ne!(key.id(7), key.id(8));
    }

    #[test]
    fn refuses_terms_under_which_no_session_can_run() {
        use TermsFault as F;
        let contract = Address::repeat_byte(9);
        assert_eq!(key().check(contract), Ok(()));
        let most = Amount::MAX;
        // A megabyte costs one, so a byte less is free.
        let free = |key: &mut SessionKey| {
            (key.terms.price, key.terms.unit) = (Amount::new(1).unwrap(), MEGABYTE - 1);
        };
        for (key, fault) in [
            (with(|key| key.provider = Address::zero()), F::ZeroAddress),
            (with(|key| key.provider = key.client), F::SameSides),
            (
                with(|key| key.provider_signer = key.client_signer),
                F::SameSigners,
            ),
            (with(|key| key.client_signer = contract), F::ContractAsParty),
            (with(|key| key.terms.token = contract), F::ContractAsToken),
            (with(|key| key.terms.finalization_period = 0), F::ZeroPeriod),
            (with(|key| key.terms.price = Amount::ZERO), F::ZeroPrice),
            (with(|key| key.terms.unit = 0), F::ZeroUnit),
            (
                with(|key| key.terms.unit = key.terms.quantity + 1),
                F::QuantityBelowUnit,
            ),
            (
                with(|key| key.terms.tolerance = MAX_TOLERANCE),
                F::ToleranceTooHigh,
            ),
            (with(free), F::FreeUnit),
            (with(|key| key.terms.price = most), F::PriceTooHigh),
        ] {
            assert_eq!(key.check(contract), Err(fault));
        }
    }

    #[test]
    fn a_deposit_covers_what_it_pays_for_and_no_byte_more() {
        let mut terms = key().terms;
        for price in [1, 7, 999_999, 1_000_000, 1_000_001, 123_456_789] {
            terms.price = Amount::new(price).unwrap();
            for deposit in [0, 1, 2, 29_999_999, 30_000_000] {
                let deposit = Amount::new(deposit).unwrap();
                let covered = terms.covered(deposit);
                assert!(terms.cost(covered).unwrap() <= deposit, "{price} {deposit}");
                let next = terms.cost(covered + 1).unwrap();
                assert!(covered == terms.quantity || next > deposit, "{price} {deposit}");
            }
        }
        assert_eq!(terms.covered(Amount::MAX), terms.quantity);
    }
}
