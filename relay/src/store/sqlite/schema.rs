//! The tables, and what opening them checks.

use crate::store::World;
use anyhow::{Context, anyhow, bail, ensure};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;

/// The steps from an empty file to the tables that this program writes: the first makes version 1, and each other one brings
/// the version before it one further.
const STEPS: &[&str] = &[include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// The version of the tables that this program writes.
const VERSION: usize = STEPS.len();

/// The name of this world's file.
pub(super) fn file_name(world: &World) -> String {
    format!("relay-{}.sqlite", world.name())
}

/// Opens the database, makes the tables if it is new, and brings them up to date if they are old. What is damaged, newer or of
/// another chain is refused and not touched.
pub(super) fn open(path: &Path, world: &World) -> anyhow::Result<Connection> {
    let connection = Connection::open(path)?;
    let version = version(&connection)?;
    if version > VERSION {
        bail!(
            "it was written by a newer relay (tables of version {version}, this one knows {VERSION}); start that one"
        );
    }
    if version > 0 {
        sound(&connection)?;
        belongs(&connection, world)?;
    }
    // WAL with full sync: a transaction that was committed survives a lost power supply. What is too short to be a database
    // shows itself only here.
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .map_err(unless_damaged)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    if version > 0 && version < VERSION {
        let aside = path.with_extension(format!("sqlite.version-{version}"));
        set_aside(&connection, &aside)
            .with_context(|| format!("its tables are old, and {} cannot be written", aside.display()))?;
        tracing::info!(from = version, to = VERSION, copy = %aside.display(), "the tables are brought up to date");
    }
    if version < VERSION {
        migrate(&connection, version, world)?;
    }
    Ok(connection)
}

/// Opens a database that has to be there, to read it beside the relay that uses it.
pub(super) fn open_beside(path: &Path) -> anyhow::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    ensure!(version(&connection)? > 0, "it is not a register");
    Ok(connection)
}

/// Whether every page of the file can be read.
pub(super) fn sound(connection: &Connection) -> anyhow::Result<()> {
    let found = connection.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0));
    match found {
        Ok(found) if found == "ok" => Ok(()),
        Ok(found) => bail!(damaged(&found)),
        Err(error) => Err(unless_damaged(error)),
    }
}

fn version(connection: &Connection) -> anyhow::Result<usize> {
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(unless_damaged)?;
    usize::try_from(version)
        .with_context(|| format!("its tables have version {version}, which no relay wrote"))
}

fn unless_damaged(error: rusqlite::Error) -> anyhow::Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => anyhow!(damaged(&error.to_string())),
        _ => error.into(),
    }
}

fn damaged(why: &str) -> String {
    let why = why.lines().next().unwrap_or_default();
    format!(
        "it is damaged ({why}); nothing in it was changed. Put a backup in its place, or move it away to start with an empty \
         register: clients hand in their claims again when they connect"
    )
}

/// The next version in one transaction each: a crash in between goes on from there.
pub(super) fn migrate(connection: &Connection, from: usize, world: &World) -> anyhow::Result<()> {
    for (version, step) in (1..).zip(STEPS).skip(from) {
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(step)?;
        if version == 1 {
            transaction.execute(
                "INSERT INTO world VALUES (?1, ?2, ?3)",
                (world.chain_id.cast_signed(), world.genesis, world.hub),
            )?;
        }
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

/// An older relay can go back to the copy. An earlier try may have left one, of the same content.
fn set_aside(connection: &Connection, copy: &Path) -> anyhow::Result<()> {
    if !copy.exists() {
        super::copy_to(connection, copy)?;
    }
    Ok(())
}

fn belongs(connection: &Connection, world: &World) -> anyhow::Result<()> {
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
