//! The node's memory: SQLite in WAL mode with full sync, one file per world and account.
//!
//! It runs on the node's own thread: a step has to be on the disk before anything follows from it, so there is nothing to do
//! meanwhile.

use anyhow::{Context, bail};
use async_trait::async_trait;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use std::{cell::RefCell, path::Path};
use thunder_api::Peer;
use thunder_channel::{Address, parse_address};
use thunder_client::{Store, StoreError, Write};

/// Tells the file from other SQLite files: "THND".
const APPLICATION: i32 = 0x5448_4e44;
/// The version of the tables; a newer one is not opened.
const VERSION: i32 = 1;
const TABLES: &str = "
    create table records (key text primary key, value text not null) without rowid, strict;
    create table peers (account text primary key, payment_key text not null, address text) without rowid, strict;
    create table service (id text primary key, value text not null) without rowid, strict;
";

/// This store's files.
const KIND: Kind = Kind {
    application: APPLICATION,
    version: VERSION,
    tables: TABLES,
    name: "a node's store",
};

/// What tells a file of one kind from others, and what a new one holds.
pub struct Kind {
    /// SQLite's `application_id`.
    pub application: i32,
    /// The version of the tables; a newer one is not opened.
    pub version: i32,
    /// What makes them.
    pub tables: &'static str,
    /// In words for the operator.
    pub name: &'static str,
}

/// Opens a file of a kind, or makes it: in WAL mode with full sync.
///
/// # Errors
/// It is damaged, newer, or something else; in words for the operator.
pub fn open(path: &Path, kind: &Kind) -> anyhow::Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    match (number("application_id")?, number("user_version")?) {
        (0, 0) => {
            let transaction = connection.transaction()?;
            transaction.execute_batch(kind.tables)?;
            transaction.pragma_update(None, "application_id", kind.application)?;
            transaction.pragma_update(None, "user_version", kind.version)?;
            transaction.commit()?;
        }
        known if known == (kind.application, kind.version) => (),
        (application, newer) if application == kind.application => {
            bail!("it is of version {newer}: start a newer thunderd")
        }
        _ => bail!("it is not {}", kind.name),
    }
    Ok(connection)
}

/// The records of one participant, and the nodes it knows.
pub struct SqliteStore {
    connection: RefCell<Connection>,
}

impl SqliteStore {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// It is damaged, newer, or something else; in words for the operator.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let connection =
            open(path, &KIND).with_context(|| format!("the store {} cannot be used", path.display()))?;
        Ok(Self {
            connection: RefCell::new(connection),
        })
    }

    /// One record, the participant's or not.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn record(&self, key: &str) -> anyhow::Result<Option<String>> {
        let connection = self.connection.borrow();
        let mut statement = connection.prepare_cached("select value from records where key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    /// The records whose keys begin so.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn records_of(&self, prefix: &str) -> anyhow::Result<Vec<(String, String)>> {
        let connection = self.connection.borrow();
        let mut statement =
            connection.prepare_cached("select key, value from records where key >= ?1 and key < ?2")?;
        // No key that begins so is above this, and no other one below it.
        let end = format!("{prefix}\u{10ffff}");
        let rows = statement.query_map(params![prefix, end], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets a record that is not the participant's.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn forget(&self, key: &str) -> anyhow::Result<()> {
        let connection = self.connection.borrow();
        connection.execute("delete from records where key = ?1", [key])?;
        Ok(())
    }

    /// Writes all of it down, or nothing.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, writes: &[Write]) -> rusqlite::Result<()> {
        let mut connection = self.connection.borrow_mut();
        let transaction = connection.transaction()?;
        {
            let mut statement =
                transaction.prepare_cached("insert or replace into records values (?1, ?2)")?;
            for Write::Put { key, value } in writes {
                statement.execute(params![key, value])?;
            }
        }
        transaction.commit()
    }

    /// The nodes that are known.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn peers(&self) -> anyhow::Result<Vec<Peer>> {
        let connection = self.connection.borrow();
        let mut statement = connection.prepare_cached("select account, payment_key, address from peers")?;
        let mut rows = statement.query([])?;
        let mut peers = Vec::new();
        while let Some(row) = rows.next()? {
            let (account, payment_key): (String, String) = (row.get(0)?, row.get(1)?);
            peers.push(Peer {
                account: parse_address(&account).context("a peer's account")?,
                payment_key: parse_address(&payment_key).context("a peer's key")?,
                address: row.get(2)?,
                connected: false,
            });
        }
        Ok(peers)
    }

    /// The provider's offer and the contracts, by id, as JSON texts.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn service(&self) -> anyhow::Result<Vec<(String, String)>> {
        let connection = self.connection.borrow();
        let mut statement = connection.prepare_cached("select id, value from service")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes the offer or a contract down.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn put_service(&self, id: &str, value: &str) -> anyhow::Result<()> {
        self.connection
            .borrow()
            .prepare_cached("insert or replace into service values (?1, ?2)")?
            .execute(params![id, value])?;
        Ok(())
    }

    /// Forgets a contract.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn delete_service(&self, id: &str) -> anyhow::Result<()> {
        let connection = self.connection.borrow();
        connection.execute("delete from service where id = ?1", [id])?;
        Ok(())
    }

    /// Remembers a node.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn put_peer(&self, peer: &Peer) -> anyhow::Result<()> {
        let (account, key) = (format!("{:#x}", peer.account), format!("{:#x}", peer.payment_key));
        self.connection
            .borrow()
            .prepare_cached("insert or replace into peers values (?1, ?2, ?3)")?
            .execute(params![account, key, peer.address])?;
        Ok(())
    }

    /// Forgets a node.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn delete_peer(&self, account: Address) -> anyhow::Result<()> {
        let account = format!("{account:#x}");
        let connection = self.connection.borrow();
        connection.execute("delete from peers where account = ?1", [account])?;
        Ok(())
    }
}

#[async_trait(?Send)]
impl Store for SqliteStore {
    async fn load(&self) -> Result<Vec<(String, String)>, StoreError> {
        let connection = self.connection.borrow();
        let read = || {
            let mut statement = connection.prepare_cached("select key, value from records")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<_, _>>()
        };
        read().map_err(|error| failed(&error))
    }

    async fn commit(&self, writes: &[Write]) -> Result<(), StoreError> {
        self.write(writes).map_err(|error| failed(&error))
    }
}

fn failed(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        _ => StoreError::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn put(key: &str, value: &str) -> Write {
        Write::Put {
            key: key.to_owned(),
            value: value.to_owned(),
        }
    }

    #[tokio::test]
    async fn what_is_committed_is_there_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("node.sqlite");
        let store = SqliteStore::open(&path).unwrap();
        store.commit(&[put("a", "1"), put("b", "2")]).await.unwrap();
        store.commit(&[put("a", "3")]).await.unwrap();
        let peer = Peer {
            account: Address::repeat_byte(1),
            payment_key: Address::repeat_byte(2),
            address: Some("127.0.0.1:2002".to_owned()),
            connected: false,
        };
        store.put_peer(&peer).unwrap();
        drop(store);
        let store = SqliteStore::open(&path).unwrap();
        let records = store.load().await.unwrap();
        assert_eq!(
            records,
            [("a".to_owned(), "3".to_owned()), ("b".to_owned(), "2".to_owned())]
        );
        assert_eq!(store.peers().unwrap(), std::slice::from_ref(&peer));
        store.delete_peer(peer.account).unwrap();
        assert!(store.peers().unwrap().is_empty());
    }

    #[test]
    fn another_file_is_not_taken_for_a_store() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("other.sqlite");
        std::fs::write(
            &path,
            "this is a letter, not a database, and is longer than a header",
        )
        .unwrap();
        assert!(SqliteStore::open(&path).is_err());
        let path = directory.path().join("foreign.sqlite");
        let foreign = Connection::open(&path).unwrap();
        foreign
            .execute_batch("pragma application_id = 7; create table t (x)")
            .unwrap();
        drop(foreign);
        assert!(SqliteStore::open(&path).is_err());
    }
}
