//! EIP-712: one list of fields per statement gives the digest that is signed and the JSON that a wallet shows.

use crate::Address;
use serde_json::{Value, json};
use std::fmt;

/// The `name` of the EIP-712 domain.
pub const DOMAIN_NAME: &str = "Thunder";
/// The `version` of the EIP-712 domain.
pub const DOMAIN_VERSION: &str = "1";

const DOMAIN_TYPE: &str =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/// keccak-256.
#[must_use]
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    ethers_core::utils::keccak256(bytes)
}

/// The 32 bytes that are signed for a statement.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

/// Where a signature is good: one hub on one chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Domain {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The hub's address.
    pub hub: Address,
}

impl Domain {
    /// The EIP-712 domain separator.
    #[must_use]
    pub fn separator(&self) -> [u8; 32] {
        hash_words(&[
            keccak256(DOMAIN_TYPE.as_bytes()),
            keccak256(DOMAIN_NAME.as_bytes()),
            keccak256(DOMAIN_VERSION.as_bytes()),
            uint_word(self.chain_id.into()),
            address_word(self.hub),
        ])
    }
}

/// The value of one field of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// `bytes32`
    Bytes32([u8; 32]),
    /// `address`
    Address(Address),
    /// `uint96`, in the token's smallest unit
    Uint96(u128),
    /// `uint64`
    Uint64(u64),
    /// `string`
    Text(String),
}

impl Field {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Bytes32(_) => "bytes32",
            Self::Address(_) => "address",
            Self::Uint96(_) => "uint96",
            Self::Uint64(_) => "uint64",
            Self::Text(_) => "string",
        }
    }

    fn word(&self) -> [u8; 32] {
        match self {
            Self::Bytes32(bytes) => *bytes,
            Self::Address(address) => address_word(*address),
            Self::Uint96(number) => uint_word(*number),
            Self::Uint64(number) => uint_word((*number).into()),
            Self::Text(text) => keccak256(text.as_bytes()),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Bytes32(bytes) => json!(format!("0x{}", hex::encode(bytes))),
            Self::Address(address) => json!(crate::checksummed(*address)),
            // Wallets lose precision above 2^53 in numbers; decimal strings are safe in all of them.
            Self::Uint96(number) => json!(number.to_string()),
            Self::Uint64(number) => json!(number.to_string()),
            Self::Text(text) => json!(text),
        }
    }
}

/// A statement that is signed as EIP-712 typed data.
pub trait TypedMessage {
    /// The struct's name in the type string.
    const NAME: &'static str;

    /// The fields by name, in the order of the type string.
    fn fields(&self) -> Vec<(&'static str, Field)>;

    /// The EIP-712 type string, such as `Delegation(bytes32 channel,address key)`.
    fn type_string(&self) -> String {
        let fields: Vec<_> = self
            .fields()
            .iter()
            .map(|(name, value)| format!("{} {name}", value.kind()))
            .collect();
        format!("{}({})", Self::NAME, fields.join(","))
    }

    /// The digest that is signed: `keccak256(0x1901 ‖ domain separator ‖ struct hash)`.
    fn digest(&self, domain: &Domain) -> Digest {
        let mut words = vec![keccak256(self.type_string().as_bytes())];
        words.extend(self.fields().iter().map(|(_, value)| value.word()));
        let mut message = [0; 66];
        message[..2].copy_from_slice(&[0x19, 0x01]);
        message[2..34].copy_from_slice(&domain.separator());
        message[34..].copy_from_slice(&hash_words(&words));
        Digest(keccak256(&message))
    }

    /// The JSON for `eth_signTypedData_v4`, integers as decimal strings.
    fn typed_data(&self, domain: &Domain) -> Value {
        let described = |fields: &[(&str, &str)]| -> Vec<Value> {
            fields
                .iter()
                .map(|(name, kind)| json!({ "name": name, "type": kind }))
                .collect()
        };
        let fields = self.fields();
        let own: Vec<_> = fields.iter().map(|(name, value)| (*name, value.kind())).collect();
        let message: serde_json::Map<_, _> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.json()))
            .collect();
        json!({
            "types": {
                "EIP712Domain": described(&[
                    ("name", "string"),
                    ("version", "string"),
                    ("chainId", "uint256"),
                    ("verifyingContract", "address"),
                ]),
                Self::NAME: described(&own),
            },
            "primaryType": Self::NAME,
            "domain": {
                "name": DOMAIN_NAME,
                "version": DOMAIN_VERSION,
                "chainId": domain.chain_id.to_string(),
                "verifyingContract": crate::checksummed(domain.hub),
            },
            "message": message,
        })
    }
}

fn hash_words(words: &[[u8; 32]]) -> [u8; 32] {
    keccak256(&words.concat())
}

fn address_word(address: Address) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(address.as_bytes());
    word
}

fn uint_word(number: u128) -> [u8; 32] {
    let mut word = [0; 32];
    word[16..].copy_from_slice(&number.to_be_bytes());
    word
}
