//! Makes the test vectors of metered sessions: the same text on every machine, from the constants below and nothing else.
//!
//! Included by `examples/vectors.rs`, which writes the file, and by `tests/vectors.rs`, which compares it.

use serde::Serialize;
use std::error::Error;
use thunder_channel::{
    Address, Amount, Bytes32, Digest, Domain, Epoch, SigningKey, TypedMessage, checksummed, keccak256,
    metering::{Acceptance, Count, MEGABYTE, Role, Session, SessionKey, SessionSettlement, Terms},
    parse_address,
};

type Made<T> = Result<T, Box<dyn Error>>;

/// The text of `sessions.json`.
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
    keys: Vec<KeyEntry>,
    counts: Vec<CountEntry>,
    acceptances: Vec<AcceptanceEntry>,
    settlements: Vec<SettlementEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeEntry {
    name: &'static str,
    type_string: String,
    type_hash: String,
}

/// Where a statement counts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    chain_id: String,
    contract: String,
    client: String,
    client_signer: String,
    provider: String,
    provider_signer: String,
    token: String,
    price: String,
    quantity: String,
    unit: String,
    tolerance: String,
    finalization_period: String,
    salt: String,
    epoch: String,
    session: String,
}

/// What is signed, and the one signature that its signer gives.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proof {
    role: &'static str,
    digest: String,
    private_key: String,
    signed_by: String,
    signature: String,
    r: String,
    vs: String,
}

#[derive(Serialize)]
struct KeyEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct CountEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    count: String,
    acknowledged: String,
    #[serde(flatten)]
    proof: Proof,
}

#[derive(Serialize)]
struct AcceptanceEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    deposit: String,
    expiry: String,
    #[serde(flatten)]
    proof: Proof,
}

#[derive(Serialize)]
struct SettlementEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    charged: String,
    paid: String,
    expiry: String,
    #[serde(flatten)]
    proof: Proof,
}

struct People {
    client: SigningKey,
    client_signer: SigningKey,
    provider: SigningKey,
    provider_signer: SigningKey,
}

impl People {
    fn make() -> Made<Self> {
        let named = |name: &str| SigningKey::from_bytes(&keccak256(name.as_bytes()));
        Ok(Self {
            client: named("Thunder session vectors: client")?,
            client_signer: named("Thunder session vectors: the client's payment key")?,
            provider: named("Thunder session vectors: provider")?,
            provider_signer: named("Thunder session vectors: the provider's payment key")?,
        })
    }

    fn signer(&self, role: Role) -> &SigningKey {
        match role {
            Role::Client => &self.client_signer,
            Role::Provider => &self.provider_signer,
        }
    }

    fn session(&self, domain: Domain, terms: Terms, salt: u64, epoch: Epoch) -> Session {
        let key = SessionKey {
            client: self.client.address(),
            client_signer: self.client_signer.address(),
            provider: self.provider.address(),
            provider_signer: self.provider_signer.address(),
            terms,
            salt,
        };
        Session { key, epoch, domain }
    }
}

fn vectors() -> Made<Vectors> {
    let people = People::make()?;
    let development = Domain {
        chain_id: 31337,
        hub: parse_address("0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0")?,
    };
    let farthest = Domain {
        chain_id: u64::MAX,
        hub: Address::repeat_byte(0xfd),
    };
    let token = Address::from_slice(&keccak256(b"Thunder session vectors: a token")[12..]);
    let usual = Terms {
        token,
        price: Amount::new(1_000_000_000_000_000)?,
        quantity: 1_000 * MEGABYTE,
        unit: MEGABYTE,
        tolerance: 10_000,
        finalization_period: 100,
    };
    let extreme = Terms {
        token: Address::zero(),
        price: Amount::new(4_294_967_296_000_000)?,
        quantity: u64::MAX,
        unit: u64::MAX,
        tolerance: 999_999,
        finalization_period: u32::MAX,
    };
    let demo = people.session(development, usual, 7, 0);
    let again = people.session(development, usual, 7, 1);
    let most = people.session(farthest, extreme, u64::MAX, (1 << 24) - 1);
    let all = |name, session| KeyEntry {
        name,
        place: place(session),
    };
    Ok(Vectors {
        version: "1".to_owned(),
        types: types(&demo),
        keys: vec![
            all("bound by payment keys", &demo),
            all("the same key proposed again", &again),
            all("every number at its maximum, in ether", &most),
        ],
        counts: [
            pair(
                &people,
                &demo,
                ["the first of the provider", "acknowledged by the client"],
                [4, 5],
            ),
            pair(
                &people,
                &again,
                ["in the next life", "its acknowledgement"],
                [MEGABYTE, MEGABYTE],
            ),
            pair(
                &people,
                &most,
                ["the highest count", "the client has none"],
                [u64::MAX, 0],
            ),
            pair(
                &people,
                &most,
                ["the provider has none", "the client the highest"],
                [0, u64::MAX],
            ),
        ]
        .into_iter()
        .flatten()
        .collect(),
        acceptances: vec![
            acceptance(&people, "of a thousand units", &demo, usual.most_deposit(), 5000),
            acceptance(
                &people,
                "of the most, for ever",
                &most,
                extreme.most_deposit(),
                u64::MAX,
            ),
        ],
        settlements: [
            settlement(
                &people,
                &demo,
                ["all that is charged is paid: client", "and provider"],
                [5, 5],
                5000,
            )?,
            settlement(
                &people,
                &most,
                ["something is burnt: client", "and provider"],
                [9, 4],
                u64::MAX,
            )?,
        ]
        .into_iter()
        .flatten()
        .collect(),
    })
}

fn types(session: &Session) -> Vec<TypeEntry> {
    let (id, amount) = (session.id(), Amount::ZERO);
    let count = Count {
        session: id,
        count: 0,
        acknowledged: Bytes32::zero(),
    };
    let acceptance = Acceptance {
        session: id,
        deposit: amount,
        expiry: 0,
    };
    let settlement = SessionSettlement {
        session: id,
        charged: amount,
        paid: amount,
        expiry: 0,
    };
    [
        ("Count", count.type_string()),
        ("Acceptance", acceptance.type_string()),
        ("SessionSettlement", settlement.type_string()),
    ]
    .map(|(name, type_string)| TypeEntry {
        name,
        type_hash: hexed(&keccak256(type_string.as_bytes())),
        type_string,
    })
    .into()
}

/// A statement of the provider, and the client's that acknowledges it.
fn pair(people: &People, session: &Session, names: [&'static str; 2], counts: [u64; 2]) -> Vec<CountEntry> {
    let mut acknowledged = Bytes32::zero();
    let mut entries = Vec::new();
    for ((role, name), count) in [Role::Provider, Role::Client].into_iter().zip(names).zip(counts) {
        let statement = Count {
            session: session.id(),
            count,
            acknowledged,
        };
        let digest = statement.digest(&session.domain);
        entries.push(CountEntry {
            name,
            place: place(session),
            count: count.to_string(),
            acknowledged: hexed(acknowledged.as_bytes()),
            proof: proof(role, people.signer(role), &digest),
        });
        acknowledged = digest.0.into();
    }
    entries
}

fn acceptance(
    people: &People,
    name: &'static str,
    session: &Session,
    deposit: Amount,
    expiry: u64,
) -> AcceptanceEntry {
    let statement = Acceptance {
        session: session.id(),
        deposit,
        expiry,
    };
    AcceptanceEntry {
        name,
        place: place(session),
        deposit: deposit.to_string(),
        expiry: expiry.to_string(),
        proof: proof(
            Role::Provider,
            &people.provider,
            &statement.digest(&session.domain),
        ),
    }
}

/// The same statement by both.
fn settlement(
    people: &People,
    session: &Session,
    names: [&'static str; 2],
    amounts: [u128; 2],
    expiry: u64,
) -> Made<Vec<SettlementEntry>> {
    let [charged, paid] = amounts.map(Amount::new);
    let statement = SessionSettlement {
        session: session.id(),
        charged: charged?,
        paid: paid?,
        expiry,
    };
    let digest = statement.digest(&session.domain);
    let roles = [Role::Client, Role::Provider].into_iter().zip(names);
    let entries = roles.map(|(role, name)| SettlementEntry {
        name,
        place: place(session),
        charged: statement.charged.to_string(),
        paid: statement.paid.to_string(),
        expiry: expiry.to_string(),
        proof: proof(role, people.signer(role), &digest),
    });
    Ok(entries.collect())
}

fn place(session: &Session) -> Place {
    let (key, terms) = (&session.key, &session.key.terms);
    Place {
        chain_id: session.domain.chain_id.to_string(),
        contract: checksummed(session.domain.hub),
        client: checksummed(key.client),
        client_signer: checksummed(key.client_signer),
        provider: checksummed(key.provider),
        provider_signer: checksummed(key.provider_signer),
        token: checksummed(terms.token),
        price: terms.price.to_string(),
        quantity: terms.quantity.to_string(),
        unit: terms.unit.to_string(),
        tolerance: terms.tolerance.to_string(),
        finalization_period: terms.finalization_period.to_string(),
        salt: key.salt.to_string(),
        epoch: session.epoch.to_string(),
        session: session.id().to_string(),
    }
}

fn proof(role: Role, by: &SigningKey, digest: &Digest) -> Proof {
    let signature = by.sign(digest);
    let (r, vs) = signature.compact();
    Proof {
        role: match role {
            Role::Client => "client",
            Role::Provider => "provider",
        },
        digest: hexed(&digest.0),
        private_key: hexed(by.secret().as_ref()),
        signed_by: checksummed(by.address()),
        signature: signature.to_string(),
        r: hexed(&r),
        vs: hexed(&vs),
    }
}

fn hexed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
