//! The arithmetic by libsecp256k1: the library Bitcoin and geth rely on, natively.

use super::{Signature, address_of_point};
use crate::{Address, Digest};
use secp256k1::{
    Message, PublicKey, Secp256k1, SecretKey, SignOnly, VerifyOnly,
    ecdsa::{RecoverableSignature, RecoveryId},
};
use std::sync::LazyLock;

// Contexts hold precomputed tables; making one costs more than a signature.
static SIGNER: LazyLock<Secp256k1<SignOnly>> = LazyLock::new(Secp256k1::signing_only);
static VERIFIER: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);

pub fn address_of_secret(secret: &[u8; 32]) -> Option<Address> {
    let key = SecretKey::from_byte_array(*secret).ok()?;
    Some(address_of(&key.public_key(&SIGNER)))
}

pub fn sign(secret: &[u8; 32], digest: &Digest) -> Signature {
    let Ok(key) = SecretKey::from_byte_array(*secret) else {
        unreachable!("the secret was checked when the key was made");
    };
    let (id, bytes) = SIGNER
        .sign_ecdsa_recoverable(Message::from_digest(digest.0), &key)
        .serialize_compact();
    let [mut r, mut s] = [[0; 32]; 2];
    r.copy_from_slice(&bytes[..32]);
    s.copy_from_slice(&bytes[32..]);
    Signature {
        r,
        s,
        y_is_odd: matches!(id, RecoveryId::One | RecoveryId::Three),
    }
}

pub fn recover(signature: &Signature, digest: &Digest) -> Option<Address> {
    let id = if signature.y_is_odd {
        RecoveryId::One
    } else {
        RecoveryId::Zero
    };
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&signature.r);
    bytes[32..].copy_from_slice(&signature.s);
    let inner = RecoverableSignature::from_compact(&bytes, id).ok()?;
    let key = VERIFIER
        .recover_ecdsa(Message::from_digest(digest.0), &inner)
        .ok()?;
    Some(address_of(&key))
}

fn address_of(key: &PublicKey) -> Address {
    address_of_point(&key.serialize_uncompressed()[1..])
}
