//! The tables, and what opening them checks.

use anyhow::{Context, bail};
use rusqlite::Connection;
use std::path::Path;

/// The version of the tables that this program writes.
const VERSION: i64 = 1;

/// Totals are 12 bytes and nonces 8 bytes, big-endian, so that SQLite compares them as the numbers they are: its own integers
/// end at 2^63.
const TABLES: &str = "
    CREATE TABLE world (
        chain_id INTEGER NOT NULL,
        genesis BLOB NOT NULL,
        hub BLOB NOT NULL
    );
    CREATE TABLE channels (
        id BLOB PRIMARY KEY,
        key TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        first_seen INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE claims (
        channel BLOB NOT NULL,
        payer INTEGER NOT NULL,
        recipient BLOB NOT NULL,
        total BLOB NOT NULL,
        nonce BLOB NOT NULL,
        signature BLOB NOT NULL,
        delegation BLOB,
        at INTEGER NOT NULL,
        PRIMARY KEY (channel, payer)
    ) WITHOUT ROWID;
    CREATE TABLE history (
        channel BLOB NOT NULL,
        payer INTEGER NOT NULL,
        total BLOB NOT NULL,
        nonce BLOB NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (channel, payer, total, nonce)
    ) WITHOUT ROWID;
    CREATE TABLE messages (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        channel BLOB NOT NULL,
        side INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        at INTEGER NOT NULL,
        UNIQUE (channel, side, kind)
    );
";

/// Which deployment a store belongs to. Channels of another one would only be dead weight, and a development chain that
/// began anew uses the same addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct World {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The hash of block 0.
    pub genesis: [u8; 32],
    /// The hub's address.
    pub hub: [u8; 20],
}

impl World {
    /// A file of its own for each world: a development chain that began anew sets the old claims aside.
    pub(super) fn file_name(&self) -> String {
        let short = |bytes: &[u8]| {
            bytes
                .iter()
                .take(6)
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        format!(
            "relay-{}-{}-{}.sqlite",
            self.chain_id,
            short(&self.genesis),
            short(&self.hub)
        )
    }
}

/// Opens the database and makes the tables if it is new.
pub(super) fn open(path: &Path, world: &World) -> anyhow::Result<Connection> {
    let connection = Connection::open(path)?;
    // WAL with full sync: a transaction that was committed survives a lost power supply.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        0 => create(&connection, world)?,
        VERSION => belongs(&connection, world)?,
        newer if newer > VERSION => bail!(
            "it was written by a newer relay (tables of version {newer}, this one knows {VERSION}); start that one"
        ),
        other => bail!("its tables have version {other}, which this relay does not know"),
    }
    Ok(connection)
}

fn create(connection: &Connection, world: &World) -> anyhow::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.execute(
        "INSERT INTO world VALUES (?1, ?2, ?3)",
        (world.chain_id.cast_signed(), world.genesis, world.hub),
    )?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

fn belongs(connection: &Connection, world: &World) -> anyhow::Result<()> {
    let check: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if check != "ok" {
        bail!("it is damaged ({check}); restore a copy of it, or move it away to start an empty register");
    }
    let found = connection
        .query_row("SELECT chain_id, genesis, hub FROM world", [], |row| {
            Ok(World {
                chain_id: row.get::<_, i64>(0)?.cast_unsigned(),
                genesis: row.get(1)?,
                hub: row.get(2)?,
            })
        })
        .context("it does not say which chain it belongs to")?;
    if found != *world {
        bail!(
            "it belongs to another chain or hub than its name says (chain {}); move it away",
            found.chain_id
        );
    }
    Ok(())
}
