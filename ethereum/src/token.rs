//! ERC-20 tokens and EIP-2612 permits: calls, answers, and the permit that a wallet signs. No I/O.

use crate::{
    Call, ChainError, WalletError,
    abi::{Words, amount, read_text, uint},
};
use ethers_core::{abi::Token as AbiToken, types::U256};
use serde_json::{Value, json};
use thunder_channel::{Address, Amount, Digest, Signature, checksummed, keccak256};

const DOMAIN_TYPE: &str =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const PERMIT_TYPE: &str =
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";

/// More decimals than this no real token has; above it amounts could not be shown.
const MAX_DECIMALS: u8 = 77;

/// An ERC-20 token at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// The contract.
    pub address: Address,
}

/// How a token is called and shown. The words are the token's own and prove nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// Long name.
    pub name: String,
    /// Short name.
    pub symbol: String,
    /// Digits behind the point.
    pub decimals: u8,
}

impl Token {
    /// The token at `address`.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self { address }
    }

    /// Reads what an account owns; answered by [`read_number`](Self::read_number).
    #[must_use]
    pub fn balance_of(&self, account: Address) -> Call {
        self.call("balanceOf(address)", &[AbiToken::Address(account)])
    }

    /// Reads what `spender` may take from `owner`; answered by [`read_number`](Self::read_number).
    #[must_use]
    pub fn allowance(&self, owner: Address, spender: Address) -> Call {
        let arguments = [AbiToken::Address(owner), AbiToken::Address(spender)];
        self.call("allowance(address,address)", &arguments)
    }

    /// Lets `spender` take up to `allowed` from the sender.
    #[must_use]
    pub fn approve(&self, spender: Address, allowed: Amount) -> Call {
        let arguments = [AbiToken::Address(spender), amount(allowed)];
        self.call("approve(address,uint256)", &arguments)
    }

    /// Sends tokens to `to`.
    #[must_use]
    pub fn transfer(&self, to: Address, sent: Amount) -> Call {
        self.call(
            "transfer(address,uint256)",
            &[AbiToken::Address(to), amount(sent)],
        )
    }

    /// Makes tokens for `to`, where the token is THD on a test chain.
    #[must_use]
    pub fn faucet(&self, to: Address, made: Amount) -> Call {
        self.call("faucet(address,uint256)", &[AbiToken::Address(to), amount(made)])
    }

    /// Reads how many permits `owner` has used; answered by [`read_number`](Self::read_number).
    #[must_use]
    pub fn nonces(&self, owner: Address) -> Call {
        self.call("nonces(address)", &[AbiToken::Address(owner)])
    }

    /// Reads the EIP-712 domain separator; answered by [`read_word`](Self::read_word).
    #[must_use]
    pub fn domain_separator(&self) -> Call {
        self.call("DOMAIN_SEPARATOR()", &[])
    }

    /// Reads the digits behind the point; answered by [`read_decimals`](Self::read_decimals).
    #[must_use]
    pub fn decimals(&self) -> Call {
        self.call("decimals()", &[])
    }

    /// Reads the short name; answered by [`read_words`](Self::read_words).
    #[must_use]
    pub fn symbol(&self) -> Call {
        self.call("symbol()", &[])
    }

    /// Reads the long name; answered by [`read_words`](Self::read_words).
    #[must_use]
    pub fn name(&self) -> Call {
        self.call("name()", &[])
    }

    /// Reads a number, such as a balance in the token's smallest unit.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] unless it is one word.
    pub fn read_number(&self, data: &[u8]) -> Result<U256, ChainError> {
        self.read_word(data).map(|word| U256::from_big_endian(&word))
    }

    /// Reads one word.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] unless it is one word.
    pub fn read_word(&self, data: &[u8]) -> Result<[u8; 32], ChainError> {
        let mut words = Words::new("the token's answer", data);
        let word = words.word()?;
        words.end()?;
        Ok(word)
    }

    /// Reads the digits behind the point.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for more than any number has.
    pub fn read_decimals(&self, data: &[u8]) -> Result<u8, ChainError> {
        let mut words = Words::new("the token's decimals", data);
        let decimals = words.u8()?;
        if decimals > MAX_DECIMALS {
            return Err(words.out_of_range());
        }
        words.end()?;
        Ok(decimals)
    }

    /// Reads a name. Control characters, which could disturb a screen, are dropped.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for what is no short text.
    pub fn read_words(&self, data: &[u8]) -> Result<String, ChainError> {
        let text = read_text("the token's name", data)?;
        Ok(text.chars().filter(|letter| !letter.is_control()).collect())
    }

    fn call(&self, signature: &str, arguments: &[AbiToken]) -> Call {
        Call::free(self.address, signature, arguments)
    }
}

/// A signed EIP-2612 permit, as the hub takes it. Owner, spender and value are the call's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit {
    /// The last second since 1970 at which it is good.
    pub deadline: u64,
    /// 27 or 28.
    pub v: u8,
    /// First half of the signature.
    pub r: [u8; 32],
    /// Second half.
    pub s: [u8; 32],
}

impl Permit {
    pub(crate) fn token(&self) -> AbiToken {
        AbiToken::Tuple(vec![
            uint(self.deadline),
            uint(self.v),
            AbiToken::FixedBytes(self.r.to_vec()),
            AbiToken::FixedBytes(self.s.to_vec()),
        ])
    }
}

/// A permit to be signed: `owner` lets `spender` take `value` of the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermitRequest {
    /// The token.
    pub token: Address,
    /// The chain it is on.
    pub chain_id: u64,
    /// The name in the token's EIP-712 domain.
    pub name: String,
    /// The version in it.
    pub version: String,
    /// Who pays, and signs.
    pub owner: Address,
    /// Who takes: the hub.
    pub spender: Address,
    /// How much, in the token's smallest unit.
    pub value: Amount,
    /// How many permits the owner has used.
    pub nonce: U256,
    /// The last second since 1970 at which it is good.
    pub deadline: u64,
}

impl PermitRequest {
    /// The EIP-712 domain separator. It has to be the token's own, or the permit is worth nothing.
    #[must_use]
    pub fn separator(&self) -> [u8; 32] {
        hash(&[
            keccak256(DOMAIN_TYPE.as_bytes()),
            keccak256(self.name.as_bytes()),
            keccak256(self.version.as_bytes()),
            word(self.chain_id),
            address_word(self.token),
        ])
    }

    /// The 32 bytes that are signed.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let message = hash(&[
            keccak256(PERMIT_TYPE.as_bytes()),
            address_word(self.owner),
            address_word(self.spender),
            word(self.value.units()),
            word(self.nonce),
            word(self.deadline),
        ]);
        Digest(keccak256(
            &[&[0x19, 0x01][..], &self.separator(), &message].concat(),
        ))
    }

    /// The JSON for `eth_signTypedData_v4`, integers as decimal strings.
    #[must_use]
    pub fn typed_data(&self) -> Value {
        let field = |name: &str, kind: &str| json!({ "name": name, "type": kind });
        json!({
            "types": {
                "EIP712Domain": [
                    field("name", "string"),
                    field("version", "string"),
                    field("chainId", "uint256"),
                    field("verifyingContract", "address"),
                ],
                "Permit": [
                    field("owner", "address"),
                    field("spender", "address"),
                    field("value", "uint256"),
                    field("nonce", "uint256"),
                    field("deadline", "uint256"),
                ],
            },
            "primaryType": "Permit",
            "domain": {
                "name": self.name,
                "version": self.version,
                "chainId": self.chain_id.to_string(),
                "verifyingContract": checksummed(self.token),
            },
            "message": {
                "owner": checksummed(self.owner),
                "spender": checksummed(self.spender),
                "value": self.value.to_string(),
                "nonce": self.nonce.to_string(),
                "deadline": self.deadline.to_string(),
            },
        })
    }

    /// Takes a signature apart as the hub wants it, if the owner made it.
    ///
    /// # Errors
    /// [`WalletError::OtherAccount`] for anybody else's, [`WalletError::NotASignature`] for nobody's.
    pub fn accept(&self, signature: &Signature) -> Result<Permit, WalletError> {
        let signed_by = signature.recover(&self.digest())?;
        if signed_by != self.owner {
            return Err(WalletError::OtherAccount {
                asked: self.owner,
                signed_by,
            });
        }
        let (r, s) = signature.r_and_s();
        Ok(Permit {
            deadline: self.deadline,
            v: 27 + u8::from(signature.y_is_odd()),
            r: *r,
            s: *s,
        })
    }
}

fn hash(words: &[[u8; 32]]) -> [u8; 32] {
    keccak256(&words.concat())
}

fn word(number: impl Into<U256>) -> [u8; 32] {
    let mut word = [0; 32];
    number.into().to_big_endian(&mut word);
    word
}

fn address_word(address: Address) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(address.as_bytes());
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use ethers_core::types::transaction::eip712::{Eip712, TypedData};
    use thunder_channel::SigningKey;

    fn request(owner: Address) -> PermitRequest {
        PermitRequest {
            token: Address::repeat_byte(1),
            chain_id: 31337,
            name: "Thunder Dollar".to_owned(),
            version: "1".to_owned(),
            owner,
            spender: Address::repeat_byte(2),
            value: Amount::MAX,
            nonce: U256::MAX,
            deadline: u64::MAX,
        }
    }

    #[test]
    fn what_the_wallet_shows_is_what_is_checked() {
        let request = request(Address::repeat_byte(3));
        let theirs: TypedData = serde_json::from_value(request.typed_data()).unwrap();
        assert_eq!(theirs.encode_eip712().unwrap(), request.digest().0);
        assert_eq!(theirs.domain.separator(), request.separator());
    }

    #[test]
    fn takes_the_owners_signature_only() {
        let (owner, other) = (
            SigningKey::from_bytes(&[5; 32]).unwrap(),
            SigningKey::from_bytes(&[6; 32]).unwrap(),
        );
        let request = request(owner.address());
        let signature = owner.sign(&request.digest());
        let permit = request.accept(&signature).unwrap();
        assert_eq!(
            [&permit.r[..], &permit.s, &[permit.v]].concat(),
            signature.to_bytes()
        );
        assert_eq!(
            request.accept(&other.sign(&request.digest())),
            Err(WalletError::OtherAccount {
                asked: owner.address(),
                signed_by: other.address()
            })
        );
    }

    #[test]
    fn names_and_decimals_are_bounded() {
        let token = Token::new(Address::repeat_byte(1));
        let text = |text: &str| ethers_core::abi::encode(&[AbiToken::String(text.to_owned())]);
        assert_eq!(token.read_words(&text("TH\u{7}D\n")), Ok("THD".to_owned()));
        assert!(token.read_words(&text(&"x".repeat(10_000))).is_err());
        assert!(token.read_words(&[0xff; 96]).is_err());
        assert!(token.read_words(&[]).is_err());
        assert_eq!(token.read_decimals(&word(18)), Ok(18));
        assert!(token.read_decimals(&word(78)).is_err());
        assert!(token.read_decimals(&word(256)).is_err());
    }
}
