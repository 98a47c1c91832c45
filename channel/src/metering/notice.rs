//! That somebody distrusts somebody, signed, with the grounds if there are any: what nodes spread, and each judges by itself.

use super::{Accusation, Role, Session, SessionKey};
use crate::{
    Address, Bytes32, Domain, Epoch, Signature, SigningKey,
    eip712::{Field, TypedMessage},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest words of a notice, in bytes.
pub const MAX_NOTICE_WORDS: usize = 200;

/// What is signed of a notice.
struct Distrust<'a> {
    accused: Address,
    /// The accusation's name; zero without one.
    grounds: Bytes32,
    words: &'a str,
    at: u64,
}

impl TypedMessage for Distrust<'_> {
    const NAME: &'static str = "Distrust";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("accused", Field::Address(self.accused)),
            ("grounds", Field::Bytes32(self.grounds.0)),
            ("words", Field::Text(self.words.to_owned())),
            ("at", Field::Uint64(self.at)),
        ]
    }
}

/// What proves that somebody is dishonest: signatures of its own, and the session that they are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grounds {
    /// The session.
    pub key: SessionKey,
    /// Its life.
    pub epoch: Epoch,
    /// The signatures.
    pub accusation: Accusation,
}

impl Grounds {
    fn session(&self, domain: &Domain) -> Session {
        Session {
            key: self.key,
            epoch: self.epoch,
            domain: *domain,
        }
    }

    /// Whom they prove to be dishonest, if anybody. Whoever writes a session's key chooses its signers, so a signature counts against an
    /// account only where the account is its own signer.
    #[must_use]
    pub fn guilty(&self, domain: &Domain) -> Option<Address> {
        let role: Role = self.accusation.verify(&self.session(domain)).ok()?;
        let account = self.key.address(role);
        (self.key.signer(role) == account).then_some(account)
    }
}

/// A signed word of distrust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Who is distrusted.
    pub accused: Address,
    /// Who says so.
    pub by: Address,
    /// Why, if it can be proved.
    pub grounds: Option<Grounds>,
    /// Why, in words; at most [`MAX_NOTICE_WORDS`] bytes.
    pub words: String,
    /// When it was said, in milliseconds since 1970. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub at: u64,
    /// Of who says so.
    pub signature: Signature,
}

/// What a notice is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Anybody can check it.
    Evidence,
    /// Somebody says so.
    Opinion,
}

/// Why a notice says nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoticeFault {
    /// Nobody, or somebody else, signed it.
    #[error("the notice is not signed by who is said to say it")]
    WrongSigner,
    /// It would fill memory with words.
    #[error("the notice has too many words")]
    TooLong,
}

impl Notice {
    /// Says that `accused` is distrusted.
    #[must_use]
    pub fn sign(
        accused: Address,
        grounds: Option<Grounds>,
        words: String,
        at: u64,
        by: &SigningKey,
        domain: &Domain,
    ) -> Self {
        let signed = Distrust {
            accused,
            grounds: name(grounds.as_ref(), domain),
            words: &words,
            at,
        };
        let signature = by.sign(&signed.digest(domain));
        Self {
            accused,
            by: by.address(),
            grounds,
            words,
            at,
            signature,
        }
    }

    /// What it is worth. Grounds that prove nothing against the accused are no more than an opinion.
    ///
    /// # Errors
    /// [`NoticeFault`] if it is nobody's word.
    pub fn weigh(&self, domain: &Domain) -> Result<Weight, NoticeFault> {
        if self.words.len() > MAX_NOTICE_WORDS {
            return Err(NoticeFault::TooLong);
        }
        let signed = Distrust {
            accused: self.accused,
            grounds: name(self.grounds.as_ref(), domain),
            words: &self.words,
            at: self.at,
        };
        if self.signature.recover(&signed.digest(domain)) != Ok(self.by) {
            return Err(NoticeFault::WrongSigner);
        }
        let guilty = self.grounds.as_ref().and_then(|grounds| grounds.guilty(domain));
        Ok(if guilty == Some(self.accused) {
            Weight::Evidence
        } else {
            Weight::Opinion
        })
    }
}

fn name(grounds: Option<&Grounds>, domain: &Domain) -> Bytes32 {
    grounds.map_or_else(Bytes32::zero, |grounds| {
        grounds.accusation.name(&grounds.session(domain))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Amount,
        metering::{Count, MEGABYTE, Pair, SignedCount, Terms},
    };

    fn key_of(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32]).unwrap()
    }

    fn domain() -> Domain {
        Domain {
            chain_id: 31337,
            hub: Address::repeat_byte(9),
        }
    }

    /// A pair in which the client says that it has counted `client` bytes of a million.
    fn grounds(client: u64, change: impl FnOnce(&mut SessionKey)) -> Grounds {
        let [one, other] = [1, 2].map(key_of);
        let mut key = SessionKey {
            client: one.address(),
            client_signer: one.address(),
            provider: other.address(),
            provider_signer: other.address(),
            terms: Terms {
                token: Address::zero(),
                price: Amount::new(MEGABYTE.into()).unwrap(),
                quantity: 10 * MEGABYTE,
                unit: MEGABYTE,
                tolerance: 10_000,
                finalization_period: 10,
            },
            salt: 7,
        };
        change(&mut key);
        let count = |count, acknowledged| Count {
            session: key.id(0),
            count,
            acknowledged,
        };
        let provider = SignedCount::sign(count(MEGABYTE, Bytes32::zero()), &other, &domain());
        let client = SignedCount::sign(count(client, provider.name(&domain())), &one, &domain());
        Grounds {
            key,
            epoch: 0,
            accusation: Accusation::Short {
                pair: Pair { provider, client },
            },
        }
    }

    fn notice(accused: Address, grounds: Option<Grounds>) -> Notice {
        Notice::sign(
            accused,
            grounds,
            "counted low".to_owned(),
            5,
            &key_of(3),
            &domain(),
        )
    }

    #[test]
    fn what_an_account_signed_against_itself_is_evidence_and_all_else_an_opinion() {
        let [client, provider] = [1, 2].map(|seed| key_of(seed).address());
        let weigh = |accused, grounds| notice(accused, grounds).weigh(&domain()).unwrap();
        assert_eq!(weigh(client, Some(grounds(900_000, |_| ()))), Weight::Evidence);
        assert_eq!(weigh(client, None), Weight::Opinion);
        // Of an honest client, against the wrong side, or of another chain.
        assert_eq!(weigh(client, Some(grounds(995_000, |_| ()))), Weight::Opinion);
        assert_eq!(weigh(provider, Some(grounds(900_000, |_| ()))), Weight::Opinion);
        let elsewhere = Domain {
            chain_id: 1,
            ..domain()
        };
        assert_eq!(grounds(900_000, |_| ()).guilty(&elsewhere), None);
    }

    #[test]
    fn nobody_is_guilty_by_a_key_that_somebody_else_named_for_it() {
        let victim = Address::repeat_byte(7);
        let forged = grounds(900_000, |key| key.client = victim);
        assert!(forged.accusation.verify(&forged.session(&domain())).is_ok());
        assert_eq!(forged.guilty(&domain()), None);
    }

    #[test]
    fn a_notice_that_was_changed_is_nobodys() {
        let good = notice(key_of(1).address(), Some(grounds(900_000, |_| ())));
        let wrong = |change: fn(&mut Notice)| {
            let mut notice = good.clone();
            change(&mut notice);
            notice.weigh(&domain())
        };
        assert_eq!(wrong(|notice| notice.at += 1), Err(NoticeFault::WrongSigner));
        assert_eq!(
            wrong(|notice| notice.words.push('!')),
            Err(NoticeFault::WrongSigner)
        );
        assert_eq!(
            wrong(|notice| notice.grounds = None),
            Err(NoticeFault::WrongSigner)
        );
        assert_eq!(
            wrong(|notice| notice.accused = Address::repeat_byte(1)),
            Err(NoticeFault::WrongSigner)
        );
        assert_eq!(
            wrong(|notice| notice.words = "x".repeat(MAX_NOTICE_WORDS + 1)),
            Err(NoticeFault::TooLong)
        );
        let text = serde_json::to_string(&good).unwrap();
        let read: Notice = serde_json::from_str(&text).unwrap();
        assert_eq!(read, good);
    }
}
