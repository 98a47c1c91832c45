//! Writes for the stores' tests, between two made-up sides.

use super::Write;
use thunder_channel::{
    Address, Amount, Authorization, ChannelId, ChannelKey, Claim, Digest, Domain, Nonce, Policy, Settlement,
    Side, SignedClaim, SignedSettlement, SigningKey, TypedMessage, keccak256, wire::Message,
};

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32]).unwrap()
}

/// Bob signs by a delegated key.
pub fn key() -> ChannelKey {
    ChannelKey {
        alice: signer(1).address(),
        alice_signer: signer(1).address(),
        bob: signer(2).address(),
        bob_signer: signer(3).address(),
        token: Address::zero(),
        finalization_period: 7200,
        policy: Policy::Refute,
        salt: u64::MAX,
    }
}

fn domain() -> Domain {
    Domain {
        chain_id: 31337,
        hub: Address::repeat_byte(9),
    }
}

/// The fourth life of it.
pub fn channel() -> ChannelId {
    key().id(3)
}

pub fn claim(payer: Side, total: u128, nonce: Nonce, at: u64) -> Write {
    let claim = Claim {
        channel: channel(),
        to: key().address(payer.other()),
        total: Amount::new(total).unwrap(),
        nonce,
    };
    let signature = signer(1).sign(&claim.digest(&domain()));
    let delegation = (payer == Side::Bob).then(|| signer(2).sign(&Digest(keccak256(b"delegation"))));
    Write::Claim {
        key: key(),
        epoch: 3,
        payer,
        claim: SignedClaim {
            claim,
            authorization: Authorization {
                signature,
                delegation,
            },
        },
        at,
    }
}

pub fn message(side: Side, alice_total: u128) -> Write {
    let settlement = Settlement {
        channel: channel(),
        alice_total: Amount::new(alice_total).unwrap(),
        bob_total: Amount::ZERO,
        expiry: 1,
    };
    let signature = signer(1).sign(&settlement.digest(&domain()));
    Write::Message {
        key: key(),
        epoch: 3,
        side,
        message: Message::Settlement(SignedSettlement {
            settlement,
            authorization: Authorization::direct(signature),
        }),
        at: 5,
    }
}
