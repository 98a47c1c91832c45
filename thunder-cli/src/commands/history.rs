//! What happened.

use serde_json::value::RawValue;
use thunder_api::HistoryEntry;

use crate::choose::Prefix;
use crate::exit::Failure;
use crate::session::Session;
use crate::words::history::{self, Spelling};

/// `history`
pub fn list(session: &Session, named: Option<&Prefix>, limit: Option<u32>) -> Result<(), Failure> {
    let known = session.known()?;
    let mut parameters = Vec::new();
    if named.is_some() {
        parameters.push(format!("channel={}", known.channel(named, |_| true)?.id));
    }
    if let Some(limit) = limit {
        parameters.push(format!("limit={limit}"));
    }
    let path = if parameters.is_empty() {
        "/v1/history".to_owned()
    } else {
        format!("/v1/history?{}", parameters.join("&"))
    };
    // One by one, so that a kind of entry that only a newer daemon knows does not hide the others.
    let answer = session.api.get::<Vec<Box<RawValue>>>(&path)?;
    session.output.answer(&answer, |entries| {
        let entries: Vec<Result<HistoryEntry, String>> = entries
            .iter()
            .map(|entry| serde_json::from_str(entry.get()).map_err(|_| entry.get().to_owned()))
            .collect();
        let spelling = Spelling {
            tokens: &known.tokens,
            clock: known.clock,
            token_of: &|id| known.token_of(id),
            token_of_session: &|_| None,
        };
        history::list(&entries, &spelling)
    })
}
