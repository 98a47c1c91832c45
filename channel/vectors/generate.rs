//! Makes the test vectors: the same text on every machine, from the constants below and nothing else.
//!
//! Included by `examples/vectors.rs`, which writes the file, and by `tests/vectors.rs`, which compares it.

#[path = "generate_notes.rs"]
mod notes;

use serde::Serialize;
use std::error::Error;
use thunder_channel::{
    Address, Amount, Cancellation, ChannelId, ChannelKey, Claim, Delegation, Digest, Domain, Epoch, Memo,
    MemoText, PaymentKeyRequest, PaymentRequest, Policy, ReadMark, RequestNumber, Settlement, Side, SignIn,
    Signature, SigningKey, TypedMessage, Withdrawal, checksummed, keccak256, parse_address, payment_key_from,
};

type Made<T> = Result<T, Box<dyn Error>>;

/// The order of secp256k1.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba,
    0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// The x coordinate of the curve's generator: an `r` that certainly belongs to a point.
const GENERATOR_X: &str = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

/// The text of `vectors.json`.
pub fn text() -> Made<String> {
    let mut text = serde_json::to_string_pretty(&vectors()?)?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    version: String,
    types: Vec<TypeEntry>,
    domains: Vec<DomainEntry>,
    accounts: Vec<AccountEntry>,
    payment_keys: Vec<PaymentKeyEntry>,
    keys: Vec<KeyEntry>,
    claims: Vec<ClaimEntry>,
    withdrawals: Vec<WithdrawalEntry>,
    settlements: Vec<SettlementEntry>,
    delegations: Vec<DelegationEntry>,
    sign_ins: Vec<SignInEntry>,
    payment_requests: Vec<notes::RequestEntry>,
    cancellations: Vec<notes::CancellationEntry>,
    memos: Vec<notes::MemoEntry>,
    read_marks: Vec<notes::ReadMarkEntry>,
    bad_claims: Vec<BadEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeEntry {
    name: &'static str,
    type_string: String,
    type_hash: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DomainEntry {
    name: &'static str,
    chain_id: String,
    hub: String,
    separator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountEntry {
    name: &'static str,
    private_key: String,
    address: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentKeyEntry {
    name: &'static str,
    chain_id: String,
    hub: String,
    account: String,
    warning: String,
    digest: String,
    #[serde(flatten)]
    proof: Proof,
    payment_key: String,
    payment_address: String,
}

/// A channel in one world: what every statement entry begins with.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    chain_id: String,
    hub: String,
    alice: String,
    alice_signer: String,
    bob: String,
    bob_signer: String,
    token: String,
    finalization_period: String,
    policy: String,
    salt: String,
    epoch: String,
    channel: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    short_code: String,
}

/// One signature and who made it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proof {
    private_key: String,
    signed_by: String,
    signature: String,
    r: String,
    vs: String,
}

/// What binds a side: a signature, and the delegation where a payment key made it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Binding {
    side: String,
    digest: String,
    #[serde(flatten)]
    proof: Proof,
    delegated: bool,
    delegation: String,
    delegation_compact: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClaimEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    to: String,
    total: String,
    nonce: String,
    #[serde(flatten)]
    binding: Binding,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawalEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    to: String,
    total: String,
    expiry: String,
    #[serde(flatten)]
    binding: Binding,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SettlementEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    alice_total: String,
    bob_total: String,
    expiry: String,
    #[serde(flatten)]
    binding: Binding,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DelegationEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    key: String,
    side: String,
    digest: String,
    #[serde(flatten)]
    proof: Proof,
    compact: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignInEntry {
    name: &'static str,
    chain_id: String,
    hub: String,
    origin: String,
    challenge: String,
    expires_at: String,
    digest: String,
    #[serde(flatten)]
    proof: Proof,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BadEntry {
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

/// The accounts that sign.
struct People {
    alice: SigningKey,
    bob: SigningKey,
    alice_key: SigningKey,
    bob_key: SigningKey,
    carol: SigningKey,
}

/// The channels in which they sign: one per combination worth having.
struct Channels {
    /// Bound by payment keys, THD-like token, refute.
    demo: At,
    /// The same key, opened again.
    demo_again: At,
    /// Bound by the wallets themselves, ether, forfeit, another chain.
    forfeit: At,
    /// Every number at its maximum.
    extreme: At,
    /// Bound by the wallets themselves, refute: where delegations are used.
    wallets: At,
}

#[derive(Clone, Copy)]
struct At {
    domain: Domain,
    key: ChannelKey,
    epoch: Epoch,
}

impl At {
    fn id(&self) -> ChannelId {
        self.key.id(self.epoch)
    }

    fn claim(&self, payer: Side, total: Amount, nonce: u64) -> Claim {
        Claim {
            channel: self.id(),
            to: self.key.address(payer.other()),
            total,
            nonce,
        }
    }

    fn place(&self) -> Place {
        let key = &self.key;
        Place {
            chain_id: self.domain.chain_id.to_string(),
            hub: checksummed(self.domain.hub),
            alice: checksummed(key.alice),
            alice_signer: checksummed(key.alice_signer),
            bob: checksummed(key.bob),
            bob_signer: checksummed(key.bob_signer),
            token: checksummed(key.token),
            finalization_period: key.finalization_period.to_string(),
            policy: key.policy.index().to_string(),
            salt: key.salt.to_string(),
            epoch: self.epoch.to_string(),
            channel: self.id().to_string(),
        }
    }
}

fn vectors() -> Made<Vectors> {
    let people = People {
        alice: secret("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d")?,
        bob: secret("5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a")?,
        alice_key: named_secret("Thunder test vectors: alice's payment key")?,
        bob_key: named_secret("Thunder test vectors: bob's payment key")?,
        carol: named_secret("Thunder test vectors: carol")?,
    };
    let development = Domain {
        chain_id: 31337,
        hub: parse_address("0x5FbDB2315678afecb367f032d93F642f64180aa3")?,
    };
    let mainnet = Domain {
        chain_id: 1,
        hub: named_address("Thunder test vectors: a hub on mainnet"),
    };
    let farthest = Domain {
        chain_id: u64::MAX,
        hub: Address::repeat_byte(0xfe),
    };
    let channels = channels(&people, development, mainnet, farthest);
    Ok(Vectors {
        version: "1".to_owned(),
        types: types(),
        domains: vec![
            domain("development", &development),
            domain("mainnet", &mainnet),
            domain("farthest", &farthest),
        ],
        accounts: vec![
            account("alice", &people.alice),
            account("bob", &people.bob),
            account("alice's payment key", &people.alice_key),
            account("bob's payment key", &people.bob_key),
            account("carol, a stranger", &people.carol),
        ],
        payment_keys: vec![
            payment_key("alice on the development chain", &people.alice, &development),
            payment_key("bob on mainnet", &people.bob, &mainnet),
        ],
        keys: vec![
            key("bound by payment keys, refute", &channels.demo),
            key("the same key opened again", &channels.demo_again),
            key("ether, forfeit, bound by wallets", &channels.forfeit),
            key("every number at its maximum", &channels.extreme),
            key("bound by wallets, refute", &channels.wallets),
        ],
        claims: claims(&people, &channels)?,
        withdrawals: withdrawals(&people, &channels)?,
        settlements: settlements(&people, &channels)?,
        delegations: delegations(&people, &channels),
        sign_ins: sign_ins(&people, &development, &mainnet),
        payment_requests: notes::requests(&people, &channels)?,
        cancellations: notes::cancellations(&people, &channels),
        memos: notes::memos(&people, &channels)?,
        read_marks: notes::read_marks(&people, &channels),
        bad_claims: bad_claims(&people, &channels)?,
    })
}

fn channels(people: &People, development: Domain, mainnet: Domain, farthest: Domain) -> Channels {
    let key = ChannelKey {
        alice: people.alice.address(),
        alice_signer: people.alice_key.address(),
        bob: people.bob.address(),
        bob_signer: people.bob_key.address(),
        token: named_address("Thunder test vectors: a token"),
        finalization_period: 100,
        policy: Policy::Refute,
        salt: 0x0123_4567_89ab_cdef,
    };
    let by_wallets = ChannelKey {
        alice_signer: people.alice.address(),
        bob_signer: people.bob.address(),
        ..key
    };
    let demo = At {
        domain: development,
        key,
        epoch: 0,
    };
    Channels {
        demo,
        demo_again: At { epoch: 1, ..demo },
        forfeit: At {
            domain: mainnet,
            key: ChannelKey {
                token: Address::zero(),
                finalization_period: 7200,
                policy: Policy::Forfeit,
                salt: 1,
                ..by_wallets
            },
            epoch: 0,
        },
        extreme: At {
            domain: farthest,
            key: ChannelKey {
                token: Address::repeat_byte(0xff),
                finalization_period: u32::MAX,
                salt: u64::MAX,
                ..key
            },
            // The hub keeps 24 bits of it.
            epoch: (1 << 24) - 1,
        },
        wallets: At {
            domain: development,
            key: ChannelKey {
                salt: 0,
                ..by_wallets
            },
            epoch: 0,
        },
    }
}

fn types() -> Vec<TypeEntry> {
    let (channel, to, total) = (ChannelId(Default::default()), Address::zero(), Amount::ZERO);
    let claim = Claim {
        channel,
        to,
        total,
        nonce: 0,
    };
    let withdrawal = Withdrawal {
        channel,
        to,
        total,
        expiry: 0,
    };
    let settlement = Settlement {
        channel,
        alice_total: total,
        bob_total: total,
        expiry: 0,
    };
    let sign_in = SignIn {
        origin: String::new(),
        challenge: Default::default(),
        expires_at: 0,
    };
    let (number, expiry, text) = (RequestNumber::MIN, 0, MemoText::default());
    let request = PaymentRequest {
        channel,
        number,
        amount: total,
        expiry,
        memo: text.clone(),
    };
    let cancellation = Cancellation {
        channel,
        number,
        expiry,
    };
    let memo = Memo {
        channel,
        nonce: 0,
        total,
        request: None,
        text,
    };
    let domain = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
    [
        ("EIP712Domain", domain.to_owned()),
        ("Claim", claim.type_string()),
        ("Withdrawal", withdrawal.type_string()),
        ("Settlement", settlement.type_string()),
        ("Delegation", Delegation { channel, key: to }.type_string()),
        ("SignIn", sign_in.type_string()),
        ("PaymentKey", PaymentKeyRequest { account: to }.type_string()),
        ("PaymentRequest", request.type_string()),
        ("Cancellation", cancellation.type_string()),
        ("Memo", memo.type_string()),
        ("ReadMark", ReadMark { channel, total }.type_string()),
    ]
    .map(|(name, type_string)| TypeEntry {
        name,
        type_hash: hexed(&keccak256(type_string.as_bytes())),
        type_string,
    })
    .into()
}

fn claims(people: &People, channels: &Channels) -> Made<Vec<ClaimEntry>> {
    let Channels {
        demo,
        demo_again,
        forfeit,
        extreme,
        wallets,
    } = channels;
    let (alice, bob) = (Side::Alice, Side::Bob);
    let thd = |units: u128| Amount::new(units * 1_000_000_000_000_000_000);
    let one = |name, at: &At, payer, total, nonce, by, delegator: Option<&SigningKey>| {
        let claim = at.claim(payer, total, nonce);
        ClaimEntry {
            name,
            place: at.place(),
            to: checksummed(claim.to),
            total: total.to_string(),
            nonce: nonce.to_string(),
            binding: binding(at, payer, claim.digest(&at.domain), by, delegator),
        }
    };
    Ok(vec![
        one("alice pays 20", demo, alice, thd(20)?, 1, &people.alice_key, None),
        one("bob pays 5 back", demo, bob, thd(5)?, 1, &people.bob_key, None),
        one(
            "alice has paid 500",
            demo,
            alice,
            thd(500)?,
            2,
            &people.alice_key,
            None,
        ),
        one(
            "in the key's next life",
            demo_again,
            alice,
            thd(20)?,
            1,
            &people.alice_key,
            None,
        ),
        one(
            "in ether, by wallet",
            forfeit,
            alice,
            Amount::new(1)?,
            1,
            &people.alice,
            None,
        ),
        one(
            "bob in ether, by wallet",
            forfeit,
            bob,
            Amount::new(2)?,
            3,
            &people.bob,
            None,
        ),
        one(
            "the largest claim",
            extreme,
            alice,
            Amount::MAX,
            u64::MAX,
            &people.alice_key,
            None,
        ),
        one(
            "the largest claim by bob",
            extreme,
            bob,
            Amount::MAX,
            u64::MAX,
            &people.bob_key,
            None,
        ),
        one("nothing", extreme, bob, Amount::ZERO, 0, &people.bob_key, None),
        one(
            "by wallet, refute",
            wallets,
            alice,
            thd(1)?,
            1,
            &people.alice,
            None,
        ),
        one(
            "alice, delegated",
            wallets,
            alice,
            thd(2)?,
            2,
            &people.alice_key,
            Some(&people.alice),
        ),
        one(
            "bob, delegated",
            wallets,
            bob,
            thd(1)?,
            1,
            &people.bob_key,
            Some(&people.bob),
        ),
        one(
            "a payment key delegates to another key",
            extreme,
            alice,
            Amount::MAX,
            1,
            &people.carol,
            Some(&people.alice_key),
        ),
    ])
}

fn withdrawals(people: &People, channels: &Channels) -> Made<Vec<WithdrawalEntry>> {
    let one = |name, at: &At, taker, total, expiry, side, by, delegator: Option<&SigningKey>| {
        let withdrawal = Withdrawal {
            channel: at.id(),
            to: at.key.address(taker),
            total,
            expiry,
        };
        WithdrawalEntry {
            name,
            place: at.place(),
            to: checksummed(withdrawal.to),
            total: total.to_string(),
            expiry: expiry.to_string(),
            binding: binding(at, side, withdrawal.digest(&at.domain), by, delegator),
        }
    };
    let (alice, bob) = (Side::Alice, Side::Bob);
    let (demo, extreme, wallets) = (&channels.demo, &channels.extreme, &channels.wallets);
    let ten = Amount::new(10_000_000_000_000_000_000)?;
    Ok(vec![
        one(
            "alice takes 10: alice",
            demo,
            alice,
            ten,
            5000,
            alice,
            &people.alice_key,
            None,
        ),
        one(
            "alice takes 10: bob",
            demo,
            alice,
            ten,
            5000,
            bob,
            &people.bob_key,
            None,
        ),
        one(
            "bob takes all: alice",
            extreme,
            bob,
            Amount::MAX,
            u64::MAX,
            alice,
            &people.alice_key,
            None,
        ),
        one(
            "bob takes all: bob",
            extreme,
            bob,
            Amount::MAX,
            u64::MAX,
            bob,
            &people.bob_key,
            None,
        ),
        one(
            "bob takes 10, delegated: alice",
            wallets,
            bob,
            ten,
            5000,
            alice,
            &people.alice_key,
            Some(&people.alice),
        ),
        one(
            "bob takes 10, delegated: bob",
            wallets,
            bob,
            ten,
            5000,
            bob,
            &people.bob,
            None,
        ),
    ])
}

fn settlements(people: &People, channels: &Channels) -> Made<Vec<SettlementEntry>> {
    let one = |name, at: &At, totals: (Amount, Amount), expiry, side, by, delegator: Option<&SigningKey>| {
        let settlement = Settlement {
            channel: at.id(),
            alice_total: totals.0,
            bob_total: totals.1,
            expiry,
        };
        SettlementEntry {
            name,
            place: at.place(),
            alice_total: totals.0.to_string(),
            bob_total: totals.1.to_string(),
            expiry: expiry.to_string(),
            binding: binding(at, side, settlement.digest(&at.domain), by, delegator),
        }
    };
    let (alice, bob) = (Side::Alice, Side::Bob);
    let (demo, extreme, wallets) = (&channels.demo, &channels.extreme, &channels.wallets);
    let usual = (
        Amount::new(20_000_000_000_000_000_000)?,
        Amount::new(5_000_000_000_000_000_000)?,
    );
    let most = (Amount::MAX, Amount::MAX);
    let few = (Amount::ZERO, Amount::new(1)?);
    Ok(vec![
        one(
            "20 and 5: alice",
            demo,
            usual,
            5000,
            alice,
            &people.alice_key,
            None,
        ),
        one("20 and 5: bob", demo, usual, 5000, bob, &people.bob_key, None),
        one(
            "the most: alice",
            extreme,
            most,
            u64::MAX,
            alice,
            &people.alice_key,
            None,
        ),
        one(
            "the most: bob",
            extreme,
            most,
            u64::MAX,
            bob,
            &people.bob_key,
            None,
        ),
        one(
            "delegated: alice",
            wallets,
            few,
            5000,
            alice,
            &people.alice_key,
            Some(&people.alice),
        ),
        one(
            "delegated: bob",
            wallets,
            few,
            5000,
            bob,
            &people.bob_key,
            Some(&people.bob),
        ),
    ])
}

fn delegations(people: &People, channels: &Channels) -> Vec<DelegationEntry> {
    let one = |name, at: &At, side: Side, to: &SigningKey, by: &SigningKey| {
        let delegation = Delegation {
            channel: at.id(),
            key: to.address(),
        };
        let digest = delegation.digest(&at.domain);
        let signature = by.sign(&digest);
        DelegationEntry {
            name,
            place: at.place(),
            key: checksummed(delegation.key),
            side: side.index().to_string(),
            digest: hexed(&digest.0),
            proof: proof(by, &signature),
            compact: compact(&signature),
        }
    };
    let (alice, bob, wallets) = (Side::Alice, Side::Bob, &channels.wallets);
    vec![
        one(
            "alice to her payment key",
            wallets,
            alice,
            &people.alice_key,
            &people.alice,
        ),
        one(
            "bob to his payment key",
            wallets,
            bob,
            &people.bob_key,
            &people.bob,
        ),
        one(
            "of a payment key",
            &channels.extreme,
            alice,
            &people.carol,
            &people.alice_key,
        ),
        // Well signed, and void all the same: see "badClaims".
        one(
            "in a forfeit channel",
            &channels.forfeit,
            alice,
            &people.alice_key,
            &people.alice,
        ),
    ]
}

fn sign_ins(people: &People, development: &Domain, mainnet: &Domain) -> Vec<SignInEntry> {
    let one = |name, domain: &Domain, origin: &str, challenge, expires_at: u64, by: &SigningKey| {
        let sign_in = SignIn {
            origin: origin.to_owned(),
            challenge,
            expires_at,
        };
        let digest = sign_in.digest(domain);
        SignInEntry {
            name,
            chain_id: domain.chain_id.to_string(),
            hub: checksummed(domain.hub),
            origin: origin.to_owned(),
            challenge: format!("{challenge:#x}"),
            expires_at: expires_at.to_string(),
            digest: hexed(&digest.0),
            proof: proof(by, &by.sign(&digest)),
        }
    };
    let drawn = keccak256(b"Thunder test vectors: a challenge").into();
    vec![
        one(
            "to a local relay",
            development,
            "http://localhost:8080",
            drawn,
            1_700_000_060,
            &people.alice_key,
        ),
        one(
            "to a public relay",
            mainnet,
            "https://relay.example",
            drawn,
            1_700_000_060,
            &people.bob_key,
        ),
        one(
            "beyond ASCII, the latest time",
            development,
            "https://r\u{e9}seau.example",
            [0xff; 32].into(),
            u64::MAX,
            &people.bob,
        ),
    ]
}

fn bad_claims(people: &People, channels: &Channels) -> Made<Vec<BadEntry>> {
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

fn binding(at: &At, side: Side, digest: Digest, by: &SigningKey, delegator: Option<&SigningKey>) -> Binding {
    let delegation = delegator.map(|delegator| {
        let delegation = Delegation {
            channel: at.id(),
            key: by.address(),
        };
        delegator.sign(&delegation.digest(&at.domain))
    });
    let none = || "0x".to_owned();
    Binding {
        side: side.index().to_string(),
        digest: hexed(&digest.0),
        proof: proof(by, &by.sign(&digest)),
        delegated: delegation.is_some(),
        delegation: delegation.map_or_else(none, |signature| signature.to_string()),
        delegation_compact: delegation.map_or_else(none, |signature| compact(&signature)),
    }
}

fn proof(by: &SigningKey, signature: &Signature) -> Proof {
    let (r, vs) = signature.compact();
    Proof {
        private_key: hexed(by.secret().as_ref()),
        signed_by: checksummed(by.address()),
        signature: signature.to_string(),
        r: hexed(&r),
        vs: hexed(&vs),
    }
}

fn compact(signature: &Signature) -> String {
    let (r, vs) = signature.compact();
    hexed(&[r, vs].concat())
}

fn domain(name: &'static str, domain: &Domain) -> DomainEntry {
    DomainEntry {
        name,
        chain_id: domain.chain_id.to_string(),
        hub: checksummed(domain.hub),
        separator: hexed(&domain.separator()),
    }
}

fn account(name: &'static str, key: &SigningKey) -> AccountEntry {
    AccountEntry {
        name,
        private_key: hexed(key.secret().as_ref()),
        address: checksummed(key.address()),
    }
}

fn key(name: &'static str, at: &At) -> KeyEntry {
    KeyEntry {
        name,
        place: at.place(),
        short_code: at.id().short_code(),
    }
}

fn payment_key(name: &'static str, wallet: &SigningKey, domain: &Domain) -> PaymentKeyEntry {
    let request = PaymentKeyRequest {
        account: wallet.address(),
    };
    let digest = request.digest(domain);
    let signature = wallet.sign(&digest);
    let derived = payment_key_from(&signature);
    let shown = request.typed_data(domain);
    PaymentKeyEntry {
        name,
        chain_id: domain.chain_id.to_string(),
        hub: checksummed(domain.hub),
        account: checksummed(request.account),
        warning: shown["message"]["warning"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        digest: hexed(&digest.0),
        proof: proof(wallet, &signature),
        payment_key: hexed(derived.secret().as_ref()),
        payment_address: checksummed(derived.address()),
    }
}

fn secret(digits: &str) -> Made<SigningKey> {
    Ok(SigningKey::from_hex(digits)?)
}

fn named_secret(name: &str) -> Made<SigningKey> {
    Ok(SigningKey::from_bytes(&keccak256(name.as_bytes()))?)
}

fn named_address(name: &str) -> Address {
    Address::from_slice(&keccak256(name.as_bytes())[12..])
}

fn hexed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
