//! The arithmetic by `k256`: pure Rust, so it runs in the browser.

use super::{Signature, address_of_point};
use crate::{Address, Digest};
use k256::{
    AffinePoint, ProjectivePoint, Scalar, SecretKey, U256,
    ecdsa::{Signature as Inner, SigningKey, VerifyingKey, hazmat::SignPrimitive},
    elliptic_curve::{
        ops::{Invert, LinearCombination, Reduce},
        point::DecompressPoint,
    },
    sha2::Sha256,
};
use zeroize::Zeroizing;

pub fn address_of_secret(secret: &[u8; 32]) -> Option<Address> {
    let key = SigningKey::from_slice(secret).ok()?;
    Some(address_of(key.verifying_key()))
}

/// By the secret's number alone: the library's signing key would work its public key out first, which takes as long as signing.
pub fn sign(secret: &[u8; 32], digest: &Digest) -> Signature {
    let signed = SecretKey::from_slice(secret).map(|key| {
        let number = Zeroizing::new(key.to_nonzero_scalar());
        Scalar::try_sign_prehashed_rfc6979::<Sha256>(&number, &digest.0.into(), &[])
    });
    let Ok(Ok((inner, Some(id)))) = signed else {
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

/// The key `Q = r⁻¹(sR − zG)`. The library would then check the signature by that key, which holds for every `Q` made like this and takes as
/// long again.
pub fn recover(signature: &Signature, digest: &Digest) -> Option<Address> {
    let (r, s) = Inner::from_scalars(signature.r, signature.s)
        .ok()?
        .split_scalars();
    let z = <Scalar as Reduce<U256>>::reduce_bytes(&digest.0.into());
    let point: Option<AffinePoint> =
        AffinePoint::decompress(&signature.r.into(), u8::from(signature.y_is_odd).into()).into();
    // Nothing here is secret, so it may take longer for one signature than for another.
    let inverse: Option<Scalar> = r.as_ref().invert_vartime().into();
    let inverse = inverse?;
    let key = ProjectivePoint::lincomb(
        &ProjectivePoint::GENERATOR,
        &-(inverse * z),
        &point?.into(),
        &(inverse * s.as_ref()),
    );
    // Not the point at infinity, which is nobody's key.
    let key = VerifyingKey::from_affine(key.to_affine()).ok()?;
    Some(address_of(&key))
}

fn address_of(key: &VerifyingKey) -> Address {
    address_of_point(&key.to_encoded_point(false).as_bytes()[1..])
}
