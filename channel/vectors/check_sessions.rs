//! Recomputes the test vectors of metered sessions from their own fields, by the crate's public interface alone.
//!
//! Included by `tests/vectors.rs` (libsecp256k1) and `tests/web.rs` (`k256`, in a browser). A mismatch panics with the
//! entry's name.

use serde_json::{Value, json};
use thunder_channel::{
    Bytes32, Domain, Signature, SigningKey, TypedMessage, keccak256,
    metering::{
        Acceptance, Count, Pair, Role, Session, SessionKey, SessionSettlement, SignedAcceptance, SignedCount,
    },
    parse_address,
};

/// The vectors as they are committed.
pub const COMMITTED: &str = include_str!("sessions.json");

/// Checks every entry and says how many there were.
pub fn everything() -> usize {
    let vectors: Value = serde_json::from_str(COMMITTED).unwrap();
    let list = |name: &str| {
        let entries = vectors[name].as_array().unwrap().clone();
        assert!(!entries.is_empty(), "{name} is empty");
        entries
    };
    let (types, keys, counts) = (list("types"), list("keys"), list("counts"));
    let (acceptances, settlements) = (list("acceptances"), list("settlements"));
    for entry in &types {
        let hash = keccak256(text(entry, "typeString").as_bytes());
        assert_eq!(hash.to_vec(), bytes(entry, "typeHash"), "{}", entry["name"]);
    }
    for entry in &keys {
        session(entry);
    }
    for pair in counts.chunks(2) {
        check_pair(&pair[0], &pair[1]);
    }
    acceptances.iter().for_each(check_acceptance);
    settlements.iter().for_each(check_settlement);
    types.len() + keys.len() + counts.len() + acceptances.len() + settlements.len()
}

fn check_pair(provider: &Value, client: &Value) {
    let signed = |entry: &Value, role: Role| {
        let session = session(entry);
        let acknowledged: [u8; 32] = bytes(entry, "acknowledged").try_into().unwrap();
        let statement = Count {
            session: session.id(),
            count: text(entry, "count").parse().unwrap(),
            acknowledged: Bytes32::from(acknowledged),
        };
        let signature = signature(entry, &statement, &session.domain);
        let signed = SignedCount { statement, signature };
        assert_eq!(signed.verify(&session, role), Ok(()), "{}", entry["name"]);
        assert!(
            signed.verify(&session, role.other()).is_err(),
            "{}",
            entry["name"]
        );
        signed
    };
    let pair = Pair {
        provider: signed(provider, Role::Provider),
        client: signed(client, Role::Client),
    };
    assert_eq!(
        pair.verify(&session(client)),
        Ok(pair.counts()),
        "{}",
        client["name"]
    );
}

fn check_acceptance(entry: &Value) {
    let session = session(entry);
    let acceptance = Acceptance {
        session: session.id(),
        deposit: text(entry, "deposit").parse().unwrap(),
        expiry: text(entry, "expiry").parse().unwrap(),
    };
    let signature = signature(entry, &acceptance, &session.domain);
    let signed = SignedAcceptance {
        acceptance,
        signature,
    };
    assert_eq!(signed.verify(&session), Ok(()), "{}", entry["name"]);
}

fn check_settlement(entry: &Value) {
    let session = session(entry);
    let settlement = SessionSettlement {
        session: session.id(),
        charged: text(entry, "charged").parse().unwrap(),
        paid: text(entry, "paid").parse().unwrap(),
        expiry: text(entry, "expiry").parse().unwrap(),
    };
    let signature = signature(entry, &settlement, &session.domain);
    let role = if text(entry, "role") == "client" {
        Role::Client
    } else {
        Role::Provider
    };
    let signer = signature.recover(&settlement.digest(&session.domain));
    assert_eq!(signer, Ok(session.key.signer(role)), "{}", entry["name"]);
}

/// The entry's session, after checking its id and its terms, and that the key survives JSON.
fn session(entry: &Value) -> Session {
    let number = |field: &str| text(entry, field).parse::<u32>().unwrap();
    let mut fields = entry.clone();
    for small in ["tolerance", "finalizationPeriod"] {
        fields[small] = json!(number(small));
    }
    // Addresses in JSON are as the crate writes them elsewhere, without a checksum.
    for field in ["client", "clientSigner", "provider", "providerSigner", "token"] {
        fields[field] = json!(text(entry, field).to_lowercase());
    }
    let key: SessionKey = serde_json::from_value(fields).unwrap();
    let again: SessionKey = serde_json::from_value(serde_json::to_value(key).unwrap()).unwrap();
    let domain = Domain {
        chain_id: text(entry, "chainId").parse().unwrap(),
        hub: parse_address(text(entry, "contract")).unwrap(),
    };
    let session = Session {
        key: again,
        epoch: number("epoch"),
        domain,
    };
    assert_eq!(key.check(domain.hub), Ok(()), "{}", entry["name"]);
    assert_eq!(
        session.id().to_string(),
        text(entry, "session"),
        "{}",
        entry["name"]
    );
    session
}

/// The entry's signature, after checking that its private key makes it, that it recovers, and its compact form.
fn signature(entry: &Value, statement: &impl TypedMessage, domain: &Domain) -> Signature {
    let (name, digest) = (&entry["name"], statement.digest(domain));
    assert_eq!(digest.0.to_vec(), bytes(entry, "digest"), "{name}");
    let key = SigningKey::from_hex(text(entry, "privateKey")).unwrap();
    assert_eq!(
        Ok(key.address()),
        parse_address(text(entry, "signedBy")),
        "{name}"
    );
    let signature = key.sign(&digest);
    assert_eq!(signature.to_string(), text(entry, "signature"), "{name}");
    assert_eq!(signature.recover(&digest), Ok(key.address()), "{name}");
    let (r, vs) = signature.compact();
    assert_eq!(
        [r.to_vec(), vs.to_vec()],
        [bytes(entry, "r"), bytes(entry, "vs")],
        "{name}"
    );
    signature
}

fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry[field]
        .as_str()
        .unwrap_or_else(|| panic!("{}: {field} is no text", entry["name"]))
}

fn bytes(entry: &Value, field: &str) -> Vec<u8> {
    hex::decode(text(entry, field).strip_prefix("0x").unwrap()).unwrap()
}
