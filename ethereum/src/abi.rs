//! Solidity's ABI: selectors from signatures, and a strict reader of what comes back.

use crate::ChainError;
use ethers_core::{
    abi::{ParamType, Token, decode, encode},
    types::{H256, U256},
};
use thunder_channel::{Address, Amount, Authorization, ChannelKey, Side, keccak256};

/// The longest text read from a contract, in bytes. A name or a clock mode is far below it.
const MAX_TEXT: usize = 256;

/// The first four bytes of the hash of a function's or error's signature.
pub fn selector(signature: &str) -> [u8; 4] {
    let [a, b, c, d, ..] = keccak256(signature.as_bytes());
    [a, b, c, d]
}

/// The hash of an event's signature.
pub fn topic(signature: &str) -> H256 {
    H256(keccak256(signature.as_bytes()))
}

/// The call data for a function with these arguments.
pub fn call_data(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&selector(signature)[..], &encode(arguments)].concat()
}

pub fn key_token(key: &ChannelKey) -> Token {
    Token::Tuple(vec![
        Token::Address(key.alice),
        Token::Address(key.alice_signer),
        Token::Address(key.bob),
        Token::Address(key.bob_signer),
        Token::Address(key.token),
        uint(key.finalization_period),
        uint(key.policy.index()),
        uint(key.salt),
    ])
}

pub fn auth_token(authorization: &Authorization) -> Token {
    let (r, vs) = authorization.signature.compact();
    let (delegation_r, delegation_vs) = authorization
        .delegation
        .map_or_else(Default::default, |delegation| delegation.compact());
    let words = [r, vs, delegation_r, delegation_vs];
    Token::Tuple(words.map(|word| Token::FixedBytes(word.to_vec())).to_vec())
}

pub fn uint(number: impl Into<U256>) -> Token {
    Token::Uint(number.into())
}

pub fn amount(amount: Amount) -> Token {
    uint(amount.units())
}

/// Reads a single `string` that a view returned.
pub fn read_text(what: &str, data: &[u8]) -> Result<String, ChainError> {
    let bad = || ChainError::malformed(format!("{what} is not a text"));
    if data.len() > MAX_TEXT + 96 {
        return Err(bad());
    }
    match decode(&[ParamType::String], data).map_err(|_| bad())?.pop() {
        Some(Token::String(text)) => Ok(text),
        _ => Err(bad()),
    }
}

/// Reads the 32-byte words of static return values and events one by one, checking the range of each.
pub struct Words<'a> {
    what: &'a str,
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    /// Starts reading. `what` names the answer in errors.
    pub const fn new(what: &'a str, data: &'a [u8]) -> Self {
        Self { what, rest: data }
    }

    /// The next word as it is.
    pub fn word(&mut self) -> Result<[u8; 32], ChainError> {
        let (word, rest) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| ChainError::malformed(format!("{} is too short", self.what)))?;
        self.rest = rest;
        Ok(*word)
    }

    /// The next word as a number up to `u128::MAX`.
    pub fn uint(&mut self) -> Result<u128, ChainError> {
        let number = self.uint256()?;
        u128::try_from(number).map_err(|_| self.out_of_range())
    }

    /// The next word as any number.
    pub fn uint256(&mut self) -> Result<U256, ChainError> {
        Ok(U256::from_big_endian(&self.word()?))
    }

    /// The next word as a `uint64`.
    pub fn u64(&mut self) -> Result<u64, ChainError> {
        let number = self.uint()?;
        number.try_into().map_err(|_| self.out_of_range())
    }

    /// The next word as a `uint32`.
    pub fn u32(&mut self) -> Result<u32, ChainError> {
        let number = self.uint()?;
        number.try_into().map_err(|_| self.out_of_range())
    }

    /// The next word as a `uint8`.
    pub fn u8(&mut self) -> Result<u8, ChainError> {
        let number = self.uint()?;
        number.try_into().map_err(|_| self.out_of_range())
    }

    /// The next word as a `uint96` amount.
    pub fn amount(&mut self) -> Result<Amount, ChainError> {
        let number = self.uint()?;
        Amount::new(number).map_err(|_| self.out_of_range())
    }

    /// The next word as a side.
    pub fn side(&mut self) -> Result<Side, ChainError> {
        let number = self.u8()?;
        Side::from_index(number).ok_or_else(|| self.out_of_range())
    }

    /// The next word as an address.
    pub fn address(&mut self) -> Result<Address, ChainError> {
        let word = self.word()?;
        match word.split_at(12) {
            (padding, address) if padding.iter().all(|byte| *byte == 0) => Ok(Address::from_slice(address)),
            _ => Err(self.out_of_range()),
        }
    }

    /// The error for a value that its type cannot hold.
    pub fn out_of_range(&self) -> ChainError {
        ChainError::malformed(format!("{} holds a value out of range", self.what))
    }

    /// Ends reading: nothing may be left.
    pub fn end(self) -> Result<(), ChainError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(ChainError::malformed(format!("{} is too long", self.what)))
        }
    }
}
