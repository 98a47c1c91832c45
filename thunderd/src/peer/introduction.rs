//! Who each end is: the first message on an encrypted connection.

use crate::world::World;
use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Bytes32, LinkEnd, PeerLink, Signature, SigningKey, TypedMessage};

/// The version of what travels on connections between nodes. 2: says what the connection is for.
const VERSION: u32 = 2;

/// What a connection is for; who dials says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To talk, for as long as it holds.
    Link,
    /// One stream of traffic, under a metered session.
    Stream,
}

/// Who speaks on a connection.
pub struct Speaker<'a> {
    /// The account's key.
    pub key: &'a SigningKey,
    /// The key that signs its payments.
    pub payment_key: Address,
    /// Where it listens; zero if nowhere.
    pub port: u16,
}

/// What an end says of itself. Believed once the signature fits the connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Introduction {
    version: u32,
    chain_id: u64,
    genesis: Bytes32,
    hub: Address,
    /// Who speaks.
    pub account: Address,
    /// The key that signs its payments.
    pub payment_key: Address,
    /// Where it listens itself.
    pub port: u16,
    /// What the connection is for.
    pub purpose: Purpose,
    /// The account's, over [`PeerLink`].
    signature: Signature,
}

impl Introduction {
    /// One's own.
    pub fn new(
        world: &World,
        speaker: &Speaker<'_>,
        purpose: Purpose,
        handshake: [u8; 32],
        end: LinkEnd,
    ) -> Self {
        let link = PeerLink {
            handshake,
            end,
            payment_key: speaker.payment_key,
        };
        Self {
            version: VERSION,
            chain_id: world.domain.chain_id,
            genesis: world.genesis,
            hub: world.domain.hub,
            account: speaker.key.address(),
            payment_key: speaker.payment_key,
            port: speaker.port,
            purpose,
            signature: speaker.key.sign(&link.digest(&world.domain)),
        }
    }

    /// Reads the other end's.
    ///
    /// # Errors
    /// In words: it is no node of this world, or not who it says it is.
    pub fn read(
        text: &[u8],
        world: &World,
        own: Address,
        handshake: [u8; 32],
        end: LinkEnd,
    ) -> Result<Self, &'static str> {
        let theirs: Self =
            serde_json::from_slice(text).map_err(|_| "it is no Thunder node of this version")?;
        if theirs.version != VERSION {
            return Err("it is a node of another version");
        }
        if (theirs.chain_id, theirs.genesis, theirs.hub)
            != (world.domain.chain_id, world.genesis, world.domain.hub)
        {
            return Err("it is on another chain or hub than this node");
        }
        let link = PeerLink {
            handshake,
            end,
            payment_key: theirs.payment_key,
        };
        if theirs.signature.recover(&link.digest(&world.domain)) != Ok(theirs.account) {
            return Err("it did not prove its account");
        }
        if theirs.account == own {
            return Err("it is this node, or another one with the same account");
        }
        if theirs.payment_key.is_zero() {
            return Err("it names no key that signs its payments");
        }
        Ok(theirs)
    }
}
