//! What a backup has of sessions, and how they come back by one.
//!
//! A meter of yesterday would sign a lower count than it has signed since, which is evidence against its owner. So a session that comes back
//! passes no bytes and signs no counts: it is closed alone with the evidence that the backup has, the other side shows what it has
//! beyond that, and after the period it is settled. The same holds where the files themselves were put back from a copy.

use super::{ROUTE, SessionState, Traffic, metered::Record};
use crate::keystore::disk;
use std::collections::BTreeMap;
use thunder_api::Problem;
use thunder_channel::Address;

/// Why a session is closed that nobody asked to end.
const BY_A_BACKUP: &str = "it came back by a backup, so it is closed with what that knew";
const BY_A_COPY: &str = "the node's files were put back from a copy, so it is closed with what that knew";

impl Traffic {
    /// Sessions and notices, as they are stored.
    ///
    /// # Errors
    /// None that is known.
    pub fn backup(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let sessions = self.sessions.borrow();
        let sessions = sessions
            .values()
            .map(|metered| Ok((metered.id().to_string(), metered.text()?)));
        sessions
            .chain(self.blacklist.backup().into_iter().map(Ok))
            .collect()
    }

    /// Takes in what a backup has and this node has not. What cannot be a record of this account's is left out.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn restore(&self, own: Address, backup: &BTreeMap<String, String>) -> Result<(), Problem> {
        for (name, value) in backup {
            if name.starts_with(ROUTE)
                || self
                    .blacklist
                    .restore(name, value)
                    .map_err(|error| disk(&error))?
            {
                continue;
            }
            let Ok(record) = serde_json::from_str::<Record>(value) else {
                tracing::warn!(name, "a record of a session in the backup is not understood");
                continue;
            };
            let is_own = record.key.address(record.role) == own && record.key.check(self.domain.hub).is_ok();
            if is_own && self.session(record.key.id(record.epoch)).is_err() {
                self.add(ending(record, BY_A_BACKUP))?;
            }
        }
        self.look.notify_one();
        Ok(())
    }
}

/// A session of a store that was put back from a copy.
pub fn copied(record: Record) -> Record {
    ending(record, BY_A_COPY)
}

/// A session that does nothing but end.
fn ending(record: Record, words: &str) -> Record {
    let over = matches!(record.state, SessionState::Ended | SessionState::Void);
    if over {
        return record;
    }
    Record {
        restored: true,
        ending: true,
        // Now: the other side's word for it cannot be weighed.
        closes_alone_after: Some(0),
        words: Some(words.to_owned()),
        ..record
    }
}
