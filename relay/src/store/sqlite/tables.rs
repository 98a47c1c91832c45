//! Reading and writing the tables. Every function runs inside the caller's transaction.

use crate::store::{
    Best, Kept, Outcome, Said, Slot, StoreError, Write,
    slot::{Held, Verdict, judge},
};
use rusqlite::{Connection, OptionalExtension, Row, types::Type};
use thunder_channel::{
    Address, Amount, Authorization, ChannelId, ChannelKey, Claim, Epoch, Nonce, Side, Signature, SignedClaim,
    wire::{MAX_HISTORY, MAX_MESSAGES, Message, Recorded},
};

/// Places in the ring of recent totals.
const RING: i64 = MAX_HISTORY as i64;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{Error, ErrorCode};
        let corrupt = matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        ) || matches!(
            error,
            Error::FromSqlConversionFailure(..)
                | Error::InvalidColumnType(..)
                | Error::IntegralValueOutOfRange(..)
        );
        if corrupt {
            Self::Corrupt(error.to_string())
        } else {
            Self::Failed(error.to_string())
        }
    }
}

pub(super) fn write(db: &Connection, write: &Write) -> Result<Outcome, StoreError> {
    match write {
        Write::Claim {
            key,
            epoch,
            payer,
            claim,
            at,
        } => put_claim(db, key, *epoch, *payer, claim, *at),
        Write::Message {
            key,
            epoch,
            side,
            message,
            at,
        } => put_message(db, key, *epoch, *side, message, *at),
    }
}

pub(super) fn load(db: &Connection, channel: ChannelId) -> Result<Kept, StoreError> {
    let mut kept = Kept {
        life: life(db, channel)?,
        ..Kept::default()
    };
    for side in Side::BOTH {
        kept.claims[side] = best(db, channel, side)?;
        kept.history[side] = history(db, channel, side)?;
    }
    kept.messages = messages(db, channel)?;
    Ok(kept)
}

fn put_claim(
    db: &Connection,
    key: &ChannelKey,
    epoch: Epoch,
    payer: Side,
    claim: &SignedClaim,
    at: u64,
) -> Result<Outcome, StoreError> {
    let channel = claim.claim.channel;
    let stored = match present(db, channel, payer)? {
        None => {
            remember_channel(db, channel, key, epoch, at)?;
            0
        }
        Some(Present { rank, stored }) if rank < (claim.claim.total, claim.claim.nonce) => stored,
        Some(Present { rank, .. }) if rank == (claim.claim.total, claim.claim.nonce) => {
            return Ok(Outcome::Repeated);
        }
        Some(_) => {
            let best = best(db, channel, payer)?;
            return best
                .map(|best| Outcome::NotHigher(Box::new(best)))
                .ok_or_else(|| StoreError::Corrupt("a claim vanished".into()));
        }
    };
    let (total, nonce) = (total_bytes(claim.claim.total), claim.claim.nonce.to_be_bytes());
    let (id, payer, at) = (channel.0.as_bytes(), payer.index(), at.cast_signed());
    db.prepare_cached("INSERT OR REPLACE INTO claims VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?
        .execute((
            id,
            payer,
            claim.claim.to.as_bytes(),
            total,
            nonce,
            claim.authorization.signature.to_bytes(),
            claim
                .authorization
                .delegation
                .map(|delegation| delegation.to_bytes()),
            at,
            stored + 1,
        ))?;
    db.prepare_cached("INSERT OR REPLACE INTO history VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute((id, payer, stored % RING, total, nonce, at))?;
    Ok(Outcome::Stored)
}

/// What a new claim is compared with.
struct Present {
    rank: (Amount, Nonce),
    stored: i64,
}

fn present(db: &Connection, channel: ChannelId, payer: Side) -> Result<Option<Present>, StoreError> {
    let row = db
        .prepare_cached("SELECT total, nonce, stored FROM claims WHERE channel = ?1 AND payer = ?2")?
        .query_row((channel.0.as_bytes(), payer.index()), |row| {
            Ok(Present {
                rank: (total_at(row, 0)?, nonce_at(row, 1)?),
                stored: row.get(2)?,
            })
        })
        .optional()?;
    Ok(row)
}

pub(super) fn forget(db: &Connection, channel: ChannelId) -> Result<(), StoreError> {
    for table in ["claims", "history", "messages"] {
        db.execute(
            &format!("DELETE FROM {table} WHERE channel = ?1"),
            [channel.0.as_bytes()],
        )?;
    }
    db.execute("DELETE FROM channels WHERE id = ?1", [channel.0.as_bytes()])?;
    Ok(())
}

fn put_message(
    db: &Connection,
    key: &ChannelKey,
    epoch: Epoch,
    side: Side,
    message: &Message,
    at: u64,
) -> Result<Outcome, StoreError> {
    let Some(slot) = Slot::of(message) else {
        return Err(StoreError::Failed(
            "a message of an unknown kind is not kept".into(),
        ));
    };
    let channel = key.id(epoch);
    let id = channel.0.as_bytes();
    let body = serde_json::to_string(message).map_err(|error| StoreError::Failed(error.to_string()))?;
    let kept = family(db, channel, side, slot.family())?;
    let held: Vec<_> = kept
        .iter()
        .map(|(place, slot, body)| Held {
            place: place.cast_unsigned(),
            slot,
            body,
        })
        .collect();
    let instead_of = match judge(&slot, message, &body, at, &held) {
        // Said again, it is no news to anybody.
        Verdict::Repeated(place) => return Ok(Outcome::Said(place)),
        Verdict::Outdated => return Ok(Outcome::Outdated),
        Verdict::Keep { instead_of } => instead_of,
    };
    remember_channel(db, channel, key, epoch, at)?;
    for place in instead_of {
        db.prepare_cached("DELETE FROM messages WHERE place = ?1")?
            .execute([place.cast_signed()])?;
    }
    // The row gets a new place, at the end.
    db.prepare_cached("INSERT INTO messages (channel, side, kind, body, at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((id, side.index(), slot.name(), body, at.cast_signed()))?;
    let place = db.last_insert_rowid();
    db.prepare_cached(
        "DELETE FROM messages WHERE channel = ?1 AND place <= (
            SELECT place FROM messages WHERE channel = ?1 ORDER BY place DESC LIMIT 1 OFFSET ?2)",
    )?
    .execute((id, MAX_MESSAGES))?;
    Ok(Outcome::Said(place.cast_unsigned()))
}

/// The places, slots and texts of what a side has said of one family.
fn family(
    db: &Connection,
    channel: ChannelId,
    side: Side,
    family: &str,
) -> Result<Vec<(i64, String, String)>, StoreError> {
    // What is numbered follows the slash; the character after that ends the family.
    let mut statement = db.prepare_cached(
        "SELECT place, kind, body FROM messages WHERE channel = ?1 AND side = ?2
         AND (kind = ?3 OR (kind > ?3 || '/' AND kind < ?3 || '0'))",
    )?;
    let rows = statement.query_map((channel.0.as_bytes(), side.index(), family), |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn remember_channel(
    db: &Connection,
    channel: ChannelId,
    key: &ChannelKey,
    epoch: Epoch,
    at: u64,
) -> Result<(), StoreError> {
    let key = serde_json::to_string(key).map_err(|error| StoreError::Failed(error.to_string()))?;
    db.prepare_cached("INSERT OR IGNORE INTO channels VALUES (?1, ?2, ?3, ?4)")?
        .execute((channel.0.as_bytes(), key, epoch, at.cast_signed()))?;
    Ok(())
}

fn life(db: &Connection, channel: ChannelId) -> Result<Option<(ChannelKey, Epoch)>, StoreError> {
    let life = db
        .prepare_cached("SELECT key, epoch FROM channels WHERE id = ?1")?
        .query_row([channel.0.as_bytes()], |row| {
            let key =
                serde_json::from_str(&row.get::<_, String>(0)?).map_err(|error| unreadable(0, error))?;
            Ok((key, row.get(1)?))
        })
        .optional()?;
    Ok(life)
}

fn best(db: &Connection, channel: ChannelId, payer: Side) -> Result<Option<Best>, StoreError> {
    let row = db
        .prepare_cached(
            "SELECT recipient, total, nonce, signature, delegation, at FROM claims WHERE channel = ?1 AND payer = ?2",
        )?
        .query_row((channel.0.as_bytes(), payer.index()), |row| {
            let claim = Claim {
                channel,
                to: Address::from(row.get::<_, [u8; 20]>(0)?),
                total: total_at(row, 1)?,
                nonce: nonce_at(row, 2)?,
            };
            let delegation = row.get::<_, Option<[u8; 65]>>(4)?;
            let authorization = Authorization {
                signature: signature(3, &row.get(3)?)?,
                delegation: delegation.map(|bytes| signature(4, &bytes)).transpose()?,
            };
            let claim = SignedClaim { claim, authorization };
            Ok(Best { claim, at: row.get::<_, i64>(5)?.cast_unsigned() })
        })
        .optional()?;
    Ok(row)
}

fn history(db: &Connection, channel: ChannelId, payer: Side) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT total, nonce, at FROM history WHERE channel = ?1 AND payer = ?2
         ORDER BY total DESC, nonce DESC LIMIT ?3",
    )?;
    let rows = statement.query_map((channel.0.as_bytes(), payer.index(), MAX_HISTORY), |row| {
        Ok(Recorded {
            total: total_at(row, 0)?,
            nonce: nonce_at(row, 1)?,
            at: row.get::<_, i64>(2)?.cast_unsigned(),
        })
    })?;
    let mut history = rows.collect::<Result<Vec<_>, _>>()?;
    history.reverse();
    Ok(history)
}

fn messages(db: &Connection, channel: ChannelId) -> Result<Vec<Said>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT place, side, body FROM messages WHERE channel = ?1 ORDER BY place LIMIT ?2",
    )?;
    let rows = statement.query_map((channel.0.as_bytes(), MAX_MESSAGES), |row| {
        Ok(Said {
            place: row.get::<_, i64>(0)?.cast_unsigned(),
            side: Side::from_index(row.get(1)?).ok_or_else(|| unreadable(1, "neither alice nor bob"))?,
            message: serde_json::from_str(&row.get::<_, String>(2)?).map_err(|error| unreadable(2, error))?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Amounts are below 2^96, so the first four of their sixteen bytes are zero.
fn total_bytes(total: Amount) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes.copy_from_slice(&total.units().to_be_bytes()[4..]);
    bytes
}

fn total_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Amount> {
    let mut bytes = [0; 16];
    bytes[4..].copy_from_slice(&row.get::<_, [u8; 12]>(column)?);
    Amount::new(u128::from_be_bytes(bytes)).map_err(|error| unreadable(column, error))
}

fn nonce_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Nonce> {
    Ok(u64::from_be_bytes(row.get(column)?))
}

fn signature(column: usize, bytes: &[u8; 65]) -> rusqlite::Result<Signature> {
    Signature::from_bytes(bytes).map_err(|error| unreadable(column, error))
}

fn unreadable(column: usize, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, error.into())
}
