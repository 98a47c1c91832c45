//! What is wrong, in the window's language. The errors of the other crates are types with English words; other languages translate them
//! by type, here. What a wallet, node or relay says itself stays as it came.

mod german;

use super::Language;
use crate::state::{backup::BackupError, config::ConfigError};
use thunder_channel::metering::SessionRefusal;
use thunder_channel::{
    AddressError, AmountError, HubRefusal, InviteError, KeyFault, MemoTextError, SignatureError,
    SigningKeyError,
};
use thunder_client::{
    Refusal, StartError, StoreError, TermsFault,
    downloads::{DownloadFault, OfferFault},
};
use thunder_ethereum::{ChainError, MnemonicError, Revert, RpcError, WalletError};

/// An error that has words for a person in every language.
pub trait Said {
    /// The words, as the middle of a sentence: [`super::sentence`] makes one of them.
    fn said(&self) -> String;
}

/// English is the error's own; every other language has a function that matches on the type, so what it leaves out does not compile.
macro_rules! said {
    ($($error:ty => $german:path;)*) => {
        $(impl Said for $error {
            fn said(&self) -> String {
                match Language::current() {
                    Language::English => self.to_string(),
                    Language::German => $german(self),
                }
            }
        })*
    };
}

said! {
    AddressError => german::address;
    AmountError => german::amount;
    BackupError => german::backup;
    ChainError => german::chain;
    ConfigError => german::config;
    DownloadFault => german::sessions::download;
    HubRefusal => german::hub;
    InviteError => german::invite;
    KeyFault => german::key;
    MemoTextError => german::memo;
    MnemonicError => german::mnemonic;
    OfferFault => german::sessions::offer;
    Refusal => german::refusal;
    Revert => german::revert;
    RpcError => german::rpc;
    SessionRefusal => german::sessions::refusal;
    SignatureError => german::signature;
    SigningKeyError => german::signing_key;
    StartError => german::start;
    StoreError => german::store;
    TermsFault => german::terms;
    WalletError => german::wallet;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::locale::{GERMAN, Locale};
    use thunder_channel::Phase;
    use thunder_client::{PhaseFault, WalletFault};
    use thunder_ethereum::RpcErrorKind;

    #[test]
    fn a_refusal_is_said_in_the_windows_language_down_to_its_cause() {
        let rejected = RpcError::local(RpcErrorKind::Rejected, "User denied");
        let refusal = Refusal::Wallet(WalletFault::Failed(WalletError::Rpc(rejected)));
        assert_eq!(refusal.said(), refusal.to_string());
        GERMAN.adopt();
        assert!(
            refusal
                .said()
                .starts_with("die Anfrage wurde in der Wallet abgelehnt")
        );
        assert_eq!(
            Refusal::Phase(PhaseFault::Closing).said(),
            "das geht jetzt nicht: Der Kanal schließt gerade"
        );
        assert_eq!(
            Revert::Hub(HubRefusal::WrongPhase(Phase::Settled)).said(),
            "das geht jetzt nicht: Der Kanal ist abgerechnet"
        );
        // What the other end says itself is kept as it came.
        let other = RpcError::local(RpcErrorKind::Other(7), "over capacity");
        assert_eq!(
            other.said(),
            "die Wallet oder der Knoten meldet einen Fehler (over capacity)"
        );
        Locale::PLAIN.adopt();
        assert_eq!(
            other.said(),
            "the wallet or node reported an error (over capacity)"
        );
    }
}
