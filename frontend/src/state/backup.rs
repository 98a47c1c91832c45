//! A backup as a file: claims, keys and history of one account in one world, sealed with a password.
//!
//! A file that is read back is hostile until the password has opened it, and what is in it until the client has checked it.

use super::seat::Seat;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use thunder_channel::{Address, Bytes32, SigningKey};
use thunder_client::ChannelView;

/// The largest file that is read, in bytes. A store of every bound at its fullest is a tenth of it.
pub const MAX_FILE: usize = 64 << 20;
/// The shortest password that is taken. The file holds the payment key, and whoever finds it can try passwords for ever.
pub const MIN_PASSWORD: usize = 10;
/// Rounds of PBKDF2: what OWASP asks for with SHA-256; a second of a phone's time.
pub const ITERATIONS: u32 = 600_000;
/// What a file may ask for: below it is no protection, above it a page that hangs.
const ACCEPTED_ITERATIONS: std::ops::RangeInclusive<u32> = 100_000..=10_000_000;
const VERSION: u32 = 1;
const KIND: &str = "backup";
/// Bytes of the random salt.
pub const SALT: usize = 16;
/// Bytes of AES-GCM's nonce.
pub const NONCE: usize = 12;
/// Bytes that AES-GCM adds.
const TAG: usize = 16;

/// What is wrong with a backup, for the person.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BackupError {
    /// Some other file.
    #[error("this file is no backup of this app, or is damaged")]
    Form,
    /// Made by a newer app.
    #[error("this backup was made by a newer version of this app: reload the page, then try again")]
    Version,
    /// Somebody else's.
    #[error("this backup is of another account ({0})")]
    Account(String),
    /// Of another chain or hub.
    #[error("this backup is of another chain or hub than this page's: its channels are not here")]
    World,
    /// The payment key in it is none.
    #[error("the payment key in this backup cannot be read")]
    Key,
    /// The wrong password, or a file that was changed: nobody can tell which.
    #[error("this password does not open the backup, or the file was changed")]
    Password,
    /// A password that anybody guesses.
    #[error("use at least {MIN_PASSWORD} characters: whoever has the file can try as often as they like")]
    Short,
}

/// The file: what is needed to open it, and the rest sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Rounds of PBKDF2-SHA-256.
    pub iterations: u32,
    /// Random.
    pub salt: [u8; SALT],
    /// Random, for AES-256-GCM.
    pub nonce: [u8; NONCE],
    /// The content, encrypted.
    pub bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct RawSealed {
    thunder: String,
    version: u32,
    iterations: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

impl Sealed {
    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let raw = RawSealed {
            thunder: KIND.to_owned(),
            version: VERSION,
            iterations: self.iterations,
            salt: hex(&self.salt),
            nonce: hex(&self.nonce),
            sealed: hex(&self.bytes),
        };
        // Strings and numbers always have a JSON form.
        serde_json::to_string(&raw).unwrap_or_default()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`BackupError::Form`] or [`BackupError::Version`].
    pub fn parse(text: &str) -> Result<Self, BackupError> {
        let raw: RawSealed = serde_json::from_str(text).map_err(|_| BackupError::Form)?;
        if raw.thunder != KIND {
            return Err(BackupError::Form);
        }
        if raw.version != VERSION {
            return Err(BackupError::Version);
        }
        let read = || -> Option<Self> {
            Some(Self {
                iterations: Some(raw.iterations).filter(|n| ACCEPTED_ITERATIONS.contains(n))?,
                salt: unhex(&raw.salt)?.try_into().ok()?,
                nonce: unhex(&raw.nonce)?.try_into().ok()?,
                bytes: unhex(&raw.sealed).filter(|bytes| bytes.len() > TAG)?,
            })
        };
        read().ok_or(BackupError::Form)
    }
}

/// What is sealed: whose it is, in which world, and everything that the client stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    chain_id: u64,
    genesis_hash: Bytes32,
    hub: Address,
    account: Address,
    payment_key: String,
    /// The client's records, by key.
    pub records: Vec<(String, String)>,
    /// Sessions with providers, and who is distrusted, by key. An older app wrote none.
    #[serde(default)]
    pub sessions: Vec<(String, String)>,
}

impl Content {
    /// Of a seat.
    #[must_use]
    pub fn new(
        seat: &Seat,
        payment_key: &SigningKey,
        records: Vec<(String, String)>,
        sessions: Vec<(String, String)>,
    ) -> Self {
        Self {
            chain_id: seat.domain.chain_id,
            genesis_hash: seat.genesis,
            hub: seat.domain.hub,
            account: seat.account,
            payment_key: hex(&payment_key.secret()[..]),
            records,
            sessions,
        }
    }

    /// What was sealed, as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Strings, numbers and addresses always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what a password has opened, for the seat that wants it.
    ///
    /// # Errors
    /// [`BackupError`] if it is none, or not this seat's.
    pub fn parse(bytes: &[u8], seat: &Seat) -> Result<Self, BackupError> {
        let content: Self = serde_json::from_slice(bytes).map_err(|_| BackupError::Form)?;
        if content.account != seat.account {
            return Err(BackupError::Account(crate::words::short(content.account)));
        }
        let world = (content.chain_id, content.genesis_hash, content.hub);
        if world != (seat.domain.chain_id, seat.genesis, seat.domain.hub) {
            return Err(BackupError::World);
        }
        content.payment_key()?;
        Ok(content)
    }

    /// The payment key.
    ///
    /// # Errors
    /// [`BackupError::Key`]
    pub fn payment_key(&self) -> Result<SigningKey, BackupError> {
        SigningKey::from_hex(&self.payment_key).map_err(|_| BackupError::Key)
    }
}

/// A backup that should be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// None was made in this browser.
    First,
    /// Something has happened since the last one.
    Again,
}

impl Due {
    /// Of these channels, when the last one was made at `exported`, in milliseconds since 1970.
    #[must_use]
    pub fn of(views: &[ChannelView], exported: Option<u64>) -> Option<Self> {
        let newest = views.iter().filter_map(|view| view.entries.iter().next_back());
        let newest = newest.map(|entry| entry.at).max()?;
        match exported {
            None => Some(Self::First),
            Some(exported) => (newest > exported).then_some(Self::Again),
        }
    }
}

/// Whether a new backup may be sealed with it.
///
/// # Errors
/// [`BackupError::Short`]
pub fn check_password(password: &str) -> Result<(), BackupError> {
    if password.chars().count() < MIN_PASSWORD {
        return Err(BackupError::Short);
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        config::{AppConfig, tests::EXAMPLE},
        standing::tests::view,
    };
    use thunder_channel::Amount;
    use thunder_client::{Entry, EntryKind};

    fn seat() -> Seat {
        Seat::new(&AppConfig::parse(EXAMPLE).unwrap(), Address::repeat_byte(7), None)
    }

    #[test]
    fn a_backup_is_due_once_something_has_happened_that_is_in_none() {
        let happened = |at| ChannelView {
            entries: [Entry::new(
                at,
                EntryKind::Opened {
                    block: 1,
                    amount: Amount::ZERO,
                },
            )]
            .into_iter()
            .collect(),
            ..view()
        };
        let views = [happened(5), happened(3)];
        assert_eq!(Due::of(&views, None), Some(Due::First));
        assert_eq!(Due::of(&views, Some(4)), Some(Due::Again));
        assert_eq!(Due::of(&views, Some(5)), None);
        assert_eq!(Due::of(&[], None), None);
    }

    fn sealed() -> Sealed {
        Sealed {
            iterations: ITERATIONS,
            salt: [1; SALT],
            nonce: [2; NONCE],
            bytes: vec![0xab; 40],
        }
    }

    #[test]
    fn a_file_reads_back_and_nothing_else_does() {
        let text = sealed().to_text();
        assert_eq!(Sealed::parse(&text), Ok(sealed()));
        for (from, to, error) in [
            ("\"backup\"", "\"evidence\"", BackupError::Form),
            ("\"version\":1", "\"version\":2", BackupError::Version),
            ("600000", "99999", BackupError::Form),
            ("600000", "4000000000", BackupError::Form),
            ("\"01010101", "\"010101", BackupError::Form),
            ("\"02020202", "\"0202020202", BackupError::Form),
            ("\"ababab", "\"xbabab", BackupError::Form),
            ("\"ababab", "\"babab", BackupError::Form),
            ("\"ababab", "\"ä", BackupError::Form),
            ("{", "<", BackupError::Form),
        ] {
            let damaged = text.replacen(from, to, 1);
            assert_ne!(damaged, text, "{from}");
            assert_eq!(Sealed::parse(&damaged), Err(error), "{to}");
        }
        let nothing = Sealed {
            bytes: vec![0; TAG],
            ..sealed()
        };
        assert_eq!(Sealed::parse(&nothing.to_text()), Err(BackupError::Form));
    }

    #[test]
    fn a_backup_is_for_its_own_account_and_world() {
        let key = SigningKey::from_bytes(&[9; 32]).unwrap();
        let records = vec![("scan".to_owned(), "{\"to\":4}".to_owned())];
        let sessions = vec![("0x1a".to_owned(), "{}".to_owned())];
        let content = Content::new(&seat(), &key, records, sessions);
        let text = content.to_text();
        assert_eq!(Content::parse(text.as_bytes(), &seat()), Ok(content.clone()));
        let older = text.replace(r#","sessions":[["0x1a","{}"]]"#, "");
        assert_ne!(older, text);
        let older = Content::parse(older.as_bytes(), &seat()).unwrap();
        assert_eq!(
            (older.records, older.sessions),
            (content.records.clone(), Vec::new())
        );
        assert_eq!(content.payment_key().unwrap().address(), key.address());
        // The role is the window's, not the account's.
        let role = Seat {
            role: Some(crate::state::seat::Role::Bob),
            ..seat()
        };
        assert!(Content::parse(text.as_bytes(), &role).is_ok());
        let other = Seat {
            account: Address::repeat_byte(8),
            ..seat()
        };
        let refused = Content::parse(text.as_bytes(), &other);
        assert!(matches!(refused, Err(BackupError::Account(_))), "{refused:?}");
        let mut elsewhere = seat();
        elsewhere.genesis = Bytes32::repeat_byte(1);
        assert_eq!(
            Content::parse(text.as_bytes(), &elsewhere),
            Err(BackupError::World)
        );
        let damaged = text.replacen("0909", "0g09", 1);
        assert_eq!(Content::parse(damaged.as_bytes(), &seat()), Err(BackupError::Key));
        assert_eq!(Content::parse(b"\xff", &seat()), Err(BackupError::Form));
    }

    #[test]
    fn a_password_has_some_length() {
        assert_eq!(check_password("ninechars"), Err(BackupError::Short));
        assert_eq!(check_password("tencharact"), Ok(()));
    }
}
