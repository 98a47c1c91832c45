//! What is signed in a session, exactly as the contract hashes it.

use super::{Role, Session, SessionId};
use crate::{
    Address, Amount, Bytes32, Digest, Domain, Signature, SignatureError, SigningKey,
    eip712::{Field, TypedMessage},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// "So many bytes have passed since the session began." Whose it is, its signer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Count {
    /// The session and life it counts in.
    pub session: SessionId,
    /// Bytes sent and received since the session began. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub count: u64,
    /// The digest of the other side's last statement; zero if there was none.
    pub acknowledged: Bytes32,
}

/// The provider's consent to a session before it is proposed, signed by its own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Acceptance {
    /// The session and life that it will be.
    pub session: SessionId,
    /// Exactly what the client will deposit.
    pub deposit: Amount,
    /// The last moment of the contract's clock at which it is good. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub expiry: u64,
}

/// How a session ends by agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SessionSettlement {
    /// The session and life it ends.
    pub session: SessionId,
    /// What the client loses.
    pub charged: Amount,
    /// What the provider gets of it; the rest is burnt.
    pub paid: Amount,
    /// The last moment of the contract's clock at which it is good. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub expiry: u64,
}

impl TypedMessage for Count {
    const NAME: &'static str = "Count";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("session", Field::Bytes32(self.session.0.0)),
            ("count", Field::Uint64(self.count)),
            ("acknowledged", Field::Bytes32(self.acknowledged.0)),
        ]
    }
}

impl TypedMessage for Acceptance {
    const NAME: &'static str = "Acceptance";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("session", Field::Bytes32(self.session.0.0)),
            ("deposit", Field::Uint96(self.deposit.units())),
            ("expiry", Field::Uint64(self.expiry)),
        ]
    }
}

impl TypedMessage for SessionSettlement {
    const NAME: &'static str = "SessionSettlement";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("session", Field::Bytes32(self.session.0.0)),
            ("charged", Field::Uint96(self.charged.units())),
            ("paid", Field::Uint96(self.paid.units())),
            ("expiry", Field::Uint64(self.expiry)),
        ]
    }
}

/// Why a statement binds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StatementFault {
    /// It is about another session, or another life of this one.
    #[error("the statement is about another session")]
    WrongSession,
    /// Its signature is none.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Somebody else signed it.
    #[error("the statement is not signed by the side that it is said to be of")]
    WrongSigner,
}

/// A count with its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignedCount {
    /// What is said.
    pub statement: Count,
    /// By the side's signer.
    pub signature: Signature,
}

impl SignedCount {
    /// Signs a count.
    #[must_use]
    pub fn sign(statement: Count, by: &SigningKey, domain: &Domain) -> Self {
        Self {
            statement,
            signature: by.sign(&statement.digest(domain)),
        }
    }

    /// The bytes that were counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.statement.count
    }

    /// What the other side acknowledges it by. Signatures are no part of it.
    #[must_use]
    pub fn name(&self, domain: &Domain) -> Bytes32 {
        self.statement.digest(domain).0.into()
    }

    /// Checks that this is a statement of `role` in `session`.
    ///
    /// # Errors
    /// [`StatementFault`] says why not.
    pub fn verify(&self, session: &Session, role: Role) -> Result<(), StatementFault> {
        if self.statement.session != session.id() {
            return Err(StatementFault::WrongSession);
        }
        let digest = self.statement.digest(&session.domain);
        verify(&self.signature, &digest, session.key.signer(role))
    }
}

/// A provider's consent with its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignedAcceptance {
    /// What is consented to.
    pub acceptance: Acceptance,
    /// By the provider's own account: the client chooses the other signer.
    pub signature: Signature,
}

impl SignedAcceptance {
    /// Checks that the provider of `session` consents to it.
    ///
    /// # Errors
    /// [`StatementFault`] says why not.
    pub fn verify(&self, session: &Session) -> Result<(), StatementFault> {
        if self.acceptance.session != session.id() {
            return Err(StatementFault::WrongSession);
        }
        let digest = self.acceptance.digest(&session.domain);
        verify(&self.signature, &digest, session.key.provider)
    }
}

/// Whether `signer` signed `digest`.
pub(super) fn verify(signature: &Signature, digest: &Digest, signer: Address) -> Result<(), StatementFault> {
    if signature.recover(digest)? == signer {
        Ok(())
    } else {
        Err(StatementFault::WrongSigner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ethers_core::types::{
        H256,
        transaction::eip712::{Eip712, TypedData},
    };

    fn agrees_with_ethers(message: &impl TypedMessage, type_string: &str) {
        let domain = Domain {
            chain_id: 31337,
            hub: Address::repeat_byte(7),
        };
        let theirs: TypedData = serde_json::from_value(message.typed_data(&domain)).unwrap();
        assert_eq!(message.digest(&domain).0, theirs.encode_eip712().unwrap());
        assert_eq!(message.type_string(), type_string);
    }

    #[test]
    fn digests_agree_with_ethers_core() {
        let session = SessionId(H256::repeat_byte(1));
        let (most, expiry) = (Amount::MAX, u64::MAX);
        let acknowledged = H256::repeat_byte(2);
        agrees_with_ethers(
            &Count {
                session,
                count: u64::MAX,
                acknowledged,
            },
            "Count(bytes32 session,uint64 count,bytes32 acknowledged)",
        );
        agrees_with_ethers(
            &Acceptance {
                session,
                deposit: most,
                expiry,
            },
            "Acceptance(bytes32 session,uint96 deposit,uint64 expiry)",
        );
        let paid = Amount::new(5).unwrap();
        agrees_with_ethers(
            &SessionSettlement {
                session,
                charged: most,
                paid,
                expiry,
            },
            "SessionSettlement(bytes32 session,uint96 charged,uint96 paid,uint64 expiry)",
        );
    }
}
