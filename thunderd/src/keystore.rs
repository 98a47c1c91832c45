//! The account's key on the disk: one keystore of geth's format (scrypt), opened by a password.

use crate::data_dir::DataDir;
use anyhow::Context;
use serde_json::Value;
use std::path::Path;
use thunder_api::{Code, ImportWallet, Problem};
use thunder_channel::{Address, SigningKey};
use thunder_ethereum::signing_key_from_phrase;
use zeroize::Zeroizing;

/// The file in the data directory.
const FILE: &str = "keystore.json";
/// What a new one is made as.
const MADE: &str = "keystore.made";
/// The account beside it, in the clear: the format's own field is optional.
const ACCOUNT: &str = "account";
/// The shortest password that is taken: whoever has the file can try as often as they like.
const MIN_PASSWORD: usize = 8;
/// The longest keystore that is read, in bytes; real ones have 500.
const MAX_FILE: usize = 16 * 1024;
/// The dearest scrypt that is run, as N·r: a keystore of geth's at its strongest (N = 2^18, r = 8), which takes a second and 256 MiB.
const MAX_SCRYPT: u64 = (1 << 18) * 8;

/// The account of the keystore, if there is one.
#[must_use]
pub fn account(data: &DataDir) -> Option<Address> {
    let text = std::fs::read_to_string(data.file(ACCOUNT)).ok()?;
    let account = thunder_channel::parse_address(text.trim()).ok()?;
    data.file(FILE).exists().then_some(account)
}

/// The keystore's text.
///
/// # Errors
/// There is none.
pub fn text(data: &DataDir) -> Result<String, Problem> {
    std::fs::read_to_string(data.file(FILE)).map_err(|_| no_wallet())
}

/// That no wallet was imported.
#[must_use]
pub fn no_wallet() -> Problem {
    Problem::new(
        Code::NoWallet,
        "this node has no wallet yet: import one with `thunder-cli importwallet`",
    )
}

/// Opens the key.
///
/// # Errors
/// There is none, or the password is another one's.
pub fn open(data: &DataDir, password: &str) -> Result<SigningKey, Problem> {
    let path = data.file(FILE);
    if !path.exists() {
        return Err(no_wallet());
    }
    decrypt(&path, password)
}

/// Takes in a wallet and encrypts its key on the disk.
///
/// # Errors
/// There is one already, the words or the file are none, or the disk refuses.
pub fn import(data: &DataDir, wallet: &ImportWallet) -> Result<SigningKey, Problem> {
    if data.file(FILE).exists() {
        return Err(Problem::new(
            Code::WalletExists,
            "this node has a wallet already: start another node with its own --data directory for another account",
        ));
    }
    let malformed = |words: String| Problem::new(Code::Malformed, words);
    let (key, password) = match wallet {
        ImportWallet::Phrase {
            phrase,
            index,
            password,
        } => {
            let key =
                signing_key_from_phrase(phrase, *index).map_err(|error| malformed(error.to_string()))?;
            (key, password)
        }
        ImportWallet::Keystore { keystore, password } => {
            check(keystore)?;
            let path = data.file("import.json");
            data.write("import.json", keystore.as_bytes())
                .map_err(|error| disk(&error))?;
            let key = decrypt(&path, password);
            let _ = std::fs::remove_file(&path);
            (key?, password)
        }
        ImportWallet::Generate { password } => {
            let secret = Zeroizing::new(crate::data_dir::random::<32>().map_err(|error| disk(&error))?);
            let key = SigningKey::from_bytes(&secret).map_err(|error| malformed(error.to_string()))?;
            (key, password)
        }
    };
    if password.chars().count() < MIN_PASSWORD {
        return Err(malformed(format!(
            "the password needs at least {MIN_PASSWORD} characters: whoever has the file can try as often as they like"
        )));
    }
    keep(data, &key, password).map_err(|error| disk(&error))?;
    Ok(key)
}

/// Puts a keystore of a backup in its place, still encrypted.
///
/// # Errors
/// There is one of another account, or the text is none.
pub fn put_back(data: &DataDir, keystore: &str, account: Address) -> Result<(), Problem> {
    check(keystore)?;
    data.write(FILE, keystore.as_bytes())
        .map_err(|error| disk(&error))?;
    let account = thunder_channel::checksummed(account);
    data.write(ACCOUNT, account.as_bytes())
        .map_err(|error| disk(&error))
}

fn keep(data: &DataDir, key: &SigningKey, password: &str) -> anyhow::Result<()> {
    // The library writes a file by itself; it takes its place once it is whole and on the disk.
    let secret: &[u8] = key.secret().as_slice();
    eth_keystore::encrypt_key(
        data.file(""),
        &mut rand::rngs::OsRng,
        secret,
        password,
        Some(MADE),
    )
    .context("the key cannot be encrypted")?;
    let sealed = std::fs::read(data.file(MADE)).context("the encrypted key cannot be read back")?;
    let _ = std::fs::remove_file(data.file(MADE));
    data.write(FILE, &sealed)?;
    data.write(ACCOUNT, thunder_channel::checksummed(key.address()).as_bytes())
}

fn decrypt(path: &Path, password: &str) -> Result<SigningKey, Problem> {
    let wrong = |_| {
        Problem::new(
            Code::WrongPassword,
            "this password does not open the keystore, or it is damaged",
        )
    };
    let secret = eth_keystore::decrypt_key(path, password)
        .map(Zeroizing::new)
        .map_err(wrong)?;
    let no_key = || Problem::new(Code::Malformed, "the keystore holds no key of 32 bytes");
    let secret: &[u8; 32] = secret.as_slice().try_into().map_err(|_| no_key())?;
    SigningKey::from_bytes(secret).map_err(|_| no_key())
}

/// A keystore that costs more to open than any wallet's is not tried.
fn check(text: &str) -> Result<(), Problem> {
    let refuse = |words: &str| Problem::new(Code::Malformed, words);
    if text.len() > MAX_FILE {
        return Err(refuse("this file is too long for a keystore"));
    }
    let json: Value = serde_json::from_str(text).map_err(|_| refuse("this file is no keystore"))?;
    let crypto = [&json["crypto"], &json["Crypto"]];
    let params = crypto.map(|crypto| &crypto["kdfparams"]);
    let params = params.iter().find(|params| params.is_object());
    let params = params.ok_or_else(|| refuse("this file is no keystore"))?;
    if let Some(n) = params["n"].as_u64() {
        let cost = n.saturating_mul(params["r"].as_u64().unwrap_or(8));
        if cost > MAX_SCRYPT || params["p"].as_u64().unwrap_or(1) > 16 {
            return Err(refuse(
                "opening this keystore would take more memory than any wallet asks for",
            ));
        }
    }
    if params["c"].as_u64().is_some_and(|rounds| rounds > 10_000_000) {
        return Err(refuse(
            "opening this keystore would take longer than any wallet asks for",
        ));
    }
    Ok(())
}

/// The disk refused.
#[must_use]
pub fn disk(error: &anyhow::Error) -> Problem {
    Problem::new(Code::Store, format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn generate(password: &str) -> ImportWallet {
        ImportWallet::Generate {
            password: password.to_owned(),
        }
    }

    #[test]
    fn a_key_is_kept_encrypted_and_opened_by_its_password_only() {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDir::open(directory.path()).unwrap();
        assert_eq!(open(&data, "whatever").unwrap_err().code, Code::NoWallet);
        assert_eq!(
            import(&data, &generate("short")).unwrap_err().code,
            Code::Malformed
        );
        let key = import(&data, &generate("correct horse")).unwrap();
        assert_eq!(account(&data), Some(key.address()));
        let text = text(&data).unwrap();
        assert!(!text.contains(&hex::encode(key.secret().as_slice())));
        assert_eq!(open(&data, "correct horse").unwrap().address(), key.address());
        assert_eq!(open(&data, "wrong horse").unwrap_err().code, Code::WrongPassword);
        assert_eq!(
            import(&data, &generate("correct horse")).unwrap_err().code,
            Code::WalletExists
        );

        let elsewhere = tempfile::tempdir().unwrap();
        let elsewhere = DataDir::open(elsewhere.path()).unwrap();
        let moved = ImportWallet::Keystore {
            keystore: text,
            password: "correct horse".to_owned(),
        };
        assert_eq!(import(&elsewhere, &moved).unwrap().address(), key.address());
    }

    #[test]
    fn a_phrase_gives_the_account_that_wallets_show() {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDir::open(directory.path()).unwrap();
        let phrase = |phrase: &str| ImportWallet::Phrase {
            phrase: phrase.to_owned(),
            index: 1,
            password: "correct horse".to_owned(),
        };
        let error = import(&data, &phrase("test test")).unwrap_err();
        assert!(error.detail.contains("12, 15"), "{error}");
        let words = "test test test test test test test test test test test junk";
        let key = import(&data, &phrase(words)).unwrap();
        assert_eq!(
            thunder_channel::checksummed(key.address()),
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
        );
    }

    #[test]
    fn a_keystore_that_would_eat_the_machine_is_refused() {
        for params in [
            r#"{"n":4294967296,"r":8,"p":1}"#,
            r#"{"n":8192,"r":8,"p":99}"#,
            r#"{"c":99999999999}"#,
        ] {
            let text = format!(r#"{{"crypto":{{"kdfparams":{params}}}}}"#);
            assert_eq!(check(&text).unwrap_err().code, Code::Malformed, "{params}");
        }
        assert!(check(r#"{"crypto":{"kdfparams":{"n":262144,"r":8,"p":1}}}"#).is_ok());
        assert!(check("{}").is_err());
        assert!(check(&"x".repeat(MAX_FILE + 1)).is_err());
    }
}
