//! Writes for the stores' tests, between two made-up sides.

use super::Write;
use thunder_channel::{
    Address, Amount, Authorization, Bytes32, Cancellation, ChannelId, ChannelKey, Claim, Decline, Digest,
    Domain, Memo, MemoText, Nonce, Note, PaymentRequest, Policy, ReadMark, RequestNumber, Settlement, Side,
    SignedClaim, SignedNote, SignedSettlement, SigningKey, TypedMessage, keccak256, wire::Message,
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

fn note<N: Note>(note: N) -> SignedNote<N> {
    SignedNote {
        authorization: Authorization::direct(signer(1).sign(&note.digest(&domain()))),
        note,
    }
}

fn at(side: Side, at: u64, message: Message) -> Write {
    Write::Message {
        key: key(),
        epoch: 3,
        side,
        message,
        at,
    }
}

/// Made a second before it expires.
pub fn payment_request(side: Side, number: u64, expiry: u64) -> Write {
    let request = PaymentRequest {
        channel: channel(),
        number: RequestNumber::new(number).unwrap(),
        amount: Amount::new(12).unwrap(),
        expiry,
        memo: MemoText::parse("lunch").unwrap(),
    };
    let message = Message::PaymentRequest(note(request));
    at(side, expiry.saturating_sub(1).saturating_mul(1000), message)
}

pub fn cancellation(side: Side, number: u64, expiry: u64) -> Write {
    let cancellation = Cancellation {
        channel: channel(),
        number: RequestNumber::new(number).unwrap(),
        expiry,
    };
    let message = Message::Cancellation(note(cancellation));
    at(side, expiry.saturating_sub(1).saturating_mul(1000), message)
}

pub fn memo(side: Side, total: u128, text: &str) -> Write {
    let memo = Memo {
        channel: channel(),
        nonce: 1,
        total: Amount::new(total).unwrap(),
        request: None,
        text: MemoText::parse(text).unwrap(),
    };
    at(side, 5, Message::Memo(note(memo)))
}

pub fn read_mark(side: Side, total: u128) -> Write {
    let mark = ReadMark {
        channel: channel(),
        total: Amount::new(total).unwrap(),
    };
    at(side, 5, Message::ReadMark(note(mark)))
}

pub fn decline(side: Side, statement: u8) -> Write {
    let decline = Decline {
        channel: channel(),
        statement: Bytes32::repeat_byte(statement),
    };
    at(side, 5, Message::Decline(note(decline)))
}

/// What a write says.
pub fn said(write: Write) -> Message {
    match write {
        Write::Message { message, .. } => message,
        Write::Claim { .. } => panic!("a message"),
    }
}
