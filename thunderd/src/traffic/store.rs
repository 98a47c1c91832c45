//! The memory of sessions: a file of its own, SQLite in WAL mode with full sync, written by a thread of its own.
//!
//! A meter is written down for each statement, and bytes go on passing meanwhile. What comes while the disk is busy is written
//! together, so many sessions cost little more than one.

use crate::store::{self, Kind};
use anyhow::{Context, bail};
use rusqlite::{Connection, params};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};
use tokio::sync::oneshot;

/// The file's kind: "THNS".
const KIND: Kind = Kind {
    application: 0x5448_4e53,
    version: 1,
    tables: "create table records (id text primary key, value text not null) without rowid, strict;",
    name: "a node's store of sessions",
};
/// Writes that may wait. Above it whoever writes waits too.
const MAX_WAITING: usize = 4_096;
/// What happens to a record.
struct Job {
    id: String,
    /// Nothing: it is forgotten.
    value: Option<String>,
    /// Told when it is written, or why not.
    done: Box<dyn FnOnce(Written) + Send>,
}

/// Whether a write is on the disk, or the disk's words.
pub type Written = Result<(), String>;

/// Records by their names, as JSON texts.
pub struct SessionStore {
    jobs: SyncSender<Job>,
}

impl SessionStore {
    /// Opens the file, or makes it; gives what is in it.
    ///
    /// # Errors
    /// It is damaged, newer, or something else; in words for the operator.
    pub fn open(path: &Path) -> anyhow::Result<(Self, Vec<(String, String)>)> {
        let (connection, records) =
            open(path).with_context(|| format!("the store of sessions {} cannot be used", path.display()))?;
        let (jobs, waiting) = sync_channel(MAX_WAITING);
        std::thread::Builder::new()
            .name("sessions".into())
            .spawn(move || write_on(connection, &waiting))?;
        Ok((Self { jobs }, records))
    }

    /// Writes a record down; what it gives comes true when that is done.
    pub fn put(&self, id: String, value: String) -> oneshot::Receiver<Written> {
        let (done, written) = oneshot::channel();
        // Whoever waits may have gone.
        self.submit(id, Some(value), move |outcome| drop(done.send(outcome)));
        written
    }

    /// Writes a record down and waits for it.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn put_now(&self, id: String, value: String) -> anyhow::Result<()> {
        self.wait(id, Some(value))
    }

    /// Forgets a record and waits for it.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn delete(&self, id: String) -> anyhow::Result<()> {
        self.wait(id, None)
    }

    fn submit(&self, id: String, value: Option<String>, done: impl FnOnce(Written) + Send + 'static) {
        let done = Box::new(done);
        // Where the thread is gone, the answer never comes, which says the same.
        let _ = self.jobs.send(Job { id, value, done });
    }

    fn wait(&self, id: String, value: Option<String>) -> anyhow::Result<()> {
        let (done, written) = sync_channel(1);
        self.submit(id, value, move |outcome| drop(done.send(outcome)));
        match written.recv() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(words)) => bail!("{words}"),
            Err(_) => bail!("the store of sessions is closed"),
        }
    }
}

fn open(path: &Path) -> anyhow::Result<(Connection, Vec<(String, String)>)> {
    let connection = store::open(path, &KIND)?;
    let records = {
        let mut statement = connection.prepare("select id, value from records")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    Ok((connection, records))
}

fn write_on(mut connection: Connection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut jobs = vec![first];
        jobs.extend(waiting.try_iter().take(MAX_WAITING));
        let written = write(&mut connection, &jobs).map_err(|error| error.to_string());
        for job in jobs {
            (job.done)(written.clone());
        }
    }
}

fn write(connection: &mut Connection, jobs: &[Job]) -> rusqlite::Result<()> {
    // Of one record, the last says it all.
    let last: BTreeMap<&str, Option<&str>> = jobs
        .iter()
        .map(|job| (job.id.as_str(), job.value.as_deref()))
        .collect();
    let transaction = connection.transaction()?;
    for (id, value) in last {
        match value {
            Some(value) => transaction
                .prepare_cached("insert or replace into records values (?1, ?2)")?
                .execute(params![id, value])?,
            None => transaction
                .prepare_cached("delete from records where id = ?1")?
                .execute([id])?,
        };
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn what_was_said_to_be_written_is_there_again_and_the_last_counts() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sessions.sqlite");
        let (store, records) = SessionStore::open(&path).unwrap();
        assert!(records.is_empty());
        let written: Vec<_> = (0..100)
            .map(|number| store.put("a".to_owned(), number.to_string()))
            .collect();
        for written in written {
            assert_eq!(written.await, Ok(Ok(())));
        }
        std::thread::spawn(move || {
            store.put_now("b".to_owned(), "1".to_owned()).unwrap();
            store.put_now("c".to_owned(), "2".to_owned()).unwrap();
            store.delete("b".to_owned()).unwrap();
        })
        .join()
        .unwrap();
        let (_, records) = SessionStore::open(&path).unwrap();
        let expected = [("a", "99"), ("c", "2")].map(|(id, value)| (id.to_owned(), value.to_owned()));
        assert_eq!(records, expected);
    }

    #[test]
    fn another_file_is_not_taken_for_a_store() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("foreign.sqlite");
        let foreign = Connection::open(&path).unwrap();
        foreign
            .execute_batch("pragma application_id = 7; create table t (x)")
            .unwrap();
        drop(foreign);
        assert!(SessionStore::open(&path).is_err());
    }
}
