//! ECDSA over secp256k1: signatures that are refused unless canonical, keys that forget themselves, and recovery.
//!
//! Two libraries do the arithmetic, chosen by target: `k256` in the browser, libsecp256k1 natively, which recovers four
//! to five times as many signatures a second. A test runs both over the same inputs.

#[cfg(any(test, target_arch = "wasm32"))]
mod k256_backend;
#[cfg(not(target_arch = "wasm32"))]
mod libsecp_backend;

#[cfg(target_arch = "wasm32")]
use k256_backend as backend;
#[cfg(not(target_arch = "wasm32"))]
use libsecp_backend as backend;

use crate::{Address, Digest, keccak256};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};
use thiserror::Error;
use zeroize::Zeroizing;

/// Half the order of secp256k1: a canonical `s` is not above it (EIP-2).
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d,
    0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

/// A recoverable signature with low `s`. Text form: `0x` and 65 bytes `r ‖ s ‖ v`, `v` 27 or 28.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature {
    r: [u8; 32],
    s: [u8; 32],
    y_is_odd: bool,
}

/// Why bytes are not a signature, or a signature is not one over the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// Not 65 bytes of hexadecimal.
    #[error("a signature is 0x and 130 hexadecimal digits")]
    Form,
    /// `v` is none of 0, 1, 27, 28.
    #[error("the signature's recovery byte is not 27 or 28")]
    RecoveryByte,
    /// `s` is in the upper half, where every signature has a twin.
    #[error("the signature is not in its canonical (low s) form")]
    HighS,
    /// No public key gives this signature.
    #[error("the signature belongs to no key")]
    NoKey,
}

impl Signature {
    /// Reads `r ‖ s ‖ v`, refusing what is not canonical.
    ///
    /// # Errors
    /// [`SignatureError::RecoveryByte`] or [`SignatureError::HighS`].
    pub fn from_bytes(bytes: &[u8; 65]) -> Result<Self, SignatureError> {
        let [mut r, mut s] = [[0; 32]; 2];
        r.copy_from_slice(&bytes[..32]);
        s.copy_from_slice(&bytes[32..64]);
        let y_is_odd = match bytes[64] {
            0 | 27 => false,
            1 | 28 => true,
            _ => return Err(SignatureError::RecoveryByte),
        };
        if s > HALF_ORDER {
            return Err(SignatureError::HighS);
        }
        Ok(Self { r, s, y_is_odd })
    }

    /// `r ‖ s ‖ v` with `v` 27 or 28.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 65] {
        let mut bytes = [0; 65];
        bytes[..32].copy_from_slice(&self.r);
        bytes[32..64].copy_from_slice(&self.s);
        bytes[64] = 27 + u8::from(self.y_is_odd);
        bytes
    }

    /// The two words of EIP-2098 (`r`, `yParity ‖ s`), the form that the hub takes.
    #[must_use]
    pub fn compact(&self) -> ([u8; 32], [u8; 32]) {
        let mut vs = self.s;
        vs[0] |= u8::from(self.y_is_odd) << 7;
        (self.r, vs)
    }

    /// `r` and `s`, for deriving a payment key: the part that does not depend on how a wallet spells `v`.
    #[must_use]
    pub const fn r_and_s(&self) -> (&[u8; 32], &[u8; 32]) {
        (&self.r, &self.s)
    }

    /// Whether the curve point's y is odd.
    #[must_use]
    pub const fn y_is_odd(&self) -> bool {
        self.y_is_odd
    }

    /// The address whose key signed this digest.
    ///
    /// # Errors
    /// [`SignatureError::NoKey`] if no key could have.
    pub fn recover(&self, digest: &Digest) -> Result<Address, SignatureError> {
        backend::recover(self, digest).ok_or(SignatureError::NoKey)
    }
}

/// The address of an uncompressed public key without its leading 0x04.
fn address_of_point(point: &[u8]) -> Address {
    Address::from_slice(&keccak256(point)[12..])
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 2 * 65];
        // A store writes many of these: not digit by digit.
        hex::encode_to_slice(self.to_bytes(), &mut digits).map_err(|_| fmt::Error)?;
        f.write_str("0x")?;
        f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Signature {
    type Err = SignatureError;
    fn from_str(text: &str) -> Result<Self, SignatureError> {
        let digits = text.strip_prefix("0x").ok_or(SignatureError::Form)?;
        let mut bytes = [0; 65];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| SignatureError::Form)?;
        Self::from_bytes(&bytes)
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A secp256k1 private key. Wiped from memory when dropped; never shown by `Debug`.
#[derive(Clone)]
pub struct SigningKey {
    secret: Zeroizing<[u8; 32]>,
    address: Address,
}

/// Why bytes are not a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is not a private key: it needs 64 hexadecimal digits and a value the curve allows")]
pub struct SigningKeyError;

impl SigningKey {
    /// A key from its 32 bytes, big-endian.
    ///
    /// # Errors
    /// [`SigningKeyError`] for zero and for numbers not below the curve's order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, SigningKeyError> {
        let address = backend::address_of_secret(bytes).ok_or(SigningKeyError)?;
        Ok(Self {
            secret: Zeroizing::new(*bytes),
            address,
        })
    }

    /// A key from hexadecimal digits, with or without `0x`.
    ///
    /// # Errors
    /// [`SigningKeyError`] for anything else.
    pub fn from_hex(text: &str) -> Result<Self, SigningKeyError> {
        let text = text.trim();
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), bytes.as_mut())
            .map_err(|_| SigningKeyError)?;
        Self::from_bytes(&bytes)
    }

    /// The address of this key.
    #[must_use]
    pub const fn address(&self) -> Address {
        self.address
    }

    /// The 32 secret bytes, for a store of the holder's own.
    #[must_use]
    pub fn secret(&self) -> &Zeroizing<[u8; 32]> {
        &self.secret
    }

    /// Signs a digest, deterministically (RFC 6979), with low `s`.
    #[must_use]
    pub fn sign(&self, digest: &Digest) -> Signature {
        backend::sign(&self.secret, digest)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:#x})", self.address)
    }
}

// Both libraries are compared natively; the browser checks its one by the test vectors.
#[cfg(not(target_arch = "wasm32"))]
#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `order − s` and the other parity: the twin that malleability gives every signature.
    fn twin(signature: &Signature) -> [u8; 65] {
        let order = k256_order();
        let mut bytes = signature.to_bytes();
        let mut borrow = 0i16;
        for i in (0..32).rev() {
            let digit = i16::from(order[i]) - i16::from(signature.s[i]) - borrow;
            borrow = i16::from(digit < 0);
            bytes[32 + i] = u8::try_from(digit.rem_euclid(256)).unwrap();
        }
        bytes[64] = 27 + u8::from(!signature.y_is_odd);
        bytes
    }

    fn k256_order() -> [u8; 32] {
        let mut order = HALF_ORDER;
        let mut carry = 1; // order = 2 · half + 1
        for byte in order.iter_mut().rev() {
            let doubled = u16::from(*byte) * 2 + carry;
            *byte = doubled.to_be_bytes()[1];
            carry = doubled >> 8;
        }
        order
    }

    #[test]
    fn knows_a_foreign_address() {
        // Account 1 of the mnemonic that every development chain uses.
        let key = SigningKey::from_hex("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d")
            .unwrap();
        assert_eq!(
            crate::checksummed(key.address()),
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
        );
        assert!(!format!("{key:?}").contains("59c6"));
    }

    #[test]
    fn refuses_what_is_not_a_signature() {
        let key = SigningKey::from_bytes(&[1; 32]).unwrap();
        let signature = key.sign(&Digest([2; 32]));
        assert_eq!(
            Signature::from_bytes(&twin(&signature)),
            Err(SignatureError::HighS)
        );
        let mut bad_v = signature.to_bytes();
        bad_v[64] = 29;
        assert_eq!(Signature::from_bytes(&bad_v), Err(SignatureError::RecoveryByte));
        let text = signature.to_string();
        assert_eq!(text.parse(), Ok(signature));
        assert_eq!(text[..130].parse::<Signature>(), Err(SignatureError::Form));
        assert_eq!(text[2..].parse::<Signature>(), Err(SignatureError::Form));
        let mut zero_r = [0; 65];
        zero_r[63] = 1;
        zero_r[64] = 27;
        assert_eq!(
            Signature::from_bytes(&zero_r).unwrap().recover(&Digest([2; 32])),
            Err(SignatureError::NoKey)
        );
        assert!(SigningKey::from_bytes(&[0; 32]).is_err());
        assert!(SigningKey::from_bytes(&[0xff; 32]).is_err());
    }

    proptest! {
        #[test]
        fn both_libraries_agree(secret in any::<[u8; 32]>(), digest in any::<[u8; 32]>(), junk in any::<[u8; 32]>()) {
            let Ok(key) = SigningKey::from_bytes(&secret) else { return Ok(()) };
            let digest = Digest(digest);
            let signature = key.sign(&digest);
            prop_assert_eq!(signature, k256_backend::sign(&key.secret, &digest));
            prop_assert_eq!(Some(key.address), k256_backend::address_of_secret(&secret));
            prop_assert_eq!(Some(key.address), k256_backend::recover(&signature, &digest));
            prop_assert_eq!(Some(key.address), libsecp_backend::recover(&signature, &digest));
            let forged = Signature { r: junk, ..signature };
            prop_assert_eq!(k256_backend::recover(&forged, &digest), libsecp_backend::recover(&forged, &digest));
            prop_assert_ne!(forged.recover(&digest), Ok(key.address));
        }
    }
}
