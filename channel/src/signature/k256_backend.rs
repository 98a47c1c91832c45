//! The arithmetic by `k256`: pure Rust, so it runs in the browser.

use super::{Signature, address_of_point};
use crate::{Address, Digest};
use k256::ecdsa::{RecoveryId, Signature as Inner, SigningKey, VerifyingKey};

pub fn address_of_secret(secret: &[u8; 32]) -> Option<Address> {
    let key = SigningKey::from_slice(secret).ok()?;
    Some(address_of(key.verifying_key()))
}

pub fn sign(secret: &[u8; 32], digest: &Digest) -> Signature {
    let signed = SigningKey::from_slice(secret).and_then(|key| key.sign_prehash_recoverable(&digest.0));
    let Ok((inner, id)) = signed else {
        // A secret that `address_of_secret` accepted always signs (RFC 6979 retries until it can).
        unreachable!("the secret was checked when the key was made");
    };
    let (r, s) = inner.split_bytes();
    Signature {
        r: r.into(),
        s: s.into(),
        y_is_odd: id.is_y_odd(),
    }
}

pub fn recover(signature: &Signature, digest: &Digest) -> Option<Address> {
    let inner = Inner::from_scalars(signature.r, signature.s).ok()?;
    let id = RecoveryId::new(signature.y_is_odd, false);
    let key = VerifyingKey::recover_from_prehash(&digest.0, &inner, id).ok()?;
    Some(address_of(&key))
}

fn address_of(key: &VerifyingKey) -> Address {
    address_of_point(&key.to_encoded_point(false).as_bytes()[1..])
}
