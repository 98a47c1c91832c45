//! Claims that have to be refused, each with the error here and the hub's.

use super::{At, Channels, Made, People, Place, hexed, named_address};
use serde::Serialize;
use thunder_channel::{
    Address, Amount, ChannelId, Claim, Delegation, Digest, Domain, Side, Signature, SigningKey, TypedMessage,
    checksummed,
};

/// The order of secp256k1.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba,
    0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// The x coordinate of the curve's generator: an `r` that certainly belongs to a point.
const GENERATOR_X: &str = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BadEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    claim_channel: String,
    to: String,
    total: String,
    nonce: String,
    side: String,
    digest: String,
    signature: String,
    delegation: String,
    refusal: &'static str,
    on_chain: bool,
    r: String,
    vs: String,
    delegation_compact: String,
    hub_error: &'static str,
}

pub fn bad_claims(people: &People, channels: &Channels) -> Made<Vec<BadEntry>> {
    let (demo, wallets) = (&channels.demo, &channels.wallets);
    let total = Amount::new(20_000_000_000_000_000_000)?;
    let bad = |name, at: &At, claim: &Claim, payer: Side, refusal: Refusal| Bad {
        entry: BadEntry {
            name,
            place: at.place(),
            claim_channel: claim.channel.to_string(),
            to: checksummed(claim.to),
            total: claim.total.to_string(),
            nonce: claim.nonce.to_string(),
            side: payer.index().to_string(),
            digest: hexed(&claim.digest(&at.domain).0),
            signature: String::new(),
            delegation: "0x".to_owned(),
            refusal: refusal.0,
            on_chain: true,
            r: hexed(&[0; 32]),
            vs: hexed(&[0; 32]),
            delegation_compact: "0x".to_owned(),
            hub_error: refusal.1,
        },
    };
    let alices = demo.claim(Side::Alice, total, 1);
    let digest = alices.digest(&demo.domain);
    let good = people.alice_key.sign(&digest);
    let direct = |name, refusal| bad(name, demo, &alices, Side::Alice, refusal);

    // Made by alice for another channel or world, shown in this one.
    let again = channels.demo_again.claim(Side::Alice, total, 1);
    let elsewhere = Domain {
        chain_id: 1,
        ..demo.domain
    };
    let other_hub = Domain {
        hub: named_address("Thunder test vectors: another hub"),
        ..demo.domain
    };
    let to_carol = Claim {
        to: people.carol.address(),
        ..alices
    };

    // A delegated claim, and what can be wrong with its delegation.
    let paid = wallets.claim(Side::Alice, total, 1);
    let by_key = people.alice_key.sign(&paid.digest(&wallets.domain));
    let delegated = |name, channel: ChannelId, domain: &Domain, to: &SigningKey, by: &SigningKey| {
        let delegation = Delegation {
            channel,
            key: to.address(),
        };
        bad(name, wallets, &paid, Side::Alice, WRONG_SIGNER)
            .signed(&by_key)
            .with(&by.sign(&delegation.digest(domain)))
    };
    let (here, domain) = (wallets.id(), &wallets.domain);
    let forfeit = channels.forfeit.claim(Side::Alice, total, 1);
    let in_forfeit = Delegation {
        channel: channels.forfeit.id(),
        key: people.alice_key.address(),
    };
    let own = Delegation {
        channel: here,
        key: people.alice_key.address(),
    };
    let own = people.alice.sign(&own.digest(domain));

    // s just above half of the order, so that it still fits into vs: only the check of s itself can refuse this one.
    let high = high_s(&paid.digest(domain))?;
    let to_high = Delegation {
        channel: here,
        key: high.recovers_to,
    };

    let entries = vec![
        direct("the high-s twin", HIGH_S).raw(&twin(&good)),
        direct("recovery byte 29", RECOVERY_BYTE).raw(&with_v(&good, 29)),
        direct("recovery byte 2", RECOVERY_BYTE).raw(&with_v(&good, 2)),
        direct("the other parity", WRONG_SIGNER).raw(&with_v(&good, 55 - good.to_bytes()[64])),
        direct("r is zero", NO_KEY).raw(&{
            let mut bytes = good.to_bytes();
            bytes[..32].fill(0);
            bytes
        }),
        direct("s is zero", NO_KEY).raw(&{
            let mut bytes = good.to_bytes();
            bytes[32..64].fill(0);
            bytes
        }),
        direct("r is the order", NO_KEY).raw(&{
            let mut bytes = good.to_bytes();
            bytes[..32].copy_from_slice(&ORDER);
            bytes
        }),
        direct("signed by the payee", WRONG_SIGNER).signed(&people.bob_key.sign(&digest)),
        direct("signed by a stranger", WRONG_SIGNER).signed(&people.carol.sign(&digest)),
        direct("signed by alice's wallet, which is not her signer", WRONG_SIGNER)
            .signed(&people.alice.sign(&digest)),
        direct("signed for a lower total", WRONG_SIGNER).signed(
            &people.alice_key.sign(
                &Claim {
                    total: Amount::new(1)?,
                    ..alices
                }
                .digest(&demo.domain),
            ),
        ),
        direct("signed for the next life, named as this one", WRONG_SIGNER)
            .signed(&people.alice_key.sign(&again.digest(&demo.domain))),
        bad("of the next life", demo, &again, Side::Alice, WRONG_CHANNEL)
            .signed(&people.alice_key.sign(&again.digest(&demo.domain))),
        direct("signed on another chain", WRONG_SIGNER)
            .signed(&people.alice_key.sign(&alices.digest(&elsewhere))),
        direct("signed for another hub", WRONG_SIGNER)
            .signed(&people.alice_key.sign(&alices.digest(&other_hub))),
        bad("pays a stranger", demo, &to_carol, Side::Alice, WRONG_RECIPIENT)
            .signed(&people.alice_key.sign(&to_carol.digest(&demo.domain))),
        bad(
            "a payment key without its delegation",
            wallets,
            &paid,
            Side::Alice,
            WRONG_SIGNER,
        )
        .signed(&by_key),
        delegated(
            "a delegation to another key",
            here,
            domain,
            &people.carol,
            &people.alice,
        ),
        delegated(
            "a delegation by the other side",
            here,
            domain,
            &people.alice_key,
            &people.bob,
        ),
        delegated(
            "a delegation by the payment key itself",
            here,
            domain,
            &people.alice_key,
            &people.alice_key,
        ),
        delegated(
            "a delegation by a stranger",
            here,
            domain,
            &people.alice_key,
            &people.carol,
        ),
        delegated(
            "a delegation of the next life",
            wallets.key.id(1),
            domain,
            &people.alice_key,
            &people.alice,
        ),
        delegated(
            "a delegation of another channel",
            demo.id(),
            domain,
            &people.alice_key,
            &people.alice,
        ),
        delegated(
            "a delegation on another chain",
            here,
            &elsewhere,
            &people.alice_key,
            &people.alice,
        ),
        bad("a delegation with a high s", wallets, &paid, Side::Alice, HIGH_S)
            .signed(&by_key)
            .with_raw(&twin(&own)),
        bad(
            "a high s that fits into vs, with a good delegation",
            wallets,
            &paid,
            Side::Alice,
            HIGH_S,
        )
        .raw(&high.bytes)
        .with(&people.alice.sign(&to_high.digest(domain))),
        bad(
            "a delegation in a forfeit channel",
            &channels.forfeit,
            &forfeit,
            Side::Alice,
            DELEGATION_REFUSED,
        )
        .signed(&people.alice_key.sign(&forfeit.digest(&channels.forfeit.domain)))
        .with(&people.alice.sign(&in_forfeit.digest(&channels.forfeit.domain))),
    ];
    Ok(entries.into_iter().map(|bad| bad.entry).collect())
}

/// The error here, and the hub's.
#[derive(Clone, Copy)]
struct Refusal(&'static str, &'static str);

const HIGH_S: Refusal = Refusal("HighS", "BadSignature");
const RECOVERY_BYTE: Refusal = Refusal("RecoveryByte", "BadSignature");
const NO_KEY: Refusal = Refusal("NoKey", "BadSignature");
const WRONG_SIGNER: Refusal = Refusal("WrongSigner", "BadSignature");
const WRONG_CHANNEL: Refusal = Refusal("WrongChannel", "BadSignature");
const WRONG_RECIPIENT: Refusal = Refusal("WrongRecipient", "NotASide");
const DELEGATION_REFUSED: Refusal = Refusal("DelegationRefused", "DelegationRefused");

struct Bad {
    entry: BadEntry,
}

impl Bad {
    fn signed(self, signature: &Signature) -> Self {
        self.raw(&signature.to_bytes())
    }

    /// Any 65 bytes. What cannot be said in the compact form never reaches the hub.
    fn raw(mut self, bytes: &[u8; 65]) -> Self {
        self.entry.signature = hexed(bytes);
        match compacted(bytes) {
            Some(words) => {
                self.entry.r = hexed(&words[..32]);
                self.entry.vs = hexed(&words[32..]);
            }
            None => self = self.not_on_chain(),
        }
        self
    }

    fn with(self, delegation: &Signature) -> Self {
        self.with_raw(&delegation.to_bytes())
    }

    fn with_raw(mut self, bytes: &[u8; 65]) -> Self {
        self.entry.delegation = hexed(bytes);
        match compacted(bytes) {
            Some(words) => self.entry.delegation_compact = hexed(&words),
            None => self = self.not_on_chain(),
        }
        self
    }

    fn not_on_chain(mut self) -> Self {
        self.entry.on_chain = false;
        self.entry.hub_error = "";
        self
    }
}

struct HighS {
    bytes: [u8; 65],
    recovers_to: Address,
}

/// A signature with `s` = half of the order + 1. Nobody knows the private key; it recovers to somebody all the same.
fn high_s(digest: &Digest) -> Made<HighS> {
    let mut low = [0; 65];
    hex::decode_to_slice(GENERATOR_X, &mut low[..32])?;
    let mut carry = 0;
    for (half, byte) in low[32..64].iter_mut().zip(ORDER) {
        *half = carry << 7 | byte >> 1;
        carry = byte & 1;
    }
    low[64] = 27;
    let low = Signature::from_bytes(&low)?;
    Ok(HighS {
        bytes: twin(&low),
        recovers_to: low.recover(digest)?,
    })
}

/// `order − s` and the other parity: it recovers to the same key.
fn twin(signature: &Signature) -> [u8; 65] {
    let mut bytes = signature.to_bytes();
    let mut borrow = false;
    for (digit, order) in bytes[32..64].iter_mut().zip(ORDER).rev() {
        let (less, under) = order.overflowing_sub(*digit);
        let (less, under_again) = less.overflowing_sub(u8::from(borrow));
        *digit = less;
        borrow = under || under_again;
    }
    bytes[64] = 55 - bytes[64];
    bytes
}

fn with_v(signature: &Signature, v: u8) -> [u8; 65] {
    let mut bytes = signature.to_bytes();
    bytes[64] = v;
    bytes
}

/// EIP-2098, where the bytes have such a form.
fn compacted(bytes: &[u8; 65]) -> Option<[u8; 64]> {
    let parity = match bytes[64] {
        27 => 0,
        28 => 0x80,
        _ => return None,
    };
    let mut words = [0; 64];
    words.copy_from_slice(&bytes[..64]);
    if words[32] & 0x80 != 0 {
        return None;
    }
    words[32] |= parity;
    Some(words)
}
