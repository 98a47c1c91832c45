//! Makes the test vectors: the same text on every machine, from the constants below and nothing else.
//!
//! Included by `examples/vectors.rs`, which writes the file, and by `tests/vectors.rs`, which compares it.

#[path = "generate_bad.rs"]
mod bad;
#[path = "generate_notes.rs"]
mod notes;

use serde::Serialize;
use std::error::Error;
use thunder_channel::{
    Address, Amount, Cancellation, ChannelId, ChannelKey, Claim, Decline, Delegation, Digest, Domain, Epoch,
    Memo, MemoText, PaymentKeyRequest, PaymentRequest, Policy, ReadMark, RequestNumber, Settlement, Side,
    SignIn, Signature, SigningKey, TypedMessage, Withdrawal, checksummed, keccak256, parse_address,
    payment_key_from,
};

type Made<T> = Result<T, Box<dyn Error>>;

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
    declines: Vec<notes::DeclineEntry>,
    bad_claims: Vec<bad::BadEntry>,
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
        declines: notes::declines(&people, &channels),
        bad_claims: bad::bad_claims(&people, &channels)?,
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
    let decline = Decline {
        channel,
        statement: Default::default(),
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
        ("Decline", decline.type_string()),
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
