//! Who may speak for a side: its signer, or a payment key together with the signer's delegation.

use crate::{
    Address, Amount, ChannelId, ChannelKey, Claim, Delegation, Digest, Domain, Epoch, Policy, SettleForMe,
    Settlement, Side, Signature, SignatureError, TypedMessage, Withdrawal,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A signature that binds a side, with the delegation of the key that made it where that key is not the side's signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Authorization {
    /// Over the statement.
    pub signature: Signature,
    /// Over [`Delegation`] to the recovered key, by the side's signer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Signature>,
}

/// Why a signed statement binds nobody. The hub refuses the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ClaimError {
    /// The statement names another channel.
    #[error("it belongs to another channel")]
    WrongChannel,
    /// The statement pays somebody who is no side of this channel.
    #[error("it pays somebody who is no side of this channel")]
    WrongRecipient,
    /// The signature is not by the side's signer nor by a key it delegated to.
    #[error("the signature is not by the side that has to sign")]
    WrongSigner,
    /// Forfeit channels take no delegations: a stolen payment key would cost the whole channel.
    #[error("a forfeit channel takes no delegated signatures")]
    DelegationRefused,
    /// The signature itself is malformed.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl Authorization {
    /// A signature by the side's signer itself.
    #[must_use]
    pub const fn direct(signature: Signature) -> Self {
        Self {
            signature,
            delegation: None,
        }
    }

    /// Checks that this binds `side` of the channel to the statement behind `digest`.
    ///
    /// # Errors
    /// [`ClaimError`] as the hub would refuse it.
    pub fn verify(
        &self,
        digest: &Digest,
        side: Side,
        key: &ChannelKey,
        channel: ChannelId,
        domain: &Domain,
    ) -> Result<(), ClaimError> {
        let signed_by = self.signature.recover(digest)?;
        let signer = key.signer(side);
        if signed_by == signer {
            return Ok(());
        }
        let delegation = self.delegation.ok_or(ClaimError::WrongSigner)?;
        if key.policy == Policy::Forfeit {
            return Err(ClaimError::DelegationRefused);
        }
        let delegated = Delegation {
            channel,
            key: signed_by,
        }
        .digest(domain);
        if delegation.recover(&delegated)? == signer {
            Ok(())
        } else {
            Err(ClaimError::WrongSigner)
        }
    }

    /// Checks that `side` made a statement, and in this life of the channel: `named` is the channel in the statement.
    ///
    /// # Errors
    /// [`ClaimError`] says what does not fit.
    pub(crate) fn verify_statement(
        &self,
        statement: &impl TypedMessage,
        named: ChannelId,
        side: Side,
        key: &ChannelKey,
        epoch: Epoch,
        domain: &Domain,
    ) -> Result<(), ClaimError> {
        let channel = key.id(epoch);
        if named != channel {
            return Err(ClaimError::WrongChannel);
        }
        self.verify(&statement.digest(domain), side, key, channel, domain)
    }
}

/// A claim with what proves it. JSON is flat: the claim's fields beside `signature` and `delegation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignedClaim {
    /// The statement.
    #[serde(flatten)]
    pub claim: Claim,
    /// By the payer.
    #[serde(flatten)]
    pub authorization: Authorization,
}

impl SignedClaim {
    /// Checks everything that can be checked without the chain, and says which side pays.
    ///
    /// # Errors
    /// [`ClaimError`] says what does not fit.
    pub fn verify(&self, key: &ChannelKey, epoch: Epoch, domain: &Domain) -> Result<Side, ClaimError> {
        let channel = key.id(epoch);
        if self.claim.channel != channel {
            return Err(ClaimError::WrongChannel);
        }
        let payer = payer_of(key, self.claim.to)?;
        self.authorization
            .verify(&self.claim.digest(domain), payer, key, channel, domain)?;
        Ok(payer)
    }

    /// Whether this claim takes the place of `other` in the same direction: a higher total, or at an equal total a
    /// higher nonce.
    #[must_use]
    pub fn supersedes(&self, other: &Self) -> bool {
        (self.claim.total, self.claim.nonce) > (other.claim.total, other.claim.nonce)
    }

    /// The total of an optional claim: nothing was paid where there is none.
    #[must_use]
    pub fn total_of(claim: Option<&Self>) -> Amount {
        claim.map_or(Amount::ZERO, |signed| signed.claim.total)
    }
}

fn payer_of(key: &ChannelKey, to: Address) -> Result<Side, ClaimError> {
    key.side_of(to).map(Side::other).ok_or(ClaimError::WrongRecipient)
}

/// A settlement with one side's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignedSettlement {
    /// The statement.
    #[serde(flatten)]
    pub settlement: Settlement,
    /// By the side that sent it.
    #[serde(flatten)]
    pub authorization: Authorization,
}

impl SignedSettlement {
    /// Checks that `side` consented to it.
    ///
    /// # Errors
    /// [`ClaimError`] says what does not fit.
    pub fn verify(
        &self,
        side: Side,
        key: &ChannelKey,
        epoch: Epoch,
        domain: &Domain,
    ) -> Result<(), ClaimError> {
        self.authorization.verify_statement(
            &self.settlement,
            self.settlement.channel,
            side,
            key,
            epoch,
            domain,
        )
    }
}

/// A withdrawal with one side's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignedWithdrawal {
    /// The statement.
    #[serde(flatten)]
    pub withdrawal: Withdrawal,
    /// By the side that sent it.
    #[serde(flatten)]
    pub authorization: Authorization,
}

impl SignedWithdrawal {
    /// Checks that `side` consented to it.
    ///
    /// # Errors
    /// [`ClaimError`] says what does not fit.
    pub fn verify(
        &self,
        side: Side,
        key: &ChannelKey,
        epoch: Epoch,
        domain: &Domain,
    ) -> Result<(), ClaimError> {
        let channel = key.id(epoch);
        if self.withdrawal.channel != channel {
            return Err(ClaimError::WrongChannel);
        }
        if key.side_of(self.withdrawal.to).is_none() {
            return Err(ClaimError::WrongRecipient);
        }
        self.authorization
            .verify(&self.withdrawal.digest(domain), side, key, channel, domain)
    }
}

/// A side's request to the watchtower to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignedRequest {
    /// The statement.
    #[serde(flatten)]
    pub request: SettleForMe,
    /// By the side that asks.
    #[serde(flatten)]
    pub authorization: Authorization,
}

impl SignedRequest {
    /// Checks that `side` asks for it.
    ///
    /// # Errors
    /// [`ClaimError`] says what does not fit.
    pub fn verify(
        &self,
        side: Side,
        key: &ChannelKey,
        epoch: Epoch,
        domain: &Domain,
    ) -> Result<(), ClaimError> {
        self.authorization
            .verify_statement(&self.request, self.request.channel, side, key, epoch, domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SigningKey, parse_address};

    const DOMAIN: Domain = Domain {
        chain_id: 31337,
        hub: Address::repeat_byte(9),
    };
    const EPOCH: Epoch = 3;

    // Accounts 1, 2 and 3 of the mnemonic that every development chain uses.
    const ALICE: &str = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
    const BOB: &str = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";
    const PAYMENT_KEY: &str = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6";

    fn secret(hex: &str) -> SigningKey {
        SigningKey::from_hex(hex).unwrap()
    }

    fn key() -> ChannelKey {
        let (alice, bob) = (secret(ALICE).address(), secret(BOB).address());
        ChannelKey {
            alice,
            alice_signer: alice,
            bob,
            bob_signer: bob,
            token: Address::repeat_byte(5),
            finalization_period: 100,
            policy: Policy::Refute,
            salt: 7,
        }
    }

    /// Alice's claim over 20, in the channel of `key`.
    fn claim_in(key: &ChannelKey) -> Claim {
        Claim {
            channel: key.id(EPOCH),
            to: key.bob,
            total: Amount::new(20_000_000_000_000_000_000).unwrap(),
            nonce: 1,
        }
    }

    fn direct(claim: Claim, by: &SigningKey) -> SignedClaim {
        SignedClaim {
            claim,
            authorization: Authorization::direct(by.sign(&claim.digest(&DOMAIN))),
        }
    }

    /// Alice's claim, signed by `by`, with a delegation to `to` in `channel` that `delegator` signed.
    fn delegated(by: &SigningKey, channel: ChannelId, to: Address, delegator: &SigningKey) -> SignedClaim {
        let mut signed = direct(claim_in(&key()), by);
        let delegation = Delegation { channel, key: to };
        signed.authorization.delegation = Some(delegator.sign(&delegation.digest(&DOMAIN)));
        signed
    }

    fn verdict(signed: &SignedClaim) -> Result<Side, ClaimError> {
        signed.verify(&key(), EPOCH, &DOMAIN)
    }

    #[test]
    fn the_signer_itself_binds_its_side() {
        assert_eq!(
            verdict(&direct(claim_in(&key()), &secret(ALICE))),
            Ok(Side::Alice)
        );
        let back = Claim {
            to: key().alice,
            ..claim_in(&key())
        };
        assert_eq!(verdict(&direct(back, &secret(BOB))), Ok(Side::Bob));
    }

    #[test]
    fn another_signature_binds_nobody() {
        for other in [BOB, PAYMENT_KEY] {
            let signed = direct(claim_in(&key()), &secret(other));
            assert_eq!(verdict(&signed), Err(ClaimError::WrongSigner));
        }
        let mut altered = direct(claim_in(&key()), &secret(ALICE));
        altered.claim.total = Amount::MAX;
        assert_eq!(verdict(&altered), Err(ClaimError::WrongSigner));
        let elsewhere = Domain {
            chain_id: 1,
            ..DOMAIN
        };
        let signed = direct(claim_in(&key()), &secret(ALICE));
        assert_eq!(
            signed.verify(&key(), EPOCH, &elsewhere),
            Err(ClaimError::WrongSigner)
        );
    }

    #[test]
    fn a_claim_counts_in_its_own_channel_and_life_only() {
        let signed = direct(claim_in(&key()), &secret(ALICE));
        let other = ChannelKey { salt: 8, ..key() };
        for (key, epoch) in [(key(), EPOCH + 1), (other, EPOCH)] {
            assert_eq!(signed.verify(&key, epoch, &DOMAIN), Err(ClaimError::WrongChannel));
        }
    }

    #[test]
    fn a_claim_pays_a_side() {
        for to in [Address::repeat_byte(1), Address::zero()] {
            let claim = Claim {
                to,
                ..claim_in(&key())
            };
            assert_eq!(
                verdict(&direct(claim, &secret(ALICE))),
                Err(ClaimError::WrongRecipient)
            );
        }
    }

    #[test]
    fn a_delegated_key_binds_the_side_that_delegated() {
        let (payment_key, alice) = (secret(PAYMENT_KEY), secret(ALICE));
        let signed = delegated(&payment_key, key().id(EPOCH), payment_key.address(), &alice);
        assert_eq!(verdict(&signed), Ok(Side::Alice));
        // A signer needs no delegation, so one that came along is not looked at.
        let mut own = signed;
        own.authorization.signature = alice.sign(&own.claim.digest(&DOMAIN));
        assert_eq!(verdict(&own), Ok(Side::Alice));
        // Bob may delegate to the same key: each delegation binds its own side alone.
        let mut as_bob = signed;
        as_bob.claim.to = key().alice;
        as_bob.authorization.signature = payment_key.sign(&as_bob.claim.digest(&DOMAIN));
        assert_eq!(verdict(&as_bob), Err(ClaimError::WrongSigner));
    }

    #[test]
    fn a_delegation_that_does_not_fit_is_worth_nothing() {
        let (alice, bob, payment_key) = (secret(ALICE), secret(BOB), secret(PAYMENT_KEY));
        let second = SigningKey::from_bytes(&[5; 32]).unwrap();
        let (here, to) = (key().id(EPOCH), payment_key.address());
        let other_channel = ChannelKey { salt: 8, ..key() }.id(EPOCH);
        let wrong = [
            ("by the other side", delegated(&payment_key, here, to, &bob)),
            ("by itself", delegated(&payment_key, here, to, &payment_key)),
            (
                "to another key",
                delegated(&payment_key, here, second.address(), &alice),
            ),
            (
                "of the next life",
                delegated(&payment_key, key().id(EPOCH + 1), to, &alice),
            ),
            (
                "of another channel",
                delegated(&payment_key, other_channel, to, &alice),
            ),
            // Alice delegated to the payment key, and that one to a second key.
            (
                "of a delegation",
                delegated(&second, here, second.address(), &payment_key),
            ),
        ];
        for (name, signed) in wrong {
            assert_eq!(verdict(&signed), Err(ClaimError::WrongSigner), "{name}");
        }
    }

    #[test]
    fn a_forfeit_channel_takes_no_delegation() {
        let (alice, payment_key) = (secret(ALICE), secret(PAYMENT_KEY));
        let forfeit = ChannelKey {
            policy: Policy::Forfeit,
            ..key()
        };
        let claim = claim_in(&forfeit);
        let delegation = Delegation {
            channel: claim.channel,
            key: payment_key.address(),
        };
        let mut signed = direct(claim, &payment_key);
        signed.authorization.delegation = Some(alice.sign(&delegation.digest(&DOMAIN)));
        assert_eq!(
            signed.verify(&forfeit, EPOCH, &DOMAIN),
            Err(ClaimError::DelegationRefused)
        );
        assert_eq!(
            direct(claim, &alice).verify(&forfeit, EPOCH, &DOMAIN),
            Ok(Side::Alice)
        );
    }

    #[test]
    fn a_signature_of_no_key_is_named_as_such() {
        let mut bytes = [0; 65];
        bytes[63] = 1;
        bytes[64] = 27;
        let no_key = Signature::from_bytes(&bytes).unwrap();
        let mut signed = direct(claim_in(&key()), &secret(PAYMENT_KEY));
        signed.authorization.delegation = Some(no_key);
        assert_eq!(verdict(&signed), Err(SignatureError::NoKey.into()));
        signed.authorization.signature = no_key;
        assert_eq!(verdict(&signed), Err(SignatureError::NoKey.into()));
    }

    #[test]
    fn settlements_and_withdrawals_bind_whoever_signed_them() {
        let (alice, bob) = (secret(ALICE), secret(BOB));
        let settlement = Settlement {
            channel: key().id(EPOCH),
            alice_total: Amount::MAX,
            bob_total: Amount::ZERO,
            expiry: 5000,
        };
        let mut settled = SignedSettlement {
            settlement,
            authorization: Authorization::direct(bob.sign(&settlement.digest(&DOMAIN))),
        };
        let verdict = |signed: &SignedSettlement, side| signed.verify(side, &key(), EPOCH, &DOMAIN);
        assert_eq!(verdict(&settled, Side::Bob), Ok(()));
        assert_eq!(verdict(&settled, Side::Alice), Err(ClaimError::WrongSigner));
        settled.settlement.channel = key().id(EPOCH + 1);
        assert_eq!(verdict(&settled, Side::Bob), Err(ClaimError::WrongChannel));

        let withdrawal = Withdrawal {
            channel: key().id(EPOCH),
            to: key().bob,
            total: Amount::MAX,
            expiry: 5000,
        };
        let mut taken = SignedWithdrawal {
            withdrawal,
            authorization: Authorization::direct(alice.sign(&withdrawal.digest(&DOMAIN))),
        };
        let verdict = |signed: &SignedWithdrawal, side| signed.verify(side, &key(), EPOCH, &DOMAIN);
        assert_eq!(verdict(&taken, Side::Alice), Ok(()));
        assert_eq!(verdict(&taken, Side::Bob), Err(ClaimError::WrongSigner));
        taken.withdrawal.to = Address::repeat_byte(1);
        assert_eq!(verdict(&taken, Side::Alice), Err(ClaimError::WrongRecipient));
        taken.withdrawal.channel = key().id(EPOCH + 1);
        assert_eq!(verdict(&taken, Side::Alice), Err(ClaimError::WrongChannel));
    }

    #[test]
    fn a_better_claim_has_the_higher_total_and_then_the_higher_nonce() {
        let claim = |total, nonce| {
            let claim = Claim {
                total: Amount::new(total).unwrap(),
                nonce,
                ..claim_in(&key())
            };
            direct(claim, &secret(ALICE))
        };
        assert!(claim(2, 1).supersedes(&claim(1, 9)));
        assert!(claim(2, 2).supersedes(&claim(2, 1)));
        assert!(!claim(2, 1).supersedes(&claim(2, 1)));
        assert!(!claim(1, 9).supersedes(&claim(2, 1)));
    }

    /// Id and signatures by viem 2.57.0, which shares no code with this crate.
    #[test]
    fn foreign_signatures_are_the_same_and_are_accepted() {
        let id = "0x069ba25f902de36c5ce0f83d3ccee959eaf09d172af04f37d4ca185ef32b4fb2";
        let by_alice = concat!(
            "0xc5e0c7fe7ad7ab454288445167e900c7823be7e2768a37eb88722601f1fbc63d",
            "314c986fcf7799b64e0bd57bb605fa7888f7b9e28ada36615521ae51662934c81b"
        );
        let by_payment_key = concat!(
            "0x9f726b1ff2473e6de23fec89ecd5e4b8d88aca7f8c5fd908622f03ad2234c76f",
            "2e87a2befd6c26e4f0a78e1c9890cfab84b5cf209b104d5ff6e788fb5d00a8491c"
        );
        let delegation = concat!(
            "0x6d67e30cd9235b876054308984ded0dd3bcbb69f23fc5198e55652082d801f3c",
            "6edadc9661ddefedc512b11081ff6fe1ee3717ba73816932b2cffea3d88b0de91c"
        );
        assert_eq!(
            key().alice,
            parse_address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8").unwrap()
        );
        let claim = claim_in(&key());
        assert_eq!(claim.channel.to_string(), id);

        let own = direct(claim, &secret(ALICE));
        assert_eq!(own.authorization.signature.to_string(), by_alice);
        assert_eq!(verdict(&own), Ok(Side::Alice));

        let foreign = SignedClaim {
            claim,
            authorization: Authorization {
                signature: by_payment_key.parse().unwrap(),
                delegation: Some(delegation.parse().unwrap()),
            },
        };
        assert_eq!(verdict(&foreign), Ok(Side::Alice));
    }
}
