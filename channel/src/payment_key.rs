//! The payment key: derived from one wallet signature, so that a browser that lost everything derives it again.

use crate::{
    Address, Digest, Signature, SigningKey,
    eip712::{Field, TypedMessage, keccak256},
};

const WARNING: &str =
    "Sign this only in Thunder. Whoever has this signature can pay with the money in your channels.";
const DERIVATION: &[u8] = b"Thunder payment key 1";

/// What the wallet signs to derive the payment key. The EIP-712 domain binds it to the hub and the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentKeyRequest {
    /// The wallet account that the key will pay for.
    pub account: Address,
}

impl TypedMessage for PaymentKeyRequest {
    const NAME: &'static str = "PaymentKey";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("account", Field::Address(self.account)),
            ("warning", Field::Text(WARNING.to_owned())),
        ]
    }
}

/// The payment key that a wallet's signature over [`PaymentKeyRequest`] gives.
///
/// It is the hash of a domain tag, `r` and the low `s`: wallets differ in how they spell `v`. Wallets whose signatures are
/// not repeatable give another key each time; the caller asks twice to notice.
#[must_use]
pub fn payment_key_from(signature: &Signature) -> SigningKey {
    let (r, s) = signature.r_and_s();
    let mut seed = keccak256(&[DERIVATION, r, s].concat());
    loop {
        // A hash outside the curve's range comes up once in 2^128 signatures; hashing again settles it.
        match SigningKey::from_bytes(&seed) {
            Ok(key) => return key,
            Err(_) => seed = keccak256(&seed),
        }
    }
}

/// Reads what a wallet answered and checks that the wallet signed with the account it was asked for.
impl PaymentKeyRequest {
    /// The payment key, if `signature` is by the requested account.
    #[must_use]
    pub fn accept(&self, digest: &Digest, signature: &Signature) -> Option<SigningKey> {
        (signature.recover(digest) == Ok(self.account)).then(|| payment_key_from(signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Domain;

    #[test]
    fn the_same_wallet_gives_the_same_key_here_and_another_elsewhere() {
        let wallet = SigningKey::from_bytes(&[7; 32]).unwrap();
        let request = PaymentKeyRequest {
            account: wallet.address(),
        };
        let here = request.digest(&Domain {
            chain_id: 31337,
            hub: Address::repeat_byte(1),
        });
        let there = request.digest(&Domain {
            chain_id: 1,
            hub: Address::repeat_byte(1),
        });
        let key = |digest| request.accept(digest, &wallet.sign(digest)).unwrap().address();
        assert_eq!(key(&here), key(&here));
        assert_ne!(key(&here), key(&there));
        assert_ne!(key(&here), wallet.address());
    }

    #[test]
    fn a_signature_of_another_account_is_refused() {
        let (asked, other) = (
            SigningKey::from_bytes(&[7; 32]).unwrap(),
            SigningKey::from_bytes(&[8; 32]).unwrap(),
        );
        let request = PaymentKeyRequest {
            account: asked.address(),
        };
        let digest = request.digest(&Domain {
            chain_id: 31337,
            hub: Address::repeat_byte(1),
        });
        assert!(request.accept(&digest, &other.sign(&digest)).is_none());
    }
}
