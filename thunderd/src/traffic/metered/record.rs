//! What is stored of a session.

use serde::{Deserialize, Serialize};
use thunder_api::{SessionState, WhenLow};
use thunder_channel::{
    Address, Amount, Bytes32, Epoch,
    metering::{MeterState, Role, SessionId, SessionKey},
};

/// What is stored of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Its key.
    pub key: SessionKey,
    /// Its life.
    pub epoch: Epoch,
    /// This node's part.
    pub role: Role,
    /// How it stands.
    pub state: SessionState,
    /// What the chain says is deposited, or what was agreed on.
    pub deposit: Amount,
    /// The meter.
    pub meter: MeterState,
    /// Whether no stream ran when this was written: then no byte is missing from the count.
    pub at_rest: bool,
    /// Whether this node has had enough of it: nothing passes any more, and it closes where the other side does not agree.
    pub ending: bool,
    /// After which moment of the contract's clock this node closes alone: the other side wanted an end, and may have one signed.
    pub closes_alone_after: Option<u64>,
    /// Until when the deposit has to come, in the contract's clock.
    pub lapses_at: u64,
    /// When it was agreed on, in milliseconds since 1970.
    pub since: u64,
    /// Why it stands as it does.
    pub words: Option<String>,
    /// What was charged and paid in the end.
    pub outcome: Option<(Amount, Amount)>,
    /// What to do when little is left; a client's.
    pub low: Option<LowRule>,
    /// For whom a proxy holds another session in its own name.
    #[serde(default)]
    pub proxied: Option<Proxied>,
    /// Whose streams a provider serves under this session beside the client's own.
    #[serde(default)]
    pub recognised: Option<Recognised>,
    /// Whether it came back by a backup. Its meter may be old, and would sign a lower count than it did, so nothing is counted or signed
    /// any more: it is ended with what the backup knows.
    #[serde(default)]
    pub restored: bool,
    /// Whether the client is a page, which connects as [`crate::downloads`] has it and not as a node.
    #[serde(default)]
    pub page: bool,
    /// Bytes that were sent to a page over connections that broke off, and did not come as far as is known. They are not counted, and
    /// are lent until the client says that it has them.
    #[serde(default)]
    pub lost: u64,
}

/// What a proxy does for the client of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proxied {
    /// With whom it opens a session in its own name.
    pub provider: Address,
    /// Whom that one serves.
    pub whom: Recognised,
    /// The session there, once it runs and the provider knows whom to serve.
    #[serde(default)]
    pub behind: Option<SessionId>,
}

/// Somebody who is known by the hash of an address only, and for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recognised {
    /// keccak-256 of the address that proves itself at the beginning of a stream.
    pub hash: Bytes32,
    /// Until when, in milliseconds since 1970.
    pub until: u64,
}

/// What a client does when little of its deposit is left.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LowRule {
    /// What.
    pub when_low: WhenLow,
    /// What was deposited at first, and is added each time.
    pub step: Amount,
    /// The most that may be deposited in all.
    pub limit: Amount,
}
