//! Accounts from a seed phrase (BIP-39), at the path every wallet starts with: `m/44'/60'/0'/0/i`.

use bip32::{ChildNumber, XPrv};
use bip39::{Language, Mnemonic};
use thiserror::Error;
use thunder_channel::SigningKey;
use zeroize::Zeroizing;

/// Why a text gives no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MnemonicError {
    /// Not 12, 15, 18, 21 or 24 words.
    #[error("a seed phrase has 12, 15, 18, 21 or 24 words")]
    Length,
    /// A word that is not on the list. Counted from 1.
    #[error("word {0} is not a word of a seed phrase; check its spelling")]
    UnknownWord(usize),
    /// All words are on the list, but they do not belong together.
    #[error("these words are not a seed phrase; check that none is swapped or missing")]
    Checksum,
    /// The path leads to no key (once in 2^127 accounts) or the index is above 2^31.
    #[error("this phrase has no account of that number")]
    NoAccount,
}

/// The key of account `index` of an English seed phrase without a passphrase, as wallets derive it. The phrase's checksum is
/// verified. Case and spacing do not matter.
///
/// # Errors
/// [`MnemonicError`] in words for who typed the phrase.
pub fn signing_key_from_phrase(phrase: &str, index: u32) -> Result<SigningKey, MnemonicError> {
    let phrase = Zeroizing::new(phrase.to_ascii_lowercase());
    // English words are letters that Unicode normalises to themselves; whatever else was typed is no word. The tables that would find
    // that out are a twentieth of what a browser has to fetch.
    let mnemonic =
        Mnemonic::parse_in_normalized(Language::English, phrase.as_str()).map_err(|error| match error {
            bip39::Error::BadWordCount(_) => MnemonicError::Length,
            bip39::Error::UnknownWord(word) => MnemonicError::UnknownWord(word + 1),
            _ => MnemonicError::Checksum,
        })?;
    let seed = Zeroizing::new(mnemonic.to_seed_normalized(""));
    let mut key = XPrv::new(seed.as_slice()).map_err(|_| MnemonicError::NoAccount)?;
    for (number, hardened) in [(44, true), (60, true), (0, true), (0, false), (index, false)] {
        let child = ChildNumber::new(number, hardened).map_err(|_| MnemonicError::NoAccount)?;
        key = key.derive_child(child).map_err(|_| MnemonicError::NoAccount)?;
    }
    SigningKey::from_bytes(&Zeroizing::new(key.to_bytes())).map_err(|_| MnemonicError::NoAccount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::checksummed;

    const PHRASE: &str = "test test test test test test test test test test test junk";

    #[test]
    fn derives_the_accounts_that_every_development_chain_has() {
        for (index, address) in [
            (0, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
            (1, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
            (2, "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
        ] {
            let key = signing_key_from_phrase(PHRASE, index).unwrap();
            assert_eq!(checksummed(key.address()), address);
        }
        let shouted = format!("  {}\n", PHRASE.to_uppercase().replace(' ', "   "));
        assert_eq!(
            signing_key_from_phrase(&shouted, 0).unwrap().address(),
            signing_key_from_phrase(PHRASE, 0).unwrap().address()
        );
    }

    #[test]
    fn says_what_is_wrong_with_a_phrase() {
        let error = |phrase: &str| signing_key_from_phrase(phrase, 0).unwrap_err();
        assert_eq!(error(""), MnemonicError::Length);
        assert_eq!(error("test test test"), MnemonicError::Length);
        assert_eq!(
            error(&PHRASE.replace("junk", "jung")),
            MnemonicError::UnknownWord(12)
        );
        assert_eq!(error(&PHRASE.replace("junk", "test")), MnemonicError::Checksum);
        assert_eq!(
            signing_key_from_phrase(PHRASE, 1 << 31).unwrap_err(),
            MnemonicError::NoAccount
        );
    }
}
