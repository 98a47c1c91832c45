//! What can go wrong between here and a chain or a wallet, in words a person can act on.

use crate::Revert;
use serde_json::Value;
use std::fmt;
use thiserror::Error;
use thunder_channel::{Address, SignatureError, checksummed};

/// How deep wallets bury the error that they wrap. The deepest seen is three (`data.originalError.data`).
const MAX_NESTING: usize = 4;

/// What kind of refusal or failure an [`RpcError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RpcErrorKind {
    /// The person said no (4001). Calm and repeatable.
    Rejected,
    /// The wallet did not give this page that account or method (4100).
    Unauthorized,
    /// The other end does not know the method (4200, −32601).
    UnsupportedMethod,
    /// The wallet lost all its networks (4900).
    Disconnected,
    /// The wallet is not connected to the chain that was asked for (4901).
    ChainDisconnected,
    /// The wallet does not know the chain (4902, also inside −32603).
    UnknownChain,
    /// An earlier request waits in the wallet's window (−32002).
    RequestPending,
    /// A contract refused (3, or −32000 with revert data). [`RpcError::revert`] says why.
    Reverted,
    /// The account cannot pay for the transaction and its gas.
    InsufficientFunds,
    /// No answer in time.
    Timeout,
    /// The other end could not be reached.
    Unreachable,
    /// The answer is not JSON-RPC, or larger than the bound.
    Malformed,
    /// Any other code; 0 if there was none.
    Other(i64),
}

impl fmt::Display for RpcErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rejected => {
                "the request was rejected in the wallet; nothing happened, and you can try again"
            }
            Self::Unauthorized => {
                "the wallet has not given this page access to that account; connect it again"
            }
            Self::UnsupportedMethod => "this wallet or node does not support what was asked of it",
            Self::Disconnected => "the wallet has lost its network; check its connection",
            Self::ChainDisconnected => {
                "the wallet is not connected to this network; switch it over and try again"
            }
            Self::UnknownChain => "the wallet does not know this network; add it and try again",
            Self::RequestPending => {
                "the wallet already has a request open; look at its window and answer it there"
            }
            Self::Reverted => "the contract refused the call",
            Self::InsufficientFunds => "the account has too little ether for the transaction and its gas",
            Self::Timeout => "no answer came in time; try again",
            Self::Unreachable => "the network's node cannot be reached; check the connection and try again",
            Self::Malformed => "the answer was not understandable; the node or wallet may be broken",
            Self::Other(_) => "the wallet or node reported an error",
        })
    }
}

/// What gives an error without a code away, first match first: the messages that the standards (EIP-1193, EIP-3326) put beside
/// their codes, and what wallets call a person's no.
const TELLING_WORDS: [(&str, RpcErrorKind); 9] = [
    ("reject", RpcErrorKind::Rejected),
    ("denied", RpcErrorKind::Rejected),
    ("cancel", RpcErrorKind::Rejected),
    ("not been authorized", RpcErrorKind::Unauthorized),
    (
        "not support the requested method",
        RpcErrorKind::UnsupportedMethod,
    ),
    ("disconnected from all chains", RpcErrorKind::Disconnected),
    ("not connected", RpcErrorKind::ChainDisconnected),
    ("unrecognized chain", RpcErrorKind::UnknownChain),
    ("already pending", RpcErrorKind::RequestPending),
];

/// The error of a JSON-RPC request, by a node, a wallet, or the way there.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.words())]
pub struct RpcError {
    /// What to do about it.
    pub kind: RpcErrorKind,
    /// The other end's own words; may be empty.
    pub message: String,
    /// What came with it.
    pub data: Option<Value>,
}

impl RpcError {
    /// Sorts an error by what the other end said. `code` may be missing: two wallets leave it out.
    #[must_use]
    pub fn new(code: Option<i64>, message: impl Into<String>, data: Option<Value>) -> Self {
        let message = message.into();
        let kind = classify(code, &message, data.as_ref());
        Self { kind, message, data }
    }

    /// An error that arose on this side of the wire.
    #[must_use]
    pub fn local(kind: RpcErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            data: None,
        }
    }

    /// Reads an error object as nodes and wallets send it. Anything at all can stand in its place.
    #[must_use]
    pub fn from_json(error: &Value) -> Self {
        let message = match error {
            Value::String(text) => text.as_str(),
            other => other.get("message").and_then(Value::as_str).unwrap_or_default(),
        };
        let code = error.get("code").and_then(code_of);
        Self::new(
            code,
            message,
            error.get("data").filter(|data| !data.is_null()).cloned(),
        )
    }

    /// Why the contract refused, if it did.
    #[must_use]
    pub fn revert(&self) -> Option<Revert> {
        if self.kind != RpcErrorKind::Reverted {
            return None;
        }
        let data = self.data.as_ref().and_then(|data| revert_data(data, MAX_NESTING));
        Some(Revert::decode(&data.unwrap_or_default()))
    }

    fn words(&self) -> String {
        match (self.revert(), self.message.as_str()) {
            (Some(revert), _) if revert != Revert::Empty => revert.to_string(),
            (_, "") => self.kind.to_string(),
            // The other end's own words help only where ours are vague.
            (_, message) => match self.kind {
                RpcErrorKind::Rejected | RpcErrorKind::RequestPending | RpcErrorKind::InsufficientFunds => {
                    self.kind.to_string()
                }
                kind => format!("{kind} ({message})"),
            },
        }
    }
}

impl From<(i64, String, Option<Value>)> for RpcError {
    fn from((code, message, data): (i64, String, Option<Value>)) -> Self {
        Self::new(Some(code), message, data)
    }
}

/// Numbers, and the decimal strings that some wallets send instead.
fn code_of(code: &Value) -> Option<i64> {
    code.as_i64().or_else(|| code.as_str()?.parse().ok())
}

fn classify(code: Option<i64>, message: &str, data: Option<&Value>) -> RpcErrorKind {
    use RpcErrorKind as Kind;
    let words = message.to_ascii_lowercase();
    let reverted =
        words.contains("revert") || data.is_some_and(|data| revert_data(data, MAX_NESTING).is_some());
    match code {
        Some(4001) => Kind::Rejected,
        Some(4100) => Kind::Unauthorized,
        Some(4200 | -32601) => Kind::UnsupportedMethod,
        Some(4900) => Kind::Disconnected,
        Some(4901) => Kind::ChainDisconnected,
        Some(4902) => Kind::UnknownChain,
        Some(-32002) => Kind::RequestPending,
        Some(3) => Kind::Reverted,
        _ if words.contains("insufficient funds") => Kind::InsufficientFunds,
        Some(-32000 | -32003 | -32015) if reverted => Kind::Reverted,
        // "Internal error", around what really happened.
        Some(-32603) => match data.and_then(|data| nested_kind(data, MAX_NESTING)) {
            Some(inner) => inner,
            None if reverted => Kind::Reverted,
            None => Kind::Other(-32603),
        },
        Some(code) => Kind::Other(code),
        None if reverted => Kind::Reverted,
        None => TELLING_WORDS
            .iter()
            .find(|(telling, _)| words.contains(telling))
            .map_or(Kind::Other(0), |(_, kind)| *kind),
    }
}

/// The first error inside `data` whose code says more than "internal error".
fn nested_kind(data: &Value, depth: usize) -> Option<RpcErrorKind> {
    let depth = depth.checked_sub(1)?;
    if let Some(code) = data.get("code").and_then(code_of) {
        let message = data.get("message").and_then(Value::as_str).unwrap_or_default();
        match classify(Some(code), message, None) {
            RpcErrorKind::Other(_) => (),
            kind => return Some(kind),
        }
    }
    ["originalError", "cause", "error", "data"]
        .iter()
        .find_map(|inner| nested_kind(data.get(inner)?, depth))
}

/// The bytes that a contract reverted with: nodes send them as `data`, wallets wrap them once or twice more.
fn revert_data(data: &Value, depth: usize) -> Option<Vec<u8>> {
    let depth = depth.checked_sub(1)?;
    match data {
        Value::String(text) => {
            // "Reverted 0x…" is how one client spells it.
            let digits = text
                .strip_prefix("Reverted ")
                .unwrap_or(text)
                .strip_prefix("0x")?;
            hex::decode(digits).ok()
        }
        Value::Object(fields) => ["data", "originalError", "cause", "error", "result"]
            .iter()
            .find_map(|inner| revert_data(fields.get(*inner)?, depth)),
        _ => None,
    }
}

/// Why something could not be learned from, or done on, the chain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChainError {
    /// The contract refused.
    #[error(transparent)]
    Reverted(Revert),
    /// The node or wallet refused or was not reached.
    #[error(transparent)]
    Rpc(RpcError),
    /// The node answered something that cannot be true or is not what was asked for.
    #[error("the network's node gave an answer that cannot be used: {0}")]
    Malformed(String),
    /// A block was replaced by another while reading.
    #[error("the chain replaced block {number} while it was being read; try again")]
    Reorganised {
        /// The block's number.
        number: u64,
    },
    /// The node or the wallet is on another chain than this hub.
    #[error("this is network {found}, but the hub is on network {expected}; switch the network")]
    WrongChain {
        /// Chain id of the hub.
        expected: u64,
        /// Chain id that was found.
        found: u64,
    },
}

impl ChainError {
    pub(crate) fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into())
    }
}

impl From<RpcError> for ChainError {
    fn from(error: RpcError) -> Self {
        match error.revert() {
            Some(revert) => Self::Reverted(revert),
            None => Self::Rpc(error),
        }
    }
}

/// Why a wallet's signature cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WalletError {
    /// The wallet refused or was not reached.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// What the wallet answered is not a signature.
    #[error("the wallet's answer is not a usable signature: {0}")]
    NotASignature(#[from] SignatureError),
    /// One wallet signs with the account selected in it, whatever account was asked for.
    #[error("the wallet signed with {}, not with {}; select the right account in it and try again", checksummed(*.signed_by), checksummed(*.asked))]
    OtherAccount {
        /// Who should have signed.
        asked: Address,
        /// Who signed.
        signed_by: Address,
    },
    /// The wallet answered something else than what was asked for.
    #[error("the wallet gave an answer that cannot be used: {0}")]
    Malformed(String),
    /// The wallet stayed on another chain.
    #[error("the wallet is on network {found}, not on network {expected}; switch it over and try again")]
    WrongChain {
        /// Chain id that was asked for.
        expected: u64,
        /// Chain id the wallet reports.
        found: u64,
    },
}
