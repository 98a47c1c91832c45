//! Whom the node deals with no more.

use thunder_api::{Distrust, Distrusted};
use thunder_channel::{Address, checksummed};

use crate::api::PATIENT;
use crate::exit::Failure;
use crate::session::Session;
use crate::words::distrust as words;

/// `blacklist`
pub fn list(session: &Session) -> Result<(), Failure> {
    let list = session.api.get::<Vec<Distrusted>>("/v1/blacklist")?;
    let style = session.output.style;
    session.output.answer(&list, |list| words::list(list, style))
}

/// `distrust`
pub fn distrust(session: &Session, account: Address, because: &str) -> Result<(), Failure> {
    let said = Distrust {
        account,
        words: because.to_owned(),
        grounds: None,
    };
    let entry = session.api.post::<Distrusted>("/v1/blacklist", &said, PATIENT)?;
    session.output.answer(&entry, |entry| {
        words::distrusted(entry, &session.caller, session.output.style)
    })
}

/// `trust`
pub fn trust(session: &Session, account: Address) -> Result<(), Failure> {
    let account = checksummed(account);
    session.api.delete(&format!("/v1/blacklist/{account}"))?;
    session.output.words(&format!("{account} is dealt with again"))
}
