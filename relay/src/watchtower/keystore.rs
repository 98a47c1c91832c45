//! The watchtower's key: a keystore file of geth's format, as `geth account new` and `cast wallet new` write it.

use anyhow::{Context, bail};
use std::path::Path;
use thunder_channel::SigningKey;
use zeroize::Zeroizing;

/// Reads and decrypts the key. Takes a second: that is what such files are for.
///
/// # Errors
/// In words for the operator: a file is missing, is no keystore, or the password is another one's.
pub fn read(file: &Path, password: &Path) -> anyhow::Result<SigningKey> {
    let password = std::fs::read_to_string(password)
        .map(Zeroizing::new)
        .with_context(|| format!("the keystore's password {} cannot be read", password.display()))?;
    // Editors end a file with a line's end; no password does.
    let password = password.trim_end_matches(['\n', '\r']);
    if !file.exists() {
        bail!(
            "the keystore {} is not there; `cast wallet new` makes one",
            file.display()
        );
    }
    let secret = eth_keystore::decrypt_key(file, password)
        .map(Zeroizing::new)
        .with_context(|| {
            format!(
                "the keystore {} cannot be opened: a wrong password, or no keystore",
                file.display()
            )
        })?;
    let secret: &[u8; 32] = secret
        .as_slice()
        .try_into()
        .with_context(|| format!("the keystore {} does not hold a key of 32 bytes", file.display()))?;
    SigningKey::from_bytes(secret).with_context(|| format!("the keystore {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Account 7 of the development mnemonic in a keystore with weak parameters, so that it opens at once.
    const KEYSTORE: &str = include_str!("../../tests/relay/watchtower/keystore.json");

    #[test]
    fn opens_a_keystore_with_its_password_only() {
        let directory = tempfile::TempDir::new().unwrap();
        let (file, password) = (
            directory.path().join("key.json"),
            directory.path().join("password"),
        );
        let refusal = || format!("{:#}", read(&file, &password).unwrap_err());
        assert!(refusal().contains("password cannot be read") || refusal().contains("cannot be read"));
        std::fs::write(&password, "correct horse\n").unwrap();
        assert!(refusal().contains("is not there"));
        std::fs::write(&file, "{}").unwrap();
        assert!(refusal().contains("no keystore"));
        std::fs::write(&file, KEYSTORE).unwrap();
        assert_eq!(
            thunder_channel::checksummed(read(&file, &password).unwrap().address()),
            "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"
        );
        std::fs::write(&password, "wrong horse").unwrap();
        assert!(refusal().contains("wrong password"));
    }
}
