//! Metered downloads: what a page and a provider say to each other on a WebSocket, version 1.
//!
//! Text frames are one JSON object each, told apart by `type`; binary frames are the bytes of the file that is being sent, at most
//! [`MAX_PIECE`] each, and nothing else. A connection goes like this:
//!
//! 1. The provider says [`Said::Challenge`] and [`Said::Offer`]. The offer needs no session.
//! 2. The client answers with [`Asked::SignIn`], by the key that signs its counts: session ids are public, so an id alone opens nothing.
//! 3. A new session: [`Asked::Propose`], [`Said::Accepted`], the deposit by the client's wallet. Any session, then and after each
//!    new connection: [`Asked::Resume`], [`Said::Running`].
//! 4. [`Asked::Get`], [`Said::Sending`], binary frames, [`Said::Sent`]; one file at a time. Both count the bytes of the file, and
//!    [`Asked::Count`] and [`Said::Count`] pass whenever a [`Meter`](super::Meter) says so. A statement never overtakes the bytes it
//!    counts. [`Asked::Stop`] is answered with [`Said::Sent`] too. Before it comes what was on its way, and the provider's statement of
//!    all of it. Behind the bytes the provider sends a WebSocket ping, and counts them once it is answered: so a connection that
//!    breaks off leaves no difference, and
//!    the client asks for what is missing over another one.
//! 5. [`Asked::Finish`], [`Said::Finished`], [`Asked::Settle`], [`Said::Settled`]; the provider hands the settlement in.
//!
//! What cannot be done is answered with [`Said::Refused`], and changes nothing. Unknown fields are ignored, unknown kinds become
//! `Unknown`, so that either end can be newer.

use super::{SessionId, SessionKey, SessionSettlement, SignedAcceptance, SignedCount, Terms};
use crate::{Address, Amount, Bytes32, Signature};
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, Error as _},
};
use thiserror::Error;

/// The version of this format, sent in the challenge.
pub const VERSION: u32 = 1;
/// The path of a provider's socket.
pub const DOWNLOADS_PATH: &str = "/downloads";
/// The longest text frame of a client, in bytes.
pub const MAX_ASKED: usize = 8 * 1_024;
/// The longest text frame of a provider, in bytes: an offer of [`MAX_FILES`].
pub const MAX_SAID: usize = 256 * 1_024;
/// The most bytes of a file in one binary frame.
pub const MAX_PIECE: usize = 60 * 1_024;
/// Files in an offer.
pub const MAX_FILES: usize = 500;
/// The longest name of a file, in bytes.
pub const MAX_NAME: usize = 200;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Asked {
    /// Answers the challenge. The recovered address is who speaks on this connection.
    SignIn {
        /// Over [`crate::SignIn`] with the challenge's fields, in the domain of the contract of sessions.
        signature: Signature,
    },
    /// A session, with this deposit: will you? Its client's signer is who signed in.
    Propose {
        /// The session.
        key: Box<SessionKey>,
        /// Exactly what will be deposited.
        deposit: Amount,
    },
    /// The deposit is on the chain, or has grown, or I am back: look there, and say what you counted last.
    Resume {
        /// The session.
        session: SessionId,
    },
    /// So many bytes have come. What it is about, it says itself.
    Count(SignedCount),
    /// Send a file.
    Get {
        /// Under which session it is counted.
        session: SessionId,
        /// Its name in the offer.
        file: String,
        /// How many of its bytes are here already. A decimal string in JSON.
        #[serde(with = "crate::statements::decimal_u64")]
        from: u64,
    },
    /// Send no more of it. Where its end crosses this on the way, it asks for nothing.
    Stop,
    /// No more bytes: what is the last that you have counted?
    Finish {
        /// The session.
        session: SessionId,
    },
    /// Will you end it like this?
    Settle {
        /// The end.
        settlement: Box<SessionSettlement>,
        /// By the client's signer.
        signature: Signature,
    },
    /// A kind this version does not know.
    #[serde(other)]
    Unknown,
}

/// What a provider says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Said {
    /// The first frame of a connection.
    Challenge {
        /// [`VERSION`].
        version: u32,
        /// The origin that was dialled, such as `wss://node.example:2080`, to be signed and compared.
        origin: String,
        /// Drawn for this connection.
        challenge: Bytes32,
        /// Seconds since 1970. A decimal string in JSON.
        #[serde(with = "crate::statements::decimal_u64")]
        expires_at: u64,
    },
    /// What there is, and what it costs.
    Offer(Box<Offer>),
    /// The sign-in was accepted.
    SignedIn {
        /// Who speaks on this connection.
        address: Address,
    },
    /// A session is accepted.
    Accepted(Box<SignedAcceptance>),
    /// Bytes may pass. The last statement comes behind it, if there is one.
    Running {
        /// The session.
        session: SessionId,
        /// What the chain says is deposited.
        deposit: Amount,
    },
    /// So many bytes have been sent.
    Count(SignedCount),
    /// The bytes of a file follow.
    Sending {
        /// Its name.
        file: String,
        /// The first byte that comes. A decimal string in JSON.
        #[serde(with = "crate::statements::decimal_u64")]
        from: u64,
        /// How long the whole file is. A decimal string in JSON.
        #[serde(with = "crate::statements::decimal_u64")]
        length: u64,
    },
    /// No more bytes of it follow.
    Sent,
    /// Nothing passes any more; the last statement came before this.
    Finished {
        /// The session.
        session: SessionId,
    },
    /// The settlement is signed, and will be handed in by the provider. Whoever has both signatures can do it as well.
    Settled {
        /// The session.
        session: SessionId,
        /// By the provider's signer.
        signature: Signature,
    },
    /// No, and why: to what was asked last.
    Refused {
        /// For people, in English.
        words: String,
    },
    /// A kind this version does not know.
    #[serde(other)]
    Unknown,
}

/// What a provider has, and what it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// Who serves.
    pub provider: Address,
    /// The key that signs its counts.
    pub provider_signer: Address,
    /// The chain of the contract.
    pub chain_id: u64,
    /// The contract of sessions.
    pub contract: Address,
    /// What a session is agreed on under. The quantity is the most that it can be; the client puts its own in its place.
    pub terms: Terms,
    /// The files, by their names.
    pub files: Vec<File>,
}

/// A file that can be downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name: one part of a path, printable, [`MAX_NAME`] bytes at most.
    pub name: String,
    /// Its length in bytes. A decimal string in JSON.
    #[serde(with = "crate::statements::decimal_u64")]
    pub length: u64,
}

impl File {
    /// Whether a name can be one of a file: nothing that leads elsewhere, hides, or cannot be shown in one line.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        !name.is_empty()
            && name.len() <= MAX_NAME
            && !name.starts_with('.')
            && !name.contains(['/', '\\'])
            && !name.chars().any(char::is_control)
    }
}

/// Why a text frame is none.
#[derive(Debug, Error)]
pub enum FrameFault {
    /// It is longer than anything that is said.
    #[error("the message of {0} bytes is too long")]
    TooLong(usize),
    /// It is not what this format says.
    #[error("the message is not understood: {0}")]
    NotUnderstood(#[from] serde_json::Error),
}

impl Asked {
    /// Reads a text frame of a client.
    ///
    /// # Errors
    /// [`FrameFault`].
    pub fn parse(text: &str) -> Result<Self, FrameFault> {
        parse(text, MAX_ASKED)
    }
}

impl Said {
    /// Reads a text frame of a provider.
    ///
    /// # Errors
    /// [`FrameFault`]; also where an offer has more files, or other names, than this format allows.
    pub fn parse(text: &str) -> Result<Self, FrameFault> {
        let said = parse(text, MAX_SAID)?;
        if let Self::Offer(offer) = &said
            && (offer.files.len() > MAX_FILES || !offer.files.iter().all(|file| File::is_name(&file.name)))
        {
            let words = "an offer of too many files, or of names that are none";
            return Err(serde_json::Error::custom(words).into());
        }
        Ok(said)
    }
}

fn parse<T: DeserializeOwned>(text: &str, most: usize) -> Result<T, FrameFault> {
    if text.len() > most {
        return Err(FrameFault::TooLong(text.len()));
    }
    Ok(serde_json::from_str(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn offer(files: Vec<File>) -> Said {
        Said::Offer(Box::new(Offer {
            provider: Address::repeat_byte(1),
            provider_signer: Address::repeat_byte(1),
            chain_id: 31_337,
            contract: Address::repeat_byte(2),
            terms: Terms {
                token: Address::repeat_byte(3),
                price: Amount::new(10).unwrap(),
                quantity: u64::MAX,
                unit: 1_000_000,
                tolerance: 10_000,
                finalization_period: 24,
            },
            files,
        }))
    }

    fn file(name: String) -> File {
        File { name, length: 5 }
    }

    #[test]
    fn frames_have_one_form() {
        let session = SessionId(Bytes32::repeat_byte(4));
        let get = Asked::Get {
            session,
            file: "a film.mp4".to_owned(),
            from: 7,
        };
        let text = json!({ "type": "get", "session": session, "file": "a film.mp4", "from": "7" });
        assert_eq!(serde_json::to_value(&get).unwrap(), text);
        assert_eq!(Asked::parse(&text.to_string()).unwrap(), get);
        let said = Said::Sending {
            file: "a film.mp4".to_owned(),
            from: 7,
            length: 9,
        };
        let text = json!({ "type": "sending", "file": "a film.mp4", "from": "7", "length": "9" });
        assert_eq!(serde_json::to_value(&said).unwrap(), text);
        assert_eq!(Said::parse(&text.to_string()).unwrap(), said);
    }

    #[test]
    fn what_a_newer_end_says_is_unknown_and_nonsense_is_refused() {
        assert_eq!(Asked::parse(r#"{"type":"sing"}"#).unwrap(), Asked::Unknown);
        assert_eq!(Said::parse(r#"{"type":"sing","x":1}"#).unwrap(), Said::Unknown);
        for bad in [
            "",
            "[]",
            r#"{"type":"get","from":7}"#,
            r#"{"type":"get","session":"0x","file":"a","from":"-1"}"#,
        ] {
            assert!(Asked::parse(bad).is_err(), "{bad}");
        }
        let long = format!(r#"{{"type":"{}"}}"#, "a".repeat(MAX_ASKED));
        assert!(matches!(Asked::parse(&long), Err(FrameFault::TooLong(_))));
    }

    #[test]
    fn an_offer_fits_a_frame_and_names_only_files() {
        let full = offer(vec![file("n".repeat(MAX_NAME)); MAX_FILES]);
        let text = serde_json::to_string(&full).unwrap();
        assert!(text.len() <= MAX_SAID, "{}", text.len());
        assert_eq!(Said::parse(&text).unwrap(), full);
        for bad in ["", ".", "..", ".hidden", "a/b", "a\\b", "a\nb"] {
            let text = serde_json::to_string(&offer(vec![file(bad.to_owned())])).unwrap();
            assert!(Said::parse(&text).is_err(), "{bad:?}");
        }
        let many = serde_json::to_string(&offer(vec![file("a".to_owned()); MAX_FILES + 1])).unwrap();
        assert!(Said::parse(&many).is_err());
    }
}
