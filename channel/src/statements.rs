//! The statements that are signed, exactly as the hub hashes them (DESIGN.md, section 3), and the relay's sign-in.

use crate::{
    Address, Amount, ChannelId,
    eip712::{Field, TypedMessage},
};
use serde::{Deserialize, Serialize};

/// The sequence number of a claim: a label that rises with each claim a side signs.
pub type Nonce = u64;

/// "I have paid `to` this total in this channel." The payer is the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim {
    /// The channel and life it counts in.
    pub channel: ChannelId,
    /// The address of the side that is paid.
    pub to: Address,
    /// All that was paid to `to` since the channel opened, in the token's smallest unit.
    pub total: Amount,
    /// A label; the total alone decides which claim is better. A decimal string in JSON.
    #[serde(with = "decimal_u64")]
    pub nonce: Nonce,
}

/// Consent that `to` takes money out of the open channel, `total` counted since it opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The channel and life it counts in.
    pub channel: ChannelId,
    /// The side that takes money out.
    pub to: Address,
    /// All that `to` has taken out after this withdrawal, in the token's smallest unit.
    pub total: Amount,
    /// The last moment of the hub's clock at which it is good. A decimal string in JSON.
    #[serde(with = "decimal_u64")]
    pub expiry: u64,
}

/// The final totals of both directions. Signed by both sides it closes the channel at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// The channel and life it ends.
    pub channel: ChannelId,
    /// What alice has paid bob in total.
    pub alice_total: Amount,
    /// What bob has paid alice in total.
    pub bob_total: Amount,
    /// The last moment of the hub's clock at which it is good. A decimal string in JSON.
    #[serde(with = "decimal_u64")]
    pub expiry: u64,
}

/// A side's permission for a payment key to sign claims for it in one channel, until the channel ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delegation {
    /// The channel and life it is good in.
    pub channel: ChannelId,
    /// The address of the payment key.
    pub key: Address,
}

/// A side's permission for a key to follow one channel at the relay. It is no delegation: no claim by that key counts.
///
/// For sides that sign every payment with the wallet: the page's own key proves who is reading, without a window each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reading {
    /// The channel and life that may be followed.
    pub channel: ChannelId,
    /// The address of the key that may.
    pub key: Address,
}

/// A side's request to the watchtower: settle this channel for me once its finalization period is over. It lets nobody do
/// anything that anybody may not do anyway, so it has no expiry; the relay acts on it for a side only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SettleForMe {
    /// The channel and life that shall be settled.
    pub channel: ChannelId,
}

/// The answer to the relay's challenge: proves who asks, to this relay, now.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// The relay's origin as the client reached it, such as `https://relay.example`.
    pub origin: String,
    /// What the relay drew for this connection.
    pub challenge: Bytes32,
    /// Seconds since 1970 after which the relay refuses the answer. A decimal string in JSON.
    #[serde(with = "decimal_u64")]
    pub expires_at: u64,
}

/// Thirty-two bytes without further meaning.
pub type Bytes32 = ethers_core::types::H256;

impl TypedMessage for Claim {
    const NAME: &'static str = "Claim";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("to", Field::Address(self.to)),
            ("total", Field::Uint96(self.total.units())),
            ("nonce", Field::Uint64(self.nonce)),
        ]
    }
}

impl TypedMessage for Withdrawal {
    const NAME: &'static str = "Withdrawal";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("to", Field::Address(self.to)),
            ("total", Field::Uint96(self.total.units())),
            ("expiry", Field::Uint64(self.expiry)),
        ]
    }
}

impl TypedMessage for Settlement {
    const NAME: &'static str = "Settlement";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("aliceTotal", Field::Uint96(self.alice_total.units())),
            ("bobTotal", Field::Uint96(self.bob_total.units())),
            ("expiry", Field::Uint64(self.expiry)),
        ]
    }
}

impl TypedMessage for Delegation {
    const NAME: &'static str = "Delegation";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("key", Field::Address(self.key)),
        ]
    }
}

impl TypedMessage for Reading {
    const NAME: &'static str = "Reading";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("channel", Field::Bytes32(self.channel.0.0)),
            ("key", Field::Address(self.key)),
        ]
    }
}

impl TypedMessage for SettleForMe {
    const NAME: &'static str = "SettleForMe";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![("channel", Field::Bytes32(self.channel.0.0))]
    }
}

impl TypedMessage for SignIn {
    const NAME: &'static str = "SignIn";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("origin", Field::Text(self.origin.clone())),
            ("challenge", Field::Bytes32(self.challenge.0)),
            ("expiresAt", Field::Uint64(self.expires_at)),
        ]
    }
}

/// `u64` as a plain decimal string: JSON numbers lose precision above 2^53 in JavaScript.
pub(crate) mod decimal_u64 {
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let canonical = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        if !canonical {
            return Err(de::Error::custom("expected a whole number as a decimal string"));
        }
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Domain;
    use ethers_core::types::{
        H256,
        transaction::eip712::{Eip712, TypedData},
    };

    fn agrees_with_ethers(message: &impl TypedMessage) {
        let domain = Domain {
            chain_id: 31337,
            hub: Address::repeat_byte(7),
        };
        let theirs: TypedData = serde_json::from_value(message.typed_data(&domain)).unwrap();
        assert_eq!(message.digest(&domain).0, theirs.encode_eip712().unwrap());
        let elsewhere = Domain {
            chain_id: 1,
            ..domain
        };
        assert_ne!(message.digest(&elsewhere), message.digest(&domain));
    }

    #[test]
    fn digests_agree_with_ethers_core() {
        let channel = ChannelId(H256::repeat_byte(1));
        let to = Address::repeat_byte(2);
        agrees_with_ethers(&Claim {
            channel,
            to,
            total: Amount::MAX,
            nonce: u64::MAX,
        });
        agrees_with_ethers(&Withdrawal {
            channel,
            to,
            total: Amount::new(5).unwrap(),
            expiry: 9,
        });
        let (alice_total, bob_total) = (Amount::new(5).unwrap(), Amount::new(6).unwrap());
        agrees_with_ethers(&Settlement {
            channel,
            alice_total,
            bob_total,
            expiry: 1 << 40,
        });
        agrees_with_ethers(&Delegation { channel, key: to });
        agrees_with_ethers(&Reading { channel, key: to });
        agrees_with_ethers(&SettleForMe { channel });
        let challenge = H256::repeat_byte(3);
        agrees_with_ethers(&SignIn {
            origin: "http://localhost:8080".into(),
            challenge,
            expires_at: 1,
        });
    }

    #[test]
    fn type_strings_are_those_of_the_design() {
        let channel = ChannelId(H256::zero());
        let to = Address::zero();
        assert_eq!(
            Claim {
                channel,
                to,
                total: Amount::ZERO,
                nonce: 0
            }
            .type_string(),
            "Claim(bytes32 channel,address to,uint96 total,uint64 nonce)"
        );
        assert_eq!(
            Withdrawal {
                channel,
                to,
                total: Amount::ZERO,
                expiry: 0
            }
            .type_string(),
            "Withdrawal(bytes32 channel,address to,uint96 total,uint64 expiry)"
        );
        assert_eq!(
            Settlement {
                channel,
                alice_total: Amount::ZERO,
                bob_total: Amount::ZERO,
                expiry: 0
            }
            .type_string(),
            "Settlement(bytes32 channel,uint96 aliceTotal,uint96 bobTotal,uint64 expiry)"
        );
        assert_eq!(
            Delegation { channel, key: to }.type_string(),
            "Delegation(bytes32 channel,address key)"
        );
    }
}
