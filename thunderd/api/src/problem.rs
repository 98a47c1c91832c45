//! Errors, in the form of RFC 9457 (`application/problem+json`).

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Why a call changed nothing. `detail` is for people, `code` for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:thunder:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong and what to do.
    pub detail: String,
    /// Stable.
    pub code: Code,
}

/// Why a call changed nothing. The text form is stable; a caller takes one that it does not know by the HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Not the JSON or the parameters that the call takes.
    Malformed,
    /// The bearer token is missing or wrong.
    Unauthorized,
    /// Not from this machine, or by another name than its own.
    Forbidden,
    /// No such thing.
    NotFound,
    /// The path takes no such method.
    MethodNotAllowed,
    /// The body is too long.
    TooLarge,
    /// The body is not JSON.
    UnsupportedMedia,
    /// No wallet was imported.
    NoWallet,
    /// The wallet has to be unlocked.
    Locked,
    /// There is a wallet already.
    WalletExists,
    /// The password does not open the wallet.
    WrongPassword,
    /// Makes no sense as the channel stands.
    WrongPhase,
    /// The channel, or which channel is meant, is not known.
    UnknownChannel,
    /// More than can be paid.
    InsufficientFunds,
    /// Above a limit that was set.
    AboveLimit,
    /// The key was used for another payment.
    IdempotencyMismatch,
    /// Not possible as things are; the words say why.
    Refused,
    /// The chain does not answer or refused.
    Chain,
    /// The other node is not connected, or did not answer.
    PeerUnreachable,
    /// The disk refused: nothing was signed or sent.
    Store,
    /// Too many calls or too much under way.
    Busy,
    /// A code of a newer version.
    #[serde(other)]
    Unknown,
}

impl Code {
    /// The HTTP status it comes with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound | Self::UnknownChannel => 404,
            Self::MethodNotAllowed => 405,
            Self::TooLarge => 413,
            Self::UnsupportedMedia => 415,
            Self::NoWallet | Self::Locked | Self::WalletExists | Self::WrongPhase | Self::Refused => 409,
            Self::WrongPassword => 403,
            Self::InsufficientFunds | Self::AboveLimit | Self::IdempotencyMismatch => 422,
            Self::Chain | Self::PeerUnreachable => 502,
            Self::Store | Self::Unknown => 500,
            Self::Busy => 503,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The call is not understood",
            Self::Unauthorized => "The token is missing or wrong",
            Self::Forbidden => "Not from here",
            Self::NotFound => "No such thing",
            Self::MethodNotAllowed => "No such method here",
            Self::TooLarge => "Too long",
            Self::UnsupportedMedia => "Not JSON",
            Self::NoWallet => "No wallet",
            Self::Locked => "The wallet is locked",
            Self::WalletExists => "There is a wallet already",
            Self::WrongPassword => "Wrong password",
            Self::WrongPhase => "Not in this phase",
            Self::UnknownChannel => "Unknown channel",
            Self::InsufficientFunds => "Not enough money",
            Self::AboveLimit => "Above a limit",
            Self::IdempotencyMismatch => "The key was used for something else",
            Self::Refused => "Not possible now",
            Self::Chain => "The chain",
            Self::PeerUnreachable => "The other node",
            Self::Store => "The disk",
            Self::Busy => "Too much at once",
            Self::Unknown => "Something else",
        }
    }
}

impl Problem {
    /// A problem with words for a person.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let name = serde_json::to_value(code).ok();
        let name = name
            .as_ref()
            .and_then(serde_json::Value::as_str)
            .unwrap_or("unknown");
        Self {
            kind: format!("urn:thunder:problem:{name}"),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.detail)
    }
}

impl std::error::Error for Problem {}
