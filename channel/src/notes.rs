//! Notes: what the sides sign for each other's eyes. None of them is money, and none moves any: the hub knows none of them.

use crate::{
    Amount, Authorization, Bytes32, ChannelId, ChannelKey, ClaimError, Domain, Epoch, MemoText, Nonce, Side,
    TypedMessage, eip712::Field, statements::decimal_u64,
};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;

/// Tells the payment requests of one side in one channel apart: rises with each that it makes, from 1.
pub type RequestNumber = NonZeroU64;

/// "Please pay me `amount`." By the side that wants to be paid. Nobody has to, and nothing is paid by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PaymentRequest {
    /// The channel and life to pay in.
    pub channel: ChannelId,
    /// The sender's own number for it. A decimal string in JSON.
    #[serde(with = "decimal_number")]
    pub number: RequestNumber,
    /// How much, in the token's smallest unit.
    pub amount: Amount,
    /// Until when the sender wants it, in seconds since 1970: people's time, so a label. The payer's own clock decides for the
    /// payer. A decimal string in JSON.
    #[serde(with = "decimal_u64")]
    pub expiry: u64,
    /// What it is for.
    pub memo: MemoText,
}

/// Takes a payment request back. By the side that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cancellation {
    /// The request's channel and life.
    pub channel: ChannelId,
    /// The request's number. A decimal string in JSON.
    #[serde(with = "decimal_number")]
    pub number: RequestNumber,
    /// The request's expiry, so that whoever keeps this knows until when it has to keep the request from coming back. A decimal
    /// string in JSON.
    #[serde(with = "decimal_u64")]
    pub expiry: u64,
}

/// What a payment is for. By the payer, beside the claim with this nonce and total.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Memo {
    /// The claim's channel and life.
    pub channel: ChannelId,
    /// The claim's nonce. A decimal string in JSON.
    #[serde(with = "decimal_u64")]
    pub nonce: Nonce,
    /// The claim's total.
    pub total: Amount,
    /// The payee's request that the payment answers. A decimal string in JSON, `"0"` for none.
    #[serde(with = "decimal_or_zero")]
    pub request: Option<RequestNumber>,
    /// The words. Can be empty where a request is answered.
    pub text: MemoText,
}

/// "I have been shown what you paid, up to this total." By the payee. Says nothing about what counts as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReadMark {
    /// The channel and life.
    pub channel: ChannelId,
    /// The other side's total that was shown.
    pub total: Amount,
}

/// "I will not do that." By the side that was asked. It takes nothing back: what the other side has signed is good until it expires, and
/// what it has paid stays paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decline {
    /// The channel and life.
    pub channel: ChannelId,
    /// The digest of what is declined: a settlement, a withdrawal or a payment request of the other side's; or a claim of its, where
    /// the sender wants no more payments after it that are made by themselves.
    pub statement: Bytes32,
}

/// A statement between the sides that the hub does not know.
pub trait Note: TypedMessage {
    /// The channel and life that it belongs to.
    fn channel(&self) -> ChannelId;
}

/// A note with the signature of the side that sends it. JSON is flat: the note's fields beside `signature` and `delegation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignedNote<N> {
    /// The statement.
    #[serde(flatten)]
    pub note: N,
    /// By the side that sends it.
    #[serde(flatten)]
    pub authorization: Authorization,
}

impl<N: Note> SignedNote<N> {
    /// Checks that `side` says it, by the same rule as for claims.
    ///
    /// # Errors
    /// [`ClaimError`] says what does not fit.
    pub fn verify(
        &self,
        side: Side,
        key: &ChannelKey,
        epoch: Epoch,
        domain: &Domain,
    ) -> Result<(), ClaimError> {
        self.authorization
            .verify_statement(&self.note, self.note.channel(), side, key, epoch, domain)
    }
}

impl Note for PaymentRequest {
    fn channel(&self) -> ChannelId {
        self.channel
    }
}

impl Note for Cancellation {
    fn channel(&self) -> ChannelId {
        self.channel
    }
}

impl Note for Memo {
    fn channel(&self) -> ChannelId {
        self.channel
    }
}

impl Note for ReadMark {
    fn channel(&self) -> ChannelId {
        self.channel
    }
}

impl Note for Decline {
    fn channel(&self) -> ChannelId {
        self.channel
    }
}

impl TypedMessage for PaymentRequest {
    const NAME: &'static str = "PaymentRequest";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("number", Field::Uint64(self.number.get())),
            ("amount", Field::Uint96(self.amount.units())),
            ("expiry", Field::Uint64(self.expiry)),
            ("memo", Field::Text(self.memo.as_str().to_owned())),
        ]
    }
}

impl TypedMessage for Cancellation {
    const NAME: &'static str = "Cancellation";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("number", Field::Uint64(self.number.get())),
            ("expiry", Field::Uint64(self.expiry)),
        ]
    }
}

impl TypedMessage for Memo {
    const NAME: &'static str = "Memo";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("nonce", Field::Uint64(self.nonce)),
            ("total", Field::Uint96(self.total.units())),
            ("request", Field::Uint64(self.request.map_or(0, NonZeroU64::get))),
            ("text", Field::Text(self.text.as_str().to_owned())),
        ]
    }
}

impl TypedMessage for ReadMark {
    const NAME: &'static str = "ReadMark";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("total", Field::Uint96(self.total.units())),
        ]
    }
}

impl TypedMessage for Decline {
    const NAME: &'static str = "Decline";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("statement", Field::Bytes32(self.statement.0)),
        ]
    }
}

/// A number from 1 as a plain decimal string.
mod decimal_number {
    use super::decimal_u64;
    use serde::{Deserializer, Serializer, de::Error};
    use std::num::NonZeroU64;

    pub fn serialize<S: Serializer>(number: &NonZeroU64, serializer: S) -> Result<S::Ok, S::Error> {
        decimal_u64::serialize(&number.get(), serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonZeroU64, D::Error> {
        let number = decimal_u64::deserialize(deserializer)?;
        NonZeroU64::new(number).ok_or_else(|| D::Error::custom("requests are numbered from 1"))
    }
}

/// A number from 1 as a plain decimal string, `"0"` for none.
mod decimal_or_zero {
    use super::decimal_u64;
    use serde::{Deserializer, Serializer};
    use std::num::NonZeroU64;

    #[allow(clippy::ref_option, reason = "serde hands the field by reference")]
    pub fn serialize<S: Serializer>(number: &Option<NonZeroU64>, serializer: S) -> Result<S::Ok, S::Error> {
        decimal_u64::serialize(&number.map_or(0, NonZeroU64::get), serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NonZeroU64>, D::Error> {
        decimal_u64::deserialize(deserializer).map(NonZeroU64::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Delegation, Policy, SigningKey};
    use ethers_core::types::{
        H256,
        transaction::eip712::{Eip712, TypedData},
    };

    const DOMAIN: Domain = Domain {
        chain_id: 31337,
        hub: Address::repeat_byte(9),
    };
    const EPOCH: Epoch = 3;

    fn secret(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32]).unwrap()
    }

    /// Alice signs by wallet 1, bob by wallet 2.
    fn key(policy: Policy) -> ChannelKey {
        let (alice, bob) = (secret(1).address(), secret(2).address());
        ChannelKey {
            alice,
            alice_signer: alice,
            bob,
            bob_signer: bob,
            token: Address::zero(),
            finalization_period: 100,
            policy,
            salt: 7,
        }
    }

    fn memo_text(text: &str) -> MemoText {
        MemoText::parse(text).unwrap()
    }

    fn request(channel: ChannelId) -> PaymentRequest {
        PaymentRequest {
            channel,
            number: NonZeroU64::MAX,
            amount: Amount::MAX,
            expiry: u64::MAX,
            memo: memo_text("caf\u{e9} \u{1f600} \"\\"),
        }
    }

    fn cancellation(channel: ChannelId) -> Cancellation {
        Cancellation {
            channel,
            number: NonZeroU64::MIN,
            expiry: 9,
        }
    }

    fn memo(channel: ChannelId) -> Memo {
        Memo {
            channel,
            nonce: 3,
            total: Amount::MAX,
            request: None,
            text: memo_text("for the coffee"),
        }
    }

    const fn read_mark(channel: ChannelId) -> ReadMark {
        ReadMark {
            channel,
            total: Amount::MAX,
        }
    }

    const fn decline(channel: ChannelId) -> Decline {
        Decline {
            channel,
            statement: Bytes32::repeat_byte(6),
        }
    }

    fn agrees_with_ethers(message: &impl TypedMessage, type_string: &str) {
        assert_eq!(message.type_string(), type_string);
        let theirs: TypedData = serde_json::from_value(message.typed_data(&DOMAIN)).unwrap();
        assert_eq!(message.digest(&DOMAIN).0, theirs.encode_eip712().unwrap());
    }

    #[test]
    fn digests_agree_with_ethers_core() {
        let channel = ChannelId(H256::repeat_byte(1));
        agrees_with_ethers(
            &request(channel),
            "PaymentRequest(bytes32 channel,uint64 number,uint96 amount,uint64 expiry,string memo)",
        );
        agrees_with_ethers(
            &cancellation(channel),
            "Cancellation(bytes32 channel,uint64 number,uint64 expiry)",
        );
        let type_string = "Memo(bytes32 channel,uint64 nonce,uint96 total,uint64 request,string text)";
        agrees_with_ethers(&memo(channel), type_string);
        let answering = Memo {
            request: Some(NonZeroU64::MIN),
            ..memo(channel)
        };
        agrees_with_ethers(&answering, type_string);
        assert_ne!(answering.digest(&DOMAIN), memo(channel).digest(&DOMAIN));
        agrees_with_ethers(&read_mark(channel), "ReadMark(bytes32 channel,uint96 total)");
        agrees_with_ethers(&decline(channel), "Decline(bytes32 channel,bytes32 statement)");
    }

    /// Who may say a note is who may sign a claim.
    fn counts_as_a_claim_does<N: Note + Clone>(note: impl Fn(ChannelId) -> N) {
        let (alice, delegate) = (secret(1), secret(5));
        let refute = key(Policy::Refute);
        let signed = |note: N, by: &SigningKey| SignedNote {
            authorization: Authorization::direct(by.sign(&note.digest(&DOMAIN))),
            note,
        };
        let here = signed(note(refute.id(EPOCH)), &alice);
        let verdict = |signed: &SignedNote<N>, side| signed.verify(side, &refute, EPOCH, &DOMAIN);
        assert_eq!(verdict(&here, Side::Alice), Ok(()));
        assert_eq!(verdict(&here, Side::Bob), Err(ClaimError::WrongSigner));
        let next_life = here.verify(Side::Alice, &refute, EPOCH + 1, &DOMAIN);
        assert_eq!(next_life, Err(ClaimError::WrongChannel));
        let elsewhere = Domain {
            chain_id: 1,
            ..DOMAIN
        };
        let other_chain = here.verify(Side::Alice, &refute, EPOCH, &elsewhere);
        assert_eq!(other_chain, Err(ClaimError::WrongSigner));

        for policy in [Policy::Refute, Policy::Forfeit] {
            let key = key(policy);
            let mut delegated = signed(note(key.id(EPOCH)), &delegate);
            let verdict = |signed: &SignedNote<N>| signed.verify(Side::Alice, &key, EPOCH, &DOMAIN);
            assert_eq!(verdict(&delegated), Err(ClaimError::WrongSigner));
            let delegation = Delegation {
                channel: key.id(EPOCH),
                key: delegate.address(),
            };
            delegated.authorization.delegation = Some(alice.sign(&delegation.digest(&DOMAIN)));
            let expected = match policy {
                Policy::Refute => Ok(()),
                Policy::Forfeit => Err(ClaimError::DelegationRefused),
            };
            assert_eq!(verdict(&delegated), expected);
        }
    }

    #[test]
    fn notes_bind_whoever_may_sign_claims() {
        counts_as_a_claim_does(request);
        counts_as_a_claim_does(cancellation);
        counts_as_a_claim_does(memo);
        counts_as_a_claim_does(read_mark);
        counts_as_a_claim_does(decline);
    }

    #[test]
    fn requests_are_numbered_from_one() {
        let text = serde_json::to_string(&cancellation(ChannelId(H256::repeat_byte(1)))).unwrap();
        assert!(serde_json::from_str::<Cancellation>(&text).is_ok());
        let zero = text.replace(r#""number":"1""#, r#""number":"0""#);
        assert_ne!(zero, text);
        assert!(serde_json::from_str::<Cancellation>(&zero).is_err());
    }
}
