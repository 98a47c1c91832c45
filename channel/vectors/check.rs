//! Recomputes the test vectors from their own fields, by the crate's public interface alone.
//!
//! Included by `tests/vectors.rs` (libsecp256k1) and `tests/web.rs` (`k256`, in a browser). A mismatch panics with the
//! entry's name.

use serde_json::Value;
use std::str::FromStr;
use thunder_channel::{
    Address, Authorization, Cancellation, ChannelId, ChannelKey, Claim, ClaimError, Decline, Delegation,
    Digest, Domain, Epoch, Memo, MemoText, Note, PaymentKeyRequest, PaymentRequest, Policy, ReadMark,
    RequestNumber, Settlement, Side, SignIn, Signature, SignatureError, SignedClaim, SignedNote,
    SignedSettlement, SignedWithdrawal, SigningKey, TypedMessage, Withdrawal, checksummed, keccak256,
    parse_address, payment_key_from,
};

/// The vectors as they are committed.
pub const COMMITTED: &str = include_str!("vectors.json");

/// Checks every entry and says how many there were.
pub fn everything() -> usize {
    let vectors: Value = serde_json::from_str(COMMITTED).unwrap();
    let mut count = 0;
    let mut each = |list: &str, check: fn(&Entry)| {
        let entries = vectors[list].as_array().unwrap();
        assert!(!entries.is_empty(), "{list} is empty");
        for fields in entries {
            let name = fields["name"].as_str().unwrap();
            check(&Entry {
                name: format!("{list}: {name}"),
                fields,
            });
        }
        count += entries.len();
    };
    each("types", type_hash);
    each("domains", domain);
    each("accounts", account);
    each("paymentKeys", payment_key);
    each("keys", key);
    each("claims", claim);
    each("withdrawals", withdrawal);
    each("settlements", settlement);
    each("delegations", delegation);
    each("signIns", sign_in);
    each("paymentRequests", |e| {
        note(e, e.payment_request());
    });
    each("cancellations", |e| {
        note(e, e.cancellation());
    });
    each("memos", |e| {
        note(e, e.memo());
    });
    each("readMarks", |e| {
        note(e, e.read_mark());
    });
    each("declines", |e| {
        note(e, e.decline());
    });
    each("badClaims", bad_claim);
    count
}

struct Entry<'a> {
    name: String,
    fields: &'a Value,
}

impl Entry<'_> {
    fn text(&self, field: &str) -> &str {
        self.fields[field]
            .as_str()
            .unwrap_or_else(|| panic!("{}: {field} is no text", self.name))
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        hex::decode(self.text(field).strip_prefix("0x").unwrap()).unwrap()
    }

    fn number<T: FromStr>(&self, field: &str) -> T {
        self.text(field)
            .parse()
            .unwrap_or_else(|_| panic!("{}: {field} is out of range", self.name))
    }

    fn address(&self, field: &str) -> Address {
        let text = self.text(field);
        let address = Address::from_slice(&self.bytes(field));
        assert_eq!(checksummed(address), text, "{}: {field}", self.name);
        address
    }

    fn domain(&self) -> Domain {
        Domain {
            chain_id: self.number("chainId"),
            hub: parse_address(self.text("hub")).unwrap(),
        }
    }

    fn key(&self) -> (ChannelKey, Epoch) {
        let key = ChannelKey {
            alice: self.address("alice"),
            alice_signer: self.address("aliceSigner"),
            bob: self.address("bob"),
            bob_signer: self.address("bobSigner"),
            token: self.address("token"),
            finalization_period: self.number("finalizationPeriod"),
            policy: Policy::from_index(self.number("policy")).unwrap(),
            salt: self.number("salt"),
        };
        let epoch = self.number("epoch");
        assert_eq!(key.check(self.domain().hub), Ok(()), "{}", self.name);
        assert_eq!(key.id(epoch).to_string(), self.text("channel"), "{}", self.name);
        (key, epoch)
    }

    fn channel(&self, field: &str) -> ChannelId {
        let id: [u8; 32] = self.bytes(field).try_into().unwrap();
        ChannelId(id.into())
    }

    fn side(&self) -> Side {
        Side::from_index(self.number("side")).unwrap()
    }

    fn digest(&self, digest: Digest) -> Digest {
        assert_eq!(digest.0.to_vec(), self.bytes("digest"), "{}: digest", self.name);
        digest
    }

    /// The entry's signature, after checking that its private key makes it, that it recovers, and its compact form.
    fn signature(&self, digest: &Digest) -> Signature {
        let key = SigningKey::from_hex(self.text("privateKey")).unwrap();
        assert_eq!(key.address(), self.address("signedBy"), "{}", self.name);
        let signature = key.sign(digest);
        assert_eq!(signature.to_string(), self.text("signature"), "{}", self.name);
        assert_eq!(
            signature.to_bytes().to_vec(),
            self.bytes("signature"),
            "{}",
            self.name
        );
        assert_eq!(signature.recover(digest), Ok(key.address()), "{}", self.name);
        let (r, vs) = signature.compact();
        assert_eq!(r.to_vec(), self.bytes("r"), "{}: r", self.name);
        assert_eq!(vs.to_vec(), self.bytes("vs"), "{}: vs", self.name);
        signature
    }

    /// The entry's authorisation, with its delegation checked.
    fn authorization(&self, digest: Digest) -> Authorization {
        let signature = self.signature(&self.digest(digest));
        let delegated = self.fields["delegated"].as_bool().unwrap();
        let (text, compact) = (self.text("delegation"), self.bytes("delegationCompact"));
        if !delegated {
            assert_eq!((text, compact.len()), ("0x", 0), "{}", self.name);
            return Authorization::direct(signature);
        }
        let delegation: Signature = text.parse().unwrap();
        let (r, vs) = delegation.compact();
        assert_eq!([r, vs].concat(), compact, "{}", self.name);
        let (key, epoch) = self.key();
        let channel = key.id(epoch);
        let permitted = Delegation {
            channel,
            key: self.address("signedBy"),
        };
        assert_eq!(
            delegation.recover(&permitted.digest(&self.domain())),
            Ok(key.signer(self.side())),
            "{}",
            self.name
        );
        Authorization {
            signature,
            delegation: Some(delegation),
        }
    }

    fn claim(&self, channel: &str) -> Claim {
        Claim {
            channel: self.channel(channel),
            to: self.address("to"),
            total: self.number("total"),
            nonce: self.number("nonce"),
        }
    }

    fn memo_text(&self, field: &str) -> MemoText {
        MemoText::parse(self.text(field)).unwrap()
    }

    fn payment_request(&self) -> PaymentRequest {
        PaymentRequest {
            channel: self.channel("channel"),
            number: self.number("number"),
            amount: self.number("amount"),
            expiry: self.number("expiry"),
            memo: self.memo_text("memo"),
        }
    }

    fn cancellation(&self) -> Cancellation {
        Cancellation {
            channel: self.channel("channel"),
            number: self.number("number"),
            expiry: self.number("expiry"),
        }
    }

    fn memo(&self) -> Memo {
        Memo {
            channel: self.channel("channel"),
            nonce: self.number("nonce"),
            total: self.number("total"),
            request: RequestNumber::new(self.number("request")),
            text: self.memo_text("text"),
        }
    }

    fn read_mark(&self) -> ReadMark {
        ReadMark {
            channel: self.channel("channel"),
            total: self.number("total"),
        }
    }

    fn decline(&self) -> Decline {
        Decline {
            channel: self.channel("channel"),
            statement: self.channel("statement").0,
        }
    }
}

fn type_hash(e: &Entry) {
    let text = e.text("typeString");
    assert_eq!(
        keccak256(text.as_bytes()).to_vec(),
        e.bytes("typeHash"),
        "{}",
        e.name
    );
    let (channel, to) = (ChannelId(Default::default()), Address::zero());
    let total = Default::default();
    let expected = match e.text("name") {
        "Claim" => Claim {
            channel,
            to,
            total,
            nonce: 0,
        }
        .type_string(),
        "Withdrawal" => Withdrawal {
            channel,
            to,
            total,
            expiry: 0,
        }
        .type_string(),
        "Settlement" => Settlement {
            channel,
            alice_total: total,
            bob_total: total,
            expiry: 0,
        }
        .type_string(),
        "Delegation" => Delegation { channel, key: to }.type_string(),
        "SignIn" => SignIn {
            origin: String::new(),
            challenge: Default::default(),
            expires_at: 0,
        }
        .type_string(),
        "PaymentKey" => PaymentKeyRequest { account: to }.type_string(),
        "PaymentRequest" => PaymentRequest {
            channel,
            number: RequestNumber::MIN,
            amount: total,
            expiry: 0,
            memo: MemoText::default(),
        }
        .type_string(),
        "Cancellation" => Cancellation {
            channel,
            number: RequestNumber::MIN,
            expiry: 0,
        }
        .type_string(),
        "Memo" => Memo {
            channel,
            nonce: 0,
            total,
            request: None,
            text: MemoText::default(),
        }
        .type_string(),
        "ReadMark" => ReadMark { channel, total }.type_string(),
        "Decline" => Decline {
            channel,
            statement: Default::default(),
        }
        .type_string(),
        // The crate keeps this one to itself; the separators below depend on it.
        "EIP712Domain" => text.to_owned(),
        other => panic!("{other} is not a statement"),
    };
    assert_eq!(expected, text);
}

fn domain(e: &Entry) {
    assert_eq!(
        e.domain().separator().to_vec(),
        e.bytes("separator"),
        "{}",
        e.name
    );
}

fn account(e: &Entry) {
    let key = SigningKey::from_hex(e.text("privateKey")).unwrap();
    assert_eq!(key.address(), e.address("address"), "{}", e.name);
}

fn payment_key(e: &Entry) {
    let request = PaymentKeyRequest {
        account: e.address("account"),
    };
    let digest = e.digest(request.digest(&e.domain()));
    let shown = request.typed_data(&e.domain());
    assert_eq!(
        shown["message"]["warning"].as_str(),
        Some(e.text("warning")),
        "{}",
        e.name
    );
    let signature = e.signature(&digest);
    let derived = request.accept(&digest, &signature).unwrap();
    assert_eq!(derived.secret(), payment_key_from(&signature).secret());
    assert_eq!(derived.secret().to_vec(), e.bytes("paymentKey"), "{}", e.name);
    assert_eq!(derived.address(), e.address("paymentAddress"), "{}", e.name);
}

fn key(e: &Entry) {
    let (key, epoch) = e.key();
    assert_eq!(key.id(epoch).short_code(), e.text("shortCode"), "{}", e.name);
}

fn claim(e: &Entry) {
    let (key, epoch) = e.key();
    let claim = e.claim("channel");
    let authorization = e.authorization(claim.digest(&e.domain()));
    let signed = SignedClaim { claim, authorization };
    assert_eq!(
        signed.verify(&key, epoch, &e.domain()),
        Ok(e.side()),
        "{}",
        e.name
    );
    assert!(signed.verify(&key, epoch + 1, &e.domain()).is_err(), "{}", e.name);
}

/// The statement binds the entry's side and nobody else.
fn binds_one_side(e: &Entry, verdict: impl Fn(Side) -> Result<(), ClaimError>) {
    assert_eq!(verdict(e.side()), Ok(()), "{}", e.name);
    assert_eq!(
        verdict(e.side().other()),
        Err(ClaimError::WrongSigner),
        "{}",
        e.name
    );
}

fn withdrawal(e: &Entry) {
    let (key, epoch) = e.key();
    let withdrawal = Withdrawal {
        channel: e.channel("channel"),
        to: e.address("to"),
        total: e.number("total"),
        expiry: e.number("expiry"),
    };
    let authorization = e.authorization(withdrawal.digest(&e.domain()));
    let signed = SignedWithdrawal {
        withdrawal,
        authorization,
    };
    binds_one_side(e, |side| signed.verify(side, &key, epoch, &e.domain()));
}

fn settlement(e: &Entry) {
    let (key, epoch) = e.key();
    let settlement = Settlement {
        channel: e.channel("channel"),
        alice_total: e.number("aliceTotal"),
        bob_total: e.number("bobTotal"),
        expiry: e.number("expiry"),
    };
    let authorization = e.authorization(settlement.digest(&e.domain()));
    let signed = SignedSettlement {
        settlement,
        authorization,
    };
    binds_one_side(e, |side| signed.verify(side, &key, epoch, &e.domain()));
}

fn delegation(e: &Entry) {
    let (key, _) = e.key();
    let delegation = Delegation {
        channel: e.channel("channel"),
        key: e.address("key"),
    };
    let signature = e.signature(&e.digest(delegation.digest(&e.domain())));
    assert_eq!(key.signer(e.side()), e.address("signedBy"), "{}", e.name);
    let (r, vs) = signature.compact();
    assert_eq!([r, vs].concat(), e.bytes("compact"), "{}", e.name);
}

fn sign_in(e: &Entry) {
    let challenge: [u8; 32] = e.bytes("challenge").try_into().unwrap();
    let sign_in = SignIn {
        origin: e.text("origin").to_owned(),
        challenge: challenge.into(),
        expires_at: e.number("expiresAt"),
    };
    e.signature(&e.digest(sign_in.digest(&e.domain())));
}

fn note<N: Note>(e: &Entry, note: N) {
    let (key, epoch) = e.key();
    let authorization = e.authorization(note.digest(&e.domain()));
    let signed = SignedNote { note, authorization };
    binds_one_side(e, |side| signed.verify(side, &key, epoch, &e.domain()));
}

fn bad_claim(e: &Entry) {
    let (key, epoch) = e.key();
    let claim = e.claim("claimChannel");
    e.digest(claim.digest(&e.domain()));
    assert_eq!(refusal(e, claim, &key, epoch), e.text("refusal"), "{}", e.name);

    let on_chain = e.fields["onChain"].as_bool().unwrap();
    assert_eq!(on_chain, !e.text("hubError").is_empty(), "{}", e.name);
    if on_chain {
        let words = [e.bytes("r"), e.bytes("vs")].concat();
        assert_eq!(expanded(&words), e.bytes("signature"), "{}", e.name);
        let delegation = e.bytes("delegationCompact");
        if e.text("delegation") != "0x" {
            assert_eq!(expanded(&delegation), e.bytes("delegation"), "{}", e.name);
        }
    }
}

fn refusal(e: &Entry, claim: Claim, key: &ChannelKey, epoch: Epoch) -> &'static str {
    let parsed = |field: &str| e.text(field).parse::<Signature>();
    let delegation = (e.text("delegation") != "0x").then(|| parsed("delegation"));
    let refused = match (parsed("signature"), delegation.transpose()) {
        (Err(error), _) | (_, Err(error)) => Err(ClaimError::Signature(error)),
        (Ok(signature), Ok(delegation)) => SignedClaim {
            claim,
            authorization: Authorization {
                signature,
                delegation,
            },
        }
        .verify(key, epoch, &e.domain()),
    };
    match refused {
        Ok(side) => panic!("{}: accepted as {side}'s", e.name),
        Err(ClaimError::WrongChannel) => "WrongChannel",
        Err(ClaimError::WrongRecipient) => "WrongRecipient",
        Err(ClaimError::WrongSigner) => "WrongSigner",
        Err(ClaimError::DelegationRefused) => "DelegationRefused",
        Err(ClaimError::Signature(SignatureError::Form)) => "Form",
        Err(ClaimError::Signature(SignatureError::RecoveryByte)) => "RecoveryByte",
        Err(ClaimError::Signature(SignatureError::HighS)) => "HighS",
        Err(ClaimError::Signature(SignatureError::NoKey)) => "NoKey",
    }
}

/// EIP-2098 back to `r ‖ s ‖ v`, by hand: the crate spells no bad signature.
fn expanded(words: &[u8]) -> Vec<u8> {
    assert_eq!(words.len(), 64);
    let mut bytes = words.to_vec();
    bytes.push(27 + (words[32] >> 7));
    bytes[32] &= 0x7f;
    bytes
}
