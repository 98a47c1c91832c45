//! The relay's messages, version 1: one JSON object per WebSocket text frame, told apart by `type`.
//!
//! A connection begins with the relay's [`RelayFrame::Challenge`]; the client answers it with [`ClientFrame::SignIn`] and then
//! subscribes to channels. Unknown fields are ignored, unknown kinds become `Unknown`, so that either end can be newer.

use crate::{
    Address, Amount, Bytes32, Cancellation, ChannelId, ChannelKey, Decline, Epoch, Memo, Nonce,
    PaymentRequest, PerSide, ReadMark, Side, Signature, SignedClaim, SignedNote, SignedRequest,
    SignedSettlement, SignedWithdrawal, metering::Notice,
};
use serde::{Deserialize, Serialize, de::Error as _};
use thiserror::Error;

mod resume;

pub use resume::{Fingerprint, Known, Rank};

/// The version of this format, sent in the challenge.
pub const VERSION: u32 = 1;

/// The longest frame either end accepts, in bytes. A claim with delegation is below 700, a memo below 1,100; a snapshot is
/// bounded by [`MAX_HISTORY`] and [`MAX_MESSAGES`].
pub const MAX_CLIENT_FRAME: usize = 8 * 1024;
/// The longest frame a client accepts from a relay, in bytes.
pub const MAX_RELAY_FRAME: usize = 256 * 1024;
/// Recent claims per direction that a relay keeps for display. Only the best one has a signature.
pub const MAX_HISTORY: usize = 200;
/// Payment requests per side and channel that a relay keeps, taken back ones included; the lowest number gives way. More than a
/// person has open with one other.
pub const MAX_REQUESTS: usize = 8;
/// Memos per side and channel that a relay keeps; the one of the lowest total gives way. Enough for a day's absence of somebody
/// who is paid by people; a machine that pays every second needs no memo on each.
pub const MAX_MEMOS: usize = 32;
/// Small messages per channel that a relay keeps: per side a settlement, a withdrawal, a request to settle, a read mark, a
/// decline, its requests and its memos. With kinds of a newer version beside them, the oldest gives way.
pub const MAX_MESSAGES: usize = 2 * (5 + MAX_REQUESTS + MAX_MEMOS);
/// How long after its expiry a relay still keeps a payment request, and its cancellation, in seconds: a day, so that both sides
/// see that it has expired, whatever time zone or clock they live by.
pub const REQUEST_GRACE_S: u64 = 86_400;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ClientFrame {
    /// Answers the challenge. The recovered address is who speaks on this connection.
    SignIn {
        /// Over [`crate::SignIn`] with the challenge's fields.
        signature: Signature,
    },
    /// Asks for a channel's snapshot and then every improvement. Only a side may.
    Subscribe {
        /// The channel's key: hashes to its id.
        key: ChannelKey,
        /// Which life of the key.
        epoch: Epoch,
        /// Where the one who signed in is neither a side's address nor its signer: the signer's delegation to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delegation: Option<Signature>,
        /// Or the side's permission to read: by its account or signer, over [`crate::Reading`] to the one who signed in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reading: Option<Signature>,
        /// What the one who asks has already and need not be sent: after a dropped connection, only what changed is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        known: Option<Known>,
    },
    /// Hands in a claim, of either direction: a payee may keep its own best claim here too.
    Claim(SignedClaim),
    /// Hands in a small message for the other side.
    Message {
        /// The channel it belongs to.
        channel: ChannelId,
        /// What it says.
        message: Message,
    },
    /// Tell me who is proved to be dishonest in metered sessions, now and from now on.
    Listen,
    /// Somebody is. A relay passes on what is proved, and no opinions.
    Distrust(Box<Notice>),
    /// A kind this version does not know.
    #[serde(other)]
    Unknown,
}

/// What the relay says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum RelayFrame {
    /// The first frame of a connection.
    Challenge {
        /// [`VERSION`].
        version: u32,
        /// The relay's origin, to be signed and compared with the origin that was dialled.
        origin: String,
        /// Drawn for this connection.
        challenge: Bytes32,
        /// Seconds since 1970. A decimal string in JSON.
        #[serde(with = "crate::statements::decimal_u64")]
        expires_at: u64,
    },
    /// The sign-in was accepted.
    SignedIn {
        /// Who speaks on this connection.
        address: Address,
    },
    /// A subscribed channel as it is now.
    Snapshot(Box<Snapshot>),
    /// A better claim in a subscribed channel, by either side.
    Claim {
        /// The claim.
        #[serde(flatten)]
        claim: SignedClaim,
        /// When the relay stored it, in milliseconds since 1970: a label, never trusted.
        at: u64,
    },
    /// A claim is stored durably.
    Ack {
        /// Its channel.
        channel: ChannelId,
        /// The side that pays by it.
        payer: Side,
        /// Its nonce.
        #[serde(with = "crate::statements::decimal_u64")]
        nonce: Nonce,
        /// Its total.
        total: Amount,
    },
    /// A small message from the other side.
    Message {
        /// The channel it belongs to.
        channel: ChannelId,
        /// What it says.
        message: Message,
    },
    /// Whether the other side is connected: a hint, nothing more.
    Presence {
        /// The channel.
        channel: ChannelId,
        /// Whose presence.
        side: Side,
        /// Whether it has a connection now.
        online: bool,
    },
    /// Somebody is dishonest in metered sessions, as the grounds show to whoever checks them.
    Distrust(Box<Notice>),
    /// Something was refused.
    Error {
        /// Stable, for programs.
        code: ErrorCode,
        /// For people.
        words: String,
        /// The channel concerned, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
    },
    /// A kind this version does not know.
    #[serde(other)]
    Unknown,
}

/// A channel as the relay has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Which channel.
    pub channel: ChannelId,
    /// The best claim that each side has signed.
    pub claims: PerSide<Option<SignedClaim>>,
    /// Recent totals that each side signed, oldest first, at most [`MAX_HISTORY`].
    pub history: PerSide<Vec<Recorded>>,
    /// Small messages that wait, oldest first, at most [`MAX_MESSAGES`]. Own ones are included.
    pub messages: Vec<Message>,
    /// Who is connected.
    pub online: PerSide<bool>,
    /// Whose best claim is the known one, and left out above.
    #[serde(default, skip_serializing_if = "is_neither")]
    pub unchanged: PerSide<bool>,
    /// The known messages that still stand, and are left out above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standing: Vec<Fingerprint>,
}

fn is_neither(sides: &PerSide<bool>) -> bool {
    !sides.alice && !sides.bob
}

/// A claim that was the best once, without its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its total.
    pub total: Amount,
    /// Its nonce. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub nonce: Nonce,
    /// When the relay stored it, in milliseconds since 1970.
    pub at: u64,
}

impl Recorded {
    /// Which claim it was.
    #[must_use]
    pub const fn rank(&self) -> Rank {
        Rank {
            total: self.total,
            nonce: self.nonce,
        }
    }
}

/// A small message between the sides. What a person acts on is signed by its sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// The sender's consent to end the channel with these totals; the other side may sign it too and send it to the hub.
    Settlement(SignedSettlement),
    /// The sender's consent to a withdrawal.
    Withdrawal(SignedWithdrawal),
    /// The sender's request to the relay's watchtower: settle the channel once the finalization period is over.
    SettleForMe(SignedRequest),
    /// The sender wants to be paid.
    PaymentRequest(SignedNote<PaymentRequest>),
    /// The sender takes a payment request back.
    Cancellation(SignedNote<Cancellation>),
    /// What a payment of the sender's is for.
    Memo(SignedNote<Memo>),
    /// The sender has been shown what it was paid.
    ReadMark(SignedNote<ReadMark>),
    /// The sender will not take part in something that the other side asked for.
    Decline(SignedNote<Decline>),
    /// A kind this version does not know. It is not passed on.
    #[serde(other)]
    Unknown,
}

impl Message {
    /// Tells this message from others of its channel: it covers everything that its sender signed. `None` for an unknown kind.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        let authorization = match self {
            Self::Settlement(signed) => &signed.authorization,
            Self::Withdrawal(signed) => &signed.authorization,
            Self::SettleForMe(signed) => &signed.authorization,
            Self::PaymentRequest(signed) => &signed.authorization,
            Self::Cancellation(signed) => &signed.authorization,
            Self::Memo(signed) => &signed.authorization,
            Self::ReadMark(signed) => &signed.authorization,
            Self::Decline(signed) => &signed.authorization,
            Self::Unknown => return None,
        };
        Some(Fingerprint::from(&authorization.signature))
    }
}

/// Why the relay refused. The text form is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not JSON of this format.
    Malformed,
    /// Longer than [`MAX_CLIENT_FRAME`].
    TooLarge,
    /// A binary frame: version 1 is text.
    Binary,
    /// The sign-in's signature, origin or time does not fit.
    SignInRefused,
    /// Said before signing in.
    NotSignedIn,
    /// The one who signed in is no side of the channel.
    NotASide,
    /// Said of a channel that this connection has not subscribed to.
    NotSubscribed,
    /// The hub knows no such open or closing channel (yet).
    UnknownChannel,
    /// The claim's or message's signature is not by the side that has to sign.
    BadSignature,
    /// The claim pays nobody of the channel, or names another channel.
    WrongChannel,
    /// The relay has this total or a higher one.
    NotHigher,
    /// The total is above everything that the channel could ever hold.
    AboveChannel,
    /// Too many of something; the words say of what.
    Limit,
    /// The relay could not store or could not ask the chain; trying again later can help.
    Unavailable,
    /// A code this version does not know.
    #[serde(other)]
    Unknown,
}

/// Why a frame could not be read.
#[derive(Debug, Error)]
pub enum FrameError {
    /// Longer than allowed.
    #[error("the message has {bytes} bytes; at most {limit} are allowed")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The bound.
        limit: usize,
    },
    /// Not of this format.
    #[error("the message is not in Thunder's format: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl ClientFrame {
    /// Reads a frame as the relay does.
    ///
    /// # Errors
    /// [`FrameError`]
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        parse(text, MAX_CLIENT_FRAME)
    }

    /// The frame's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        text_of(self)
    }
}

impl RelayFrame {
    /// Reads a frame as a client does.
    ///
    /// # Errors
    /// [`FrameError`]
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        parse(text, MAX_RELAY_FRAME)
    }

    /// The frame's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        text_of(self)
    }
}

fn parse<T: for<'a> Deserialize<'a>>(text: &str, limit: usize) -> Result<T, FrameError> {
    if text.len() > limit {
        return Err(FrameError::TooLarge {
            bytes: text.len(),
            limit,
        });
    }
    // serde reads structs and enums from arrays as well; a frame has one spelling only.
    if !text.trim_start().starts_with('{') {
        return Err(serde_json::Error::custom("expected an object").into());
    }
    Ok(serde_json::from_str(text)?)
}

fn text_of(frame: &impl Serialize) -> String {
    match serde_json::to_string(frame) {
        Ok(text) => text,
        // Every map key is a string and every `Serialize` here is derived or infallible.
        Err(_) => unreachable!("frames always have a JSON form"),
    }
}
