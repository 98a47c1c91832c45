//! The wallet.

use std::fs;

use thunder_api::{Balance, ImportWallet as Import, Password, WalletInfo};

use crate::api::PATIENT;
use crate::arguments::{ImportWallet, PasswordSource};
use crate::exit::Failure;
use crate::secrets;
use crate::session::Session;
use crate::words::wallet;

/// `importwallet`
pub fn import(session: &Session, chosen: &ImportWallet) -> Result<(), Failure> {
    let body = if chosen.generate {
        Import::Generate {
            password: secrets::new_password(&chosen.password)?,
        }
    } else if let Some(path) = &chosen.keyfile {
        Import::Keystore {
            keystore: fs::read_to_string(path)
                .map_err(|error| Failure::Here(format!("cannot read {}: {error}", path.display())))?,
            // The one that opens the file, so a slip shows at once.
            password: secrets::password(&chosen.password)?,
        }
    } else {
        Import::Phrase {
            phrase: secrets::phrase(&chosen.phrase)?,
            index: chosen.index.unwrap_or_default(),
            password: secrets::new_password(&chosen.password)?,
        }
    };
    let answer = session.api.post::<WalletInfo>("/v1/wallet", &body, PATIENT)?;
    session.output.answer(&answer, |info| {
        let words = wallet::whole(info, &session.caller, session.output.style);
        if chosen.generate {
            format!("{words}\n{}", wallet::keep(&session.caller))
        } else {
            words
        }
    })
}

/// `unlock`
pub fn unlock(session: &Session, source: &PasswordSource) -> Result<(), Failure> {
    let body = Password {
        password: secrets::password(source)?,
    };
    let answer = session
        .api
        .post::<WalletInfo>("/v1/wallet/unlock", &body, PATIENT)?;
    session.output.answer(&answer, |info| {
        wallet::whole(info, &session.caller, session.output.style)
    })
}

/// `lock`
pub fn lock(session: &Session) -> Result<(), Failure> {
    let answer = session.api.act::<WalletInfo>("/v1/wallet/lock", PATIENT)?;
    session.output.answer(&answer, |info| {
        wallet::whole(info, &session.caller, session.output.style)
    })
}

/// `balance`
pub fn balance(session: &Session) -> Result<(), Failure> {
    let answer = session.api.get::<Balance>("/v1/balance")?;
    session.output.answer_with(&answer, |balance| {
        let known = session.known()?;
        Ok(wallet::balance(balance, &known.tokens, session.output.style))
    })
}
